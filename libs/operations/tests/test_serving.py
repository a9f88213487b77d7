"""Where the service listens, and what it says where it cannot."""

import errno
import socket

import pytest

from ogrom.operations.command_line import Failure
from ogrom.operations.serving import address_explained, listener, url_of


def test_any_free_port_can_be_had() -> None:
    """Port 0 means that the system chooses."""
    with listener("127.0.0.1", 0) as sock:
        assert url_of(sock) == f"http://127.0.0.1:{sock.getsockname()[1]}"


def test_a_taken_port_is_named_with_a_way_out() -> None:
    """The message names the port and the option for another."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Failure, match=f"port {port} of 127.0.0.1 is in use.*--port {port + 1}"):
            listener("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    """The message says which address to take instead."""
    with pytest.raises(Failure, match="is not an address of this machine; use 127"):
        listener(host, 0)


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.EACCES, "needs privileges; choose one above 1023"),
        (errno.EMFILE, "cannot listen on port 80 of 127"),
    ],
)
def test_other_errors_are_explained_too(number: int, message: str) -> None:
    """Whatever the system says, it comes in one line."""
    with pytest.raises(Failure, match=message), address_explained("127.0.0.1", 80):
        raise OSError(number, "Some reason")


def test_the_url_of_every_address_is_one_to_click() -> None:
    """Nobody can open 0.0.0.0 in a browser."""
    with listener("0.0.0.0", 0) as sock:
        assert url_of(sock).startswith("http://127.0.0.1:")


def test_an_address_of_ipv6_stands_in_brackets() -> None:
    """As RFC 3986 wants it."""
    for host in ("::1", "[::1]"):
        with listener(host, 0) as sock:
            assert url_of(sock).startswith("http://[::1]:")
