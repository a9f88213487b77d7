"""Reading requests: each record, however its bytes arrive."""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given, strategies as st

from ogrom.server.limits import Limits
from ogrom.server.refusal import Refusal, RefusalType
from ogrom.server.request import TRANSITIONS, Element, Head, ReaderState, RequestReader
from ogrom.server.testing.reading import read
from ogrom.server.testing.records import RECORDS, Record, Refused, Request, Served, Waits

LIMITS = Limits()

TYPES = {
    400: {RefusalType.MALFORMED_REQUEST},
    413: {RefusalType.CONTENT_TOO_LARGE, RefusalType.CHUNK_EXTENSIONS_TOO_LONG},
    414: {RefusalType.TARGET_TOO_LONG},
    417: {RefusalType.UNSUPPORTED_EXPECTATION},
    431: {RefusalType.HEADER_TOO_LARGE},
    501: {RefusalType.NOT_A_PROXY, RefusalType.UNSUPPORTED_TRANSFER_CODING},
    505: {RefusalType.UNSUPPORTED_HTTP_VERSION},
}


def check(record: Record, parts: Iterable[bytes]) -> None:
    found, end = read(parts, LIMITS)
    verdict, expected = record.verdict, record.before
    if isinstance(verdict, Refused):
        assert isinstance(end, Refusal), end
        assert end.status == verdict.status, end.reason
        assert end.reason.endswith(".")
        assert end.type in TYPES[end.status]
    elif isinstance(verdict, Served):
        assert end is ReaderState.COMPLETE
        assert verdict.closes == (not found[-1][0].keeps_alive)
        expected = verdict.requests
    else:
        assert isinstance(verdict, Waits)
        assert isinstance(end, ReaderState)
    assert [(head.method, head.target, content) for head, content in found] == [
        (each.method, each.target, each.content) for each in expected
    ]
    for (head, _), each in zip(found, expected, strict=True):
        assert each.fields.items() <= head.fields.items()


@pytest.mark.parametrize("record", RECORDS, ids=lambda each: str(each.id))
def test_each_record_has_its_verdict(record: Record) -> None:
    """Read in one piece."""
    check(record, [record.sends])


@pytest.mark.parametrize(
    "record", [each for each in RECORDS if len(each.sends) < 2000], ids=lambda each: str(each.id)
)
def test_it_does_not_matter_how_bytes_arrive(record: Record) -> None:
    """One at a time, and in pieces of any size."""
    check(record, (record.sends[n : n + 1] for n in range(len(record.sends))))
    chance = random.Random(record.id)
    cuts = sorted(chance.sample(range(len(record.sends) + 1), min(5, len(record.sends))))
    check(record, (record.sends[a:b] for a, b in zip([0, *cuts], [*cuts, len(record.sends)], strict=True)))


def test_a_kind_of_refusal_is_that_of_its_rule() -> None:
    """Two kinds may have one status."""
    kinds = {
        b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n": RefusalType.NOT_A_PROXY,
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n": (
            RefusalType.UNSUPPORTED_TRANSFER_CODING
        ),
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999\r\n\r\n": RefusalType.CONTENT_TOO_LARGE,
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"a" * 70_000: (
            RefusalType.CHUNK_EXTENSIONS_TOO_LONG
        ),
    }
    for sent, kind in kinds.items():
        _, end = read([sent], LIMITS)
        assert isinstance(end, Refusal)
        assert end.type is kind


def test_a_choice_has_a_reason() -> None:
    """What the RFC lets us decide, where we decide otherwise than it recommends."""
    assert len({each.id for each in RECORDS}) == len(RECORDS)
    lenient = [each.id for each in RECORDS if each.because and each.because[-1] != "."]
    assert lenient == []


def test_every_state_is_reached_and_left() -> None:
    """The table is whole: what is found somewhere leads somewhere, and all ends."""
    reached = {state for after in TRANSITIONS.values() for state in after.values()} | {ReaderState.HEAD}
    assert reached == {*ReaderState} - {ReaderState.REFUSED}
    assert {*TRANSITIONS} == reached - {ReaderState.COMPLETE}
    assert {found for after in TRANSITIONS.values() for found in after} == {*Element}


@pytest.mark.parametrize(
    ("sends", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n5\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: a\r\nb: c\r\nd: e\r\n\r\n", 431),
        (b"GET /0123456789 HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ],
)
def test_limits_are_kept(sends: bytes, status: int) -> None:
    """Before anything beyond them is read."""
    limits = Limits(content_bytes=10, header_fields=2, target_bytes=10)
    _, end = read([sends], limits)
    assert isinstance(end, Refusal)
    assert end.status == status


def test_the_limit_of_content_may_be_set_behind_the_header() -> None:
    """As the header tells who asks for what."""
    reader = RequestReader(LIMITS)
    reader.receive(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
    assert isinstance(reader.next(), Head)
    reader.content_limit = 2
    refusal = reader.next()
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.reason) == (413, "The content must not exceed 2 bytes; send less.")


def test_what_the_application_sees_is_decoded_once() -> None:
    """The path by bytes, the query not at all (PEP 3333)."""
    [(head, _)], _ = read([b"GET /%C3%BC/%2541?%20 HTTP/1.1\r\nHost: a\r\n\r\n"], LIMITS)
    assert (head.path, head.query, head.target) == ("/\xc3\xbc/%41", "%20", "/%C3%BC/%2541?%20")


@given(st.lists(st.binary(max_size=50)), st.randoms())
def test_no_bytes_are_too_much_for_it(parts: list[bytes], chance: random.Random) -> None:
    """It refuses, or waits, and never fails; at any cut the same."""
    text = b"".join(parts)
    cuts = sorted(chance.randrange(len(text) + 1) for _ in range(3))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    (one, end), (many, other) = read([text], LIMITS), read(pieces, LIMITS)
    assert one == many
    assert isinstance(end, Refusal) == isinstance(other, Refusal)


def test_a_request_is_what_the_records_say() -> None:
    """A record that expects nothing would be kept by a reader that reads nothing."""
    assert Served((Request(),)).requests
    assert all(each.verdict.requests for each in RECORDS if isinstance(each.verdict, Served))
