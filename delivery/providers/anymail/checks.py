"""A wrong EMAIL_URL is said when the site starts, not when the first message fails."""

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from delivery.providers.anymail.services import make_backend, read_url


def check_settings() -> list[CheckMessage]:
    """For an EMAIL_URL that names an email service; asks nothing of the network."""
    try:
        make_backend(*read_url(settings.EMAIL_URL)).close()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="delivery.E012")]
    return []
