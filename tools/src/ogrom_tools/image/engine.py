"""The program that builds and runs images: podman or docker, with the options that it needs on this machine."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ogrom_tools.command import Failed, run_bytes

PROGRAMS = ("podman", "docker")
"""The supported engines, in the order in which they are tried."""

PORT = 8080
"""The service's port in its container."""

SETTINGS = """\
# For machines whose own settings let no container start, such as a container with both versions of cgroups.
[engine]
runtime = "runc"

[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
"""


@dataclass(frozen=True)
class Engine:
    """An engine, with what it needs to run here."""

    program: str
    """`podman` or `docker`."""
    has_network: bool = True
    """Whether a container can have a network of its own; otherwise it shares the machine's."""
    settings: Path | None = None
    """A containers.conf for podman that replaces the machine's."""

    def __call__(self, *arguments: str) -> str:
        """Run the engine and return its output, without the last newline.

        Raises:
            Failed: it failed; the text is its output.
        """
        return run_bytes(*self.command(*arguments)).decode().removesuffix("\n")

    def command(self, *arguments: str) -> Sequence[str]:
        """The whole command line."""
        conf = (f"CONTAINERS_CONF={self.settings}",) if self.settings else ()
        return ("env", "PODMAN_IGNORE_CGROUPSV1_WARNING=1", *conf, self.program, *arguments)

    def network(self, port: int) -> Sequence[str]:
        """The options of `run` that put the service on this port of 127.0.0.1, and nowhere else."""
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
    """The engine of this name, or the first that works.

    Raises:
        Failed: none works.
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
    reasons = "\n".join(problems)
    raise Failed(
        f"No engine can build an image here:\n{reasons}\n"
        "On Debian and Ubuntu: apt-get install --no-install-recommends podman runc"
    )


def fitted(engine: Engine, image: str, folder: Path) -> Engine:
    """The engine with the fewest options that let it run a container here.

    Args:
        engine: from `find`.
        image: one with a Python, which is on this machine.
        folder: where settings and a test image may be written.

    Raises:
        Failed: no options help.
    """
    problems: list[str] = []
    for candidate in _candidates(engine, folder):
        try:
            _try(candidate, image, folder / "probe")
        except Failed as problem:
            problems.append(str(problem))
        else:
            return candidate
    reasons = "\n".join(problems)
    raise Failed(f"{engine.program} cannot run a container here:\n{reasons}")


def _try(engine: Engine, image: str, folder: Path) -> None:
    """Build and run the smallest image: a build may fail where a container can be run."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Dockerfile").write_text(f"FROM {image}\nRUN true\n", encoding="utf-8")
    built = engine("build", "--quiet", "--no-cache", "--network=none", str(folder))
    try:
        engine("run", "--rm", *engine.network(0), built, "true")
    finally:
        engine("image", "rm", "--force", built)


def _candidates(engine: Engine, folder: Path) -> Iterator[Engine]:
    """The plainest first."""
    yield engine
    yield (shared := replace(engine, has_network=False))
    if engine.program == "podman":
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / "containers.conf"
        settings.write_text(SETTINGS, encoding="utf-8")
        yield replace(shared, settings=settings)
