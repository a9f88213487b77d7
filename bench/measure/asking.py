"""Single requests, for checks around a measurement."""

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import urlsplit

_NO_FIELDS: Mapping[str, str] = {}


def connected(url: str, seconds: float = 30.0) -> HTTPConnection:
    """A connection to the server of a URL, which gives up after so many seconds."""
    return HTTPConnection(urlsplit(url).netloc, timeout=seconds)


def ask(
    connection: HTTPConnection, path: str, fields: Mapping[str, str] = _NO_FIELDS
) -> tuple[int, HTTPMessage]:
    """The status and header fields of the response to a GET; its content is read and dropped."""
    connection.request("GET", path, headers=dict(fields))
    response = connection.getresponse()
    response.read()
    return response.status, response.headers
