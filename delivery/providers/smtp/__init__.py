"""Email by SMTP: pooled, pipelined connections (`EMAIL_URL=smtp://…` or `smtps://…`)."""

from delivery.providers.smtp.checks import check_settings
from delivery.providers.smtp.provider import SmtpProvider

__all__ = ["SmtpProvider", "check_settings"]
