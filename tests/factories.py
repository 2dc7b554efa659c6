"""Members and staff for tests: plain functions with believable defaults."""

import itertools
from typing import Any

from django.contrib.auth.models import Group, User

from console.roles import Role
from customers.models import Account, Customer

AREA_CODES = (478, 229, 706, 762, 912, 404, 770, 678, 470, 334)
PASSWORD = "a quiet morning at the substation"
_numbers = itertools.count(300_000)


def make_customer(*, separator: str = "001", **fields: Any) -> Customer:
    """A member with one account, an address and a mobile number of their own."""
    index = next(_numbers)
    customer = Customer.objects.create(
        **{
            "number": str(index),
            "name": f"SAPP RUTH {index}",
            "first_name": "Ruth",
            "last_name": "Sapp",
            "email_1": f"ruth.sapp{index}@example.com",
            "mobile_number": f"+1{AREA_CODES[index // 100 % 10]}5550{100 + index % 100}",
            **fields,
        }
    )
    Account.objects.create(
        customer=customer, separator=separator, key=f"{customer.number}{separator}"
    )
    return customer


def make_staff(*roles: Role, email: str = "") -> User:
    """Somebody who works here, with these roles; their password is PASSWORD."""
    email = email or f"staff{next(_numbers)}@example.com"
    user = User.objects.create_user(username=email, email=email, password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user
