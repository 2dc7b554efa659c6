"""What every page says about the utility."""

from django.conf import settings
from django.http import HttpRequest


def utility(request: HttpRequest) -> dict[str, str]:
    return {
        "utility_name": settings.UTILITY_NAME,
        "utility_short_name": settings.UTILITY_SHORT_NAME,
        "utility_address": settings.UTILITY_ADDRESS,
    }
