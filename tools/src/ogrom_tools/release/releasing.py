"""Makes a release, step by step; or takes up one that was stopped."""

import dataclasses
import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ogrom_tools import changelog, index
from ogrom_tools.changelog import Changelog
from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.index import Store
from ogrom_tools.index.layout import FILES
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Project, Workspace
from ogrom_tools.release import candidate as candidates, landing as landings
from ogrom_tools.release.building import build, entry
from ogrom_tools.release.candidate import Candidate, place_of
from ogrom_tools.release.landing import Landing
from ogrom_tools.release.plan import Plan
from ogrom_tools.release.steps import Steps
from ogrom_tools.release.trial import trial
from ogrom_tools.wheelhouse import Wheel, Wheelhouse


@dataclass(frozen=True)
class Releasing:
    """Makes releases of one project."""

    workspace: Workspace
    project: Project
    store: Store
    """The index to publish to."""
    steps: Steps
    with_dependents: bool = True
    """Whether the dependents' tests are run."""
    full: bool = False
    """Whether those that take long are run too."""

    @property
    def repository(self) -> Repository:
        """Whose history it becomes part of."""
        return Repository(self.workspace.root)

    @property
    def place(self) -> str:
        """The project's folder in the repository."""
        return place_of(self.workspace, self.project)

    def release(self, plan: Plan) -> Landing:
        """Do what the plan says.

        Raises:
            Failed: a step did; the same command goes on where it can, and nothing has to be put back.
        """
        candidate = self.steps.run("Prepare the release outside of the branch", self._prepare, plan)
        with tempfile.TemporaryDirectory() as name:
            wheel = self.steps.run("Build the wheel twice", build, candidate, Path(name))
            release = entry(candidate, wheel)
            self._try(plan, release, wheel)
            self.steps.run(f"Publish {wheel.path.name}", self._publish, candidate, release, wheel)
        landing = self.steps.run("Write the ledger's line", self._record, candidate, release)
        return self._finish(landing)

    def resume(self) -> Landing | None:
        """Finish a release that was stopped when all was done but the last steps; None where there is none.

        Raises:
            Failed: somebody edited what it has to change.
        """
        landing = landings.find(self.repository, self.place)
        if landing is None:
            return None
        if not landing.has_landed and landing.base != self.repository.commit():
            return None  # the same candidate is put onto what the branch holds now
        if not landing.has_landed:
            landing.mend()
        self.steps.tell(f"Finishing the release of {landing.release}, which was stopped.")
        return self._finish(landing)

    def abandon(self) -> str:
        """Drop what a stopped release has prepared; what became of it."""
        candidate = candidates.find(self.repository, self.place)
        if candidate is None:
            return "Nothing was prepared."
        landings.forget(self.repository, self.place)
        candidates.forget(self.repository, self.place)
        said = f"Dropped: {candidate.message}."
        published = self._is_published(candidate)
        return f"{said} It is published, so its number is taken: pass over it." if published else said

    def _prepare(self, plan: Plan) -> Candidate:
        """The candidate of an earlier run if it is still what is wanted, else a new one."""
        kept, head = candidates.find(self.repository, self.place), self.repository.commit()
        if kept and kept.releases(head) and kept.version == plan.version:
            moved = kept.moved(head)
            moved.keep()
            return moved
        if kept and self._is_published(kept):
            raise Failed(_finish_first(kept))
        return candidates.prepare(self.workspace, plan.project, plan.version)

    def _is_published(self, candidate: Candidate) -> bool:
        """Whether the index holds a wheel of it, though nothing else tells of the release yet."""
        name = f"{self.project.distribution.replace('-', '_')}-{candidate.version}-"
        return any(self.store.names(FILES + name))

    def _try(self, plan: Plan, release: Release, wheel: Wheel) -> None:
        quick, tested = not self.full, plan.tested if self.with_dependents else ()
        with trial(self.workspace, Ledger.read(self.workspace.root), release, wheel) as tried:
            self.steps.run(f"Test {release}", tried.itself, quick=quick)
            for each in tested:
                self.steps.run(f"Test {each.release} with it", tried.dependent, each.release, quick=quick)

    def _publish(self, candidate: Candidate, release: Release, wheel: Wheel) -> None:
        if not candidate.releases(self.repository.commit()):
            raise Failed(
                f"Somebody committed to {self.place} while the tests ran, so nothing is published. "
                "Run the same command again; it takes that in."
            )
        index.publish(self.store, release, wheel.path)
        Wheelhouse(self.workspace).keep(release, wheel)

    def _record(self, candidate: Candidate, release: Release) -> Landing:
        """The landing on what the branch holds now: somebody may have committed while the tests ran."""
        head = self.repository.commit()
        if not candidate.releases(head):
            raise Failed(_finish_first(candidate))
        moved = candidate.moved(head)
        moved.keep()
        return landings.record(moved, dataclasses.replace(release, commit=moved.commit))

    def _finish(self, landing: Landing) -> Landing:
        self.steps.run("Move the branch on", landing.land)
        self.steps.run("Tag it", landing.mark, self._message(landing))
        self.steps.run("Make the index's pages", self._refresh)
        candidates.forget(self.repository, self.place)
        landings.forget(self.repository, self.place)  # last: it is what the next run would look for
        return landing

    def _message(self, landing: Landing) -> str:
        """What the tag says: the changes."""
        release = landing.release
        text = self.repository.show(landing.commit, f"{self.place}/{changelog.FILE}")
        (changes,) = (each.body for each in Changelog.parse(text).sections if each.name == release.version)
        return f"{release.distribution} {release.version}\n\n{changes}\n"

    def _refresh(self) -> None:
        index.complete(self.store, Wheelhouse(self.workspace), Ledger.read(self.workspace.root))


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Let one release at a time run in a checkout.

    Raises:
        Failed: another one runs.
    """
    place = root / ".ogrom"
    place.mkdir(exist_ok=True)
    with (place / "release.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise Failed("Another release runs in this checkout; wait until it is done.") from problem
        yield


def _finish_first(candidate: Candidate) -> str:
    """What to do about a published version that the branch has left behind."""
    project, version = Path(candidate.place).name, candidate.version
    branch = f"finish-{project}-{version}"
    return (
        f"{project} {version} is published already, by a release that was stopped; but the branch has something "
        "else to release now. Finish that one first, on a branch of its own, and merge it:\n"
        f"  git switch --create {branch} {candidate.parent[:12]}\n"
        f"  ./dev release {project} {version}\n"
        f"  git switch - && git merge {branch}"
    )
