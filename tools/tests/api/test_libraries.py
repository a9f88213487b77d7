"""Changes planted in copies of our own libraries, and what they offer one another."""

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ogrom_tools.api import compare
from ogrom_tools.api.comparison import cache
from ogrom_tools.api.surface import surface
from ogrom_tools.api.wheel import UnpackedWheel
from ogrom_tools.projects import Project, discover

WORKSPACE = discover()

PLANTED = {
    "protocols": [
        ("models.py", "    image_url: str\n", "    image_url: str\n    gtin: str | None = None\n"),
        ("models.py", 'pattern="^[A-Z]{3}$"', 'pattern="^[A-Z]{4}$"'),
        (
            "sources.py",
            "def likes(self, ctx: Context, collage_id: int)",
            "def likes(self, ctx: Context, id: int)",
        ),
        (
            "sources.py",
            "class UserSource(Protocol):",
            "class UserSource(Protocol):\n    def count(self) -> int: ...",
        ),
        ("errors.py", "class Conflict(SourceError):", "class Conflict(Exception):"),
        ("pages.py", "DEFAULT_LIMIT = 20", "DEFAULT_LIMIT = 50"),
        ("words.py", "def beginning(", "def start("),
        ("contracts/likes.py", "def test_liking_twice_is_liking_once", "def test_liking_once_is_enough"),
    ],
    "http": [
        ("nodes.py", "    body_limit: ClassVar[int]", "    limit: ClassVar[int]"),
        (
            "nodes.py",
            "def etag(self, x: Exchange[E, Any, C], /) -> ETag | str | int",
            "def etag(self, x: Exchange[E, Any, C], /) -> ETag | str",
        ),
        ("exchange.py", "def link(self, name: str, /", "def link(self, name: str, /, query: str"),
        ("negotiation.py", "def preferences(", "def preferred("),
        ("trace/instrument.py", "def recorded(source: S, name: str)", "def recorded(source: S, called: str)"),
        ("flask/__init__.py", '    "WsgiRequest",\n', ""),
    ],
    "sources": [
        ("database/engine.py", "pool_size: int = 8", "pool_size: int = 16"),
        ("wrappers/cached.py", "def invalidate(self, *tags: str)", "def invalidate(self, tag: str)"),
        ("database/statements.py", "def compiled(", "def compiled_for("),
    ],
    "core": [
        ("routes.py", "    search: SearchSource\n", "    search: SearchSource\n    shops: SearchSource\n"),
        ("resource.py", "def cache_headers(", "def cache_headers_of("),
    ],
}
"""By library: a file, and what stands in it before and after."""

EXPECTED = {
    "protocols": {
        "minor field-added ogrom.protocols.models.Product.gtin",
        "major constraint-tightened ogrom.protocols.models.Money.currency",
        "major parameter-removed ogrom.protocols.sources.LikeSource.likes",
        "major parameter-added-required ogrom.protocols.sources.LikeSource.likes",
        "major protocol-member-added ogrom.protocols.sources.UserSource.count",
        "major base-removed ogrom.protocols.errors.Conflict",
        "major constructor-changed ogrom.protocols.errors.Conflict",
        "major member-removed ogrom.protocols.errors.Conflict.message",
        "major member-removed ogrom.protocols.errors.Conflict.source",
        "minor constant-changed ogrom.protocols.pages.DEFAULT_LIMIT",
        "major name-removed ogrom.protocols.words.beginning",
        "minor name-added ogrom.protocols.words.start",
        "minor test-removed ogrom.protocols.contracts.LikeSourceContract.test_liking_twice_is_liking_once",
        "minor test-added ogrom.protocols.contracts.LikeSourceContract.test_liking_once_is_enough",
    },
    "http": {
        "major member-removed ogrom.http.Resource.body_limit",
        "minor member-added ogrom.http.Resource.limit",
        "minor member-added ogrom.http.batch.BatchResource.limit",
        "minor signature-widened ogrom.http.Resource.etag",
        "minor signature-widened ogrom.http.batch.BatchResource.etag",
        "major parameter-added-required ogrom.http.Exchange.link",
        "major parameter-removed ogrom.http.trace.instrument.recorded",
        "major parameter-added-required ogrom.http.trace.instrument.recorded",
        "major export-removed ogrom.http.flask.WsgiRequest",
    },
    "sources": {
        "minor default-changed ogrom.sources.database.engine.database_engine",
        "major parameter-removed ogrom.sources.wrappers.Cache.invalidate",
        "major parameter-added-required ogrom.sources.wrappers.Cache.invalidate",
    },
    "core": {"major field-added-required ogrom.core.Sources.shops"},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_changes_of_a_library_are_found(name: str, tmp_path: Path) -> None:
    """All of them and no others, though some are in modules that only the library itself may use."""
    project = WORKSPACE[name]
    copy = Path(shutil.copytree(project.sources, tmp_path / "src"))
    for file, before, after in PLANTED[name]:
        path = copy / "ogrom" / name / file
        text = path.read_text()
        assert text.count(before) == 1, f"{file} holds {before!r} {text.count(before)} times"
        path.write_text(text.replace(before, after))
    findings = compare(project.sources, copy, cache(WORKSPACE))
    found = {f"{each.level} {each.rule} {each.symbol}" for each in findings}
    assert {each for each in found if "implementation-changed" not in each} == EXPECTED[name]


def test_what_projects_use_of_a_library_is_public() -> None:
    """So that a change of it is found before they break."""
    used = {project: set(_imported(project)) for project in WORKSPACE.released}
    for library in WORKSPACE.libraries:
        offered = surface(UnpackedWheel(library.sources))
        known = offered.names.keys() | offered.modules.keys()
        (package,) = library.packages
        others = set().union(*(names for project, names in used.items() if project != library))
        wanted = {name for name in others if name.startswith(f"{package}.")}
        assert wanted <= known, f"{library.name} has no __all__ that offers {sorted(wanted - known)}"


def _imported(project: Project) -> Iterator[str]:
    """The names of other projects' modules that it imports; its tests may look behind the scenes."""
    for file in project.sources.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
