"""The socket beneath a connection is found, and is the right one; a look at it tells whether the server left."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from mysql.connector.connection_cext import CMySQLConnection

from ogrom.sources.database.sockets import is_silent, socket_of
from ogrom.sources.testing import MariaDB


@pytest.fixture
def connection(mariadb: MariaDB) -> Iterator[CMySQLConnection]:
    """A connection of the driver as it is."""
    connection = CMySQLConnection(host="127.0.0.1", port=mariadb.port, user="root")
    yield connection
    connection.close()


def asked(connection: CMySQLConnection, question: str) -> str:
    """The server's answer, a text."""
    row = connection.info_query(question)
    assert row is not None
    return str(row[0])


@pytest.mark.slow
def test_the_socket_of_the_pinned_connector_is_found(connection: CMySQLConnection) -> None:
    """It is the one whose other end the server knows as this connection's."""
    found = socket_of(connection._cmysql, connection.server_port)
    assert found is not None
    with found:
        address = asked(
            connection, "SELECT HOST FROM information_schema.PROCESSLIST WHERE ID = CONNECTION_ID()"
        )
        assert address == "{}:{}".format(*found.getsockname())


@pytest.mark.slow
def test_a_socket_in_the_file_system_is_found_too(connection: CMySQLConnection) -> None:
    """By its path."""
    path = asked(connection, "SELECT @@socket")
    local = CMySQLConnection(unix_socket=path, user="root")
    found = socket_of(local._cmysql, path)
    assert found is not None
    with found:
        assert found.family == socket.AF_UNIX
    assert socket_of(local._cmysql, path + "2") is None
    local.close()


@pytest.mark.slow
def test_a_socket_to_somewhere_else_is_not_taken(connection: CMySQLConnection) -> None:
    """Nor does it stay open."""
    before = list(Path("/proc/self/fd").iterdir())
    assert socket_of(connection._cmysql, connection.server_port + 1) is None
    assert list(Path("/proc/self/fd").iterdir()) == before


class Another:
    """As large as the extension's object, and no connection."""

    __slots__ = tuple(f"slot_{n}" for n in range(200))


@pytest.mark.parametrize("driver", [object(), Another()], ids=["small", "large"])
def test_what_is_no_connection_has_no_socket(driver: object) -> None:
    """Another build of the connector may be made otherwise; this is told, not guessed."""
    assert socket_of(driver, 3306) is None


def test_a_look_tells_silence_speech_and_farewell() -> None:
    """And takes nothing away from who reads next."""
    ours, theirs = socket.socketpair()
    with ours:
        assert is_silent(ours) is True
        theirs.send(b"x")
        assert is_silent(ours) is None
        assert ours.recv(10) == b"x"
        theirs.close()
        assert is_silent(ours) is False
    assert is_silent(ours) is False


def test_a_reset_connection_is_dead() -> None:
    """An error is as good as a farewell."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        theirs.close()
    with ours:
        assert is_silent(ours) is False
