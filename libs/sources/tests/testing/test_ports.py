"""A reserved port belongs to the block and to the servers that are told of it."""

import socket

import pytest

from ogrom.sources.testing import reserved_port


def test_a_server_may_listen_twice_and_between_nobody_answers() -> None:
    """A server that starts again finds its port, and who connects meanwhile is refused."""
    with reserved_port() as port:
        for _ in range(2):
            with socket.create_server(("127.0.0.1", port)):
                socket.create_connection(("127.0.0.1", port)).close()
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))


def test_nobody_else_is_given_the_port() -> None:
    """Whoever binds it without SO_REUSEADDR is refused, until the block ends."""
    with reserved_port() as port, socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
