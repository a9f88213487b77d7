"""Writes whose answers are lost: the client repeats them by itself, and each is there once, with its first answer.

The connection to the database breaks, or that of the client, or SIGKILL ends the service or the database: before the
COMMIT has arrived, or before its answer has. `./dev prove lost-answers` loses two hundred.
"""

import logging
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select

from ogrom.catalogue.demo import catalogue
from ogrom.client import Answer, Client, ClientError, Operation, operations
from ogrom.client.models import CollageDraft, CollagePatch, CommentDraft
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.tables import collages, comments, idempotency_keys
from ogrom.sources.testing import MariaDB, Proxy

pytestmark = pytest.mark.slow

log = logging.getLogger(__name__)

LOST = int(os.environ.get("OGROM_LOST_ANSWERS", "10"))
DIRECT = LOST * 7 // 10
"""How many of them a service over MariaDB loses; the others are those of a service in front of another."""

SERVE = """
from ogrom.core.resource import Resource
from ogrom.run.cli import main

Resource.retry_after = 1  # the client waits for as many seconds
main()
"""
WITHOUT_KEYS = "from ogrom.sources.sql import outcomes\noutcomes._this = lambda ctx: None\n"

# What the request looks like whose answer is lost.
COMMIT = b"\x03commit"  # as a command of MySQL's protocol, unlike the one in `SET autocommit`
KEYED = b"Idempotency-Key: "

Act = Callable[[], object]
Fault = Callable[[Act], object]
"""Lets the answer to the next write be lost; calls what it is given when that happens."""


@dataclass(frozen=True)
class Stage:
    """Services over a store, and what stands between.

    Attributes:
        front: a proxy between the client and the service.
        store: the way around the service.
        faults: what can be done to them, by what is said of it.
    """

    front: Proxy
    store: Engine
    faults: Mapping[str, Fault]


@dataclass(frozen=True)
class Write:
    """A write of its own.

    Attributes:
        status: of its answer.
        is_once: whether the store has it once, and the answer says so.
    """

    operation: Operation[Any]
    status: int
    is_once: Callable[[Engine, Answer[Any]], bool]


def _with_text(store: Engine, text: str) -> list[int]:
    with store.connect() as connection:
        return list(connection.scalars(select(comments.c.id).where(comments.c.text == text)))


def post(client: Client, number: int) -> Write:
    text = f"Comment {number}"
    operation = operations.add_to_collage_comments(1, CommentDraft(author_id=1, text=text))
    return Write(operation, 201, lambda store, said: _with_text(store, text) == [said.value.id])


def _change(client: Client, number: int, change: Callable[[str, CollageDraft], Operation[Any]]) -> Write:
    before = client.send(operations.get_collage(1))
    title, state = f"Title {number}", before.value
    draft = CollageDraft(author_id=state.author_id, title=title, placements=state.placements)

    def is_once(store: Engine, said: Answer[Any]) -> bool:
        with store.connect() as connection:
            row = connection.execute(
                select(collages.c.revision, collages.c.title).where(collages.c.id == 1)
            ).one()
        return tuple(row) == (state.revision + 1, title) == (said.value.revision, said.value.title)

    assert before.etag is not None
    return Write(change(before.etag, draft), 200, is_once)


def put(client: Client, number: int) -> Write:
    return _change(client, number, lambda etag, draft: operations.put_collage(1, draft, if_match=etag))


def patch(client: Client, number: int) -> Write:
    def change(etag: str, draft: CollageDraft) -> Operation[Any]:
        return operations.patch_collage(1, CollagePatch(title=draft.title), if_match=etag)

    return _change(client, number, change)


def delete(client: Client, number: int) -> Write:
    text = f"Not for long {number}"
    made = client.send(operations.add_to_collage_comments(1, CommentDraft(author_id=1, text=text)))
    return Write(
        operations.delete_comment(made.value.id), 204, lambda store, _: _with_text(store, text) == []
    )


KINDS = (post, put, patch, delete)


def lose(stage: Stage, rounds: int, token: str) -> Counter[str]:
    """Lose the answers of so many writes, and count what came of them."""
    found: Counter[str] = Counter()
    for number in range(rounds):
        kind = KINDS[number % len(KINDS)]
        name = list(stage.faults)[number % len(stage.faults)]  # in the end, each with each kind
        lost: list[bytes] = []
        stage.front.lost = b""
        # Each client loses one answer, or its budget of retries would be spent.
        with Client(
            f"http://127.0.0.1:{stage.front.port}/", "de-DE", token=lambda: token, timeout=60.0
        ) as client:
            write = kind(client, number)
            stage.faults[name](lambda lost=lost: lost.append(stage.front.lost))  # type: ignore[misc]
            said = _came_of(stage.store, client, write, lost)
        assert lost, f"{name}: nothing was lost"
        found[f"{kind.__name__} {name}: {said}"] += 1
        log.info("%d. %s %s: %s", number + 1, kind.__name__, name, said)
    return found


def _came_of(store: Engine, client: Client, write: Write, lost: Sequence[bytes]) -> str:
    """What is wrong with what the client has got in the end, or with the store; `once` if nothing is."""
    try:
        said = client.using(headers={"Accept-Encoding": "identity"}).send(write.operation)
        if said.status != write.status or not write.is_once(store, said):
            return "not once"
        if any(lost) and not _is_of(lost[0], said, write):
            return "not the first answer"
        with store.connect() as connection:
            key = connection.scalar(
                select(idempotency_keys.c.key).order_by(idempotency_keys.c.id.desc()).limit(1)
            )
        if key is None:
            return "once, and no key is kept"
        again = client.using(key=key.decode()).send(write.operation)
    except ClientError as error:
        return type(error).__name__
    is_same = (again, again.headers.get("location")) == (said, said.headers.get("location"))
    return "once" if is_same and write.is_once(store, said) else "not the first answer"


def _is_of(lost: bytes, said: Answer[Any], write: Write) -> bool:
    """Whether the answer is the one that was lost on its way to the client."""
    head, _, content = lost.partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    fields = {name.lower(): text for name, _, text in (each.partition(": ") for each in lines)}
    wanted = write.operation.wanted
    value = None if wanted is None else msgspec.json.decode(content, type=wanted)
    first = Answer(value, fields.get("etag"), int(line.split()[1]))
    return (first, fields.get("location")) == (said, said.headers.get("location"))


def stored(store: Engine) -> tuple[int, list[str]]:
    """What the writes have made of the collage's revision, and of comments."""
    with store.connect() as connection:
        revision = connection.scalars(select(collages.c.revision).where(collages.c.id == 1)).one()
        texts = connection.scalars(select(comments.c.text).where(comments.c.text.regexp_match("[0-9]$")))
        return revision, sorted(texts)


def nothing() -> None:
    """The connection breaks, and that is all."""


@dataclass
class Standing:
    """A service behind a proxy, which leads to another one when it is killed."""

    proxy: Proxy
    serve: Callable[[], Any]

    def __post_init__(self) -> None:
        self._service = self.serve()
        self.proxy.server = self._service.port

    def about_to_die(self) -> Act:
        """Kills it, by SIGKILL; the other one is ready."""
        killed, self._service = self._service, self.serve()

        def kill() -> None:
            self.proxy.server = self._service.port
            killed.kill()

        return kill


def fault(at: Callable[[Act, bytes], None], to: bytes, make: Callable[[], Act] = lambda: nothing) -> Fault:
    """A fault at a request or at a reply; `make` makes what is done then."""

    def arm(noted: Act) -> None:
        act = make()

        def strike() -> None:
            noted()
            act()

        at(strike, to)

    return arm


@pytest.fixture
def token(authorization: Callable[..., dict[str, str]]) -> str:
    return authorization()["Authorization"].removeprefix("Bearer ")


@pytest.fixture
def direct(start: Callable[..., Any], tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Makes a service over MariaDB; `prelude` is what its program begins with."""
    with ExitStack() as stack:
        mariadb = stack.enter_context(MariaDB())
        url = mariadb.database()
        store = database_engine(url)
        stack.callback(store.dispose)
        migrate(store)
        load(store, catalogue(products=40, batch=40))
        front, behind = (stack.enter_context(Proxy(port)) for port in (0, mariadb.port))
        # The proxy reads what is sent.
        seen = url.replace(f":{mariadb.port}/", f":{behind.port}/") + "?ssl-mode=DISABLED"

        def restart() -> None:
            mariadb.kill()
            mariadb.start()
            store.dispose()

        def direct(prelude: str = "") -> Stage:
            program = (sys.executable, "-c", prelude + SERVE)
            service = Standing(
                front,
                lambda: start("--processes=1", folder=tmp_path, program=program, OGROM_DATABASE_URL=seen),
            )
            faults = {
                "after the COMMIT, the database's connection breaks": fault(behind.at_reply, COMMIT),
                "after the COMMIT, the client's connection breaks": fault(front.at_reply, KEYED),
                "after the COMMIT, the database is killed": fault(behind.at_reply, COMMIT, lambda: restart),
                "after the COMMIT, the service is killed": fault(
                    behind.at_reply, COMMIT, service.about_to_die
                ),
                "before the COMMIT, the database's connection breaks": fault(behind.at_request, COMMIT),
                "before the COMMIT, the database is killed": fault(
                    behind.at_request, COMMIT, lambda: restart
                ),
                "before the COMMIT, the service is killed": fault(
                    behind.at_request, COMMIT, service.about_to_die
                ),
            }
            return Stage(front, store, faults)

        yield direct


@pytest.fixture
def chain(start: Callable[..., Any], own_store: str, tmp_path: Path) -> Iterator[Stage]:
    """A service in front of one over SQLite."""
    with ExitStack() as stack:
        store = database_engine(own_store)
        stack.callback(store.dispose)
        front, behind = (stack.enter_context(Proxy(0)) for _ in range(2))
        program = (sys.executable, "-c", SERVE)

        def serve(url: str) -> Any:
            # What the one in front had in memory would not be what is behind.
            return start(
                "--processes=1",
                folder=tmp_path,
                program=program,
                OGROM_DATABASE_URL=url,
                OGROM_CACHE_RECORDS="0",
            )

        second = Standing(behind, lambda: serve(own_store))
        first = Standing(front, lambda: serve(f"http://127.0.0.1:{behind.port}/"))
        faults = {
            "the connection between both breaks": fault(behind.at_reply, KEYED),
            "the one behind is killed": fault(behind.at_reply, KEYED, second.about_to_die),
            "the one in front is killed": fault(behind.at_reply, KEYED, first.about_to_die),
        }
        yield Stage(front, store, faults)


def assert_each_is_there_once(stage: Stage, rounds: int, token: str) -> None:
    revision, before = stored(stage.store)
    found = lose(stage, rounds, token)
    assert {each.rpartition(": ")[2] for each in found} == {"once"}, found
    made = {f"Comment {number}" for number in range(0, rounds, 4)}
    changes = sum(number % 4 in (1, 2) for number in range(rounds))
    assert stored(stage.store) == (revision + changes, sorted([*before, *made]))


def test_a_write_is_there_once_whatever_dies(direct: Callable[..., Stage], token: str) -> None:
    """Service, database or a connection, before and after the COMMIT."""
    assert_each_is_there_once(direct(), DIRECT, token)


def test_a_write_is_there_once_through_two_services(chain: Stage, token: str) -> None:
    """Whichever of them dies, or if they lose one another."""
    assert_each_is_there_once(chain, LOST - DIRECT, token)


def test_without_stored_keys_it_is_not(direct: Callable[..., Stage], token: str) -> None:
    """The control: what was stored is written once more, or refused for what it has done itself."""
    found = lose(direct(WITHOUT_KEYS), (DIRECT + 1) // 2, token)
    fates = {
        (each.split()[0], when, each.rpartition(": ")[2])
        for each in found
        for when in ("after", "before")
        if when in each
    }
    refused = {"post": "not once", "put": "StaleRevision", "patch": "StaleRevision", "delete": "NotFound"}
    assert {each for each in fates if each[1] == "after"} == {
        (kind, "after", how) for kind, how in refused.items()
    }
    assert {how for _, when, how in fates if when == "before"} <= {"once, and no key is kept"}
