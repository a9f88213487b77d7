"""`ogrom-api import` and `ogrom-api export`: what the service adds to the commands of ogrom-catalogue."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ogrom.protocols.errors import Unavailable
from ogrom.run.cli import cli

SHOP = (
    "id\ttitle\tbrand\timage_link\tprice\tproduct_type\n"
    "A1\tRotes Kleid\tNümph\thttps://shop.example/1.jpg\t15.00 EUR\tDamen > Kleider\n"
)

Run = Callable[..., Result]


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `ogrom-api` in a folder where shop.tsv has a product."""
    monkeypatch.chdir(tmp_path)
    Path("shop.tsv").write_text(SHOP, encoding="utf-8")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, arguments)

    return run


def test_it_is_the_database_and_the_markets_of_the_service(api: Run) -> None:
    """Those that the settings name."""
    assert "1 new" in api("import", "shop.tsv", "--locale", "de-DE").output
    exported = api("export", "all.jsonl").stdout
    assert exported.startswith("all.jsonl holds ")
    assert exported.endswith(" records of sqlite:///.ogrom/ogrom.sqlite3.\n")
    assert api("import", "shop.tsv", "--locale", "de-AT").stderr == (
        "ogrom: import: there is no market 'de-AT': --locale de-DE or en-GB or fr-FR or pl-PL\n"
    )


def test_a_lost_database_says_how_to_go_on(api: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind what is wrong with it."""

    def fail(*_: object) -> None:
        raise Unavailable("database", "gone")

    monkeypatch.setattr("ogrom.catalogue.commands.import_.import_items", fail)
    done = api("import", "shop.tsv", "--locale", "de-DE")
    assert done.exit_code == 1
    assert done.stderr == (
        "Making the tables ...\n"
        "ogrom: database: sqlite:///.ogrom/ogrom.sqlite3 cannot be used: gone; see that it is Ogrom's file in a "
        "folder that you may write in, or take another: --database; what is loaded stays, and the same command "
        "goes on from there\n"
    )


def test_settings_are_checked(api: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is done."""
    monkeypatch.setenv("OGROM_PRT", "1")
    results: list[Any] = [api("import", "shop.tsv"), api("export", "all.jsonl")]
    assert {each.stderr for each in results} == {
        "ogrom: settings: OGROM_PRT is not a setting; did you mean OGROM_PORT?\n"
    }
