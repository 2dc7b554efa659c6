"""A subscription's endpoint is a URL that a browser gave us: it must not lead into our network.

The address is checked on the connection itself, after the name was looked up and before a byte is
written, so that a name that answers differently the second time gains nothing.
"""

import ipaddress
import socket
from collections.abc import Collection
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection

# Services that browsers are known to use. A failure of one of these is a failure of push; a
# failure of any other host says nothing, since anybody can name one.
KNOWN_SERVICES = (
    "fcm.googleapis.com",
    ".push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
)
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class EndpointError(Exception):
    """The endpoint is not one that a message may be sent to. The text holds no address."""


def is_public(text: str) -> bool:
    """Whether the IP address belongs to the open internet, whatever it is wrapped in."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast


class _PublicConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        connection = super()._new_conn()
        if not is_public(connection.getpeername()[0]):
            connection.close()
            raise EndpointError("The push endpoint leads to a private network.")
        return connection


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}


class Endpoints:
    """Sessions for endpoints: to the public internet by https, or to hosts named by us.

    Proxies and credentials of the environment are not used: a proxy would look the name up where
    we can't see it. The workers that send Web Push need direct access to the internet.
    """

    def __init__(self, *, connections: int, allow_hosts: Collection[str] = ()) -> None:
        self._allow_hosts = frozenset(allow_hosts)
        self._public = _session()
        self._public.mount("https://", _PublicAdapter(pool_maxsize=connections))
        self._allowed = _session()
        for scheme in ("http://", "https://"):
            self._allowed.mount(scheme, HTTPAdapter(pool_maxsize=connections))

    def session_for(self, endpoint: str) -> requests.Session:
        """Raises EndpointError where the URL is not one to send to."""
        try:
            parts = urlsplit(endpoint)
        except ValueError as error:
            raise EndpointError("The push endpoint is not an address.") from error
        if parts.hostname in self._allow_hosts:
            return self._allowed
        if parts.scheme != "https" or not parts.hostname or parts.username is not None:
            raise EndpointError("The push endpoint is not a plain https address.")
        return self._public

    def is_known(self, endpoint: str) -> bool:
        """Whether a failure there is the push service's, rather than a stranger's."""
        host = urlsplit(endpoint).hostname or ""
        return host in self._allow_hosts or any(
            host.endswith(name) if name.startswith(".") else host == name for name in KNOWN_SERVICES
        )

    def close(self) -> None:
        self._public.close()
        self._allowed.close()


def _session() -> requests.Session:
    session = requests.Session()
    session.adapters.clear()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session
