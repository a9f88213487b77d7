"""Stage: a bare repository that is pushed to, an author's clone of it, an index, and the workflows of a push."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from ogrom_tools.command import Failed, run
from ogrom_tools.git import Repository
from ogrom_tools.index import Store, bring_up, in_folder
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.pins.pyproject import read
from ogrom_tools.projects import Project, discover
from ogrom_tools.release.trial import services
from ogrom_tools.wheelhouse import Wheelhouse

ACTIONS = Path(__file__).with_name("actions")
"""The stand-ins, a folder for each, by the name of the action: `actions/checkout` is in `checkout`."""

USES = re.compile(r"uses: (?P<action>(?P<owner>[\w-]+)/(?P<name>[\w-]+)@[0-9a-f]{40})")
ENDED = re.compile(r"^\[([^\]]+?)\s*\] *🏁 +Job (succeeded|failed)", re.MULTILINE)
BRANCH = "main"
SECONDS = 7200
"""After which a workflow hangs."""


@dataclass(frozen=True)
class Run:
    """What became of a workflow."""

    succeeded: bool
    output: str

    @property
    def jobs(self) -> Mapping[str, bool]:
        """The jobs that have ended, and whether well."""
        return {name.rpartition("/")[2]: word == "succeeded" for name, word in ENDED.findall(self.output)}


@dataclass(frozen=True)
class Stage:
    """Everything in one folder.

    Attributes:
        folder: where it is.
    """

    folder: Path

    @classmethod
    def made(cls, folder: Path, source: Path) -> "Stage":
        """A stage whose repository begins with what is checked out at `source`, and whose index lacks the last release.

        Args:
            folder: an empty one.
            source: a clone; what is not committed there is not taken.
        """
        stage = cls(folder)
        run("git", "clone", "--quiet", "--bare", "--single-branch", str(source), str(stage.origin.root))
        run("git", "clone", "--quiet", str(stage.origin.root), str(stage.author.root))
        stage.author("switch", "--quiet", "--force-create", BRANCH)
        stage.author("config", "user.name", "Author")
        stage.author("config", "user.email", "author@example.org")
        stage.push()
        earlier = Ledger(stage.ledger.releases[:-1])
        bring_up(stage.index, Wheelhouse(discover(source)), earlier)
        return stage

    @property
    def origin(self) -> Repository:
        """What everybody has."""
        return Repository(self.folder / "origin.git")

    @property
    def author(self) -> Repository:
        """The clone of somebody who works."""
        return Repository(self.folder / "author")

    @property
    def index(self) -> Store:
        """Where releases are published."""
        return in_folder(self.folder / "index")

    @property
    def held(self) -> frozenset[str]:
        """The names of all that is published."""
        return frozenset(self.index.names())

    @property
    def ledger(self) -> Ledger:
        """What the author has of it."""
        return Ledger.read(self.author.root)

    @property
    def library(self) -> str:
        """The folder of one."""
        return discover(self.author.root).libraries[0].folder.relative_to(self.author.root).as_posix()

    @property
    def branches(self) -> frozenset[str]:
        """Those of the repository."""
        return frozenset(self.origin("for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines())

    def pins(self, branch: str) -> Mapping[str, str]:
        """What the service pins on a branch: versions by the libraries' names."""
        place = self.folder / "seen"
        run("git", "clone", "--quiet", f"--branch={branch}", str(self.origin.root), str(place))
        return {name: str(version) for name, version in read(_service(place)).items()}

    def wheel(self, release: Release) -> bytes:
        """The bytes of a release's wheel."""
        return Wheelhouse(discover(self.author.root)).wheel(release).read_bytes()

    def write(self, path: str, text: str) -> None:
        """Commit a file of the author's."""
        place = self.author.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        self.author("add", "--", path)
        self.author("commit", "--quiet", f"--message=Write {path}")

    def fall_behind(self, release: Release) -> None:
        """Have the service pin the release before this one."""
        service = _service(self.author.root)
        before = [each for each in self.ledger.of(release.project) if each.number < release.number]
        if read(service).get(release.project) == release.number:
            wanted = (release.project, before[-1].version, f"--service={service.name}")
            run("./dev", "pin", *wanted, folder=self.author.root)

    def push(self) -> None:
        """Push what the author has committed."""
        self.author("push", "--quiet", "--force", "--set-upstream", "origin", BRANCH)

    def run(self, workflow: str, *options: str, event: str = "push", until: str = "") -> Run:
        """Run a workflow as the last push starts it.

        Args:
            workflow: its file's name.
            options: of act, such as `--job=gate`, or `--matrix=python:3.11`.
            event: what has happened.
            until: a step's name; when that begins, the workflow is stopped.
        """
        work = self.folder / f"work-{len(list(self.folder.glob('work-*.json')))}"
        run("git", "clone", "--quiet", f"--branch={BRANCH}", str(self.origin.root), str(work))
        happened = work.with_suffix(".json")
        happened.write_text(json.dumps(self._event()), encoding="utf-8")
        command = (
            *(str(Path(sys.executable).parent / "act"), event, f"--eventpath={happened}"),
            *(f"--workflows={work / '.github' / 'workflows' / workflow}", f"--directory={work}"),
            *("--platform=ubuntu-24.04=-self-hosted", f"--action-cache-path={self.folder / 'cache'}"),
            *("--action-offline-mode", "--concurrent-jobs=1", f"--env=STAGE_FOLDER={self.folder}"),
            *(f"--local-repository={each}" for each in self._stand_ins(work)),
            *(f"--var=OGROM_INDEX_STORE={self.index.place}", "--var=OGROM_INDEX_ROLE=none"),
            *("--var=OGROM_INDEX_REGION=none", *options),
        )
        with subprocess.Popen(
            command,
            cwd=work,
            env=_environment(self.folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            hangs = Timer(SECONDS, process.kill)
            hangs.daemon = True
            hangs.start()
            lines = []
            assert process.stdout
            for line in process.stdout:
                lines.append(line)
                if ended := ENDED.match(line):
                    print(f"          {ended[1]} {ended[2]}", flush=True)
                if until and until in line:
                    process.send_signal(signal.SIGINT)
            hangs.cancel()
        output = "".join(lines)
        work.with_suffix(".log").write_text(output, encoding="utf-8")
        return Run(process.returncode == 0, output)

    def _event(self) -> Mapping[str, object]:
        """What GitHub tells of a push."""
        after = self.author.commit()
        before = self.author.commit("HEAD^")
        repository = {
            "default_branch": BRANCH,
            "name": "ogrom",
            "full_name": "team/ogrom",
            "owner": {"login": "team"},
        }
        return {"ref": f"refs/heads/{BRANCH}", "before": before, "after": after, "repository": repository}

    def _stand_ins(self, work: Path) -> Iterator[str]:
        """The actions that the workflows use, and the folder that stands in for each.

        Raises:
            Failed: none stands in for one of them.
        """
        found = {}
        for file in sorted((work / ".github" / "workflows").glob("*.yml")):
            for each in USES.finditer(file.read_text(encoding="utf-8")):
                found[each["action"]] = each["name"]
        for action, name in found.items():
            if not (ACTIONS / name).exists():
                raise Failed(f"Nothing stands in for {action}: write {ACTIONS / name}/action.yml")
            yield f"{action}={ACTIONS / name}"


def _service(root: Path) -> Project:
    return services(discover(root))[0]


def _environment(folder: Path) -> Mapping[str, str]:
    """This one, without what the tests' own environment sets, and with a home of its own."""
    (folder / "home").mkdir(exist_ok=True)
    ours = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("OGROM_", "PYTEST_", "NOX_", "GITHUB_", "GIT_"))
    }
    return {**ours, "HOME": str(folder / "home"), "XDG_CACHE_HOME": str(folder / "cache")}
