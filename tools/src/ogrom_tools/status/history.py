"""What has been done in a project's folder since its last release."""

from dataclasses import dataclass

from ogrom_tools.git import Repository
from ogrom_tools.ledger import Release


@dataclass(frozen=True)
class Since:
    """How much has changed since a release."""

    commits: int
    """How many commits of this branch have touched the folder."""
    files: int
    """How many of its files differ, those in nobody's commit too."""


def since(repository: Repository, place: str, release: Release, tree: str) -> Since | None:
    """Count what was done since a release; None where this clone's history does not reach back to it.

    Args:
        repository: whose history.
        place: the folder, such as `libs/core`.
        release: since which.
        tree: the id of the folder's content now.
    """
    commit = _commit(repository, place, release) if repository.has(release.tree) else None
    if commit is None:
        return None
    files = repository("diff", "--name-only", "--no-renames", "-z", release.tree, tree)
    commits = repository("rev-list", "--count", f"{commit}..HEAD", "--", place)
    return Since(int(commits), files.count("\0"))


def _commit(repository: Repository, place: str, release: Release) -> str | None:
    """The commit of this branch with what was released: the ledger's, or another if history was rewritten."""
    named = release.commit
    if named and repository.has(f"{named}^{{commit}}") and not repository("rev-list", "-1", named, "^HEAD"):
        return named
    commits = repository("rev-list", "HEAD", "--", place).splitlines()
    return next((each for each in commits if repository.tree(each, place) == release.tree), None)
