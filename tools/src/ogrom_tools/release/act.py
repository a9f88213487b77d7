"""The act: from a plan to one push, after which all of it has happened and before which nothing has."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from rich.console import Console

from ogrom_tools.command import Failed
from ogrom_tools.contracts import pinned
from ogrom_tools.contracts.history import FOLDER, Contracts
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.pins.pyproject import read
from ogrom_tools.progress import timed
from ogrom_tools.projects import Project, Workspace, discover
from ogrom_tools.release.landing import Landing
from ogrom_tools.release.making import Made, commits, make
from ogrom_tools.release.plan import Plan, check
from ogrom_tools.release.trial import moved, services, tested
from ogrom_tools.schema import joining
from ogrom_tools.schema.lattice import FILE, PROJECT, Lattice, touches


@dataclass(frozen=True)
class Act:
    """Releases libraries of one checkout, and tells a console what it does and how long that took."""

    workspace: Workspace
    branch: str
    """The one with the ledger, which is checked out and gets the releases."""
    console: Console
    source: str = ""
    """Another branch, which they are made of and which gets them too; "" for none."""
    pin: bool = False
    """Whether the service's pins move with them."""
    quick: bool = False
    """Whether the tests that take long are left to CI."""
    pushes: bool = True
    history: Path | None = None
    """What is deployed, for a release of sources that is pinned; see `Field.read`."""

    @property
    def repository(self) -> Repository:
        """Whose history they become part of."""
        return Repository(self.workspace.root)

    @property
    def remote(self) -> str:
        """Who gets them; "" for nobody."""
        git = self.repository
        if not self.pushes:
            return ""
        tracked = git("for-each-ref", "--format=%(upstream:remotename)", f"refs/heads/{self.branch}")
        return tracked or ("origin" if "origin" in git("remote").splitlines() else "")

    @property
    def outlook(self) -> str:
        """What will have happened."""
        commits = f"{self.branch}{f' and one on {self.source}' if self.source else ''}"
        pushed = f", pushed to {self.remote}; CI publishes" if self.remote else "; nothing is pushed"
        return f"One commit on {commits}, and the tags{pushed}."

    def begin(self) -> Mapping[Release, str]:
        """Finish what was stopped, and push what nobody else has yet; what became of each release of it.

        Raises:
            Failed: there is no state to release from.
        """
        branch = self.repository("branch", "--show-current")
        if branch and branch != self.branch:
            raise Failed(
                f"This is {branch}, and releases go to {self.branch}. Switch there, or say --branch {branch}."
            )
        landing = self._landing()
        finished = dict.fromkeys(landing.finish(), "it was stopped, and is finished")
        check(self.repository)
        waiting = landing.waiting()
        return {**finished, **dict.fromkeys(waiting, landing.push(waiting) if waiting else "")}

    @contextmanager
    def checkout(self) -> Iterator[Workspace]:
        """The branch that they are made of, checked out."""
        if not self.source:
            yield self.workspace
            return
        with self.repository.worktree(self.source) as root:
            yield discover(root)

    def release(self, plan: Plan, source: Workspace) -> str:
        """Do what is planned of a branch that is checked out; what became of it.

        Raises:
            Failed: something could not be done, and nothing has happened; the text says what to do.
        """
        if self.source or not self.pin:
            self._refuse_unpromised(plan, {})
        with self._step("Make them, and build each twice"):
            made = make(self.workspace, source, plan)
        self._try_changes(made)
        with self._step("Test"):
            for release, tests in tested(self.workspace, made, quick=self.quick):
                self.console.print(f"{'':10}{release}: {tests}")
        # A service is on the branch with the ledger.
        pinning = () if self.source else services(self.workspace)
        files = {path: text for each in pinning for path, text in self._moved(made, each).items()}
        self._refuse_unpromised(plan, files)
        files |= self._lattice(made)
        ready = commits(self.repository, made, self.branch, files)
        self._refuse_changed(made, ready[self.branch], files)
        with self._step("Push" if self.remote else "Commit"):
            return self._landing().land(ready, made)

    def _try_changes(self, made: Made) -> None:
        """Run the changes of the tables on MariaDB, if sources are among them; the quick tests need no server."""
        trees = [each.tree for each in made.wheels if each.project == PROJECT]
        if self.quick or not trees or not touches(self.workspace, made.wheels):
            return
        from ogrom_tools.schema.trial import run_on_mariadb

        with self._step("Run its changes of the tables on a MariaDB with rows"):
            run_on_mariadb(self.repository, trees[0])

    def _lattice(self, made: Made) -> Mapping[str, str]:
        """The lattice with what a new release of sources serves, if one is kept and it is among them."""
        if not touches(self.workspace, made.wheels):
            return {}
        from ogrom_tools.schema.proving import added  # SQLAlchemy takes long to import

        ledger = Ledger.read(self.workspace.root)
        for each in made.wheels:
            ledger = ledger.adding(each)
        with self._step("Try each phase of the schema, alone and beside what is in the field"):
            kinds = ("sqlite",) if self.quick else ("sqlite", "mariadb")
            text = added(
                self.workspace, ledger, made.wheels, kinds, lambda each: self.console.print(f"{'':10}{each}")
            )
        if self.pin:
            (sources,) = (each for each in made.wheels if each.project == PROJECT)
            joining.check(self.workspace, ledger, Lattice.parse(text), sources, self.history)
        return {FILE: text}

    def _landing(self) -> Landing:
        return Landing(self.repository, self.branch, self.remote, (self.source,) if self.source else ())

    def _moved(self, made: Made, service: Project) -> Mapping[str, str]:
        """The files of a service on what is released; none where its pins stay."""
        commit = commits(self.repository, made, self.branch)[self.branch]
        try:
            with self._step(f"Pin them, and test {service.name}"):
                files, tests = moved(self.workspace, service, commit, made.plan.versions)
        except Failed as problem:
            if self.pin or not made.plan.breaks:
                raise
            self.console.print(f"{service.name} does not work with them yet, and keeps its pins:\n{problem}")
            return {}
        self.console.print(f"{'':10}{service.name}: {tests}")
        return {**files, **self._contract(made, service)} if self.pin else {}

    def _contract(self, made: Made, service: Project) -> Mapping[str, str]:
        """The files of the next version of the contract, if the new pins make one."""
        if not pinned.keeps(self.workspace, service):
            return {}
        ledger = Ledger.read(self.workspace.root)
        for each in made.wheels:
            ledger = ledger.adding(each)
        pins = read(service)
        pins = {
            **pins,
            **{name: made.plan.versions[name] for name in pins.keys() & made.plan.versions.keys()},
        }
        releases = [ledger.find(name, str(version)) for name, version in pins.items()]
        tree = self.repository.tree("HEAD", service.folder.relative_to(self.workspace.root).as_posix())
        found = pinned.on(self.workspace, tree, releases, made.plan.reason)
        if found is None:
            return {}
        self.console.print(str(found))
        return found.files

    def _refuse_unpromised(self, plan: Plan, files: Mapping[str, str]) -> None:
        """See that each contract that a client is made from is kept, or comes with these files."""
        known = {each.version for each in Contracts.read(self.workspace.root).entries}
        for each in plan.planned:
            new = f"{FOLDER}/{each.made_from}.json" in files
            if each.made_from and known and each.made_from not in known and not new:
                raise Failed(
                    f"{each} is made from the contract {each.made_from}, which the service does not promise on its "
                    "pins. Release it and what that needs with --pin."
                )

    def _refuse_changed(self, made: Made, commit: str, files: Mapping[str, str]) -> None:
        """See that nobody has worked meanwhile on what was tested, or on what the commit will change."""
        git, plan = self.repository, made.plan
        if (branch := git("branch", "--show-current")) != self.branch:
            raise Failed(
                f"This was switched to {branch or 'no branch'} while the tests ran, so nothing has happened. "
                f"Run: git switch {self.branch}, and the same command again."
            )
        paths = (*(each.project.place for each in plan.planned), *made.files, *files)
        changed = git("diff", "--name-only", plan.base, f"refs/heads/{plan.branch}", "--", *paths)
        if changed:
            raise Failed(
                f"Somebody committed to {changed.splitlines()[0]} while the tests ran, so nothing has happened. "
                "Run the same command again; it takes that in."
            )
        written = git("diff", "--name-only", "HEAD", commit).splitlines()
        if edited := git("status", "--porcelain", "--", *written):
            raise Failed(
                f"These were edited while the tests ran, so nothing has happened; commit or stash them:\n{edited}"
            )

    def _step(self, name: str) -> AbstractContextManager[None]:
        return timed(name, self.console.print)


def alone(root: Path) -> AbstractContextManager[object]:
    """Take the lock that lets one release at a time run in a checkout, until the block is left.

    Raises:
        Failed: another one runs.
    """
    try:
        return FileLock(root / ".ogrom" / "release.lock", blocking=False).acquire()
    except Timeout as problem:
        raise Failed("Another release runs in this checkout; wait until it is done.") from problem
