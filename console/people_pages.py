"""The People page: who works here, in which roles; invite, change, end access."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from common.choices import Channel
from console.access import requires
from console.invitations import invite
from console.people import (
    PersonRefusedError,
    roles_of,
    staff,
    staff_create,
    staff_update,
)
from console.roles import DOES, Role
from console.second_factor import people_with_second_factor
from delivery.providers import is_sandbox


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=[(role.value, role.label) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one role.")},
    )


class InviteForm(RolesForm):
    field_order = ("email", "first_name", "last_name", "roles")
    email = forms.EmailField(
        label=gettext_lazy("Email"),
        max_length=150,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("They sign in with it. The invitation goes there."),
    )
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=150)


class PersonForm(RolesForm):
    is_active = forms.BooleanField(
        label=gettext_lazy("May sign in"),
        required=False,
        help_text=gettext_lazy("Without it they are signed out at once, on every device."),
    )


@requires("auth.view_user")
def people(request: HttpRequest) -> HttpResponse:
    everybody = list(staff())
    secured = people_with_second_factor(everybody)
    rows = [
        {
            "person": person,
            "roles": [role.label for role in roles_of(person)],
            "has_second_factor": person.pk in secured,
        }
        for person in everybody
    ]
    return render(request, "console/people/list.html", {"rows": rows, "does": _table()})


@requires("auth.add_user")
def person_new(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            person = staff_create(**data)
        except PersonRefusedError as refused:
            form.add_error("email", str(refused))
        else:
            _invite(request, person)
            return redirect("console:people")
    return render(
        request,
        "console/people/new.html",
        {"form": form, "does": _table()},
        status=422 if form.errors else 200,
    )


@requires("auth.change_user")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(staff(), pk=pk)
    form = PersonForm(
        request.POST or None,
        initial={
            "roles": [role.value for role in roles_of(person)],
            "is_active": person.is_active,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            staff_update(person=person, by=_who(request), **form.cleaned_data)
        except PersonRefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. It counts from their next click."))
            return redirect("console:people")
    return render(
        request,
        "console/people/person.html",
        {"form": form, "person": person, "does": _table()},
        status=422 if form.errors else 200,
    )


@requires("auth.change_user")
@require_POST
def person_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Another link, where the first one got lost or is a day old."""
    _invite(request, get_object_or_404(staff(), pk=pk, is_active=True))
    return redirect("console:people")


def _invite(request: HttpRequest, person: User) -> None:
    invitation = invite(person=person, by=_who(request))
    if not invitation.is_sent:
        messages.error(
            request,
            _("The invitation could not be sent: %(reason)s Try again under their name.")
            % {"reason": invitation.reason},
        )
    elif is_sandbox(Channel.EMAIL):
        messages.success(
            request,
            _("No mail server is set, so the invitation to %(name)s is on the sandbox page.")
            % {"name": person.get_full_name() or person.email},
        )
    else:
        messages.success(
            request,
            _("An invitation is on its way to %(name)s; its link is good for a day.")
            % {"name": person.get_full_name() or person.email},
        )


def _table() -> list[tuple[str, str]]:
    return [(str(role.label), str(DOES[role])) for role in Role]


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (requires() let nobody else in)
    return request.user


urlpatterns = [
    path("", people, name="people"),
    path("new/", person_new, name="person_new"),
    path("<int:pk>/", person, name="person"),
    path("<int:pk>/invite/", person_invite, name="person_invite"),
]
