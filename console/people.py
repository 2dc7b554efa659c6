"""The staff: who works here, in which roles, and how they come in."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from console.roles import Role


class PersonRefusedError(ValueError):
    """What stands in the way, in words for the administrator."""


def staff() -> QuerySet[User]:
    """Everybody who works here or did, by name, with their roles."""
    return (
        User.objects.filter(is_staff=True)
        .prefetch_related("groups")
        .order_by("-is_active", "last_name", "first_name", "email")
    )


@transaction.atomic
def staff_create(
    *,
    email: str,
    first_name: str = "",
    last_name: str = "",
    roles: Iterable[Role],
    password: str | None = None,
) -> User:
    """A new person. Without a password they choose one by the link of an invitation.

    Raises PersonRefusedError where the address is somebody's already.
    """
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise PersonRefusedError(_("Somebody with this email address is on the list already."))
    user = User.objects.create_user(
        username=email,
        email=email,
        password=password,
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        is_staff=True,
    )
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    _set_roles(user, roles)
    return user


@transaction.atomic
def staff_update(*, person: User, by: User, roles: Iterable[Role], is_active: bool) -> None:
    """Change what somebody may do, or end their access at once.

    Raises PersonRefusedError where nobody would be left to administer people, and where somebody
    would lock themselves out.
    """
    roles = list(roles)
    keeps_administering = is_active and Role.ADMINISTRATOR in roles
    if person == by and not keeps_administering:
        raise PersonRefusedError(
            _("You cannot take your own administrator role away. Ask another administrator.")
        )
    # One at a time: two administrators must not remove each other in the same moment.
    administrators = User.objects.select_for_update().filter(
        is_active=True, groups__name=Role.ADMINISTRATOR.value
    )
    if not keeps_administering and set(administrators) == {person}:
        raise PersonRefusedError(_("Nobody else is an administrator. Appoint another one first."))
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    _set_roles(person, roles)


def roles_of(person: User) -> list[Role]:
    """In the order of the table."""
    names = {group.name for group in person.groups.all()}
    return [role for role in Role if role.value in names]


def _set_roles(person: User, roles: Iterable[Role]) -> None:
    person.groups.set(Group.objects.filter(name__in=[Role(role).value for role in roles]))
