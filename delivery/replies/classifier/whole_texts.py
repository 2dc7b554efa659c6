"""What only the whole of a text tells, and no rule for a part of it."""

import re

from delivery.replies.classifier.vocabulary import EMERGENCY

_MOST_CHARACTERS = 80
# "It quit again": the power did. "Por fin": at last.
_SAYS_OF_A_THING = re.compile(
    r"(?:it|they|that|we|this) (?:just |already |again )*(?:quit|end|stop|start)\b"
    r"|everything (?:just )?(?:quit|end)\b"
    r"|(?:por|al) fin\b"
)
_HAS_TO_CANCEL = re.compile(
    r"(?:(?:sorry|hi|hello|please|ok|hey) )*(?:i|we) (?:\w+ )?(?:need|have|got|must|gotta|had)(?: to)?"
    r" (?:cancel|end|quit)(?: (?:please|thanks|sorry|today|thank you))*"
)
_MAY_BE_A_CRY = re.compile(
    rf"{EMERGENCY}|\b(?:disconnect\w*|(?:cut|shut|turn)(?:ting)? (?:off )?(?:my|our|me|us) "
    r"(?:power|lights|electric\w*|off|service)|(?:corten|cortar|desconecten) la luz)\b"
)
_NO_AGREEMENT = re.compile(
    r"\b(?:dont|do not|didnt|did not|never|not|no|wont|cant|cannot|stop|quit|if|why|when|how|who|did"
    r"|ni|nunca|cuando|por ?que|quien)\b"
)
_IS_NOT = r"(?:I\W?m|I am|[Tt]his is|[Tt]hat is|[Ii]t is|[Ii]t\W?s) not|[Tt]his (?:isn|ain)\W?t|(?:[Yy]o )?[Nn]o soy"
_NO_ONE = r"(?:[Tt]here(?: is|\W?s) )?[Nn]o(?=.*\b(?:here|number)\b)"
_A_NAME = r"(?:(?:Mr|Mrs|Ms)\.? )?[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+(?: [A-ZÁÉÍÓÚÑ][a-záéíóúñü]+)?"
_IS_SOMEBODY_ELSE = re.compile(
    r"\W*(?:(?:[Ss]orry|[Hh]ey|[Hh]i|[Hh]ello)\W+)?"
    rf"(?:{_IS_NOT}|{_NO_ONE}) {_A_NAME}"
    r"(?: (?:here|anymore|any more|at this number|sorry))*\W*"
)
# Written large, and nobody's name.
_NO_NAME = re.compile(
    r"\b(?:Happy|Sure|Home|Paying|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Georgia"
    r"|Power|Electricity|Lights|Service|Water|Internet|Good|Okay|Ok|Fair|Right|True)\b"
)


def says_of_a_thing(words: str) -> bool:
    return _SAYS_OF_A_THING.match(words) is not None


def has_to_cancel(words: str) -> bool:
    """ "I have to cancel": an appointment, as often as not."""
    return _HAS_TO_CANCEL.fullmatch(words) is not None


def may_be_a_cry(words: str) -> bool:
    """ "Stop! There is a wire down", "Stop! Don't cut my power": a person must read what is to
    stop."""
    return _MAY_BE_A_CRY.search(words) is not None


def agrees_to_nothing(clause: str) -> bool:
    """Consent is taken from plain words alone: "don't sign me up", "why did you start" give none."""
    return _NO_AGREEMENT.search(clause) is not None


def is_somebody_else(text: str) -> bool:
    """ "I'm not Robert", "No Robert here", as it was typed: only capitals tell a name."""
    return (
        len(text) < _MOST_CHARACTERS
        and _IS_SOMEBODY_ELSE.fullmatch(text) is not None
        and _NO_NAME.search(text) is None
    )
