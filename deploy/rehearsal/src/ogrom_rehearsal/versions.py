"""The two versions of a rehearsal, as containers of images or as processes of installations."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

import msgspec

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError
from ogrom_deploy.schema import Schema
from ogrom_tools.command import Failed
from ogrom_tools.environment import locked
from ogrom_tools.git import Repository
from ogrom_tools.image import base
from ogrom_tools.image.building import DOCKERFILE, FOLDER, build
from ogrom_tools.image.deployable import Deployable
from ogrom_tools.image.engine import Engine, find, fitted
from ogrom_tools.image.installation import install
from ogrom_tools.projects import ROOT, Workspace, discover

from .database import run_program
from .instances import ContainerStarter, ProcessStarter, Starter, environment, run_engine

_NAME = "localhost/ogrom-rehearsal"
_PASSED_ON = ("--env=OGROM_DATABASE_URL", "--env=OGROM_TOKEN_KEY")
_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})

RuntimeName: TypeAlias = Literal["auto", "containers", "processes"]


@dataclass(frozen=True)
class ProcessRuntime:
    """Processes of installations.

    Attributes:
        reason: why there are no containers; empty where nobody asked for them.
    """

    reason: str = ""

    def __str__(self) -> str:
        return f"processes, since {self.reason}" if self.reason else "processes"

    def make(self, revision: str | None, workspace: Workspace | None = None) -> Version:
        """Install the service of a revision or of the work tree, unless it is installed already."""
        with _as_platform_errors():
            return installation(install(workspace or discover(), revision))

    def drop(self, version: Version) -> None:
        """Keep it: the next rehearsal need not install it again."""

    def given(self, name: str) -> Version:
        """The folder of an installation."""
        return installation(Path(name))

    def program(self, version: Version, settings: Mapping[str, str] = _NO_SETTINGS) -> Sequence[str]:
        """The command line of a version's `ogrom-api`, for one-off commands, with further environment variables."""
        given = ("env", *(f"{key}={value}" for key, value in settings.items())) if settings else ()
        return (*given, str(Path(version.artefact) / "bin" / "ogrom-api"))

    def starter(self, logs: Path, settings: Mapping[str, str], options: Sequence[str]) -> Starter:
        """Start instances with these settings and options of `serve`; each writes a file into `logs`."""
        return ProcessStarter(logs, settings, options)


@dataclass(frozen=True)
class ContainerRuntime:
    """Containers of images.

    Attributes:
        engine: the command line of the container engine.
    """

    engine: tuple[str, ...]

    def __str__(self) -> str:
        # Its arguments, such as the path of a file of ours, do not belong into a report.
        names = (each for each in self.engine if each != "env" and "=" not in each)
        return f"containers, by {Path(next(names)).name}"

    def make(self, revision: str | None, workspace: Workspace | None = None) -> Version:
        """Build the image as `./dev image` does, under a name of our own."""
        with _as_platform_errors():
            deployable = Deployable.of(workspace or discover(), revision)
            tag = f"{_NAME}:{os.getpid()}-{deployable.label}-{'old' if revision else 'new'}"
            return Version(deployable.label, build(find(), deployable, base="any", tag=tag).name)

    def drop(self, version: Version) -> None:
        """Remove the image: it takes a few hundred megabytes, and is rebuilt in seconds."""
        run_engine(self.engine, "image", "rm", version.artefact)

    def given(self, name: str) -> Version:
        """The name of an image that somebody else has made."""
        return Version(re.sub(r"[^\w.-]", "-", name), name)

    def program(self, version: Version, settings: Mapping[str, str] = _NO_SETTINGS) -> Sequence[str]:
        """A new container for each command."""
        given = environment(settings)
        return (*self.engine, "run", "--rm", "--network=host", *_PASSED_ON, *given, version.artefact)

    def starter(self, logs: Path, settings: Mapping[str, str], options: Sequence[str]) -> Starter:
        """As that of processes."""
        return ContainerStarter(self.engine, logs, settings, options)


Runtime: TypeAlias = ProcessRuntime | ContainerRuntime
"""What instances are: it makes versions for them, and starts them. As text it names itself for a report."""


def with_schema(version: Version, runtime: Runtime) -> Version:
    """A version with what its own `ogrom-api schema` says of the database; without, if it has no such command yet."""
    try:
        said = run_program(runtime.program(version), {}, "schema")
    except PlatformError:
        return version
    return replace(version, schema=msgspec.json.decode(said, type=Schema))


def choose(wanted: RuntimeName) -> Runtime:
    """Choose containers where they can run, and processes otherwise; unless one of them is asked for.

    Raises:
        PlatformError: containers are asked for, and none can run here.
    """
    if wanted == "processes":
        return ProcessRuntime()
    try:
        with _as_platform_errors():
            return ContainerRuntime(tuple(working_engine(ROOT).command()))
    except PlatformError:
        if wanted == "containers":
            raise
        return ProcessRuntime("no container can run here; `--in containers` says why")


def working_engine(root: Path) -> Engine:
    """The container engine, in a form that has built and run something small on this machine.

    Args:
        root: the checkout.

    Raises:
        Failed: there is none.
    """
    engine, folder = find(), root / FOLDER
    with locked(folder / ".lock"):
        image = base.get("any", engine, (root / DOCKERFILE).read_text(encoding="utf-8"), folder)
        return fitted(engine, image, folder)


def installation(folder: Path) -> Version:
    """An installation; its label is the name of its folder."""
    return Version(folder.name, str(folder.resolve()))


def previous() -> str:
    """The revision that the work tree is deployed over: HEAD, or HEAD~1 if the tree has no changes."""
    changed = Repository(ROOT)("status", "--porcelain", "--untracked-files=no")
    return "HEAD" if changed else "HEAD~1"


@contextmanager
def _as_platform_errors() -> Iterator[None]:
    try:
        yield
    except Failed as problem:
        raise PlatformError(str(problem)) from problem
