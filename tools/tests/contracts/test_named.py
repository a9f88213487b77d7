"""The contract that somebody names."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from ogrom_tools import contract
from ogrom_tools.command import Failed
from ogrom_tools.contracts import __main__ as command
from ogrom_tools.contracts.history import CONSTANT, TABLE, write
from ogrom_tools.contracts.named import named

pytestmark = pytest.mark.slow

Shop = Any


def members(shop: Shop, name: str) -> list[str]:
    """What a product shows in the contract of this name."""
    return sorted(named(shop.workspace, name)["components"]["schemas"]["Product"]["properties"])


@pytest.fixture
def grown(shop: Shop) -> Shop:
    """The service has pinned views 1.1.0, whose products have a size; 1.2.0, with a weight, is released only."""
    shop.repository("tag", "before")
    shop.show("title", "brand", "size")
    shop.enter("views", "1.1.0")
    shop.edit("services/api-run/pyproject.toml", "ogrom-views==1.0.0", "ogrom-views==1.1.0")
    found = command.of_tree(shop.workspace)
    assert found
    write(shop.root, found.files)
    shop.commit("Pin views 1.1.0")
    shop.show("title", "brand", "size", "weight")
    shop.enter("views", "1.2.0")
    return shop


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1.0.0", "title brand"),
        ("1.1.0", "title brand size"),
        ("before", "title brand"),
        ("HEAD", "title brand size"),
        ("views@1.0.0", "title brand"),
        ("views@1.1.0", "title brand size"),
        ("views@1.2.0", "title brand size weight"),
        ("prices@1.0.0", "title brand"),
    ],
)
def test_a_version_a_revision_and_a_release_have_contracts(grown: Shop, name: str, expected: str) -> None:
    """A release has that of the pins that it first was in; one that was never pinned, that of the service with it."""
    assert members(grown, name) == sorted(expected.split())


@pytest.mark.parametrize("old", ["1.0.0", "before", "views@1.0.0"])
@pytest.mark.parametrize("new", ["1.1.0", "HEAD", "views@1.1.0", "views@1.2.0"])
def test_what_has_changed_is_shown_by_a_request_to_both(grown: Shop, old: str, new: str) -> None:
    """Each answers on what it pinned."""
    arguments = (old, new, "--json", f"--root={grown.root}")
    found = json.loads(CliRunner().invoke(contract.main, arguments).stdout)
    shown = {each["symbol"]: each["witness"] for each in found}
    assert shown["Product.size"] == {
        "request": "curl /products",
        "old": "200, no size",
        "new": '200, size: "x"',
    }
    assert ("Product.weight" in shown) is (new == "views@1.2.0")


def test_a_revision_from_before_has_that_which_was_found_for_it(shop: Shop) -> None:
    """The last one at or before it; the first ones have none."""
    begin, found, *_ = shop.repository("rev-list", "--reverse", "HEAD").splitlines()
    before = shop.repository.commit("HEAD^")
    shop.edit(TABLE, 'version = "1.0.0"\n', f'version = "1.0.0"\nrevision = "{found}"\n')
    assert members(shop, found) == members(shop, before) == ["brand", "title"]
    with pytest.raises(Failed, match=f"No contract is known of {begin[:12]}"):
        named(shop.workspace, begin)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("9.9.9", "no version 9.9.9 of the contract; the versions: 1.0.0, 1.1.0"),
        ("views@9.9.9", "views 9.9.9 was never released"),
        ("nonsense", "'nonsense' is no file and no URL, not 'tree'"),
    ],
)
def test_what_has_no_contract_is_refused(grown: Shop, name: str, problem: str) -> None:
    """With what there is."""
    with pytest.raises(Failed, match=problem):
        named(grown.workspace, name)


def test_the_table_is_read_as_it_was_written(grown: Shop) -> None:
    """With what came before contracts were kept."""
    file = grown.root / TABLE
    with file.open("a") as table:
        table.write('\n[[unknown]]\nrevision = "abc"\nreason = "a \\"lock\\""\n')
    assert grown.contracts.files[TABLE] == file.read_text()
    assert grown.contracts.current.changes == {"member-added": 1}
    file.write_text(file.read_text().replace("version", "versions"))
    with pytest.raises(Failed, match=r"git checkout contracts/history\.toml"):
        _ = grown.contracts


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('date = "2', 'date = "yesterday 2', r"is damaged: Invalid isoformat string: 'yesterday"),
        ('version = "1.1.0"', 'version = "1.2.0"', r"lacks 1\.1\.0, whose files are there"),
        ("[[contract]]", "[[forgotten]]", r"lacks 1\.0\.0, 1\.1\.0, whose files are there"),
    ],
)
def test_a_table_that_would_let_breaks_pass_is_refused(grown: Shop, old: str, new: str, problem: str) -> None:
    """Without its entries the next contract would be the first, which breaks nobody."""
    file = grown.root / TABLE
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(Failed, match=problem):
        _ = grown.contracts


def test_without_its_table_no_version_is_kept(grown: Shop) -> None:
    (grown.root / TABLE).unlink()
    with pytest.raises(Failed, match="git checkout"):
        _ = grown.contracts


def test_a_damaged_contract_is_told_by_its_file(grown: Shop) -> None:
    (grown.root / "contracts" / "1.1.0.json").write_text("{")
    with pytest.raises(Failed, match=r"^contracts/1\.1\.0\.json is damaged: "):
        named(grown.workspace, "1.1.0")


def test_the_service_says_the_version(grown: Shop) -> None:
    """The constant is all that changes in its module."""
    assert (grown.root / CONSTANT).read_text() == '"""The contract."""\n\nVERSION = "1.1.0"\n'
