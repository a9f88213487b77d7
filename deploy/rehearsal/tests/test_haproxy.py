"""HAProxy: its statistics, and a real one with stand-ins behind it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from ogrom.sources.testing import wait_until
from ogrom_deploy.ports import PlatformError
from ogrom_rehearsal import haproxy
from ogrom_rehearsal.access_log import figures
from ogrom_rehearsal.haproxy import Counters, HAProxy, name, statistics
from ogrom_rehearsal.load_test import ProxyTotals

TABLE = """# pxname,svname,scur,status,req_tot,hrsp_5xx,econ,srv_abrt,cli_abrt,wretr,check_status,last_chk
live,FRONTEND,0,OPEN,7,1,,,0,,,
blue-itself,FRONTEND,0,OPEN,9,9,,,0,,,
blue,slot0,3,{status},5,1,1,0,0,0,L4CON,Connection refused
blue,slot0-open,0,no check,0,0,0,0,0,0,,
blue,BACKEND,3,UP,6,1,1,2,3,0,,
green,slot0,0,MAINT,0,0,0,0,0,0,,
green,BACKEND,0,DOWN,4,0,0,1,0,0,,
"""


def test_counters_are_those_of_clients_and_of_each_colour() -> None:
    """What came in where clients come in, what went to each colour, and both colours together."""
    found = statistics(TABLE.format(status="UP"))
    assert found.clients == Counters(requests=7, errors=1)
    assert found.counters["blue"] == Counters(6, 1, 1, 2, 3, 0)
    assert found.total == Counters(10, 1, 1, 3, 3, 0)
    assert found.total - found.counters["blue"] == found.counters["green"]


@pytest.mark.parametrize(
    ("status", "health", "cause"),
    [
        ("UP", "ok", ""),
        ("UP 1/3", "pending", ""),
        ("DRAIN", "pending", ""),
        ("DOWN", "failing", "L4CON Connection refused"),
        ("DOWN 1/2", "failing", "L4CON Connection refused"),
        ("MAINT", "unknown", ""),
        ("no check", "unknown", ""),
    ],
)
def test_an_instance_is_well_once_several_checks_were(status: str, health: str, cause: str) -> None:
    """Fresh from maintenance a server counts as up before anybody has asked it; that is not enough."""
    slot = statistics(TABLE.format(status=status)).slots["blue", "slot0"]
    assert (slot.health, slot.cause, slot.in_flight) == (health, cause, 3)


pytestmark = pytest.mark.slow

PATIENCE = 60.0
READY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
HEADER = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nOgrom-Release: v1\r\n\r\n"
SENT = {b"/whole": HEADER + 100 * b"x", b"/header": HEADER, b"/half": HEADER + 50 * b"x", b"/nothing": b""}
"""What the instance sends for each path; but for the first, it then ends the connection."""


def answer(connection: socket.socket) -> None:
    """An instance, for one connection."""
    with suppress(ConnectionError), connection, connection.makefile("rb") as requests:
        while line := requests.readline():
            while requests.readline().strip():
                pass
            path = line.split()[1]
            connection.sendall(SENT.get(path, READY))
            if path != b"/whole":
                return


def accept(listener: socket.socket, parts: ExitStack) -> None:
    with suppress(OSError):  # it is shut down at the end
        while True:
            start(parts, answer, *listener.accept()[:1])


def start(parts: ExitStack, target: Callable[..., None], *arguments: object) -> None:
    """Start a thread, which is to have ended when the parts do."""
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    parts.callback(join, thread)
    thread.start()


def join(thread: threading.Thread) -> None:
    thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[HAProxy]:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        ExitStack() as threads,
        HAProxy(tmp_path) as proxy,
    ):
        start(threads, accept, listener, threads)
        threads.callback(listener.shutdown, socket.SHUT_RDWR)
        proxy.admit("blue", 0, listener.getsockname()[1])
        wait_until_up(proxy)
        yield proxy


def test_a_balancer_that_is_not_installed_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what to install."""
    monkeypatch.setattr(haproxy, "find_program", lambda name: None)
    with pytest.raises(PlatformError, match="apt-get install haproxy"), HAProxy(tmp_path):
        pass


def wait_until_up(proxy: HAProxy) -> None:
    assert wait_until(lambda: proxy.statistics().slots["blue", name(0)].health == "ok", PATIENCE)


def ask(proxy: HAProxy, *paths: str) -> list[bytes]:
    """What a client gets for requests over one connection, until that ends."""
    got = []
    with socket.create_connection(("127.0.0.1", proxy.ports["live"]), timeout=PATIENCE) as connection:
        for path in paths:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: ogrom\r\n\r\n".encode())
            response = b""
            # After its own 502 HAProxy keeps the connection, as after a whole response.
            while not response.endswith((100 * b"x", b"</html>\n")) and (data := connection.recv(65536)):
                response += data
            got.append(response)
    return got


@pytest.mark.parametrize(
    ("paths", "lines", "lost"),
    [
        (["/whole", "/whole"], ["--", "--"], 0),
        (["/header"], ["SD"], 1),
        (["/half"], ["SD"], 1),
        (["/whole", "/half"], ["--", "SD"], 1),
        (["/nothing"], ["SH"], 1),
        (["/whole", "/nothing"], ["--"], 1),
    ],
)
def test_it_has_each_loss_once(proxy: HAProxy, paths: list[str], lines: list[str], lost: int) -> None:
    """Whatever an instance broke off, and wherever in it, HAProxy counts what the client counts."""
    before, begin = proxy.statistics(), time.monotonic()
    got = ask(proxy, *paths)
    assert sum(each.endswith(100 * b"x") for each in got) == len(paths) - lost
    assert wait_until(lambda: len(proxy.access_log.since(begin)) >= len(lines), PATIENCE)
    entries = proxy.access_log.since(begin)
    assert [each.ended_by for each in entries] == lines
    after = proxy.statistics()
    account = ProxyTotals.of(entries, after.clients - before.clients, after.total - before.total)
    assert (account.requests, account.failed) == (len(paths), lost)
    seen = figures(entries, account.counters.broken)
    assert (seen.requests, seen.errors) == (len(paths), lost)
