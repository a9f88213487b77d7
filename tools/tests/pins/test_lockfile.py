from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.pins.lockfile import Lockfile, lint
from ogrom_tools.projects import ROOT, discover

TEXT = """
[[package]]
name = "Some_Package"
version = "1.0"
files = [{file = "a.whl", hash = "sha256:aa"}]

[[package]]
name = "some-package"
version = "2.0"
files = []

[[package]]
name = "ogrom-core"
version = "3.0"
files = []

[package.source]
url = "http://127.0.0.1:8418/simple"
reference = "ogrom"
"""


def test_it_tells_ours_from_others() -> None:
    """A package may have a version for each Python."""
    lock = Lockfile.parse(TEXT)
    assert lock.versions == {"some-package": {"1.0", "2.0"}}
    (core,) = lock.ours
    assert (core.name, core.source["reference"]) == ("ogrom-core", "ogrom")
    assert lock.packages[0].hashes == {"a.whl": "sha256:aa"}


def test_where_there_is_none_it_is_empty(tmp_path: Path) -> None:
    """As before the first pin."""
    assert Lockfile.read(tmp_path).packages == ()


PYPROJECT = """
[project]
name = "ogrom-api"
version = "0.1.0"
dependencies = ["ogrom-core==1.0.0", "flask>=3"]

[tool.poetry.dependencies]
ogrom-core = { source = "ogrom" }

[[tool.poetry.source]]
name = "ogrom"
url = "http://127.0.0.1:8418/simple/"
priority = "explicit"
"""
SOURCE = """
[package.source]
type = "legacy"
url = "http://127.0.0.1:8418/simple"
reference = "ogrom"
"""
CORE = f"""
[[package]]
name = "ogrom-core"
version = "1.0.0"
files = [{{file = "ogrom_core-1.0.0-py3-none-any.whl", hash = "sha256:{"a" * 64}"}}]
{SOURCE}"""
FLASK = """
[[package]]
name = "flask"
version = "3.1.3"
files = []
"""
RELEASE = Release(
    project="core",
    version="1.0.0",
    tree="1" * 40,
    commit="2" * 40,
    epoch=1,
    tool="poetry-core==2.5.0",
    artefact="ogrom_core-1.0.0-py3-none-any.whl",
    sha256="a" * 64,
    record_sha256="b" * 64,
    date="2026-11-25",
)
LEDGER = Ledger((RELEASE,))

Lint = Callable[..., tuple[str, ...]]


@pytest.fixture
def problems(tmp_path: Path) -> Lint:
    """What is wrong with a service of these files."""

    def problems(lock: str, pyproject: str = PYPROJECT, ledger: Ledger = LEDGER) -> tuple[str, ...]:
        folder = tmp_path / "services" / "api"
        folder.mkdir(parents=True)
        (folder / "pyproject.toml").write_text(pyproject)
        (folder / "poetry.lock").write_text(lock)
        return lint(discover(tmp_path), ledger)

    return problems


def test_what_is_as_it_must_be_passes(problems: Lint) -> None:
    """Ours from our index, with the ledger's hash; all else from the public one."""
    assert problems(CORE + FLASK) == ()


@pytest.mark.parametrize(
    ("lock", "told"),
    [
        (CORE.replace(SOURCE, ""), "takes ogrom-core from the public index"),
        (CORE.replace("ogrom-core", "Ogrom_Core").replace(SOURCE, ""), "takes ogrom-core from the public"),
        (CORE.replace(":8418/", ":9999/"), "takes ogrom-core from http://127.0.0.1:9999/simple"),
        (CORE + FLASK + SOURCE, "takes flask from http://127.0.0.1:8418/simple"),
        (CORE.replace("1.0.0", "1.0.1"), "has ogrom-core 1.0.1, which is not in the ledger"),
        (CORE.replace("aaa", "aab", 1), "has another hash of core 1.0.0 than the ledger"),
        (CORE.replace("files = [", 'files = [{file = "x", hash = "y"}, '), "has another hash of core 1.0.0"),
        (CORE.replace("1.0.0", "1.0.1"), "core is pinned at 1.0.0 and locked at 1.0.1"),
        (FLASK, "core is pinned at 1.0.0 and locked at None"),
        (CORE + CORE.replace("-core", "-http"), "http is not pinned exactly"),
    ],
)
def test_a_lock_that_is_not_as_it_must_be_fails(problems: Lint, lock: str, told: str) -> None:
    """Each reason is told."""
    assert [problem for problem in problems(lock) if told in problem]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("core==1.0.0", "core>=1", "core is not pinned exactly"),
        ('"explicit"', '"supplemental"', "priority 'explicit'"),
        ('ogrom-core = { source = "ogrom" }', "", "or the public index is used"),
    ],
)
def test_pins_that_are_not_as_they_must_be_fail(problems: Lint, old: str, new: str, told: str) -> None:
    """What the lock would be made from the next time counts as well."""
    (problem,) = problems(CORE, PYPROJECT.replace(old, new))
    assert told in problem


def test_our_index_is_one_that_a_checkout_serves_itself(problems: Lint) -> None:
    """A name that others could take over, or no address at all, will not do."""
    elsewhere = "https://packages.example.org/simple/"
    pyproject = PYPROJECT.replace("http://127.0.0.1:8418/simple/", elsewhere)
    lock = CORE.replace("http://127.0.0.1:8418/simple", elsewhere.rstrip("/"))
    assert "on 127.0.0.1" in " ".join(problems(lock, pyproject))


def test_a_yanked_pin_fails(problems: Lint) -> None:
    """With the reason, and what to do."""
    ledger = Ledger((replace(RELEASE, yanked="it loses orders"),))
    (problem,) = problems(CORE, ledger=ledger)
    assert problem == "api: core 1.0.0 is pinned and yanked: it loses orders; pin another: ./dev pin core"


def test_our_own_locks_are_as_they_must_be() -> None:
    """Of this checkout, against its ledger."""
    assert lint(discover(), Ledger.read(ROOT)) == ()


def test_no_lock_lies_where_nobody_looks() -> None:
    """Only in the folder of a project."""
    files = Repository(ROOT)("ls-files", "*poetry.lock").splitlines()
    assert {str((ROOT / file).parent) for file in files} <= {str(each.folder) for each in discover()}
