"""Replies for a demonstration, so that the pages about them have something to show."""

from customers.models import Customer
from delivery.replies.inbound import text_received

_TEXTS = (
    ("When will my power be back? Elm Street is dark.", "en"),
    ("I never signed up for this", "en"),
    ("Thank you, lights are on!", "en"),
    ("Please stop texting me at night", "en"),
    ("STOP", "en"),
    ("ya no vivo ahí", "es"),
    ("HELP", "en"),
    ("Can I stop by the office on Friday?", "en"),
    ("ya no me manden mensajes", "es"),
)


def load_replies() -> int:
    """A text from some members each. Returns how many."""
    taken = 0
    numbers: set[str] = set()
    for number, (body, language) in enumerate(_TEXTS):
        member = (
            Customer.objects.filter(language=language, mobile_number__startswith="+")
            .exclude(do_not_call=True)
            .exclude(mobile_number__in=numbers)
            .order_by("pk")[number * 3 : number * 3 + 1]
            .first()
        )
        if member is None:
            continue
        numbers.add(str(member.mobile_number.as_e164))
        text_received(
            sid=f"demo-{number}",
            number=str(member.mobile_number.as_e164),
            to="+14785550100",
            body=body,
        )
        taken += 1
    return taken
