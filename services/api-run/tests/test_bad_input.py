"""Bad input through the real server: every answer is a problem document that helps, and never a 500."""

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow

COLLAGE = "/v1/de-DE/collages/1"
COLLAGES = "/v1/de-DE/collages"
JSON = "application/json"
DRAFT = json.dumps({"author_id": 1, "text": "Schön!"}).encode()


@pytest.fixture(scope="module")
def service(start: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A service over a small demo, for all tests of this module."""
    folder = tmp_path_factory.mktemp("bad")
    service = start("--demo-products", "400", folder=folder, OGROM_LOCALES="de-DE,en-GB")
    collage = service.get(COLLAGES).json["items"][0]["links"]["self"]
    service.collage = collage
    return service


@pytest.mark.parametrize(
    ("status", "method", "path", "body", "headers"),
    [
        (400, "POST", "{collage}/comments", b'{"author_id": 1,', {"Content_Type": JSON}),
        (400, "POST", "{collage}/comments", b"\xff\xfe", {"Content_Type": JSON}),
        (400, "POST", "{collage}/comments", b"", {"Content_Type": JSON}),
        (400, "POST", "{collage}/comments", b"[" * 100_000, {"Content_Type": JSON}),
        (400, "GET", "/v1/de-DE/comments?limit=0", None, {}),
        (400, "GET", "/v1/de-DE/comments?cursor=nonsense", None, {}),
        (400, "GET", "/v1/de-DE/comments?colour=red", None, {}),
        (404, "GET", "/v1/de-DE/collages/999999999", None, {}),
        (404, "GET", "/v1/de-DE/collages/0", None, {}),
        (404, "GET", "/v1/de-DE/collages/99999999999999999999", None, {}),
        (404, "GET", "/v1/xx-XX/comments", None, {}),
        (404, "GET", "/nothing", None, {}),
        (405, "DELETE", "/v1/de-DE/comments", None, {}),
        (405, "TRACE", "/v1/de-DE/comments", None, {}),
        (406, "GET", "/v1/de-DE/comments", None, {"Accept": "image/png"}),
        (412, "PUT", "{collage}", None, {"If_Match": '"0"', "Content_Type": JSON}),
        (413, "POST", "{collage}/comments", b" " * (1024 * 1024 + 1), {"Content_Type": JSON}),
        (415, "POST", "{collage}/comments", DRAFT, {"Content_Type": "text/plain"}),
        (415, "POST", "{collage}/comments", DRAFT, {"Content_Type": "application/json, text/plain"}),
        (422, "POST", "{collage}/comments", b'{"author_id": "x", "colour": 1}', {"Content_Type": JSON}),
        (428, "DELETE", "{collage}", None, {}),
        (501, "BREW", "/v1/de-DE/comments", None, {}),
    ],
)
def test_each_fault_has_its_status(
    service: Any, status: int, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> None:
    """As a problem document, with the request's id."""
    if (status, method) == (412, "PUT"):
        body = json.dumps(_draft_of(service.get(service.collage).json)).encode()
    answer = service.request(method, path.format(collage=service.collage), body, **headers)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert answer.json["detail"]
    assert answer.json["request_id"] == answer.headers["x-request-id"]


def _draft_of(collage: dict[str, Any]) -> dict[str, Any]:
    placements = [
        {name: each[name] for name in ("product_id", "x", "y", "width", "height")}
        for each in collage["placements"]
    ]
    return {"author_id": collage["author_id"], "title": collage["title"], "placements": placements}


def test_every_fault_of_a_body_is_named(service: Any) -> None:
    """Whoever mends one need not send again to learn of the next."""
    answer = service.request("POST", service.collage + "/comments", b'{"author_id": "x"}', Content_Type=JSON)
    assert [each["pointer"] for each in answer.json["errors"]] == ["#/author_id", "#/text"]


def test_405_says_what_is_allowed(service: Any) -> None:
    """In Allow, as RFC 9110 wants it."""
    answer = service.request("DELETE", "/v1/de-DE/comments")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "target",
    [
        b"/%00",
        b"/%ff%fe",
        b"/v1/de-DE/%2e%2e/%2e%2e/etc/passwd",
        b"/v1/%F0%9F%98%80/comments",
        b"/v1/de-DE/comments?limit=%ff",
        b"/v1/de-DE/comments?%ff=%00",
        b"/v1/de-DE/comments?cursor=%00",
        b"/v1/de-DE/search?q=%00%ff%F0%9F%98%80",
        b"/v1/de-DE/search?q=%25%27%22%5C",
        b"/v1/de-DE/products?brand=%00",
        b"/v1/de-DE/products?brand=" + b"%F0%9F%98%80" * 500,
        b"/v1/de-DE/comments?limit=" + b"9" * 5000,
        b"/v1/de-DE/collages/" + b"9" * 5000,
        b"/demo/images/%00.svg",
        b"/demo/images/%2F.svg",
        b"/\xc3\xa4\xff",
        b"/v1/de-DE/comments?q=\xff",
        b"//evil.example/v1",
        b"http://evil.example/v1/de-DE/comments",
        b"*",
    ],
)
def test_weird_bytes_in_the_target_are_never_our_mistake(service: Any, target: bytes) -> None:
    """Whatever a path or a query is made of, the client hears of it, and the server goes on."""
    _is_told(service, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize(
    "header",
    [
        b"Host: a b\r\n",
        b"Host: \xff\r\nHost: y\r\n",
        b"Accept: \xff\xfe;q=\xff\r\n",
        b"Accept: " + b"a/b;q=0.1," * 2000 + b"\r\n",
        b"Accept-Language: " + b"-" * 5000 + b"\r\n",
        b"Accept-Encoding: gzip;q=nan, *;q=-1\r\n",
        b'If-None-Match: W/"\xff", "\r\n',
        b"If-Modified-Since: Sun, 99 Nov 99999999999 99:99:99 GMT\r\n",
        b"If-Match: *\r\nIf-Match: *\r\n",
        b"X-Request-Id: \xff\r\n",
        b"X-Request-Id: a b\r\nX-Request-Id: c\r\n",
        b"Range: bytes=0-\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 1\r\nContent-Length: 2\r\n",
        b"Content-Encoding: \xff\r\nContent-Type: \xff\r\nContent-Length: 0\r\n",
        b"Transfer-Encoding: nonsense\r\n",
        b"Expect: nonsense\r\n",
        b"No colon at all\r\n",
        b"Large: " + b"x" * 33_000 + b"\r\n",
    ],
)
@pytest.mark.parametrize("method", [b"GET", b"POST"])
def test_weird_bytes_in_a_field_are_never_our_mistake(
    service: Any, header: bytes, method: bytes, authorization: Callable[..., dict[str, str]]
) -> None:
    """Whatever a header field is made of, the client hears of it, and the server goes on."""
    path = service.collage.encode() + b"/comments"
    header += b"Authorization: " + authorization()["Authorization"].encode() + b"\r\n"
    _is_told(service, method + b" " + path + b" HTTP/1.1\r\n" + header + b"Connection: close\r\n\r\n")


def _is_told(service: Any, raw: bytes) -> None:
    status, _, fields = service.send(raw).partition(b"\r\n")
    assert int(status.split()[1]) in {200, 304, 308, 400, 404, 405, 406, 412, 415, 417, 422, 431, 501}, status
    assert b"Traceback" not in fields
    assert b"content-type: text/" not in fields.lower()
    assert service.get("/health/live").status == 200


@pytest.mark.parametrize(
    ("status", "raw", "detail"),
    [
        (400, b"\x16\x03\x01 nonsense\r\n\r\n", "This is not HTTP/1.1"),
        (400, b"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 requires a Host field"),
        (400, b"GET / HTTP/1.0\r\nConnection: keep-alive\r\nNo colon\r\n\r\n", "A field must be"),
        (431, b"GET / HTTP/1.1\r\nLarge: " + b"x" * 33_000, "The header must not exceed 32768 bytes"),
        (501, b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "is `chunked`"),
    ],
)
def test_what_no_endpoint_sees_is_a_problem_too(service: Any, status: int, raw: bytes, detail: str) -> None:
    """With an id; it is counted, and ends the connection."""
    before = _counted(service, status)
    header, _, content = service.send(raw).partition(b"\r\n\r\n")
    lines = header.decode().lower().split("\r\n")
    assert int(lines[0].split()[1]) == status
    assert {"connection: close", "content-type: application/problem+json"} < set(lines)
    problem = json.loads(content)
    assert (problem["status"], detail in problem["detail"]) == (status, True)
    assert f"x-request-id: {problem['request_id']}" in lines
    assert _counted(service, status) == before + 1


@pytest.mark.parametrize(
    ("status", "path", "is_signed"),
    [
        (413, "{collage}/comments", True),
        (401, "{collage}/comments", False),
        (404, "/nowhere", True),
        (405, "/", True),
    ],
)
def test_content_that_nobody_wants_is_refused_before_it_is_sent(
    service: Any, status: int, path: str, is_signed: bool, authorization: Callable[..., dict[str, str]]
) -> None:
    """By the graph, which sees the header alone; the client need not send a byte of it, nor wait."""
    head = f"POST {path.format(collage=service.collage)} HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n"
    head += "Content-Type: application/json\r\n"
    if is_signed:
        head += f"Authorization: {authorization()['Authorization']}\r\n"
    header, _, content = service.send(head.encode() + b"\r\n").partition(b"\r\n\r\n")
    assert int(header.split()[1]) == status
    assert b"connection: close" in header.lower()
    assert json.loads(content)["status"] == status


def _counted(service: Any, status: int) -> float:
    """How many requests that came to no endpoint had this status."""
    lines = service.get("/metrics").content.decode().splitlines()
    label = f'ogrom_http_requests_total{{endpoint="none",market="none",method="{{}}",status="{status}"}}'
    named = {label.replace("{}", method) for method in ("GET", "other")}
    return sum(float(value) for name, _, value in (each.rpartition(" ") for each in lines) if name in named)


def test_a_client_that_hangs_up_is_no_mistake_of_ours(service: Any) -> None:
    """Half a request does not trouble the others."""
    head = b"POST " + service.collage.encode() + b"/comments HTTP/1.1\r\nHost: x\r\n"
    with socket.create_connection(("127.0.0.1", service.port)) as connection:
        connection.sendall(head + b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
    assert service.get("/health/live").status == 200
