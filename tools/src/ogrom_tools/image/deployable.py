"""What is deployed: the service of a commit or of the work tree, on the releases that it pins."""

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
"""The folder of the service."""


@dataclass(frozen=True)
class ServiceBundle:
    """Everything that is installed to run a service, exactly."""

    version: str
    """The service's own version."""
    pins: tuple[Pin, ...]
    """What its lock holds, extras included, and last the service itself; each with its hashes."""
    wheels: Mapping[str, Path]
    """Our own wheels, by published name."""


@dataclass(frozen=True)
class Deployable:
    """One state of the repository from which the service can be deployed."""

    workspace: Workspace
    commit: str
    """The full id of the commit; for a work tree with changes, of its HEAD."""
    tree: str
    """The id of the whole content."""

    @classmethod
    def of(cls, workspace: Workspace, revision: str | None = None) -> Self:
        """A git revision, or the work tree as it is.

        Raises:
            Failed: git knows no such revision.
        """
        repository = Repository(workspace.root)
        commit = repository.commit(revision or "HEAD")
        tree = repository("rev-parse", f"{commit}^{{tree}}") if revision else repository.snapshot()
        return cls(workspace, commit, tree)

    @property
    def repository(self) -> Repository:
        """The repository that holds it."""
        return Repository(self.workspace.root)

    @cached_property
    def is_dirty(self) -> bool:
        """Whether it is a work tree with changes, which no commit identifies."""
        return self.tree != self.repository("rev-parse", f"{self.commit}^{{tree}}")

    @property
    def label(self) -> str:
        """Twelve digits of the commit, and `-dirty` if there are changes."""
        return f"{self.commit[:12]}{self._suffix}"

    @property
    def revision(self) -> str:
        """The full id of the commit, and `-dirty` if there are changes."""
        return f"{self.commit}{self._suffix}"

    @property
    def _suffix(self) -> str:
        return "-dirty" if self.is_dirty else ""

    @property
    def epoch(self) -> int:
        """The commit's time in seconds since 1970, which everything built from it carries."""
        return self.repository.epoch(self.commit)

    def assemble(self, folder: Path) -> ServiceBundle:
        """Build the wheels of the service and of its pinned releases, and read its lock.

        Args:
            folder: where the service's wheel goes.

        Raises:
            Failed: the lock does not match the pyproject.toml, or a wheel cannot be built from history.
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
            return ServiceBundle(version, (*locked.result(), _pin(service, wheel)), wheels)


def _pin(service: Project, wheel: Wheel) -> Pin:
    text = f"{service.distribution}=={service.version} --hash=sha256:{wheel.sha256}"
    return Pin(service.distribution, service.version, text)
