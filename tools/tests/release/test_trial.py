import json
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from ogrom_tools.release import trial as trials
from ogrom_tools.release.testing import Script, Workshop
from ogrom_tools.wheelhouse import Wheel, Wheelhouse

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}


def offered(url: str, distribution: str) -> list[str]:
    """The wheels that an index offers of a project."""
    with urlopen(Request(f"{url}{distribution}/", headers=JSON), timeout=60) as answer:
        return [each["filename"] for each in json.load(answer)["files"]]


@pytest.mark.slow
def test_only_the_candidate_can_be_installed(
    released: Workshop, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resolver cannot fall back to a version that works; the other libraries are there as released."""
    before, cups = released.ledger.releases
    released.release("plates")
    candidate = released.ledger.find("plates", "0.1.1")
    wheel = Wheel.read(Wheelhouse(released.workspace).wheel(candidate))
    ran: list[tuple[str, str, bool, list[str]]] = []

    def run(folder: Path, wheel: Path, index_url: str, *, quick: bool) -> str:
        version = (folder / "pyproject.toml").read_text().partition('version = "')[2][:5]
        ran.append((wheel.name, version, quick, offered(index_url, "ogrom-plates")))
        assert offered(index_url, "ogrom-cups") == [cups.wheel]
        return "1 passed"

    monkeypatch.setattr("ogrom_tools.suite.run", run)
    with trials.trial(released.workspace, released.ledger, candidate, wheel) as trial:
        assert trial.itself(quick=False) == "1 passed"
        assert trial.dependent(cups) == "1 passed"
    assert ran == [
        (candidate.wheel, "0.1.1", False, [candidate.wheel]),
        (cups.wheel, "0.1.0", True, [candidate.wheel]),
    ]
    assert before.wheel != candidate.wheel
