import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ogrom_tools.console import Console, Step, steps


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    console = Console(tmp_path)
    yield console
    console.close()


def test_a_block_is_read_as_steps() -> None:
    """Commands, their continuation and their output."""
    block = "$ echo a \\\n> b\na b\n$ true\n$ cat\nx\n> y\n"
    assert list(steps(block)) == [
        Step("echo a \\\nb", "a b\n"),
        Step("true", ""),
        Step("cat", "x\n> y\n"),
    ]


@pytest.mark.parametrize("block", ["", "hello\n"])
def test_a_block_needs_a_command(block: str) -> None:
    """Else it would be a test of nothing."""
    with pytest.raises(ValueError, match=r"\$ command"):
        list(steps(block))


def test_output_is_compared(console: Console) -> None:
    """Three dots stand for anything, and no output at all too."""
    assert console.run(Step("echo one two", "one two\n")) is None
    assert console.run(Step("echo one two", "one ...\n")) is None
    assert console.run(Step("echo one two", "")) is None
    assert "it printed:\none two" in (console.run(Step("echo one two", "three\n")) or "")


@pytest.mark.parametrize("printed", ["", "one\n", "one\ntwo\n"])
def test_three_dots_stand_for_any_lines(console: Console, printed: str) -> None:
    """A line of three dots is any lines or none, but not a part of the next line."""
    assert console.run(Step(f"printf '{printed}last'", "...\nlast\n")) is None
    assert console.run(Step(f"printf '{printed}last'", "...\nfirst\n")) is not None


def test_a_command_must_succeed(console: Console) -> None:
    """Whatever it printed."""
    assert "exited with 3" in (console.run(Step("echo fine; exit 3", "fine\n")) or "")


def test_a_command_in_the_background_lives_as_long_as_its_document(console: Console) -> None:
    """The next command runs when it has printed what the document shows; it ends with the console."""
    assert console.run(Step("echo starting; echo ready on $$; exec sleep 600 &", "...ready on ...\n")) is None
    (process,) = console.running
    assert process.poll() is None
    console.close()
    assert process.poll() is not None


def test_a_command_in_the_background_must_print_what_is_shown(console: Console) -> None:
    """One that ends before is a failure."""
    assert "it printed:\nno" in (console.run(Step("echo no &", "yes\n")) or "")


def test_a_command_finds_the_environments_programs(console: Console) -> None:
    """`ogrom-api` in a document is the one of this checkout."""
    assert console.run(Step("command -v pytest", f"...{os.sep}bin{os.sep}pytest\n")) is None


def test_a_hanging_command_is_ended(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    """The documents' tests end, always."""
    monkeypatch.setattr("ogrom_tools.console.SECONDS", 0.1)
    assert "exited with -15" in (console.run(Step("exec sleep 600", "")) or "")
