"""The program that builds and runs images: podman or docker, in the way in which it works on this machine."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ogrom_tools.command import Failed, run_bytes

PROGRAMS = ("podman", "docker")
"""The engines that we know; the first one that answers is taken."""

PORT = 8080
"""Where the service listens in its container."""

SETTINGS = """\
# Where this machine's own settings let no container start, such as in a container with both kinds of cgroups.
[engine]
runtime = "runc"

[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
"""


@dataclass(frozen=True)
class Engine:
    """An engine and what it has to be told here."""

    program: str
    """`podman` or `docker`."""
    has_network: bool = True
    """Whether a container can have a network of its own; else it shares the machine's."""
    settings: Path | None = None
    """A containers.conf for podman, in place of the machine's."""

    def __call__(self, *arguments: str) -> str:
        """What the engine printed, without the last newline.

        Raises:
            Failed: it could not; the text is what it said.
        """
        return run_bytes(*self.command(*arguments)).decode().removesuffix("\n")

    def command(self, *arguments: str) -> Sequence[str]:
        """What to run so that the engine does this."""
        conf = (f"CONTAINERS_CONF={self.settings}",) if self.settings else ()
        return ("env", "PODMAN_IGNORE_CGROUPSV1_WARNING=1", *conf, self.program, *arguments)

    def network(self, port: int) -> Sequence[str]:
        """The options of `run` by which the service is at this port of 127.0.0.1, and nowhere else."""
        if self.has_network:
            return (f"--publish=127.0.0.1:{port}:{PORT}",)
        return ("--network=host", "--env=OGROM_HOST=127.0.0.1", f"--env=OGROM_PORT={port}")

    def has(self, image: str) -> bool:
        """Whether the image is on this machine."""
        try:
            self("image", "inspect", image)
        except Failed:
            return False
        return True


def find(name: str | None = None) -> Engine:
    """The engine of this name, or the first one that answers.

    Raises:
        Failed: there is none.
    """
    problems: list[str] = []
    for engine in map(Engine, (name,) if name else PROGRAMS):
        if shutil.which(engine.program) is None:
            problems.append(f"{engine.program} is not installed")
            continue
        try:
            engine("info")
        except Failed as problem:
            problems.append(str(problem))
        else:
            return engine
    told = "\n".join(problems)
    raise Failed(
        f"No engine can build an image here:\n{told}\n"
        "On Debian and Ubuntu: apt-get install --no-install-recommends podman runc"
    )


def fitted(engine: Engine, image: str, folder: Path) -> Engine:
    """The engine in the first way in which it can run a container here.

    Args:
        engine: as `find` gave it.
        image: one with a Python, which is on this machine.
        folder: where settings and a trial may be written.

    Raises:
        Failed: it cannot in any way.
    """
    problems: list[str] = []
    for way in _ways(engine, folder):
        try:
            _try(way, image, folder / "probe")
        except Failed as problem:
            problems.append(str(problem))
        else:
            return way
    told = "\n".join(problems)
    raise Failed(f"{engine.program} can run no container here:\n{told}")


def _try(engine: Engine, image: str, folder: Path) -> None:
    """Build and run the smallest image; where a container can be run, a build can still ask for too much."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Dockerfile").write_text(f"FROM {image}\nRUN true\n", encoding="utf-8")
    built = engine("build", "--quiet", "--no-cache", "--network=none", str(folder))
    try:
        engine("run", "--rm", *engine.network(0), built, "true")
    finally:
        engine("image", "rm", "--force", built)


def _ways(engine: Engine, folder: Path) -> Iterator[Engine]:
    """The plainest way first."""
    yield engine
    yield (shared := replace(engine, has_network=False))
    if engine.program == "podman":
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / "containers.conf"
        settings.write_text(SETTINGS, encoding="utf-8")
        yield replace(shared, settings=settings)
