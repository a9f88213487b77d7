"""Services in a row: each source asks another Ogrom over HTTP, and keeps the contract of what it asks."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from ogrom.client import RemoteSources
from ogrom.operations.secrets import Secret
from ogrom.protocols.context import Bearer, Context, Principal
from ogrom.protocols.contracts import StoreContract
from ogrom.protocols.testing import CATALOGUE
from ogrom.run.container import Container
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.settings import Settings
from ogrom.server import Lane
from ogrom.server.testing import running
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.tables import categories, metadata

pytestmark = pytest.mark.slow
THREADS = 8


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, token_key: str) -> Iterator[tuple[str, Engine]]:
    """The URL of a service over SQLite, and its store."""
    path = tmp_path_factory.mktemp("served") / "ogrom.sqlite3"
    settings = Settings(
        database_url=DatabaseUrl(f"sqlite:///{path}"), threads=THREADS, token_key=Secret(token_key)
    )
    container = Container(settings=settings)
    engine = container.engine()
    migrate(engine)
    with running(container.app(), lanes=[Lane("application", THREADS)]) as port:
        yield f"http://127.0.0.1:{port}/", engine
    engine.dispose()


class Signed:
    """A source whose every call is a moderator's, user 1 if it is nobody's, with a token that the service takes."""

    def __init__(self, source: object, authorization: Callable[..., dict[str, str]]) -> None:
        self._source = source
        self._authorization = authorization

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._source, name)

        def call(ctx: Context, *arguments: Any, **options: Any) -> Any:
            user_id = 1 if ctx.principal is None else ctx.principal.user_id
            token = self._authorization(user_id)["Authorization"].removeprefix("Bearer ")
            caller = Principal(user_id=user_id, bearer=Bearer(token))
            return method(msgspec.structs.replace(ctx, principal=caller), *arguments, **options)

        return call


@pytest.fixture
def sources(served: tuple[str, Engine]) -> Iterator[RemoteSources]:
    """Every source of the service, whose store holds CATALOGUE and nothing else."""
    url, engine = served
    with engine.begin() as connection:
        connection.execute(categories.update().values(parent_id=None))
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    load(engine, [CATALOGUE])
    with RemoteSources.at(url) as found:
        yield found


class TestRemote(StoreContract):
    """Over HTTP."""

    @pytest.fixture
    def sources(self, sources: RemoteSources, authorization: Callable[..., dict[str, str]]) -> Any:
        return SimpleNamespace(**{name: Signed(each, authorization) for name, each in vars(sources).items()})
