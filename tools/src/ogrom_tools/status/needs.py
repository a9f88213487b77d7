"""What the next release of each library must be called at least; an answer is kept until something changes."""

import hashlib
import multiprocessing
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import repeat
from pathlib import Path

import ogrom_rules
from ogrom_rules import Level
from ogrom_tools import api
from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Project, Workspace, discover
from ogrom_tools.wheelhouse import Wheelhouse


@dataclass(frozen=True)
class Needed:
    """What the comparison with the last release asks for."""

    level: Level | None
    """None where they could not be compared."""
    problem: str = ""
    """Why they could not."""


def needed(workspace: Workspace, ledger: Ledger, trees: Mapping[Project, str]) -> Mapping[Project, Needed]:
    """Compare libraries with their last releases, side by side, as far as the answers are not known.

    Args:
        workspace: the checkout.
        ledger: the releases.
        trees: the libraries that were released, with the ids of their content now.
    """
    releases = {each: ledger.last(each.name) for each in trees}
    files = {each: _file(workspace, each, last, trees[each]) for each, last in releases.items() if last}
    known = {each: Level.parse(file.read_text()) for each, file in files.items() if file.exists()}
    unknown = [each for each in files if each not in known]
    answers = _compare_all(workspace.root, [each.name for each in unknown])
    found = dict(zip(unknown, answers, strict=True))
    for each, answer in found.items():
        _keep(files[each], each, answer)
    return {each: Needed(level) for each, level in known.items()} | found


def _compare_all(root: Path, names: Sequence[str]) -> Sequence[Needed]:
    if len(names) < 2:
        return [_compare(root, each) for each in names]
    # Comparing is work for the processor, and Python's threads would do it one after the other.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(len(names), os.cpu_count() or 1), mp_context=context) as pool:
        return list(pool.map(_compare, repeat(root), names))


def _compare(root: Path, name: str) -> Needed:
    workspace = discover(root)
    try:
        findings = api.compare_with_last(workspace, workspace[name], Wheelhouse(workspace), Ledger.read(root))
    except Failed as problem:
        return Needed(None, str(problem))
    return Needed(ogrom_rules.level(findings))


def _file(workspace: Workspace, project: Project, release: Release, tree: str) -> Path:
    """Where the answer is kept: its name says all that it depends on, and what is allowed expires by the day."""
    files = (
        each for room in (api, ogrom_rules) for each in sorted(Path(str(room.__file__)).parent.glob("*.py"))
    )
    programs = (f"{name} {version(name)}" for name in ("griffelib", "mypy"))
    today = datetime.now(tz=UTC).date().isoformat()
    digest = hashlib.sha256(b"".join(each.read_bytes() for each in files))
    digest.update(" ".join([release.sha256, tree, today, *programs]).encode())
    return workspace.root / ".ogrom" / "status" / f"{project.name}-{digest.hexdigest()}"


def _keep(file: Path, project: Project, answer: Needed) -> None:
    if answer.level is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    for old in file.parent.glob(f"{project.name}-{'[0-9a-f]' * 64}"):
        old.unlink(missing_ok=True)
    file.write_text(str(answer.level))
