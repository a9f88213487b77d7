"""The service with additional endpoints, called in process."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.test import Client

from bench.growth.dimensions import NothingThere, list_path, there
from bench.growth.service import application, copied
from ogrom.core.routes import ROUTES
from ogrom.run.container import Container
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.hosting import fill_if_empty
from ogrom.run.settings import Settings

MARKET = "/v1/de-DE"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A client of the service with nine copies of its endpoints."""
    url = f"sqlite:///{tmp_path_factory.mktemp('growth')}/demo.sqlite3"
    settings = Settings(database_url=DatabaseUrl(url), demo_products=40)
    container = Container(settings=settings)
    fill_if_empty(container.engine(), settings)
    container.engine().dispose()
    return Client(application(url, endpoints=10 * len(ROUTES), threads=2))


def test_copies_answer_as_the_original(client: Client) -> None:
    """Up to the last copy; there is none after it."""
    original = client.get(f"{MARKET}/products/7")
    last = client.get(f"{MARKET}{copied('/products/7', 9)}")
    assert original.status_code == last.status_code == 200
    assert original.json is not None
    assert last.json is not None
    assert last.json["id"] == original.json["id"]
    assert client.get(f"{MARKET}{copied('/products/7', 10)}").status_code == 404


def test_a_path_leads_far_into_a_list(client: Client) -> None:
    """To what follows a product, and that is no other list's cursor."""

    def ids(path: str) -> list[int]:
        response = client.get(path)
        assert response.json is not None
        return [product["id"] for product in response.json["items"]]

    first = ids(list_path(100, 0))
    assert len(first) > 10
    assert ids(list_path(100, first[4]))[: len(first) - 5] == first[5:]


@pytest.mark.parametrize("number", [1, 100])
def test_there_are_so_many_links(client: Client, number: int) -> None:
    """All of them different."""
    links = client.get(f"{MARKET}/links/{number}").json
    assert links is not None
    assert len({*links}) == number
    assert all(f"{MARKET}/products/" in each for each in links)


@pytest.mark.parametrize("number", [1, 1000])
def test_responses_are_so_large(client: Client, number: int) -> None:
    """In KiB of JSON, without compression."""
    assert len(client.get(f"{MARKET}/sizes/{number}").data) == pytest.approx(number * 1024, abs=2)


class Even(BaseHTTPRequestHandler):
    """Has the paths that end with an even digit."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path[-1] in "02468" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def with_even(then: Callable[[str], None]) -> None:
    with HTTPServer(("127.0.0.1", 0), Even) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            then(f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


def test_only_what_is_there_is_asked_for() -> None:
    """It is an error if nothing is there."""

    def check(url: str) -> None:
        assert there(url, ["/1", "/2", "/3", "/4"]) == ["/2", "/4"]
        with pytest.raises(NothingThere, match="has none of the paths to request, such as /1"):
            there(url, ["/1", "/3"])

    with_even(check)


def test_databases_are_made_where_they_belong(tmp_path: Path) -> None:
    """The service itself fills no database."""
    application(f"sqlite:///{tmp_path}/none.sqlite3", endpoints=16, threads=1)
    assert not (tmp_path / "none.sqlite3").exists()
