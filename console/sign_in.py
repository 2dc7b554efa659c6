"""How staff sign in: by email and password, invited by an administrator (RULES 26)."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from console.second_factor import has_second_factor


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Staff are invited; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not for the first second factor of somebody who gave the password a moment ago: they
        were led to its set-up by the sign-in itself."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        user = self.request.user
        if app != "allauth.mfa" or has_second_factor(user):
            return True
        records = get_authentication_records(self.request, user)
        newest = max((float(record["at"]) for record in records), default=0.0)
        return time.time() - newest > float(app_settings.REAUTHENTICATION_TIMEOUT)
