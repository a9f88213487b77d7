"""WSGI (PEP 3333): a request as the server passes it, and a response as the server takes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from werkzeug.exceptions import ClientDisconnected
from werkzeug.urls import iri_to_uri
from werkzeug.wsgi import get_input_stream

from ..exchange import new_id
from ..problem import phrase
from ..response import Response

REQUEST_ID = "ogrom.request_id"
ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
EMPTY = frozenset((*range(100, 200), 204, 304))
REFERENCES = ("Location", "Content-Location")
PART_OF = "ogrom.part_of"
"""The key in the WSGI environment of a request that a batch has sent: the environment of the batch."""

# What a batch does not have in common with its requests: what is about its own content, state and connection.
OWN_FIELDS = frozenset(
    (
        "HTTP_ACCEPT",
        "HTTP_ACCEPT_ENCODING",
        "HTTP_CONNECTION",
        "HTTP_CONTENT_ENCODING",
        "HTTP_EXPECT",
        "HTTP_IDEMPOTENCY_KEY",
        "HTTP_TRANSFER_ENCODING",
        "HTTP_UPGRADE",
        "HTTP_X_REQUEST_ID",
    )
)

LINE_BREAK = re.compile(r"[\r\n]").search

# A 304 leaves these out, since the client has them from the response that it stored (RFC 9110, 15.4.5).
DESCRIPTIVE = frozenset(
    (
        "allow",
        "content-encoding",
        "content-language",
        "content-length",
        "content-md5",
        "content-range",
        "content-type",
        "last-modified",
    )
)


class WsgiRequest:
    """A request as a WSGI environment, read no further than asked.

    Attributes:
        environ: the environment, as the server and middleware made it.
    """

    __slots__ = ("_read", "_stream", "environ", "method", "query", "root")

    def __init__(self, environ: dict[str, Any]) -> None:
        self.environ = environ
        self._read = b""
        self._stream: Any = None
        self.method: str = environ["REQUEST_METHOD"]
        self.query: str = environ.get("QUERY_STRING", "")
        self.root: str = environ.get("SCRIPT_NAME", "").rstrip("/")

    @property
    def id(self) -> str:
        """The client's X-Request-Id if it is a short plain word, otherwise a new one of 16 hex digits."""
        return request_id(self.environ)

    @property
    def target(self) -> str:
        """The path and query as they were sent or, if the server does not say, as they could have been sent."""
        raw: str | None = self.environ.get("REQUEST_URI") or self.environ.get("RAW_URI")
        if raw:
            return raw
        path = quote(
            self.root + self.environ.get("PATH_INFO", ""), safe="/%:@!$&'()*+,;=~", encoding="latin-1"
        )
        return f"{path}?{self.query}" if self.query else path

    def header(self, name: str) -> str | None:
        """The field's value."""
        value: str | None = self.environ.get(_KEYS[name])
        return value

    def content(self, limit: int) -> bytes:
        """At most `limit` + 1 bytes of the content.

        Raises:
            EOFError: the client sends less than its Content-Length.
        """
        if self._stream is None:
            self._stream = get_input_stream(self.environ)
        try:
            while len(self._read) <= limit and (more := self._stream.read(limit + 1 - len(self._read))):
                self._read += more
        except ClientDisconnected as error:
            raise EOFError from error
        return self._read[: limit + 1]


class BatchWsgiRequest(WsgiRequest):
    """A request that can send others to the application for the same client; an `ogrom.http.batch.BatchRequest`."""

    __slots__ = ("_app",)

    def __init__(self, environ: dict[str, Any], app: Callable[..., Iterable[bytes]]) -> None:
        super().__init__(environ)
        self._app = app

    def send(
        self, id: str, method: str, target: str, fields: dict[str, str], content: bytes | None
    ) -> Response:
        """Send a request to the application, and give back what it answers."""
        said: list[Any] = []
        parts = self._app(
            self._part(id, method, target, fields, content),
            lambda status, headers, _=None: said.append((status, headers)),
        )
        try:
            body = b"".join(parts)
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        ((status, headers),) = said[-1:]
        return Response(int(status[:3]), dict(headers), body)

    def _part(
        self, id: str, method: str, target: str, fields: dict[str, str], content: bytes | None
    ) -> dict[str, Any]:
        """The environment of a request: what it has in common with the batch, and its own."""
        outer = self.environ
        environ = {key: value for key, value in outer.items() if _is_common(key)}
        path, _, query = target.removeprefix(self.root).partition("?")
        environ |= {
            PART_OF: outer,
            REQUEST_ID: f"{self.id}.{id}",
            "REQUEST_METHOD": method,
            "REQUEST_URI": target,
            "RAW_URI": target,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "HTTP_ACCEPT": "application/json",
            "wsgi.input": BytesIO(content or b""),
        }
        if content is not None:
            environ |= {"CONTENT_LENGTH": str(len(content)), "CONTENT_TYPE": "application/json"}
        environ |= {_KEYS[name.lower()]: text for name, text in fields.items()}
        return environ


def _is_common(key: str) -> bool:
    """Whether a request of a batch has something of its environment; in lower case there is what middleware notes."""
    if key.startswith("HTTP_"):
        return key not in OWN_FIELDS and not key.startswith("HTTP_IF_")
    return key.startswith("wsgi.") or (key.isupper() and not key.startswith("CONTENT_"))


class _Keys(dict[str, str]):
    """The fields' keys in the environment; a dict, since each request looks up a dozen."""

    def __missing__(self, name: str) -> str:
        key = name.upper().replace("-", "_")
        self[name] = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        return self[name]


_KEYS = _Keys()


def request_id(environ: dict[str, Any]) -> str:
    """The id of a request, always the same while it is served."""
    if REQUEST_ID not in environ:
        sent = environ.get("HTTP_X_REQUEST_ID")
        environ[REQUEST_ID] = sent if sent and ACCEPTABLE_ID.fullmatch(sent) else new_id()
    known: str = environ[REQUEST_ID]
    return known


def shares_client_id(headers: dict[str, str], environ: dict[str, Any]) -> bool:
    """Whether a shared cache may store a response that has the client's own request id.

    Args:
        headers: of the response, including the id.
        environ: of the request, which has an id from the client.
    """
    if (
        environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        or headers["X-Request-Id"] != environ["HTTP_X_REQUEST_ID"]
    ):
        return False
    cache = headers.get("Cache-Control", "")
    return "no-store" not in cache and "private" not in cache


@cache
def status_line(status: int) -> str:
    """The status with its phrase, as `start_response` takes it."""
    return f"{status} {phrase(status)}"


def fields_of(response: Response, environ: dict[str, Any]) -> list[tuple[str, str]]:
    """The header fields of a response, as Werkzeug would send them.

    Args:
        response: is not changed: a handler may return one twice.
        environ: of the request.

    Raises:
        ValueError: a field has a line break, with which more fields could be injected.
    """
    status = response.status
    headers = {**response.headers, "X-Request-Id": request_id(environ)}
    if "HTTP_X_REQUEST_ID" in environ and shares_client_id(headers, environ):
        del headers["X-Request-Id"]
    if status == 304:
        headers = {name: value for name, value in headers.items() if name.lower() not in DESCRIPTIVE}
    elif status in EMPTY:
        headers = {name: value for name, value in headers.items() if name.lower() != "content-length"}
    elif "Content-Length" not in headers and not any(name.lower() == "content-length" for name in headers):
        headers["Content-Length"] = str(len(response.content))
    for name in REFERENCES:
        if name in headers:
            headers[name] = iri_to_uri(headers[name])
    if not "".join(headers.values()).isprintable() and any(map(LINE_BREAK, headers.values())):
        raise ValueError("a header field has a line break")
    return [*headers.items()]


def content_of(response: Response) -> Iterable[bytes]:
    """The content, if a response of this status has any (RFC 9110, 6.4.1)."""
    return () if response.status in EMPTY or not response.content else [response.content]
