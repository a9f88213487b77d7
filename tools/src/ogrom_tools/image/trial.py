"""Runs an image as production does, and tells how long it takes to be ready and to stop."""

import http.client
import json
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ogrom_tools.command import Failed, run
from ogrom_tools.image.building import Image

SECONDS = 60
"""How long a container may take to be ready, or to stop."""

HARDENED = ("--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges")
"""The rights that the image needs, as options of `run`; a rehearsal's containers get the same."""


@dataclass(frozen=True)
class Container:
    """A container that was started."""

    image: Image
    id: str
    port: int
    """Where it answers on 127.0.0.1."""

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def await_ready(self) -> None:
        """Wait until it says that it is ready.

        Raises:
            Failed: it ended, or did not say so in time; the text has what it printed.
        """
        deadline = time.monotonic() + SECONDS
        while not self._is_ready():
            if time.monotonic() > deadline or not self.is_running:
                raise Failed(f"{self.image.name} did not become ready:\n{self.logs()}")
            time.sleep(0.02)

    def stop(self) -> int:
        """Tell it to stop, wait, and return its exit code; 137 where it had to be killed."""
        self.image.engine("stop", f"--time={SECONDS}", self.id)
        return int(self._inspect("{{.State.ExitCode}}"))

    @property
    def is_running(self) -> bool:
        """Whether its program has not ended."""
        return json.loads(self._inspect("{{.State.Running}}")) is True

    def run(self, *command: str) -> str:
        """What a command in it prints.

        Raises:
            Failed: it did not succeed.
        """
        return self.image.engine("exec", self.id, *command)

    def logs(self) -> str:
        """What it printed, on either stream."""
        return run(*self.image.engine.command("logs", self.id))

    def _inspect(self, form: str) -> str:
        return self.image.engine("container", "inspect", f"--format={form}", self.id)

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def started(image: Image, data: Path, *options: str) -> Iterator[Container]:
    """Run the image on a SQLite database in a folder of this machine, while the block runs.

    Args:
        image: which.
        data: a folder that every user may write to.
        options: more for `run`.

    Raises:
        Failed: it cannot be started.
    """
    with _reserved_port() as port:
        options = (*HARDENED, *image.engine.network(port), *_on(data), *options)
        identifier = image.engine("run", "--detach", *options, image.name)
        try:
            yield Container(image, identifier, port)
        finally:
            image.engine("rm", "--force", "--volumes", identifier)


def migrate(image: Image, data: Path) -> None:
    """Make the tables in the database that `started` takes.

    Raises:
        Failed: it could not.
    """
    image.engine("run", "--rm", *HARDENED, *image.engine.network(0), *_on(data), image.name, "migrate")


@dataclass(frozen=True)
class Times:
    """How long it took, in seconds."""

    ready: float
    """From its start to the first 200 of /health/ready."""
    stopped: float
    """From SIGTERM to its end, with the grace in which it goes on serving."""


def measure(image: Image) -> Times:
    """Start an image on a database with tables, and stop it.

    Raises:
        Failed: it does not become ready, or ends with a failure.
    """
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        data.chmod(0o777)  # the user in the image is nobody here
        migrate(image, data)
        start = time.perf_counter()
        with started(image, data) as container:
            container.await_ready()
            ready = time.perf_counter()
            if code := container.stop():
                raise Failed(f"{image.name} ended with {code} when it was told to stop:\n{container.logs()}")
            return Times(ready - start, time.perf_counter() - ready)


def _on(data: Path) -> tuple[str, ...]:
    return (f"--volume={data}:/data", "--env=OGROM_DATABASE_URL=sqlite:////data/ogrom.sqlite3")


@contextmanager
def _reserved_port() -> Iterator[int]:
    """A port that nobody else is given while the block lasts; whoever sets SO_REUSEADDR can listen on it."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
