"""The exchange of one call: what is sent, what follows from the answer, and when it is sent again.

Nothing here waits or sends. `Exchanges.steps` is a generator that asks its driver for one step after another and gets
back what came of it, so that the client for threads and the one for asyncio behave alike.
"""

import base64
import re
import time
import zlib
from collections.abc import Generator, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Generic, TypeAlias, TypeVar, cast
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

import msgspec

from .errors import (
    PROBLEM,
    ClientError,
    DeadlinePassed,
    NotUnderstood,
    Unconfirmed,
    Unreachable,
    kind_of,
    media_type_of,
)
from .etag_cache import Answer, EtagCache
from .key import FIELD, item, new_key
from .model import reader
from .models import CONTRACT, Problem
from .problems import TYPES
from .retries import TRANSIENT, Budget, pause, seconds_of

__all__: list[str] = []

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MAX_BYTES = 16 * 1024 * 1024
"""The largest answer; the largest page of an Ogrom is a hundredth of it."""

TIME_LEFT = "X-Envoy-Expected-Rq-Timeout-Ms"
"""The field that tells the service how many milliseconds we wait, as the proxy Envoy does."""

# What msgspec raises for content that is not as expected, not UTF-8, or nested too deeply.
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

# The types of problems that say of a write that it was not even tried, or undone.
_NOT_STORED = frozenset(
    f"/problems/{each}"
    for each in (
        "data-unavailable",
        "data-timeout",
        "overloaded",
        "keys-unavailable",
        "unsupported-http-version",
    )
)

# What a header field can have; the message of whoever finds out later would have the token in it.
_TOKEN = re.compile(r"[!-~]*")

# After an answer that was lost, these say of the repeated write only that this time it was not tried.
_SAYS_NOTHING = TRANSIENT | {401, 403}


@dataclass(frozen=True)
class Asked(Generic[T_co]):
    """One request of a call, as it is to be carried out.

    Attributes:
        url: where it goes; `Exchanges.url` makes it.
        wanted: what the content of the answer is read as; None for nothing.
        content: what is sent.
        headers: further header fields.
        is_signed: whether it needs credentials from the start.
        is_write: whether it may change something.
        takes_key: whether the service knows a repeat by its key, so that a write may be sent again.
        key: the Idempotency-Key of a write; empty for a new one, if it takes one.
        fingerprint: by what the service tells the write from others with the key, in place of the content.
        repeats: whether it may be sent again without a key of its own.
        deadline: on `time.monotonic()`'s clock, in seconds.
    """

    method: str
    url: str
    wanted: type[T_co] | None
    deadline: float
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_signed: bool = False
    is_write: bool = False
    takes_key: bool = False
    key: str = ""
    fingerprint: str = ""
    repeats: bool = False

    @property
    def left(self) -> float:
        """The seconds until the deadline, never below 0.0."""
        return max(0.0, self.deadline - time.monotonic())

    def __str__(self) -> str:
        """Method and URL, without the query."""
        return f"{self.method} {self.url.partition('?')[0]}"


@dataclass(frozen=True)
class Request:
    """A step: send this, and give back a Received or raise Lost."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes
    deadline: float


@dataclass(frozen=True)
class Pause:
    """A step: wait for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Credentials:
    """A step: give back a token, another one than was refused; or None where there is nobody to ask.

    A driver that can stop waiting at the deadline raises Lost then.
    """

    refused: str | None
    deadline: float


Steps: TypeAlias = Generator[Request | Pause | Credentials, Any, T]


@dataclass(frozen=True)
class Received:
    """An answer, read to its end; the names of its header fields are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def media_type(self) -> str:
        """That of the content, without parameters."""
        return media_type_of(self.headers)

    @property
    def retry_after(self) -> float | None:
        """The seconds after which the service asks to be tried again; None if it does not say."""
        return seconds_of(self.headers.get("retry-after", ""))


class Lost(Exception):
    """No whole answer came.

    Attributes:
        is_sent: whether the service may have got the request.
        is_late: whether the deadline has passed.
        is_transient: whether another try may help.
    """

    def __init__(
        self, reason: str, *, is_sent: bool, is_late: bool = False, is_transient: bool = False
    ) -> None:
        super().__init__(reason)
        self.is_sent = is_sent
        self.is_late = is_late
        self.is_transient = is_transient


@lru_cache(maxsize=1)
def user_agent() -> str:
    """The product that we are (RFC 9110, 10.1.5)."""
    return f"ogrom-client/{version('ogrom-client')} (contract {CONTRACT})"


class Exchanges:
    """Owns what one client remembers from call to call; safe in threads."""

    def __init__(self, url: str, *, max_cached: int, program: str = "") -> None:
        """Remember nothing yet.

        Args:
            url: the service's home; a user and password in it are sent as Basic credentials.
            max_cached: how many bytes of answers to keep.
            program: who calls, such as `shop-app/1.2`, for the header field `User-Agent`.

        Raises:
            ValueError: the URL is not an HTTP URL.
        """
        self.home, self._basic = _parsed(url)
        self._origin = _origin(self.home)
        self._budget = Budget()
        self.etags = EtagCache(max_cached)
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": " ".join(each for each in (program, user_agent()) if each),
        }

    def url(self, reference: str) -> str:
        """The URL that a path or a link of the service leads to.

        Raises:
            NotUnderstood: it leads to another host, which must not see what we send, or nowhere.
        """
        try:
            url = urljoin(self.home, reference)
            is_ours = _origin(url) == self._origin
        except ValueError as error:
            raise NotUnderstood(f"{self.home} has a link that is not a URL: {error}") from error
        if not is_ours:
            raise NotUnderstood(f"{self.home} links to another service, {urlsplit(url).hostname}")
        return quote(url.partition("#")[0], safe="%/:=&?~#+!$,;'@()*[]")

    def steps(self, asked: Asked[T]) -> Steps[Answer[T]]:
        """Carry out the request: the one place for entity tags, keys, credentials, deadlines and retries.

        Raises:
            ClientError: see ogrom.client.errors.
        """
        is_kept = asked.method == "GET"  # of a batch the URL does not say what it asks for
        kept = self.etags.get((asked.url, asked.wanted)) if is_kept else None
        headers = {**self._headers, **asked.headers}
        if kept is not None and kept.etag is not None:
            headers["If-None-Match"] = kept.etag
        key = asked.key or (new_key() if asked.takes_key else "")
        if key:
            headers[FIELD] = item(key, asked.fingerprint)
        repeats = asked.takes_key or asked.repeats or not asked.is_write
        received, token = yield from self._sent(asked, headers, key, repeats=repeats)
        if received.status == 304 and kept is not None:
            return replace(kept, headers={**kept.headers, **received.headers})
        answer = _answer(asked, received, key)
        # What credentials had to be shown for may be for nobody else.
        if is_kept and token is None and "no-store" not in answer.headers.get("cache-control", ""):
            self.etags.put((asked.url, asked.wanted), answer)
        return answer

    def part(self, asked: Asked[T], received: Received) -> Answer[T]:
        """The answer to a request of a batch.

        Raises:
            ClientError: see ogrom.client.errors.
        """
        if received.status >= 400:
            raise self._refusal(asked, received, asked.key)
        return _answer(asked, received, asked.key)

    def _sent(
        self, asked: Asked[Any], headers: dict[str, str], key: str, *, repeats: bool
    ) -> Steps[tuple[Received, str | None]]:
        """The answer to the last try, unless that is an error, and the token that it was sent with."""
        has_renewed = False
        is_open = False  # whether a try may have been stored
        token = (yield from _token(asked, None, key, is_open=False)) if asked.is_signed else None
        attempt = 1
        while True:
            retry_after = None
            try:
                received = _decoded((yield self._request(asked, headers, token)))
            except Lost as lost:
                error, is_transient = _lost(asked, lost, key), lost.is_transient
            else:
                if received.status < 500 and received.status not in TRANSIENT:
                    self._budget.succeeded()
                # A redirect of a repeat is a proxy's, which knows nothing of the first try.
                if received.status < (300 if is_open else 400):
                    return received, token
                if received.status == 401 and not has_renewed:
                    has_renewed = True
                    renewed = yield from _token(asked, token or "", key, is_open=is_open)
                    if renewed not in (None, token):
                        token = renewed
                        continue
                retry_after = received.retry_after
                error = self._refusal(asked, received, key)
                # 409 with Retry-After: the same key is under way.
                is_under_way = bool(key) and received.status == 409 and retry_after is not None
                is_transient = received.status in TRANSIENT or is_under_way
                # A repeat is decided anew only where the first was not stored; some answers come before that.
                is_open = is_open and (
                    is_under_way or received.status in _SAYS_NOTHING or not 400 <= received.status < 500
                )
            is_open = is_open or isinstance(error, Unconfirmed)
            seconds = pause(attempt, retry_after, asked.left) if is_transient and repeats else None
            if seconds is None or not self._budget.take():
                if is_open and not isinstance(error, Unconfirmed):
                    raise Unconfirmed(error.message, key) from error
                raise error
            yield Pause(seconds)
            attempt += 1

    def _request(self, asked: Asked[Any], headers: dict[str, str], token: str | None) -> Request:
        authorization = f"Bearer {token}" if token else self._basic
        return Request(
            asked.method,
            asked.url,
            {
                **headers,
                TIME_LEFT: str(max(1, int(asked.left * 1000))),
                **({"Authorization": authorization} if authorization else {}),
            },
            asked.content,
            asked.deadline,
        )

    def _refusal(self, asked: Asked[Any], received: Received, key: str) -> ClientError:
        problem = _problem(received)
        kind = TYPES.get(problem.type, kind_of(received.status))
        refusal = kind(
            str(asked),
            received.status,
            problem,
            page=self._page(problem.type),
            headers=received.headers,
            retry_after=received.retry_after,
        )
        if not asked.is_write or not _leaves_open(received, problem):
            return refusal
        unconfirmed = Unconfirmed(refusal.message, key)
        unconfirmed.__cause__ = refusal
        return unconfirmed

    def _page(self, problem_type: str) -> str:
        """The URL of a type's page; empty where it has none."""
        if problem_type in ("", "about:blank"):
            return ""
        try:
            return urljoin(self.home, problem_type.lstrip("/"))
        except ValueError:  # it is another program's, and no URL
            return ""


def _token(asked: Asked[Any], refused: str | None, key: str, *, is_open: bool) -> Steps[str | None]:
    """A token, another one than was refused.

    Args:
        is_open: whether the write may be stored already, so that whatever goes wrong must tell its key.

    Raises:
        ClientError: it did not come in time.
        ValueError: it cannot be sent.
        Exception: what the token's function raises.
    """
    try:
        token: str | None = yield Credentials(refused, asked.deadline)
    except Exception as error:
        if is_open:
            raise Unconfirmed(f"{asked} failed: there is no other token", key) from error
        if isinstance(error, Lost):
            raise DeadlinePassed(f"{asked} failed: its token did not come in time") from error
        raise
    if token and not _TOKEN.fullmatch(token):
        raise ValueError("the token cannot be sent; give it without spaces, line breaks and accents")
    return token


def _answer(asked: Asked[T], received: Received, key: str) -> Answer[T]:
    """The content as a value.

    Raises:
        NotUnderstood: it is something else, because another program or version answers there.
        Unconfirmed: the same, where that answers a write.
    """
    if not 200 <= received.status < 300:
        # Whatever a redirect leads to must not see what we send, and no Ogrom redirects.
        led = received.headers.get("location", "")
        raise NotUnderstood(_unexpected(asked, f"with {received.status}{led and f', to {led}'}"))
    etag = received.headers.get("etag")
    is_empty = not received.content or received.media_type == "application/json"
    if asked.wanted is None and is_empty:  # what a later service says there is not needed
        return Answer(None, etag, received.status, received.headers)  # type: ignore[arg-type]
    kind = NotUnderstood if not asked.is_write else lambda message: Unconfirmed(message, key)
    if received.media_type != "application/json":
        sent = received.media_type or "content of no type"
        raise kind(_unexpected(asked, f"with {sent}, not application/json"))
    try:
        value: T = reader(cast(Hashable, asked.wanted))(received.content)
    except _UNREADABLE as error:
        raise kind(_unexpected(asked, f"with content that is not as expected: {error}")) from error
    return Answer(value, etag, received.status, received.headers, len(received.content))


def _unexpected(asked: Asked[Any], how: str) -> str:
    return f"{asked} is answered {how}; see that an Ogrom serves there"


def _lost(asked: Asked[Any], lost: Lost, key: str) -> ClientError:
    """The error of a try that has no answer."""
    message = f"{asked} had no answer in time" if lost.is_late else f"{asked} failed: {lost}"
    if asked.is_write and lost.is_sent:
        return Unconfirmed(message, key)
    return (DeadlinePassed if lost.is_late else Unreachable)(message)


def _leaves_open(received: Received, problem: Problem) -> bool:
    """Whether nobody can tell from a refusal whether a write was stored."""
    if received.status < 500 or received.status == 501:
        return False
    if received.media_type != PROBLEM:
        return received.status != 503  # which is a balancer's word for having nobody to send it to
    return problem.type not in _NOT_STORED


def _problem(received: Received) -> Problem:
    """The problem document of a refusal; one that only says the status, where the content is something else."""
    given: dict[str, object] = {"type": "about:blank", "title": "", "status": received.status}
    if received.media_type == PROBLEM:
        try:
            members = msgspec.json.decode(received.content, type=dict)
            problem: Problem = reader(Problem)(msgspec.json.encode(given | members))
        except _UNREADABLE:
            pass
        else:
            return problem
    return msgspec.convert(given, Problem)


def _decoded(received: Received) -> Received:
    """The answer with its content as it was before it was compressed.

    Raises:
        Lost: it cannot be decompressed, or is too large.
    """
    coding = received.headers.get("content-encoding", "identity").strip().lower()
    if coding == "identity":
        return received
    if coding != "gzip":
        raise Lost(f"it is answered in {coding}, which was not asked for", is_sent=True)
    if not received.content and received.status in (204, 304):
        return received
    decompress = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = decompress.decompress(received.content, MAX_BYTES + 1)
    except zlib.error as error:
        raise Lost("it is answered with broken gzip", is_sent=True) from error
    if len(content) > MAX_BYTES:
        raise too_large()
    if not decompress.eof:
        raise Lost("it is answered with broken gzip", is_sent=True)
    return Received(received.status, received.headers, content)


def too_large() -> Lost:
    """The error of an answer that nobody should have to read."""
    return Lost(f"it is answered with more than {MAX_BYTES} bytes", is_sent=True)


def _parsed(url: str) -> tuple[str, str]:
    """The home without what is secret in it, ending in a slash, and the Basic credentials in it."""
    try:
        parts = urlsplit(url)
        is_http = parts.scheme in ("http", "https") and bool(_origin(url)[1].encode("idna"))
    except ValueError:
        # It may hold a password, so nothing of it is quoted.
        raise ValueError("the service's URL is not a URL; use https://host/") from None
    if not is_http:
        raise ValueError("the service's URL is not an HTTP URL; use https://host/")
    name = parts.hostname or ""
    host = f"[{name}]" if ":" in name else name.encode("idna").decode()
    port = "" if parts.port is None else f":{parts.port}"
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    return f"{parts.scheme}://{host}{port}{path}", _basic(parts.username, parts.password)


def _basic(user: str | None, password: str | None) -> str:
    """Credentials of RFC 7617."""
    if user is None:
        return ""
    pair = unquote_to_bytes(user) + b":" + unquote_to_bytes(password or "")
    return f"Basic {base64.b64encode(pair).decode()}"


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port (RFC 6454)."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
