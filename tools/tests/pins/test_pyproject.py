from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.pins.pyproject import comes_from, read, requiring, source
from ogrom_tools.projects import Project

TEXT = """\
[project]
name = "ogrom-api"
dependencies = [
    "ogrom-core==1.0.0", # the endpoints
    "ogrom-http[flask,trace]==1.0.0",
    "flask>=3.1,<4",
]

[tool.poetry.dependencies] # where ours come from
ogrom-core = { source = "ogrom" }
ogrom-http = { source = "ogrom" }
flask = ">=3"

[[tool.poetry.source]]
name = "ogrom"
url = "http://127.0.0.1:8418/simple/"
"""


def test_only_what_is_exact_is_a_pin(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """A range is none, nor is a version with a star; and other packages are not ours."""
    folder = add_project("services/api", "ogrom-a[x]==1.2", "ogrom-b>=1", "ogrom-c==1.*", "flask==3.1")
    assert {name: str(version) for name, version in read(Project(folder)).items()} == {"a": "1.2"}


def test_one_line_is_rewritten() -> None:
    """Comments, extras and all other lines stay as they are."""
    expected = TEXT.replace('"ogrom-core==1.0.0"', '"ogrom-core==1.1.0"')
    assert requiring(TEXT, {"core": "==1.1.0"}) == expected
    assert '"ogrom-http[flask,trace]>=1"' in requiring(TEXT, {"http": ">=1"})
    assert requiring(TEXT, {}) == TEXT


def test_a_new_one_comes_from_our_index() -> None:
    """It is required and has its source."""
    text = requiring(TEXT, {"new": "==0.1.0"})
    assert '    "ogrom-new==0.1.0",\n' in text
    assert 'ogrom-new = {source = "ogrom"}\n' in text
    assert set(TEXT.splitlines()) < set(text.splitlines())


def test_without_our_index_nothing_is_pinned() -> None:
    """It says what is missing."""
    with pytest.raises(Failed, match=r"\[\[tool.poetry.source\]\] with the name 'ogrom'"):
        requiring(TEXT.partition("[[")[0], {"core": "==1.1.0"})


def test_it_says_where_things_come_from(tmp_path: Path) -> None:
    """By published name; and where the index is."""
    (tmp_path / "pyproject.toml").write_text(TEXT)
    project = Project(tmp_path)
    assert comes_from(project) == {"ogrom-core": "ogrom", "ogrom-http": "ogrom"}
    assert source(project)["url"] == "http://127.0.0.1:8418/simple/"


def test_who_has_no_index_says_nothing(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """A library, for one."""
    project = Project(add_project("libs/a"))
    assert (source(project), comes_from(project)) == ({}, {})
