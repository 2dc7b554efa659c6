"""All addresses of the project, walked from the root."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

# A value for each kind of argument in an address; nothing has these ids.
_VALUES = {
    "int": "987654321",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "str": "nothing",
    "slug": "nothing",
    "path": "nothing",
}
_ARGUMENT = re.compile(r"<(?:(\w+):)?\w+>")


class Route(NamedTuple):
    name: str
    """With its namespace: console:people."""
    route: str
    view: Callable[..., Any]

    @property
    def path(self) -> str:
        """An address that leads there, though to nothing that exists."""
        if "^" in self.route or "(?P" in self.route:
            return "/" + re.sub(r"\(\?P<\w+>[^)]*\)", "x1", self.route).replace("^", "").replace(
                "$", ""
            )
        return "/" + _ARGUMENT.sub(lambda match: _VALUES[match.group(1) or "str"], self.route)


def all_routes() -> list[Route]:
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, route, inner)
        elif isinstance(pattern, URLPattern):
            yield Route(f"{namespace}{pattern.name}", route, pattern.callback)
