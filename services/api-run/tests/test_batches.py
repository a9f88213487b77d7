"""Batches of the whole service: they answer what the same requests answer one by one, on the loop and on threads."""

import http.client
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings, strategies as st

from ogrom.http.batch import MAX_BYTES
from ogrom.operations.requests import refusing
from ogrom.operations.secrets import Secret
from ogrom.run.container import Container
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.options import begins_on_loop, options_of
from ogrom.run.settings import Settings
from ogrom.server import Worker
from ogrom.server.scoreboard import Scoreboard, WorkerSlot
from ogrom.server.testing import running
from ogrom.sources.sql import collages, comments

MARKET = "/v1/de-DE"
SECONDS = 300.0

Send = Callable[[str, str, dict[str, str], bytes], tuple[int, dict[str, str], bytes]]


class Clock(datetime):
    """Stands still, so that two stores get the same times."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def _clock_stands_still() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collages, "datetime", Clock)
        patch.setattr(comments, "datetime", Clock)
        yield


@contextmanager
def served(url: str, token_key: str, *, on_loop: bool) -> Iterator[Send]:
    """A service over a store."""
    worker = Worker(WorkerSlot(Scoreboard(1), 0), True) if on_loop else Worker.alone()
    said = Settings(
        database_url=DatabaseUrl(url), threads=4, token_key=Secret(token_key), request_timeout=SECONDS
    )
    container = Container(settings=said, worker=worker)
    app = container.app()
    try:
        if not on_loop:
            yield lambda *request: _by_client(app.test_client(), *request)
        else:
            lanes = options_of(said).lanes
            refuse = refusing(container.service().watchers, "")
            with running(app, lanes=lanes, waiter=worker.waiter(), refuse=refuse) as port:
                yield lambda *request: _by_network(port, *request)
    finally:
        container.store().dispose()


def _by_client(
    client: FlaskClient, method: str, path: str, headers: dict[str, str], content: bytes
) -> tuple[int, dict[str, str], bytes]:
    answer = client.open(path, method=method, headers=headers, data=content, buffered=True)
    return answer.status_code, dict(answer.headers), answer.data


def _by_network(
    port: int, method: str, path: str, headers: dict[str, str], content: bytes
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request(method, path, content or None, headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def batched(send: Send, requests: list[dict[str, Any]], headers: dict[str, str]) -> dict[str, Any]:
    content = json.dumps({"requests": requests}).encode()
    status, _, answer = send(
        "POST", f"{MARKET}/batch", {**headers, "Content-Type": "application/json"}, content
    )
    assert status == 200, answer
    assert len(answer) <= MAX_BYTES
    found: dict[str, Any] = json.loads(answer)["responses"]
    return found


# What a client may write, and what it means, told in another way than the service does it.

IDS = st.integers(1, 45)
PATHS = st.one_of(
    st.sampled_from(
        ["/", "/products", "/categories", "/collages?limit=3", "/comments?limit=2", "/nothing", "/users"]
    ),
    st.builds("/products/{}".format, IDS),
    st.builds("/collages/{}".format, IDS),
    st.builds("/collages/{}/comments?limit=2".format, IDS),
    st.builds("/collages/{}/likes".format, IDS),
    st.builds("/users/{}".format, IDS),
    st.builds("/search?q={}".format, st.sampled_from(["kleid", "rot", ""])),
)
REFERRING = st.sampled_from(
    [
        "/products?ids={%s#/items/*/id}",
        "/products?ids={%s#/placements/*/product_id}",
        "/users?ids={%s#/items/*/author_id}",
        "/users/{%s#/author_id}",
        "{%s#/links/self}",
        "/collages/{%s#/items/0/id}/comments",
        "/products/{%s#/placements/0/product_id}",
    ]
)
MATCHES = st.sampled_from([{}, {"If-Match": "*"}, {"If-Match": '"1"'}, {"If-Match": '"99"'}])
WRITES = st.one_of(
    st.builds(lambda id, user: {"method": "PUT", "path": f"/collages/{id}/likes/{user}"}, IDS, IDS),
    st.builds(lambda id, user: {"method": "DELETE", "path": f"/collages/{id}/likes/{user}"}, IDS, IDS),
    st.builds(
        lambda id, user, text: {
            "method": "POST",
            "path": f"/collages/{id}/comments",
            "content": {"author_id": user, "text": text},
        },
        IDS,
        st.integers(1, 3),
        st.sampled_from(["Schön", "", "x" * 3000]),
    ),
    st.builds(
        lambda id, title, headers: {
            "method": "PATCH",
            "path": f"/collages/{id}",
            "content": {"title": title},
            "headers": headers,
        },
        IDS,
        st.sampled_from(["Neu", ""]),
        MATCHES,
    ),
    st.builds(
        lambda id, headers: {"method": "DELETE", "path": f"/collages/{id}", "headers": headers}, IDS, MATCHES
    ),
)


@st.composite
def batches(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Reads and writes in any order, some of which refer to earlier answers."""
    made: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 8))):
        kinds = ["read", "read", "write", *(["refer"] if made else [])]
        kind = draw(st.sampled_from(kinds))
        if kind == "write":
            asked = dict(draw(WRITES))
        elif kind == "read":
            asked = {"path": draw(PATHS), "method": draw(st.sampled_from(["GET", "GET", "HEAD"]))}
        else:
            asked = {"path": draw(REFERRING) % draw(st.sampled_from(made))["id"]}
        made.append({"id": f"r{number}", **asked})
    return made


class Failed(Exception):
    """A reference cannot be used; the argument is the status."""


def resolved(path: str, known: dict[str, tuple[int, Any]]) -> str:
    """The path with the values that earlier answers have."""

    def value(match: re.Match[str]) -> str:
        id, _, pointer = match[1].partition("#")
        status, content = known[id]
        if status >= 300:
            raise Failed(424)
        found = values(content, pointer.split("/")[1:])
        if "*" not in pointer:
            return str(found[0])
        return ",".join(dict.fromkeys(map(str, found)))

    return re.sub(r"\{([^}]*)\}", value, path)


def values(content: Any, steps: list[str]) -> list[Any]:
    if not steps:
        return [content]
    step, *rest = steps
    if step == "*" and isinstance(content, list):
        each_has = [values(each, rest) for each in content if not rest or rest[0] in each]
        if content and not each_has:
            raise Failed(422)
        return [found for each in each_has for found in each]
    try:
        return values(content[int(step) if isinstance(content, list) else step], rest)
    except (KeyError, IndexError, TypeError, ValueError):
        raise Failed(422) from None


def one_by_one(send: Send, requests: list[dict[str, Any]], headers: dict[str, str]) -> dict[str, Any]:
    known: dict[str, tuple[int, Any]] = {}
    found = {}
    for each in requests:
        fields = headers | each.get("headers", {}) | {"Accept": "application/json"}
        content = b""
        if "content" in each:
            content = json.dumps(each["content"]).encode()
            fields["Content-Type"] = "application/json"
        try:
            path = resolved(each["path"], known)
        except Failed as failed:
            known[each["id"]] = (failed.args[0], None)
            found[each["id"]] = {"status": failed.args[0]}
            continue
        path = path if path.startswith(MARKET) else MARKET + path
        status, said, answer = send(each.get("method", "GET"), path, fields, content)
        shown = json.loads(answer) if answer else None
        known[each["id"]] = (status, shown)
        found[each["id"]] = {"status": status, "headers": said, "content": shown}
    return found


FOR_THE_NETWORK = {
    *(
        "Connection",
        "Content-Encoding",
        "Content-Length",
        "Content-Security-Policy",
        "Cross-Origin-Opener-Policy",
    ),
    *(
        "Cross-Origin-Resource-Policy",
        "Date",
        "Referrer-Policy",
        "Server",
        "X-Content-Type-Options",
        "X-Frame-Options",
    ),
}
OTHERWISE = {"Age", "Cache-Status", "X-Request-Id"}
"""What depends on when and under which id a request is made."""


def compared(answer: dict[str, Any], alone: dict[str, Any]) -> tuple[Any, Any]:
    """Both, without what may differ; of what was not sent, the status."""
    if "headers" not in alone:
        return answer["status"], alone["status"]
    left = FOR_THE_NETWORK | OTHERWISE
    parts = []
    for each in (answer, alone):
        content = each.get("content")
        if isinstance(content, dict):
            content = {name: member for name, member in content.items() if name != "request_id"}
        fields = {name: text for name, text in each["headers"].items() if name not in left}
        parts.append((each["status"], fields, content))
    return parts[0], parts[1]


@pytest.mark.slow
@pytest.mark.parametrize("on_loop", [False, True], ids=["threads", "loop"])
@pytest.mark.usefixtures("_clock_stands_still")
def test_a_batch_answers_what_its_requests_answer_one_by_one(
    original: Path,
    tmp_path: Path,
    token_key: str,
    authorization: Callable[..., dict[str, str]],
    on_loop: bool,
) -> None:
    """Reads and writes, found and refused, with references and without: two stores go through the same."""
    stores = [shutil.copy(original, tmp_path / f"{name}.sqlite3") for name in ("batched", "alone")]
    with ExitStack() as stack:
        ours, theirs = (
            stack.enter_context(served(f"sqlite:///{each}", token_key, on_loop=loop))
            for each, loop in zip(stores, (on_loop, False), strict=True)
        )

        @settings(max_examples=60, deadline=None)
        @given(batches(), st.sampled_from([authorization(), authorization(1, "comments:write"), {}]))
        def check(requests: list[dict[str, Any]], headers: dict[str, str]) -> None:
            answers = batched(ours, requests, headers)
            alone = one_by_one(theirs, requests, headers)
            assert [*answers] == [*alone]
            for id in alone:
                answer, expected = compared(answers[id], alone[id])
                assert answer == expected, id

        check()


def test_on_the_loop_reads_of_a_batch_become_one_query(
    original: Path, tmp_path: Path, token_key: str
) -> None:
    """Twenty products by their ids: one statement, and not twenty."""
    url = f"sqlite:///{shutil.copy(original, tmp_path / 'own.sqlite3')}"
    worker = Worker(WorkerSlot(Scoreboard(1), 0), True)
    said = Settings(database_url=DatabaseUrl(url), cache_records=0, request_timeout=SECONDS)
    container = Container(settings=said, worker=worker)
    app = container.app()
    requests = [{"id": f"p{number}", "path": f"/products/{number}"} for number in range(1, 21)]
    with running(app, lanes=options_of(said).lanes, waiter=worker.waiter()) as port:
        found = batched(lambda *request: _by_network(port, *request), requests, {})
    assert {each["status"] for each in found.values()} <= {200, 404}
    shown = container.metrics().shown().decode()
    assert 'ogrom_merged_query_ids_count{source="products"} 1.0' in shown
    assert 'ogrom_merged_query_ids_sum{source="products"} 20.0' in shown
    container.store().dispose()


def test_without_a_key_a_batch_reads(make_container: Callable[..., Container], store: str) -> None:
    """Nobody can write then, and a batch itself is no write."""
    client = make_container(store, said={"token_key": None}).app().test_client()
    requests = [
        {"id": "a", "path": "/products"},
        {"id": "b", "path": "/collages/1/likes/1", "method": "PUT"},
    ]
    answer = client.post(f"{MARKET}/batch", json={"requests": requests}, buffered=True)
    assert [each["status"] for each in answer.get_json()["responses"].values()] == [200, 401]


def test_a_batch_that_is_sent_again_writes_once(
    make_container: Callable[..., Container],
    original: Path,
    tmp_path: Path,
    authorization: Callable[..., dict[str, str]],
) -> None:
    """Each write gets its first answer, by its own key or by that of the batch; what is read is the present state."""
    store = f"sqlite:///{shutil.copy(original, tmp_path / 'own.sqlite3')}"
    client = make_container(store).app().test_client()
    comment = {"method": "POST", "path": "/collages/1/comments"}
    requests: list[dict[str, Any]] = [
        {
            "id": "own",
            **comment,
            "content": {"author_id": 1, "text": "a"},
            "headers": {"Idempotency-Key": '"k"'},
        },
        {"id": "first", **comment, "content": {"author_id": 1, "text": "b"}},
        {
            "id": "second",
            **comment,
            "content": {"author_id": 1, "text": ""},
            "values": {"#/text": "first#/text"},
        },
        {"id": "like", "method": "PUT", "path": "/collages/1/likes/1"},
        {"id": "list", "path": "/collages/1/comments"},
    ]

    def send() -> dict[str, Any]:
        headers = {**authorization(1, "comments:write", "likes:write"), "Idempotency-Key": '"batch"'}
        answer = client.post(f"{MARKET}/batch", json={"requests": requests}, headers=headers, buffered=True)
        found: dict[str, Any] = answer.get_json()["responses"]
        for each in found.values():
            each["headers"].pop("X-Request-Id", None)
        return found

    before = client.get(f"{MARKET}/collages/1/comments").get_json()["items"]
    first, again = send(), send()
    assert [each["status"] for each in first.values()] == [201, 201, 201, 201, 200]
    assert first == again
    assert len(again["list"]["content"]["items"]) == len(before) + 3
    requests[1]["content"]["text"] = "another"
    assert [each["status"] for each in send().values()] == [201, 422, 424, 201, 200]


def test_a_batch_begins_on_the_loop() -> None:
    """Its reads wait side by side there; no other request with content does."""
    environ = {"REQUEST_METHOD": "POST", "QUERY_STRING": "", "CONTENT_LENGTH": "9"}
    assert begins_on_loop({**environ, "PATH_INFO": f"{MARKET}/batch"})
    assert not begins_on_loop({**environ, "PATH_INFO": f"{MARKET}/collages"})


def test_64_of_the_largest_pages_are_bounded(store: str, token_key: str) -> None:
    """The first ones are shown, and the rest has no place."""
    with served(store, token_key, on_loop=True) as send:
        requests = [
            {"id": f"r{number}", "path": f"/products?limit={100 - number // 4}"} for number in range(64)
        ]
        found = batched(send, requests, {})
        statuses = [each["status"] for each in found.values()]
        assert set(statuses) == {200, 507}
