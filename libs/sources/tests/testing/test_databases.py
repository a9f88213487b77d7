"""Databases are brought to each phase that the changes lead to, and hold the CATALOGUE there."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine, String, text

from ogrom.protocols.testing import CATALOGUE
from ogrom.sources.migrations.migrate import HEAD
from ogrom.sources.schema import changes
from ogrom.sources.schema.backfill import Backfill
from ogrom.sources.schema.change import Change, Kind, Refused
from ogrom.sources.schema.operations.add_column import AddColumn
from ogrom.sources.schema.operations.drop_column import DropColumn
from ogrom.sources.schema.operations.set_default import SetDefault
from ogrom.sources.testing import columns, fill, phases

EXPAND = Change(
    "9001_users_motto",
    Kind.EXPAND,
    (AddColumn("users", "motto", String(50)), SetDefault("offers", "title", "")),
)
FILL = Change(
    "9002_users_motto_filled",
    Kind.BACKFILL,
    (Backfill("users", ("id",), lambda dialect, rows: f"UPDATE users SET motto = name WHERE {rows}"),),
    after=(EXPAND,),
)
DROP = Change("9003_title_dropped", Kind.CONTRACT, (DropColumn("offers", "title"),), after=(FILL,))
MORE = Change("9004_comments_mood", Kind.EXPAND, (AddColumn("comments", "mood", String(50)),))

REVISION = """
from alembic import op
from ogrom.sources.schema.changes import CHANGES
from ogrom.sources.schema.runner import run

revision = "{0}"
down_revision = "{1}"

def upgrade():
    run(op.get_bind(), next(each for each in CHANGES if each.number == revision))
"""


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Changes after ours: an expand, its backfill, a contract, and another expand."""
    module = "ogrom.sources.testing.databases"
    for name in (f"{module}.CHANGES", f"{changes.__name__}.CHANGES"):
        monkeypatch.setattr(name, (EXPAND, FILL, DROP, MORE))
    migrations = Path(changes.__file__).parents[2] / "migrations"
    copy = shutil.copytree(migrations, tmp_path / "migrations")
    for number, before in (("9001", HEAD), ("9004", "9001")):
        (copy / "versions" / f"v{number}.py").write_text(REVISION.format(number, before))
    monkeypatch.setattr(f"{module}._SCRIPTS", copy)


@pytest.mark.usefixtures("planted")
def test_a_change_is_made_at_once_or_waits() -> None:
    """Each that is no expand, both as early as its number allows and after the last expand."""
    first = phases().index("9001")
    assert phases()[:5] == ("0001", "0002", "0003", "0004", "0005")
    assert phases()[first:] == (
        *("9001", "9001~9002", "9001~9002+9003"),
        *("9004", "9004~9002", "9004~9002+9003"),
    )


@pytest.mark.usefixtures("planted")
def test_each_phase_is_reached(url: str, empty: Engine) -> None:
    """Today's tables have no place for what an old one must have, and need none."""
    fill(url, "9004~9002+9003")
    assert {"users.motto", "comments.mood"} < {*columns(url)}
    assert "offers.title" not in columns(url)
    with empty.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9004"
        mottos = connection.scalars(text("SELECT motto FROM users ORDER BY id")).all()
    assert mottos == [each.name for each in CATALOGUE.users]


@pytest.mark.usefixtures("planted")
def test_a_change_waits_for_those_before_it(tmp_path: Path) -> None:
    """Nobody can be at such a phase."""
    with pytest.raises(Refused, match="9003_title_dropped comes after 9002_users_motto_filled"):
        fill(f"sqlite:///{tmp_path / 'ogrom.db'}", "9001+9003")


def test_the_first_phase_is_filled_whatever_tables_there_are_today(
    url: str, empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later release may have a column under another name, or in another table; what no record has is empty."""
    monkeypatch.setattr("ogrom.sources.sql.loading.ENTITIES", ())
    fill(url, "0001")
    with empty.connect() as connection:
        texts = connection.scalars(text("SELECT text FROM comments ORDER BY id")).all()
        titles = connection.scalars(text("SELECT title FROM collages ORDER BY id")).all()
        assert set(connection.scalars(text("SELECT words FROM collages"))) == {""}
        assert connection.scalar(text("SELECT count(*) FROM placements")) == sum(
            len(each.placements) for each in CATALOGUE.collages
        )
    assert texts == [each.text for each in sorted(CATALOGUE.comments, key=lambda each: each.id)]
    assert titles == [each.title for each in sorted(CATALOGUE.collages, key=lambda each: each.id)]
