"""The commands `import` and `export`: what they say, and their exit codes."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from ogrom.protocols.errors import Unavailable

HEADER = "id\ttitle\tbrand\timage_link\tprice\tproduct_type\n"
GOOD = "A{}\tRotes Kleid\tNümph\thttps://shop.example/1.jpg\t15.00 EUR\tDamen > Kleider\n"
BAD = "A9\t\tNümph\thttps://shop.example/1.jpg\t15 EUR\tDamen\n"

Run = Callable[..., Result]


@pytest.fixture
def api(run: Run) -> Run:
    """Runs the commands in a folder where shop.tsv has three good products."""
    shop(1, 2, 3)
    return run


def shop(*numbers: int, more: str = "") -> None:
    Path("shop.tsv").write_text(HEADER + "".join(map(GOOD.format, numbers)) + more, encoding="utf-8")


def test_an_import_says_what_came_of_it(api: Run) -> None:
    """The second time nothing."""
    first, second = (api("import", "shop.tsv", "--locale", "de-DE") for _ in range(2))
    assert first.stdout == "shop.tsv: 3 new, 0 changed, 0 unchanged, 0 rejected.\n"
    assert second.stdout == "shop.tsv: 0 new, 0 changed, 3 unchanged, 0 rejected.\n"
    assert first.stderr == "Making the tables ...\nImporting shop.tsv ...\n"
    assert second.stderr == "Importing shop.tsv ...\n"
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert not Path("shop.tsv.report.tsv").exists()


def test_rejected_rows_are_an_exit_code_and_a_report(api: Run) -> None:
    """The others are loaded; a report is where somebody wants it."""
    shop(1, 2, more=BAD)
    done = api("import", "shop.tsv", "--locale", "de-DE")
    assert done.exit_code == 3
    assert done.output == (
        "Making the tables ...\n"
        "Importing shop.tsv ...\n"
        "shop.tsv: 2 new, 0 changed, 0 unchanged, 1 rejected.\n"
        "ogrom: import: 1 not loaded; shop.tsv.report.tsv says why, line by line\n"
    )
    assert Path("shop.tsv.report.tsv").read_text() == "line\tid\tfield\treason\n4\tA9\ttitle\tis missing\n"
    other = api("import", "shop.tsv", "--locale", "de-DE", "--report", "missing/report.tsv")
    assert other.exit_code == 1
    assert other.stderr == (
        "Importing shop.tsv ...\n"
        "ogrom: import: missing/report.tsv cannot be written: No such file or directory; "
        "name another: --report FILE\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing.tsv", "--locale", "de-DE"), "nothing.tsv: it cannot be read: No such file or directory"),
        (("shop.tsv",), "the file is for one market; name it: --locale de-DE or en-GB or fr-FR or pl-PL"),
        (("shop.tsv", "--locale", "de-AT"), "there is no market 'de-AT': --locale de-DE or en-GB or"),
        (("all.jsonl", "--locale", "de-DE"), "all.jsonl holds all markets; leave out --locale"),
        (("all.jsonl", "--prune"), "all.jsonl holds all markets; leave out --locale"),
    ],
)
def test_what_cannot_be_imported_is_one_line(api: Run, arguments: tuple[str, ...], said: str) -> None:
    """With what to do."""
    Path("all.jsonl").write_text("{}\n")
    done = api("import", *arguments)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"ogrom: import: {said}")
    assert done.stderr.count("\n") == 1


def test_a_file_that_breaks_off_says_how_to_go_on(api: Run) -> None:
    """What came before is loaded."""
    feed = '<rss xmlns:g="http://base.google.com/ns/1.0"><item><g:id>A1</g:id></item>\n</rsss>'
    Path("shop.xml").write_text(feed)
    done = api("import", "shop.xml", "--locale", "de-DE")
    assert done.exit_code == 1
    assert done.stdout == "shop.xml: 0 new, 0 changed, 0 unchanged, 1 rejected.\n"
    assert done.stderr == (
        "Making the tables ...\n"
        "Importing shop.xml ...\n"
        "ogrom: import: shop.xml: line 2 is not well-formed XML: mismatched tag; what is loaded stays, and the "
        "same command goes on from there once the file is fixed\n"
    )


def test_a_lost_database_says_how_to_go_on(api: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """As does whoever interrupts."""

    def fail(*_: object) -> None:
        raise Unavailable("database", "gone")

    monkeypatch.setattr("ogrom.catalogue.commands.import_.import_items", fail)
    done = api("import", "shop.tsv", "--locale", "de-DE")
    assert done.exit_code == 1
    assert done.stderr == (
        "Making the tables ...\n"
        "ogrom: the database is gone; what is loaded stays, and the same command goes on from there\n"
    )

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ogrom.catalogue.commands.import_.import_items", interrupt)
    done = api("import", "shop.tsv", "--locale", "de-DE")
    assert done.stderr.startswith("ogrom: import: interrupted; what is loaded stays")


def test_pruning_asks_first(api: Run) -> None:
    """And removes nothing unless it is told to."""
    api("import", "shop.tsv", "--locale", "de-DE")
    shop(1)
    command = ("import", "shop.tsv", "--locale", "de-DE", "--prune")
    assert "Remove 2 products from de-DE? [y/N]: n\n" in api(*command, said="n\n").output
    assert "Remove 2 products from de-DE?" in api(*command, said="").output
    assert api(*command, said="y\n").output.endswith("2 removed from de-DE.\n")
    assert api(*command, "--yes").output.endswith("There is nothing to remove.\n")


@pytest.mark.parametrize("more", [BAD, None])
def test_nothing_is_pruned_by_a_file_that_is_not_whole(api: Run, more: str | None) -> None:
    """A row that could not be read may be the product."""
    api("import", "shop.tsv", "--locale", "de-DE")
    shop(*((1,) if more else ()), more=more or "")
    done = api("import", "shop.tsv", "--locale", "de-DE", "--prune", "--yes")
    assert "Nothing is removed, because not every row of the file could be loaded" in done.output
    shop(1, 2, 3)
    assert "3 unchanged" in api("import", "shop.tsv", "--locale", "de-DE").output


def test_there_and_back(api: Run) -> None:
    """What is exported from another database is the same to the byte."""
    api("import", "shop.tsv", "--locale", "de-DE")
    first = api("export", "all.jsonl.gz")
    assert first.stdout == "all.jsonl.gz holds 8 records of sqlite:///own.sqlite3.\n"
    assert first.stderr == "Exporting to all.jsonl.gz ...\n"
    other = ("--database", "sqlite:///other.sqlite3")
    assert "8 new" in api("import", "all.jsonl.gz", *other).output
    api("export", "again.jsonl", *other)
    assert gzip.decompress(Path("all.jsonl.gz").read_bytes()) == Path("again.jsonl").read_bytes()


def test_an_export_that_cannot_be_written(api: Run) -> None:
    """Or has no tables to read: each says what to do."""
    done = api("export", "all.jsonl")
    assert done.exit_code == 1
    assert done.stderr == (
        "ogrom: export: sqlite:///own.sqlite3 lacks the tables of this version; run `migrate` first\n"
    )
    api("migrate")
    done = api("export", "missing/all.jsonl")
    assert done.exit_code == 1
    assert done.stderr == (
        "Exporting to missing/all.jsonl ...\n"
        "ogrom: export: missing/all.jsonl cannot be written: No such file or directory\n"
    )
