"""A key that somebody pressed in a call, or after calling us back (RULES 10).

9 is a revocation, as a STOP is: texts and automated calls to the number end, those that are queued
too (RULES 5). Any other key says the message again, so that a slip loses nobody the news.
"""

from dataclasses import dataclass
from enum import Enum

from django.conf import settings

from common.choices import Language
from customers.choices import ConsentSource
from customers.consent import NUMBER_CHANNELS, opt_out
from customers.models import Customer
from delivery.models import Message
from delivery.words import OPENING, stopped_words

STOP_KEY = "9"
AGAIN_KEY = "1"
# How often a call says its message; then it ends.
MOST_HEARD = 5


class Answer(Enum):
    STOPPED = "stopped"
    AGAIN = "again"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True)
class AfterKey:
    """What the call does next. `words`: what it says before it ends."""

    answer: Answer
    words: str = ""


def press_key(*, message: Message, digits: str, heard: int, is_new: bool = True) -> AfterKey:
    """In the call of a message that was said `heard` times. `is_new`: False where we were told of
    this key before."""
    language = Language(message.content.language)
    if digits == STOP_KEY:
        if is_new:
            stop_number(
                number=message.address,
                words=f"pressed {STOP_KEY}: {OPENING[language].format(name=settings.UTILITY_NAME)}",
                customer=message.customer,
            )
        return AfterKey(Answer.STOPPED, stopped_words(language))
    return AfterKey(Answer.AGAIN if heard < MOST_HEARD else Answer.GOODBYE)


def stop_number(*, number: str, words: str, customer: Customer | None = None) -> None:
    """`words` go into the ledger: the key, and what it was said to do."""
    opt_out(
        address=number,
        channels=NUMBER_CHANNELS,
        source=ConsentSource.VOICE_KEY,
        words=words,
        customer=customer,
    )
