"""Many requests at once: they are counted one after the other, and nobody waits in a ring."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection
from pytest_django import Settings

from alerts.verification.choices import CodeAnswer
from alerts.verification.codes import check_code, send_code
from alerts.verification.double_opt_in import agreed, ask, is_waiting
from alerts.verification.limits import TooOftenError
from alerts.verification.models import OptIn, Verification
from common.choices import Channel
from customers.choices import ConsentSource
from customers.models import Customer
from tests.alerts.making import make_account, mobile, subscribe
from tests.factories import make_customer
from tests.verification.making import another, choose_texts, code_in, questions, verifications

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")
PORTAL = ConsentSource.PORTAL


def _at_once(count: int, work: Callable[[int], T]) -> list[T]:
    start = Barrier(count)

    def one(place: int) -> T:
        try:
            start.wait(20)
            return work(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_of_many_codes_asked_for_at_once_one_is_sent() -> None:
    customer = make_customer()

    def send(_place: int) -> bool:
        try:
            send_code(customer=customer, number=customer.mobile_number, source=PORTAL)
        except TooOftenError:
            return False
        return True

    assert sorted(_at_once(6, send)) == [False] * 5 + [True]
    assert len(verifications()) == 1


def test_of_many_wrong_codes_at_once_five_are_tries() -> None:
    customer = make_customer()
    send_code(customer=customer, number=customer.mobile_number, source=PORTAL)
    code = code_in(verifications()[0])

    def guess(_place: int) -> CodeAnswer:
        return check_code(
            customer=customer, number=customer.mobile_number, code=another(code), source=PORTAL
        )

    answers = _at_once(8, guess)
    assert answers.count(CodeAnswer.WRONG) == 4
    assert answers.count(CodeAnswer.TRIED_OUT) == 4
    assert Verification.objects.get().tries == 5


def test_choices_questions_and_answers_at_once_leave_one_question(settings: Settings) -> None:
    settings.SMS_DOUBLE_OPT_IN = True
    account = make_account()
    number = mobile(account)
    subscribe(account, "past_due", Channel.TEXT)

    def turn(place: int) -> None:
        if place % 3 == 0:
            choose_texts(account, "payment_received")
        elif place % 3 == 1:
            ask(
                number=number,
                customer=Customer.objects.get(pk=account.customer_id),
                source=ConsentSource.CSR,
            )
        else:
            agreed(number=number, source=ConsentSource.TEXT_REPLY, reply="YES")

    _at_once(6, turn)
    # A question that came after the answer stands; there is at most one at a time.
    assert OptIn.objects.filter(state="waiting").count() <= 1
    assert is_waiting(number) == OptIn.objects.filter(state="waiting").exists()
    assert len(questions()) == OptIn.objects.count()
