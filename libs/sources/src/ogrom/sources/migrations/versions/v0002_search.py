"""What search reads: a table of texts with a full text index, filled from the offers and collages there are."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import MEDIUMTEXT

from ogrom.sources.migrations.resume import create_table
from ogrom.sources.migrations.tokens_0002 import title_words, tokens

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TOKENS = sa.Text().with_variant(MEDIUMTEXT(charset="ascii", collation="ascii_bin"), "mysql")

_CHUNK = 1000

_LOCALES = {
    "offers": "SELECT DISTINCT locale FROM offers ORDER BY locale",
    "collages": "SELECT DISTINCT locale FROM collages ORDER BY locale",
}
# The next of a market that have no text yet.
_NEXT = {
    "offers": """
SELECT o.product_id AS id, o.title, p.brand, coalesce(n.name, '') AS category
FROM offers o JOIN products p ON p.id = o.product_id
LEFT JOIN category_names n ON n.locale = o.locale AND n.category_id = p.category_id
LEFT JOIN texts t ON t.locale = o.locale AND t.product_id = o.product_id
WHERE o.locale = :locale AND o.product_id > :after AND t.id IS NULL
ORDER BY o.product_id LIMIT :chunk
""",
    "collages": """
SELECT c.id, c.title, '' AS brand, '' AS category
FROM collages c LEFT JOIN texts t ON t.locale = c.locale AND t.collage_id = c.id
WHERE c.locale = :locale AND c.id > :after AND t.id IS NULL
ORDER BY c.id LIMIT :chunk
""",
}

_TEXTS = sa.table(
    "texts",
    *map(sa.column, ("locale", "product_id", "collage_id", "title", "title_words", "tokens")),
)

_FTS5 = """
CREATE VIRTUAL TABLE IF NOT EXISTS texts_fts USING fts5(
    tokens, content='texts', content_rowid='id', detail='none', columnsize=0, tokenize="ascii tokenchars '_'"
)
"""
_INSERTED = "INSERT INTO texts_fts (rowid, tokens) VALUES (new.id, new.tokens);"
_DELETED = "INSERT INTO texts_fts (texts_fts, rowid, tokens) VALUES ('delete', old.id, old.tokens);"
_TRIGGERS = {
    "texts_insert AFTER INSERT": _INSERTED,
    "texts_delete AFTER DELETE": _DELETED,
    "texts_update AFTER UPDATE OF tokens": _DELETED + _INSERTED,
}


def upgrade() -> None:
    """Make the table, fill it, then index it, which is quicker than row by row."""
    create_table(
        "texts",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("locale", sa.String(35), nullable=False),
        sa.Column("product_id", _ID),
        sa.Column("collage_id", _ID),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("title_words", sa.Text(), nullable=False),
        sa.Column("tokens", _TOKENS, nullable=False),
        _key("fk_texts_offers", "locale offers.locale", "product_id offers.product_id"),
        _key("fk_texts_collages", "collage_id collages.id", "locale collages.locale"),
        sa.UniqueConstraint("locale", "product_id", name="uq_texts_locale_product_id"),
        sa.UniqueConstraint("collage_id", "locale", name="uq_texts_collage_id_locale"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    for table in ("offers", "collages"):
        for rows in _missing(op.get_bind(), table):
            op.bulk_insert(_TEXTS, rows)
    if op.get_bind().dialect.name == "sqlite":
        _index_sqlite()
    else:
        _index_mysql()


def _key(name: str, *columns: str) -> sa.ForeignKeyConstraint:
    ours, theirs = zip(*map(str.split, columns), strict=True)
    return sa.ForeignKeyConstraint(ours, theirs, name=name, ondelete="CASCADE")


def _missing(bind: sa.Connection, table: str) -> Iterator[list[dict[str, Any]]]:
    """The rows that are not there yet, in parts; a migration that died has made some."""
    key, other = ("product_id", "collage_id") if table == "offers" else ("collage_id", "product_id")
    for locale in bind.scalars(sa.text(_LOCALES[table])).all():
        after = 0
        while found := _next(bind, table, locale, after):
            yield [
                {
                    "locale": locale,
                    key: row.id,
                    other: None,
                    "title": row.title,
                    "title_words": title_words(row.title),
                    "tokens": tokens(locale, row.title, f"{row.brand} {row.category}"),
                }
                for row in found
            ]
            after = found[-1].id


def _next(bind: sa.Connection, table: str, locale: str, after: int) -> Sequence[sa.Row[Any]]:
    parameters = {"locale": locale, "after": after, "chunk": _CHUNK}
    return bind.execute(sa.text(_NEXT[table]), parameters).all()


def _index_mysql() -> None:
    present = {index["name"] for index in sa.inspect(op.get_bind()).get_indexes("texts")}
    if "ft_texts_tokens" not in present:
        op.execute("CREATE FULLTEXT INDEX ft_texts_tokens ON texts (tokens)")


def _index_sqlite() -> None:
    op.execute(_FTS5)
    op.execute("INSERT INTO texts_fts (texts_fts) VALUES ('rebuild')")
    for event, statement in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER IF NOT EXISTS {event} ON texts BEGIN {statement} END")
