"""A server that is started again with each saved file."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
SECONDS = 30.0
SERVER = """
import signal, socket, sys
from code_of_ours import NAME
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("ended", NAME, flush=True)))
print("serving", NAME, flush=True)
while True:
    listener.accept()[0].close()
"""


@dataclass
class Watched:
    """The watch as a process, in a session of its own as a terminal's; owns it."""

    folder: Path
    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    def save(self, code: str) -> None:
        (self.folder / "code_of_ours.py").write_text(code)

    def until(self, text: str, times: int = 1) -> None:
        """Wait until a line has been printed so often."""
        end = time.monotonic() + SECONDS
        while sum(text in line for line in self.lines) < times:
            assert time.monotonic() < end, self.lines
            assert self.process.poll() is None or text in "".join(self.lines), self.lines
            time.sleep(0.01)  # between two looks

    def press_ctrl_c(self) -> int:
        """A terminal sends it to the whole process group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(SECONDS)


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        number: int = found.getsockname()[1]
        return number


@pytest.fixture
def watch(tmp_path: Path, port: int) -> Iterator[Callable[[str], Watched]]:
    """Starts the watch with some code."""
    started: list[Watched] = []
    (tmp_path / "server.py").write_text(SERVER)

    def watch(code: str) -> Watched:
        folder = tmp_path / "src"
        folder.mkdir()
        (folder / "code_of_ours.py").write_text(code)
        command = (sys.executable, "-u", str(tmp_path / "server.py"), str(port))
        process = subprocess.Popen(
            [sys.executable, "-m", "ogrom_tools.watch", str(folder), "--", *command],
            env={**os.environ, "PYTHONPATH": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(Watched(folder, process))
        threading.Thread(target=started[-1].read, daemon=True).start()
        return started[-1]

    yield watch
    for each in started:
        if each.process.poll() is None:
            each.process.terminate()
        each.process.wait(SECONDS)
        assert each.process.stdout is not None
        each.process.stdout.close()


def test_a_saved_file_starts_the_server_again_on_the_same_port(watch: Callable[[str], Watched]) -> None:
    """The old one has ended before the new one begins."""
    watched = watch("NAME = 'one'")
    watched.until("serving one")
    for name in ("two", "three"):
        watched.save(f"NAME = '{name}'")
        watched.until(f"serving {name}")
    printed = "".join(watched.lines)
    assert re.search(
        r"(?s)one.*saved, starting again.*ended one.*serving two.*ended two.*serving three", printed
    )
    assert "Address already in use" not in printed


def test_code_that_does_not_run_is_waited_for(watch: Callable[[str], Watched]) -> None:
    """Somebody saved half a line, and goes on writing."""
    watched = watch("NAME = 'one'")
    watched.until("serving one")
    watched.save("NAME = (")
    watched.until("SyntaxError")
    watched.until("waiting for the next saved file")
    watched.save("NAME = 'two'")
    watched.until("serving two")


def test_ctrl_c_stops_both_cleanly(watch: Callable[[str], Watched], port: int) -> None:
    """The server has its last word, nothing is left and the port is free."""
    watched = watch("NAME = 'one'")
    watched.until("serving one")
    assert watched.press_ctrl_c() == 0
    watched.until("ended one")
    assert "Traceback" not in "".join(watched.lines)
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_it_stops_while_it_waits_for_code_that_runs(watch: Callable[[str], Watched]) -> None:
    """Though there is no server to stop."""
    watched = watch("NAME = 'one'")
    watched.until("serving one")
    watched.save("NAME = (")
    watched.until("waiting for the next saved file")
    assert watched.press_ctrl_c() == 1


def test_what_does_not_even_start_is_not_waited_for(watch: Callable[[str], Watched]) -> None:
    """A taken port or a misspelt option is not mended by saving a file."""
    watched = watch("raise SystemExit(3)")
    assert watched.process.wait(SECONDS) == 3
