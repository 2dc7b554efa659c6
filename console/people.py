from allauth.account.adapter import DefaultAccountAdapter


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Staff are invited; nobody signs up."""

    def is_open_for_signup(self, request: object) -> bool:
        return False
