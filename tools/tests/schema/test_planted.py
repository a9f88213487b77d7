"""Changes as authors write them, planted into the real sources: the bad ones are refused, each by its rules, the right
ones are not.

Each is a copy of the sources with a few more files: a change, the revision that runs it, or a revision by hand.
"""

import dataclasses
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from ogrom.sources.testing import MariaDB
from ogrom_rules import Level
from ogrom_rules.schema import RULES, SERVERS, Change, SchemaFinding, declared
from ogrom_tools.command import Failed, run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.release import plan as planning
from ogrom_tools.release.__main__ import main as release
from ogrom_tools.schema import gates
from ogrom_tools.schema.changes import of_folders
from ogrom_tools.schema.gates import Schema
from ogrom_tools.schema.trial import run_on

pytestmark = pytest.mark.slow

SOURCES = Path("ogrom/sources")
TABLES = SOURCES / "sql" / "tables.py"
CHANGES = SOURCES / "schema" / "changes"
VERSIONS = SOURCES / "migrations" / "versions"

CHANGE = '''"""A change."""

from sqlalchemy import BigInteger, Integer, String

from ..backfill import Backfill
from ..change import Change, Kind, Operation, Step
from ..inspection import is_mariadb
from ..operations.add_column import AddColumn
from ..operations.add_foreign_key import AddForeignKey
from ..operations.add_index import AddIndex
from ..operations.drop_column import DropColumn
from ..operations.drop_index import DropIndex, IgnoreIndex
from ..operations.replace_key import ReplaceKey
from ..operations.second_column import SecondColumn
from ..operations.set_default import SetDefault
from ..operations.set_not_null import SetNotNull
{imports}

class Sql(Operation):
    def __init__(self, mariadb, mysql):
        self.texts = (mysql, mariadb)

    def steps(self, dialect):
        return (Step(self.texts[is_mariadb(dialect)], lambda connection: False),)


{code}
'''
REVISION = '''"""A revision."""

import sqlalchemy as sa
from alembic import op

from ogrom.sources.schema.runner import run
{imports}
revision = "{number}"
down_revision = "{before}"


def upgrade():
    {code}
'''


@dataclass(frozen=True)
class Written:
    """What an author writes for one change."""

    name: str
    code: str
    kind: str = ""
    """That of a Change; empty for a revision by hand."""
    is_entered: bool = True
    """Whether it stands in CHANGES."""

    @property
    def module(self) -> str:
        number, words = self.name.split("_", 1)
        return f"{words}_{number}"


def by_hand(name: str, *code: str) -> Written:
    """A revision of Alembic's."""
    return Written(name, "\n    ".join(code))


def change(kind: str, name: str, operations: str, after: str = "") -> Written:
    """A Change; `after` names the module of an earlier one."""
    late = f", after=({after}.CHANGE,)" if after else ""
    return Written(name, f'CHANGE = Change("{name}", Kind.{kind}, ({operations},){late})', kind)


@dataclass(frozen=True)
class Version:
    """The sources with something written, beside releases that are told by what differs in their tables."""

    written: tuple[Written, ...] = ()
    tables: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What is replaced in the module of tables."""
    field: Sequence[Mapping[str, str]] = ()
    """For each release in the field what is replaced in its module of tables."""


@dataclass(frozen=True)
class Planted:
    """A bad change, and how it is done right."""

    wrong: Version
    rules: frozenset[str]
    right: Version


def planted(rules: str, wrong: Version, right: Version) -> Planted:
    return Planted(wrong, frozenset(rules.split()), right)


AVATAR = '    Column("avatar_url", URL, nullable=False),\n'
NAME = '    Column("name", NAME, nullable=False),\n    Column("avatar_url"'
NO_AVATAR = {AVATAR: ""}
IMAGE = {AVATAR: '    Column("image_url", URL),\n'}
MOOD = {AVATAR: f'{AVATAR}    Column("mood", String(20), nullable=False),\n'}
PARENT = 'ForeignKey("categories.id"), index=True)'
PARENT_ALWAYS = {PARENT: 'ForeignKey("categories.id"), index=True, nullable=False)'}
UNIQUE = {AVATAR: f'{AVATAR}    UniqueConstraint("name"),\n'}
TODAY: Mapping[str, str] = {}

ADD_MOOD = 'AddColumn("users", "mood", String(20))'
ADD_MOOD_WITH_DEFAULT = 'AddColumn("users", "mood", String(20), nullable=False, server_default="calm")'
DEFAULT = change("EXPAND", "0101_avatar_default", 'SetDefault("users", "avatar_url", "")')
DROPPED = change("CONTRACT", "0102_avatar_dropped", 'DropColumn("users", "avatar_url")')
FILL_MOOD = """Backfill("users", ("id",), lambda d, rows: f"UPDATE users SET mood = 'calm' WHERE {rows}")"""
FILL_PARENT = (
    'Backfill("categories", ("id",), lambda d, rows: f"UPDATE categories SET parent_id = id WHERE {rows}")'
)
PARENTS = (
    change("BACKFILL", "0101_parents", FILL_PARENT),
    change(
        "CONTRACT",
        "0102_parents_needed",
        'SetNotNull("categories", "parent_id", BigInteger())',
        "parents_0101",
    ),
)
SECOND = 'SecondColumn("users", "avatar_url", "image_url", String(1000), "{avatar_url}", "{image_url}")'
RENAMED = (
    DEFAULT,
    Written(
        "0102_image_url",
        f'SECOND = {SECOND}\nCHANGE = Change("0102_image_url", Kind.EXPAND, (SECOND,))',
        "EXPAND",
    ),
    Written(
        "0103_image_url_filled",
        "from .image_url_0102 import CHANGE as EXPAND, SECOND\n"
        'CHANGE = Change("0103_image_url_filled", Kind.BACKFILL, (SECOND.backfill,), after=(EXPAND,))',
        "BACKFILL",
    ),
    Written(
        "0104_avatar_url_dropped",
        "from .image_url_0102 import SECOND\nfrom .image_url_filled_0103 import CHANGE as FILLED\n"
        'DROP = DropColumn("users", "avatar_url", second=SECOND)\n'
        'CHANGE = Change("0104_avatar_url_dropped", Kind.CONTRACT, (DROP,), after=(FILLED,))',
        "CONTRACT",
    ),
)
NO_DEFAULT = 'Sql("ALTER TABLE users ALTER COLUMN mood DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE",'
NO_DEFAULT += ' "ALTER TABLE users ALTER COLUMN mood DROP DEFAULT, ALGORITHM=INSTANT")'
MOODS = (
    change("EXPAND", "0101_mood", ADD_MOOD_WITH_DEFAULT),
    change("CONTRACT", "0102_mood_always", NO_DEFAULT),
)
NULL = "ALTER TABLE users MODIFY avatar_url VARCHAR(1000), ALGORITHM=INPLACE, LOCK=NONE"

PLANTED = {
    "a column is dropped in one step": planted(
        "contract-in-expand clause-missing",
        Version((by_hand("0101_avatar", 'op.drop_column("users", "avatar_url")'),), NO_AVATAR),
        Version((DEFAULT, DROPPED), NO_AVATAR),
    ),
    "a column is renamed in one step": planted(
        "rename-in-one-step",
        Version(
            (
                by_hand(
                    "0101_image",
                    'op.alter_column("users", "avatar_url", new_column_name="image_url",',
                    "    existing_type=sa.String(1000), existing_nullable=False)",
                ),
            ),
            IMAGE,
        ),
        Version(RENAMED, IMAGE),
    ),
    "a table is renamed": planted(
        "rename-in-one-step",
        Version((by_hand("0101_people", 'op.rename_table("users", "people")'),)),
        Version(),
    ),
    "a type is changed in place": planted(
        "type-changed-in-one-step",
        Version(
            (
                by_hand(
                    "0101_revision",
                    'op.alter_column("users", "revision", type_=sa.Integer(), existing_nullable=False)',
                ),
            )
        ),
        Version(
            (
                change("EXPAND", "0101_revision_default", 'SetDefault("users", "revision", "1")'),
                change(
                    "EXPAND",
                    "0102_version",
                    'SecondColumn("users", "revision", "version", Integer(), "{revision}", "{version}")',
                ),
            )
        ),
    ),
    "NOT NULL without a default": planted(
        "not-null-without-default",
        Version(
            (change("EXPAND", "0101_mood", 'AddColumn("users", "mood", String(20), nullable=False)'),), MOOD
        ),
        Version((change("EXPAND", "0101_mood", ADD_MOOD_WITH_DEFAULT),), MOOD),
    ),
    "NOT NULL without a backfill": planted(
        "not-null-without-backfill",
        Version(
            (
                dataclasses.replace(
                    PARENTS[1], code=PARENTS[1].code.replace(", after=(parents_0101.CHANGE,)", "")
                ),
            )
        ),
        Version(PARENTS),
    ),
    "an index in use is dropped": planted(
        "drop-without-ignoring",
        Version((change("CONTRACT", "0101_brand", 'DropIndex("products", "ix_products_brand_id")'),)),
        Version(
            (
                change("CONTRACT", "0101_brand_ignored", 'IgnoreIndex("products", "ix_products_brand_id")'),
                change("CONTRACT", "0102_brand_dropped", 'DropIndex("products", "ix_products_brand_id")'),
            )
        ),
    ),
    "a contract in an expand": planted(
        "contract-in-expand",
        Version(
            (change("EXPAND", "0101_mood", f'{ADD_MOOD}, DropColumn("users", "avatar_url")'),), NO_AVATAR
        ),
        Version((change("EXPAND", "0100_mood", ADD_MOOD), DEFAULT, DROPPED), NO_AVATAR),
    ),
    "an expand in a contract": planted(
        "expand-in-contract",
        Version(
            (
                DEFAULT,
                change("CONTRACT", "0102_avatar", f'DropColumn("users", "avatar_url"), {ADD_MOOD}'),
            ),
            NO_AVATAR,
        ),
        Version((DEFAULT, DROPPED, change("EXPAND", "0103_mood", ADD_MOOD)), NO_AVATAR),
    ),
    "DDL in a backfill": planted(
        "ddl-in-backfill",
        Version((change("BACKFILL", "0101_mood", f"{ADD_MOOD}, {FILL_MOOD}"),)),
        Version(
            (
                change("EXPAND", "0101_mood", ADD_MOOD),
                change("BACKFILL", "0102_mood_filled", FILL_MOOD, "mood_0101"),
            )
        ),
    ),
    "all rows are filled by a revision": planted(
        "fill-in-ddl",
        Version((by_hand("0101_again", 'op.execute("UPDATE categories SET parent_id = id")'),)),
        Version(PARENTS[:1]),
    ),
    "an expand waits for a contract": planted(
        "expand-waits",
        Version(
            (DEFAULT, DROPPED, change("EXPAND", "0103_mood", ADD_MOOD, "avatar_dropped_0102")), NO_AVATAR
        ),
        Version(
            (DEFAULT, DROPPED, change("EXPAND", "0103_mood", ADD_MOOD, "avatar_default_0101")), NO_AVATAR
        ),
    ),
    "the change before is not entered": planted(
        "after-unknown",
        Version(
            (
                dataclasses.replace(PARENTS[0], is_entered=False),
                change(
                    "CONTRACT",
                    "0102_brand",
                    'IgnoreIndex("products", "ix_products_brand_id")',
                    "parents_0101",
                ),
            )
        ),
        Version(
            (
                PARENTS[0],
                change(
                    "CONTRACT",
                    "0102_brand",
                    'IgnoreIndex("products", "ix_products_brand_id")',
                    "parents_0101",
                ),
            )
        ),
    ),
    "a step without clauses": planted(
        "clause-missing",
        Version((by_hand("0101_mood", 'op.add_column("users", sa.Column("mood", sa.String(20)))'),)),
        Version((change("EXPAND", "0101_mood", ADD_MOOD),)),
    ),
    "a step with wrong clauses": planted(
        "clause-differs",
        Version(
            (
                change(
                    "EXPAND",
                    "0101_mood",
                    "Sql(*2 * ['ALTER TABLE users ADD COLUMN mood VARCHAR(20), ALGORITHM=COPY, LOCK=NONE'])",
                ),
            )
        ),
        Version((change("EXPAND", "0101_mood", ADD_MOOD),)),
    ),
    "the build of an index stops writers": planted(
        "writers-blocked",
        Version((change("EXPAND", "0101_text", 'AddIndex("comments", "ix_comments_text", ("text",))'),)),
        Version((change("EXPAND", "0101_title", 'AddIndex("collages", "ix_collages_title", ("title",))'),)),
    ),
    "a column that no change adds": planted(
        "lacking-in-schema",
        Version((), MOOD),
        Version((change("EXPAND", "0101_mood", ADD_MOOD_WITH_DEFAULT),), MOOD),
    ),
    "a column that must be written is not": planted(
        "unwritten",
        Version((), NO_AVATAR),
        Version((DEFAULT,), NO_AVATAR),
    ),
    "a release uses what is dropped": planted(
        "dropped-in-use",
        Version((DEFAULT, DROPPED), NO_AVATAR, field=[TODAY]),
        Version((DEFAULT, DROPPED), NO_AVATAR, field=[NO_AVATAR]),
    ),
    "a release may write NULL": planted(
        "null-in-use",
        Version(PARENTS, field=[TODAY]),
        Version(PARENTS, field=[PARENT_ALWAYS]),
    ),
    "a release does not expect NULL": planted(
        "null-unread",
        Version((change("EXPAND", "0101_no_avatar", f"Sql(*2 * [{NULL!r}])"),), field=[TODAY]),
        Version(
            (change("EXPAND", "0101_no_avatar", f"Sql(*2 * [{NULL!r}])"),),
            {AVATAR: AVATAR.replace(", nullable=False", "")},
            field=[{AVATAR: AVATAR.replace(", nullable=False", "")}],
        ),
    ),
    "a release relies on the default": planted(
        "default-in-use",
        Version(MOODS, MOOD, field=[TODAY]),
        Version(MOODS, MOOD, field=[MOOD]),
    ),
    "a release does not know the key": planted(
        "key-unknown",
        Version(
            (change("EXPAND", "0101_names", 'AddIndex("users", "uq_users_name", ("name",), unique=True)'),),
            UNIQUE,
            field=[TODAY],
        ),
        Version(
            (change("EXPAND", "0101_names", 'AddIndex("users", "uq_users_name", ("name",), unique=True)'),),
            UNIQUE,
            field=[UNIQUE],
        ),
    ),
}
OTHERS = {
    "every other operation": Version(
        (
            change(
                "EXPAND",
                "0101_editors",
                'AddColumn("collages", "editor_id", BigInteger()), AddIndex("collages", "ix_editor", ("editor_id",)),'
                ' AddForeignKey("collages", "fk_editor", ("editor_id",), "users", ("id",))',
            ),
            change(
                "EXPAND",
                "0102_key",
                'ReplaceKey("users", ("id",), "uq_users_id", ("id", "name"), "uq_users_id_name")',
            ),
        )
    ),
    "a statement that nobody can read": Version(
        (by_hand("0101_load", 'op.execute("OPTIMIZE TABLE users")'),)
    ),
    "two statements in one": Version(
        (by_hand("0101_two", "op.execute(\"UPDATE users SET name = 'Ann'; DROP TABLE likes\")"),)
    ),
    "a revision that asks": Version(
        (
            by_hand(
                "0101_asks",
                'if sa.inspect(op.get_bind()).has_table("users"):',
                '    op.drop_column("users", "avatar_url")',
            ),
        )
    ),
    "a change without a revision": Version(
        (dataclasses.replace(DEFAULT, name="0101_avatar_default", kind="LOST"),)
    ),
}


def plant(version: Version, folder: Path) -> Path:
    """Write what an author would into a copy of the sources."""
    changed = folder / CHANGES / "__init__.py"
    entered = [each.module for each in version.written if each.kind and each.is_entered]
    text = changed.read_text(encoding="utf-8")
    if entered:
        text += f"\nfrom . import {', '.join(entered)}\n"
        text += f"CHANGES = (*CHANGES, {', '.join(f'{each}.CHANGE' for each in entered)})\n"
    _replace(changed, text)
    for each in version.written:
        number = each.name[:4]
        if each.kind:
            named = re.findall(r"\((\w+_\d{4})\.CHANGE", each.code)
            imports = f"from . import {named[0]}\n" if named else ""
            kind = "EXPAND" if each.kind == "LOST" else each.kind
            code = each.code.replace("Kind.LOST", f"Kind.{kind}")
            _replace(folder / CHANGES / f"{each.module}.py", CHANGE.format(imports=imports, code=code))
        code = each.code
        if each.kind == "EXPAND":
            code = f"run(op.get_bind(), {each.module}.CHANGE)"
        elif each.kind:
            continue
        imports = f"from ogrom.sources.schema.changes import {each.module}\n" if each.kind else ""
        text = REVISION.format(imports=imports, number=number, before=last_revision(folder), code=code)
        _replace(folder / VERSIONS / f"v{each.name}.py", text)
    _replace(folder / TABLES, tables(version.tables))
    return folder


def last_revision(folder: Path) -> str:
    return max(each.name[1:5] for each in (folder / VERSIONS).glob("v*.py"))


def tables(edits: Mapping[str, str]) -> str:
    """The module of tables, with something replaced."""
    text = (ROOT / gates.LIBRARY / "src" / TABLES).read_text(encoding="utf-8")
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new, 1)
    return text


def _replace(file: Path, text: str) -> None:
    """Copies share their files."""
    file.unlink(missing_ok=True)
    file.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Copies:
    """What is read of each copy, by the name of what is planted and whether it is the right one."""

    found: Mapping[tuple[str, str], tuple[Change, ...] | Failed]

    def schema(self, name: str, side: str, version: Version) -> Schema:
        changes = self.found[name, side]
        assert not isinstance(changes, Failed), changes
        return Schema(declared("the new release", tables(version.tables)), changes)

    def judged(self, name: str, side: str, version: Version) -> list[SchemaFinding]:
        """What check, release and pin are told."""
        new, today = self.schema(name, side, version), self.schema("", "", Version())
        field = [
            dataclasses.replace(today, uses=declared(f"release {number}", tables(each)))
            for number, each in enumerate(version.field)
        ]
        late = [each for found in gates.due(new, field).values() for each in found]
        found = (*gates.alone(new, SERVERS), *gates.coming(new, field), *late)
        return [each for each in found if each.level is Level.MAJOR]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """All of them are read at once, which takes two seconds."""
    root = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / gates.LIBRARY / "src", root / "src")
    versions = {("", ""): Version(), **{(name, ""): each for name, each in OTHERS.items()}}
    for name, each in PLANTED.items():
        versions |= {(name, "wrong"): each.wrong, (name, "right"): each.right}
    folders = []
    for number, version in enumerate(versions.values()):
        shutil.copytree(root / "src", root / str(number), copy_function=os.link)
        folders.append(plant(version, root / str(number)))
    return Copies(dict(zip(versions, of_folders(folders), strict=True)))


@pytest.mark.parametrize("name", PLANTED)
def test_a_bad_change_is_refused_with_the_way_to_do_it_right(copies: Copies, name: str) -> None:
    case = PLANTED[name]
    found = copies.judged(name, "wrong", case.wrong)
    assert {each.rule for each in found} == case.rules
    assert all(each.instead and each.instead in str(each) for each in found)


@pytest.mark.parametrize("name", PLANTED)
def test_the_right_one_is_not(copies: Copies, name: str) -> None:
    assert copies.judged(name, "right", PLANTED[name].right) == []


def test_each_rule_that_refuses_is_planted() -> None:
    refusing = {name for name, each in RULES.items() if each.level is Level.MAJOR}
    assert frozenset[str]().union(*(each.rules for each in PLANTED.values())) == refusing


def test_the_clauses_of_the_operations_are_those_of_the_verdicts(copies: Copies) -> None:
    """Of those that no right change above has."""
    name = "every other operation"
    found = copies.judged(name, "", OTHERS[name])
    assert found == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a statement that nobody can read",
            "0101_load sends what the rules cannot read: .*OPTIMIZE TABLE users",
        ),
        ("two statements in one", "0101_two sends what the rules cannot read: it is more than one"),
        ("a revision that asks", r"v0101_asks\.py asks a database.* so nobody can judge it"),
        ("a change without a revision", r"0101_avatar_default is an expand that no migration runs\. Add"),
    ],
)
def test_what_cannot_be_judged_is_refused(copies: Copies, name: str, text: str) -> None:
    found = copies.found[name, ""]
    assert isinstance(found, Failed)
    assert re.match(text, str(found), re.DOTALL)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A checkout, to commit something planted in."""
    root = tmp_path_factory.mktemp("clone") / "ogrom"
    run("git", "clone", "--quiet", "--shared", "--no-tags", str(ROOT), str(root))
    repository = Repository(root)
    for key, value in {"user.name": "Nobody", "user.email": "nobody@example.org"}.items():
        repository("config", key, value)
    repository("switch", "--quiet", "--force-create", "main")
    repository("tag", "begin")
    return repository


def commit(repository: Repository, version: Version) -> str:
    """The id of the library's folder with a change that is committed, and nothing of another one."""
    repository("clean", "--quiet", "--force", "-d")
    repository("reset", "--quiet", "--hard", "begin")
    plant(version, repository.root / gates.LIBRARY / "src")
    repository("add", "--all")
    repository("commit", "--quiet", "--message=Plant it", "--allow-empty")
    return repository.tree("HEAD", gates.LIBRARY)


@pytest.mark.parametrize(
    ("name", "symbol", "instead"),
    [
        (
            "a column is dropped in one step",
            "0101_avatar: users.avatar_url",
            "Do it by a contract of its own",
        ),
        (
            "a release does not know the key",
            "0101_names: users uq_users_name",
            "Release the library so that it",
        ),
    ],
)
def test_the_plan_of_a_release_refuses_it(
    clone: Repository, monkeypatch: pytest.MonkeyPatch, name: str, symbol: str, instead: str
) -> None:
    """Before anything is built; also beside what is in the field by the ledger and the pins."""
    monkeypatch.setattr(planning, "judging", lambda *_: nullcontext())  # of the contract, which comes later
    commit(clone, PLANTED[name].wrong)
    done = CliRunner().invoke(release, ["sources", "--dry-run", "--root", str(clone.root)])
    assert done.exit_code == 1
    (rule, *_) = sorted(PLANTED[name].rules, reverse=True)
    assert f"{symbol}: {rule}\n" in done.output
    assert f"\n  {instead}" in done.output
    assert gates.ALLOWED in done.output


def test_a_contract_waits_for_what_is_in_the_field(clone: Repository) -> None:
    """That is told, and refuses no release."""
    tree = commit(clone, PLANTED["a release uses what is dropped"].wrong)
    workspace, (before,) = (
        discover(clone.root),
        (each for each in Ledger.read(ROOT) if str(each) == "sources 4.1.0"),
    )
    found = {each.symbol: each.rule for each in gates.waiting(workspace, tree, [before])}
    assert found["0102_avatar_dropped: users.avatar_url"] == "dropped-in-use"
    assert gates.refusals(workspace, tree, [before]) == ()


def test_check_refuses_it_before_it_is_committed(
    clone: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(clone, Version())
    plant(PLANTED["a step without clauses"].wrong, clone.root / gates.LIBRARY / "src")
    with pytest.raises(Failed, match=r"schema-rules\.md"):
        gates.main(clone.root)
    assert "0101_mood: users.mood: clause-missing" in capsys.readouterr().out


def test_an_exception_lets_it_pass_until_its_day(copies: Copies, tmp_path: Path) -> None:
    """One that excepts nothing is refused, but where that depends on what is in the field."""
    name, allowed = "the build of an index stops writers", tmp_path / gates.ALLOWED
    found = copies.judged(name, "wrong", PLANTED[name].wrong)
    entry = '[[allowed]]\nrule = "{rule}"\nsymbol = "{symbol}"\nreason = "There are few."\nexpires = {day}\n'
    text = entry.format(
        rule="writers-blocked", symbol="0101_text: comments ix_comments_text", day="2999-01-01"
    )
    allowed.parent.mkdir(parents=True)
    allowed.write_text(text + entry.format(rule="key-unknown", symbol="0199_none: users", day="2999-01-01"))
    (passed,) = gates.excepted(tmp_path, found, in_field=False)
    assert passed.level is Level.MINOR
    assert "There are few." in passed.text
    assert gates.excepted(tmp_path, (), in_field=True) == ()
    allowed.write_text(text.replace("2999", "2025"))
    with pytest.raises(Failed, match="expired on 2025-01-01"):
        gates.excepted(tmp_path, found, in_field=False)
    allowed.write_text(text)
    with pytest.raises(Failed, match="matches no finding"):
        gates.excepted(tmp_path, (), in_field=False)


def test_mysql_is_not_asked_where_only_mariadb_runs(copies: Copies, tmp_path: Path) -> None:
    """The build of an index on a table with a cascade stops writers on MySQL alone."""
    name, file = "the build of an index stops writers", tmp_path / "pyproject.toml"
    text = (ROOT / file.name).read_text(encoding="utf-8")
    both = 'servers = ["mariadb", "mysql"]'
    assert both in text
    file.write_text(text.replace(both, 'servers = ["mariadb"]'), encoding="utf-8")
    planted = copies.schema(name, "wrong", PLANTED[name].wrong)
    assert gates.alone(planted, gates.servers(tmp_path)) == ()
    file.write_text(text.replace(both, 'servers = ["mssql"]'), encoding="utf-8")
    with pytest.raises(Failed, match="must be some of mariadb, mysql"):
        gates.servers(tmp_path)


LIES = (
    "class Lies(Step):\n    def run(self, connection):\n        super().run(connection)\n"
    '        connection.exec_driver_sql("ALTER TABLE users MODIFY avatar_url VARCHAR(1000) NULL")\n\n\n'
    'class Lying(Sql):\n    def steps(self, dialect):\n        return (Lies("ALTER TABLE users ADD COLUMN mood TEXT",'
    ' lambda connection: False, "INSTANT"),)\n\n\n'
    'CHANGE = Change("0101_mood", Kind.EXPAND, (Lying("", ""),))'
)
TOO_GOOD = "ALTER TABLE users ADD INDEX ix_users_name (name), ALGORITHM=INSTANT, LOCK=NONE"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (
            Written("0101_mood", LIES, "EXPAND"),
            r"0101_mood does .* something else .*:\n  set_null users\.avatar_url\n",
        ),
        (
            change("EXPAND", "0101_name", f"Sql(*2 * [{TOO_GOOD!r}])"),
            "MariaDB does not do 0101_name on .*INSTANT",
        ),
    ],
    ids=["a step that does more than it says", "clauses that the server does not take"],
)
def test_a_release_runs_it_on_mariadb(
    clone: Repository, mariadb: MariaDB, written: Written, text: str
) -> None:
    """Which refuses what only looks right."""
    tree = commit(clone, Version((written,)))
    with pytest.raises(Failed, match=f"(?s){text}"):
        run_on(mariadb.database(), clone, tree)


def test_each_operation_does_on_mariadb_what_it_says(clone: Repository, mariadb: MariaDB) -> None:
    """In a row, as a release would bring them: expands, backfills and contracts, with two forms in step."""
    brand, editors = '("products", "ix_products_brand_id")', OTHERS["every other operation"].written
    parents = change(
        "CONTRACT", "0108_needed", 'SetNotNull("categories", "parent_id", BigInteger())', "parents_0107"
    )
    written = (
        *RENAMED,
        change("CONTRACT", "0105_brand_ignored", f"IgnoreIndex{brand}"),
        change("CONTRACT", "0106_brand_dropped", f"DropIndex{brand}"),
        change("BACKFILL", "0107_parents", FILL_PARENT),
        parents,
        *(
            dataclasses.replace(each, name=f"02{each.name[2:]}", code=each.code.replace('"01', '"02'))
            for each in editors
        ),
    )
    run_on(mariadb.database(), clone, commit(clone, Version(written, IMAGE)))
