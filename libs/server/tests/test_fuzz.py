"""Requests that nobody thought of: whatever h11 refuses is refused here, and the rest means the same to both.

h11 is the parser of uvicorn and httpx, made by other people from the same RFC. Where it takes more than we do, a table
says why.
"""

import os
import re
from collections.abc import Callable

import h11
from hypothesis import HealthCheck, example, given, settings, strategies as st

from ogrom.server.limits import Limits
from ogrom.server.refusal import Refusal
from ogrom.server.testing.reading import read
from ogrom.server.testing.records import RECORDS, get

EXAMPLES = int(os.environ.get("OGROM_TEST_EXAMPLES", "1500"))
LIMITS = Limits(header_bytes=16 * 1024)

H11_IS_LAXER = {
    "Every line must end with CR LF": "RFC 9112, 2.2: a recipient MAY recognize a single LF; two readers then differ",
    "A field must be on one line": "RFC 9112, 5.2: a server MUST reject obs-fold, or replace it",
    "This is not HTTP/1.1": "RFC 9112, 3: method is a token, and nothing comes before it but empty lines",
    "A request must start with": "RFC 9112, 3.2: no fragment, and 2.3: the version is exactly HTTP/1.1",
    "There are too many empty lines": "RFC 9112, 2.2: at least one SHOULD be ignored",
    "This version of HTTP is not supported": "RFC 9110, 15.6.6: another major version",
    "Send exactly one Host field": "RFC 9112, 3.2: an invalid Host MUST be a 400",
    "HTTP/1.1 requires a Host field": "RFC 9110, 2.5: to us HTTP/1.5 is HTTP/1.1; h11 lets it go without",
    "The target": "RFC 9112, 3.2: one of four forms; RFC 9110, 4.2.4: no userinfo",
    "This server is not a proxy": "RFC 9110, 9.3.6: CONNECT is for proxies",
    "Content-Length must be a single whole number": "RFC 9110, 8.6: a list of equal numbers MAY be replaced",
    "Send Content-Length or, with HTTP/1.1,": "RFC 9112, 6.1: not with HTTP/1.0; 6.3: both are an error",
    "The only supported expectation": "RFC 9110, 10.1.1: 417 for another one",
    "A request must not have more than": "RFC 6585, 5: more fields than anybody sends",
    "A chunk must start with": "RFC 9112, 7.1.1: extensions have a grammar",
    "A chunk's extensions": "RFC 9112, 7.1.1: their length SHOULD be limited",
    "The content must not exceed": "RFC 9110, 15.5.14: a limit of ours",
    "A trailer field must": "RFC 9112, 7.1.2: trailers are fields",
    "The header must not exceed": "RFC 6585, 5: a limit of ours",
    "Remove the control character": "RFC 9110, 5.5: no control characters",
}
"""By the beginning of our reason: what the RFC says."""


BAD_WHITESPACE = re.compile(rb"(?<=\r\n)([0-9A-Fa-f]{1,16})[ \t]+;(?= *[!-~])")
"""Before a chunk's extension, where RFC 9110, 5.6.3 has a recipient parse it; h11 does not."""


def by_h11(data: bytes) -> tuple[list[tuple[str, str, bytes]], bool]:
    """The whole requests, and whether something was refused."""
    found: list[tuple[str, str, bytes]] = []
    while True:
        # Up to eight empty lines we skip, as RFC 9112, 2.2 asks for at least one; h11 does not.
        data = re.sub(rb"\A(?:\r\n){1,8}", b"", data)
        connection, head, content = h11.Connection(h11.SERVER, max_incomplete_event_size=16 * 1024), None, b""
        connection.receive_data(data)
        try:
            while not isinstance(event := connection.next_event(), h11.EndOfMessage):
                if isinstance(event, h11.Request):
                    head = event
                elif isinstance(event, h11.Data):
                    content += bytes(event.data)
                else:
                    return found, False
        except h11.RemoteProtocolError:
            return found, True
        assert head is not None
        found.append((head.method.decode(), head.target.decode(), content))
        if connection.their_state is not h11.DONE:
            return found, False
        data = connection.trailing_data[0]


FRAGMENTS = (
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b" ",
        b"\t",
        b":",
        b",",
        b";",
        b"=",
        b'"',
        b"\0",
        b"\x7f",
        b"\xff",
        b"_",
        b"/",
        b"//",
    ),
    *(
        b"GET",
        b"POST",
        b"HTTP/1.1",
        b"HTTP/1.0",
        b"HTTP/2.0",
        b"0",
        b"5",
        b"a",
        b"chunked",
        b"gzip",
        b"close",
    ),
    *(b"Host: b\r\n", b"Content-Length: 5\r\n", b"Content-Length: 0\r\n", b"Transfer-Encoding: chunked\r\n"),
    *(
        b"Connection: close\r\n",
        b"Expect: 100-continue\r\n",
        b"5\r\nhello\r\n",
        b"0\r\n\r\n",
        b"0\r\n",
        b";a=b",
        b"X: y\r\n",
    ),
    get(),
)
SHORT = [each.sends for each in RECORDS if len(each.sends) < 4000]


def changed(data: bytes, place: int, remove: int, add: bytes) -> bytes:
    place %= len(data) + 1
    return data[:place] + add + data[place + remove :]


edits = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from((0, 0, 1, 1, 2, 8)), st.sampled_from((b"", *FRAGMENTS))),
    max_size=4,
)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SHORT), edits)
@example(b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", [])
@example(b"GET / HTTP/1.5\r\n\r\n", [])
def test_two_readers_understand_the_same(data: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    """Or ours refuses, for a reason that stands in the table."""
    for change in changes:
        data = changed(data, *change)
    theirs, refuses = by_h11(BAD_WHITESPACE.sub(rb"\1;", data))
    found, end = read([data], LIMITS)
    ours = [(head.method, head.target, content) for head, content in found]
    assert ours == theirs[: len(ours)], "a request means something else to h11"
    if isinstance(end, Refusal):
        assert any(end.reason.startswith(each) for each in H11_IS_LAXER) or refuses, end.reason
    else:
        assert len(ours) == len(theirs), "h11 refuses what is served here"


def test_every_reason_is_one_that_we_give() -> None:
    """None is left over in the table."""
    said = {end.reason for each in RECORDS if isinstance(end := read([each.sends], Limits())[1], Refusal)}
    left: Callable[[str], bool] = lambda start: not any(each.startswith(start) for each in said)  # noqa: E731
    assert [each for each in H11_IS_LAXER if left(each)] == []
