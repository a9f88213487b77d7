from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from ogrom_tools.pins.lockfile import Lockfile
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.requirements import external, overlaid, parse, pins

TEXT = """\
# made by hand
Flask==3.1.3 ; python_version >= "3.11" \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via ogrom
ogrom-core==1.0.0
"""


def test_a_pin_has_all_its_lines() -> None:
    """Its name as packaging writes it; comments are no part of it."""
    flask, core = parse(TEXT)
    assert (flask.name, flask.version) == ("flask", "3.1.3")
    assert flask.text.splitlines() == TEXT.splitlines()[1:4]
    assert (flask.is_hashed, flask.is_ours) == (True, False)
    assert (core.is_hashed, core.is_ours) == (False, True)


def test_one_list_goes_over_another() -> None:
    """Of a package that both have, the first one's version counts."""
    first, second = parse("a==1\nb==1"), parse("b==2\nb==3\nc==2")
    assert [(pin.name, pin.version) for pin in overlaid(first, second)] == [
        ("a", "1"),
        ("b", "1"),
        ("c", "2"),
    ]


def test_every_line_of_our_own_is_read() -> None:
    """None is passed over in silence."""
    text = pins(ROOT, "test").read_text()
    lines = [line for line in text.splitlines() if line[:1].isalnum()]
    assert len(list(parse(text))) == len(lines) > 50


LOCKS = sorted((ROOT / "tools" / "requirements").glob("*.txt"))


def test_our_own_projects_are_never_asked_of_an_index() -> None:
    """Somebody else could have taken the name there; also of one that does not exist yet."""
    wanted = map(Requirement, ("ogrom-b>=1", "flask>=3", "Ogrom_New", "click", "flask>=3"))
    assert external(wanted) == ["click", "flask>=3"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.stem))
def test_a_lock_names_no_index(lock: Path) -> None:
    """A checkout must work behind any mirror."""
    assert "://" not in lock.read_text()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.stem))
def test_every_pin_has_a_hash(lock: Path) -> None:
    """What an index serves is what was locked."""
    pins = [line for line in lock.read_text().splitlines() if "==" in line and line[0].isalpha()]
    assert pins
    assert all(line.endswith("\\") for line in pins)


def test_the_service_runs_on_the_versions_that_all_tests_run_on() -> None:
    """Unless the work tree requires others than the pinned releases do."""
    tested: dict[str, set[str]] = {}
    for pin in parse((ROOT / "tools/requirements/test.txt").read_text()):
        tested.setdefault(pin.name, set()).add(pin.version)
    for service in discover():
        locked = Lockfile.read(service.folder).versions
        differ = {name for name, versions in locked.items() if not versions <= tested.get(name, set())}
        assert not differ or _is_ahead(locked), f"{service.name}: {differ}; run ./dev lock"


def test_peers_are_measured_on_the_versions_that_ogrom_runs_on() -> None:
    """A newer Flask or driver beneath one of them would be what is compared."""
    ours, theirs = (
        {pin.name: pin.version for pin in parse((ROOT / "tools/requirements" / name).read_text())}
        for name in ("test.txt", "bench.txt")
    )
    shared = ours.keys() & theirs.keys()
    assert {"flask", "werkzeug", "waitress", "mysql-connector-python", "msgspec"} <= shared
    assert {name: ours[name] for name in shared} == {name: theirs[name] for name in shared}


def _is_ahead(locked: Mapping[str, Iterable[str]]) -> bool:
    """Whether a project requires what is not locked."""
    required = [each for one in discover() for each in one.dependencies if each.name in locked]
    return any(not each.specifier.contains(version) for each in required for version in locked[each.name])
