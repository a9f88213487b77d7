"""A service that is tried with its released clients."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import NPM, Ledger, Release
from ogrom_tools.pins.clients import clients, tried
from ogrom_tools.projects import Workspace
from ogrom_tools.testing.checkout import commit_all
from ogrom_tools.testing.package import write_package
from ogrom_tools.wheelhouse import Wheel, Wheelhouse

SERVICE = """\
#!{python}
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Sizes(BaseHTTPRequestHandler):
    def do_GET(self):
        assert self.headers["Authorization"] == "a token"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{size}")

if sys.argv[1] == "token":
    print("a token")
else:
    server = HTTPServer(("127.0.0.1", 0), Sizes)
    print(f"home  http://127.0.0.1:{{server.server_port}}/", flush=True)
    server.serve_forever()
"""

SMOKE = """\
import ogrom_core
import os
from urllib.request import Request, urlopen

request = Request(os.environ["OGROM_URL"], headers={"Authorization": os.environ["OGROM_TOKEN"]})
assert urlopen(request).read() == b"1", "another size"
"""


@pytest.fixture
def programs(tmp_path: Path) -> Callable[[str], Path]:
    """The programs of a service that answers with this size."""

    def programs(size: str, text: str = SERVICE) -> Path:
        folder = tmp_path / size
        folder.mkdir()
        (folder / "ogrom-api").write_text(text.format(python=sys.executable, size=size))
        (folder / "ogrom-api").chmod(0o755)
        return folder

    return programs


@pytest.fixture
def released(tmp_path: Path, release: Release, make_wheel: Callable[..., Path]) -> tuple[Wheelhouse, Ledger]:
    """History with the library core, which has a program and a wheel; and the npm package spoons."""
    root = tmp_path / "shop"
    write_package(root / "clients" / "spoons")
    (root / "libs" / "core").mkdir(parents=True)
    (root / "libs" / "core" / "smoke.py").write_text(SMOKE)
    commit_all(root)
    repository = Repository(root)
    wheelhouse = Wheelhouse(Workspace(root, ()))
    wheel = Wheel.read(make_wheel(tmp_path / "wheels", "ogrom-core", "1.2.3"))
    core = replace(release, tree=repository.tree("HEAD", "libs/core"), sha256=wheel.sha256)
    wheelhouse.keep(core, wheel)
    package = replace(
        release,
        project="spoons",
        kind=NPM,
        artefact="ogrom-spoons-1.2.3.tgz",
        tool="typescript==5.9.3",
        tree=repository.tree("HEAD", "clients/spoons"),
    )
    return wheelhouse, Ledger((core, replace(package, version="1.2.2"), package))


def test_clients_are_the_last_ones_that_are_good(released: tuple[Wheelhouse, Ledger]) -> None:
    """Each npm package, and each library with a program; and what the service pins of those."""
    wheelhouse, ledger = released
    repository = Repository(wheelhouse.workspace.root)
    core, old, new = ledger
    pinned = replace(core, version="1.2.0")
    silent = replace(core, project="http", tree=repository.tree("HEAD", "clients"))
    assert clients(repository, ledger.adding(silent), [pinned, core, silent]) == (core, new, pinned)
    assert clients(repository, ledger.yanking("spoons", "1.2.3", "bends"), []) == (core, old)


@pytest.mark.slow
def test_each_uses_the_service(released: tuple[Wheelhouse, Ledger], programs: Callable[[str], Path]) -> None:
    """Started once, on a port of its own, with a token."""
    wheelhouse, (core, _, package) = released
    told = list(tried(wheelhouse, Ledger((core,)), [package, core], programs("1")))
    assert told == ["spoons 1.2.3 works with it", "core 1.2.3 works with it"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "words"), [(0, "(?s)core 1.2.3, .*another size"), (2, "(?s)spoons 1.2.3, .*another size")]
)
def test_a_service_that_a_client_cannot_use_is_refused(
    released: tuple[Wheelhouse, Ledger], programs: Callable[[str], Path], number: int, words: str
) -> None:
    """In the client's own words."""
    wheelhouse, ledger = released
    with pytest.raises(Failed, match=words):
        list(tried(wheelhouse, Ledger(ledger.releases[:1]), [ledger.releases[number]], programs("2")))


def test_without_clients_no_service_is_started(tmp_path: Path, released: tuple[Wheelhouse, Ledger]) -> None:
    """As before the first release of one."""
    assert list(tried(*released, [], tmp_path / "nowhere")) == []


@pytest.mark.slow
def test_a_service_that_does_not_start_says_why(
    released: tuple[Wheelhouse, Ledger], programs: Callable[..., Path]
) -> None:
    """In its own words."""
    text = SERVICE.replace("server = HTTPServer", 'sys.exit("no database"); server = HTTPServer')
    with pytest.raises(Failed, match=r"(?s)serve did not start:.*no database"):
        list(tried(released[0], Ledger(), released[1].releases[2:], programs("1", text)))
