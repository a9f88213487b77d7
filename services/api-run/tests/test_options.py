"""What the server is told of the application: who waits for whom."""

from collections.abc import Callable, Iterable
from http.client import HTTPConnection
from select import select
from threading import Event, Semaphore
from typing import Any

from ogrom.run.options import options_of
from ogrom.run.settings import Settings
from ogrom.server.testing import running

SECONDS = 60.0


def test_searches_hold_up_nobody_but_one_another() -> None:
    """In all markets together: each waits for a thread of theirs, or is told to come again."""
    entered, release = Semaphore(0), Event()

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].endswith("/search"):
            entered.release()
            release.wait(SECONDS)
        start_response("200 OK", [])
        return [b"ok"]

    def ask(path: str) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        connection.request("GET", path)
        return connection

    settings = Settings(threads=2, search_threads=2, queue=4, request_timeout=SECONDS)
    with running(app, lanes=options_of(settings).lanes) as port:
        searches = [ask(f"/v1/{market}/search?q=a") for market in ("de-DE", "en-GB")]
        for _ in searches:
            assert entered.acquire(timeout=SECONDS)
        searches += [
            ask(f"/v1/{market}/search?q=a") for market in ("de-DE", "en-GB", "fr-FR", "pl-PL", "de-DE")
        ]
        # Whichever of them has been read last.
        (refused,), _, _ = select([each.sock for each in searches], [], [], SECONDS)
        (last,) = (each for each in searches if each.sock is refused)
        response = last.getresponse()
        assert (response.status, response.headers["Retry-After"]) == (503, "1")
        searches.remove(last)
        others = [ask("/v1/de-DE/products/1") for _ in range(4)]
        assert [each.getresponse().status for each in others] == [200] * 4
        release.set()
        assert [each.getresponse().status for each in searches] == [200] * 6
        for each in (*searches, *others, last):
            each.close()
