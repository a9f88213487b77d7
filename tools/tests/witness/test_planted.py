"""Changes planted into the source of libs/core: what is found of them, and the request that shows each."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from ogrom_rules.contract import compare
from ogrom_tools.projects import ROOT
from ogrom_tools.testing.overlays import PROGRAM, Overlays
from ogrom_tools.witness import Side, Witness, program, witnesses
from ogrom_tools.witness.messages import Answer, Request
from ogrom_tools.witness.sides import with_etags

CORE = ROOT / "libs" / "core" / "src" / "ogrom" / "core"
API = str(Path(sys.executable).with_name("ogrom-api"))
CHANGES = tomllib.loads(Path(__file__).with_name("planted.toml").read_text(encoding="utf-8"))["change"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def environ() -> Mapping[str, str]:
    """This environment, without our settings."""
    return {each: value for each, value in os.environ.items() if not each.startswith("OGROM_")}


@pytest.fixture(scope="module")
def before(environ: Mapping[str, str]) -> Iterator[Side]:
    """The work tree as it is; one process answers for all tests."""
    said = subprocess.run([API, "contract"], env=environ, capture_output=True, text=True, check=True)
    made = program("before", json.loads(said.stdout), [API], environ)
    with made.open() as ask:
        yield replace(made, asking=lambda: nullcontext(ask))


@pytest.fixture(scope="module")
def overlays(environ: Mapping[str, str]) -> Iterator[Overlays]:
    """The work tree with another libs/core, one at a time."""
    with Overlays.started((sys.executable, "-c", PROGRAM), environ) as overlays:
        yield overlays


@contextmanager
def after(overlays: Overlays, sources: Path) -> Iterator[Side]:
    """The work tree with these sources before its own."""
    with overlays.service(sources) as (document, talk):

        def ask(request: Request) -> Answer:
            said = talk(request.asked())
            return Answer(said["status"], said["headers"], said["content"])

        yield Side("after", document, lambda: nullcontext(with_etags(ask)))


@dataclass(frozen=True)
class Shown:
    """A finding, and its witness."""

    name: str
    witness: Witness


def planted(before: Side, overlays: Overlays, change: Mapping[str, Any], folder: Path) -> list[Shown]:
    """What is found of a change, and what shows it."""
    shutil.copytree(CORE, folder / "ogrom" / "core")
    file = folder / "ogrom" / "core" / change["file"]
    source = file.read_text(encoding="utf-8")
    for pattern, replacement in change["edits"]:
        source, count = re.subn(pattern, replacement, source)
        assert count, f"nothing in {change['file']} is {pattern}"
    file.write_text(source, encoding="utf-8")
    with after(overlays, folder) as changed:
        found = compare(before.document, changed.document)
        shown = witnesses(found, before, changed)
    return [Shown(f"{each.rule} @ {each.symbol}", it) for each, it in zip(found, shown, strict=True)]


@pytest.mark.parametrize("change", CHANGES, ids=[each["name"] for each in CHANGES])
def test_each_finding_is_shown_by_a_request_that_both_releases_answer(
    before: Side, overlays: Overlays, change: Mapping[str, Any], tmp_path: Path
) -> None:
    """Nothing else is found. What no request shows says why."""
    shown = planted(before, overlays, change, tmp_path)
    assert sorted(each.name for each in shown) == sorted(name for name, *_ in change["finds"]), shown
    for each, (_, *parts) in zip(_by_name(shown), sorted(change["finds"]), strict=True):
        witness = each.witness
        texts = (str(witness.request), witness.old, witness.new) if witness.request else (witness.why_not,)
        assert len(texts) == len(parts), each
        for text, part in zip(texts, parts, strict=True):
            assert part in text, each


def _by_name(shown: list[Shown]) -> list[Shown]:
    return sorted(shown, key=lambda each: (each.name, str(each.witness.request)))
