"""Runs the image as production does, and measures how long it takes to become ready and to stop.

`python -m ogrom_tools.image.container` prints the engine's command that runs containers on this machine.
"""

import http.client
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from ogrom.sources.testing import reserved_port, wait_until
from ogrom_tools.command import Failed, run
from ogrom_tools.environment import locked
from ogrom_tools.image import base
from ogrom_tools.image.building import DOCKERFILE, FOLDER, Image
from ogrom_tools.image.engine import find, fitted
from ogrom_tools.projects import ROOT

SECONDS = 60
"""How long a container may take to become ready, or to stop."""

HARDENED = ("--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges")
"""The options of `run` that leave the image only the rights it needs; a rehearsal's containers get the same."""


@dataclass(frozen=True)
class Container:
    """A started container."""

    image: Image
    id: str
    port: int
    """Its port on 127.0.0.1."""

    @property
    def url(self) -> str:
        """Its URL on this machine."""
        return f"http://127.0.0.1:{self.port}"

    def await_ready(self) -> None:
        """Wait until it reports that it is ready.

        Raises:
            Failed: it ended, or was not ready in time; the text has its output.
        """
        if not (wait_until(lambda: self._is_ready() or not self.is_running, SECONDS) and self.is_running):
            raise Failed(f"{self.image.name} did not become ready:\n{self.logs()}")

    def stop(self) -> int:
        """Stop it and return its exit code; 137 if it had to be killed."""
        self.image.engine("stop", f"--time={SECONDS}", self.id)
        return int(self._inspect("{{.State.ExitCode}}"))

    @property
    def is_running(self) -> bool:
        """Whether its program is still running."""
        return json.loads(self._inspect("{{.State.Running}}")) is True

    def run(self, *command: str) -> str:
        """Run a command in it and return the output.

        Raises:
            Failed: the command did not succeed.
        """
        return self.image.engine("exec", self.id, *command)

    def logs(self) -> str:
        """Its output on both streams."""
        return run(*self.image.engine.command("logs", self.id))

    def _inspect(self, template: str) -> str:
        return self.image.engine("container", "inspect", f"--format={template}", self.id)

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
        image: which image.
        data: a folder that every user may write to.
        options: further options of `run`.

    Raises:
        Failed: it cannot be started.
    """
    with reserved_port() as port:
        options = (*HARDENED, *image.engine.network(port), *_database(data), *options)
        identifier = image.engine("run", "--detach", *options, image.name)
        try:
            yield Container(image, identifier, port)
        finally:
            image.engine("rm", "--force", "--volumes", identifier)


def migrate(image: Image, data: Path) -> None:
    """Create the tables in the database that `started` uses.

    Raises:
        Failed: it could not.
    """
    options = (*HARDENED, *image.engine.network(0), *_database(data))
    image.engine("run", "--rm", *options, image.name, "migrate")


@dataclass(frozen=True)
class Times:
    """How long it took, in seconds."""

    ready: float
    """From its start to the first 200 of /health/ready."""
    stopped: float
    """From SIGTERM to its end, including the time for which it goes on serving."""


def measure(image: Image) -> Times:
    """Start an image on a database with tables, and stop it.

    Raises:
        Failed: it does not become ready, or exits with an error.
    """
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        data.chmod(0o777)  # the image's user does not exist on this machine
        migrate(image, data)
        start = time.perf_counter()
        with started(image, data) as container:
            container.await_ready()
            ready = time.perf_counter()
            if code := container.stop():
                raise Failed(f"{image.name} exited with {code} when it was stopped:\n{container.logs()}")
            return Times(ready - start, time.perf_counter() - ready)


def _database(data: Path) -> tuple[str, ...]:
    return (f"--volume={data}:/data", "--env=OGROM_DATABASE_URL=sqlite:////data/ogrom.sqlite3")


@click.command()
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(root: Path) -> None:
    """Print the engine's command as JSON, once it has built and run something small."""
    engine, folder = find(), root / FOLDER
    with locked(folder / ".lock"):
        image = base.get("any", engine, (root / DOCKERFILE).read_text(encoding="utf-8"), folder)
        print(json.dumps(fitted(engine, image, folder).command()))


if __name__ == "__main__":
    main(prog_name="python -m ogrom_tools.image.container")
