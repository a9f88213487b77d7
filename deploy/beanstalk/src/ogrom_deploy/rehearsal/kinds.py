"""The two kinds of instances, containers and processes: what makes versions for them, and what starts them."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError

from . import container, versions
from .starters import Containers, Processes, Starter

_NAME = "localhost/ogrom-rehearsal"

Wanted: TypeAlias = Literal["auto", "containers", "processes"]


class Kind(Protocol):
    """One of the two; as text, it says which, for a person."""

    def make(self, revision: str | None) -> Version:
        """The service as a git revision has it, or the work tree.

        Raises:
            PlatformError: it cannot be built.
        """
        ...

    def drop(self, version: Version) -> None:
        """Take away what `make` has made, where it is of no use to the next rehearsal."""
        ...

    def given(self, place: str) -> Version:
        """What somebody else has made."""
        ...

    def program(self, version: Version) -> Sequence[str]:
        """The command of a version's `ogrom-api`, for what is no server; it finds OGROM_DATABASE_URL."""
        ...

    def starter(self, logs: Path, settings: Mapping[str, str], options: Sequence[str]) -> Starter:
        """Starts instances, by what `Processes` and `Containers` have in common."""
        ...


@dataclass(frozen=True)
class AsProcesses:
    """Processes of installations.

    Attributes:
        reason: why there are no containers; empty where nobody wanted them.
    """

    reason: str = ""

    def __str__(self) -> str:
        return f"processes, since {self.reason}" if self.reason else "processes"

    def make(self, revision: str | None) -> Version:
        """Install it."""
        return versions.installed(revision)

    def drop(self, version: Version) -> None:
        """It stays, so that it need not be installed again."""

    def given(self, place: str) -> Version:
        """A folder."""
        return versions.at(Path(place))

    def program(self, version: Version) -> Sequence[str]:
        """The installation's."""
        return versions.program(version)

    def starter(self, logs: Path, settings: Mapping[str, str], options: Sequence[str]) -> Starter:
        """Starts processes."""
        return Processes(logs, settings, options)


@dataclass(frozen=True)
class AsContainers:
    """Containers of images.

    Attributes:
        engine: the whole command.
    """

    engine: tuple[str, ...]

    def __str__(self) -> str:
        # Not what it is told, such as the path of a file of ours: that is nothing to print in a report.
        names = (each for each in self.engine if each != "env" and "=" not in each)
        return f"containers, by {Path(next(names)).name}"

    def make(self, revision: str | None) -> Version:
        """Build its image as `./dev image` does, under a name of our own."""
        tag = f"{_NAME}:{os.getpid()}-{'old' if revision else 'new'}"
        options = ("--base=any", f"--tag={tag}", "--untried", "--json")
        told = json.loads(versions.tool("image", *options, *((revision,) if revision else ())))
        return Version(told["label"], told["image"])

    def drop(self, version: Version) -> None:
        """Remove the image: a few hundred megabytes, built anew in seconds."""
        container.ask(self.engine, "image", "rm", version.artefact)

    def given(self, place: str) -> Version:
        """The name of an image."""
        return Version(re.sub(r"[^\w.-]", "-", place), place)

    def program(self, version: Version) -> Sequence[str]:
        """A container for each time."""
        return (*self.engine, "run", "--rm", "--network=host", "--env=OGROM_DATABASE_URL", version.artefact)

    def starter(self, logs: Path, settings: Mapping[str, str], options: Sequence[str]) -> Starter:
        """Starts containers."""
        return Containers(self.engine, logs, settings, options)


def choose(wanted: Wanted) -> Kind:
    """Containers where they can run here, else processes; unless one of them is wanted.

    Raises:
        PlatformError: containers are wanted, and none can run here.
    """
    if wanted == "processes":
        return AsProcesses()
    try:
        return AsContainers(tuple(json.loads(versions.tool("image.container"))))
    except PlatformError:
        if wanted == "containers":
            raise
        return AsProcesses("no container can run here; `--in containers` says why")
