"""Which mail domains people mean when they mistype one.

A domain in `NOT_MAIL_DOMAINS`, or one that ends in no top-level domain that exists, certainly has
no mailboxes of members: mail to it is lost, or worse, read by somebody who collects typing errors.
A domain that is merely one keystroke from a common one may be real, so it only gets a suggestion.
"""

from functools import lru_cache
from typing import NamedTuple

COMMON_MAIL_DOMAINS = (
    "gmail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "aol.com",
    "icloud.com",
    "comcast.net",
    "bellsouth.net",
    "att.net",
    "sbcglobal.net",
    "verizon.net",
    "charter.net",
    "windstream.net",
    "earthlink.net",
    "live.com",
    "msn.com",
    "me.com",
    "mac.com",
    "ymail.com",
    "rocketmail.com",
    "mindspring.com",
    "centurylink.net",
    "embarqmail.com",
    "frontier.com",
    "frontiernet.net",
    "cox.net",
    "suddenlink.net",
    "mediacombb.net",
    "roadrunner.com",
    "juno.com",
    "netzero.net",
    "protonmail.com",
    "proton.me",
    "hughes.net",
    "example.com",
    "example.org",
    "example.net",
)

# Real mail domains that lie one keystroke from a common one.
_REAL_NEIGHBOURS = frozenset(
    {
        "mail.com",
        "email.com",
        "gmx.com",
        "gmx.net",
        "aim.com",
        "ymail.com",
        "live.net",
        "att.com",
        "cox.com",
        "fox.net",
        "mac.net",
        "msn.net",
        "ms.com",
        "we.com",
        "ne.com",
        "one.com",
        "hey.com",
        "pm.me",
        "tmail.com",
        "fmail.com",
        "yahoo.ca",
        "yahoo.es",
        "yahoo.fr",
    }
)

NOT_MAIL_DOMAINS = {
    wrong: right
    for right, wrongs in {
        "gmail.com": (
            "gmial.com gmai.com gmal.com gmil.com gamil.com gmaill.com gmaul.com gmsil.com "
            "gnail.com gmali.com gmaiil.com ggmail.com gmail.cm gmail.om gmail.cim gmail.c "
            "gmail.co.com gmailcom gmail gimal.com gmail.comcom gmaol.com gmailc.om"
        ),
        "yahoo.com": (
            "yaho.com yahooo.com yhoo.com yahho.com yaoo.com yhaoo.com yahoo.cm yahoo.om yahoo "
            "yahoo.c yahoocom"
        ),
        "hotmail.com": (
            "hotmial.com hotmal.com hotmai.com hotmil.com hotamil.com hotmaill.com hormail.com "
            "hotmail.cm hotmail.om hotmail hotmailcom htomail.com"
        ),
        "outlook.com": (
            "outlok.com outloo.com outlool.com otlook.com outllok.com oulook.com outlook.cm "
            "outlook outlookcom outook.com"
        ),
        "aol.com": "aol.cm aol.om aol aolcom aoll.com",
        "icloud.com": (
            "iclod.com icoud.com iclould.com icloude.com icloud.cm icloud icloudcom icluod.com"
        ),
        "comcast.net": "comast.net comcst.net concast.net comcat.net comcast comcastnet",
        "bellsouth.net": (
            "belsouth.net bellsoth.net bellsouht.net bellsouth bellsouthnet bellsout.net"
        ),
        "att.net": "att attnet att.ent",
        "sbcglobal.net": "sbcgloabl.net sbcgobal.net sbcglobal sbcglobalnet sbglobal.net",
        "example.com": (
            "exmaple.com exampel.com examlpe.com eample.com exampl.com exaple.com examle.com "
            "exmple.com"
        ),
        "example.org": "exmaple.org exampel.org examlpe.org",
        "example.net": "exmaple.net exampel.net examlpe.net",
    }.items()
    for wrong in wrongs.split()
}

# They exist, and hold no mailboxes of members, as far as anybody knows: a suggestion, no more.
_SELDOM_MEANT = {
    wrong: right
    for right, wrongs in {
        "gmail.com": "gmail.co gmail.net gmail.org gmail.us",
        "yahoo.com": "yahoo.co yahoo.net yahoo.org",
        "hotmail.com": "hotmail.co hotmail.net hotmail.org",
        "outlook.com": "outlook.co outlook.net outlook.org",
        "aol.com": "aol.co aol.net",
        "icloud.com": "icloud.co icloud.net icould.com icuold.com",
        "comcast.net": "comcast.com",
        "bellsouth.net": "bellsouth.com",
        "sbcglobal.net": "sbcglobal.com",
        "earthlink.net": "earthlink.com",
        "att.net": "at.net attt.net",
    }.items()
    for wrong in wrongs.split()
}

# No such top-level domains exist (IANA's root zone); .co, .cm and .om do, so they are not here.
_NOT_TOP_LEVEL = {
    "con": "com",
    "cmo": "com",
    "comm": "com",
    "coom": "com",
    "ccom": "com",
    "ocm": "com",
    "vom": "com",
    "xom": "com",
    "cpm": "com",
    "cim": "com",
    "cok": "com",
    "comn": "com",
    "cpom": "com",
    "copm": "com",
    "c0m": "com",
    "nte": "net",
    "ent": "net",
    "nett": "net",
    "ner": "net",
    "ogr": "org",
    "orgg": "org",
    "rog": "org",
    "eud": "edu",
    "ued": "edu",
    "goc": "gov",
    "gvo": "gov",
}


class DomainVerdict(NamedTuple):
    meant: str
    """The domain that was probably meant; "" where nothing is odd."""
    certain: bool
    """There certainly is no such mail domain, so the address is not used."""


@lru_cache(maxsize=8192)
def judge_domain(domain: str) -> DomainVerdict:
    """What to think of a lower-case domain."""
    if domain in _COMMON or domain in _REAL_NEIGHBOURS:
        return DomainVerdict("", False)
    known = NOT_MAIL_DOMAINS.get(domain)
    if known is not None:
        return DomainVerdict(known, True)
    rest, _, last = domain.rpartition(".")
    top_level = _NOT_TOP_LEVEL.get(last)
    if top_level is not None and rest:
        meant = f"{rest}.{top_level}"
        if meant not in _COMMON and f"{rest}.net" in _COMMON:
            meant = f"{rest}.net"  # verizon.con
        return DomainVerdict(NOT_MAIL_DOMAINS.get(meant, meant), True)
    if domain in _SELDOM_MEANT:
        return DomainVerdict(_SELDOM_MEANT[domain], False)
    if domain.startswith("www.") and domain[4:] in _COMMON:
        return DomainVerdict(domain[4:], False)
    for common in COMMON_MAIL_DOMAINS:
        # Short names have too many real neighbours: att.net, abt.net, act.net …
        if len(common) >= 9 and one_keystroke_apart(domain, common):
            return DomainVerdict(common, False)
    return DomainVerdict("", False)


def one_keystroke_apart(first: str, second: str) -> bool:
    """Whether one character added, dropped, replaced or swapped with its neighbour makes `first`
    of `second`."""
    if abs(len(first) - len(second)) > 1 or first == second:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    left, right = first[start:], second[start:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[1::-1] and left[2:] == right[2:] and len(left) > 1)
    )


_COMMON = frozenset(COMMON_MAIL_DOMAINS)
