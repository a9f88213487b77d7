"""`./dev pin`, as a person starts it."""

from typing import Any

import pytest
from click.testing import CliRunner, Result

from ogrom_tools.contracts import past
from ogrom_tools.contracts.__main__ import of_tree
from ogrom_tools.contracts.history import CONSTANT, Contracts, write
from ogrom_tools.pins.__main__ import main
from ogrom_tools.schema.lattice import Lattice, Row

pytestmark = pytest.mark.slow
Shop = Any


def pin(shop: Shop, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, f"--root={shop.root}"])


def test_a_release_of_sources_that_is_not_proved_is_refused(pinned: Shop) -> None:
    """It would run on a database beside the one that is pinned; nothing is locked, and the files are as they were."""
    versions = pinned.root / "libs/sources/src/ogrom/sources/migrations/versions"
    versions.mkdir(parents=True)
    (versions / "v0001_tables.py").touch()
    for version in ("1.0.0", "1.1.0"):
        pinned.add_release("libs/sources", version)
    text = pinned.pyproject.read_text()
    pinned.pyproject.write_text(
        text.replace("dependencies = [", 'dependencies = [\n    "ogrom-sources==1.0.0",')
    )
    proved = Row(phase="0001", release="1.0.0", database="sqlite", edition=1, evidence="a" * 64)
    Lattice((proved,)).write(pinned.root)
    head = pinned.commit("Pin sources by hand")
    done = pin(pinned, "sources", "1.1.0")
    assert str(done.exception) == (
        "sources 1.1.0 is not proved to serve phase 0001.\n"
        "If nobody has tried it: ./dev verify --schema --add --release 1.1.0"
    )
    assert (pinned.repository.commit(), pinned.repository.is_dirty) == (head, False)


def expect_version(shop: Shop, version: str) -> str:
    """Have a test of the service that passes with one version of core only."""
    test = f"from ogrom.run import VERSION\n\n\ndef test_it():\n    assert VERSION == '{version}'\n"
    (shop.service / "tests" / "test_version.py").write_text(test)
    commit: str = shop.commit("Rely on a version")
    return commit


def test_an_upgrade_is_locked_tested_told_and_committed_alone(pinned: Shop) -> None:
    """It runs on the release, not on the work tree; and what somebody else works on stays as it is."""
    expect_version(pinned, "1.1.0")
    (pinned.root / "staged.txt").touch()
    pinned.repository("add", "staged.txt")
    (pinned.root / "libs/core/README.md").touch()
    done = pin(pinned, "core", "1.1.0")
    assert done.exit_code == 0, (done.output, done.exception)
    assert done.stdout == "core 1.0.0 -> 1.1.0\n\n## [1.1.0] - 2026-11-25\n\n- What 1.1.0 has.\n"
    assert "2 passed" in done.stderr
    changed = pinned.repository("show", "--name-only", "--format=%s%n%b")
    assert changed.splitlines()[0] == "Pin core 1.1.0"
    assert "- What 1.1.0 has." in changed
    assert changed.splitlines()[-2:] == ["services/api-run/poetry.lock", "services/api-run/pyproject.toml"]
    assert pinned.repository("status", "--porcelain") == "A  staged.txt\n?? libs/core/README.md"
    again = pin(pinned, "core", "1.1.0")
    assert (again.exit_code, "already pinned" in again.output) == (0, True)


def test_an_upgrade_that_fails_its_tests_is_taken_back(pinned: Shop) -> None:
    """The files are as they were, and nothing is committed."""
    head = expect_version(pinned, "1.0.0")
    done = pin(pinned, "--all")
    assert done.exit_code == 1
    assert "assert '2.0.0' == '1.0.0'" in str(done.exception)
    assert (pinned.repository.commit(), pinned.repository.is_dirty) == (head, False)


SERVER = """\
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from ogrom.core import VERSION


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(VERSION.encode())


def main():
    if sys.argv[1] == "serve":
        server = HTTPServer(("127.0.0.1", 0), Answer)
        print(f"home  http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()
"""
"""A service that tells on which core it runs."""


@pytest.mark.parametrize("expected", ["1.2.0", "1.1.0"])
def test_a_released_client_uses_the_service_before_it_is_pinned(pinned: Shop, expected: str) -> None:
    """The program is the release's; a service that it cannot use is taken back."""
    (pinned.service / "src/ogrom/run/__init__.py").write_text(SERVER)
    smoke = "import os\nfrom urllib.request import urlopen\n"
    smoke += (
        f"found = urlopen(os.environ['OGROM_URL']).read().decode()\nassert found == {expected!r}, found\n"
    )
    (pinned.root / "libs/core/smoke.py").write_text(smoke)
    pinned.add_release("libs/core", "1.2.0", "ogrom-protocols>=1,<2")
    (pinned.root / "libs/core/smoke.py").unlink()
    head = pinned.commit("Forget the program")
    done = pin(pinned, "core", "1.2.0")
    if expected == "1.2.0":
        assert done.exit_code == 0, (done.output, done.exception)
        assert "; core 1.2.0 works with it" in done.stderr
        return
    assert "core 1.2.0, which is released, does not work with the service" in str(done.exception)
    assert "AssertionError: 1.2.0" in str(done.exception)
    assert (pinned.repository.commit(), pinned.repository.is_dirty) == (head, False)


WRITER = """\
import json
import sys

from ogrom.core import VERSION


def main():
    first = VERSION.startswith("1.")
    paths = {"/orders": {"get": {"responses": {}}}} if first else {"/baskets": {"get": {"responses": {}}}}
    print(json.dumps({"openapi": "3.1.0", "info": {"title": "Shop", "version": ""}, "paths": paths}))
"""
"""A service whose contract is what core is: 2.0.0 has other paths."""


def keep_contract(shop: Shop) -> None:
    """Have the service write a contract, and keep it."""
    (shop.service / "src/ogrom/run/__init__.py").write_text(WRITER)
    (shop.root / CONSTANT).write_text('VERSION = "0.0.0"\n')
    found = of_tree(shop.workspace)
    assert found
    write(shop.root, found.files)
    shop.commit("Keep the contract")


def test_a_pin_that_breaks_clients_needs_a_reason(pinned: Shop) -> None:
    """Which the contract keeps; its next version is in the commit of the pin."""
    keep_contract(pinned)
    head = pinned.repository.commit()
    refused = pin(pinned, "core", "2.0.0", "protocols", "2.0.0")
    assert "GET /orders: It is gone. (it was never deprecated)" in str(refused.exception)
    assert (pinned.repository.commit(), pinned.repository.is_dirty) == (head, False)
    done = pin(pinned, "core", "2.0.0", "protocols", "2.0.0", "--reason", "Nobody orders.")
    assert done.exit_code == 0, (done.output, done.exception)
    assert "The contract changes: 1.0.0 -> 2.0.0\n  major  GET /orders: It is gone.\n" in done.stdout
    changed = pinned.repository("show", "--name-only", "--format=").splitlines()
    assert changed == [
        "contracts/2.0.0.json",
        "contracts/history.toml",
        "services/api-run/poetry.lock",
        "services/api-run/pyproject.toml",
        CONSTANT,
    ]
    assert Contracts.read(pinned.root).entries[-1].reason == "Nobody orders."
    assert not pinned.repository.is_dirty


def test_a_pin_that_clients_do_not_notice_leaves_the_contract(pinned: Shop) -> None:
    """There is no version without a difference."""
    keep_contract(pinned)
    assert pin(pinned, "core", "1.1.0").exit_code == 0
    assert [each.version for each in Contracts.read(pinned.root).entries] == ["1.0.0"]


def test_contracts_of_the_past_are_found_again(pinned: Shop) -> None:
    """Of each commit that changed the pins, in an environment of its lock; what does not run is named."""
    (pinned.service / "src/ogrom/run/__init__.py").write_text(WRITER)
    (pinned.root / CONSTANT).write_text('VERSION = "0.0.0"\n')
    pinned.commit("Write a contract")
    for pins in (("core", "1.1.0"), ("core", "2.0.0", "protocols", "2.0.0")):
        done = pin(pinned, *pins)
        assert done.exit_code == 0, (done.output, done.exception)
    past.write(pinned.workspace)
    found = Contracts.read(pinned.root)
    assert [(each.version, each.pins["core"]) for each in found.entries] == [
        ("1.0.0", "1.1.0"),
        ("2.0.0", "2.0.0"),
    ]
    assert [each.revision for each in found.entries] == pinned.repository("rev-list", "HEAD~2..").split()[
        ::-1
    ]
    assert found.entries[-1].reason
    (unknown,) = found.unknown
    assert "prints no JSON" in unknown["reason"]
    assert (pinned.root / CONSTANT).read_text() == 'VERSION = "2.0.0"\n'
    pinned.commit("Keep them")
    before = found.files
    past.write(pinned.workspace)
    assert Contracts.read(pinned.root).files == before


def test_what_would_be_committed_along_is_refused(pinned: Shop) -> None:
    """A pin holds nothing but the pin."""
    with pinned.pyproject.open("a") as file:
        file.write("\n# mine\n")
    done = pin(pinned, "core")
    assert "services/api-run/pyproject.toml" in str(done.exception)
    assert "commit or stash" in str(done.exception)


def test_it_wants_to_know_what_to_pin(pinned: Shop) -> None:
    """One thing, not two."""
    for arguments in ([], ["core", "--all"], ["--all", "--lock"]):
        assert "Name what to pin" in pin(pinned, *arguments).output


def test_locking_anew_keeps_the_pins_and_commits_nothing(pinned: Shop) -> None:
    """For `./dev lock`, when another package is to move."""
    lock = pinned.service / "poetry.lock"
    before = lock.read_text()
    lock.write_text("")
    assert pin(pinned, "--lock").exit_code == 0
    assert lock.read_text() == before
