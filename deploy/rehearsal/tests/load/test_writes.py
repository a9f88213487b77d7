"""Which writes a load sends, and what it knows of their answers."""

import json
from collections import Counter

from ogrom_rehearsal.load import State, Target, Write, Writes
from ogrom_rehearsal.load.connection import Response
from ogrom_rehearsal.load.writes import Writer

WRITES = Writes("R", "secret", path="/v1/en-GB", author=2, collage=3, product=4)


def answer(id: int, etag: str) -> Response:
    response = Response()
    content = f'{{"id":{id},"title":"x"}}'
    head = f"HTTP/1.1 201 Created\r\nETag: {etag}\r\nContent-Length: {len(content)}\r\n\r\n"
    assert response.feed(f"{head}{content}".encode())
    return response


def sent(writer: Writer, count: int) -> list[tuple[Write, Target]]:
    """So many writes, all of which succeed; each thing's entity tag has its id and revision."""
    found = []
    for id in range(1, count + 1):
        write, target = writer.next()
        number = write.state.id or id
        done = writer.succeeded(write, answer(number, f'"{number}.{write.state.revision}"'))
        assert done.state.id == number
        found.append((done, target))
    return found


def test_each_write_follows_the_last_of_its_thing() -> None:
    """A thing is made once; each change has the next revision and the entity tag that the last answer had."""
    known: dict[tuple[str, int], State] = {}
    for write, target in sent(Writer(WRITES), 500):
        state = write.state
        before = known.pop((state.noun, state.id), None)
        assert (before is None) == (write.method == "POST")
        if before and state.noun == "collages":
            assert target.headers["If-Match"] == f'"{state.id}.{before.revision}"'
        if before and write.method == "DELETE":
            assert state == before
        elif before:
            assert state.revision == before.revision + 1
            assert (state.z == before.z) == (write.method == "PATCH")
        if write.method != "DELETE":
            known[state.noun, state.id] = state
    assert known


def test_a_mixture_has_all_methods_and_no_text_twice() -> None:
    """So that a row in a table tells which write it is of."""
    writes = [write for write, _ in sent(Writer(WRITES), 500)]
    kinds = Counter((write.state.noun, write.method) for write in writes)
    assert set(kinds) == {
        *(("collages", method) for method in ("POST", "PUT", "PATCH", "DELETE")),
        *(("comments", method) for method in ("POST", "DELETE")),
    }
    texts = [write.state.text for write in writes if write.method != "DELETE"]
    assert len(set(texts)) == len(texts)
    assert all(each.startswith("R ") for each in texts)


def test_a_request_is_what_the_service_takes() -> None:
    """Its path, its token, its content, and what its answer must hold."""
    found = {(write.state.noun, write.method): (write, target) for write, target in sent(Writer(WRITES), 500)}
    for (noun, method), (write, target) in found.items():
        collection = "/v1/en-GB/collages" + "/3/comments" * (noun == "comments")
        assert target.path == (collection if method == "POST" else f"/v1/en-GB/{noun}/{write.state.id}")
        assert target.headers["Authorization"] == "Bearer secret"
        assert target.contains == ("" if method == "DELETE" else f'"{write.state.text}"')
    write, target = found["collages", "PUT"]
    content = json.loads(target.content)
    assert (content["author_id"], content["title"]) == (2, write.state.text)
    ((product, z),) = [(each["product_id"], each["z"]) for each in content["placements"]]
    assert (product, z) == (4, write.state.z)
    assert json.loads(found["collages", "PATCH"][1].content) == {
        "title": found["collages", "PATCH"][0].state.text
    }


def test_what_failed_is_left_alone() -> None:
    """Nobody knows what has become of it."""
    writer = Writer(WRITES)
    sent(writer, 100)
    assert {writer.next()[0].state.id for _ in range(200)} - {0}
    assert {writer.next()[0].method for _ in range(500)} == {"POST"}
