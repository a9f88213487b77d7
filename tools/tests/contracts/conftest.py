"""A shop whose service writes a contract: a library `views` decides what a product shows."""

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ogrom_tools.contracts import __main__ as command
from ogrom_tools.contracts.history import CONSTANT, TABLE, Contracts, write
from ogrom_tools.testing.workshop import Script, Workshop

MAIN = '''\
"""Writes what it promises, and answers by it."""

import json
import os
import sys

from ogrom.run.contract import VERSION
from ogrom.views import MEMBERS


def main() -> None:
    if sys.argv[1] == "answer":
        for line in sys.stdin:
            status = 200 if json.loads(line)["target"] == "/products" else 404
            headers = {"content-type": "application/json"}
            answer = {"status": status, "headers": headers, "content": json.dumps(dict.fromkeys(MEMBERS, "x"))}
            print(json.dumps(answer), flush=True)
        return
    if sys.argv[1] != "contract":
        raise SystemExit(f"Error: No such command {sys.argv[1]!r}.")
    properties = {name: {"type": "string", **more} for name, more in MEMBERS.items()}
    product = {"type": "object", "properties": properties, "required": list(MEMBERS)}
    answer = {"content": {"text/html": {}, "application/json": {"schema": {"$ref": "#/components/schemas/Product"}}}}
    operation = {"operationId": "get_products", "responses": {"200": answer}}
    print(json.dumps({
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": VERSION},
        "paths": {os.environ.get("OGROM_PREFIX", "/products"): {"get": operation}},
        "components": {"schemas": {"Product": product}},
    }))
'''
MEMBERS = 'MEMBERS: dict[str, dict[str, object]] = {"title": {}, "brand": {}}\n'


class Shop(Workshop):
    """The libraries views and prices are released, and the service pins them."""

    @property
    def contracts(self) -> Contracts:
        return Contracts.read(self.root)

    def show(self, *members: str, deprecated: Sequence[str] = ()) -> None:
        """Have products with these members, and say so in the changelog."""
        told: Any = {name: {"deprecated": True} if name in deprecated else {} for name in members}
        code = f"MEMBERS: dict[str, dict[str, object]] = {told}\n"
        (self.root / "libs/views/src/ogrom/views/__init__.py").write_text(code)
        changelog = self.root / "libs/views/CHANGELOG.md"
        if "- Other members." not in changelog.read_text():
            self.edit("libs/views/CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\n- Other members.\n")
        self.commit(f"Show {', '.join(members)}")

    def age(self, days: int) -> None:
        """Let all contracts be so many days older."""
        table = self.root / TABLE
        lines = table.read_text().splitlines()
        day = f'date = "{dt.datetime.now(dt.UTC).date() - dt.timedelta(days=days)}"'
        table.write_text("\n".join(day if each.startswith("date = ") else each for each in lines) + "\n")
        self.commit("Wait")


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop that each test gets a copy of."""
    shop = Shop.made(tmp_path_factory.mktemp("opened") / "shop")
    shop.add("libs/views")
    shop.add("libs/prices")
    (shop.root / "libs/views/src/ogrom/views/__init__.py").write_text(MEMBERS)
    (shop.root / "pyproject.toml").write_text("[tool.ogrom.contract]\nnotice = 90\n")
    shop.commit("Write libraries")
    with pytest.MonkeyPatch.context() as patch:
        Script().replace(patch)
        shop.release("views=major", "prices=major")
    shop.add("services/api-run", "ogrom-prices==1.0.0", "ogrom-views==1.0.0")
    service = shop.root / "services/api-run"
    shutil.rmtree(service / "src")
    (service / "src/ogrom/run").mkdir(parents=True)
    (service / "src/ogrom/run/__init__.py").write_text(MAIN)
    (shop.root / CONSTANT).write_text('"""The contract."""\n\nVERSION = "0.0.0"\n')
    with (service / "pyproject.toml").open("a") as file:
        file.write('\n[project.scripts]\nogrom-api = "ogrom.run:main"\n')
    found = command.of_tree(shop.workspace)
    assert found
    write(shop.root, found.files)
    shop.commit("Open a shop, and keep its contract")
    return shop.root


@pytest.fixture
def shop(opened: Path, tmp_path: Path) -> Shop:
    """A shop of one's own; its contract is 1.0.0."""
    return Shop.copy(Shop(opened), tmp_path / "shop")
