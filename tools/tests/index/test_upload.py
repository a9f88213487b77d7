"""Plain Poetry publishes and installs: to our index, and in the same way to a stock pypiserver."""

import base64
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ogrom.sources.testing import reserved_port
from ogrom_tools.index import Folder, refresh, serving
from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import ROOT

MakeWheel = Callable[..., Path]

pytestmark = pytest.mark.slow

DEADLINE = 300
"""Seconds after which a program hangs."""

POETRY = str(ROOT / ".venv" / "bin" / "poetry")

PYPROJECT = """
[build-system]
requires = ["poetry-core==2.5.0"]
build-backend = "poetry.core.masonry.api"

[project]
name = "ogrom-tea"
version = "1.0.0"
description = "Tea"
requires-python = ">=3.11"

[tool.poetry]
packages = [{ include = "ogrom_tea.py" }]
"""


@dataclass(frozen=True)
class Repository:
    """Where Poetry uploads to, and where pip installs from."""

    upload: str
    simple: str


@pytest.fixture
def project(tmp_path: Path, make_wheel: MakeWheel) -> Path:
    """A project whose wheel is built."""
    folder = tmp_path / "tea"
    (folder / "dist").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    shutil.copy(make_wheel(), folder / "dist")
    return folder


@contextmanager
def our_index(folder: Path) -> Iterator[Repository]:
    store = Folder(folder)
    refresh(store, Ledger())
    with serving(store, credentials="alice:secret") as url:
        yield Repository(url.removesuffix("simple/"), url)


@contextmanager
def stock_pypiserver(folder: Path) -> Iterator[Repository]:
    (folder / "wheels").mkdir(parents=True)
    # One of Apache's forms, which passlib reads; to write it, passlib would import what Python 3.13 dropped.
    digest = base64.b64encode(hashlib.sha1(b"secret").digest()).decode()
    (folder / "htpasswd").write_text(f"alice:{{SHA}}{digest}\n")
    with reserved_port() as port:
        options = ("--passwords", str(folder / "htpasswd"), "--interface", "127.0.0.1", "--port", str(port))
        command = (
            sys.executable,
            "-m",
            "pypiserver",
            "run",
            *options,
            "--disable-fallback",
            folder / "wheels",
        )
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(port, server)
            yield Repository(f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}/simple/")
        finally:
            server.terminate()
            server.wait(timeout=DEADLINE)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        assert server.poll() is None, "pypiserver has ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)  # between two looks
        else:
            return
    pytest.fail("pypiserver does not listen")


@pytest.fixture(params=[our_index, stock_pypiserver], ids=["ours", "pypiserver"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Repository]:
    with request.param(tmp_path / "repository") as repository:
        yield repository


def poetry_publish(
    project: Path, repository: Repository, *, password: str = "secret"
) -> subprocess.CompletedProcess[str]:
    """Publish by nothing but Poetry and its environment."""
    credentials = {
        "POETRY_HTTP_BASIC_OGROM_USERNAME": "alice",
        "POETRY_HTTP_BASIC_OGROM_PASSWORD": password,
    }
    own = {
        "POETRY_REPOSITORIES_OGROM_URL": repository.upload,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        **(credentials if password else {}),
    }
    return _run(project, own, POETRY, "publish", "--repository=ogrom", "--no-interaction")


def pip_install(project: Path, repository: Repository) -> str:
    site = project.parent / "site"
    command = (
        sys.executable,
        "-m",
        "pip",
        "install",
        f"--target={site}",
        "--upgrade",
        "--no-cache-dir",
        "--no-input",
    )
    options = (f"--index-url={repository.simple}", "ogrom-tea==1.0.0")
    done = _run(project, {}, *command, *options)
    assert done.returncode == 0, done.stdout
    return (site / "ogrom_tea.py").read_text()


def _run(folder: Path, own: Mapping[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **own},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=DEADLINE,
    )


def test_what_poetry_publishes_pip_installs(
    project: Path, repository: Repository, make_wheel: MakeWheel
) -> None:
    """The whole way, on either server; and other bytes of the version change nothing."""
    done = poetry_publish(project, repository)
    assert done.returncode == 0, done.stdout
    assert "LEAVES" not in pip_install(project, repository)
    shutil.copy(make_wheel(body="LEAVES = 2"), project / "dist")
    refused = poetry_publish(project, repository)
    assert refused.returncode
    assert "HTTP Error 409" in refused.stdout
    assert "LEAVES" not in pip_install(project, repository)


def test_without_credentials_poetry_publishes_nothing(project: Path, repository: Repository) -> None:
    """Neither server lets just anybody write."""
    refused = poetry_publish(project, repository, password="")
    assert refused.returncode
    assert "HTTP Error 401" in refused.stdout


def test_poetry_may_publish_the_same_again(project: Path, tmp_path: Path, make_wheel: MakeWheel) -> None:
    """To ours, where it had been stopped half-way; pypiserver would refuse. Others are told what to do."""
    wheel = make_wheel()
    with our_index(tmp_path / "repository") as ours:
        Folder(tmp_path / "repository").create(f"files/{wheel.name}", wheel.read_bytes())
        done = poetry_publish(project, ours)
        assert done.returncode == 0, done.stdout
        assert "VERSION = '1.0.0'" in pip_install(project, ours)
        shutil.copy(make_wheel(body="LEAVES = 2"), project / "dist")
        assert "release a new version" in poetry_publish(project, ours).stdout
