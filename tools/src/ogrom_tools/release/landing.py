"""Gives releases to everybody: one push of the branch and the tags, which decides between two authors.

What has been pushed, or with `--no-push` what the branch holds, has happened; before that, nothing has. So a release
that was stopped is finished by what can be seen, and nothing is noted anywhere.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import FILE, Ledger, Release
from ogrom_tools.release.making import Made

_PROTECTED = ("protected branch", "GH006", "GH013")


@dataclass(frozen=True)
class Landing:
    """Where releases go: branches of a clone, and the remote that gets them."""

    repository: Repository
    branch: str
    """The one that holds the ledger."""
    remote: str
    """Who else has it; "" for nobody."""
    others: tuple[str, ...] = ()
    """More branches that get releases."""

    def land(self, commits: Mapping[str, str], made: Made) -> str:
        """Push the branches' new commits and the tags, if there is where, and move this clone on; what became of it.

        Raises:
            Failed: somebody else was faster; then nothing has happened.
        """
        tags = {each.tag: self._tag(commits[made.plan.branch], each) for each in made.wheels}
        said = self._push(commits, tags) if self.remote else "nobody has it yet: the same command pushes it"
        if said:
            self._follow(commits, tags)
        return said or self._propose(commits, tags)

    def finish(self) -> tuple[Release, ...]:
        """Finish what was stopped behind its push, or while this clone followed; the releases of it.

        Raises:
            Failed: somebody has edited a file of it, or the others have something that this branch lacks.
        """
        git = self.repository
        stopped = tuple(each for each in self._made("HEAD") if not git("tag", "--list", each.tag))
        if self.remote:
            git("fetch", "--quiet", "--tags", self.remote, self.branch)
            theirs = git.commit("FETCH_HEAD")
            if git("merge-base", "HEAD", theirs) != theirs:
                if git.commit(f"{theirs}^") != git.commit() or not self._made(theirs):
                    raise Failed(f"{self.remote} has commits that this branch lacks. Run: git pull --rebase")
                self._follow({self.branch: theirs}, {})
                return self._made(theirs)
            for each in self.others:
                with suppress(Failed):  # the others have none, or this one is ahead
                    git("fetch", "--quiet", self.remote, f"refs/heads/{each}:refs/heads/{each}")
        for release in stopped:
            self._name(release)
        return stopped

    def waiting(self) -> tuple[Release, ...]:
        """The releases that nobody else has yet."""
        return self._since(f"refs/remotes/{self.remote}/{self.branch}", "HEAD") if self.remote else ()

    def push(self, releases: tuple[Release, ...]) -> str:
        """Push the branch as it is, and the tags of these releases; what became of it.

        Raises:
            Failed: somebody else was faster.
        """
        tips = {each: self.repository.commit(f"refs/heads/{each}") for each in (self.branch, *self.others)}
        tags = {each.tag: self.repository("rev-parse", f"refs/tags/{each.tag}") for each in releases}
        return self._push(tips, tags) or self._propose(tips, tags)

    def _push(self, commits: Mapping[str, str], tags: Mapping[str, str]) -> str:
        """What became of it; "" where the branch is protected."""
        try:
            self._give(commits, tags)
        except Failed as problem:
            if any(each in str(problem) for each in _PROTECTED):
                return ""
            raise Failed(
                f"{problem}\n{self.remote} has not said that it took it; if it did not, nothing has happened. Run the "
                "same command again, which looks; if somebody was faster, git pull --rebase before that."
            ) from problem
        return f"{self.remote} has it; CI publishes it when its gate is green"

    def _propose(self, commits: Mapping[str, str], tags: Mapping[str, str]) -> str:
        """Give the others all but the protected branch, and what that shall have as a branch for a pull request.

        The tags go with it: so what is released can be reached, however the request is merged.
        """
        branch = f"release/{'-'.join(tags)}"
        self._give({branch if each == self.branch else each: commits[each] for each in commits}, tags)
        return f"{self.branch} is protected, so {self.remote} has it as {branch}: open a pull request"

    def _give(self, commits: Mapping[str, str], tags: Mapping[str, str]) -> None:
        heads = (f"{commit}:refs/heads/{branch}" for branch, commit in commits.items())
        named = (f"{tag}:refs/tags/{name}" for name, tag in tags.items())
        self.repository("push", "--quiet", "--atomic", self.remote, *heads, *named)

    def _follow(self, commits: Mapping[str, str], tags: Mapping[str, str]) -> None:
        """Move this clone on: the other branches, the branch with its work tree, and at last the tags.

        Raises:
            Failed: something was edited, or a branch was moved, since somebody looked.
        """
        git = self.repository
        try:
            for branch, commit in commits.items():
                if branch != self.branch:
                    git("update-ref", f"refs/heads/{branch}", commit, git.commit(f"{commit}^"))
            git("merge", "--quiet", "--ff-only", commits[self.branch])
        except Failed as problem:
            raise Failed(
                f"{problem}\nThis clone has not followed. Commit or stash what was edited, then run the same command "
                "again."
            ) from problem
        for name, tag in tags.items():
            git("update-ref", f"refs/tags/{name}", tag)

    def _name(self, release: Release) -> None:
        """Give a release the tag that it lacks, unless the others had it or no branch holds it."""
        git, path = self.repository, release.place
        heads = git("for-each-ref", "--format=%(objectname)", "refs/heads").splitlines()
        commit = next((each for each in heads if git.tree(each, path) == release.tree), "")
        if commit and not git("tag", "--list", release.tag):
            git("update-ref", f"refs/tags/{release.tag}", self._tag(commit, release))

    def _tag(self, commit: str, release: Release) -> str:
        """The id of an annotated tag, which no ref names yet."""
        git = self.repository
        who = git("var", "GIT_COMMITTER_IDENT").rpartition(">")[0]
        head = f"object {commit}\ntype commit\ntag {release.tag}\ntagger {who}> {release.epoch} +0000\n\n"
        return git.feed(f"{head}{release.distribution} {release.version}\n", "mktag")

    def _made(self, ref: str) -> tuple[Release, ...]:
        """The releases that a commit has made."""
        return tuple(each for each in self._since(f"{ref}^", ref) if not each.commit)

    def _since(self, before: str, ref: str) -> tuple[Release, ...]:
        """The releases that the ledger has at a ref, and not before; one that was only yanked since is none."""
        git = self.repository
        old, new = (
            Ledger.parse(git.show(it, FILE) if git.has(f"{it}:{FILE}") else "") for it in (before, ref)
        )
        known = {each.artefact for each in old}
        return tuple(each for each in new if each.artefact not in known)
