"""Serving: from settings to processes that answer.

The application is imported by the workers. Their parent imports it only if several of them share it: then it is in
memory once, except for what each of them writes to.
"""

import errno
import logging
import re
import socket
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from ogrom.server import (
    Lane,
    Options,
    Proxies,
    Shutdown,
    Signals,
    WorkersFailed,
    bound,
    is_read,
    is_within,
    paths,
    serve as serve_application,
)

from .command_line import Failure
from .imports import imported, importing
from .logs import configure, hurry, redact_with
from .secrets import KnownSecrets, secrets_of
from .settings import Network, ServiceSettings
from .shared_metrics import SharedMetrics

if TYPE_CHECKING:
    from ogrom.server import Environ, Hosted, Worker

log = logging.getLogger("ogrom.operations")

METRICS: Final = "/metrics"
HEALTH: Final = "/health/"
LIVE: Final = f"{HEALTH}live"
READY: Final = f"{HEALTH}ready"

BATCH: Final = "/batch"
"""How the path of a batch ends."""

TIME_LEFT: Final = "x-envoy-expected-rq-timeout-ms"
"""How many milliseconds the caller waits: Envoy's name for it, which our own client sends, too."""

_TIME_LEFT_KEY = f"HTTP_{TIME_LEFT.upper().replace('-', '_')}"
_MILLISECONDS = re.compile(r"[0-9]{1,9}")
_HEALTH_THREADS = 2  # each may wait some seconds for a database


def is_batch(environ: Mapping[str, Any]) -> bool:
    """Whether a request is a batch: it writes nothing itself, and its requests are requests of their own."""
    path: str = environ["PATH_INFO"]
    return environ["REQUEST_METHOD"] == "POST" and path.removesuffix("/").endswith(BATCH)


def begins_on_loop(environ: "Environ") -> bool:
    """Whether a request reads, or is a batch, whose reads wait side by side."""
    return is_read(environ) or is_batch(environ)


@dataclass(frozen=True)
class Callers:
    """The programs whose word on how long they wait is believed.

    From a stranger, a deadline of a moment would look like a store that does not answer.

    Attributes:
        networks: where they are.
        most: how many seconds a request of anybody else may take.
    """

    networks: tuple[Network, ...]
    most: float

    def seconds(self, environ: Mapping[str, Any]) -> float:
        """How long a request may take, in seconds: what a trusted caller waits, and never more than others get."""
        said: str | None = environ.get(_TIME_LEFT_KEY)
        if said is None or not _MILLISECONDS.fullmatch(said) or not self._trusts(environ):
            return self.most
        return min(self.most, int(said) / 1000)

    def _trusts(self, environ: Mapping[str, Any]) -> bool:
        return is_within(environ.get("REMOTE_ADDR", ""), self.networks)


def options_of(
    settings: ServiceSettings,
    *,
    lanes: Sequence[Lane] = (),
    on_loop: "Callable[[Environ], bool]" = begins_on_loop,
) -> Options:
    """How the server is to run.

    Health has threads of its own, so it answers while all others are busy.

    Args:
        lanes: threads for some requests, besides those for health and for everything else.
        on_loop: whether any other request begins on the loop, where the application takes a Waiter.
    """
    callers = Callers(settings.trusted_callers, settings.request_timeout)
    rest = Lane(
        "application", settings.threads, queue=settings.queue, patience=callers.seconds, on_loop=on_loop
    )
    return Options(
        lanes=(
            Lane("live", 1, takes=paths(LIVE)),
            Lane("health", _HEALTH_THREADS, takes=paths(HEALTH)),
            *lanes,
            rest,
        ),
        loop=settings.loop,
        processes=settings.processes,
        shutdown=Shutdown(delay=settings.shutdown_delay, drain=settings.drain_timeout),
        proxies=_proxies(settings),
    )


def _proxies(settings: ServiceSettings) -> Proxies | None:
    if not settings.trusted_proxy:
        return None
    networks = None if settings.trusted_proxy == "*" else (ip_network(settings.trusted_proxy),)
    return Proxies(networks=networks, hops=settings.proxies)


class Announcement(msgspec.Struct, frozen=True):
    """What is said once the service answers.

    Attributes:
        message: for people, such as `Shop 1.2.0 serves sqlite:///shop.sqlite3`.
        urls: addresses to look at, by what is there.
        fields: more that a line of JSON has.
    """

    message: str
    urls: dict[str, str]
    fields: dict[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Program:
    """What is served, by references such as `shop.hosting:hosted`: importing it is the workers' affair.

    Attributes:
        hosted: makes the application of a worker from the settings, the shared metrics and the worker.
        prepare: does what is done once for all workers, and makes an Announcement of the settings and the base URL.
        imports: modules that are imported with the application, since its first requests need them.
        shared_imports: modules that are, besides, if several processes share them.
        unused: packages that libraries import where they are installed, though this service does not use them.
    """

    hosted: str
    prepare: str
    imports: Collection[str] = ()
    shared_imports: Collection[str] = ()
    unused: Collection[str] = field(default=frozenset())

    def load(self, *, shared: bool) -> None:
        """Import what workers need for their first requests, and nothing that they never need."""
        modules = (self.hosted.partition(":")[0], self.prepare.partition(":")[0], *self.imports)
        with importing(without=self.unused):
            for each in (*modules, *(self.shared_imports if shared else ())):
                import_module(each)


def serve(settings: ServiceSettings, program: Program, options: Options | None = None) -> int:
    """Serve until a signal says stop.

    Args:
        options: how the server is to run; by default as the settings say.

    Returns:
        The exit code: 1 if requests were cut.

    Raises:
        Failure: the address cannot be used, or workers end again and again.
    """
    as_json = settings.log == "json"
    secrets = secrets_of(settings)
    configure(as_json=as_json, release=settings.release, redact=KnownSecrets(secrets))
    sock = listener(settings.host, settings.port)
    shared = SharedMetrics(settings.processes)
    prepared_with: list[bytes] = []
    is_shared = settings.processes > 1

    def load() -> None:
        program.load(shared=is_shared)
        # Clients come from here on, and what has the form of a secret is told by ogrom.http.
        redact_with(imported("ogrom.operations.redaction:Redactor")(secrets))

    def prepare() -> bytes:
        load()
        return msgspec.json.encode(imported(program.prepare)(settings, url_of(sock)))

    def prepared(announcement: bytes) -> None:
        prepared_with.append(announcement)
        with address_explained(settings.host, settings.port):
            sock.listen()  # from now on connections wait for the workers

    def make_app(worker: "Worker") -> "Hosted":
        load()
        shared.enter(worker.number)
        hurry()  # this is the loop's thread
        made: Hosted = imported(program.hosted)(settings, shared, worker)
        return made

    if is_shared:
        program.load(shared=True)
    try:
        code = serve_application(
            make_app,
            sock,
            options or options_of(settings),
            prepare=prepare,
            prepared=prepared,
            announce=lambda _: announce(
                msgspec.json.decode(prepared_with[0], type=Announcement), as_json=as_json
            ),
            signals=Signals(),
        )
    except WorkersFailed as failed:
        raise Failure(f"serve: {failed}") from failed
    if as_json:
        log.info("stopped")
    else:
        click.echo("Stopped.")
    return code


def announce(announcement: Announcement, *, as_json: bool) -> None:
    """Say where the server listens and what to look at; on stdout, in the form of everything else there."""
    if as_json:
        log.info("serving", extra={**announcement.fields, "urls": announcement.urls})
        return
    click.echo(announcement.message)
    for what, url in announcement.urls.items():
        click.echo(f"  {what:<10} {url}")
    click.echo("Press Ctrl-C to stop.")


def listener(host: str, port: int) -> socket.socket:
    """A socket bound to the address, which does not listen yet: until a worker answers, clients are refused.

    Args:
        host: an address or a name of this machine.
        port: 0 for any free one.

    Raises:
        Failure: the address cannot be had, and what to do about it.
    """
    with address_explained(host, port):
        name = host.strip("[]")
        return bound(f"[{name}]:{port}" if ":" in name else f"{name}:{port}")


@contextmanager
def address_explained(host: str, port: int) -> Iterator[None]:
    """Say what to do if the system does not give the address.

    Raises:
        Failure: what is wrong with it.
    """
    try:
        yield
    except OSError as error:
        raise Failure(_reason(error, host, port)) from error


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        another = port + 1 if port < 65535 else port - 1
        return f"port {port} of {host} is in use; stop the program that uses it, or choose another: --port {another}"
    if error.errno == errno.EACCES:
        return f"port {port} of {host} needs privileges; choose one above 1023: --port 8080"
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"{host!r} is not an address of this machine; use 127.0.0.1 or, for all, 0.0.0.0: --host 127.0.0.1"
    return f"cannot listen on port {port} of {host}: {error.strerror}"


def url_of(sock: socket.socket) -> str:
    """The address of a bound socket as a URL to click, without a slash at its end."""
    host: str
    host, port = sock.getsockname()[:2]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
