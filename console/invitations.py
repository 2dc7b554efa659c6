"""The link with which a new person chooses a password."""

from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Invitation:
    is_sent: bool
    # Why not, in words.
    reason: str = ""


def invite(*, person: User, by: User) -> Invitation:
    """Send the link. It is good for a day, for one use, and until a password is set."""
    text = render_to_string(
        "console/people/invitation.txt",
        {
            "person": person,
            "by": by,
            "link": settings.PUBLIC_URL.rstrip("/") + _path(person),
            "utility_name": settings.UTILITY_NAME,
        },
    )
    message = EmailMessage(
        subject=_("Your sign-in at %(utility)s") % {"utility": settings.UTILITY_SHORT_NAME},
        body=text,
        to=[person.email],
    )
    try:
        message.send()
    except OSError as error:
        return Invitation(False, str(error))
    return Invitation(True)


def _path(person: User) -> str:
    return reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(person),
            "key": default_token_generator.make_token(person),
        },
    )
