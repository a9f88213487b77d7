"""Proxies: what those in front of the server tell of the client, believed only of those that are known.

Anybody can send X-Forwarded-For. Each proxy adds the address that it was asked from at the end, so the entries from the
end on are those of known proxies, and what stands before them is whatever the client wrote.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, Final, TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

_FOR, _PROTO, _PORT = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_PORT"

# No address has more characters, though it be one of IPv6 with a zone and a port; what has is nothing to remember.
_LONGEST: Final = 100

# What AWS's balancers write is believed. They let a client's X-Forwarded-Host through as it is, so nobody may believe
# that; and no field at all of whoever is no proxy.
_NEVER: Final = ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_BY", "HTTP_FORWARDED")
_ALL: Final = (_FOR, _PROTO, _PORT, *_NEVER)


@dataclass(frozen=True, kw_only=True)
class Proxies:
    """Which proxies are believed.

    Attributes:
        networks: where the nearest one is; None where nobody but proxies reaches the server.
        hops: how many proxies a request comes by. The client is what the first of them has added to X-Forwarded-For;
            where that has fewer entries, the request came another way, and the field says nothing.
    """

    networks: tuple[Network, ...] | None = None
    hops: int = 1

    def __post_init__(self) -> None:
        """Check.

        Raises:
            ValueError: there is no proxy, which `proxies=None` says.
        """
        if self.hops < 1:
            raise ValueError(f"hops must be at least 1, not {self.hops}; to trust no proxy, use proxies=None")

    def apply(self, environ: MutableMapping[str, Any]) -> None:
        """Let the environment of a request tell of the client, and of how that asked.

        REMOTE_ADDR becomes the client's address, `wsgi.url_scheme` and SERVER_PORT what it asked with. Fields that are
        not believed go.

        Args:
            environ: of a request; REMOTE_ADDR is the nearest proxy's, empty over a Unix socket.
        """
        if self.networks is not None and not is_within(environ["REMOTE_ADDR"], self.networks):
            ignore_forwarded(environ)
            return
        for name in _NEVER:
            environ.pop(name, None)
        entries = environ.get(_FOR, "").split(",")
        entry = entries[-self.hops].strip() if len(entries) >= self.hops else ""
        if len(entry) <= _LONGEST and (address := _address(entry)):
            environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = address, "0"
        scheme = environ.get(_PROTO, "").rpartition(",")[2].strip().lower()
        if scheme in {"http", "https"}:
            environ["wsgi.url_scheme"] = scheme
        port = environ.get(_PORT, "").rpartition(",")[2].strip()
        if port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536:
            environ["SERVER_PORT"] = port


def ignore_forwarded(environ: MutableMapping[str, Any]) -> None:
    """Take away what only a proxy may say: without one, nobody is believed."""
    for name in _ALL:
        environ.pop(name, None)


@lru_cache(maxsize=1024)
def is_within(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address lies in one of the networks; what is no address lies in none.

    Args:
        address: of IP version 4 or 6; version 4 in the form of version 6 counts as version 4.
        networks: of either version.
    """
    try:
        found = _unmapped(address)
    except ValueError:
        return False
    return any(found in each for each in networks)


@lru_cache(maxsize=1024)
def _address(entry: str) -> str:
    """The address of an entry, which may have a port as Azure's have; empty where there is none."""
    host, bracket, _ = entry.removeprefix("[").partition("]")
    if not bracket and host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return str(_unmapped(host))
    except ValueError:
        return ""


def _unmapped(text: str) -> IPv4Address | IPv6Address:
    """An address; one of version 4 in the form of version 6 is that of version 4.

    Raises:
        ValueError: it is none.
    """
    found = ip_address(text)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
