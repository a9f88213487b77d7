"""Puts a release onto the branch: the ledger's line, the fast-forward, the tag.

All of it is made in git's own store first. The branch and the work tree change by one `git merge --ff-only`; if
even that is stopped half-way, `mend` puts the few files back.
"""

from dataclasses import dataclass
from pathlib import Path

from ogrom_tools import ledger as ledgers
from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.release.candidate import Candidate, commit_files


@dataclass(frozen=True)
class Landing:
    """A release with its line in the ledger: two commits, ready for the branch."""

    repository: Repository
    place: str
    commit: str
    """The second commit; the first is the candidate's."""

    @property
    def release(self) -> Release:
        """The line that it adds to the ledger."""
        return Ledger.parse(self.repository.show(self.commit, ledgers.FILE)).releases[-1]

    @property
    def base(self) -> str:
        """The commit that the branch must be at."""
        return self.repository.commit(f"{self.commit}^^")

    @property
    def tag(self) -> str:
        """The name of its tag."""
        return tag_of(self.release.project, self.release.version)

    @property
    def has_landed(self) -> bool:
        """Whether a branch holds it."""
        return bool(self.repository("for-each-ref", f"--contains={self.commit}", "refs/heads"))

    def land(self) -> str:
        """Move the branch, the index and the work tree on to it.

        Raises:
            Failed: a file that it changes has been edited meanwhile, or the branch went elsewhere.
        """
        if not self.has_landed:
            try:
                self.repository("merge", "--quiet", "--ff-only", "--no-verify-signatures", self.commit)
            except Failed as problem:
                raise Failed(
                    f"{problem}\n{self.release} is published, but not on the branch yet. Stash what "
                    "git names above and run the same command again; it goes on from here."
                ) from problem
        return self.commit[:12]

    def mark(self, message: str) -> str:
        """Tag it, unless an earlier run did."""
        if not self.repository("tag", "--list", self.tag):
            self.repository(
                "tag", "--annotate", f"--message={message}", "--cleanup=verbatim", self.tag, self.commit
            )
        return self.tag

    def mend(self) -> None:
        """Put the files back that a stopped fast-forward left changed; nothing else may have been edited.

        Raises:
            Failed: one of them is neither as it was nor as it will be: somebody edited it.
        """
        listed = self.repository("diff", "--name-only", "-z", "HEAD", self.commit)
        paths = list(filter(None, listed.split("\0")))
        for path in paths:
            file = self.repository.root / path
            now = file.read_bytes() if file.exists() else None
            old, new = (_content(self.repository, ref, path) for ref in ("HEAD", self.commit))
            if now not in (old, new):
                raise Failed(f"{path} was edited; commit or stash it, then run the same command again.")
            if now != old:
                _write(file, old)
        self.repository("reset", "--quiet", "--", *paths)

    def keep(self) -> None:
        """Let the ref name it, so that the next run goes on from here."""
        self.repository("update-ref", ref(self.place), self.commit)


def ref(place: str) -> str:
    """The ref that keeps the landing of the project in this folder."""
    return f"refs/ogrom/landing/{Path(place).name}"


def find(repository: Repository, place: str) -> Landing | None:
    """The landing that an earlier run has kept."""
    commit = repository("for-each-ref", "--format=%(objectname)", ref(place))
    return Landing(repository, place, commit) if commit else None


def forget(repository: Repository, place: str) -> None:
    """Drop the landing, if there is one."""
    repository("update-ref", "-d", ref(place))


def record(candidate: Candidate, release: Release) -> Landing:
    """Make and keep the commit with the release's line in the ledger.

    Raises:
        Failed: the ledger has another release of this version.
    """
    repository = candidate.repository
    listed = repository("ls-tree", "--name-only", candidate.commit, "--", ledgers.FILE)
    ledger = Ledger.parse(repository.show(candidate.commit, ledgers.FILE)) if listed else Ledger()
    files = {ledgers.FILE: ledger.adding(release).text}
    message = f"Enter {release.distribution} {release.version} into the ledger"
    landing = Landing(repository, candidate.place, commit_files(repository, candidate.commit, files, message))
    landing.keep()
    return landing


def tag_of(project: str, version: str) -> str:
    """The name of a release's tag."""
    return f"{project}-v{version}"


def _content(repository: Repository, ref: str, path: str) -> bytes | None:
    """A file at a commit; None where it is not there."""
    listed = repository("ls-tree", "--name-only", ref, "--", path)
    return repository.show(ref, path).encode() if listed else None


def _write(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
