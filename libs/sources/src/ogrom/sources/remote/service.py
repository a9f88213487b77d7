"""Service: one Ogrom that is asked over HTTP."""

import re
import time
from dataclasses import dataclass
from importlib.metadata import version
from typing import TypeVar

import httpcore2
import httpx2
import msgspec
import stamina

from ogrom.protocols.context import Context
from ogrom.protocols.errors import SourceError, Timeout, Unavailable

from ..deadlines import until
from .kept import Kept, Tagged
from .network import DeadlineTransport, Untrusted
from .replies import Passing, Reply

T = TypeVar("T")

ATTEMPTS = 3
"""How often a read is tried at most."""

LONGEST_PAUSE = 0.2
"""How long we wait before the next try at most, unless the service says how long, in seconds."""

MOST_BYTES = 16 * 1024 * 1024
"""How large a response may be; the largest page of an Ogrom is a hundredth of it."""

LONGEST_TRACESTATE = 512
"""How many characters of `tracestate` everybody should pass on; a longer one ends here (W3C Trace Context, 3.3)."""

TIME_LEFT = "X-Envoy-Expected-Rq-Timeout-Ms"
"""Tells the service how many milliseconds we wait, as the proxy Envoy does."""

_JSON = "application/json"
_FIELD_VALUE = re.compile(r"[\x21-\x7e]{1,256}")
_TRACESTATE = re.compile(
    r"[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?"
)  # a list, and there may be blanks in it


@dataclass(frozen=True)
class Asking:
    """On whose behalf the service is asked.

    Attributes:
        source: the name of the source.
        ctx: the Context of the call.
        deadline: the Context's, or an earlier one of our own.
    """

    source: str
    ctx: Context
    deadline: float

    @property
    def left(self) -> float:
        """The seconds until the deadline, never below 0.0."""
        return max(0.0, self.deadline - time.monotonic())

    def late(self, message: str) -> SourceError:
        """The error of a call that has used up its time, which may be less than its Context's."""
        kind = Timeout if self.ctx.remaining() == 0.0 else Unavailable
        return kind(self.source, message)


class Service:
    """Owns the connections to one Ogrom and what was read from it; safe in threads."""

    def __init__(self, url: str, *, timeout: float, connections: int, most_kept: int) -> None:
        """Connect to nothing yet.

        Args:
            url: the service's home; user and password in it are sent by HTTP's Basic scheme.
            timeout: how long a call takes at most, in seconds.
            connections: how many there are at most.
            most_kept: how many bytes of JSON the answers may have that are kept.

        Raises:
            ValueError: the URL is none of HTTP, or the authorities that it needs cannot be read.
        """
        parsed = _parsed(url)
        self.home = parsed.copy_with(username=None, password=None)
        self._timeout = timeout
        # Its hooks import their libraries when they are first wanted; the first retry has no time for that.
        stamina.instrumentation.get_on_retry_hooks()
        self._kept = Kept(most_kept)
        self._client = httpx2.Client(
            auth=(parsed.username, parsed.password) if parsed.userinfo else None,
            headers={
                "Accept": _JSON,
                "Accept-Encoding": "gzip",
                "User-Agent": f"ogrom-sources/{version('ogrom-sources')}",
            },
            transport=DeadlineTransport(connections=connections, secure=parsed.scheme == "https"),
        )

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def asking(self, source: str, ctx: Context) -> Asking:
        """A call to be made on behalf of `source`.

        Raises:
            Timeout: the Context's deadline has passed.
        """
        if ctx.remaining() == 0.0:
            raise Timeout(source, "the deadline had passed before the call")
        ours = time.monotonic() + self._timeout
        return Asking(source, ctx, ours if ctx.deadline is None else min(ours, ctx.deadline))

    def url(self, asking: Asking, reference: str) -> httpx2.URL:
        """The URL that a link of the service leads to.

        Raises:
            Unavailable: it leads to somebody else, who shall not see what we send.
        """
        try:
            url = self.home.join(reference)
        except httpx2.InvalidURL as error:
            raise Unavailable(asking.source, f"{self.home} has a link that is none: {error}") from error
        if (url.scheme, url.host, url.port) != (self.home.scheme, self.home.host, self.home.port):
            raise Unavailable(asking.source, f"{self.home} links to another service, {url.host}")
        return url

    def kept(self, url: httpx2.URL) -> Tagged[object] | None:
        """What was read last from the URL, without asking whether it is still so."""
        return self._kept.get(str(url))

    def read(self, asking: Asking, url: httpx2.URL, wanted: type[T]) -> Tagged[T] | None:
        """What is at the URL; None where there is nothing.

        Tried anew where that may help, and only sent anew by the service where it has changed.

        Raises:
            SourceError: as `Reply.refusal` and `_exchange` say.
        """
        kept = self._kept.get(str(url))
        headers = {} if kept is None or kept.etag is None else {"If-None-Match": kept.etag}
        reply = self._patiently(asking, url, headers)
        if reply.is_missing:
            return None
        if reply.status == 304 and kept is not None:
            return kept
        if reply.status != 200:
            raise reply.unexpected(f"with {reply.status}")
        return self.keep(url, reply, wanted)

    def keep(self, url: httpx2.URL, reply: Reply, wanted: type[T]) -> Tagged[T]:
        """What the reply says is at the URL, kept until it is asked for again.

        Raises:
            Unavailable: the reply says something else.
        """
        read = Tagged(reply.read_as(wanted), reply.etag)
        self._kept.put(str(url), read, len(reply.content))
        return read

    def write(
        self, asking: Asking, method: str, url: httpx2.URL, *, body: object = None, etag: str | None = None
    ) -> Reply | None:
        """The answer to a write, which is tried once; None where there is nothing to be written to.

        Args:
            body: what is sent as JSON; None for nothing.
            etag: of the state that shall be changed and no other (RFC 9110, 13.1.1).

        Raises:
            SourceError: as `Reply.refusal` and `_exchange` say. After Unavailable and Timeout nobody knows
                whether it was stored.
        """
        asking.ctx.writes.begun = True
        headers = self._credentials(asking) | ({} if etag is None else {"If-Match": etag})
        content = b"" if body is None else msgspec.json.encode(body)
        if content:
            headers["Content-Type"] = _JSON
        try:
            reply = self._exchange(asking, method, url, headers, content)
        except Passing as passing:
            raise passing.error from passing
        if reply.is_missing:
            return None
        if not 200 <= reply.status < 300:
            raise reply.unexpected(f"with {reply.status}")
        return reply

    def _patiently(self, asking: Asking, url: httpx2.URL, headers: dict[str, str]) -> Reply:
        def pause(error: Exception) -> bool | float:
            if not isinstance(error, Passing):
                return False
            # Whoever would come back too late need not wait.
            if error.retry_after is None:
                return asking.left > LONGEST_PAUSE
            return error.retry_after < asking.left and error.retry_after

        tries = stamina.retry_context(
            pause,
            attempts=ATTEMPTS,
            timeout=None,
            wait_initial=0.05,
            wait_max=LONGEST_PAUSE,
            wait_jitter=0.05,
        )
        try:
            for attempt in tries:
                with attempt:
                    return self._exchange(asking, "GET", url, headers)
        except Passing as passing:
            raise passing.error from passing
        raise AssertionError("stamina tries at least once")

    def _exchange(
        self, asking: Asking, method: str, url: httpx2.URL, headers: dict[str, str], content: bytes = b""
    ) -> Reply:
        """One request and its answer, unless that is a refusal.

        Raises:
            Passing: nothing answered, or it may answer otherwise soon.
            Timeout: the Context's deadline has passed.
            Unavailable: our own has, or what answers is no Ogrom.
            SourceError: the answer is a refusal.
        """
        asked = f"{method} {self.home.copy_with(raw_path=url.raw_path.partition(b'?')[0])}"
        request = self._client.build_request(
            method, url, headers=headers | self._passed_on(asking), content=content, timeout=asking.left
        )
        try:
            with until(asking.deadline):
                reply = self._sent(asking, asked, request)
        except httpcore2.TimeoutException as error:
            raise asking.late(f"{asked} had no answer in time") from error
        except Untrusted as error:
            raise Unavailable(asking.source, f"{asked} failed: {error}") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise Passing(Unavailable(asking.source, f"{asked} failed: {error}")) from error
        except httpx2.DecodingError as error:
            raise Unavailable(asking.source, f"{asked} is answered with broken gzip") from error
        if reply.status < 400 or reply.is_missing:
            return reply
        raise reply.refusal()

    def _sent(self, asking: Asking, asked: str, request: httpx2.Request) -> Reply:
        own = httpx2.USE_CLIENT_DEFAULT
        auth = None if "Authorization" in request.headers else own  # httpx would put its own in its place
        response = self._client.send(request, stream=True, auth=auth)
        try:
            content = bytearray()
            for part in response.iter_bytes():
                content += part
                if len(content) > MOST_BYTES:
                    raise Unavailable(asking.source, f"{asked} is answered with more than {MOST_BYTES} bytes")
        finally:
            response.close()
        return Reply(asking.source, asked, response.status_code, response.headers, bytes(content))

    @staticmethod
    def _credentials(asking: Asking) -> dict[str, str]:
        """The caller's own token, so that the service knows whose write it is; reads are open to everybody.

        It takes the place of the URL's user and password: a request has one Authorization.
        """
        principal = asking.ctx.principal
        bearer = None if principal is None else principal.bearer
        return {} if bearer is None else {"Authorization": f"Bearer {bearer.token}"}

    @staticmethod
    def _passed_on(asking: Asking) -> dict[str, str]:
        """What the service shall know of the request that we serve."""
        known = {
            "X-Request-Id": asking.ctx.request_id,
            "Traceparent": asking.ctx.traceparent,
            "Cache-Control": "no-cache" if asking.ctx.wants_latest else "",
        }
        fields = {name: value for name, value in known.items() if _FIELD_VALUE.fullmatch(value)}
        state = asking.ctx.tracestate
        if "Traceparent" in fields and len(state) <= LONGEST_TRACESTATE and _TRACESTATE.fullmatch(state):
            fields["Tracestate"] = state  # never alone (W3C Trace Context, 3.3)
        return {**fields, TIME_LEFT: str(max(1, int(asking.left * 1000)))}


def _parsed(url: str) -> httpx2.URL:
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        # It may hold a password: say nothing of it.
        raise ValueError("the service's URL is none; use https://host/") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError("the service's URL is not one of HTTP; use https://host/")
    path = parsed.path if parsed.path.endswith("/") else parsed.path + "/"
    return parsed.copy_with(path=path, query=None, fragment=None)
