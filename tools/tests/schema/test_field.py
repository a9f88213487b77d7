"""The field by git, which knows the pins, and by the deploys' history, which knows what runs."""

import json
from pathlib import Path
from typing import Any

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.projects import discover
from ogrom_tools.schema.field import Field, Stay
from ogrom_tools.schema.phases import Phase
from ogrom_tools.testing.checkout import commit_all

DAY = 86_400.0
BEGIN = 1_760_000_000
"""When 4.0.0 was pinned; each day another one was."""

PINS = ("4.0.0", "4.1.0", "4.1.0", "4.2.0")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A service with a pin a day; the third commit pins what the second did. Another service has one pin."""
    pin(tmp_path, "shop", "ogrom-sources==3.0.0")
    for day, version in enumerate(PINS):
        pin(tmp_path, "api-run", f"ogrom-sources[commands]=={version}", f"ogrom-core==1.{day}.0")
        commit_all(tmp_path, version, BEGIN + day * 86_400)
    return tmp_path


def pin(root: Path, service: str, *requirements: str) -> None:
    """Write the requirements of a service."""
    (root / "pyproject.toml").write_text("[tool.ogrom.schema]\nrest = 3\n")
    folder = root / "services" / service
    folder.mkdir(parents=True, exist_ok=True)
    values = f'name = "ogrom-{service}"\nversion = "1.0.0"\ndependencies = {json.dumps(requirements)}\n'
    (folder / "pyproject.toml").write_text(f"[project]\n{values}")


def labels(root: Path) -> dict[str, str]:
    """The first twelve digits of the last commit of each version."""
    lines = Repository(root)("log", "--reverse", "--format=%H %s").splitlines()
    return {subject: commit[:12] for commit, _, subject in (each.partition(" ") for each in lines)}


def act(began: float, version: str, before: str = "", **others: Any) -> dict[str, Any]:
    """What the history has of an act of a minute."""
    record = {
        "act": "apply",
        "began": began,
        "seconds": 60.0,
        "outcome": "done",
        "phase": None,
        "possible": "",
    }
    return {**record, "version": {"label": version}, "before": before, "serves": version, **others}


def read(root: Path, *acts: dict[str, Any], now: float) -> Field:
    """The field by a history, the last act first."""
    history = root / "history.json"
    history.write_text(json.dumps(acts))
    return Field.read(discover(root), history, now)


def test_a_release_leaves_with_the_commit_that_pins_another(root: Path) -> None:
    """Each service is in the field; a commit that changes other pins changes nothing."""
    field = Field.read(discover(root), now=BEGIN + 30 * DAY)
    assert field.stays == (
        Stay("4.2.0", "pinned by api-run"),
        Stay("4.1.0", "pinned by api-run", BEGIN + 3 * DAY),
        Stay("4.0.0", "pinned by api-run", BEGIN + 1 * DAY),
        Stay("3.0.0", "pinned by shop"),
    )
    assert field.releases == ("3.0.0", "4.2.0")
    assert field.where("4.2.0") == "pinned by api-run"
    assert (field.phases, field.rest) == ((), 0.0)


def test_both_sides_and_what_a_rollback_can_bring_back(root: Path) -> None:
    """By the records, as the deploy program counts them: until the end of the next act, and some days more."""
    known = labels(root)
    acts = (
        act(BEGIN + 10 * DAY, known["4.1.0"], known["4.0.0"], phase="0005", possible="0006"),
        act(BEGIN + 5 * DAY, known["4.0.0"], "", phase="0004", possible="0004"),
    )
    field = read(root, *acts, now=BEGIN + 30 * DAY)
    assert field.releases == ("3.0.0", "4.0.0", "4.1.0", "4.2.0")  # one is on the idle side
    assert field.where("4.1.0") == f"deployed as {known['4.1.0']}"
    assert field.phases == (Phase("0005"), Phase("0006"))

    later = (act(BEGIN + 20 * DAY, known["4.2.0"], known["4.1.0"]), *acts)
    ended = BEGIN + 20 * DAY + 60.0
    assert "4.0.0" in read(root, *later, now=ended + 3 * DAY - 1).releases
    field = read(root, *later, now=ended + 3 * DAY + 1)
    assert field.releases == ("3.0.0", "4.1.0", "4.2.0")
    assert field.phases == (Phase("0005"), Phase("0006"))  # the last act says nothing of the database
    assert field.left("4.0.0".__eq__) == (
        Stay("4.0.0", f"deployed as {known['4.0.0']}", ended),
        ended + 3 * DAY,
    )


def test_an_act_that_has_not_ended_ends_no_stay(root: Path) -> None:
    """Its program may be gone, and the side before it may serve."""
    known = labels(root)
    begun = act(BEGIN + 20 * DAY, known["4.2.0"], known["4.1.0"], outcome="begun", seconds=0.0)
    field = read(root, begun, act(BEGIN, known["4.1.0"], known["4.0.0"]), now=BEGIN + 90 * DAY)
    assert "4.0.0" in field.releases


def test_what_is_deployed_must_be_known(root: Path) -> None:
    """What left the field long ago need not be."""
    known = labels(root)
    strange = act(BEGIN, "0123456789ab")
    with pytest.raises(Failed, match="0123456789ab is deployed, and this clone does not have that commit"):
        read(root, strange, now=BEGIN + DAY)
    later = act(BEGIN + DAY, known["4.2.0"])
    assert read(root, later, strange, now=BEGIN + 90 * DAY).releases == ("3.0.0", "4.2.0")


@pytest.mark.parametrize("text", ["", "{}", '{"act": 1}', "[1]", '[{"began": 1.0}]', '[{"began": "x"}]'])
def test_another_file_is_no_history(root: Path, text: str) -> None:
    """The error says which command prints one."""
    (root / "history.json").write_text(text)
    with pytest.raises(Failed, match="is not what `ogrom-deploy history --json` prints"):
        Field.read(discover(root), root / "history.json")
