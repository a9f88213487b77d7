"""Clients that are slow, silent or greedy: each has a deadline, and takes nothing from the others."""

import re
import resource
import socket
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from ogrom.server.lanes import Lane, paths
from ogrom.server.limits import Limits
from ogrom.server.testing import running

pytestmark = pytest.mark.usefixtures("in_both_modes")
SECONDS = 300.0
LARGE = 30_000_000
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
LAST_GET = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"
IMPATIENT = Limits(header_seconds=0.5, patience=0.5, new_seconds=0.5, idle_seconds=0.5, least_rate=1e9)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """`/large` is more than sockets hold; anything else is `ok`."""
    content = b"x" * LARGE if environ["PATH_INFO"] == "/large" else b"ok"
    start_response("200 OK", [("Content-Length", str(len(content)))])
    return [content]


def connect(port: int, sends: bytes = b"") -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), SECONDS)
    sock.sendall(sends)
    return sock


def ask(connections: Iterable[socket.socket]) -> None:
    """Have each answer, one after the other."""
    for each in connections:
        each.sendall(GET)
        assert each.recv(100).endswith(b"ok")


def read_to_end(sock: socket.socket) -> bytes:
    with sock, sock.makefile("rb") as file:
        return file.read()


def until_closed_by_the_server(sock: socket.socket) -> None:
    """Wait for that without reading, however slow this machine is: what was sent before it is still on its way."""
    (_, mine), (_, port) = sock.getsockname(), sock.getpeername()
    established = f" 0100007F:{port:04X} 0100007F:{mine:04X} 01 "
    end = time.monotonic() + SECONDS
    while established in Path("/proc/net/tcp").read_text(encoding="ascii"):
        assert time.monotonic() < end
        time.sleep(0.01)  # between two looks


@contextmanager
def descriptors(number: int) -> Iterator[None]:
    """Have so many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize(
    "sends",
    [b"GET / HT", GET[:-2], POST, POST + b"x" * 99, b"\r\n"],
    ids=["line", "header", "content", "end", "empty"],
)
def test_a_request_that_does_not_arrive_is_refused(sends: bytes) -> None:
    """Whatever is missing: 408, and the connection is closed."""
    with running(application, IMPATIENT) as port:
        said = read_to_end(connect(port, sends))
        assert said.startswith(b"HTTP/1.1 408 Request Timeout\r\n") or sends == b"\r\n"
        assert b"Connection: close" in said or sends == b"\r\n"


def test_a_header_that_drips_is_refused() -> None:
    """A byte now and then does not help."""
    with running(application, IMPATIENT) as port, connect(port) as sock:
        sock.settimeout(0.05)
        said = b""
        for letter in b"GET /" + b"x" * 1000:
            sock.send(bytes([letter]))
            try:
                said = sock.recv(100)
                break
            except TimeoutError:
                pass
        assert said.startswith(b"HTTP/1.1 408 ")


def test_content_that_drips_is_refused() -> None:
    """It has to come at a rate, on average, once patience is over; content that does is served."""
    limits = Limits(header_seconds=0.2, patience=0.2, least_rate=1000.0)
    head = POST.replace(b"100", b"100000")
    with running(application, limits) as port, connect(port, head) as sock:
        sock.settimeout(0.05)
        said = b""
        for _ in range(1000):
            sock.send(b"x")
            try:
                said = sock.recv(100)
                break
            except TimeoutError:
                pass
        assert said.startswith(b"HTTP/1.1 408 ")
    with running(application, Limits(header_seconds=0.1, patience=5.0)) as port, connect(port, head) as sock:
        for _ in range(10):
            sock.sendall(b"x" * 10_000)
            time.sleep(0.1)  # the slowness itself
        assert sock.recv(100).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("sends", "limits"),
    [(b"", Limits(new_seconds=0.5)), (GET, Limits(idle_seconds=0.5))],
    ids=["new", "kept"],
)
def test_who_asks_nothing_is_closed_without_a_word(sends: bytes, limits: Limits) -> None:
    """Before the first request and between two."""
    with running(application, limits) as port:
        said = read_to_end(connect(port, sends))
        assert said.count(b"HTTP/1.1") == (1 if sends else 0)


def test_a_response_that_nobody_reads_is_cut() -> None:
    """The thread that writes it is free again, and so is the memory."""
    one, limits = (Lane("application", 1),), Limits(patience=0.5, least_rate=1e9)
    with running(application, limits, one) as port, connect(port, GET.replace(b"/", b"/large", 1)):
        assert read_to_end(connect(port, LAST_GET))


@pytest.mark.parametrize("before", [0, 5_000_000])
def test_what_was_fast_once_has_no_credit(before: int) -> None:
    """Neither content nor a response: what counts is each `patience` by itself."""
    limits = Limits(patience=0.4, content_bytes=LARGE)
    with running(application, limits) as port:
        with connect(port, POST.replace(b"100", b"%d" % LARGE)) as sock:
            sock.sendall(b"x" * before)
            assert sock.recv(100).startswith(b"HTTP/1.1 408 ")
        with connect(port, GET.replace(b"/", b"/large", 1)) as sock:
            read = 0
            while read < before:
                read += len(sock.recv(65536))
            until_closed_by_the_server(sock)
            with suppress(ConnectionError):
                while part := sock.recv(65536):
                    read += len(part)
            assert read < LARGE


def test_who_sends_slowly_holds_nobody_up() -> None:
    """Where all content together is too much, the slowest is refused, and whoever has just come is served."""
    limits = Limits(content_bytes_of_all=1_000_000)
    with running(application, limits) as port:
        slow = [connect(port, POST.replace(b"100", b"400001") + b"x" * 400_000) for _ in range(2)]
        time.sleep(1.5)  # the slowness itself
        with connect(port, POST.replace(b"100", b"300000") + b"x" * 300_000) as sock:
            assert sock.recv(100).startswith(b"HTTP/1.1 200 ")
        said = []
        for each in slow:
            with each, suppress(ConnectionError):
                each.sendall(b"x")
                said.append(each.recv(100).split()[1])
        assert sorted(said) == [b"200", b"503"]


def test_the_only_response_may_be_as_large_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    """It is in memory anyhow; of several those go that have not moved for the longest, and the log says so."""
    limits = Limits(response_bytes_of_all=1_000_000)
    with running(application, limits) as port, connect(port, GET.replace(b"/", b"/large", 1)) as first:
        assert first.recv(100)
        time.sleep(1.0)  # in which it could be cut
        with connect(port, GET.replace(b"/", b"/large", 1)) as second, second.makefile("rb") as file:
            while file.readline() != b"\r\n":
                pass
            assert len(file.read(LARGE)) == LARGE
        with suppress(ConnectionError):
            assert len(first.makefile("rb").read()) < LARGE
    assert "cutting off responses that clients read too slowly" in caplog.text


@pytest.mark.slow
def test_small_pieces_take_little_memory() -> None:
    """Chunks of two bytes, received or sent: each was an object of its own, of 40 and of 220 bytes."""
    number, large = 100_000, b"x" * 20_000_000  # more than sockets hold, so that all that follows waits
    peaks = []
    told, go_on = Event(), Event()

    def dripping(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        peaks.append(tracemalloc.get_traced_memory()[1])
        start_response("200 OK", [])
        yield large
        for _ in range(number):
            yield b"ab"
        peaks.append(tracemalloc.get_traced_memory()[0])
        told.set()
        go_on.wait(SECONDS)
        yield b"ab"

    chunked = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + b"2\r\nab\r\n" * number
    with running(dripping, Limits(response_bytes=LARGE, patience=SECONDS)) as port, connect(port) as sock:
        tracemalloc.start()
        try:
            sock.sendall(chunked + b"0\r\n\r\n")
            assert told.wait(SECONDS)
        finally:
            tracemalloc.stop()
            go_on.set()
    received, sent = peaks
    assert received < 10 * number
    assert sent < len(large) + 20 * number  # each has 7 bytes, framed


def test_requests_in_a_row_take_no_more_than_one() -> None:
    """The next one is begun when the response to the last one has gone."""
    begun = []

    def counting(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        begun.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return [b"x" * 1_000_000]

    with running(counting, Limits(patience=SECONDS)) as port, connect(port, GET * 60) as sock:
        with connect(port, GET) as other:
            assert other.recv(10)
        count = len(begun)
        assert count < 30
        file = sock.makefile("rb")
        for _ in range(60):
            while file.readline() != b"\r\n":
                pass
            assert len(file.read(1_000_000)) == 1_000_000
        assert len(begun) == 61


def test_the_slowest_requests_go_first_when_places_run_out() -> None:
    """Then those who never asked; a connection between two requests is kept, as its next one may be on its way."""
    with ExitStack() as stack, running(application, Limits(connections=30)) as port:
        kept = [stack.enter_context(connect(port)) for _ in range(10)]
        ask(kept)
        new = [stack.enter_context(connect(port)) for _ in range(10)]
        slow = [stack.enter_context(connect(port, b"GET /")) for _ in range(10)]
        for _ in range(15):  # others want a place
            assert read_to_end(connect(port, LAST_GET))
        more = [stack.enter_context(connect(port, b"GET /")) for _ in range(15)]
        ask(kept)
        assert slow[0].recv(1) == b""
        assert more[-1].fileno() >= 0
        for each in new:
            each.close()


def test_while_there_are_places_nobody_goes() -> None:
    """Also when the last one has just been taken."""
    with ExitStack() as stack, running(application, Limits(connections=30)) as port:
        for _ in range(2):
            slow = [stack.enter_context(connect(port, b"GET /")) for _ in range(30)]
            for each in slow:
                each.sendall(LAST_GET[5:])
                assert read_to_end(each).startswith(b"HTTP/1.1 200 ")


def test_who_keeps_many_connections_keeps_nobody_out() -> None:
    """Of more than half of the places that are kept, those that were idle the longest go before who has just come."""
    with ExitStack() as stack, running(application, Limits(connections=30)) as port:
        kept = [stack.enter_context(connect(port)) for _ in range(30)]
        ask(kept)
        new = [stack.enter_context(connect(port)) for _ in range(10)]
        ask(new)
        assert kept[0].recv(1) == b""


def test_nobody_has_to_go_whose_request_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read first, also where whoever wants the place has been seen before it; then that one has the place."""
    monkeypatch.setattr("ogrom.server.connection._SECONDS_TO_ASK", 0.0)
    hold, held, go_on = Event(), Event(), Event()
    turns = iter(range(1000))

    def beat() -> None:
        if hold.is_set() and next(turns):  # the turn before that has seen that somebody may have to go
            held.set()
            go_on.wait(SECONDS)

    with running(application, Limits(connections=1), beat=beat) as port, connect(port) as first:
        ask([first])
        hold.set()
        assert held.wait(SECONDS)
        with connect(port, LAST_GET) as other:
            first.sendall(GET)
            go_on.set()
            assert read_to_end(first).startswith(b"HTTP/1.1 200 ")
            assert read_to_end(other).startswith(b"HTTP/1.1 200 ")


def health_within(port: int, seconds: float) -> None:
    """Ask over a new connection."""
    begin = time.monotonic()
    with connect(port, b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") as sock:
        assert sock.recv(100).startswith(b"HTTP/1.1 200 ")
    assert time.monotonic() - begin < seconds


@pytest.mark.slow
def test_health_answers_whatever_others_do() -> None:
    """While 2,000 connections drip, 50 never read, and the queue is full, all at once."""
    release = Event()

    def busy(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/wait":
            release.wait(SECONDS)
        return application(environ, start_response)

    lanes = (Lane("health", 1, paths("/health")), Lane("application", 4, queue=8))
    limits = Limits(patience=SECONDS, header_seconds=SECONDS)
    with descriptors(8192), ExitStack() as stack, running(busy, limits, lanes) as port:
        stack.callback(release.set)
        for _ in range(50):
            stack.enter_context(connect(port, GET.replace(b"/", b"/large", 1) * 10))
        for _ in range(20):
            stack.enter_context(connect(port, GET.replace(b"/", b"/wait", 1)))
        dripping = [stack.enter_context(connect(port, b"G")) for _ in range(2000)]
        for letter in b"ET /":
            for each in dripping:
                each.send(bytes([letter]))
            health_within(port, SECONDS)
        release.set()


SLOWHTTPTEST = {
    "header": ("-H", "-i", "1"),
    "content": ("-B", "-i", "1", "-s", "8192"),
    "ranges": ("-R", "-a", "10", "-b", "3000"),
    "reading": ("-X", "-w", "1", "-y", "2", "-n", "1", "-z", "1", "-k", "3"),
}
"""What each mode of slowhttptest is slow with, and its options."""


@pytest.mark.slow
@pytest.mark.parametrize("mode", SLOWHTTPTEST)
def test_slowhttptest_takes_nothing_from_others(mode: str, tmp_path: Path) -> None:
    """The tool that others measure servers with: 500 connections, more than there are places, and we are available."""
    limits = Limits(header_seconds=2.0, patience=2.0, new_seconds=2.0, connections=300)
    lanes = (Lane("health", 1, paths("/health")), Lane("application", 2, queue=8))
    with running(application, limits, lanes) as port:
        options = ("-c", "500", "-r", "500", "-l", "6", "-p", "30", "-u", f"http://127.0.0.1:{port}/large")
        command = ["slowhttptest", *SLOWHTTPTEST[mode], *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as tool:
            while tool.poll() is None:
                health_within(port, SECONDS)
                time.sleep(0.2)  # between two looks
            assert tool.stdout
            said = re.sub(r"\x1b\[[0-9;]*m", "", tool.stdout.read())
        health_within(port, SECONDS)
    assert "service available:   YES" in said, said
    assert "service available:   NO" not in said, said


SCARCE = """
import os, resource, socket, sys, threading, time
from ogrom.server.lanes import Lane
from ogrom.server.limits import Limits
from ogrom.server.loop import Server

taken = []

def application(environ, start_response):
    if environ["PATH_INFO"] == "/take":
        try:
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            pass
    if environ["PATH_INFO"] == "/give":
        while taken:
            os.close(taken.pop())
    start_response("200 OK", [])
    return [str(time.process_time()).encode()]

resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
Server(application, listener, Limits(), [Lane("application", 2)]).run()
"""


@pytest.mark.slow
def test_descriptors_that_run_out_stop_nothing() -> None:
    """There are no more connections than descriptors; and when somebody else takes those, nobody spins."""
    with (
        subprocess.Popen([sys.executable, "-c", SCARCE], stdout=subprocess.PIPE, text=True) as process,
        ExitStack() as stack,
    ):
        stack.callback(process.kill)
        assert process.stdout
        port = int(process.stdout.readline())

        def ask(path: str) -> float:
            with connect(
                port, f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
            ) as sock:
                return float(read_to_end(sock).rpartition(b"\n")[2])

        before = ask("/")
        for _ in range(400):
            stack.enter_context(connect(port))
        assert ask("/") >= before
        kept = stack.enter_context(connect(port, GET))
        assert kept.recv(1000)
        before = ask("/take")
        more = [stack.enter_context(connect(port)) for _ in range(50)]
        time.sleep(2.0)  # in which it could spin
        kept.sendall(GET.replace(b"/", b"/give", 1))
        used = float(kept.recv(1000).rpartition(b"\n")[2]) - before
        assert used < 1.0  # of two seconds
        more[-1].sendall(GET)
        assert more[-1].recv(1000)  # it has waited, and no more
        assert ask("/") >= before
        for each in more:
            each.close()
