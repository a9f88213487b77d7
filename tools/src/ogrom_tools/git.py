"""Asks git about this repository's history, and changes it only where a command was asked to."""

import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ogrom_tools.command import Failed, run, run_bytes

AS_COMMITTED = ("-c", "core.autocrlf=false", "-c", "core.eol=lf")
"""What a person may have set otherwise, and would change the bytes of an export."""


@dataclass(frozen=True)
class Repository:
    """A clone, with its work tree."""

    root: Path

    def __call__(self, *arguments: str) -> str:
        """What `git ARGUMENTS` printed, without the last newline.

        Raises:
            Failed: git refused; the text is what it said.
        """
        return os.fsdecode(self._bytes(*arguments)).removesuffix("\n")

    def feed(self, text: str, *arguments: str) -> str:
        """What `git ARGUMENTS` printed, given a text to read.

        Raises:
            Failed: git refused.
        """
        return run("git", "-C", str(self.root), *arguments, text=text).strip()

    def _bytes(self, *arguments: str) -> bytes:
        return run_bytes("git", "-C", str(self.root), *arguments)

    def commit(self, ref: str = "HEAD") -> str:
        """The full id of the commit that a ref names.

        Raises:
            Failed: there is none.
        """
        try:
            return self("rev-parse", "--quiet", "--verify", "--end-of-options", f"{ref}^{{commit}}")
        except Failed as problem:
            raise Failed(f"git has no commit {ref!r} here; try `git fetch --tags`.") from problem

    def tree(self, ref: str, path: str) -> str:
        """The id of a folder's content at a ref; "" where there is no such folder."""
        listed = self("ls-tree", "-d", "--format=%(objectname)", ref, "--", path)
        return listed.strip()

    def epoch(self, ref: str) -> int:
        """When it was committed, in seconds since 1970."""
        return int(self("show", "--no-patch", "--format=%ct", f"{ref}^{{commit}}"))

    def show(self, ref: str, path: str) -> str:
        """A file's text at a ref.

        Raises:
            Failed: it was not there.
        """
        return self._bytes("show", f"{ref}:{path}").decode()

    def has(self, identifier: str) -> bool:
        """Whether this object is here; a shallow or partial clone lacks some."""
        try:
            self("cat-file", "-e", identifier)
        except Failed:
            return False
        return True

    @property
    def is_dirty(self) -> bool:
        """Whether the work tree differs from HEAD; an untracked file that is not ignored counts."""
        return bool(self("status", "--porcelain"))

    def snapshot(self) -> str:
        """The id of a tree with all that is in the work tree but ignored files; the index stays as it is."""
        with tempfile.TemporaryDirectory() as name:
            index = Path(name) / "index"
            # A copy knows which files have not changed since they were read.
            shutil.copy2(self.root / self("rev-parse", "--git-path", "index"), index)
            git = ("env", f"GIT_INDEX_FILE={index}", "git", "-C", str(self.root), *AS_COMMITTED)
            run_bytes(*git, "add", "--all")
            return os.fsdecode(run_bytes(*git, "write-tree")).strip()

    def tree_with(self, treeish: str, files: Mapping[str, str]) -> str:
        """The id of a tree that is another one's but for these files; neither work tree, index nor a branch is touched.

        Args:
            treeish: the other one.
            files: their paths, and their new text.
        """
        with tempfile.TemporaryDirectory() as name:
            git = ("env", f"GIT_INDEX_FILE={name}/index", "git", "-C", str(self.root))
            run_bytes(*git, "read-tree", treeish)
            for path, text in files.items():
                blob = self.feed(text, "hash-object", "-w", "--stdin", "--no-filters")
                run_bytes(*git, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
            return os.fsdecode(run_bytes(*git, "write-tree")).strip()

    def commit_of(self, tree: str, parent: str, message: str, epoch: int) -> str:
        """The id of a new commit, which no branch holds.

        Args:
            tree: what it holds.
            parent: the commit before it.
            message: what it says.
            epoch: its time, in seconds since 1970.
        """
        dates = (f"GIT_{who}_DATE=@{epoch} +0000" for who in ("AUTHOR", "COMMITTER"))
        git = ("env", *dates, "git", "-C", str(self.root))
        return os.fsdecode(run_bytes(*git, "commit-tree", tree, "-p", parent, "-m", message)).strip()

    def changes(self, since: str) -> tuple[str, ...]:
        """The paths that differ from where this branch left `since`: committed, not committed, untracked.

        A file that was moved counts at both its places.

        Raises:
            Failed: there is no such ref, or no common history.
        """
        start = self.commit(since)
        try:
            base = self("merge-base", start, "HEAD")
        except Failed as problem:
            raise Failed(
                f"HEAD and {since} have no commit in common here. If this clone is shallow: git fetch --unshallow"
            ) from problem
        tracked = self("diff", "--name-only", "--no-renames", "-z", base)
        untracked = self("ls-files", "--others", "--exclude-standard", "-z")
        return tuple(sorted({*filter(None, tracked.split("\0")), *filter(None, untracked.split("\0"))}))

    @contextmanager
    def worktree(self, ref: str) -> Iterator[Path]:
        """A folder in which a branch, or a commit that none holds, is checked out until the block is left."""
        self("worktree", "prune")  # one that was killed has left its own behind
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "worktree"
            # By force, as that one may be there still.
            self("worktree", "add", "--quiet", "--force", str(folder), ref)
            try:
                yield folder
            finally:
                self("worktree", "remove", "--force", str(folder))

    def export(self, treeish: str, folder: Path) -> None:
        """Write the files of a commit or tree into a folder, without a person's settings and leftovers.

        Raises:
            Failed: the object is not here.
        """
        archive = self._bytes(*AS_COMMITTED, "archive", "--format=tar", treeish)
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
