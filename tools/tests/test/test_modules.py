"""What a test module uses of the conftest.py files above it."""

from pathlib import Path

import pytest

from ogrom_tools.test.imports import imports_of
from ogrom_tools.test.modules import TestModule

CONFTEST = '''
import json, subprocess
from ogrom.server.loop import Server as Real
from ogrom.run.settings import Settings

SECONDS = 60

@pytest.fixture
def server():
    """Starts the run."""
    return Real(SECONDS)

@pytest.fixture(name="settings")
def _settings():
    return Settings()

@pytest.fixture
def ready(server):
    return server

@pytest.fixture(autouse=True)
def quiet():
    silence()

def silence():
    json.dumps(1)

def start():
    subprocess.run([])
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project's tests with a conftest.py."""
    (tmp_path / "tests" / "deep").mkdir(parents=True)
    (tmp_path / "tests" / "conftest.py").write_text(CONFTEST)
    return tmp_path


def read(folder: Path, code: str) -> TestModule:
    file = folder / "tests" / "deep" / "test_it.py"
    file.write_text(code)
    imports_of.cache_clear()
    return TestModule.read(file, folder)


def modules(module: TestModule) -> set[str]:
    return {each.module for each in module.imports}


def test_fixtures_are_used_by_their_parameters(folder: Path) -> None:
    """Through others too, and by the name that a fixture is given."""
    module = read(folder, "import os\n\ndef test(ready): ...\n")
    assert "return Real(SECONDS)" in module.code
    assert "SECONDS = 60" in module.code
    assert modules(module) == {"os", "json", "ogrom.server.loop"}
    assert modules(read(folder, "def test(settings): ...\n")) == {"json", "ogrom.run.settings"}


def test_fixtures_are_used_by_a_mark(folder: Path) -> None:
    """Which no parameter shows."""
    assert "ogrom.server.loop" in modules(read(folder, "pytestmark = pytest.mark.usefixtures('server')\n"))


def test_what_nobody_names_is_not_used(folder: Path) -> None:
    """A word in a text or in an import is no use."""
    module = read(folder, 'from ogrom.start import x\n\ndef test():\n    """It does start a server."""\n')
    assert "subprocess" not in module.code
    assert modules(module) == {"json", "ogrom.start"}


def test_a_fixture_for_all_is_used_by_all(folder: Path) -> None:
    """With what it uses itself."""
    module = read(folder, "")
    assert "json.dumps(1)" in module.code
    assert module.conftests == (folder / "tests" / "conftest.py",)
