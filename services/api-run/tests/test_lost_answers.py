"""A write whose answer is lost, and is sent again with its Idempotency-Key: it is there once, with the first answer.

The connection to the database breaks, or the service is killed, before the COMMIT has arrived or before its answer has.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from itertools import cycle
from pathlib import Path
from typing import Any, Protocol

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, func, select

from ogrom.catalogue.demo import catalogue
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql import outcomes
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.tables import collages, comments
from ogrom.sources.testing import MariaDB, Proxy

pytestmark = pytest.mark.slow

LOST = 200
KILLED = 8
COMMIT = b"\x03commit"  # as a command of MySQL's protocol, unlike the one in `SET autocommit`
JSON = "application/json"


@dataclass(frozen=True)
class Said:
    """An answer: its status, ETag and content."""

    status: int
    etag: str | None
    json: Any


class Send(Protocol):
    """Sends a request; None if there was no answer."""

    def __call__(self, method: str, path: str, content: Any = None, **headers: str) -> Said | None: ...


@dataclass(frozen=True)
class Write:
    """A write of its own, of which the store tells afterwards whether it was made once.

    Attributes:
        status: of its answer.
        is_once: whether the store has it once, and the answer says so.
    """

    method: str
    path: str
    content: Any
    headers: dict[str, str]
    status: int
    is_once: Callable[[Connection, Said], bool]


def post(send: Send, number: int) -> Write:
    text = f"Comment {number}"
    path = "/v1/de-DE/collages/1/comments"

    def is_once(store: Connection, said: Said) -> bool:
        found = store.scalars(select(comments.c.id).where(comments.c.text == text)).all()
        return found == [said.json["id"]]

    return Write("POST", path, {"author_id": 1, "text": text}, {}, 201, is_once)


def _change(send: Send, number: int, method: str) -> Write:
    path, title = "/v1/de-DE/collages/1", f"Title {number}"
    before = send("GET", path)
    assert before is not None
    assert before.etag is not None
    placements = before.json["placements"]
    whole = {"author_id": before.json["author_id"], "title": title, "placements": placements}

    def is_once(store: Connection, said: Said) -> bool:
        row = store.execute(select(collages.c.revision, collages.c.title).where(collages.c.id == 1)).one()
        after = (before.json["revision"] + 1, title)
        return tuple(row) == after == (said.json["revision"], said.json["title"])

    return Write(
        method, path, whole if method == "PUT" else {"title": title}, {"If-Match": before.etag}, 200, is_once
    )


def put(send: Send, number: int) -> Write:
    return _change(send, number, "PUT")


def patch(send: Send, number: int) -> Write:
    return _change(send, number, "PATCH")


def delete(send: Send, number: int) -> Write:
    text = f"Not for long {number}"
    made = send("POST", "/v1/de-DE/collages/1/comments", {"author_id": 1, "text": text})
    assert made is not None

    def is_once(store: Connection, _: Said) -> bool:
        return store.scalar(select(func.count()).where(comments.c.text == text)) == 0

    return Write("DELETE", f"/v1/de-DE/comments/{made.json['id']}", None, {}, 204, is_once)


KINDS = (post, put, patch, delete)


def prove(
    store: Engine, rounds: int, send: Send, lose: Callable[[bool], None], mend: Callable[[], None]
) -> None:
    """Lose the answers of so many writes, send each again until it is answered, and look into the store.

    Args:
        lose: lets the next COMMIT be lost, or the answer to it.
        mend: makes requests possible again.
    """
    for number, make, stored in zip(
        range(rounds), cycle(KINDS), cycle([True] * 4 + [False] * 4), strict=False
    ):
        write = make(send, number)
        headers = write.headers | {"Idempotency-Key": f'"{number}"'}
        lose(stored)
        lost = send(write.method, write.path, write.content, **headers)
        assert lost is None or lost.json["type"] == "/problems/write-unconfirmed"
        mend()
        repeats = [send(write.method, write.path, write.content, **headers) for _ in range(2)]
        first = repeats[0]
        assert first is not None
        assert repeats == [first] * 2
        assert first.status == write.status, (number, first)
        with store.connect() as connection:
            assert write.is_once(connection, first), (number, first)


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDB]:
    """A server for the tests of this module."""
    with MariaDB(in_memory=True) as server:
        yield server


@pytest.fixture
def url(mariadb: MariaDB) -> str:
    """The URL of a small demo store."""
    url = mariadb.database()
    engine = database_engine(url)
    migrate(engine)
    load(engine, catalogue(products=40, batch=40))
    engine.dispose()
    return url


@pytest.fixture
def store(url: str) -> Iterator[Engine]:
    """The way around the proxy."""
    engine = database_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def proxy(mariadb: MariaDB) -> Iterator[Proxy]:
    with Proxy(mariadb.port) as made:
        yield made


@pytest.fixture
def behind(url: str, mariadb: MariaDB, proxy: Proxy) -> str:
    """The URL of the store behind the proxy, which has to read what is sent."""
    return url.replace(f":{mariadb.port}/", f":{proxy.port}/") + "?ssl-mode=DISABLED"


def lose_by(proxy: Proxy, act: Callable[[], object]) -> Callable[[bool], None]:
    """Loses a COMMIT that has arrived, or one that has not."""
    return lambda stored: (proxy.at_reply if stored else proxy.at_request)(act, COMMIT)


@pytest.fixture
def send(
    make_container: Callable[..., Any], as_moderator: Callable[[FlaskClient], FlaskClient], behind: str
) -> Send:
    """Sends to an application of this process."""
    client = as_moderator(make_container(behind).app().test_client())

    def send(method: str, path: str, content: Any = None, **headers: str) -> Said:
        sent = {} if content is None else {"json": content, "content_type": _type_of(method)}
        answer = client.open(path, method=method, headers=headers, **sent)
        return Said(answer.status_code, answer.headers.get("ETag"), answer.json if answer.data else None)

    return send


def _type_of(method: str) -> str:
    return "application/merge-patch+json" if method == "PATCH" else JSON


def test_a_write_is_there_once_whatever_the_database_has_not_answered(
    store: Engine, proxy: Proxy, send: Send
) -> None:
    """Two hundred COMMITs whose connection breaks, each second four of them after they were carried out."""
    prove(store, LOST, send, lose_by(proxy, lambda: None), lambda: None)


def test_without_stored_keys_it_is_not(
    store: Engine, proxy: Proxy, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same test fails, with each kind of write."""
    monkeypatch.setattr(outcomes, "_this", lambda ctx: None)
    for kind in KINDS:
        with monkeypatch.context() as patched:
            patched.setattr(f"{__name__}.KINDS", (kind,))
            with pytest.raises(AssertionError):
                prove(store, 1, send, lose_by(proxy, lambda: None), lambda: None)


def test_a_write_is_there_once_whenever_the_service_was_killed(
    store: Engine, proxy: Proxy, behind: str, start: Callable[..., Any], tmp_path: Path
) -> None:
    """By SIGKILL, before the COMMIT has arrived and after it was carried out; another process gets the repeat."""

    def serve() -> Any:
        return start("--processes=1", folder=tmp_path, OGROM_DATABASE_URL=behind)

    services = [serve()]

    def send(method: str, path: str, content: Any = None, **headers: str) -> Said | None:
        body = None if content is None else json.dumps(content).encode()
        fields = headers | ({} if body is None else {"Content-Type": _type_of(method)})
        with suppress(OSError, HTTPException):
            said = services[-1].request(method, path, body, **fields)
            return Said(said.status, said.headers.get("etag"), said.json if said.content else None)
        return None

    prove(
        store,
        KILLED,
        send,
        lose_by(proxy, lambda: services[-1].kill()),  # noqa: PLW0108  # the last one by then
        lambda: services.append(serve()),
    )
