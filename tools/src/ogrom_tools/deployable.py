"""What is deployed: a service as a commit or the work tree has it, on the releases that it pins."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from ogrom_tools.git import Repository
from ogrom_tools.ledger import FILE, Ledger
from ogrom_tools.pins.pyproject import read
from ogrom_tools.pins.released import exported, released_wheels
from ogrom_tools.projects import Project, Workspace
from ogrom_tools.requirements import Pin
from ogrom_tools.wheelhouse import Wheel, build

SERVICE = "services/api-run"
"""The folder of the service that is deployed."""


@dataclass(frozen=True)
class Deployable:
    """One state of the repository to deploy the service from."""

    workspace: Workspace
    commit: str
    """The full id of the commit; of a work tree with changes, the commit that they were made on."""
    tree: str
    """The id of the whole content."""

    @classmethod
    def of(cls, workspace: Workspace, revision: str | None = None) -> Self:
        """What a git revision holds; None stands for the work tree as it is.

        Raises:
            Failed: git knows no such revision.
        """
        repository = Repository(workspace.root)
        commit = repository.commit(revision or "HEAD")
        tree = repository("rev-parse", f"{commit}^{{tree}}") if revision else repository.snapshot()
        return cls(workspace, commit, tree)

    @property
    def repository(self) -> Repository:
        """Which holds it."""
        return Repository(self.workspace.root)

    @cached_property
    def is_dirty(self) -> bool:
        """Whether it is a work tree with changes, which no commit can tell again."""
        return self.tree != self.repository("rev-parse", f"{self.commit}^{{tree}}")

    @property
    def label(self) -> str:
        """What it is called by: twelve digits of the commit, and `-dirty` where there are changes."""
        return f"{self.commit[:12]}{self._mark}"

    @property
    def revision(self) -> str:
        """The full id of the commit, and `-dirty` where there are changes."""
        return f"{self.commit}{self._mark}"

    @property
    def _mark(self) -> str:
        return "-dirty" if self.is_dirty else ""

    @property
    def epoch(self) -> int:
        """When it was committed, in seconds since 1970: the time that everything built from it bears."""
        return self.repository.epoch(self.commit)

    def assemble(self, folder: Path) -> "Parts":
        """Build the service's wheel and those of the releases that it pins, and read what its lock holds.

        Args:
            folder: where the service's wheel goes.

        Raises:
            Failed: the lock does not fit, or a wheel cannot be built from history.
        """
        source = self.repository.tree(self.tree, SERVICE)
        ledger = Ledger.parse(self.repository.show(self.tree, FILE))
        with TemporaryDirectory() as name, ThreadPoolExecutor() as pool:
            self.repository.export(source, Path(name))
            service = Project(Path(name))
            own = pool.submit(build, self.repository, source, self.epoch, folder)
            locked = pool.submit(exported, service, "--all-extras")
            released = pool.submit(released_wheels, self.workspace, read(service), ledger)
            wheel, version = own.result(), service.version
            wheels = {**released.result(), service.distribution: wheel.path}
            return Parts(version, (*locked.result(), _pin(service, wheel)), wheels)


@dataclass(frozen=True)
class Parts:
    """All that is installed to run a service, exactly."""

    version: str
    """The service's own."""
    pins: tuple[Pin, ...]
    """What its lock holds, its extras too, and last the service itself: each with its hashes."""
    wheels: Mapping[str, Path]
    """Those of ours among them, by published name."""


def _pin(service: Project, wheel: Wheel) -> Pin:
    text = f"{service.distribution}=={service.version} --hash=sha256:{wheel.sha256}"
    return Pin(service.distribution, service.version, text)
