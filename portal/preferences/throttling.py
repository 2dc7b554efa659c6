"""How often somebody may knock. Counted in the broker, for all processes together."""

import logging
import time

import redis
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

log = logging.getLogger(__name__)

# Of one link. A mail program asks once; a person presses a dozen times at most.
OF_A_LINK = 60
# Of one place on the net, with links that are none: somebody tries them out.
WRONG_LINKS = 30
_MINUTE = 60


def may_use_link(token: str) -> bool:
    return _counted(f"preferences:link:{token}", OF_A_LINK)


def may_try_links(request: HttpRequest) -> bool:
    """Counts a link that was none. Mail programs of one company share few places on the net, and so
    right links are not counted here."""
    place = get_adapter(request).get_client_ip(request)
    return _counted(f"preferences:wrong:{place}", WRONG_LINKS)


def _counted(name: str, most: int) -> bool:
    key = f"{name}:{int(time.time()) // _MINUTE}"
    try:
        cache.add(key, 0, timeout=2 * _MINUTE)
        return bool(cache.incr(key) <= most)
    except (redis.RedisError, ValueError):  # ValueError: it ran out in between
        log.warning("The broker is away: the preference page counts nobody.")
        return True
