"""The one mail that all of them send: multipart, with a personal greeting."""

from email.message import EmailMessage

SENDER = "alerts@pineriver.example.com"
SUBJECT = "Work on your line today"
BODY = (
    "Hello {{ name }},\n\nCrews will work at pole {{ pole }} near you today between 9:00 and "
    "15:00. Your power may be off for up to an hour in that time. Please unplug what must not "
    "be switched off suddenly.\n\nIf your power is still off after 15:00, call 478-555-0100."
)


def personal(n: int) -> tuple[str, str, str]:
    """Address, text and HTML for the n-th member."""
    text = BODY.replace("{{ name }}", f"Member {n}").replace("{{ pole }}", str(n))
    paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    page = (
        "<!doctype html><html lang=en><body style='font:16px sans-serif'>"
        f"{paragraphs}</body></html>"
    )
    return f"member{n}@example.com", text, page


def prebuilt() -> tuple[str, bytes]:
    """One such message, built: what a bare loop sends again and again."""
    address, text, page = personal(1)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, address, SUBJECT
    message.set_content(text)
    message.add_alternative(page, subtype="html")
    return address, message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
