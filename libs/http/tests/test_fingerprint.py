"""Fingerprints: they change with the code that shapes representations, and with nothing else."""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from ogrom.http import Resource, fingerprint as fingerprints
from ogrom.http.fingerprint import fingerprint

SHOP = {
    "writers_tested.py": "def write(value): return b''",
    "bases_tested.py": """
from ogrom.http import Resource

class Base(Resource):
    def etag(self, x): return 7
""",
    "shop_tested/words.py": "CURRENCY = 'EUR'",
    "shop_tested/views/books.py": """
from .. import words as said

def view(): return {'price': said.CURRENCY}
""",
    "shop_tested/limits.py": "MOST = 100",
    "shop_tested/lists.py": """
from shop_tested import (
    limits,  # of all lists
)
from bases_tested import Base

class Listed(Base):
    may_link_to = ('cart',)
    most = limits.MOST
""",
    "shop_tested/books.py": """
'''Books.

from shop_tested import unused
'''
import writers_tested as writers, shop_tested.views.books
from .lists import Listed
from ogrom.http import Renderer

class Books(Listed):
    links_to = ('author',)
    renderers = (Renderer('text/plain', writers.write),)
    def handle_ok(self, x): return shop_tested.views.books.view()
""".replace("'''", '"' * 3),
    "shop_tested/authors.py": """
from .lists import Listed

class Authors(Listed):
    def handle_ok(self, x): return 'Ende'
""",
    "shop_tested/rows.py": """
from .columns import NAMES

class Rows: pass
""",
    "shop_tested/columns.py": "NAMES = ()",
    "shop_tested/unused.py": "",
    "app_tested.py": """
import shop_tested.unused
from ogrom.http import Endpoint, Mount
from shop_tested.authors import Authors
from shop_tested.books import Books
from shop_tested.rows import Rows

BOOKS = Endpoint('books', '/books', Books())
MOUNT = Mount('/v1', (BOOKS, Endpoint('author', '/authors', Authors())), shaped_by=(Rows,))
""",
}
"""Two endpoints over a few modules."""

Shop = Callable[..., Mapping[str, str]]


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def forget() -> None:
    for name in [each for each in sys.modules if each.partition(".")[0].endswith("_tested")]:
        del sys.modules[name]
    importlib.invalidate_caches()
    fingerprints._read.cache_clear()
    fingerprints._code.cache_clear()


PROGRAM = """
from .lists import Listed
from .views.books import view
from ogrom.http import Endpoint, Mount

class Program(Listed):
    may_link_to = ()
    def handle_ok(self, x): return view()

print(Mount('', (Endpoint('program', '/', Program()),)).fingerprints)
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Gives the fingerprints of the shop, with another text in place of one in a file."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def shop(file: str = "app_tested.py", before: str = "", after: str = "") -> Mapping[str, str]:
        assert before in SHOP[file]
        write(tmp_path, {**SHOP, file: SHOP[file].replace(before, after) if before else SHOP[file] + after})
        forget()
        found: Mapping[str, str] = importlib.import_module("app_tested").MOUNT.fingerprints
        return found

    yield shop
    forget()


@pytest.mark.parametrize(
    ("file", "before", "after", "changed"),
    [
        ("shop_tested/books.py", "view()", "view() | {}", {"books"}),
        ("shop_tested/books.py", "text/plain", "text/html", {"books"}),
        ("shop_tested/views/books.py", "'price'", "'cost'", {"books"}),
        ("shop_tested/authors.py", "Ende", "Lindgren", {"author"}),
        ("shop_tested/words.py", "EUR", "GBP", {"books"}),
        ("shop_tested/limits.py", "100", "50", {"books", "author"}),
        ("bases_tested.py", "7", "8", {"books", "author"}),
        ("shop_tested/lists.py", "('cart',)", "('cart', 'help')", {"books", "author"}),
        ("writers_tested.py", "b''", "b'.'", {"books"}),
        ("shop_tested/rows.py", "pass", "names = NAMES", {"books", "author"}),
        ("shop_tested/columns.py", "()", "('name',)", {"books", "author"}),
        ("app_tested.py", "'/v1'", "'/v2'", {"books", "author"}),
        ("app_tested.py", "'/authors'", "'/people'", {"books", "author"}),
        ("app_tested.py", "'/books'", "'/novels'", {"books"}),
        ("app_tested.py", "BOOKS,", "BOOKS, Endpoint('cart', '/cart', Books()),", {"books", "author"}),
        ("app_tested.py", "BOOKS,", "BOOKS, Endpoint('map', '/map', Authors()),", {"author"}),
        ("shop_tested/unused.py", "", "A = 1", set()),
        ("app_tested.py", "", "\nA = 1", set()),
    ],
)
def test_it_changes_with_what_shapes_the_bytes(
    shop: Shop, file: str, before: str, after: str, changed: set[str]
) -> None:
    """What the resource's module imports, its bases, its renderers, what it links to and what makes its entities."""
    first, then = shop(), shop(file, before, after)
    assert {name for name in first if first[name] != then[name]} == changed


@pytest.mark.parametrize("writer", ["msgspec", "zlib"])
def test_it_changes_with_what_writes_the_bytes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, writer: str
) -> None:
    """Another version may write the same value otherwise."""
    first = shop()
    assert any(each.startswith(f"{writer} ") for each in fingerprints._WRITERS)
    others = tuple(each.replace(writer, f"{writer} 9") for each in fingerprints._WRITERS)
    monkeypatch.setattr(fingerprints, "_WRITERS", others)
    assert shop()["books"] != first["books"]


def test_every_process_and_every_place_has_the_same(shop: Shop, tmp_path: Path) -> None:
    """Whatever else it has imported, and in whatever order it keeps sets."""
    said = "; print(dict(sorted(app_tested.MOUNT.fingerprints.items())))"
    others = "import ogrom.http.flask, ogrom.http.drawing, ogrom.http.testing, shop_tested.unused; "
    expected = str(dict(sorted(shop().items())))
    for seed, before in enumerate(("", others)):
        place = tmp_path / f"place{seed}"
        write(place, SHOP)
        environ = {"PYTHONPATH": f"{place}:{':'.join(sys.path)}", "PYTHONHASHSEED": str(seed)}
        command = (sys.executable, "-B", "-c", f"{before}import app_tested{said}")
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected


def test_a_program_has_the_same_as_the_module(tmp_path: Path) -> None:
    """With what it imports: `python -m` runs it under another name."""
    write(tmp_path, {**SHOP, "shop_tested/__main__.py": PROGRAM})

    def said(*words: str) -> str:
        environ = {"PYTHONPATH": f"{tmp_path}:{':'.join(sys.path)}"}
        command = (sys.executable, "-B", *words)
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout

    before = said("-m", "shop_tested")
    assert before == said("-c", "import shop_tested.__main__")
    write(tmp_path, {"shop_tested/words.py": "CURRENCY = 'PLN'"})
    assert before != said("-m", "shop_tested")


def test_what_was_never_a_file_counts_by_its_name() -> None:
    """As in an interpreter; what it inherits from counts all the same."""
    typed, other = (type("Typed", (Resource,), {"__module__": name}) for name in ("typed", "other"))
    found = [fingerprint(each.__mro__, ()) for each in (typed, other, Resource)]
    assert len({*found}) == 3
