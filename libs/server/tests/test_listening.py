"""The listening socket."""

import socket
from pathlib import Path

import pytest

from ogrom.server.listening import bound, drop_new_connections
from ogrom.server.serving import address_of


@pytest.mark.parametrize(
    ("address", "begins"),
    [
        ("127.0.0.1:0", "127.0.0.1:"),
        ("[::1]:0", "[::1]:"),
        ("0.0.0.0:0", "0.0.0.0:"),
    ],
)
def test_any_free_port_can_be_had(address: str, begins: str) -> None:
    """The system chooses for port 0; it does not listen yet, so that clients are refused and not left waiting."""
    with bound(address) as sock:
        found = address_of(sock)
        assert found.startswith(begins)
        assert not found.endswith(":0")
        if begins != "0.0.0.0:":
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(sock.getsockname()[:2])


@pytest.mark.parametrize(
    "address", ["", "8080", "127.0.0.1", "::1:80", "a:b", "a:123456", "unix:", "fd:x", "[::1]"]
)
def test_what_is_no_address_is_told(address: str) -> None:
    """With the forms that there are."""
    with pytest.raises(ValueError, match="is not an address; use host:port, unix:path or fd:number"):
        bound(address)


def test_an_address_that_others_have_is_refused(tmp_path: Path) -> None:
    """Also that of a socket in the file system; one that somebody has left there is taken over."""
    with bound("127.0.0.1:0") as sock:
        sock.listen()
        with pytest.raises(OSError, match="in use"):
            bound(address_of(sock))
    path = tmp_path / "a.sock"
    with bound(f"unix:{path}") as sock:
        sock.listen()
        with pytest.raises(OSError, match="in use"):
            bound(f"unix:{path}")
    bound(f"unix:{path}").close()


@pytest.mark.parametrize("address", ["127.0.0.1:0", "[::1]:0"])
def test_new_connections_are_dropped(address: str) -> None:
    """Who is connected is heard to the end; who comes now hears nothing, and is no connection that is reset."""
    with bound(address) as sock:
        sock.listen()
        with socket.create_connection(sock.getsockname()[:2]) as client:
            drop_new_connections(sock)
            with pytest.raises(TimeoutError):
                socket.create_connection(sock.getsockname()[:2], timeout=0.1)
            accepted, _ = sock.accept()
            with accepted:
                client.sendall(b"question")
                assert accepted.recv(100) == b"question"
                accepted.sendall(b"answer")
                assert client.recv(100) == b"answer"
