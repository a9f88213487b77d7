"""Client and AsyncClient: the API for Python, for threads and for asyncio."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from inspect import isawaitable
from threading import Lock
from types import TracebackType
from typing import Any, Self, TypedDict, TypeVar, Unpack

import anyio

from .batch import BatchAnswers, Requested, steps
from .bound import AsyncOperations, Operations
from .driving import driven, driven_async
from .etag_cache import Answer
from .exchange import Asked, Exchanges
from .key import checked
from .model import written
from .network import AsyncConnections, Connections
from .operation import Operation

__all__ = ["AsyncClient", "Changes", "Client"]

T = TypeVar("T")

_LONGEST = 86_400.0  # seconds; a socket cannot wait for ever


@dataclass(frozen=True)
class _Options:
    """How calls are made; see Changes."""

    locale: str
    timeout: float
    deadline: float | None = None
    key: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        checked(self.key)


class Changes(TypedDict, total=False):
    """What `using` may change.

    Attributes:
        locale: the market.
        timeout: how long a call may take with all its tries, in seconds, a day at most.
        deadline: the end of all calls, on `time.monotonic()`'s clock, in seconds; the earlier of both counts.
        key: the Idempotency-Key of one write, in place of a new one for each; in a batch each write has its own.
        headers: further header fields.
    """

    locale: str
    timeout: float
    deadline: float | None
    key: str
    headers: Mapping[str, str]


class _Calls:
    """What both clients have in common."""

    _options: _Options
    _exchanges: Exchanges

    def using(self, **changes: Unpack[Changes]) -> Self:
        """The same client, with the same connections, whose calls are made otherwise: see Changes.

        Raises:
            ValueError: the key cannot be sent.
        """
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__, _options=replace(self._options, **changes))
        return made

    def _asked(self, operation: Operation[T]) -> Asked[T]:
        """The request of an operation.

        Raises:
            NotUnderstood: it is a link to another host.
            ValueError: there is a Reference in its path or query.
        """
        options = self._options
        target = operation.target(options.locale)
        if "{" in target:
            raise ValueError(f"{target} has a reference, which stands for a value only in a batch")
        ours = time.monotonic() + min(options.timeout, _LONGEST)
        content = b"" if operation.body is None else written(operation.body)
        named = {"Content-Type": operation.media_type} if content else {}
        given = {name: value for name, value in operation.headers.items() if value is not None}
        return Asked(
            operation.method,
            self._exchanges.url(target),
            operation.wanted,
            deadline=ours if options.deadline is None else min(ours, options.deadline),
            content=content,
            headers={**options.headers, **given, **named},
            is_signed=operation.is_signed,
            is_write=operation.is_write,
            takes_key=operation.takes_key,
            key=options.key if operation.is_write else "",
        )


class Client(_Calls, Operations):
    """The API of one service, for threads; its methods are the operations of the contract. Safe in threads.

    Each method gives an Answer, or Pages if it asks for a list, and raises a ClientError.
    """

    def __init__(
        self,
        url: str,
        locale: str,
        *,
        token: Callable[[], str] | None = None,
        timeout: float = 10.0,
        connections: int = 8,
        max_cached: int = 16 * 1024 * 1024,
        program: str = "",
    ) -> None:
        """Connect to nothing yet.

        Args:
            url: the service's home, `https://shop.example/`.
            locale: the market, such as `de-DE`.
            token: gives the bearer token of writes; it is called before the first one, and again when the service does
                not accept what it gave. It is for this service only, and no other host is sent it.
            timeout: how long a call may take with all its tries, in seconds, a day at most.
            connections: the most there may be; a call that needs one more waits.
            max_cached: how many bytes of answers to keep; what is kept is only sent again if it has changed.
            program: who calls, such as `shop-app/1.2`, for the header field `User-Agent`.

        Raises:
            ValueError: the URL is not an HTTP URL, or the authorities in SSL_CERT_FILE cannot be read.
        """
        self._options = _Options(locale, timeout)
        self._exchanges = Exchanges(url, max_cached=max_cached, program=program)
        self._connections = Connections(self._exchanges.home, connections)
        self._token = None if token is None else _Tokens(token).get

    def send(self, operation: Operation[T]) -> Answer[T]:
        """Carry out an operation of `ogrom.client.operations`.

        Raises:
            ClientError: see `ogrom.client.errors`.
        """
        return driven(self._exchanges.steps(self._asked(operation)), self._connections, self._token)

    def follow(self, link: str, wanted: type[T]) -> Answer[T]:
        """What a link of the service leads to, read as a type of `ogrom.client.models`, or as `dict`.

        Raises:
            ClientError: see `ogrom.client.errors`; NotUnderstood if it leads to another host.
        """
        return self.send(Operation("GET", link, wanted))

    def batch(self, *requests: Requested[Any]) -> BatchAnswers:
        """Send up to 64 requests of this market in one; see `ogrom.client.request`.

        Reads are made side by side, writes in order. Each has an answer or an error of its own, and what uses the
        answer of a refused one is refused, too. The batch is tried again if each write in it has a key.

        Raises:
            ClientError: the batch as a whole was refused, or not answered.
            ValueError: there are more than 64, two have the same id, or one belongs to no market; nothing was sent.
        """
        return driven(steps(self._exchanges, self._asked, requests), self._connections, self._token)

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncClient(_Calls, AsyncOperations):
    """The API of one service, for asyncio; its methods are the operations of the contract.

    Its connections belong to the event loop in which it was used first: make one in each.

    Each method gives an Answer to await, or AsyncPages if it asks for a list, and raises a ClientError.
    """

    def __init__(
        self,
        url: str,
        locale: str,
        *,
        token: Callable[[], str | Awaitable[str]] | None = None,
        timeout: float = 10.0,
        connections: int = 100,
        max_cached: int = 16 * 1024 * 1024,
        program: str = "",
    ) -> None:
        """Connect to nothing yet; arguments and errors are those of Client, and `token` may be a coroutine function."""
        self._options = _Options(locale, timeout)
        self._exchanges = Exchanges(url, max_cached=max_cached, program=program)
        self._connections = AsyncConnections(self._exchanges.home, connections)
        self._token = None if token is None else _AsyncTokens(token).get

    async def send(self, operation: Operation[T]) -> Answer[T]:
        """Carry out an operation; see `Client.send`."""
        return await driven_async(
            self._exchanges.steps(self._asked(operation)), self._connections, self._token
        )

    async def follow(self, link: str, wanted: type[T]) -> Answer[T]:
        """What a link of the service leads to; see `Client.follow`."""
        return await self.send(Operation("GET", link, wanted))

    async def batch(self, *requests: Requested[Any]) -> BatchAnswers:
        """Send up to 64 requests of this market in one; see `Client.batch`."""
        done = steps(self._exchanges, self._asked, requests)
        return await driven_async(done, self._connections, self._token)

    async def close(self) -> None:
        """Close every connection."""
        await self._connections.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class _Tokens:
    """Owns the token that was given last; safe in threads, of which only one asks for another."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self._ask = ask
        self._kept: str | None = None
        self._lock = Lock()

    def get(self, refused: str | None) -> str:
        with self._lock:
            if self._kept is None or self._kept == refused:
                self._kept = self._ask()
            return self._kept


class _AsyncTokens:
    """The same for asyncio."""

    def __init__(self, ask: Callable[[], str | Awaitable[str]]) -> None:
        self._ask = ask
        self._kept: str | None = None
        self._lock = anyio.Lock()

    async def get(self, refused: str | None) -> str:
        async with self._lock:
            if self._kept is None or self._kept == refused:
                given = self._ask()
                self._kept = await given if isawaitable(given) else given
            return self._kept
