"""Serving with processes: whatever becomes of one of them, the others answer, and a successor comes."""

import os
import signal
import socket
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
Start = Callable[..., Any]


def test_processes_share_the_port(start: Start) -> None:
    """Each of them answers, and knows of the others; SIGTERM is an end with nothing wrong."""
    serving = start()
    found: set[str] = set()

    def all_are_found() -> bool:
        asked = [serving.request("/slow") for _ in range(8)]
        found.update(each.getresponse().read().decode() for each in asked)
        for each in asked:
            each.close()
        return len(found) == 2

    serving.wait_until(all_are_found)
    first, second = serving.workers
    assert found == {f"{first} 0 READY READY", f"{second} 1 READY READY"}
    assert (serving.stop(), serving.log) == (0, "")


def test_a_worker_that_dies_is_replaced_when_the_next_one_is_warm(start: Start, tmp_path: Path) -> None:
    """Only what it was doing is lost; its successor answers nobody before it is warm."""
    serving = start()
    victim, survivor = serving.workers
    (tmp_path / "cold").touch()
    os.kill(victim, signal.SIGKILL)
    serving.wait_until(lambda: victim not in serving.workers and len(serving.workers) == 2)
    (successor,) = set(serving.workers) - {survivor}
    serving.wait_until(lambda: f"process {successor} warms up\n" in serving.output)
    assert {serving.ask() for _ in range(50)} == {f"{survivor} 1 REPLACING READY"}
    (tmp_path / "cold").unlink()
    assert set(serving.answering()) == {survivor, successor}
    assert serving.ask().endswith("READY READY")
    assert serving.stop() == 0
    assert f"(process {victim}) ended with SIGKILL; another one starts in 0.0 s" in serving.log


def test_the_only_worker_is_waited_for(start: Start) -> None:
    """The port stays open: who comes while there is no worker waits for the next one."""
    serving = start(processes=1)
    (victim,) = serving.workers
    with pytest.raises((HTTPException, OSError)):
        serving.ask("/die")
    successor = int(serving.ask().split()[0])
    assert successor != victim
    assert serving.workers == [successor]
    assert serving.stop() == 0


def test_workers_that_die_at_start_make_it_give_up(start: Start, tmp_path: Path) -> None:
    """It says how they ended and what to do, announces nothing, and does not try for ever."""
    (tmp_path / "fatal").touch()
    serving = start(is_awaited=False)
    assert (serving.wait(), serving.output) == (1, "")
    assert serving.log.endswith(
        ": 5 workers in a row ended before they were ready, the last one with exit code 7; "
        "fix the errors above and start again\n"
    )


def test_a_lifespan_that_cannot_begin_is_told_before_anybody_is_ready(start: Start, tmp_path: Path) -> None:
    """It announces nothing, and does not try for ever."""
    (tmp_path / "broken").touch()
    serving = start(is_awaited=False)
    assert (serving.wait(), serving.output) == (1, "")
    assert "LookupError: no database" in serving.log
    assert "workers in a row ended before they were ready, the last one with exit code 1;" in serving.log


@pytest.mark.parametrize("how", ["stopped", "holding the GIL"])
def test_a_worker_that_hangs_is_replaced(start: Start, how: str) -> None:
    """Where it can still tell what it hangs in, it does."""
    serving = start(hang_seconds=5.0)
    first = serving.workers[0]
    if how == "stopped":
        os.kill(first, signal.SIGSTOP)
    else:
        serving.request("/hang")
        serving.wait_until(lambda: len(busy(serving)) == 1)
        (first,) = busy(serving)
    serving.wait_until(lambda: serving.has_ended(first))
    serving.answering(first)
    assert serving.stop() == 0
    assert f"(process {first}) has been hanging for" in serving.log
    assert ("Fatal Python error: Aborted" in serving.log) == (how != "stopped")


def busy(serving: Any) -> list[int]:
    """The workers that hold something up: in a system call of sleep."""
    found = []
    for each in serving.workers:
        waits = [Path(task, "wchan").read_text() for task in Path(f"/proc/{each}/task").iterdir()]
        if any("nanosleep" in each for each in waits):
            found.append(each)
    return found


def test_hanging_does_not_wait_for_a_beginning_without_end(start: Start, tmp_path: Path) -> None:
    """Whoever warms up for too long answers nevertheless, and keeps nobody who hangs from being replaced."""
    serving = start(hang_seconds=5.0, start_seconds=10.0)
    first, second = serving.workers
    (tmp_path / "cold").touch()
    os.kill(first, signal.SIGKILL)
    serving.wait_until(lambda: serving.has_ended(first))
    os.kill(second, signal.SIGSTOP)
    serving.wait_until(lambda: serving.has_ended(second))
    serving.answering(first, second)


def test_workers_do_not_outlive_their_parent(start: Start) -> None:
    """Also where it is killed; otherwise orphans would keep the port."""
    serving = start()
    workers = serving.workers
    assert serving.stop(signal.SIGKILL) == -signal.SIGKILL
    serving.wait_until(lambda: all(map(serving.has_ended, workers)))
    with socket.create_server(("127.0.0.1", serving.port)):
        pass


def test_it_listens_where_it_is_told(start: Start, tmp_path: Path) -> None:
    """On a port that the system chooses, or on a Unix socket."""
    serving = start("127.0.0.1:0")
    assert serving.ask().endswith("READY READY")
    assert serving.stop() == 0
    path = tmp_path / "a.sock"
    serving = start(f"unix:{path}")
    assert serving.address == f"unix:{path}"
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(path))
        sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert sock.recv(1000).startswith(b"HTTP/1.1 200 OK")
    assert serving.stop() == 0


def test_whoever_has_the_listener_next_can_be_asked(start: Start) -> None:
    """A socket may be inherited; what keeps clients away from a port that is being closed may not stay on that one."""
    with socket.create_server(("127.0.0.1", 0)) as inherited:
        for _ in range(2):
            serving = start(f"fd:{inherited.fileno()}", pass_fds=[inherited.fileno()])
            assert serving.port == inherited.getsockname()[1]
            assert serving.ask().endswith("READY READY")
            assert serving.stop() == 0


def test_where_memory_is_short_a_worker_goes_first(start: Start) -> None:
    """Linux kills whoever has the highest score."""
    serving = start()
    scores = [
        int(Path(f"/proc/{each}/oom_score_adj").read_text())
        for each in (serving.process.pid, serving.workers[0])
    ]
    assert scores[0] < scores[1]


def test_the_first_worker_prepares_before_anybody_listens(start: Start, tmp_path: Path) -> None:
    """The process that has done so goes on as a worker, beside others."""
    (tmp_path / "unprepared").touch()
    serving = start(prepares=True, is_awaited=False)
    serving.wait_until(lambda: "prepares" in serving.output)
    (first,) = serving.workers
    assert "at " not in serving.output
    (tmp_path / "unprepared").unlink()
    serving.wait_until_ready()
    assert serving.output.startswith(f"prepares\nprepared by {first}\n")
    assert serving.workers[0] == first
    assert first in serving.answering()
    os.kill(first, signal.SIGKILL)
    serving.wait_until(lambda: first not in serving.workers and len(serving.workers) == 2)
    serving.answering(first)
    assert serving.output.count("prepares") == 1
    assert serving.stop() == 0


def test_what_cannot_be_prepared_is_not_served(start: Start, tmp_path: Path) -> None:
    """It is said once, and not tried again."""
    (tmp_path / "impossible").touch()
    serving = start(prepares=True, is_awaited=False)
    assert (serving.wait(), serving.output, serving.log) == (1, "prepares\n", "it cannot be\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_what_is_prepared(start: Start, tmp_path: Path, number: int) -> None:
    """Nobody has to wait for it."""
    (tmp_path / "unprepared").touch()
    serving = start(prepares=True, is_awaited=False)
    serving.wait_until(lambda: "prepares" in serving.output)
    assert (serving.stop(number), serving.log) == (1, "Aborted!\n")
