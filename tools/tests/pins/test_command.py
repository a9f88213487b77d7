"""`./dev pin`, as a person starts it."""

from typing import Any

import pytest
from click.testing import CliRunner, Result

from ogrom_tools.pins.__main__ import main

pytestmark = pytest.mark.slow
Shop = Any


def pin(shop: Shop, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, f"--root={shop.root}"])


def expect_version(shop: Shop, version: str) -> str:
    """Have a test of the service that passes with one version of core only."""
    test = f"from ogrom.run import VERSION\n\n\ndef test_it():\n    assert VERSION == '{version}'\n"
    (shop.service / "tests" / "test_version.py").write_text(test)
    commit: str = shop.commit("Rely on a version")
    return commit


def test_an_upgrade_is_locked_tested_told_and_committed_alone(pinned: Shop) -> None:
    """It runs on the release, not on the work tree; and what somebody else works on stays as it is."""
    expect_version(pinned, "1.1.0")
    (pinned.root / "staged.txt").touch()
    pinned.repository("add", "staged.txt")
    (pinned.root / "libs/core/README.md").touch()
    done = pin(pinned, "core", "1.1.0")
    assert done.exit_code == 0, (done.output, done.exception)
    assert done.stdout == "core 1.0.0 -> 1.1.0\n\n## [1.1.0] - 2026-11-25\n\n- What 1.1.0 has.\n"
    assert "2 passed" in done.stderr
    changed = pinned.repository("show", "--name-only", "--format=%s%n%b")
    assert changed.splitlines()[0] == "Pin core 1.1.0"
    assert "- What 1.1.0 has." in changed
    assert changed.splitlines()[-2:] == ["services/api-run/poetry.lock", "services/api-run/pyproject.toml"]
    assert pinned.repository("status", "--porcelain") == "A  staged.txt\n?? libs/core/README.md"
    again = pin(pinned, "core", "1.1.0")
    assert (again.exit_code, "already pinned" in again.output) == (0, True)


def test_an_upgrade_that_fails_its_tests_is_taken_back(pinned: Shop) -> None:
    """The files are as they were, and nothing is committed."""
    head = expect_version(pinned, "1.0.0")
    done = pin(pinned, "--all")
    assert done.exit_code == 1
    assert "assert '2.0.0' == '1.0.0'" in str(done.exception)
    assert (pinned.repository.commit(), pinned.repository.is_dirty) == (head, False)


def test_what_would_be_committed_along_is_refused(pinned: Shop) -> None:
    """A pin holds nothing but the pin."""
    with pinned.pyproject.open("a") as file:
        file.write("\n# mine\n")
    done = pin(pinned, "core")
    assert "services/api-run/pyproject.toml" in str(done.exception)
    assert "commit or stash" in str(done.exception)


def test_it_wants_to_know_what_to_pin(pinned: Shop) -> None:
    """One thing, not two."""
    for arguments in ([], ["core", "--all"], ["--all", "--lock"]):
        assert "Name what to pin" in pin(pinned, *arguments).output


def test_locking_anew_keeps_the_pins_and_commits_nothing(pinned: Shop) -> None:
    """For `./dev lock`, when another package is to move."""
    lock = pinned.service / "poetry.lock"
    before = lock.read_text()
    lock.write_text("")
    assert pin(pinned, "--lock").exit_code == 0
    assert lock.read_text() == before
