"""Who imports whom."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ogrom_tools.projects import discover
from ogrom_tools.test.imports import Imports, imports_of

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
