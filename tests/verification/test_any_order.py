"""Codes, tries, time and throttling in any order, against a model that a reader can follow."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from alerts.verification.choices import CodeAnswer, Outcome
from alerts.verification.codes import check_code, send_code
from alerts.verification.limits import TooOftenError
from alerts.verification.models import Verification
from customers.choices import ConsentSource
from customers.models import ConsentEvent
from tests.factories import make_customer
from tests.verification.making import another, code_in, verifications

# As RULES 26 and the documentation have them, written once more.
MINUTE = timedelta(minutes=1)
LIMITS = [(1, MINUTE), (5, timedelta(hours=1)), (10, timedelta(days=1))]


class Codes(RuleBasedStateMachine):
    """One member with one number; the clock goes on only when we say so."""

    @initialize()
    def begin(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.customer = make_customer()
        self.number = str(self.customer.mobile_number.as_e164)
        self.now: datetime = timezone.now()
        self.sent: list[datetime] = []
        self.code = ""
        self.wrong = 0
        self.is_used = False
        self.verified = 0

    @rule(seconds=st.sampled_from([1, 29, 59, 60, 299, 599, 600, 3600, 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def send(self) -> None:
        waits = [
            self.sent[-most] + within
            for most, within in LIMITS
            if len(self.sent) >= most and self.sent[-most] + within > self.now
        ]
        if waits:
            with pytest.raises(TooOftenError) as refused:
                self._send()
            assert refused.value.again_at == max(waits)
            return
        self._send()
        self.sent.append(self.now)
        self.code, self.wrong, self.is_used = code_in(verifications()[-1]), 0, False

    @precondition(lambda self: bool(getattr(self, "code", "")))
    @rule()
    def type_the_code(self) -> None:
        is_open = not self.is_used and self.wrong < 5
        in_time = self.now < self.sent[-1] + 10 * MINUTE
        answer = self._check(self.code)
        if is_open and in_time:
            assert answer == CodeAnswer.CONFIRMED
            self.is_used = True
            self.verified += 1
        else:
            assert answer != CodeAnswer.CONFIRMED

    @precondition(lambda self: bool(getattr(self, "code", "")))
    @rule()
    def type_another(self) -> None:
        in_time = self.now < self.sent[-1] + 10 * MINUTE
        answer = self._check(another(self.code))
        if self.is_used:
            assert answer == CodeAnswer.NONE
        elif self.wrong >= 5:
            assert answer == CodeAnswer.TRIED_OUT
        elif not in_time:
            assert answer == CodeAnswer.EXPIRED
        else:
            self.wrong += 1
            assert answer == (CodeAnswer.WRONG if self.wrong < 5 else CodeAnswer.TRIED_OUT)

    @invariant()
    def one_code_lives_and_the_ledger_has_a_line_for_each_success(self) -> None:
        if not hasattr(self, "customer"):
            return
        live = Verification.objects.filter(address=self.number, outcome=Outcome.OPEN)
        assert live.count() <= 1
        lines = ConsentEvent.objects.filter(address=self.number, action="verified")
        assert lines.count() == self.verified
        assert len(verifications()) == len(self.sent)

    def teardown(self) -> None:
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def _send(self) -> None:
        send_code(
            customer=self.customer,
            number=self.number,
            source=ConsentSource.PORTAL,
            now=self.now,
        )

    def _check(self, code: str) -> CodeAnswer:
        return check_code(
            customer=self.customer,
            number=self.number,
            code=code,
            source=ConsentSource.PORTAL,
            now=self.now,
        )


@pytest.mark.django_db
@pytest.mark.timeout(300)
def test_codes_in_any_order() -> None:
    run_state_machine_as_test(
        Codes,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
