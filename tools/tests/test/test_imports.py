"""Who imports whom."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ogrom_tools.projects import discover
from ogrom_tools.test.imports import Imports, TestModule, imports_of

FILES = {
    "libs/a/src/ogrom/a/__init__.py": "from .one import One\nfrom ogrom.a.two import Two\n",
    "libs/a/src/ogrom/a/one.py": "import json\n\nfrom .deep.three import THREE\n\nclass One: ...\n",
    "libs/a/src/ogrom/a/two.py": "def late():\n    from ogrom.a import four\n\nclass Two: ...\n",
    "libs/a/src/ogrom/a/four.py": "",
    "libs/a/src/ogrom/a/deep/__init__.py": "",
    "libs/a/src/ogrom/a/deep/three.py": "from .. import four\nfrom ... import b\n",
    "libs/b/src/ogrom/b/__init__.py": "from .all import *\n",
    "libs/b/src/ogrom/b/all.py": "",
}


@pytest.fixture
def reach(tmp_path: Path, add_project: Callable[..., Path]) -> Callable[[str], set[str]]:
    """What some code imports, by the names of the files without their project."""
    for name in ("a", "b"):
        add_project(f"libs/{name}")
    write(tmp_path, FILES)

    def reach(code: str) -> set[str]:
        file = tmp_path / "libs/a/tests/test_it.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(code)
        imports_of.cache_clear()
        found = Imports.of(discover(tmp_path)).reach(imports_of(file))
        return {str(each).rpartition("/ogrom/")[2] for each in found}

    return reach


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_a_name_leads_to_the_module_that_defines_it(reach: Callable[[str], set[str]]) -> None:
    """What else the package imports does not count, and the package itself does."""
    assert reach("from ogrom.a import Two") == {"a/__init__.py", "a/two.py", "a/four.py"}


def test_imports_lead_on(reach: Callable[[str], set[str]]) -> None:
    """Relative ones, those in functions, those of a star, and through packages."""
    found = reach("import ogrom.a.one")
    assert found == {
        "a/__init__.py",
        "a/one.py",
        "a/deep/__init__.py",
        "a/deep/three.py",
        "a/four.py",
        "b/__init__.py",
        "b/all.py",
    }


def test_a_whole_package_is_all_that_it_imports(reach: Callable[[str], set[str]]) -> None:
    """Its names may be used in any way."""
    assert {"a/one.py", "a/two.py", "b/all.py"} <= reach("import ogrom.a")


def test_what_is_not_ours_leads_nowhere(reach: Callable[[str], set[str]]) -> None:
    """The standard library and packages do not change with the checkout."""
    assert reach("import json, ogrom.unknown\nfrom ogrom import unknown") == set()


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
