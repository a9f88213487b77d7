"""A write whose COMMIT is not answered: the client learns that nobody knows, and is not told to send it again."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from ogrom.catalogue.demo import catalogue
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.loading import load
from ogrom.sources.testing import MariaDB, Proxy

pytestmark = pytest.mark.slow

COMMENTS = "/v1/de-DE/collages/1/comments"
TEXT = "Only once, please"


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDB]:
    """A server for the tests of this module."""
    with MariaDB() as server:
        yield server


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not-stored"])
def test_a_write_whose_commit_is_not_answered_has_a_type_of_its_own(
    make_container: Callable[..., Any],
    as_moderator: Callable[[Any], Any],
    mariadb: MariaDB,
    stored: bool,
) -> None:
    """The connection breaks after the database has stored it, or before; a read tells which."""
    url = mariadb.database()
    engine = database_engine(url)
    migrate(engine)
    load(engine, catalogue(products=40, batch=40))
    engine.dispose()
    with Proxy(mariadb.port) as proxy:
        container = make_container(url.replace(f":{mariadb.port}/", f":{proxy.port}/"))
        client = as_moderator(container.app().test_client())
        lose = proxy.at_reply if stored else proxy.at_request
        event.listen(container.engine(), "commit", lambda _: lose(lambda: None), once=True)
        refused = client.post(COMMENTS, json={"author_id": 1, "text": TEXT})
        said = [each["text"] for each in client.get(COMMENTS).json["items"]]
        explained = client.get(refused.json["type"]).json
        container.store().dispose()
    assert (refused.status_code, refused.json["type"]) == (504, "/problems/write-unconfirmed")
    assert "Retry-After" not in refused.headers
    assert "Read" in refused.json["detail"]
    assert "try again" not in refused.json["detail"]
    assert said.count(TEXT) == stored
    assert "Without a key, do not just send it again" in explained["how_to_fix_it"]
