"""A server that is started again with each saved file."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ogrom.sources.testing import reserved_port, wait_until

pytestmark = pytest.mark.slow
SECONDS = 120.0
"""The far bound of every wait here."""

PATIENT = """
import sys
from ogrom_tools.serve import watch

watch.CUT_SECONDS = 120.0
sys.exit(watch.main(sys.argv[1:]))
"""
"""The watch, if a server had as long as a slow machine takes to end it in peace."""

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
    reader: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    def save(self, code: str) -> None:
        """Save it when that is watched for, which begins after the first server was started."""
        self._wait(self._is_watching)
        (self.folder / "code_of_ours.py").write_text(code)

    def until(self, text: str) -> None:
        """Wait until a line with it has been printed."""
        self._wait(lambda: any(text in line for line in self.lines))

    def _wait(self, is_so: Callable[[], bool]) -> None:
        wait_until(lambda: is_so() or not self.reader.is_alive(), SECONDS)
        assert is_so(), self.lines

    def _is_watching(self) -> bool:
        with contextlib.suppress(FileNotFoundError):  # it has closed a file meanwhile
            files = Path(f"/proc/{self.process.pid}/fdinfo").iterdir()
            return any("inotify wd:" in each.read_text() for each in files)
        return False

    def press_ctrl_c(self) -> int:
        """A terminal sends it to the whole process group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(SECONDS)


@pytest.fixture
def port() -> Iterator[int]:
    with reserved_port() as port:
        yield port


@pytest.fixture
def watch(tmp_path: Path, port: int) -> Iterator[Callable[..., Watched]]:
    """Starts the watch with some code."""
    started: list[Watched] = []
    (tmp_path / "server.py").write_text(SERVER)

    def watch(code: str, *how: str) -> Watched:
        folder = tmp_path / "src"
        folder.mkdir()
        (folder / "code_of_ours.py").write_text(code)
        command = (sys.executable, "-u", str(tmp_path / "server.py"), str(port))
        process = subprocess.Popen(
            [sys.executable, *(how or ("-m", "ogrom_tools.serve.watch")), str(folder), "--", *command],
            env={**os.environ, "PYTHONPATH": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(Watched(folder, process))
        return started[-1]

    yield watch
    for each in started:
        with each.process:
            each.process.terminate()
            each.reader.join(SECONDS)


def test_a_saved_file_starts_the_server_again_on_the_same_port(watch: Callable[..., Watched]) -> None:
    """The old one has ended before the new one begins."""
    watched = watch("NAME = 'one'", "-c", PATIENT)
    watched.until("serving one")
    for name in ("two", "three"):
        watched.save(f"NAME = '{name}'")
        watched.until(f"serving {name}")
    printed = "".join(watched.lines)
    assert re.search(r"(?s)one.*saved, restarting.*ended one.*serving two.*ended two.*serving three", printed)
    assert "Address already in use" not in printed


def test_code_that_does_not_run_is_waited_for(watch: Callable[..., Watched]) -> None:
    """Somebody saved half a line, and goes on writing."""
    watched = watch("NAME = 'one'")
    watched.until("serving one")
    watched.save("NAME = (")
    watched.until("SyntaxError")
    watched.until("waiting for the next saved file")
    watched.save("NAME = 'two'")
    watched.until("serving two")


def test_ctrl_c_stops_both_cleanly(watch: Callable[..., Watched], port: int) -> None:
    """The server has its last word, nothing is left and the port is free."""
    watched = watch("NAME = 'one'")
    watched.until("serving one")
    assert watched.press_ctrl_c() == 0
    watched.until("ended one")
    assert "Traceback" not in "".join(watched.lines)
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_it_stops_while_it_waits_for_code_that_runs(watch: Callable[..., Watched]) -> None:
    """Though there is no server to stop."""
    watched = watch("NAME = 'one'")
    watched.until("serving one")
    watched.save("NAME = (")
    watched.until("waiting for the next saved file")
    assert watched.press_ctrl_c() == 1


def test_what_does_not_even_start_is_not_waited_for(watch: Callable[..., Watched]) -> None:
    """A taken port or a misspelt option is not mended by saving a file."""
    watched = watch("raise SystemExit(3)")
    assert watched.process.wait(SECONDS) == 3
