"""A stand-in for a service, which answers as a test tells it and notes what it was asked."""

import asyncio
import contextlib
import inspect
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import msgspec
import pytest

from ogrom.client import AsyncClient, AsyncPages, Client, Pages, RemoteSources
from ogrom.protocols.context import Context
from ogrom.protocols.models import CollageDraft, Placement, Product

HOME = {"name": "Ogrom", "version": "1.2.3", "markets": {"de-DE": "/de/"}}
MARKET = {
    "locale": "de-DE",
    "links": {"categories": "/de/tree"},
    # Not the paths of our own services: nobody shall know those by heart.
    "templates": {
        "products": "/de/goods{?category_id,brand,collage_id,ids,limit,cursor}",
        "product": "/de/goods/{product_id}",
        "category": "/de/tree/{category_id}",
        "collages": "/de/c{?ids,limit,cursor}",
        "collage": "/de/c/{collage_id}",
        "collage_comments": "/de/c/{collage_id}/said{?limit,cursor}",
        "comments": "/de/said{?collage_id,limit,cursor}",
        "comment": "/de/said/{comment_id}",
        "likes": "/de/c/{collage_id}/liked",
        "like": "/de/c/{collage_id}/liked/{user_id}",
        "users": "/de/people{?ids}",
        "user": "/de/people/{user_id}",
        "user_collages": "/de/people/{user_id}/c{?limit,cursor}",
        "search": "/de/found{?q,limit,cursor}",
        "write": "/de/made{?key}",
    },
}


@dataclass(frozen=True)
class Said:
    """A response; content that is no bytes is sent as JSON."""

    content: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    type: str = ""

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        content = self.content if isinstance(self.content, bytes) else msgspec.json.encode(self.content)
        json = "application/json" if self.status < 400 else "application/problem+json"
        handler.send_response(self.status)
        fields = {"Content-Type": self.type or json, "Content-Length": str(len(content)), **self.headers}
        for name, value in fields.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)


Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Asked:
    """A request that came; names of fields in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    content: bytes


class Standin:
    """Owns a server in a thread, its answers by path, and the requests that came."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[str, list[Answer]] = {}
        standin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60
            wbufsize = -1  # one segment a response; else its head would wait for the client's acknowledgement

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

            def respond(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fields = {name.lower(): value for name, value in self.headers.items()}
                standin.asked.append(Asked(self.command, self.path, fields, content))
                standin.answer_to(self.path)(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = respond  # noqa: N815  # http.server's names

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        # Then `server_close` waits for its threads, which end with their connections.
        self.server.daemon_threads = False
        self._thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{self.server.server_address[1]}/"
        self.says("/", Said(HOME))
        self.says("/de/", Said(MARKET))

    def says(self, path: str, *answers: Answer) -> None:
        """Answer requests to the path so, one after another; the last one goes on."""
        self._answers[path] = list(answers)

    def answer_to(self, target: str) -> Answer:
        answers = self._answers.get(target.partition("?")[0], [Said({"title": "Not Found"}, 404)])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    @property
    def lines(self) -> list[str]:
        """What was asked besides the homes."""
        lines = [f"{each.method} {each.target}" for each in self.asked]
        return [line for line in lines if line not in ("GET /", "GET /de/")]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


@pytest.fixture
def standin() -> Iterator[Standin]:
    made = Standin()
    yield made
    made.stop()


@pytest.fixture
def another() -> Iterator[Standin]:
    """Another host."""
    made = Standin()
    yield made
    made.stop()


@pytest.fixture
def behind_tls() -> Iterator[Callable[[ssl.SSLContext], Standin]]:
    """Makes stand-ins that have a certificate."""
    with contextlib.ExitStack() as stack:

        def behind_tls(tls: ssl.SSLContext) -> Standin:
            made = Standin(tls)
            stack.callback(made.stop)
            return made

        yield behind_tls


@pytest.fixture
def sources(standin: Standin) -> Iterator[RemoteSources]:
    """The sources of the stand-in."""
    with RemoteSources.at(standin.url, timeout=60.0) as found:
        yield found


class Called:
    """One of the two clients: what it gives, to be had without waiting for it."""

    def __init__(self, made: Client | AsyncClient, runner: asyncio.Runner) -> None:
        self.made: Any = made
        self._runner = runner

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments, **options: self.result(getattr(self.made, name)(*arguments, **options))

    def using(self, **changes: Any) -> "Called":
        """The same with other options."""
        return Called(self.made.using(**changes), self._runner)

    def result(self, given: Any) -> Any:
        """What is given, once it is there; of a list all items."""
        if isinstance(given, AsyncPages):
            return self._runner.run(_all(given))
        if isinstance(given, Pages):
            return list(given)
        return self._runner.run(given) if inspect.iscoroutine(given) else given


async def _all(pages: AsyncPages[Any]) -> list[Any]:
    return [each async for each in pages]


@pytest.fixture(params=["threads", "asyncio"])
def connect(request: pytest.FixtureRequest, standin: Standin) -> Iterator[Callable[..., Called]]:
    """Makes clients of a URL for the market de-DE, for threads and for asyncio; they end before the stand-in does."""
    kind = Client if request.param == "threads" else AsyncClient
    made: list[Called] = []
    with asyncio.Runner() as runner:

        def connect(url: str, **options: Any) -> Called:
            made.append(Called(kind(url, "de-DE", **{"timeout": 60.0, **options}), runner))
            return made[-1]

        yield connect
        for each in made:
            each.close()


@pytest.fixture
def client(connect: Callable[..., Called], standin: Standin) -> Called:
    """A client of the stand-in."""
    return connect(standin.url)


@pytest.fixture
def market() -> dict[str, Any]:
    """The home of the stand-in's market."""
    return MARKET


@pytest.fixture
def said() -> type[Said]:
    """What the stand-in may be told to answer."""
    return Said


@pytest.fixture
def ctx() -> Callable[..., Context]:
    """Makes the Contexts of calls that may take two minutes."""
    return lambda **more: Context(locale="de-DE", deadline=time.monotonic() + 120, **more)


@pytest.fixture
def product(ctx: Callable[..., Context]) -> Callable[[RemoteSources], Product | None]:
    """Reads the first product."""
    return lambda sources: sources.products.product_by_id(ctx(), 1)


@pytest.fixture
def a_product() -> dict[str, Any]:
    """The first product, as a service of a later version shows it."""
    return {
        "id": 1,
        "title": "Rotes Kleid",
        "brand": "Nümph",
        "category_id": 2,
        "price": {"amount": 2000, "currency": "EUR"},
        "image_url": "https://images.example/1.jpg",
        "revision": 2,
        "updated_at": "2024-02-29T12:01:00.123456Z",
        "links": {"self": "/de/goods/1"},
        "new": "a member that a later version sends",
    }


@pytest.fixture
def a_collage() -> dict[str, Any]:
    """A collage that was made from the draft."""
    return {
        "id": 11,
        "author_id": 1,
        "title": "Neu",
        "placements": [{"product_id": 1, "x": 0, "y": 0, "width": 1, "height": 1}],
        "revision": 3,
        "created_at": "2024-02-29T12:01:00Z",
        "updated_at": "2024-02-29T12:01:00Z",
    }


@pytest.fixture
def draft() -> CollageDraft:
    """A collage to be made."""
    return CollageDraft(
        author_id=1, title="Neu", placements=(Placement(product_id=1, x=0, y=0, width=1, height=1),)
    )


@pytest.fixture(autouse=True)
def paused(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries, in seconds; no test waits for them."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("ogrom.client.driving.sleep", pauses.append)
    monkeypatch.setattr("ogrom.client.driving.sleep_async", sleep)
    return pauses
