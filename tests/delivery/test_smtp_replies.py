"""RULES 21: what a server's replies mean."""

import pytest

from delivery.providers.smtp.replies import Reply, Stage, queue_id, refusal


@pytest.mark.parametrize("code", ["5.1.1", "5.1.2", "5.1.3", "5.1.6"])
def test_these_codes_mean_a_bad_address(code: str) -> None:
    error = refusal(Reply(550, f"{code} gone"), Stage.RECIPIENT)
    assert (error.permanent, error.bad_address, error.code) == (True, True, code)


@pytest.mark.parametrize("code", ["5.2.0", "5.2.1", "5.2.2", "5.3.0", "5.4.4", "5.7.1", "5.7.26"])
def test_these_codes_are_never_the_address_s_fault(code: str) -> None:
    error = refusal(Reply(550, f"{code} User unknown"), Stage.RECIPIENT)
    assert (error.permanent, error.bad_address, error.code) == (True, False, code)


@pytest.mark.parametrize(
    ("reply", "stage", "soft"),
    [
        (Reply(552, "5.2.2 Mailbox full"), Stage.RECIPIENT, True),
        (Reply(450, "4.2.0 Greylisted"), Stage.RECIPIENT, True),
        (Reply(550, "5.4.1 Access denied"), Stage.RECIPIENT, True),
        (Reply(550, "5.7.1 Spam"), Stage.RECIPIENT, False),
        (Reply(550, "5.1.1 Unknown"), Stage.RECIPIENT, False),
        (Reply(552, "5.3.4 Message too big"), Stage.SENDER, False),
        (Reply(554, "5.3.0 Can't"), Stage.CONTENT, False),
        (Reply(451, "4.3.0 Disk"), Stage.DATA, False),
    ],
)
def test_only_what_is_said_of_the_recipient_is_a_soft_bounce(
    reply: Reply, stage: Stage, soft: bool
) -> None:
    assert refusal(reply, stage).soft_bounce is soft


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (Reply(421, "4.7.0 busy"), 60),
        (Reply(450, "4.2.0 Greylisted"), 300),
        (Reply(451, ""), 120),
        (Reply(450, "try again in 7 minutes"), 420),
        (Reply(450, "Greylisted for 30 seconds"), 30),
        (Reply(450, "in 99999 minutes"), 3600),
        (Reply(450, "in 0 seconds"), 1),
    ],
)
def test_how_long_to_wait(reply: Reply, seconds: float) -> None:
    error = refusal(reply, Stage.RECIPIENT)
    assert (error.permanent, error.retry_after, error.bad_address) == (False, seconds, False)


def test_an_enhanced_code_of_another_class_is_not_believed() -> None:
    error = refusal(Reply(550, "2.1.1 odd"), Stage.RECIPIENT)
    assert (error.code, error.bad_address) == ("550", False)


def test_a_reply_of_no_class_is_the_server_s_trouble() -> None:
    error = refusal(Reply(354, "go"), Stage.SENDER)
    assert (error.permanent, error.down) == (False, True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2.0.0 Ok: queued as 4B1D2C3A5F", "4B1D2C3A5F"),
        ("OK id=1rABcd-000123-Xy", "1rABcd-000123-Xy"),
        ("2.0.0 3A7BdEf012345 Message accepted for delivery", "3A7BdEf012345"),
        ("Ok 0100018d1234abcd-1234-5678", "0100018d1234abcd-1234-5678"),
        ("2.0.0 Ok", ""),
        ("Ok", ""),
    ],
)
def test_the_id_that_the_server_gave(text: str, found: str) -> None:
    assert queue_id(Reply(250, text)) == found


def test_reasons_hold_no_address() -> None:
    text = "5.1.1 <mae@example.com>: mae@example.com (Mae) unknown;\nmae=x@example.org"
    assert "example" not in str(refusal(Reply(550, text), Stage.RECIPIENT))
