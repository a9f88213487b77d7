"""The schema passes the rules: all changes of the work tree, and the releases on the tables that they leave."""

import pytest

from ogrom.sources.testing import MariaDB
from ogrom_rules.schema import misfits
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.schema import gates
from ogrom_tools.schema.changes import first
from ogrom_tools.schema.field import Field
from ogrom_tools.schema.trial import run_on

REPOSITORY = Repository(ROOT)


@pytest.fixture(scope="module")
def tree() -> str:
    """The library, as it is in the work tree."""
    return REPOSITORY.tree(REPOSITORY.snapshot(), gates.LIBRARY)


def test_the_work_tree_may_come_beside_what_is_in_the_field(tree: str) -> None:
    """`./dev check` says that it passes by itself."""
    workspace, ledger = discover(), Ledger.read(ROOT)
    field = [ledger.find("sources", each) for each in Field.read(workspace).releases]
    assert field
    assert gates.refusals(workspace, tree, field) == ()


def test_every_release_fits_the_tables_that_it_was_made_on() -> None:
    """By what it declares, read from the tree that the ledger names; without revision 0005 the last ones do not."""
    trees = [(str(each), each.tree) for each in Ledger.read(ROOT).of("sources")]
    read = gates.schemas(REPOSITORY, trees)
    found = {each.uses.name: {one.rule for one in gates.alone(each, gates.servers(ROOT))} for each in read}
    # 4.2.0 was released before MySQL's clause had its rule: it asks for LOCK=NONE, which MySQL does not take there.
    assert found == {name: {"clause-differs"} if name == "sources 4.2.0" else set() for name, _ in trees}
    (last,) = (each.uses for each in read if each.uses.name == "sources 4.1.0")
    before = misfits(first()[:4], last)
    assert {each.rule for each in before} == {"lacking-in-schema"}
    assert {each.symbol.split(".")[0] for each in before} == {"idempotency_keys"}


@pytest.mark.slow
def test_mariadb_takes_each_change_and_it_does_what_it_says(mariadb: MariaDB, tree: str) -> None:
    """Those of the first five revisions stand in a file: it says what they do, to the last column."""
    run_on(mariadb.database(), REPOSITORY, tree)
