"""POST /api/v1/facts/: a batch of facts, each with its own result, and who may tell them."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from api.keys import key_make
from api.models import ApiKey
from billing.choices import Kind
from billing.models import Bill, Fact, Installment, Payment
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/facts/"


@pytest.fixture
def key() -> str:
    return key_make(name="billing system", permissions=["billing.tell_facts"])


@pytest.fixture(autouse=True)
def member() -> None:
    make_customer(number="162033")


def told(key: str, facts: Any, **more: Any) -> Any:
    """The answer, from a client that checks for CSRF as a browser's request would be."""
    client = Client(enforce_csrf_checks=True)
    body = facts if isinstance(facts, str) else json.dumps({"facts": facts})
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.post(ADDRESS, body, content_type="application/json", headers=headers, **more)


def payment(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "payment",
        "fact_id": f"P-{number}",
        "account": "162033-001",
        "at": "2026-11-20T10:00:00-05:00",
        "amount": 80.12,
        "method": "card",
        **fields,
    }


def outcomes(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [result["outcome"] for result in response.json()["results"]]


def everything() -> list[Any]:
    return [list(m._default_manager.order_by("pk").values()) for m in Fact.__subclasses__()]


def test_a_payment_is_taken_at_once(key: str) -> None:
    response = told(key, [payment(recurring=True)])
    assert response.json() == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
        "results": [
            {"kind": "payment", "fact_id": "P-1", "outcome": "new", "problem": None, "remarks": []}
        ],
    }
    taken = Payment.objects.get()
    assert (taken.amount_cents, taken.recurring, taken.method) == (8_012, True, "card")


def test_each_fact_has_its_own_result_in_order_and_a_bad_one_stops_no_other(key: str) -> None:
    response = told(
        key,
        [
            payment(1),
            payment(2, account="999999-001"),
            "not a fact",
            payment(3, amount="-5.00"),
            {"kind": "poem"},
            payment(4, ammount=3),
            payment(5, amount=[1]),
            payment(6, bill="B-404"),
            payment(7, amount=None, amount_cents=4_410),
        ],
    )
    assert outcomes(response) == [
        *("new", "refused", "refused", "refused", "refused", "refused", "refused", "new", "new")
    ]
    results = response.json()["results"]
    assert results[1]["problem"] == {
        "name": "account",
        "words": "There is no account with this number. Correct it, or import the customers first.",
    }
    assert results[3]["problem"]["name"] == "amount"
    assert results[4]["problem"]["words"].startswith("The kind must be one of bill, payment")
    assert results[5]["problem"]["words"].startswith("A payment has no such field. It has: account")
    assert results[6]["problem"] == {"name": "amount", "words": "This must be text or a number."}
    assert results[7]["remarks"] == [
        {"name": "bill", "words": "The account has no such bill: recorded without it."}
    ]
    assert Payment.objects.get(fact_id="P-7").amount_cents == 4_410


def test_the_same_batch_again_changes_nothing_and_a_correction_changes_one(key: str) -> None:
    batch = [payment(number) for number in range(20)]
    assert set(outcomes(told(key, batch))) == {"new"}
    before = everything()
    assert set(outcomes(told(key, batch))) == {"unchanged"}
    assert everything() == before
    batch[7]["amount"] = "$81.00"
    assert outcomes(told(key, batch)).count("changed") == 1
    assert Payment.objects.get(fact_id="P-7").revision == 2


def test_a_batch_may_hold_facts_that_build_on_each_other_in_any_order(key: str) -> None:
    account = "162033-001"
    batch = [
        {
            "kind": "installment",
            "arrangement": "A-1",
            "number": 1,
            "due_date": "2027-01-05",
            "amount": 150,
        },
        payment(bill="B-1"),
        {
            "kind": "arrangement",
            "fact_id": "A-1",
            "account": account,
            "made_on": "2026-11-20",
            "amount": 300,
        },
        {
            "kind": "bill",
            "fact_id": "B-1",
            "account": account,
            "date": "2026-11-01",
            "due_date": "2027-01-05",
            "amount": 300,
        },
    ]
    assert outcomes(told(key, batch)) == ["new"] * 4
    assert Payment.objects.get().bill == Bill.objects.get()
    assert Installment.objects.get().account.number == account


def test_a_thousand_are_taken_and_one_more_is_refused_whole(key: str) -> None:
    batch = [payment(number) for number in range(1_000)]
    assert told(key, batch).json()["new"] == 1_000
    response = told(key, [*batch, payment(1_000)])
    assert response.status_code == 400
    assert response.json() == {"error": "1001 facts are too many at once; 1000 are the most."}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "Send an object with a list"),
        ("{", "JSON parse error"),
        ("[]", "Send an object with a list"),
        ('{"facts": {}}', "Send an object with a list"),
        ('{"facts": [NaN]}', "JSON parse error"),
        ("[" * 100_000, "This JSON is nested too deeply."),
        ('{"facts": [' + "9" * 10_000 + "]}", "JSON parse error"),
    ],
)
def test_what_is_no_batch_is_refused_in_words(key: str, body: str, words: str) -> None:
    response = told(key, body)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/json"
    assert response.json()["error"].startswith(words)


def test_a_request_that_is_too_large_is_refused_before_it_is_read(key: str) -> None:
    response = told(key, "[" + " " * (2 * 1024 * 1024) + "]")
    assert response.status_code == 413
    assert "Tell fewer facts" in response.json()["error"]


def test_hostile_values_are_refused_or_are_text(key: str) -> None:
    hostile: list[Any] = [
        payment(1, account="1' OR '1'='1"),
        payment(2, amount=1e308),
        payment(3, amount=10**400),
        payment(4, at="2026-11-20T10:00:00-05:00" + "0" * 5_000),
        payment(5, bill="\x00\\.\n\t'"),
        payment(6, kind=["payment"]),
        payment(7, account={"$ne": ""}),
    ]
    response = told(key, hostile)
    assert outcomes(response) == [*["refused"] * 4, "new", "refused", "refused"]
    assert Payment.objects.count() == 1


def test_without_a_key_nothing_is_told(key: str) -> None:
    for given, words in (
        ("", "A key is needed: Authorization: Bearer KEY."),
        ("upn_wrong", "This key is unknown or revoked."),
        ("clé", "This key is unknown or revoked."),
        ("two words", "Write the header as: Authorization: Bearer KEY."),
    ):
        response = told(given, [payment()])
        assert (response.status_code, response.json()) == (401, {"error": words})
        assert response["WWW-Authenticate"] == "Bearer"
    assert not Payment.objects.exists()


def test_somebody_signed_in_has_no_key_by_that(client: Client, admin_user: Any) -> None:
    client.force_login(admin_user)
    response = client.post(ADDRESS, {"facts": []}, content_type="application/json")
    assert response.status_code == 401


def test_a_key_without_the_permission_tells_nothing() -> None:
    other = key_make(name="other", permissions=["billing.view_bill"])
    response = told(other, [payment()])
    assert response.status_code == 403
    assert response.json() == {"error": "This key may not do that: it lacks billing.tell_facts."}


def test_only_post_is_answered(key: str) -> None:
    response = Client().get(ADDRESS, headers={"Authorization": f"Bearer {key}"})
    assert response.status_code == 405
    assert response.json() == {"error": 'Method "GET" not allowed.'}


def test_a_key_that_asks_too_often_is_told_when_to_come_back(key: str, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 2
    answers = [told(key, []) for _ in range(6)]
    refused = answers[-1]
    assert answers[0].status_code == 200
    assert refused.status_code == 429
    assert refused.json()["error"].startswith("Too many requests. Come back in ")
    assert 0 <= int(refused["Retry-After"]) <= 60
    another = key_make(name="another", permissions=["billing.tell_facts"])
    assert told(another, []).status_code == 200


def test_a_key_is_made_shown_once_and_revoked() -> None:
    said = io.StringIO()
    call_command("make_api_key", "phone app", stdout=said, stderr=io.StringIO())
    secret = said.getvalue().strip()
    assert secret not in json.dumps(list(ApiKey.objects.values()), default=str)
    assert told(secret, [payment()]).status_code == 200
    assert ApiKey.objects.get().used_at is not None
    with pytest.raises(CommandError, match="already"):
        call_command("make_api_key", "phone app", stderr=io.StringIO())
    call_command("revoke_api_key", "phone app", stdout=io.StringIO())
    assert told(secret, [payment()]).status_code == 401
    with pytest.raises(CommandError, match="no key"):
        call_command("revoke_api_key", "phone app")


def test_a_key_for_a_permission_that_is_none_is_not_made() -> None:
    with pytest.raises(CommandError, match=r"There is no permission billing\.poems"):
        call_command("make_api_key", "poet", "--permission", "billing.poems")
    assert not ApiKey.objects.exists()


def test_the_schema_describes_every_kind(client: Client) -> None:
    response = client.get("/api/schema/", headers={"Accept": "application/json"})
    assert response.status_code == 200
    schema = json.loads(response.content)
    operation = schema["paths"]["/api/v1/facts/"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    kinds = [
        fact["properties"]["kind"]["enum"][0]
        for fact in body["properties"]["facts"]["items"]["oneOf"]
    ]
    assert kinds == list(Kind)
    assert {"200", "400", "401", "403", "413", "429"} <= set(operation["responses"])
