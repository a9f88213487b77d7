# ruff: noqa: E501  # a record is a line
"""Requests as records: what is sent, which rule it is about, and what must come of it.

Those with plain ids are the cases of Http11Probe (github.com/MDA2AV/Http11Probe), written anew; ours begin with OGROM.
Its other cases are about what an application answers (CAP-*, COOK-*, COMP-405-ALLOW and the like), which the service
tests, and about the server's part of a response (COMP-HEAD-NO-BODY, COMP-DATE-*, COMP-NO-CL-IN-204: test_response.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

HOST = "shop.example"


class Level(Enum):
    """How the RFC says it."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


MUST, SHOULD, MAY = Level


@dataclass(frozen=True)
class Refused:
    """The server answers with this status and closes the connection; no application sees anything from there on."""

    status: int = 400


@dataclass(frozen=True)
class Request:
    """What the application is given; of fields those that the record is about."""

    method: str = "GET"
    target: str = "/"
    content: bytes = b""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Served:
    """The application is given these requests, in this order; then the server waits for another, or closes."""

    requests: tuple[Request, ...]
    closes: bool = False


@dataclass(frozen=True)
class Waits:
    """More is to come."""


Verdict: TypeAlias = Refused | Served | Waits


@dataclass(frozen=True)
class Record:
    """One case.

    Attributes:
        id: of Http11Probe, or ours.
        section: of the RFC.
        level: how the RFC says it.
        sends: what the client sends.
        verdict: what comes of it.
        before: what the application is given before that.
        because: why a SHOULD or MAY is done otherwise, or which choice was made.
    """

    id: str
    section: str
    level: Level
    sends: bytes
    verdict: Verdict
    before: tuple[Request, ...] = ()
    because: str = ""


def request(line: str, *fields: str, content: bytes = b"") -> bytes:
    return "\r\n".join((line, *fields, "", "")).encode("latin-1") + content


def get(*fields: str, target: str = "/", version: str = "1.1") -> bytes:
    return request(f"GET {target} HTTP/{version}", f"Host: {HOST}", *fields)


def post(*fields: str, content: bytes = b"", version: str = "1.1") -> bytes:
    return request(f"POST / HTTP/{version}", f"Host: {HOST}", *fields, content=content)


def chunked(content: bytes) -> bytes:
    return post("Transfer-Encoding: chunked", content=content)


def served(*requests: Request, closes: bool = False) -> Served:
    return Served(requests or (Request(),), closes)


BAD = Refused(400)
POSTED = Request("POST", content=b"hello")
EMPTY_POST = Request("POST")
SMUGGLED = get(target="/smuggled")
STRICT = "What two readers could understand in two ways is refused (9112, 11.2)."
WHATWG = "Browsers send it as it is (WHATWG URL, percent-encode sets)."
OWN = "The application decides about methods (9110, 15.5.6 and 15.6.2)."

REQUEST_LINES = (
    Record("COMP-BASELINE", "9112, 3", MUST, get(), served()),
    Record("RFC9112-2.2-BARE-LF-REQUEST-LINE", "9112, 2.2", MAY, b"GET / HTTP/1.1\nHost: a\r\n\r\n", BAD, because=STRICT),
    Record("RFC9112-3-CR-ONLY-LINE-ENDING", "9112, 2.2", MUST, b"GET / HTTP/1.1\rHost: a\r\n\r\n", BAD),
    Record("RFC9112-3-MULTI-SP-REQUEST-LINE", "9112, 3", SHOULD, request("GET  / HTTP/1.1", "Host: a"), BAD),
    Record("RFC9112-3-MISSING-TARGET", "9112, 3", MUST, request("GET HTTP/1.1", "Host: a"), BAD),
    Record("COMP-REQUEST-LINE-TAB", "9112, 3", SHOULD, request("GET\t/ HTTP/1.1", "Host: a"), BAD),
    Record("COMP-WHITESPACE-BEFORE-HEADERS", "9112, 2.2", MUST, request("GET / HTTP/1.1", " ", "Host: a"), BAD),
    Record("COMP-LEADING-CRLF", "9112, 2.2", SHOULD, b"\r\n\r\n" + get(), served()),
    Record("OGROM-LEADING-CRLF-MANY", "9112, 2.2", SHOULD, b"\r\n" * 100 + get(), BAD, because="At least one is asked for; a stream of them is no request."),
    Record("OGROM-LEADING-LF", "9112, 2.2", SHOULD, b"\n" + get(), BAD),
    Record("OGROM-LEADING-SPACE", "9112, 3", SHOULD, b" " + get(), BAD),
    Record("OGROM-TRAILING-SPACE", "9112, 3", SHOULD, request("GET / HTTP/1.1 ", "Host: a"), BAD),
    Record("OGROM-SP-BEFORE-CR", "9112, 3", SHOULD, request("GET /  HTTP/1.1", "Host: a"), BAD),
    Record("OGROM-NBSP", "9112, 3", MUST, request("GET\xa0/\xa0HTTP/1.1", "Host: a"), BAD),
    Record("COMP-METHOD-CASE", "9110, 9.1", SHOULD, request("get / HTTP/1.1", "Host: a"), served(Request("get")), because=OWN),
    Record("COMP-UNKNOWN-METHOD", "9110, 9.1", SHOULD, request("FOOBAR / HTTP/1.1", "Host: a"), served(Request("FOOBAR")), because=OWN),
    Record("OGROM-METHOD-NO-TOKEN", "9110, 9.1", MUST, request("GE(T / HTTP/1.1", "Host: a"), BAD),
    Record("OGROM-METHOD-EMPTY", "9110, 9.1", MUST, request(" / HTTP/1.1", "Host: a"), BAD),
    Record("COMP-METHOD-CONNECT", "9110, 9.3.6", SHOULD, request("CONNECT shop.example:443 HTTP/1.1", "Host: shop.example:443"), Refused(501)),
    Record("OGROM-CONNECT-PATH", "9112, 3.2.3", MUST, request("CONNECT / HTTP/1.1", "Host: a"), Refused(501)),
    Record("COMP-METHOD-TRACE", "9110, 9.3.8", SHOULD, request("TRACE / HTTP/1.1", "Host: a"), served(Request("TRACE")), because=OWN),
    Record("COMP-TRACE-WITH-BODY", "9110, 9.3.8", SHOULD, request("TRACE / HTTP/1.1", "Host: a", "Content-Length: 5", content=b"hello"), served(Request("TRACE", content=b"hello")), because=OWN),
    Record("COMP-TRACE-SENSITIVE", "9110, 9.3.8", SHOULD, request("TRACE / HTTP/1.1", "Host: a", "Authorization: Bearer x"), served(Request("TRACE")), because=OWN),
    Record("MAL-LONG-METHOD", "9112, 3", SHOULD, request("A" * 100_000 + " / HTTP/1.1", "Host: a"), Refused(431)),
    Record("MAL-BINARY-GARBAGE", "9112, 3", SHOULD, bytes(range(256)), BAD),
    Record("OGROM-TLS-HELLO", "9112, 3", SHOULD, bytes.fromhex("1603010200010001fc0303"), BAD),
    Record("MAL-EMPTY-REQUEST", "9112, 3", MAY, b"", Waits()),
    Record("MAL-WHITESPACE-ONLY-LINE", "9112, 3", MUST, b" \r\n\r\n", BAD),
    Record("MAL-INCOMPLETE-REQUEST", "9112, 8", MAY, get("X-Test: value")[:-4], Waits()),
    Record("OGROM-INCOMPLETE-LINE", "9112, 8", MAY, b"GET /pro", Waits()),
)  # fmt: skip

VERSIONS = (
    Record("RFC9112-2.3-INVALID-VERSION", "9112, 2.3", SHOULD, get(version="9.9"), Refused(505)),
    Record("RFC9112-2.3-HTTP09-REQUEST", "9112, 2.3", SHOULD, b"GET /\r\n", BAD),
    Record("OGROM-HTTP09-EXPLICIT", "9112, 2.3", SHOULD, get(version="0.9"), Refused(505)),
    Record("COMP-VERSION-MISSING-MINOR", "9112, 2.3", MUST, get(version="1"), BAD),
    Record("COMP-VERSION-LEADING-ZEROS", "9112, 2.3", MUST, get(version="01.01"), BAD),
    Record("COMP-VERSION-WHITESPACE", "9112, 2.3", MUST, get(version=" 1.1"), BAD),
    Record("COMP-VERSION-CASE", "9112, 2.3", MUST, request("GET / http/1.1", "Host: a"), BAD),
    Record("COMP-HTTP12-VERSION", "9110, 2.5", MAY, get(version="1.2"), served()),
    Record("OGROM-VERSION-THREE-PARTS", "9112, 2.3", MUST, get(version="1.1.1"), BAD),
    Record("OGROM-VERSION-COMMA", "9112, 2.3", MUST, get(version="1,1"), BAD),
    Record("OGROM-VERSION-OTHER-NAME", "9112, 2.3", MUST, request("GET / HTTQ/1.1", "Host: a"), BAD),
    Record("OGROM-VERSION-ICY", "9112, 2.3", MUST, request("GET / ICY/1.0", "Host: a"), BAD),
    Record("OGROM-VERSION-2", "9110, 15.6.6", SHOULD, get(version="2.0"), Refused(505)),
    Record("OGROM-VERSION-3", "9110, 15.6.6", SHOULD, get(version="3.0"), Refused(505)),
    Record("MAL-H2-PREFACE", "9113, 3.4", MAY, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Refused(505)),
    Record("COMP-HTTP10-NO-HOST", "9112, 3.2", MAY, request("GET / HTTP/1.0"), served(closes=True)),
    Record("COMP-HTTP10-DEFAULT-CLOSE", "9112, 9.3", SHOULD, get(version="1.0"), served(closes=True)),
    Record("OGROM-HTTP10-KEEP-ALIVE", "9112, 9.3", MAY, get("Connection: keep-alive", version="1.0"), served()),
)  # fmt: skip

TARGETS = (
    Record("RFC9112-3.2-FRAGMENT-IN-TARGET", "9112, 3.2", SHOULD, get(target="/path#frag"), BAD),
    Record("COMP-ASTERISK-WITH-GET", "9112, 3.2.4", MUST, get(target="*"), BAD),
    Record("COMP-OPTIONS-STAR", "9112, 3.2.4", MUST, request("OPTIONS * HTTP/1.1", "Host: a"), served(Request("OPTIONS", "*"))),
    Record("COMP-ABSOLUTE-FORM", "9112, 3.2.2", MUST, get(target=f"http://{HOST}/"), served(Request(target=f"http://{HOST}/"))),
    Record("SMUG-ABSOLUTE-URI-HOST-MISMATCH", "9112, 3.2.2", MUST, get(target="http://other.example/"), served(Request(target="http://other.example/", fields={"host": "other.example"}))),
    Record("OGROM-ABSOLUTE-HTTPS", "9112, 3.2.2", MUST, get(target="HTTPS://a:8/b?c"), served(Request(target="HTTPS://a:8/b?c", fields={"host": "a:8"}))),
    Record("OGROM-ABSOLUTE-NO-PATH", "9112, 3.2.2", MUST, get(target="http://a?b"), served(Request(target="http://a?b"))),
    Record("OGROM-ABSOLUTE-NO-HOST", "9110, 4.2.1", MUST, get(target="http:///a"), BAD),
    Record("OGROM-ABSOLUTE-BROKEN-IP", "3986, 3.2.2", MUST, get(target="http://["), BAD),
    Record("OGROM-ABSOLUTE-USERINFO", "9110, 4.2.4", SHOULD, get(target="http://me@a/"), BAD),
    Record("OGROM-ABSOLUTE-WITHOUT-HOST-FIELD", "9112, 3.2", MUST, request("GET http://a/ HTTP/1.1"), BAD),
    Record("OGROM-ABSOLUTE-OTHER-SCHEME", "9112, 3.2.2", SHOULD, get(target="ftp://a/"), BAD),
    Record("OGROM-AUTHORITY-WITH-GET", "9112, 3.2.3", MUST, get(target="a:80"), BAD),
    Record("OGROM-RELATIVE", "9112, 3.2.1", MUST, get(target="path"), BAD),
    Record("OGROM-QUERY-ONLY", "9112, 3.2.1", MUST, get(target="?a"), BAD),
    Record("OGROM-DOUBLE-SLASH", "9112, 3.2.1", MUST, get(target="//a"), served(Request(target="//a"))),
    Record("OGROM-TRIPLE-SLASH", "9112, 3.2.1", MUST, get(target="///a//b/../c"), served(Request(target="///a//b/../c"))),
    Record("COMP-SPACE-IN-TARGET", "9112, 3.2", MUST, get(target="/pa th"), BAD),
    Record("COMP-LONG-URL-OK", "9112, 3", SHOULD, get(target="/" + "a" * 7900), served(Request(target="/" + "a" * 7900))),
    Record("MAL-LONG-URL", "9112, 3", MUST, get(target="/" + "A" * 100_000), Refused(414)),
    Record("OGROM-LONG-URL-UNENDED", "9112, 3", MUST, b"GET /" + b"A" * 9000, Refused(414)),
    Record("MAL-NUL-IN-URL", "9112, 3.2", MUST, get(target="/\0test"), BAD),
    Record("OGROM-CONTROL-IN-URL", "9112, 3.2", MUST, get(target="/a\x01b"), BAD),
    Record("OGROM-DEL-IN-URL", "9112, 3.2", MUST, get(target="/a\x7fb"), BAD),
    Record("OGROM-TAB-IN-URL", "9112, 3.2", MUST, get(target="/a\tb"), BAD),
    Record("MAL-NON-ASCII-URL", "9112, 3.2", MUST, get(target="/caf\xc3\xa9"), BAD),
    Record("MAL-URL-OVERLONG-UTF8", "9112, 3.2", MUST, get(target="/\xc0\xaf"), BAD),
    Record("OGROM-LATIN-1-QUERY", "9112, 3.2", MUST, get(target="/?q=gr\xfcn"), BAD),
    Record("MAL-URL-BACKSLASH", "3986, 3.3", SHOULD, get(target="/path\\file"), served(Request(target="/path\\file")), because=WHATWG),
    Record("OGROM-URL-BRACKETS", "3986, 3.3", SHOULD, get(target='/[a]|{b}^`"<c>'), served(Request(target='/[a]|{b}^`"<c>')), because=WHATWG),
    Record("MAL-URL-PERCENT-NULL", "3986, 2.1", MAY, get(target="/path%00.html"), served(Request(target="/path%00.html")), because="What a path means is the application's."),
    Record("MAL-URL-PERCENT-CRLF", "3986, 2.1", MAY, get(target="/path%0d%0aX:%20y"), served(Request(target="/path%0d%0aX:%20y")), because="What a path means is the application's."),
    Record("OGROM-URL-PERCENT-BROKEN", "3986, 2.1", SHOULD, get(target="/100%"), served(Request(target="/100%")), because="What a path means is the application's."),
    Record("OGROM-OPTIONS-EMPTY-ABSOLUTE", "9112, 3.2.4", MUST, request("OPTIONS http://a HTTP/1.1", "Host: a"), served(Request("OPTIONS", "http://a"))),
)  # fmt: skip

HOSTS = (
    Record("RFC9112-7.1-MISSING-HOST", "9112, 3.2", MUST, request("GET / HTTP/1.1"), BAD),
    Record("RFC9110-5.4-DUPLICATE-HOST", "9112, 3.2", MUST, get("Host: other.example"), BAD),
    Record("COMP-DUPLICATE-HOST-SAME", "9112, 3.2", MUST, get(f"Host: {HOST}"), BAD),
    Record("COMP-HOST-WITH-USERINFO", "9112, 3.2", MUST, request("GET / HTTP/1.1", f"Host: user@{HOST}"), BAD),
    Record("COMP-HOST-WITH-PATH", "9112, 3.2", MUST, request("GET / HTTP/1.1", f"Host: {HOST}/path"), BAD),
    Record("COMP-HOST-EMPTY-VALUE", "9110, 4.2.1", MUST, request("GET / HTTP/1.1", "Host: "), BAD),
    Record("OGROM-HOST-EMPTY-10", "9110, 4.2.1", MUST, request("GET / HTTP/1.0", "Host:"), BAD),
    Record("SMUG-MULTIPLE-HOST-COMMA", "9110, 7.2", MUST, request("GET / HTTP/1.1", f"Host: {HOST}, other.example"), BAD),
    Record("OGROM-HOST-COMMA", "9110, 7.2", MUST, request("GET / HTTP/1.1", "Host: a,b"), BAD, because="The grammar has the comma, but no name does, and it is what two fields become."),
    Record("OGROM-HOST-SPACE", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: a b"), BAD),
    Record("OGROM-HOST-SCHEME", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: http://a"), BAD),
    Record("OGROM-HOST-QUERY", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: a?b"), BAD),
    Record("OGROM-HOST-FRAGMENT", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: a#b"), BAD),
    Record("OGROM-HOST-BACKSLASH", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: a\\b"), BAD),
    Record("OGROM-HOST-TWO-PORTS", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: a:80:81"), BAD),
    Record("OGROM-HOST-PORT-NO-NUMBER", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: a:b"), BAD),
    Record("OGROM-HOST-PORT-ONLY", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: :80"), BAD),
    Record("OGROM-HOST-NOT-ASCII", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: caf\xe9"), BAD),
    Record("OGROM-HOST-PERCENT-BROKEN", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: a%zz"), BAD),
    Record("OGROM-HOST-IPV6", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: [::1]:8080"), served(Request(fields={"host": "[::1]:8080"}))),
    Record("OGROM-HOST-IPV6-UNENDED", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: [::1"), BAD),
    Record("OGROM-HOST-IPV6-BARE", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: ::1"), BAD),
    Record("OGROM-HOST-EMPTY-PORT", "9112, 3.2", MUST, request("GET / HTTP/1.1", "Host: a:"), served()),
    Record("OGROM-HOST-UNDERSCORE", "3986, 3.2.2", MUST, request("GET / HTTP/1.1", "Host: my_app"), served(Request(fields={"host": "my_app"}))),
    Record("OGROM-HOST-FOLDED", "9112, 5.2", MUST, request("GET / HTTP/1.1", "Host:", " a"), BAD),
)  # fmt: skip

FIELDS = (
    Record("RFC9112-2.2-BARE-LF-HEADER", "9112, 2.2", MAY, b"GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", BAD, because=STRICT),
    Record("OGROM-BARE-LF-END", "9112, 2.2", MAY, b"GET / HTTP/1.1\r\nHost: a\r\n\n", BAD, because=STRICT),
    Record("OGROM-BARE-LF-EVERYWHERE", "9112, 2.2", MAY, b"GET / HTTP/1.1\nHost: a\n\n", BAD, because=STRICT),
    Record("SMUG-BARE-CR-HEADER-VALUE", "9112, 2.2", MUST, get("X-Test: val\rue"), BAD),
    Record("OGROM-BARE-CR-HEADER-NAME", "9112, 2.2", MUST, get("X\r-Test: value"), BAD),
    Record("OGROM-DOUBLE-CR", "9112, 2.2", MUST, b"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", BAD),
    Record("RFC9112-5.1-OBS-FOLD", "9112, 5.2", MUST, get("X-Test: value", " continued"), BAD),
    Record("OGROM-OBS-FOLD-TAB", "9112, 5.2", MUST, get("X-Test: value", "\tcontinued"), BAD),
    Record("OGROM-OBS-FOLD-FIRST", "9112, 2.2", MUST, request("GET / HTTP/1.1", " Host: a", "Host: b"), BAD),
    Record("OGROM-OBS-FOLD-EMPTY", "9112, 5.2", MUST, get("X-Test: value", " "), BAD),
    Record("RFC9110-5.6.2-SP-BEFORE-COLON", "9112, 5.1", MUST, get("X-Test : value"), BAD),
    Record("OGROM-TAB-BEFORE-COLON", "9112, 5.1", MUST, get("X-Test\t: value"), BAD),
    Record("NORM-SP-BEFORE-COLON-CL", "9112, 5.1", MUST, post("Content-Length: 5", "Content-Length : 4", content=b"hello"), BAD),
    Record("NORM-TAB-IN-NAME", "9110, 5.1", MUST, post("Content-Length: 5", "Content\tLength: 99", content=b"hello"), BAD),
    Record("RFC9112-5-EMPTY-HEADER-NAME", "9110, 5.1", MUST, get(": empty-name"), BAD),
    Record("RFC9112-5-INVALID-HEADER-NAME", "9110, 5.1", MUST, get("Bad[Name: value"), BAD),
    Record("RFC9112-5-HEADER-NO-COLON", "9112, 5", MUST, get("NoColonHere"), BAD),
    Record("MAL-NON-ASCII-HEADER-NAME", "9110, 5.1", MUST, get("X-T\xc3\xabst: value"), BAD),
    Record("OGROM-NUL-IN-HEADER-NAME", "9110, 5.1", MUST, get("X\0Test: value"), BAD),
    Record("MAL-CONTROL-CHARS-HEADER", "9110, 5.5", SHOULD, get("X-Test: abc\x07\x08\x0bdef"), BAD),
    Record("MAL-NUL-IN-HEADER-VALUE", "9110, 5.5", MUST, get("X-Test: val\0ue"), BAD),
    Record("OGROM-DEL-IN-HEADER-VALUE", "9110, 5.5", SHOULD, get("X-Test: val\x7fue"), BAD),
    Record("COOK-NUL", "9110, 5.5", MUST, get("Cookie: a=\0b"), BAD),
    Record("COOK-CONTROL-CHARS", "9110, 5.5", SHOULD, get("Cookie: a=\x01\x02"), BAD),
    Record("OGROM-OBS-TEXT", "9110, 5.5", MUST, get("X-Test: caf\xe9"), served(Request(fields={"x-test": "caf\xe9"}))),
    Record("OGROM-VALUE-EMPTY", "9112, 5", MUST, get("X-Test:"), served(Request(fields={"x-test": ""}))),
    Record("OGROM-VALUE-OWS", "9112, 5", MUST, get("X-Test: \t a \tb \t"), served(Request(fields={"x-test": "a \tb"}))),
    Record("OGROM-VALUE-COLON", "9112, 5", MUST, get("X-Test:a:b"), served(Request(fields={"x-test": "a:b"}))),
    Record("OGROM-REPEATED", "9110, 5.3", MUST, get("X-Test: a", "x-test: b"), served(Request(fields={"x-test": "a, b"}))),
    Record("NORM-UNDERSCORE-CL", "9110, 5.1", MAY, post("Content-Length: 5", "Content_Length: 99", content=b"hello"), served(POSTED), because="A name with _ is left out: under WSGI it would be the one with -."),
    Record("NORM-UNDERSCORE-TE", "9110, 5.1", MAY, post("Content-Length: 5", "Transfer_Encoding: chunked", content=b"hello"), served(POSTED), because="A name with _ is left out: under WSGI it would be the one with -."),
    Record("SMUG-TRANSFER_ENCODING", "9110, 5.1", MAY, post("Transfer_Encoding: chunked", "Content-Length: 5", content=b"hello"), served(POSTED), because="A name with _ is left out: under WSGI it would be the one with -."),
    Record("MAL-LONG-HEADER-VALUE", "6585, 5", MAY, get("X-Big: " + "B" * 100_000), Refused(431)),
    Record("MAL-LONG-HEADER-NAME", "6585, 5", MAY, get("A" * 100_000 + ": val"), Refused(431)),
    Record("MAL-MANY-HEADERS", "6585, 5", MAY, get(*(f"X-H-{n}: value" for n in range(10_000))), Refused(431)),
    Record("OGROM-MANY-SHORT-HEADERS", "6585, 5", MAY, get(*(f"{n}:" for n in range(200))), Refused(431)),
    Record("OGROM-HEADER-WITHOUT-END", "6585, 5", MAY, get("X-Big: " + "B" * 100_000)[:-4], Refused(431)),
    Record("COOK-OVERSIZED", "6585, 5", MAY, get("Cookie: big=" + "x" * 65_536), Refused(431)),
    Record("MAL-RANGE-OVERLAPPING", "9110, 14.2", MAY, get("Range: bytes=" + ",".join(["0-"] * 1000)), served()),
)  # fmt: skip

LENGTHS = (
    Record("COMP-POST-CL-BODY", "9112, 6.2", MUST, post("Content-Length: 5", content=b"hello"), served(POSTED)),
    Record("COMP-POST-CL-ZERO", "9112, 6.2", MUST, post("Content-Length: 0"), served(EMPTY_POST)),
    Record("COMP-POST-NO-CL-NO-TE", "9112, 6.3", MUST, post(), served(EMPTY_POST)),
    Record("COMP-POST-CL-UNDERSEND", "9112, 6.2", MUST, post("Content-Length: 10", content=b"hello"), Waits()),
    Record("COMP-GET-WITH-CL-BODY", "9110, 9.3.1", MAY, get("Content-Length: 5") + b"hello", served(Request(content=b"hello"))),
    Record("SMUG-HEAD-CL-BODY", "9110, 9.3.2", MAY, request("HEAD / HTTP/1.1", "Host: a", "Content-Length: 5", content=b"hello"), served(Request("HEAD", content=b"hello"))),
    Record("SMUG-OPTIONS-CL-BODY", "9110, 9.3.7", MUST, request("OPTIONS / HTTP/1.1", "Host: a", "Content-Length: 5", content=b"hello"), served(Request("OPTIONS", content=b"hello"))),
    Record("SMUG-OPTIONS-CL-BODY-DESYNC", "9110, 9.3.7", MUST, request("OPTIONS / HTTP/1.1", "Host: a", "Content-Length: 5", content=b"hello") + get(), served(Request("OPTIONS", content=b"hello"), Request())),
    Record("SMUG-GET-CL-BODY-DESYNC", "9110, 9.3.1", MAY, get("Content-Length: 5") + b"hello" + get(), served(Request(content=b"hello"), Request())),
    Record("SMUG-GET-CL-PREFIX-DESYNC", "9110, 9.3.1", MAY, get("Content-Length: 16") + b"GET / HTTP/1.1\r\n" + get(), served(Request(content=b"GET / HTTP/1.1\r\n"), Request())),
    Record("COMP-RANGE-POST", "9110, 14.2", MUST, post("Content-Length: 5", "Range: bytes=0-10", content=b"hello"), served(POSTED)),
    Record("COMP-DUPLICATE-CT", "9110, 5.3", SHOULD, post("Content-Length: 5", "Content-Type: text/plain", "Content-Type: text/html", content=b"hello"), served(Request("POST", content=b"hello", fields={"content-type": "text/plain, text/html"})), because="The application reads media types."),
    Record("RFC9112-6.1-CL-NON-NUMERIC", "9112, 6.3", MUST, post("Content-Length: abc"), BAD),
    Record("RFC9112-6.1-CL-PLUS-SIGN", "9112, 6.3", MUST, post("Content-Length: +5", content=b"hello"), BAD),
    Record("SMUG-CL-NEGATIVE", "9112, 6.3", MUST, post("Content-Length: -1"), BAD),
    Record("SMUG-CL-NEGATIVE-ZERO", "9112, 6.3", MUST, post("Content-Length: -0"), BAD),
    Record("SMUG-CL-OCTAL", "9112, 6.3", MUST, post("Content-Length: 0o5", content=b"hello"), BAD),
    Record("SMUG-CL-HEX-PREFIX", "9112, 6.3", MUST, post("Content-Length: 0x5", content=b"hello"), BAD),
    Record("SMUG-CL-UNDERSCORE", "9112, 6.3", MUST, post("Content-Length: 1_0", content=b"helloworld"), BAD),
    Record("SMUG-CL-INTERNAL-SPACE", "9112, 6.3", MUST, post("Content-Length: 1 0", content=b"helloworld"), BAD),
    Record("OGROM-CL-FRACTION", "9112, 6.3", MUST, post("Content-Length: 5.0", content=b"hello"), BAD),
    Record("OGROM-CL-SUPERSCRIPT", "9112, 6.3", MUST, post("Content-Length: \xb2", content=b"he"), BAD),
    Record("OGROM-CL-EXPONENT", "9112, 6.3", MUST, post("Content-Length: 5e0", content=b"hello"), BAD),
    Record("MAL-CL-EMPTY", "9110, 8.6", MUST, post("Content-Length: "), BAD),
    Record("MAL-CL-TAB-BEFORE-VALUE", "9110, 5.5", MAY, post("Content-Length:\t5", content=b"hello"), served(POSTED)),
    Record("SMUG-CL-TRAILING-SPACE", "9110, 5.5", SHOULD, post("Content-Length: 5 ", content=b"hello"), served(POSTED)),
    Record("SMUG-CL-EXTRA-LEADING-SP", "9110, 5.5", SHOULD, post("Content-Length:  5", content=b"hello"), served(POSTED)),
    Record("SMUG-CL-LEADING-ZEROS", "9110, 8.6", SHOULD, post("Content-Length: 005", content=b"hello"), served(POSTED)),
    Record("SMUG-CL-DOUBLE-ZERO", "9110, 8.6", SHOULD, post("Content-Length: 00"), served(EMPTY_POST)),
    Record("SMUG-CL-LEADING-ZEROS-OCTAL", "9110, 8.6", SHOULD, post("Content-Length: 0200", content=b"A" * 200), served(Request("POST", content=b"A" * 200))),
    Record("SMUG-DUPLICATE-CL", "9112, 6.3", MUST, post("Content-Length: 5", "Content-Length: 10", content=b"helloworld"), BAD),
    Record("OGROM-DUPLICATE-CL-SAME", "9110, 8.6", MAY, post("Content-Length: 5", "Content-Length: 5", content=b"hello"), BAD, because=STRICT),
    Record("SMUG-CL-COMMA-DIFFERENT", "9112, 6.3", MUST, post("Content-Length: 5, 10", content=b"hello"), BAD),
    Record("SMUG-CL-COMMA-SAME", "9110, 8.6", MAY, post("Content-Length: 5, 5", content=b"hello"), BAD, because=STRICT),
    Record("SMUG-CL-COMMA-TRIPLE", "9110, 8.6", MAY, post("Content-Length: 5, 5, 5", content=b"hello"), BAD, because=STRICT),
    Record("SMUG-DUPLICATE-CL-SMUGGLED-GET", "9112, 6.3", MUST, post("Content-Length: 4", "Content-Length: 54", content=b"PING" + SMUGGLED), BAD),
    Record("MAL-CL-OVERFLOW", "9110, 8.6", MUST, post("Content-Length: 99999999999999999999"), Refused(413)),
    Record("OGROM-CL-6000-DIGITS", "9110, 8.6", MUST, post("Content-Length: " + "9" * 6000), Refused(413)),
    Record("OGROM-CL-6000-ZEROS", "9110, 8.6", MUST, post("Content-Length: " + "0" * 6000 + "5", content=b"hello"), served(POSTED)),
    Record("MAL-POST-CL-HUGE-NO-BODY", "9110, 8.6", MUST, post("Content-Length: 999999999"), Refused(413)),
    Record("SMUG-CL0-BODY-POISON", "9112, 6.2", MUST, post("Content-Length: 0", content=b"X") + get(), served(EMPTY_POST, Request("XGET"))),
)  # fmt: skip


def _both(coding: str) -> bytes:
    return post(coding, "Content-Length: 5", content=b"hello")


TRANSFER_ENCODINGS = (
    Record("COMP-UNKNOWN-TE-501", "9112, 6.3", MUST, post("Transfer-Encoding: gzip"), BAD),
    Record("OGROM-TE-GZIP-CHUNKED", "9112, 6.1", SHOULD, post("Transfer-Encoding: gzip, chunked", content=b"0\r\n\r\n"), Refused(501)),
    Record("OGROM-TE-TWO-LINES", "9112, 6.1", SHOULD, post("Transfer-Encoding: gzip", "Transfer-Encoding: chunked", content=b"0\r\n\r\n"), Refused(501)),
    Record("SMUG-CL-TE-BOTH", "9112, 6.3", SHOULD, post("Content-Length: 24", "Transfer-Encoding: chunked", content=b"d\r\nhello-bananas\r\n0\r\n\r\n"), BAD),
    Record("SMUG-CLTE-PIPELINE", "9112, 6.3", SHOULD, post("Content-Length: 4", "Transfer-Encoding: chunked", content=b"0\r\n\r\n"), BAD),
    Record("SMUG-TECL-PIPELINE", "9112, 6.3", SHOULD, post("Transfer-Encoding: chunked", "Content-Length: 30", content=b"0\r\n\r\n"), BAD),
    Record("SMUG-CLTE-CONN-CLOSE", "9112, 6.1", MUST, post("Content-Length: 5", "Transfer-Encoding: chunked", content=b"0\r\n\r\n") + get(), BAD),
    Record("SMUG-TECL-CONN-CLOSE", "9112, 6.1", MUST, post("Transfer-Encoding: chunked", "Content-Length: 5", content=b"0\r\n\r\n") + get(), BAD),
    Record("SMUG-CLTE-DESYNC", "9112, 6.1", MUST, post("Content-Length: 6", "Transfer-Encoding: chunked", content=b"0\r\n\r\nX") + get(), BAD),
    Record("SMUG-TECL-DESYNC", "9112, 6.1", MUST, post("Transfer-Encoding: chunked", "Content-Length: 30", content=b"0\r\n\r\nX") + get(), BAD),
    Record("SMUG-CLTE-SMUGGLED-GET", "9112, 6.1", MUST, post("Content-Length: 55", "Transfer-Encoding: chunked", content=b"0\r\n\r\n" + SMUGGLED), BAD),
    Record("SMUG-CLTE-SMUGGLED-GET-CL-PLUS", "9112, 6.1", MUST, post("Content-Length: +55", "Transfer-Encoding: chunked", content=b"0\r\n\r\n" + SMUGGLED), BAD),
    Record("SMUG-CLTE-SMUGGLED-GET-CL-NON-NUMERIC", "9112, 6.1", MUST, post("Content-Length: 55x", "Transfer-Encoding: chunked", content=b"0\r\n\r\n" + SMUGGLED), BAD),
    Record("SMUG-CLTE-SMUGGLED-GET-TE-OBS-FOLD", "9112, 5.2", MUST, post("Transfer-Encoding:", " chunked", "Content-Length: 55", content=b"0\r\n\r\n" + SMUGGLED), BAD),
    Record("SMUG-CLTE-SMUGGLED-HEAD", "9112, 6.1", MUST, post("Content-Length: 40", "Transfer-Encoding: chunked", content=b"0\r\n\r\n" + request("HEAD / HTTP/1.1", "Host: a")), BAD),
    Record("SMUG-CLTE-SMUGGLED-GET-TE-TRAILING-SPACE", "9112, 6.1", MUST, post("Content-Length: 55", "Transfer-Encoding: chunked ", content=b"0\r\n\r\n" + SMUGGLED), BAD),
    Record("SMUG-CLTE-SMUGGLED-GET-TE-LEADING-COMMA", "9112, 6.1", MUST, post("Content-Length: 55", "Transfer-Encoding: , chunked", content=b"0\r\n\r\n" + SMUGGLED), BAD),
    Record("SMUG-CLTE-SMUGGLED-GET-TE-CASE-MISMATCH", "9112, 6.1", MUST, post("Content-Length: 55", "Transfer-Encoding: Chunked", content=b"0\r\n\r\n" + SMUGGLED), BAD),
    Record("SMUG-TECL-SMUGGLED-GET", "9112, 6.1", MUST, post("Transfer-Encoding: chunked", "Content-Length: 4", content=b"32\r\n" + SMUGGLED + b"\r\n0\r\n\r\n"), BAD),
    Record("SMUG-TE-DUPLICATE-HEADERS", "9112, 6.1", MUST, post("Transfer-Encoding: chunked", "Transfer-Encoding: identity", "Content-Length: 5", content=b"hello"), BAD),
    Record("SMUG-TE-DUPLICATE-HEADERS-SMUGGLED-GET", "9112, 6.1", MUST, post("Transfer-Encoding: chunked", "Transfer-Encoding: identity", "Content-Length: 55", content=b"0\r\n\r\n" + SMUGGLED), BAD),
    Record("OGROM-TE-TWICE", "9112, 6.1", MUST, post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", content=b"0\r\n\r\n"), BAD),
    Record("SMUG-TE-DOUBLE-CHUNKED", "9112, 6.1", MUST, _both("Transfer-Encoding: chunked, chunked"), BAD),
    Record("OGROM-TE-DOUBLE-CHUNKED-ALONE", "9112, 6.1", MUST, post("Transfer-Encoding: chunked, chunked", content=b"0\r\n\r\n"), BAD),
    Record("SMUG-TE-XCHUNKED", "9112, 6.3", MUST, _both("Transfer-Encoding: xchunked"), BAD),
    Record("SMUG-TE-TRAILING-SPACE", "9112, 6.3", SHOULD, _both("Transfer-Encoding: chunked "), BAD),
    Record("SMUG-TE-SP-BEFORE-COLON", "9112, 5.1", MUST, _both("Transfer-Encoding : chunked"), BAD),
    Record("SMUG-TE-CASE-MISMATCH", "9112, 6.3", SHOULD, _both("Transfer-Encoding: Chunked"), BAD),
    Record("NORM-CASE-TE", "9112, 6.3", SHOULD, _both("TRANSFER-ENCODING: chunked"), BAD),
    Record("SMUG-TE-NOT-FINAL-CHUNKED", "9112, 6.3", MUST, post("Transfer-Encoding: chunked, gzip", content=b"0\r\n\r\n"), BAD),
    Record("SMUG-TE-HTTP10", "9112, 6.1", MUST, post("Transfer-Encoding: chunked", "Content-Length: 5", content=b"hello", version="1.0"), BAD),
    Record("OGROM-TE-HTTP10-ALONE", "9112, 6.1", MUST, post("Transfer-Encoding: chunked", content=b"0\r\n\r\n", version="1.0"), BAD),
    Record("SMUG-TE-EMPTY-VALUE", "9112, 6.1", MUST, _both("Transfer-Encoding: "), BAD),
    Record("OGROM-TE-EMPTY-ALONE", "9112, 6.1", MUST, post("Transfer-Encoding:") + SMUGGLED, BAD),
    Record("OGROM-TE-COMMA", "9112, 6.1", MUST, _both("Transfer-Encoding: ,"), BAD),
    Record("SMUG-TE-LEADING-COMMA", "9110, 5.6.1", SHOULD, _both("Transfer-Encoding: , chunked"), BAD, because=STRICT),
    Record("SMUG-TE-TRAILING-COMMA", "9110, 5.6.1", SHOULD, _both("Transfer-Encoding: chunked,"), BAD, because=STRICT),
    Record("OGROM-TE-COMMA-ALONE", "9110, 5.6.1", MUST, post("Transfer-Encoding: chunked,", content=b"0\r\n\r\n"), BAD, because="An empty element is legal, but only an attacker sends one here: " + STRICT),
    Record("SMUG-TE-VTAB", "9110, 5.5", SHOULD, _both("Transfer-Encoding: \x0bchunked"), BAD),
    Record("SMUG-TE-FORMFEED", "9110, 5.5", SHOULD, _both("Transfer-Encoding: \x0cchunked"), BAD),
    Record("SMUG-TE-NULL", "9110, 5.5", MUST, _both("Transfer-Encoding: chunked\0"), BAD),
    Record("OGROM-TE-NBSP", "9112, 6.3", MUST, post("Transfer-Encoding: \xa0chunked", content=b"0\r\n\r\n"), BAD),
    Record("OGROM-TE-QUOTED", "9112, 6.3", MUST, post('Transfer-Encoding: "chunked"', content=b"0\r\n\r\n"), BAD),
    Record("OGROM-TE-CHUNK", "9112, 6.3", MUST, post("Transfer-Encoding: chunk", content=b"0\r\n\r\n"), BAD),
    Record("SMUG-TE-IDENTITY", "9112, 6.3", MUST, _both("Transfer-Encoding: identity"), BAD),
    Record("OGROM-TE-IDENTITY-CHUNKED", "9112, 6.1", SHOULD, post("Transfer-Encoding: identity, chunked", content=b"0\r\n\r\n"), Refused(501)),
    Record("SMUG-CHUNKED-WITH-PARAMS", "9112, 7", MUST, _both("Transfer-Encoding: chunked;ext=val"), BAD),
    Record("SMUG-TE-OBS-FOLD", "9112, 5.2", MUST, post("Transfer-Encoding:", " chunked", "Content-Length: 5", content=b"hello"), BAD),
    Record("SMUG-OPTIONS-TE-OBS-FOLD", "9112, 5.2", MUST, request("OPTIONS / HTTP/1.1", "Host: a", "Transfer-Encoding:", " chunked", "Content-Length: 5", content=b"hello"), BAD),
    Record("SMUG-TE-TAB-BEFORE-VALUE", "9112, 6.3", SHOULD, _both("Transfer-Encoding:\tchunked"), BAD),
    Record("OGROM-TE-ALONE-UPPER-CASE", "9112, 7", MUST, post("transfer-encoding: CHUNKED", content=b"5\r\nhello\r\n0\r\n\r\n"), served(POSTED)),
)  # fmt: skip

CHUNKS = (
    Record("COMP-CHUNKED-BODY", "9112, 7.1", MUST, chunked(b"5\r\nhello\r\n0\r\n\r\n"), served(POSTED)),
    Record("COMP-CHUNKED-MULTI", "9112, 7.1", MUST, chunked(b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"), served(Request("POST", content=b"hello world"))),
    Record("COMP-CHUNKED-EMPTY", "9112, 7.1", MUST, chunked(b"0\r\n\r\n"), served(EMPTY_POST)),
    Record("COMP-CHUNKED-NO-FINAL", "9112, 7.1", MUST, chunked(b"5\r\nhello\r\n"), Waits()),
    Record("COMP-CHUNKED-HEX-UPPERCASE", "9112, 7.1", MUST, chunked(b"A\r\nhelloworld\r\n0\r\n\r\n"), served(Request("POST", content=b"helloworld"))),
    Record("OGROM-CHUNK-LEADING-ZEROS", "9112, 7.1", MUST, chunked(b"0005\r\nhello\r\n000\r\n\r\n"), served(POSTED)),
    Record("OGROM-CHUNK-PIPELINED", "9112, 7.1", MUST, chunked(b"5\r\nhello\r\n0\r\n\r\n") + get(), served(POSTED, Request())),
    Record("COMP-CHUNKED-EXTENSION", "9112, 7.1.1", MUST, chunked(b"5;ext=value\r\nhello\r\n0\r\n\r\n"), served(POSTED)),
    Record("OGROM-CHUNK-EXT-NAME-ONLY", "9112, 7.1.1", MUST, chunked(b"5;ext\r\nhello\r\n0;a;b\r\n\r\n"), served(POSTED)),
    Record("OGROM-CHUNK-EXT-QUOTED", "9112, 7.1.1", MUST, chunked(b'5;ext="a;\\"b"\r\nhello\r\n0\r\n\r\n'), served(POSTED)),
    Record("OGROM-CHUNK-EXT-BWS", "9112, 7.1.1", MUST, chunked(b"5 ; ext = value\r\nhello\r\n0\r\n\r\n"), served(POSTED)),
    Record("OGROM-CHUNK-EXT-QUOTE-UNENDED", "9112, 7.1.1", MUST, chunked(b'5;ext="a\r\nhello\r\n0\r\n\r\n'), BAD),
    Record("OGROM-CHUNK-EXT-NO-VALUE", "9112, 7.1.1", MUST, chunked(b"5;ext=\r\nhello\r\n0\r\n\r\n"), BAD),
    Record("SMUG-CHUNK-BARE-SEMICOLON", "9112, 7.1.1", MUST, chunked(b"5;\r\nhello\r\n0\r\n\r\n"), BAD),
    Record("SMUG-CHUNK-EXT-INVALID-TOKEN", "9112, 7.1.1", MUST, chunked(b"5;bad[=x\r\nhello\r\n0\r\n\r\n"), BAD),
    Record("SMUG-CHUNK-EXT-LF", "9112, 7.1.1", MUST, chunked(b"5;\nhello\r\n0\r\n\r\n"), BAD),
    Record("OGROM-CHUNK-EXT-NAME-LF", "9112, 7.1.1", MUST, chunked(b"5;a=b\nhello\r\n0\r\n\r\n"), BAD),
    Record("SMUG-CHUNK-EXT-CTRL", "9112, 7.1.1", MUST, chunked(b"5;\0ext\r\nhello\r\n0\r\n\r\n"), BAD),
    Record("SMUG-CHUNK-EXT-CR", "9112, 7.1.1", MUST, chunked(b"5;a\rX\r\nhello\r\n0\r\n\r\n"), BAD),
    Record("MAL-CHUNK-EXT-64K", "9112, 7.1.1", SHOULD, chunked(b"5;ext=" + b"a" * 65_536 + b"\r\nhello\r\n0\r\n\r\n"), Refused(413)),
    Record("OGROM-CHUNK-EXT-MANY", "9112, 7.1.1", SHOULD, chunked((b"1;" + b"a" * 2000 + b"\r\nx\r\n") * 10 + b"0\r\n\r\n"), Refused(413)),
    Record("OGROM-CHUNK-LINE-WITHOUT-END", "9112, 7.1.1", SHOULD, chunked(b"5;" + b"a" * 65_536), Refused(413)),
    Record("SMUG-CHUNK-UNDERSCORE", "9112, 7.1", MUST, chunked(b"1_0\r\nhello world!!!!!\r\n0\r\n\r\n"), BAD),
    Record("SMUG-CHUNK-HEX-PREFIX", "9112, 7.1", MUST, chunked(b"0x5\r\nhello\r\n0\r\n\r\n"), BAD),
    Record("SMUG-CHUNK-SIZE-PLUS", "9112, 7.1", MUST, chunked(b"+5\r\nhello\r\n0\r\n\r\n"), BAD),
    Record("SMUG-CHUNK-NEGATIVE", "9112, 7.1", MUST, chunked(b"-1\r\nhello\r\n0\r\n\r\n"), BAD),
    Record("SMUG-CHUNK-SIZE-TRAILING-OWS", "9112, 7.1", MUST, chunked(b"5 \r\nhello\r\n0\r\n\r\n"), BAD),
    Record("SMUG-CHUNK-LEADING-SP", "9112, 7.1", MUST, chunked(b" 5\r\nhello\r\n0\r\n\r\n"), BAD),
    Record("OGROM-CHUNK-SIZE-EMPTY", "9112, 7.1", MUST, chunked(b"\r\nhello\r\n0\r\n\r\n"), BAD),
    Record("OGROM-CHUNK-EMPTY-LINE-BEFORE-SIZE", "9112, 7.1", MUST, chunked(b"\r\n5\r\nhello\r\n0\r\n\r\n"), BAD),
    Record("OGROM-CHUNK-SIZE-LETTERS", "9112, 7.1", MUST, chunked(b"g\r\nhello\r\n0\r\n\r\n"), BAD),
    Record("SMUG-CHUNK-INVALID-SIZE-DESYNC", "9112, 7.1", MUST, chunked(b"+0\r\n\r\nX") + get(), BAD),
    Record("MAL-CHUNK-SIZE-OVERFLOW", "9112, 7.1", MUST, chunked(b"FFFFFFFFFFFFFFFF0\r\nhello\r\n0\r\n\r\n"), BAD),
    Record("OGROM-CHUNK-SIZE-HUGE", "9112, 7.1", MUST, chunked(b"FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"), Refused(413)),
    Record("OGROM-CHUNK-SIZE-LF", "9112, 7.1", MAY, chunked(b"5\nhello\r\n0\r\n\r\n"), BAD, because=STRICT),
    Record("OGROM-CHUNK-LAST-LF", "9112, 7.1", MAY, chunked(b"0\n\r\n"), BAD, because=STRICT),
    Record("SMUG-CHUNK-LF-TERM", "9112, 7.1", MAY, chunked(b"5\r\nhello\n0\r\n\r\n"), BAD, because=STRICT),
    Record("SMUG-CHUNK-BARE-CR-TERM", "9112, 2.2", MUST, chunked(b"5\rhello\r\n0\r\n\r\n"), BAD),
    Record("SMUG-CHUNK-MISSING-TRAILING-CRLF", "9112, 7.1", MUST, chunked(b"5\r\nhello0\r\n\r\n"), BAD),
    Record("SMUG-CHUNK-SPILL", "9112, 7.1", MUST, chunked(b"5\r\nhello!!\r\n0\r\n\r\n"), BAD),
    Record("OGROM-CHUNK-END-CR-X", "9112, 7.1", MUST, chunked(b"5\r\nhello\rX0\r\n\r\n"), BAD),
)  # fmt: skip

TRAILERS = (
    Record("COMP-CHUNKED-TRAILER-VALID", "9112, 7.1.2", MUST, chunked(b"5\r\nhello\r\n0\r\nX-Checksum: abc\r\n\r\n"), served(POSTED)),
    Record("SMUG-TRAILER-CL", "9110, 6.5.1", MUST, chunked(b"5\r\nhello\r\n0\r\nContent-Length: 50\r\n\r\n") + get(), BAD),
    Record("SMUG-TRAILER-TE", "9110, 6.5.1", MUST, chunked(b"5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n") + get(), BAD),
    Record("SMUG-TRAILER-HOST", "9110, 6.5.1", MUST, chunked(b"5\r\nhello\r\n0\r\nHost: evil.example\r\n\r\n"), BAD),
    Record("SMUG-TRAILER-AUTH", "9110, 6.5.1", MUST, chunked(b"5\r\nhello\r\n0\r\nAuthorization: Bearer evil\r\n\r\n"), served(POSTED)),
    Record("SMUG-TRAILER-CONTENT-TYPE", "9110, 6.5.1", MUST, chunked(b"5\r\nhello\r\n0\r\nContent-Type: text/evil\r\n\r\n"), served(POSTED)),
    Record("SMUG-CHUNK-LF-TRAILER", "9112, 7.1", MAY, chunked(b"5\r\nhello\r\n0\r\n\n"), BAD, because=STRICT),
    Record("OGROM-TRAILER-LF", "9112, 7.1", MAY, chunked(b"0\r\nX: y\n\r\n"), BAD, because=STRICT),
    Record("OGROM-TRAILER-NO-COLON", "9112, 7.1.2", MUST, chunked(b"0\r\nnothing\r\n\r\n"), BAD),
    Record("OGROM-TRAILER-SP-BEFORE-COLON", "9112, 5.1", MUST, chunked(b"0\r\nX : y\r\n\r\n"), BAD),
    Record("OGROM-TRAILER-FOLDED", "9112, 5.2", MUST, chunked(b"0\r\nX: y\r\n z\r\n\r\n"), BAD),
    Record("OGROM-TRAILER-NUL", "9110, 5.5", MUST, chunked(b"0\r\nX: \0\r\n\r\n"), BAD),
    Record("OGROM-TRAILER-REQUEST", "9112, 7.1.2", MUST, chunked(b"0\r\n" + SMUGGLED), BAD),
    Record("OGROM-TRAILERS-MANY", "6585, 5", MAY, chunked(b"0\r\n" + b"X: y\r\n" * 5000), Refused(431)),
    Record("OGROM-TRAILER-WITHOUT-END", "6585, 5", MAY, chunked(b"0\r\nX: " + b"y" * 65_536), Refused(431)),
    Record("OGROM-TRAILER-UNENDED", "9112, 7.1", MUST, chunked(b"0\r\nX: y\r\n"), Waits()),
)  # fmt: skip

EXPECTATIONS = (
    Record("COMP-EXPECT-UNKNOWN", "9110, 10.1.1", MAY, get("Expect: 200-ok"), Refused(417)),
    Record("SMUG-EXPECT-100-CL", "9110, 10.1.1", MUST, post("Content-Length: 5", "Expect: 100-continue", content=b"hello"), served(POSTED)),
    Record("SMUG-EXPECT-100-CL-DESYNC", "9110, 10.1.1", MUST, post("Content-Length: 5", "Expect: 100-continue", content=b"hello") + get(), served(POSTED, Request())),
    Record("OGROM-EXPECT-100-NO-CONTENT", "9110, 10.1.1", MUST, get("Expect: 100-continue") + get(), served(Request(), Request())),
    Record("OGROM-EXPECT-100-LENGTH-0", "9110, 10.1.1", MUST, post("Expect: 100-continue", "Content-Length: 0"), served(EMPTY_POST)),
    Record("OGROM-EXPECT-100-CASE", "9110, 10.1.1", MUST, post("Expect: 100-CONTINUE", "Content-Length: 5", content=b"hello"), served(POSTED)),
    Record("OGROM-EXPECT-LIST", "9110, 10.1.1", MAY, post("Expect: 100-continue, x", "Content-Length: 5", content=b"hello"), Refused(417)),
    Record("OGROM-EXPECT-CHUNKED", "9110, 10.1.1", MUST, post("Expect: 100-continue", "Transfer-Encoding: chunked", content=b"5\r\nhello\r\n0\r\n\r\n"), served(POSTED)),
    Record("COMP-NO-1XX-HTTP10", "9110, 10.1.1", MUST, post("Expect: 100-continue", "Content-Length: 5", content=b"hello", version="1.0"), served(POSTED, closes=True)),
)  # fmt: skip

CONNECTIONS = (
    Record("COMP-CONNECTION-CLOSE", "9112, 9.3", MUST, get("Connection: close"), served(closes=True)),
    Record("OGROM-CONNECTION-CLOSE-TE", "9112, 9.6", MUST, get("Connection: close, TE", "TE: trailers"), served(closes=True)),
    Record("OGROM-CONNECTION-TWO-FIELDS", "9112, 9.6", MUST, get("Connection: keep-alive", "Connection: Close"), served(closes=True)),
    Record("OGROM-CONNECTION-CLOSE-PIPELINE", "9112, 9.6", MUST, get("Connection: close") + SMUGGLED, served(closes=True)),
    Record("SMUG-PIPELINE-SAFE", "9112, 9.3.2", SHOULD, get() + get(target="/2"), served(Request(), Request(target="/2"))),
    Record("COMP-UPGRADE-POST", "9110, 7.8", MAY, post("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"), served(EMPTY_POST)),
    Record("COMP-UPGRADE-MISSING-CONN", "9110, 7.8", MUST, get("Upgrade: websocket", "Sec-WebSocket-Version: 13"), served()),
    Record("COMP-UPGRADE-UNKNOWN", "9110, 7.8", MAY, get("Connection: Upgrade", "Upgrade: totally-made-up/1.0"), served()),
    Record("COMP-UPGRADE-INVALID-VER", "9110, 7.8", MAY, get("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 99"), served()),
    Record("COMP-UPGRADE-HTTP10", "9110, 7.8", MUST, get("Connection: Upgrade", "Upgrade: websocket", version="1.0"), served(closes=True)),
    Record("OGROM-UPGRADE-H2C", "9113, 3.1", MAY, get("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"), served()),
    Record("OGROM-REFUSED-BEHIND-SERVED", "9112, 9.3.2", MUST, get() + request("GET / HTTP/1.1") + SMUGGLED, BAD, before=(Request(),)),
)  # fmt: skip

RECORDS = (
    *REQUEST_LINES,
    *VERSIONS,
    *TARGETS,
    *HOSTS,
    *FIELDS,
    *LENGTHS,
    *TRANSFER_ENCODINGS,
    *CHUNKS,
    *TRAILERS,
    *EXPECTATIONS,
    *CONNECTIONS,
)
"""All of them."""
