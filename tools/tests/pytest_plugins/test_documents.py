import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from ogrom_tools.pytest_plugins.documents import Console, Step, steps


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
    monkeypatch.setattr("ogrom_tools.pytest_plugins.documents.SECONDS", 0.1)
    assert "exited with -15" in (console.run(Step("exec sleep 600", "")) or "")


DOCUMENT = """
# A document

```python
answer = 6 * 7
```

Some words.

```python
>>> answer
{answer}
```

```console
$ echo hello; ls dev
hello
{listed}
```

```console
$ test ! -e "${{OGROM_DATABASE_URL#sqlite:///}}" && touch "${{OGROM_DATABASE_URL#sqlite:///}}"
```

```console
$ test -e "${{OGROM_DATABASE_URL#sqlite:///}}"
```

```text
$ false
```
"""


def outcome(folder: Path, document: str = DOCUMENT, **values: str) -> tuple[int, str]:
    (folder / "page.md").write_text(document.format(**values))
    # Other plugins take two seconds to import.
    alone = ("env", "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1", sys.executable, "-m", "pytest", "-c/dev/null")
    done = subprocess.run(
        [*alone, "-p", "ogrom_tools.pytest_plugins.documents", "page.md"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout


@pytest.mark.slow
def test_blocks_are_tests(tmp_path: Path) -> None:
    """Python and console blocks; no other."""
    code, printed = outcome(tmp_path, answer="42", listed="dev")
    assert "5 passed" in printed
    assert code == 0


@pytest.mark.parametrize("wrong", [{"answer": "41"}, {"listed": "nothing"}])
@pytest.mark.slow
def test_a_wrong_block_fails(tmp_path: Path, wrong: dict[str, str]) -> None:
    """It shows the difference and the place."""
    code, printed = outcome(tmp_path, **({"answer": "42", "listed": "dev"} | wrong))
    assert code == 1
    assert "1 failed, 4 passed" in printed
    assert "page.md" in printed


@pytest.mark.slow
def test_a_document_has_a_store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever somebody has written elsewhere: it is new, the same in all blocks, and nothing of it stays."""
    (other := tmp_path / "theirs.sqlite3").touch()
    (temporary := tmp_path / "temporary").mkdir()
    monkeypatch.setenv("OGROM_DATABASE_URL", f"sqlite:///{other}")
    monkeypatch.setenv("TMPDIR", str(temporary))
    assert outcome(tmp_path, answer="42", listed="dev")[0] == 0
    assert list(temporary.iterdir()) == []


LISTENING = """
```console
$ python -c 'import socket; print(socket.create_server(("127.0.0.1", 18097)).getsockname()[1])'
18097
$ python -c 'import socket; print(socket.create_server(("127.0.0.1", 18097)).getsockname()[1])'
18097
```

```python
url = "http://127.0.0.1:18097/"
```

```python
>>> url == "http://127.0.0.1:18097/", "18" "097" in url
(True, False)
>>> print(url)
http://127.0.0.1:18097/
```
"""


@pytest.mark.slow
def test_ports_are_free_ones(tmp_path: Path) -> None:
    """For the same one always the same; whoever has the one that is shown does not matter."""
    with ExitStack() as stack:
        with suppress(OSError):  # or somebody else has it
            stack.enter_context(socket.create_server(("127.0.0.1", 18097)))
        code, printed = outcome(tmp_path, LISTENING)
    assert code == 0, printed
