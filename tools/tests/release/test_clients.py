"""What a client must have to be released."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ogrom_tools.client.generated import FOLDER, files
from ogrom_tools.command import Failed
from ogrom_tools.projects import Project, Workspace, discover
from ogrom_tools.release.clients import made_from
from ogrom_tools.testing.checkout import commit_all
from ogrom_tools.testing.package import write_package

pytestmark = pytest.mark.slow

STRING = {"type": "string"}
HISTORY = '[[contract]]\nversion = "1.0.0"\ndate = "2026-12-01"\n'
NOTICE = "[tool.ogrom.contract]\nnotice = 90\n"


def contract(*members: str) -> dict[str, Any]:
    """One whose only schema has these members."""
    tea = {"type": "object", "properties": dict.fromkeys(members, STRING)}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tea"}}}}
    get = {"operationId": "get_tea", "responses": {"200": body}}
    info = {"title": "Tea", "version": ""}
    return {
        "info": info,
        "paths": {"/tea": {"get": get}},
        "components": {"schemas": {"Tea": tea}, "parameters": {}},
    }


class Checkout:
    """A checkout with the contract 1.0.0, ogrom-client and the npm package spoons."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("pyproject.toml", NOTICE)
        self.write("contracts/history.toml", HISTORY)
        self.write("contracts/1.0.0.json", json.dumps(contract("taste")))
        self.write("services/api-run/src/ogrom/run/contract.py", 'VERSION = "1.0.0"\n')
        for name in ("client", "core"):
            self.write(
                f"libs/{name}/pyproject.toml", f'[project]\nname = "ogrom-{name}"\nversion = "0.1.0"\n'
            )
        self.write("libs/client/smoke.py", "")
        write_package(root / "clients" / "spoons")
        self.make("1.0.0", contract("taste"))

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def make(self, version: str, document: Mapping[str, Any]) -> None:
        """Make ogrom-client from a contract, and commit that."""
        for name, text in files(document, version).items():
            self.write(f"{FOLDER}/{name}", text)
        commit_all(self.root)

    @property
    def workspace(self) -> Workspace:
        return discover(self.root)

    def project(self, name: str) -> Project:
        (found,) = (each for each in self.workspace.train if each.name == name)
        return found

    def made_from(self, name: str, offered: Mapping[str, Any] | None = None) -> str:
        return made_from(self.workspace, self.project(name), offered)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "tea")


def test_a_client_names_a_contract_that_is_kept(checkout: Checkout) -> None:
    """What is no client needs none."""
    assert (checkout.made_from("client"), checkout.made_from("spoons"), checkout.made_from("core")) == (
        *("1.0.0", "1.0.0"),
        "",
    )
    checkout.make("1.1.0", contract("taste"))
    manifest = checkout.root / "clients/spoons/package.json"
    manifest.write_text(manifest.read_text().replace('"contract": "1.0.0"', '"contract": "1.1.0"'))
    for name, how in (("client", r"by \./dev client"), ("spoons", 'as "contract"')):
        with pytest.raises(Failed, match=rf"{name} must name.*{how}.*; contracts/ has no '1\.1\.0'"):
            checkout.made_from(name)


def test_types_that_a_later_contract_gives_are_refused(checkout: Checkout) -> None:
    """Who has them would ask for what the named contract does not promise."""
    checkout.make("1.0.0", contract("colour", "taste"))
    with pytest.raises(
        Failed, match=r"contract 1\.0\.0, which gives another \S+/models\.py\. Run: \./dev client"
    ):
        checkout.made_from("client")


@pytest.mark.slow
def test_a_package_makes_its_types_again(checkout: Checkout) -> None:
    """By its script, with the contracts beside it as they are in the checkout."""
    manifest = checkout.root / "clients/spoons/package.json"
    text = manifest.read_text().replace(
        '"build"', '"types": "cp ../../contracts/1.0.0.json src/tea.json", "build"'
    )
    manifest.write_text(text)
    checkout.write("clients/spoons/src/tea.json", json.dumps(contract("taste")))
    commit_all(checkout.root)
    assert checkout.made_from("spoons") == "1.0.0"
    checkout.write("clients/spoons/src/tea.json", json.dumps(contract("colour", "taste")))
    commit_all(checkout.root)
    with pytest.raises(Failed, match=r"gives another clients/spoons/src/tea\.json\. Run: npm run types"):
        checkout.made_from("spoons")


def test_what_is_made_from_the_tree_gets_the_version_that_its_contract_will_have(checkout: Checkout) -> None:
    """It is the one of before if that says the same, and there is none if the service does not run."""
    offered = contract("colour", "taste")
    checkout.make("1.0.0+tree", offered)
    assert checkout.made_from("client", offered) == "1.1.0"
    with pytest.raises(Failed, match=re.escape("contracts/ has no '1.0.0+tree'")):
        checkout.made_from("client")
    with pytest.raises(Failed, match=r"which gives another \S+/models\.py"):
        checkout.made_from("client", contract("taste"))
    checkout.make("1.0.0+tree", contract("taste"))
    assert checkout.made_from("client", contract("taste")) == "1.0.0"


@pytest.mark.parametrize(
    ("name", "words"), [("client", r"libs/client needs a smoke\.py"), ("spoons", "needs a script 'smoke'")]
)
def test_a_client_can_be_tried(checkout: Checkout, name: str, words: str) -> None:
    """With each later service."""
    (checkout.root / "libs/client/smoke.py").unlink()
    manifest = checkout.root / "clients/spoons/package.json"
    manifest.write_text(manifest.read_text().replace('"smoke"', '"other"'))
    with pytest.raises(Failed, match=words):
        checkout.made_from(name)
