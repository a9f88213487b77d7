import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each starts programs

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
        [*alone, "-p", "ogrom_tools.docs", "page.md"], cwd=folder, check=False, capture_output=True, text=True
    )
    return done.returncode, done.stdout


def test_blocks_are_tests(tmp_path: Path) -> None:
    """Python and console blocks; no other."""
    code, printed = outcome(tmp_path, answer="42", listed="dev")
    assert "5 passed" in printed
    assert code == 0


@pytest.mark.parametrize("wrong", [{"answer": "41"}, {"listed": "nothing"}])
def test_a_wrong_block_fails(tmp_path: Path, wrong: dict[str, str]) -> None:
    """It shows the difference and the place."""
    code, printed = outcome(tmp_path, **({"answer": "42", "listed": "dev"} | wrong))
    assert code == 1
    assert "1 failed, 4 passed" in printed
    assert "page.md" in printed


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
"""


def test_ports_are_free_ones(tmp_path: Path) -> None:
    """For the same one always the same; whoever has the one that is shown does not matter."""
    with ExitStack() as stack:
        with suppress(OSError):  # or somebody else has it
            stack.enter_context(socket.create_server(("127.0.0.1", 18097)))
        code, printed = outcome(tmp_path, LISTENING)
    assert code == 0, printed
