"""Probes over real sockets."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ogrom_deploy.beanstalk.probe import probe
from ogrom_deploy.ports import PlatformError

PATIENCE = 60.0
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nOgrom-Release: v1\r\n\r\n{}"


@contextmanager
def answering(*pieces: bytes, pause: float = 0.0) -> Iterator[str]:
    """A server on this machine that sends these pieces to whoever asks, with a pause after each."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    client.recv(65536)
                    try:
                        for piece in pieces:
                            client.sendall(piece)
                            time.sleep(pause)  # the trickling itself
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        # Wakes the accept of every kernel; a close alone does not.
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_probe_has_status_time_and_release() -> None:
    """One for each path, in order."""
    with answering(OK) as address:
        probes = probe(address, ["/a", "/b"], timeout=PATIENCE)
    assert [(each.path, each.status, each.release, each.fault) for each in probes] == [
        ("/a", 200, "v1", ""),
        ("/b", 200, "v1", ""),
    ]
    assert all(0.0 < each.seconds < PATIENCE for each in probes)


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (b"", "RemoteDisconnected"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}", "IncompleteRead"),
        (b"nonsense\r\n\r\n", "BadStatusLine"),
        (b"HTTP/1.1 503 No\r\nServer: awselb/2.0\r\nContent-Length: 0\r\n\r\n", "no instance answered: 503"),
    ],
    ids=["closed", "cut", "nonsense", "of the balancer itself"],
)
def test_what_no_instance_answered_has_no_status(reply: bytes, fault: str) -> None:
    """A page that was cut off, or one of the balancer's own, is no response."""
    with answering(reply) as address:
        found = probe(address, ["/"], timeout=PATIENCE)[0]
    assert found.status == 0
    assert fault in found.fault


def test_a_closed_port_is_told() -> None:
    """The next path is asked for all the same."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        probes = probe(f"http://127.0.0.1:{nobody.getsockname()[1]}", ["/a", "/b"], timeout=PATIENCE)
    assert [each.status for each in probes] == [0, 0]
    assert "ConnectionRefused" in probes[1].fault


def test_a_response_that_trickles_in_ends_in_time() -> None:
    """The timeout is for all of it, not for each piece: the whole would come, in twice the seconds that we wait."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    with answering(head, *[b"x"] * 1000, pause=2 * PATIENCE / 1000) as address:
        found = probe(address, ["/"], timeout=0.5)[0]
    assert found.status == 0
    assert "Timeout" in found.fault
    assert found.seconds < PATIENCE


@pytest.mark.parametrize("address", ["green.example.org", "ftp://green.example.org", "http://", ""])
def test_an_address_is_a_url(address: str) -> None:
    """The error says what one looks like."""
    with pytest.raises(PlatformError, match=r"such as https://green\.example\.org"):
        probe(address, ["/"], timeout=1.0)
