"""The slow network, between a client and a server that echoes."""

import socket
import statistics
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from bench.measure.distance import delayed_database
from ogrom_rehearsal.usage import processor_seconds

ROUND_TRIP = 0.001
TRIPS = 200


@pytest.fixture
def echo() -> Iterator[str]:
    """The URL of a server that echoes, for one client after another."""

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                while data := client.recv(1 << 16):
                    client.sendall(data)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield f"mysql://root@127.0.0.1:{listener.getsockname()[1]}/ogrom"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def round_trips(url: str) -> list[float]:
    """The seconds of each round trip."""
    found = []
    with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as connection:
        for _ in range(TRIPS):
            begin = time.perf_counter()
            connection.sendall(b"SELECT 1")
            assert connection.recv(100) == b"SELECT 1"
            found.append(time.perf_counter() - begin)
    return found


@pytest.mark.slow
def test_a_delay_of_a_millisecond_is_seen_as_a_millisecond(echo: str) -> None:
    """No answer comes sooner, and the fastest tenth, undisturbed by other load, hardly later."""
    with delayed_database(echo, ROUND_TRIP) as there:
        assert there.url.endswith("/ogrom")
        found = sorted(round_trips(there.url))
    assert found[0] >= ROUND_TRIP
    assert found[TRIPS // 10] < 1.5 * ROUND_TRIP
    # Without a delay the same way takes a fraction of it, so that it is the delay that is seen.
    with delayed_database(echo, 0.0) as there:
        assert sorted(round_trips(there.url))[TRIPS // 10] < ROUND_TRIP / 2
    assert statistics.median(found) > ROUND_TRIP


@pytest.mark.slow
def test_the_way_itself_takes_little(echo: str) -> None:
    """Its processor time is some microseconds a round trip, less than any database needs."""
    with delayed_database(echo, ROUND_TRIP) as there:
        before = processor_seconds([there.process_id])
        round_trips(there.url)
        used = processor_seconds([there.process_id]) - before
    assert 0 < used / TRIPS < 0.0005


@pytest.mark.slow
def test_large_answers_come_whole(echo: str) -> None:
    """Data arrives in order, and a closed connection is closed on the other side."""
    sent = bytes(range(256)) * 4096
    with delayed_database(echo) as there:
        with socket.create_connection(("127.0.0.1", urlsplit(there.url).port or 0)) as connection:
            sending = threading.Thread(target=connection.sendall, args=(sent,))
            sending.start()
            got = bytearray()
            while len(got) < len(sent):
                got += connection.recv(1 << 16)
            sending.join()
        assert got == sent
        assert len(round_trips(there.url)) == TRIPS
