"""Do Not Call beside the numbers of a list: who, when and why, in as many queries as for one."""

import pytest
from django.template import Context, Template
from pytest_django import DjangoAssertNumQueries

from customers.choices import ConsentSource
from customers.consent import set_do_not_call
from tests.factories import make_staff

pytestmark = pytest.mark.django_db
TEMPLATE = Template(
    "{% load consent %}{% do_not_call_among rows 'to' as silent %}"
    "{% for row in rows %}[{{ row.to }}{% do_not_call_note silent row.to %}]{% endfor %}"
)


def test_each_number_of_a_list_says_whether_it_is_off(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ruth = make_staff(email="ruth@example.com")
    for last in (1, 2):
        set_do_not_call(
            f"+1478555010{last}",
            True,
            source=ConsentSource.CSR,
            taken_by=ruth,
            words=f"Said so {last}",
        )
    rows = [
        {"to": "+14785550101"},
        {"to": "478-555-0102"},
        {"to": "478-555-0103"},
        {"to": "mae@example.com"},
        {"to": ""},
    ]
    with django_assert_num_queries(2):
        shown = TEMPLATE.render(Context({"rows": rows})).split("]")
    assert "“Said so 1”" in shown[0]
    assert "“Said so 2”" in shown[1]
    assert "ruth@example.com" in shown[1]
    assert [part.strip() for part in shown[2:5]] == ["[478-555-0103", "[mae@example.com", "["]
