import hashlib
import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import pytest

from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.wheelhouse import build

pytestmark = pytest.mark.slow

PYPROJECT = """
[build-system]
requires = ["poetry-core==2.5.0"]
build-backend = "poetry.core.masonry.api"

[project]
name = "ogrom-tea"
description = "Tea"
version = "1.0.0"
requires-python = ">=3.11"

[tool.poetry]
packages = [{ include = "ogrom", from = "src" }]
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with one release in its ledger, and no wheel of it."""
    root = tmp_path / "checkout"
    package = root / "libs" / "tea" / "src" / "ogrom" / "tea"
    package.mkdir(parents=True)
    (package / "py.typed").touch()
    (package / "__init__.py").write_text("LEAVES = 1\n")
    (root / "libs" / "tea" / "pyproject.toml").write_text(PYPROJECT)
    repository = Repository(root)
    repository("init", "--quiet")
    repository("add", ".")
    repository(
        "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "--quiet", "--message=Tea"
    )
    tree, epoch = repository.tree("HEAD", "libs/tea"), repository.epoch("HEAD")
    wheel = build(repository, tree, epoch, tmp_path / "built")
    release = Release(
        project="tea",
        version="1.0.0",
        tree=tree,
        commit=repository.commit(),
        epoch=epoch,
        poetry_core="2.5.0",
        wheel=wheel.path.name,
        sha256=wheel.sha256,
        record_sha256=wheel.record_sha256,
        date="2026-11-25",
    )
    Ledger((release,)).write(root)
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
            assert server.wait(timeout=20) == 0


def test_a_clone_makes_its_index_from_history_and_serves_it(checkout: Path) -> None:
    """The wheel is the released one, bit for bit; Ctrl-C ends it well."""
    (release,) = Ledger.read(checkout)
    with running(checkout, {"OGROM_INDEX_CREDENTIALS": "alice:secret"}) as (url, text):
        with urllib.request.urlopen(urljoin(url, f"../files/{release.wheel}"), timeout=10) as response:
            assert hashlib.sha256(response.read()).hexdigest() == release.sha256
        assert re.search(r"upload +http://127\.0\.0\.1:\d+/\n", text)
    assert (checkout / ".ogrom/index/simple/ogrom-tea/index.html").exists()


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
    subprocess.run(command(checkout, "--refresh"), check=True, stdout=subprocess.DEVNULL, timeout=60)
    assert (checkout / ".ogrom/index/simple/index.json").exists()
