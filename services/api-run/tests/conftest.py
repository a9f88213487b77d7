"""What the tests share: a small store, an application over it, and `ogrom-api` as a process."""

import hashlib
import http.client
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import pytest
from flask.testing import FlaskClient
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

from ogrom.catalogue.demo import catalogue
from ogrom.http.testing import refusals_are_listed
from ogrom.operations.access.tokens import issue_token
from ogrom.operations.secrets import Secret
from ogrom.run.container import Container
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.settings import Settings
from ogrom.sources.database.engine import database_engine
from ogrom.sources.database.statements import listening
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.loading import load
from ogrom.sources.testing import reserved_port

PROGRAM = Path(sys.executable).parent / "ogrom-api"
PRODUCTS = 200
SECONDS = 300
TOKEN_KEY = "only-for-tests-and-of-no-use-elsewhere"
SCOPES = ("collages:write", "comments:write", "likes:write")

KEPT = Path(__file__).parents[3] / ".nox" / "clients"
"""Where packages for Node are installed, in a folder for each state of their lock."""

QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--window-size=1400,1800",
)
"""A browser that asks for nothing but what a test visits."""

# No deadline that a slow machine could reach, unless a test sets one.
_PATIENT = {"OGROM_REQUEST_TIMEOUT": "60", "OGROM_DRAIN_TIMEOUT": "30"}
# Most tests begin with an empty folder.
_MIGRATES = {"OGROM_MIGRATE": "1"}

Finished: TypeAlias = "subprocess.CompletedProcess[str]"


@pytest.fixture(autouse=True)
def every_refusal_is_listed() -> Iterator[None]:
    """The API's description lists the type of whatever is refused in a test."""
    with refusals_are_listed():
        yield


@pytest.fixture(autouse=True)
def _ctrl_c_is_heard() -> Iterator[None]:
    """A shell starts what it puts into the background with Ctrl-C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def authorization(user_id: int = 1, *scopes: str) -> dict[str, str]:
    """The field of a user whose token has these scopes; of a moderator who may write everything, if none is named."""
    token = issue_token(
        TOKEN_KEY,
        user_id=user_id,
        scopes=scopes or (*SCOPES, "moderate"),
        seconds=3600,
        issuer="",
        audience="ogrom",
    )
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="session", name="authorization")
def _authorization() -> Callable[..., dict[str, str]]:
    """Makes the header field of a caller, for services with the key of all tests."""
    return authorization


@pytest.fixture(scope="session")
def token_key() -> str:
    """The key of all tests."""
    return TOKEN_KEY


@pytest.fixture(scope="session")
def as_moderator() -> Callable[[FlaskClient], FlaskClient]:
    """Has a client send a moderator's token with every request."""

    def as_moderator(client: FlaskClient) -> FlaskClient:
        client.environ_base["HTTP_AUTHORIZATION"] = authorization()["Authorization"]
        return client

    return as_moderator


@pytest.fixture(scope="session")
def program() -> Callable[[str], Path]:
    """Finds a program of this environment."""
    return PROGRAM.with_name


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a small demo store that nobody writes to."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/demo.sqlite3"
    fill(url, PRODUCTS)
    return url


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A smaller demo store, to be copied."""
    path = tmp_path_factory.mktemp("original") / "demo.sqlite3"
    fill(f"sqlite:///{path}", 40)
    return path


@pytest.fixture
def own_store(original: Path, tmp_path: Path) -> str:
    """The URL of a small demo store for one test that writes."""
    return f"sqlite:///{shutil.copy(original, tmp_path / 'own.sqlite3')}"


def fill(url: str, products: int) -> None:
    engine = database_engine(url)
    migrate(engine)
    load(engine, catalogue(products=products, batch=products))
    engine.dispose()


@pytest.fixture
def make_container() -> Iterator[Callable[..., Container]]:
    """Makes containers whose engines end with the test; `said` are settings."""
    made: list[Container] = []

    def make(url: str, *, said: Mapping[str, Any] = MappingProxyType({}), **parts: Any) -> Container:
        settings = Settings(
            **{"database_url": DatabaseUrl(url), "threads": 2, "token_key": Secret(TOKEN_KEY), **said}
        )
        made.append(Container(settings=settings, **parts))
        return made[-1]

    yield make
    for container in made:
        container.store().dispose()


@pytest.fixture
def statements() -> Iterator[Callable[[Container], list[str]]]:
    """Gives the list to which a container's statements are added as they are sent to the database."""
    with ExitStack() as stack:

        def statements(container: Container) -> list[str]:
            sent: list[str] = []
            stack.enter_context(listening(container.engine(), lambda statement, _: sent.append(statement)))
            return sent

        yield statements


@pytest.fixture
def client(make_container: Callable[..., Container], store: str) -> FlaskClient:
    """A client of the whole application over the small store."""
    return make_container(store).app().test_client()


@dataclass(frozen=True)
class Answer:
    """What the server said; the names of header fields are in lower case."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class Service:
    """`ogrom-api serve` as a process, on a port that is its own also when it has stopped."""

    process: "subprocess.Popen[str]"
    errors: Path
    port: int = 0
    output: str = ""

    @property
    def log(self) -> str:
        """What it has written on stderr."""
        return self.errors.read_text()

    @property
    def workers(self) -> list[int]:
        """The process ids of its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(each) for each in children.read_text().split()]

    def wait_until_ready(self) -> None:
        """Read what it announces."""
        assert self.process.stdout is not None
        give_up = threading.Timer(SECONDS, self.process.kill)
        give_up.start()
        for line in self.process.stdout:
            self.output += line
            if line.startswith("Press") or '"message":"serving"' in line:
                break
        give_up.cancel()
        found = re.search(r"home\W+http://127\.0\.0\.1:(\d+)/", self.output)
        assert found, (self.output, self.log)
        self.port = int(found[1])

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """What the server says; a write is a moderator's unless an Authorization is given."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if method not in ("GET", "HEAD", "OPTIONS"):
            fields = authorization() | fields
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request(method, path, body, fields)
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, None, **headers)

    def send(self, raw: bytes) -> bytes:
        """What comes back for bytes as they are, until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS) as connection:
            connection.sendall(raw)
            received = b""
            # Whoever refuses before it has read everything may reset the connection behind its answer.
            with suppress(ConnectionResetError):
                while part := connection.recv(65536):
                    received += part
        return received

    def stop(self, number: int = signal.SIGTERM) -> int:
        """The exit code; `output` has all that was printed."""
        self.process.send_signal(number)
        self.output += self.process.communicate(timeout=SECONDS)[0]
        return self.process.returncode

    def kill(self) -> None:
        """End it at once, if it has not ended, with its workers, which would go on with what they are asked."""
        if self.process.poll() is None:
            with suppress(OSError):  # some of them have ended meanwhile
                workers = self.workers
                self.process.kill()
                for each in workers:
                    os.kill(each, signal.SIGKILL)
            self.stop(signal.SIGKILL)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def environ() -> dict[str, str]:
    """An environment without any setting of ours but the key of tokens."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("OGROM_")}
    return {**ours, "OGROM_TOKEN_KEY": TOKEN_KEY, "NO_COLOR": "1", "COLUMNS": "120"}


@pytest.fixture(scope="module")
def services() -> Iterator[list[Service]]:
    """All that have been started and not ended."""
    started: list[Service] = []
    yield started
    for service in started:
        service.kill()


@pytest.fixture(autouse=True)
def _services_end_with_their_test(services: list[Service]) -> Iterator[None]:
    """Those that a module's fixture has started end with the module."""
    before = len(services)
    yield
    while len(services) > before:
        services.pop().kill()


@pytest.fixture(scope="module")
def start(
    environ: dict[str, str], services: list[Service], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Service]]:
    """Starts services, each on a port of its own, and waits until they are ready."""
    logs = tmp_path_factory.mktemp("logs")
    numbers = itertools.count()
    reserved = ExitStack()

    def start(
        *options: str, folder: Path, program: Sequence[str | Path] = (PROGRAM,), **variables: str
    ) -> Service:
        port = reserved.enter_context(reserved_port())
        errors = logs / str(next(numbers))
        with errors.open("w") as log:
            process = subprocess.Popen(
                [*program, "serve", f"--port={port}", *options],
                cwd=folder,
                env=environ | _PATIENT | _MIGRATES | variables,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        services.append(Service(process, errors))
        services[-1].wait_until_ready()
        return services[-1]

    yield start
    reserved.close()


@pytest.fixture(scope="module")
def run(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Finished]:
    """Runs `ogrom-api` to its end, in an empty folder."""
    empty = tmp_path_factory.mktemp("empty")

    def run(*arguments: str, folder: Path = empty, **variables: str) -> Finished:
        return subprocess.run(
            [PROGRAM, *arguments],
            cwd=folder,
            env=environ | variables,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def finished(environ: dict[str, str]) -> Callable[..., str]:
    """Runs a program to its end in a folder, and gives what it says."""

    def finished(folder: Path, *command: str | Path) -> str:
        done = subprocess.run(
            command, cwd=folder, env=environ, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return finished


@pytest.fixture(scope="module")
def installed(finished: Callable[..., str]) -> Callable[[Path], Path]:
    """Installs what a folder's package-lock.json lists, once for each of its states, and gives `node_modules`."""

    def installed(folder: Path) -> Path:
        lock = (folder / "package-lock.json").read_bytes()
        state = hashlib.sha256(lock + finished(folder, "node", "--version").encode()).hexdigest()[:16]
        if not (KEPT / state).exists():
            KEPT.mkdir(parents=True, exist_ok=True)
            # Elsewhere first, so that the folder exists only when it is complete.
            with tempfile.TemporaryDirectory(dir=KEPT) as name:
                made = Path(name) / "made"
                made.mkdir()
                for each in ("package.json", "package-lock.json"):
                    shutil.copy(folder / each, made)
                options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
                finished(made, "npm", "ci", *options)
                with suppress(OSError):  # another run was faster
                    made.rename(KEPT / state)
        return KEPT / state / "node_modules"

    return installed


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A headless Chromium with a profile of its own."""
    options = ChromeOptions()
    options.binary_location = _installed("chromium")
    for option in (*QUIET, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options, ChromeService(_installed("chromedriver")))
    driver.set_page_load_timeout(SECONDS)
    driver.set_script_timeout(SECONDS)
    yield driver
    driver.quit()


def _installed(name: str) -> str:
    """Where a Debian package has put a program."""
    found = shutil.which(name)
    assert found, f"{name} is missing; `./dev test api-run` installs it"
    return found
