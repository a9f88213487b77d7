from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta, Struct
from msgspec.msgpack import encode

from ogrom.http import Exchange, Resource
from ogrom.http.content import OTHER_KEYS, TOO_DEEP
from ogrom.http.testing import call

PACKED = {"Content-Type": "application/msgpack"}


class Draft(Struct, forbid_unknown_fields=True):
    title: Annotated[str, Meta(max_length=10)]
    x: float = 0.0
    tags: dict[str, int] = {}  # msgspec copies it


class Tree(Struct):
    inner: "Tree | None" = None


class Drafts(Resource[object]):
    body_limit = 10_000

    def exists(self, x: Exchange[object]) -> object:
        return {"old": True}

    def put(self, x: Exchange[object, Draft]) -> object:
        return msgspec.to_builtins(x.body)

    def patch(self, x: Exchange[object, Draft]) -> object:
        return msgspec.to_builtins(x.body)

    def post(self, x: Exchange[object, Tree]) -> object:
        return {"n": 1}

    def respond_with_entity(self, x: Exchange[object]) -> bool:
        return True

    def handle_ok(self, x: Exchange[object]) -> object:
        return x.entity


def answer(content: bytes, method: str = "PUT", headers: dict[str, str] = PACKED) -> tuple[int, Any]:
    response = call(Drafts(), method, headers=headers, content=content).response
    return response.status, msgspec.json.decode(response.content)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("kind", ["application/msgpack", "application/vnd.msgpack", "Application/MsgPack"])
def test_messagepack_is_read(method: str, kind: str) -> None:
    """Either name of MessagePack says how the content is written, for a PATCH too."""
    found = answer(encode({"title": "a", "x": 1.5}), method, {"Content-Type": kind})
    assert found == (200, {"title": "a", "x": 1.5, "tags": {}})


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "The request has no content; send a MessagePack document."),
        (b"\x81\xa5title", "The content is not valid MessagePack: it ends too early at byte 7."),
        (
            b"\xc1",
            "The content is not valid MessagePack: invalid opcode '\\xc1' at byte 0.",
        ),
        (
            b"\x81\x81\x01\x01\x01",
            "The content has a map with a key that is not a string; use strings as keys.",
        ),
        (b"\x81\xa5title\xa1\xff", "The content has a string that is not UTF-8."),
        (
            b"\x81\xa5title\xd7\xff" + b"\xff" * 8,
            "The content is not valid MessagePack: Invalid MessagePack timestamp: nanoseconds out of range.",
        ),
        (b"\xdd\xff\xff\xff\xff", "The content is not valid MessagePack: it ends too early at byte 5."),
    ],
)
def test_malformed_messagepack_is_a_400(content: bytes, detail: str) -> None:
    """Broken content is answered with what is broken, and no length that it announces is believed."""
    status, document = answer(content)
    assert (status, document["detail"]) == (400, detail)


def test_all_faults_of_messagepack_are_told() -> None:
    """A 422 lists every fault with its JSON Pointer, as it does for JSON."""
    status, document = answer(encode({"title": b"bytes", "tags": {"a/b": "c"}, "more": 1}))
    faults = {each["pointer"]: each["detail"] for each in document["errors"]}
    assert status == 422
    assert faults == {
        "#/title": "title must be a string, not bytes",
        "#/tags/a~1b": "a/b must be a whole number, not a string",
        "#/more": "more is unknown; use one of title, x, tags",
    }


@pytest.mark.parametrize("key", [1, 1.5, None, True, b"bytes"])
def test_a_key_that_is_no_text_is_refused(key: object) -> None:
    """MessagePack has keys that JSON lacks; they name no member, and a dict of many numbers may take hours."""
    status, document = answer(encode({key: 1, "title": "a"}))
    assert (status, document["detail"]) == (400, OTHER_KEYS)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_are_finite(number: float) -> None:
    """Numbers that JSON cannot express are refused, also beside other faults."""
    status, document = answer(encode({"title": "a", "x": number}))
    assert (status, document["errors"][0]["pointer"]) == (422, "#/x")
    status, document = answer(encode({"title": 1, "x": number}))
    assert [each["pointer"] for each in document["errors"]] == ["#/title", "#/x"]


@pytest.mark.parametrize(
    ("headers", "unit", "end"),
    [(PACKED, b"\x81\xa5inner", b"\xc0"), ({"Content-Type": "application/json"}, b'{"inner":', b"null")],
)
def test_depth_is_limited(headers: dict[str, str], unit: bytes, end: bytes) -> None:
    """Content that is nested without end is refused in either notation."""
    status, document = answer(unit * 1100 + end, "POST", headers)
    assert (status, document["detail"]) == (400, TOO_DEEP)


@pytest.mark.parametrize("headers", [PACKED, {"Content-Type": "application/json"}])
def test_size_is_limited(headers: dict[str, str]) -> None:
    """A content that is longer than the resource allows is not read, whatever it is written in."""
    assert answer(b"\x00" * 10_001, headers=headers)[0] == 413
