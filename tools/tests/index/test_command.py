import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import pytest
from click.testing import CliRunner

from ogrom_tools.index import __main__ as index_command
from ogrom_tools.ledger import Ledger
from ogrom_tools.testing import commit_all, release_of_head, write_library

pytestmark = pytest.mark.slow


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with one release in its ledger, and no wheel of it."""
    root = tmp_path / "checkout"
    write_library(root / "libs" / "tea", "1.0.0", code="LEAVES = 1\n")
    commit_all(root)
    Ledger((release_of_head(root, "tea"),)).write(root)
    return root


def command(checkout: Path, *options: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "ogrom_tools.index", f"--root={checkout}", *options)


@contextmanager
def running(checkout: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The command, its URL and all that it has printed when it begins to serve."""
    server = subprocess.Popen(
        command(checkout, "--port=0"), stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
    assert server.stdout
    try:
        lines = []
        for line in server.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        text = "".join(lines)
        found = re.search(r"Serving it at (\S+)", text)
        assert found, text
        yield found[1], text
    finally:
        server.send_signal(2)
        with server.stdout:
            assert server.wait(timeout=60) == 0


def test_a_clone_makes_its_index_from_history_and_serves_it(checkout: Path) -> None:
    """The wheel is the released one, bit for bit; Ctrl-C ends it well."""
    (release,) = Ledger.read(checkout)
    with running(checkout, {"OGROM_INDEX_CREDENTIALS": "alice:secret"}) as (url, text):
        with urllib.request.urlopen(urljoin(url, f"../files/{release.wheel}"), timeout=60) as response:
            assert hashlib.sha256(response.read()).hexdigest() == release.sha256
        assert re.search(r"upload +http://127\.0\.0\.1:\d+/\n", text)
    assert (checkout / ".ogrom/index/simple/ogrom-tea/index.html").exists()


def test_ctrl_c_counts_from_when_it_is_offered(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only once it is waited for."""
    monkeypatch.setattr(index_command, "_explain", lambda *_, **__: signal.raise_signal(signal.SIGINT))
    done = CliRunner().invoke(index_command.main, ["--port=0", f"--root={checkout}"])
    assert done.exit_code == 0, done.output
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_the_teams_index_is_completed(checkout: Path, tmp_path: Path) -> None:
    """Into another folder, and nothing is served; again, nothing is left to do."""
    for _ in range(2):
        options = (f"--store={tmp_path / 'team'}",)
        told = subprocess.run(command(checkout, *options), check=True, capture_output=True, text=True)
        assert "holds every release: 1" in told.stdout
    page = json.loads((tmp_path / "team/simple/ogrom-tea/index.json").read_text())
    assert len(page["files"]) == 1


def test_it_can_be_made_and_not_served(checkout: Path) -> None:
    """For a web server of one's own."""
    subprocess.run(command(checkout, "--refresh"), check=True, stdout=subprocess.DEVNULL, timeout=300)
    assert (checkout / ".ogrom/index/simple/index.json").exists()
