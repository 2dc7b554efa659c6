"""What comes to the address for bounces and is none: replies of machines, receipts, questions."""

import re

from delivery.bounces.mail_parts import Mail

_OUT_OF_OFFICE = re.compile(
    r"out of (the )?office|on (annual |sick |parental |maternity )?(leave|vacation|holiday)"
    r"|auto(matic|mated)?[ -]?(reply|response|responder|answer)|^auto: |vacation"
    r"|away from (my|the) (desk|office|mail)|fuera de (la )?oficina|respuesta autom[aá]tica"
    r"|de vacaciones|absence|abwesenheit|r[eé]ponse automatique",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"(confirm|verify|prove) (that )?(you|your (message|e-?mail|address|identity))"
    r".{0,80}(human|sender|deliver|spam|person|sent|click|reply)"
    r"|(sender|message|e-?mail) (verification|authorization|confirmation) (request|required|needed)"
    r"|challenge[ -/]response|boxtrapper|spam ?arrest|(release|deliver) your (message|e-?mail)"
    r".{0,60}(click|reply|link)|awaiting (your )?(confirmation|verification|approval)"
    r"|please (click|reply).{0,60}(be delivered|added to .{0,20}(whitelist|approved))",
    re.IGNORECASE | re.DOTALL,
)


def says_away(mail: Mail) -> bool:
    return bool(_OUT_OF_OFFICE.search(mail.header("Subject")))


def is_auto_reply(mail: Mail) -> bool:
    """A machine answers for a person who has the mail: vacations and the like."""
    if mail.header("Auto-Submitted").lower().startswith("auto-replied"):
        return True
    if (
        mail.header("X-Autoreply")
        or mail.header("X-Autorespond")
        or mail.header("X-AutoReply-From")
    ):
        return True
    if mail.header("Precedence").lower() in ("auto_reply", "auto-reply"):
        return True
    return says_away(mail)


def is_challenge(mail: Mail) -> bool:
    """Somebody's filter wants us to prove that we are people."""
    subject = mail.header("Subject")
    return bool(_CHALLENGE.search(subject) or _CHALLENGE.search(mail.text[:4000]))
