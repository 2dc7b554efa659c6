"""Email as bytes: built once for a wording and a sender, then filled for each person."""

from delivery.mime.addresses import BadAddressError, MailAddress, mail_address
from delivery.mime.template import MailTemplate, RenderedEmail, mail_template, render_email

__all__ = [
    "BadAddressError",
    "MailAddress",
    "MailTemplate",
    "RenderedEmail",
    "mail_address",
    "mail_template",
    "render_email",
]
