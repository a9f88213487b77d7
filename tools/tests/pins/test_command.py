"""`./dev pin`, as a person starts it."""

from typing import Any

import pytest
from click.testing import CliRunner, Result

from ogrom_tools.pins.__main__ import main

pytestmark = pytest.mark.slow
Shop = Any


def pin(shop: Shop, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, f"--root={shop.root}"])


def test_an_upgrade_is_locked_tested_told_and_committed_alone(pinned: Shop) -> None:
    """What somebody else works on stays as it is, staged or not."""
    (pinned.root / "staged.txt").touch()
    pinned.repository("add", "staged.txt")
    (pinned.root / "libs/core/README.md").touch()
    done = pin(pinned, "core", "1.1.0")
    assert done.exit_code == 0, (done.output, done.exception)
    assert "What 1.1.0 has." in done.output
    assert "1 passed" in done.output
    changed = pinned.repository("show", "--name-only", "--format=%s%n%b")
    assert changed.splitlines()[0] == "Pin core 1.1.0"
    assert "- What 1.1.0 has." in changed
    assert changed.splitlines()[-2:] == ["services/api-run/poetry.lock", "services/api-run/pyproject.toml"]
    assert pinned.repository("status", "--porcelain") == "A  staged.txt\n?? libs/core/README.md"
    again = pin(pinned, "core", "1.1.0")
    assert (again.exit_code, "pinned already" in again.output) == (0, True)


def test_an_upgrade_that_fails_its_tests_is_taken_back(pinned: Shop) -> None:
    """The files are as they were, and nothing is committed."""
    test = "from ogrom.run import VERSION\n\n\ndef test_it():\n    assert VERSION == '1.0.0'\n"
    (pinned.service / "tests" / "test_version.py").write_text(test)
    head = pinned.commit("Rely on a version")
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
