"""A world in small: an index with two releases of ogrom-small, and ogrom-big, which runs on it."""

import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ogrom_tools.projects import ROOT, Project

Serve = Callable[[Path], tuple[str, list[str]]]

TESTS = """
import sys
from importlib.metadata import version
from pathlib import Path

import pytest


def test_what_is_installed() -> None:
    *_, resolution = Path(sys.prefix).name.split("-")
    assert version("ogrom-small") == {"lowest": "1.0.0", "highest": "1.1.0"}[resolution]


def test_it_is_installed() -> None:
    from ogrom import big

    assert Path(big.__file__).is_relative_to(sys.prefix)


@pytest.mark.slow
def test_what_takes_seconds() -> None:
    pass
"""

PYPROJECT = """
[build-system]
requires = ["poetry-core==2.5.0"]
build-backend = "poetry.core.masonry.api"

[project]
name = "ogrom-big"
version = "0.3.0"
dependencies = ["ogrom-small>=1.0,<2"]

[tool.poetry]
packages = [{ include = "ogrom", from = "src" }]
"""


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves a folder, whose listings are pages of an index (PEP 503); its URL, and what is asked for there."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(_serving(folder))


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            asked.append(self.path)

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        server.daemon_threads = False  # closing it waits for them
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", asked
        finally:
            server.shutdown()
            thread.join(timeout=60)


@pytest.fixture
def index(tmp_path: Path, serve: Serve) -> str:
    """The URL of our index."""
    folder = tmp_path / "index"
    for version in ("1.0.0", "1.1.0"):
        write_wheel(folder / "ogrom-small", "ogrom-small", version)
    url, _ = serve(folder)
    return url


@pytest.fixture
def stranger(tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Another index that uv is told to ask, with a higher version of ours; the paths that it is asked for."""
    folder = tmp_path / "stranger"
    write_wheel(folder / "ogrom-small", "ogrom-small", "1.9.0")
    url, asked = serve(folder)
    monkeypatch.setenv("UV_INDEX", url)
    return asked


@pytest.fixture
def big(tmp_path: Path) -> Project:
    """A project with the tox.ini of a real one."""
    folder = tmp_path / "libs" / "big"
    sources = folder / "src" / "ogrom" / "big"
    for each in (sources, folder / "tests"):
        each.mkdir(parents=True)
    (sources / "__init__.py").touch()
    (folder / "tests" / "test_big.py").write_text(TESTS)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    text = (ROOT / "libs" / "core" / "tox.ini").read_text(encoding="utf-8")
    deps = re.compile(r"^deps =\n( .*\n)+", re.MULTILINE)
    (folder / "tox.ini").write_text(deps.sub("deps = pytest>=9\n", text))
    return Project(folder)


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A wheel of that project."""
    return write_wheel(tmp_path, "ogrom-big", "0.3.0", "ogrom-small>=1.0,<2")


def write_wheel(folder: Path, name: str, version: str, *requirements: str) -> Path:
    """Write a wheel with an empty module in it."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{name.replace('-', '_')}-{version}"
    information = f"{stem}.dist-info"
    requires = "".join(f"Requires-Dist: {each}\n" for each in requirements)
    files = {
        f"{name.replace('-', '/')}/__init__.py": "",
        f"{information}/METADATA": f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{requires}",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{information}/RECORD"
    files[record] = "".join(f"{each},,\n" for each in (*files, record))
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
    return path
