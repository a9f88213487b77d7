"""Rates: how often a client may ask, counted in windows of fixed length.

The fields are those of draft-ietf-httpapi-ratelimit-headers: RateLimit-Policy says what holds, RateLimit what is left
of it and when the window ends.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil
from time import monotonic, time
from typing import Any, cast

from limits import RateLimitItemPerSecond
from limits.errors import ConfigurationError, StorageError
from limits.storage import Storage, storage_from_string

from ogrom.http import Problem
from ogrom.http.flask import PART_OF, Gate, WsgiRequest
from ogrom.protocols.waiting import BLOCKING, Waiter

from ..problems import QUOTA_EXCEEDED
from ..requests import WARMING, Environ, Fields
from ..serving import is_batch
from .credentials import PRINCIPAL, READS
from .parsers import Rate, RateStore

log = logging.getLogger("ogrom.operations")

PATIENCE = 0.1
"""How long a shared store is waited for at most, for each of its answers, in seconds."""

REST = 5.0
"""The seconds for which a store that does not answer is left alone; no request is counted meanwhile."""

_COUNTED = "ogrom.counted"


@dataclass(frozen=True)
class Policy:
    """A rate, and the name by which clients are told of it."""

    name: str
    rate: Rate

    @property
    def item(self) -> RateLimitItemPerSecond:
        """As the library has it; the name keeps its counts apart from those of other policies."""
        return RateLimitItemPerSecond(self.rate.requests, self.rate.seconds, namespace=f"ogrom/{self.name}")

    def __str__(self) -> str:
        return f'"{self.name}";q={self.rate.requests};w={self.rate.seconds}'


@dataclass(frozen=True)
class Count:
    """What a client has used of a policy.

    Attributes:
        policy: which one.
        used: how many requests of the present window, this one among them.
        seconds: until the window ends.
    """

    policy: Policy
    used: int
    seconds: int

    @property
    def is_exceeded(self) -> bool:
        """Whether this request is one too many."""
        return self.used > self.policy.rate.requests

    def __str__(self) -> str:
        left = max(0, self.policy.rate.requests - self.used)
        return f'"{self.policy.name}";r={left};t={self.seconds}'


class Counters:
    """Counts requests by client; owns the store, and lets all requests pass while it does not answer."""

    def __init__(
        self,
        store: Storage,
        *,
        everything: tuple[Rate, ...],
        writes: tuple[Rate, ...],
        waiter: Waiter = BLOCKING,
    ) -> None:
        """Count nothing yet.

        Args:
            everything: the rates for all requests.
            writes: those for writes, besides.
            waiter: of the requests that are counted.
        """
        self._waiter = waiter
        self._store = store
        self._reads = _policies("requests", everything)
        self._writes = (*self._reads, *_policies("writes", writes))
        self._rests_until = float("-inf")

    def count(self, client: str, *, is_read: bool) -> tuple[Count, ...]:
        """Count a request, and tell what is used by now; empty if nothing is limited or the store does not answer."""
        policies = self._reads if is_read else self._writes
        if not policies or monotonic() < self._rests_until:
            return ()
        try:
            return self._waiter.run(lambda: tuple(self._count(each, client) for each in policies))
        except StorageError as error:
            self._rests_until = monotonic() + REST
            log.warning("no rate limits for %g s, as their store failed: %s", REST, error.storage_error)
            return ()

    def _count(self, policy: Policy, client: str) -> Count:
        item = policy.item
        key = item.key_for(client)
        used = self._store.incr(key, item.get_expiry())
        left = self._store.get_expiry(key) - time()
        return Count(policy, used, min(max(1, ceil(left)), policy.rate.seconds))


def _policies(name: str, rates: tuple[Rate, ...]) -> tuple[Policy, ...]:
    """The policies of some rates; where there are several, their names tell them apart."""
    if len(rates) == 1:
        return (Policy(name, rates[0]),)
    return tuple(Policy(f"{name}-in-{each.seconds}-s", each) for each in rates)


def store_of(url: RateStore) -> Storage:
    """The store at a URL; it is not connected yet.

    Raises:
        ValueError: its library is not installed, or the URL is none that it knows.
    """
    try:
        options = _impatient() if url.is_shared else {}
        return cast(Storage, storage_from_string(url.secret, wrap_exceptions=True, **options))
    except (ConfigurationError, ImportError, ValueError) as error:
        raise ValueError(f"cannot be used: {error}; for redis://, install ogrom-operations[redis]") from error


def _impatient() -> dict[str, Any]:
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return {
        "socket_timeout": PATIENCE,
        "socket_connect_timeout": PATIENCE,
        "retry": Retry(NoBackoff(), 0),
    }


def client_of(environ: Mapping[str, Any]) -> str:
    """The client that a request is counted for: the user of its token, otherwise its address.

    An IPv6 address stands for its network of 64 bits, which mostly belongs to one client.
    """
    principal = environ.get(PRINCIPAL)
    if principal is not None:
        return f"user-{principal.user_id}"
    text = environ.get("REMOTE_ADDR", "")
    try:
        address = ip_address(text)
    except ValueError:  # a socket in the file system has none
        return "unknown"
    if isinstance(address, IPv6Address):
        network = IPv6Address(int(address) >> 64 << 64)
        return f"{network}-64" if address.ipv4_mapped is None else str(address.ipv4_mapped)
    return str(address)


def limiting(counters: Counters, exempt: Callable[[WsgiRequest], bool]) -> Gate:
    """A gate that counts requests, and refuses those beyond a limit.

    Args:
        exempt: whether a request is never counted, such as a balancer's for health.
    """

    def gate(request: WsgiRequest, _: str | None) -> Problem | None:
        if WARMING in request.environ or exempt(request):
            return None
        environ = request.environ
        is_read = request.method in READS or is_batch(environ)
        counts = counters.count(client_of(environ), is_read=is_read)
        environ.get(PART_OF, environ)[_COUNTED] = counts
        exceeded = tuple(each for each in counts if each.is_exceeded)
        return _refusal(exceeded) if exceeded else None

    return gate


def tell(environ: Environ, fields: Fields) -> None:
    """Add the fields that tell a client what is left."""
    counts: tuple[Count, ...] = environ.get(_COUNTED, ())
    if counts:
        fields.append(("RateLimit-Policy", ", ".join(str(each.policy) for each in counts)))
        fields.append(("RateLimit", ", ".join(map(str, counts))))


def _refusal(exceeded: tuple[Count, ...]) -> Problem:
    seconds = max(each.seconds for each in exceeded)
    said = " and ".join(str(each.policy.rate) for each in exceeded)
    unit = "second" if seconds == 1 else "seconds"
    return Problem(
        f"At most {said} are allowed; try again in {seconds} {unit}.",
        type=QUOTA_EXCEEDED,
        extensions={"violated-policies": [each.policy.name for each in exceeded]},
        headers={"Retry-After": str(seconds)},
    )
