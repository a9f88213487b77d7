"""Who may join the field: the lattice and the deploy program give the same answers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from ogrom_deploy.schema import Database, Phase as Deployed, Schema, refusal
from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import discover
from ogrom_tools.schema.field import Field, Stay
from ogrom_tools.schema.joining import Joining, check
from ogrom_tools.schema.lattice import Lattice, Row
from ogrom_tools.schema.phases import Phase
from ogrom_tools.testing.checkout import commit_all

RELEASES: Mapping[str, Schema] = {
    "4.1.0": Schema("0005", "0005", knows="0005"),
    "4.2.0": Schema("0006", "0005", until=("0008",), knows="0006"),
    "4.3.0": Schema("0006", "0006", backfills=("0007",), until=("0008",), knows="0008"),
    "4.4.0": Schema("0006", "0006", backfills=("0007",), knows="0008"),
}
"""A column gets a second form: nobody knows of it; both forms, the old one read; the new one read; no old one."""

PHASES = ("0005", "0006", "0006~0007", "0006~0007+0008")


def lattice(without: Iterable[tuple[str, str]] = ()) -> Lattice:
    """All of them proved on each phase that they serve, alone and in pairs, without some pairs."""
    rows = []
    for phase in PHASES:
        serving = [name for name, each in RELEASES.items() if each.serves(Deployed.parse(phase))]
        pairs = [(two, one) for one, two in combinations(serving, 2) if (two, one) not in without]
        claims = [*((each, "") for each in serving), *pairs]
        rows += [
            Row(phase=phase, release=one, beside=two, database="sqlite", edition=1, evidence="a" * 64)
            for one, two in claims
        ]
    return Lattice(tuple(rows))


def joining(
    release: str, there: Iterable[str], known: str = "", without: Iterable[tuple[str, str]] = ()
) -> str:
    """Why a release may not join these, where the database is known to be at a phase, or is not."""
    phases = (Phase.parse(known),) if known else ()
    field = Field(tuple(Stay(each, "pinned by api-run") for each in there), phases)
    return Joining(lattice(without), field, release, lambda each: RELEASES[each].expand).refusal


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("release", RELEASES)
def test_the_deploy_program_answers_alike(release: str, phase: str) -> None:
    """By what an image says of itself, after the expands that it brings; nothing else runs there."""
    schema, at = RELEASES[release], Deployed.parse(phase)
    after = at | Deployed(schema.expand)
    may = not refusal(release, schema, Database(at, at)) and schema.serves(after)
    assert (joining(release, [], phase) == "") == may


def test_who_serves_all_that_the_database_may_be_at_may_join() -> None:
    """The next one each time; its expands are run before it gets any traffic."""
    assert joining("4.2.0", ["4.1.0"]) == ""
    assert joining("4.3.0", ["4.2.0"], "0006~0007") == ""
    assert joining("4.4.0", ["4.3.0"]) == ""
    assert joining("4.2.0", ["4.2.0"]) == ""
    assert joining("4.1.0", []) == ""


def test_a_backfill_comes_before_who_reads_what_it_fills() -> None:
    """Where nobody has said that it is finished, it may not be."""
    for known, more in (("0006", ""), ("", "--history history.json")):
        said = joining("4.3.0", ["4.2.0"], known)
        assert said.startswith("sources 4.3.0 is not proved to serve phase 0006.\n")
        assert "Finish that first: ogrom-deploy backfill 0007" in said
        assert said.endswith(more or "0007")


def test_who_needs_the_old_form_does_not_come_back_after_a_contract() -> None:
    """The one that went is in the git of everybody, and pinned in a second."""
    said = joining("4.3.0", ["4.4.0"], "0006~0007+0008")
    assert said == (
        "sources 4.3.0 is not proved to serve phase 0006~0007+0008.\n"
        "Contract 0008 takes away what it uses; pin one that serves it: 4.4.0"
    )
    assert "Contract 0008 takes away" in joining("4.3.0", ["4.4.0"])
    assert joining("4.3.0", ["4.4.0"], "0006~0007") == ""


def test_one_between_is_deployed_first() -> None:
    """If it works beside both."""
    said = joining("4.3.0", ["4.1.0"], "0006~0007", without=[("4.3.0", "4.1.0")])
    assert said == (
        "sources 4.3.0 is not proved beside 4.1.0 on phase 0006~0007, "
        "and sources 4.1.0, which is pinned by api-run, is in the field.\n"
        "Pin and deploy sources 4.2.0 first, until 4.1.0 is out of the field.\n"
        "If nobody has tried it: ./dev verify --schema --add --release 4.3.0 --release 4.1.0"
    )


def test_what_nobody_has_tried_is_refused() -> None:
    """The new one, or one that is there and would meet another phase."""
    assert joining("4.4.0", [], "0009") == (
        "sources 4.4.0 is not proved to serve phase 0009.\n"
        "If nobody has tried it: ./dev verify --schema --add --release 4.4.0"
    )
    said = joining("4.4.0", ["4.1.0"], "0006~0007+0008")
    assert said.startswith(
        "sources 4.1.0, which is pinned by api-run, is not proved to serve phase 0006~0007+0008"
    )


def test_a_checkout_is_asked(tmp_path: Path, release: Release) -> None:
    """Its pins are the field, and a release's own tree says which expands it brings; without a lattice all may join."""
    versions = tmp_path / "libs/sources/src/ogrom/sources/migrations/versions"
    service = tmp_path / "services/api-run/pyproject.toml"
    for folder in (versions, service.parent):
        folder.mkdir(parents=True)
    (versions / "__init__.py").touch()
    service.write_text(
        '[project]\nname = "ogrom-api-run"\ndependencies = ["ogrom-sources[commands]==4.1.0"]\n'
    )
    ledger = Ledger()
    for version, revision in (("4.1.0", "v0005_keys.py"), ("4.2.0", "v0006_headline.py")):
        (versions / revision).touch()
        commit_all(tmp_path, version)
        tree = Repository(tmp_path).tree("HEAD", "libs/sources")
        ledger = ledger.adding(replace(release, project="sources", version=version, tree=tree))
    workspace, new = discover(tmp_path), ledger.find("sources", "4.2.0")
    check(workspace, ledger, lattice(), new)
    check(workspace, ledger, Lattice(), new)
    with pytest.raises(
        Failed, match=r"4\.2\.0 is not proved beside 4\.1\.0 on phase 0006, .* pinned by api-run"
    ):
        check(workspace, ledger, lattice(without=[("4.2.0", "4.1.0")]), new)
