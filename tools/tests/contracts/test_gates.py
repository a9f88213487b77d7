"""What breaks clients counts into the level of a release, and is refused unless it was announced."""

import dataclasses
import json
from typing import Any

import pytest
from click.testing import CliRunner

from ogrom_rules import Finding, Level
from ogrom_tools.command import Failed
from ogrom_tools.contracts import __main__ as command, pinned
from ogrom_tools.contracts.history import CONSTANT, Raised, write
from ogrom_tools.release.__main__ import main as release
from ogrom_tools.release.plan import Planned, plan
from ogrom_tools.testing.workshop import Script

pytestmark = pytest.mark.slow

Shop = Any
REASON = "Nobody has read it for a year."


@pytest.fixture(autouse=True)
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """To Python all of it is a patch."""
    script = Script(findings=(Finding("implementation-changed", Level.PATCH, "views.py", "It changed."),))
    script.replace(monkeypatch)
    return script


def planned(shop: Shop, wanted: str = "", reason: str = "") -> Planned:
    """What is planned of views."""
    (found,) = plan(shop.workspace, {"views": wanted}, shop.ledger, reason=reason).planned
    return found


def raised(shop: Shop, reason: str = "") -> Raised | None:
    """The next contract with views as it is, released."""
    tree = shop.repository.tree("HEAD", "libs/views")
    releases = [each for each in shop.ledger if each.project != "views"]
    releases.append(dataclasses.replace(shop.ledger.find("views", "1.0.0"), tree=tree, version="1.0.1"))
    service = shop.repository.tree("HEAD", "services/api-run")
    return pinned.on(shop.workspace, service, releases, reason)


def test_more_of_a_representation_is_a_minor(shop: Shop) -> None:
    """Of the library that shows it, and of the contract."""
    shop.show("title", "brand", "size")
    found = planned(shop)
    assert (str(found.version), found.breaks) == ("1.1.0", "")
    assert [(each.rule, each.symbol) for each in found.contract] == [("member-added", "Product.size")]
    contract = raised(shop)
    assert contract
    assert (contract.entry.version, contract.entry.changes) == ("1.1.0", {"member-added": 1})
    assert contract.entry.pins == {"prices": "1.0.0", "views": "1.0.1"}


def test_a_patch_of_it_is_refused(shop: Shop) -> None:
    """By the same rule as for names."""
    shop.show("title", "brand", "size")
    with pytest.raises(Failed, match=r"(?s)Product\.size: It is there, too\. \(member-added\).*views=minor"):
        planned(shop, "patch")


def test_a_break_is_refused_until_somebody_says_why(shop: Shop) -> None:
    """The changelog, the ledger and the contract keep the reason."""
    shop.show("title", "brand_name")
    lines = r"(?s)Product\.brand: It is gone\. \(it was never deprecated\).*90 days.*--reason"
    with pytest.raises(Failed, match=lines):
        planned(shop)
    with pytest.raises(Failed, match="--reason"):
        planned(shop, "major")
    found = planned(shop, reason=REASON)
    assert (str(found.version), found.breaks, found.removes) == ("2.0.0", REASON, "")
    assert f"Clients of the API break without notice: {REASON}" in found.changes
    with pytest.raises(Failed, match=r"Product\.brand: It is gone"):
        raised(shop)
    contract = raised(shop, REASON)
    assert contract
    assert (contract.entry.version, contract.entry.reason) == ("2.0.0", REASON)
    kept = json.loads(contract.files["contracts/2.0.0.json"])
    assert kept["info"] == {"title": "Shop", "version": "2.0.0", "x-unannounced": {"2.0.0": REASON}}


def test_what_was_announced_goes_without_a_reason(shop: Shop) -> None:
    """A major, once the contract that said so has been pinned for the notice period, and not a day before."""
    shop.show("title", "brand", deprecated=["brand"])
    shop.enter("views", "1.1.0")
    contract = raised(shop)
    assert contract
    assert (contract.entry.version, contract.entry.reason) == ("1.1.0", "")
    write(shop.root, contract.files)
    shop.age(89)
    shop.show("title")
    for gate in (planned, raised):
        with pytest.raises(Failed, match=r"It is gone, as was announced\. \(deprecated for 89 of 90 days\)"):
            gate(shop)
    shop.age(90)
    assert str(planned(shop).version) == "2.0.0"
    contract = raised(shop)
    assert contract
    assert (contract.entry.version, contract.entry.reason) == ("2.0.0", "")


def test_the_notice_period_is_a_setting(shop: Shop) -> None:
    """In days, in the workspace's pyproject.toml."""
    shop.edit("pyproject.toml", "90", "7")
    shop.show("title")
    with pytest.raises(Failed, match="Whoever uses it must hear of it 7 days before"):
        planned(shop)


def test_a_reason_that_nothing_needs_is_refused(shop: Shop) -> None:
    """It would stay in the ledger for ever."""
    shop.show("title", "brand", "size")
    with pytest.raises(Failed, match="nothing to give a --reason for"):
        planned(shop, reason=REASON)


def test_each_library_is_judged_on_those_before_it(shop: Shop) -> None:
    """What one has changed is not found again at the next."""
    shop.show("title", "brand", "size")
    shop.add("libs/wines")
    shop.commit("Sell wine")
    found = plan(shop.workspace, {"views": "", "wines": ""}, shop.ledger).planned
    assert [(each.project.name, len(each.contract)) for each in found] == [("views", 1), ("wines", 0)]


def test_a_library_that_needs_another_is_judged_with_it(shop: Shop) -> None:
    """The service does not run with one of them alone; the second is blamed for both."""
    first, second = (each.name for each in shop.workspace.libraries if each.name in {"prices", "views"})
    assert (first, second) == ("prices", "views")
    shop.edit(
        "libs/prices/src/ogrom/prices/__init__.py", "return 1", "return 1\n\n\nfrom ogrom.views import NEW"
    )
    shop.change("prices")
    shop.show("title", "brand", "size")
    shop.edit("libs/views/src/ogrom/views/__init__.py", "MEMBERS", "NEW = 1\nMEMBERS")
    shop.edit("services/api-run/src/ogrom/run/__init__.py", "import sys", "import sys\n\nimport ogrom.prices")
    shop.commit("Use it")
    found = {
        each.project.name: each
        for each in plan(shop.workspace, {"views": "", "prices": ""}, shop.ledger).planned
    }
    assert "cannot import name 'NEW'" in found["prices"].unjudged
    assert [each.rule for each in found["views"].contract] == ["member-added"]


def test_the_plan_shows_what_clients_notice(shop: Shop) -> None:
    """Beside what Python's names do."""
    shop.show("title", "brand", "size")
    shown = CliRunner().invoke(release, ["views", "--dry-run", "--root", str(shop.root)])
    assert shown.exit_code == 0, shown.output
    assert "  Clients of the API notice:\n  minor  Product.size: It is there, too.\n" in shown.output


def test_a_release_with_the_pins_raises_the_contract(shop: Shop, script: Script) -> None:
    """In the same commit: its file, the table and the version that the service says."""
    shop.show("title", "brand_name")
    released = CliRunner().invoke(
        release, ["views", "--pin", "--yes", "--reason", REASON, "--root", str(shop.root)]
    )
    assert released.exit_code == 0, (released.output, released.exception)
    assert "The contract changes: 1.0.0 -> 2.0.0" in released.output
    assert shop.ledger.find("views", "2.0.0").breaks == REASON
    assert shop.contracts.current.version == "2.0.0"
    assert shop.contracts.current.pins == {"prices": "1.0.0", "views": "2.0.0"}
    assert 'VERSION = "2.0.0"' in (shop.root / CONSTANT).read_text()
    changed = shop.repository("show", "--format=", "--name-only").splitlines()
    assert {"contracts/2.0.0.json", "contracts/history.toml", CONSTANT, "releases.toml"} <= {*changed}
    assert not shop.repository.is_dirty


def test_a_release_without_the_pins_leaves_the_contract(shop: Shop) -> None:
    """Clients notice nothing yet."""
    shop.show("title", "brand", "size")
    released = CliRunner().invoke(release, ["views", "--yes", "--root", str(shop.root)])
    assert released.exit_code == 0, (released.output, released.exception)
    assert shop.contracts.current.version == "1.0.0"


def test_a_change_of_the_service_itself_is_caught(shop: Shop) -> None:
    """By what a test of the checkout asks, which names the command; that writes the next version."""
    assert command.difference(shop.workspace) == ""
    shop.edit("services/api-run/src/ogrom/run/__init__.py", '"text/html": {}, ', "")
    assert "./dev contract" in command.difference(shop.workspace)
    refused = CliRunner().invoke(command.main, ["--root", str(shop.root)])
    assert isinstance(refused.exception, Failed)
    assert "It is no longer offered as text/html." in str(refused.exception)
    written = CliRunner().invoke(command.main, ["--reason", REASON, "--root", str(shop.root)])
    assert written.exit_code == 0, written.output
    assert shop.contracts.current.version == "2.0.0"
    assert command.difference(shop.workspace) == ""
    again = CliRunner().invoke(command.main, ["--root", str(shop.root)])
    assert again.stdout == "The contract is as in contracts/2.0.0.json.\n"


def test_a_service_that_is_ahead_of_its_pins_has_no_contract_yet(shop: Shop) -> None:
    """It comes with `./dev release --pin`."""
    shop.edit("services/api-run/src/ogrom/run/__init__.py", "import MEMBERS", "import MEMBERS, NEW")
    assert command.difference(shop.workspace) == ""


def test_settings_of_whoever_asks_are_none_of_the_contract(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables OGROM_... are unset."""
    monkeypatch.setenv("OGROM_PREFIX", "/other")
    assert command.difference(shop.workspace) == ""
