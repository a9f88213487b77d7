"""`ogrom-api answer`: what this release answers, request by request, over a small shop that nobody else uses."""

import base64
import logging
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

import msgspec
from dependency_injector import providers

from ogrom.catalogue.demo import catalogue
from ogrom.http.flask import Application
from ogrom.operations.access.tokens import issue_token
from ogrom.operations.command_line import Failure
from ogrom.operations.secrets import Secret
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.loading import load

from ..composition import sources_of
from ..container import Container
from ..database_url import DatabaseUrl
from ..scripted import MANNERS, Script, scripted
from ..settings import Settings

_PRODUCTS: Final = 60
"""Three pages of the lists' default length, so that there are links to next pages."""
_KEY: Final = "only-for-answers-to-requests-that-nobody-else-sees"
_READS = ("GET", "HEAD", "OPTIONS")


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: the token of the request is for this user, and has these scopes."""

    user: int
    scopes: tuple[str, ...] = ()


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request.

    Attributes:
        target: the path and the query, as they are sent.
        headers: by name.
        content: as text, which is sent in UTF-8.
        caller: None for a request without a token.
        sources: how sources behave meanwhile, one of `MANNERS` by a source's name; `*` stands for all of them.
    """

    method: str = "GET"
    target: str
    headers: Mapping[str, str] = {}
    content: str | None = None
    caller: Caller | None = None
    sources: Mapping[str, str] = {}


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A response.

    Attributes:
        headers: by name in lower case; several fields of one name are joined by commas (RFC 9110, 5.3).
        content: as text, or in Base64 where it is no UTF-8.
        is_base64: whether it is.
    """

    status: int
    headers: Mapping[str, str]
    content: str
    is_base64: bool = False


def answer_lines(requests: IO[str], answers: IO[str]) -> None:
    """Answer each line, a request as JSON, by a line with the response as JSON, until there are no more.

    Each request finds the same data: what one of them writes is gone before the next.

    Raises:
        Failure: a line is no request.
    """
    with _shop() as shop:
        for number, line in enumerate(requests, start=1):
            if line.strip():
                answers.write(msgspec.json.encode(shop.answer(_asked(number, line))).decode() + "\n")
                answers.flush()


def _asked(number: int, line: str) -> Asked:
    try:
        asked = msgspec.json.decode(line, type=Asked)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Failure(f"answer: line {number} is not a request: {error}") from error
    if broken := [name for name, text in asked.headers.items() if not (name + text).isprintable()]:
        raise Failure(f"answer: line {number}: the header field {broken[0]!r} has a control character")
    if unknown := [each for each in asked.sources.values() if each not in MANNERS]:
        raise Failure(
            f"answer: line {number}: a source cannot be {unknown[0]!r}; it can be {', '.join(MANNERS)}"
        )
    return asked


class _Shop:
    """The application over its data, which are those of the beginning before each request."""

    def __init__(
        self, app: Application, script: Script, settings: Settings, store: sqlite3.Connection
    ) -> None:
        self._client = app.test_client()
        self._script = script
        self._settings = settings
        self._store = store
        self._beginning = sqlite3.connect(":memory:")
        store.backup(self._beginning)

    def answer(self, asked: Asked) -> Answered:
        self._script.manners = asked.sources
        response = self._client.open(
            asked.target, method=asked.method, headers=self._headers(asked), data=asked.content
        )
        content = response.get_data()
        if asked.method not in _READS:
            self._beginning.backup(self._store)
        headers = {name.lower(): ", ".join(response.headers.getlist(name)) for name in dict(response.headers)}
        try:
            return Answered(status=response.status_code, headers=headers, content=content.decode())
        except UnicodeDecodeError:
            text = base64.b64encode(content).decode()
            return Answered(status=response.status_code, headers=headers, content=text, is_base64=True)

    def _headers(self, asked: Asked) -> Mapping[str, str]:
        if asked.caller is None:
            return asked.headers
        token = issue_token(
            _KEY,
            user_id=asked.caller.user,
            scopes=asked.caller.scopes,
            seconds=3600,
            issuer=self._settings.token_issuer,
            audience=self._settings.token_audience,
        )
        return {**asked.headers, "Authorization": f"Bearer {token}"}

    def close(self) -> None:
        self._beginning.close()


@contextmanager
def _shop() -> Iterator[_Shop]:
    log = logging.getLogger("ogrom")
    with ExitStack() as stack:
        stack.callback(log.setLevel, log.level)
        log.setLevel(logging.ERROR)  # that a source fails as a script says is no news
        file = Path(stack.enter_context(TemporaryDirectory())) / "shop.sqlite3"
        settings = _settings(file)
        engine = database_engine(settings.database_url.secret)
        stack.callback(engine.dispose)
        migrate(engine)
        load(engine, catalogue(products=_PRODUCTS, batch=_PRODUCTS))
        script = Script()
        parts: dict[str, Any] = {"settings": settings, "engine": providers.Object(engine)}
        bare = sources_of(Container(**parts).sql())
        container = Container(**parts, database=providers.Object(scripted(bare, script)))
        store = stack.enter_context(closing(sqlite3.connect(file)))
        yield stack.enter_context(closing(_Shop(container.app(), script, settings, store)))


def _settings(file: Path) -> Settings:
    """The defaults, whatever the environment says, with nothing that remembers an earlier request."""
    return Settings(
        database_url=DatabaseUrl(f"sqlite:///{file}"),
        threads=1,
        token_key=Secret(_KEY),
        cache_records=0,
        breaker_failures=0,
        warm_up=False,
    )
