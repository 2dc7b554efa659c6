"""Keys that don't fit are said when the site starts, not when the first push fails."""

from django.conf import settings
from django.core.checks import CheckMessage, Error

from delivery.providers.push.vapid import VapidTokens, public_key_of, read_private_key


def check_settings() -> list[CheckMessage]:
    """Nothing where no VAPID key is set. (The Firebase credentials are seen to in delivery.checks,
    which need not load Google's packages for it.)"""
    private: str = settings.VAPID_PRIVATE_KEY
    if not private:
        return []
    try:
        VapidTokens(private_key=private, contact=settings.VAPID_CONTACT)
        public = public_key_of(read_private_key(private))
    except ValueError as error:
        return [Error(f"VAPID_PRIVATE_KEY: {error}", id="delivery.E013")]
    if settings.VAPID_PUBLIC_KEY.rstrip("=") != public:
        return [
            Error(
                "VAPID_PUBLIC_KEY is not that of VAPID_PRIVATE_KEY: browsers that subscribe with "
                "it can't be reached.",
                hint=f"Set it to {public}.",
                id="delivery.E014",
            )
        ]
    return []
