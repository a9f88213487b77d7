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
from ogrom.protocols.errors import SourceError, Timeout, Unavailable, Unconfirmed

from .etag_cache import EtagCache, Tagged
from .responses import Response, TransientError
from .transport import DeadlineTransport, Untrusted, until

T = TypeVar("T")

ATTEMPTS = 3
"""How often a read is tried."""

MAX_PAUSE = 0.2
"""The longest pause before the next try, in seconds, unless the service asks for another."""

MAX_BYTES = 16 * 1024 * 1024
"""The largest response; the largest page of an Ogrom is a hundredth of it."""

MAX_TRACESTATE = 512
"""The longest `tracestate` that is passed on, in characters, as everybody should (W3C Trace Context, 3.3)."""

TIME_LEFT = "X-Envoy-Expected-Rq-Timeout-Ms"
"""The field that tells the service how many milliseconds we wait, as the proxy Envoy does."""

_JSON = "application/json"
_FIELD_VALUE = re.compile(r"[\x21-\x7e]{1,256}")
# A list, in which there may be blanks.
_TRACESTATE = re.compile(r"[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?")


@dataclass(frozen=True)
class Caller:
    """The call on whose behalf the service is asked.

    Attributes:
        source: the name of the source.
        ctx: the Context of the call.
        deadline: the Context's, or that of the service's timeout if it is earlier.
    """

    source: str
    ctx: Context
    deadline: float

    @property
    def left(self) -> float:
        """The seconds until the deadline, never below 0.0."""
        return max(0.0, self.deadline - time.monotonic())

    def late(self, message: str) -> SourceError:
        """The error of a call that has used up its time: Timeout only if its Context has no time left either."""
        kind = Timeout if self.ctx.remaining() == 0.0 else Unavailable
        return kind(self.source, message)


class Service:
    """Owns the connections to one Ogrom and what was read from it; safe in threads."""

    def __init__(self, url: str, *, timeout: float, connections: int, max_cached: int) -> None:
        """Connect to nothing yet.

        Args:
            url: the service's home; a user and password in it are sent as Basic credentials.
            timeout: the longest that a call may take, in seconds.
            connections: the most there may be.
            max_cached: how many bytes of JSON to keep.

        Raises:
            ValueError: the URL is not an HTTP URL, or the authorities that it needs cannot be read.
        """
        parsed = _parsed(url)
        self.home = parsed.copy_with(username=None, password=None)
        self._timeout = timeout
        # Its hooks import their libraries on first use; the first retry has no time for that.
        stamina.instrumentation.get_on_retry_hooks()
        self._etags = EtagCache(max_cached)
        self._client = httpx2.Client(
            auth=(parsed.username, parsed.password) if parsed.userinfo else None,
            headers={
                "Accept": _JSON,
                "Accept-Encoding": "gzip",
                "User-Agent": f"ogrom-client/{version('ogrom-client')}",
            },
            transport=DeadlineTransport(connections=connections, secure=parsed.scheme == "https"),
        )

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def caller(self, source: str, ctx: Context) -> Caller:
        """A call to be made on behalf of `source`.

        Raises:
            Timeout: the Context's deadline has passed.
        """
        if ctx.remaining() == 0.0:
            raise Timeout(source, "the deadline had passed before the call")
        ours = time.monotonic() + self._timeout
        return Caller(source, ctx, ours if ctx.deadline is None else min(ours, ctx.deadline))

    def url(self, caller: Caller, reference: str) -> httpx2.URL:
        """The URL that a link of the service leads to.

        Raises:
            Unavailable: it leads to another host, which must not see what we send.
        """
        try:
            url = self.home.join(reference)
        except httpx2.InvalidURL as error:
            raise Unavailable(caller.source, f"{self.home} has a link that is not a URL: {error}") from error
        if (url.scheme, url.host, url.port) != (self.home.scheme, self.home.host, self.home.port):
            raise Unavailable(caller.source, f"{self.home} links to another service, {url.host}")
        return url

    def cached(self, url: httpx2.URL) -> Tagged[object] | None:
        """What was last read from the URL, without asking whether it has changed."""
        return self._etags.get(str(url))

    def read(self, caller: Caller, url: httpx2.URL, wanted: type[T]) -> Tagged[T] | None:
        """What is at the URL; None where there is nothing.

        Tried again where that may help, and sent again by the service only if it has changed.

        Raises:
            SourceError: as `Response.refusal` and `_exchange` say.
        """
        kept = self._etags.get(str(url))
        headers = {} if kept is None or kept.etag is None else {"If-None-Match": kept.etag}
        response = self._read_with_retries(caller, url, headers)
        if response.is_missing:
            return None
        if response.status == 304 and kept is not None:
            return kept
        if response.status != 200:
            raise response.unexpected(f"with {response.status}")
        return self.keep(url, response, wanted)

    def read_own(self, caller: Caller, url: httpx2.URL, wanted: type[T]) -> T | None:
        """What is at the URL for the caller only, with the caller's token and never from memory; None for nothing.

        Raises:
            SourceError: as `Response.refusal` and `_exchange` say.
        """
        response = self._read_with_retries(caller, url, self._credentials(caller))
        return None if response.is_missing else response.read_as(wanted)

    def keep(self, url: httpx2.URL, response: Response, wanted: type[T]) -> Tagged[T]:
        """The value in the response, kept as what was last read from the URL.

        Raises:
            Unavailable: the content is not such a value.
        """
        read = Tagged(response.read_as(wanted), response.etag)
        self._etags.put(str(url), read, len(response.content))
        return read

    def write(
        self, caller: Caller, method: str, url: httpx2.URL, *, body: object = None, etag: str | None = None
    ) -> Response | None:
        """The answer to a write, which is tried once; None where there is no such resource.

        Args:
            body: what is sent as JSON; None for nothing.
            etag: of the only state that may be changed (RFC 9110, 13.1.1).

        Raises:
            Unconfirmed: it may or may not be stored: the answer was lost, or does not say.
            SourceError: as `Response.refusal` and `_exchange` say; it was not stored.
        """
        caller.ctx.writes.begun = True
        headers = self._credentials(caller) | self._key(caller) | ({} if etag is None else {"If-Match": etag})
        content = b"" if body is None else msgspec.json.encode(body)
        if content:
            headers["Content-Type"] = _JSON
        try:
            response = self._exchange(caller, method, url, headers, content)
        except TransientError as transient:
            raise transient.error from transient
        if response.is_missing:
            return None
        if not 200 <= response.status < 300:
            raise response.unexpected(f"with {response.status}")
        return response

    def _read_with_retries(self, caller: Caller, url: httpx2.URL, headers: dict[str, str]) -> Response:
        def pause(error: Exception) -> bool | float:
            if not isinstance(error, TransientError):
                return False
            # A retry that would come too late is not worth the wait.
            if error.retry_after is None:
                return caller.left > MAX_PAUSE
            return error.retry_after < caller.left and error.retry_after

        tries = stamina.retry_context(
            pause,
            attempts=ATTEMPTS,
            timeout=None,
            wait_initial=0.05,
            wait_max=MAX_PAUSE,
            wait_jitter=0.05,
        )
        try:
            for attempt in tries:
                with attempt:
                    return self._exchange(caller, "GET", url, headers)
        except TransientError as transient:
            raise transient.error from transient
        raise AssertionError("stamina tries at least once")

    def _exchange(
        self, caller: Caller, method: str, url: httpx2.URL, headers: dict[str, str], content: bytes = b""
    ) -> Response:
        """Send one request and receive its response, unless that is an error.

        Raises:
            TransientError: nothing answered, or a retry may succeed.
            Timeout: the Context's deadline has passed.
            Unavailable: the service's timeout has passed, or what answers is not an Ogrom.
            Unconfirmed: a write was sent, and its answer is lost.
            SourceError: the service refuses.
        """
        lost = Unavailable if method == "GET" else Unconfirmed
        asked = f"{method} {self.home.copy_with(raw_path=url.raw_path.partition(b'?')[0])}"
        request = self._client.build_request(
            method, url, headers=headers | self._forwarded(caller), content=content, timeout=caller.left
        )
        try:
            with until(caller.deadline):
                response = self._send(caller, asked, request, lost)
        except httpcore2.TimeoutException as error:
            message = f"{asked} had no answer in time"
            raise (
                caller.late(message) if _is_unsent(error, method) else Unconfirmed(caller.source, message)
            ) from error
        except Untrusted as error:
            raise Unavailable(caller.source, f"{asked} failed: {error}") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            kind = Unavailable if _is_unsent(error, method) else Unconfirmed
            raise TransientError(kind(caller.source, f"{asked} failed: {error}")) from error
        except httpx2.DecodingError as error:
            raise lost(caller.source, f"{asked} is answered with broken gzip") from error
        if response.status < 400 or response.is_missing:
            return response
        raise response.refusal()

    def _send(self, caller: Caller, asked: str, request: httpx2.Request, lost: type[SourceError]) -> Response:
        own = httpx2.USE_CLIENT_DEFAULT
        auth = None if "Authorization" in request.headers else own  # httpx would put its own in its place
        response = self._client.send(request, stream=True, auth=auth)
        try:
            content = bytearray()
            for part in response.iter_bytes():
                content += part
                if len(content) > MAX_BYTES:
                    raise lost(caller.source, f"{asked} is answered with more than {MAX_BYTES} bytes")
        finally:
            response.close()
        return Response(caller.source, asked, response.status_code, response.headers, bytes(content))

    @staticmethod
    def _credentials(caller: Caller) -> dict[str, str]:
        """The caller's own token, so that the service knows whose write it is; reads are open to everybody.

        It takes the place of the URL's user and password: a request has one Authorization.
        """
        principal = caller.ctx.principal
        bearer = None if principal is None else principal.bearer
        return {} if bearer is None else {"Authorization": f"Bearer {bearer.token}"}

    @staticmethod
    def _key(caller: Caller) -> dict[str, str]:
        """The call's idempotency key, and by what the service tells its write from others.

        The content that we send is not what our client has sent, and another release may send it otherwise.
        """
        key = caller.ctx.key
        if key is None:
            return {}
        text = key.text.replace("\\", r"\\").replace('"', r"\"")
        return {"Idempotency-Key": f'"{text}";fingerprint="{key.fingerprint}"'}

    @staticmethod
    def _forwarded(caller: Caller) -> dict[str, str]:
        """What the service is told about the request that we serve."""
        known = {
            "X-Request-Id": caller.ctx.request_id,
            "Traceparent": caller.ctx.traceparent,
            "Cache-Control": "no-cache" if caller.ctx.wants_latest else "",
        }
        fields = {name: value for name, value in known.items() if _FIELD_VALUE.fullmatch(value)}
        state = caller.ctx.tracestate
        if "Traceparent" in fields and len(state) <= MAX_TRACESTATE and _TRACESTATE.fullmatch(state):
            fields["Tracestate"] = state  # never alone (W3C Trace Context, 3.3)
        return {**fields, TIME_LEFT: str(max(1, int(caller.left * 1000)))}


def _is_unsent(error: Exception, method: str) -> bool:
    """Whether it cannot matter that there is no answer: nothing was sent, or nothing that changes anything."""
    return method == "GET" or isinstance(
        error, httpcore2.ConnectError | httpcore2.ConnectTimeout | httpcore2.PoolTimeout
    )


def _parsed(url: str) -> httpx2.URL:
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        # It may hold a password, so nothing of it is quoted.
        raise ValueError("the service's URL is not a URL; use https://host/") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError("the service's URL is not an HTTP URL; use https://host/")
    path = parsed.path if parsed.path.endswith("/") else parsed.path + "/"
    return parsed.copy_with(path=path, query=None, fragment=None)
