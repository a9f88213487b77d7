"""The products of a category and of all below it: an offer's row under each, made of the offers there are."""

import sqlalchemy as sa
from alembic import op

from ogrom.sources.migrations.resume import create_table

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")

_CHUNK = 1000

_LAST = """
SELECT max(id) FROM (SELECT id FROM products WHERE id > :after ORDER BY id LIMIT :chunk) AS part
"""
# Those that are there already are left out: a migration that died has made some.
_FILL = """
INSERT INTO category_offers (product_id, locale, category_id, brand)
SELECT w.product_id, w.locale, w.category_id, w.brand FROM (
    WITH RECURSIVE above (category_id, above_id) AS (
        SELECT category_id, category_id FROM products WHERE id > :after AND id <= :last
        UNION
        SELECT a.category_id, c.parent_id FROM above a JOIN categories c ON c.id = a.above_id
        WHERE c.parent_id IS NOT NULL
    )
    SELECT o.product_id, o.locale, a.above_id AS category_id, p.brand
    FROM products p JOIN offers o ON o.product_id = p.id JOIN above a ON a.category_id = p.category_id
    WHERE p.id > :after AND p.id <= :last
) AS w
LEFT JOIN category_offers h
    ON h.product_id = w.product_id AND h.locale = w.locale AND h.category_id = w.category_id
WHERE h.product_id IS NULL
"""


def upgrade() -> None:
    """Make the table and fill it, a thousand products at a time."""
    create_table(
        "category_offers",
        sa.Column("product_id", _ID, sa.ForeignKey("products.id", ondelete="CASCADE"), nullable=False),
        sa.Column("locale", sa.String(35), nullable=False),
        sa.Column("category_id", _ID, nullable=False),
        sa.Column("brand", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("product_id", "locale", "category_id"),
        sa.Index("ix_category_offers_locale_category_id_product_id", "locale", "category_id", "product_id"),
        sa.Index(
            "ix_category_offers_locale_category_id_brand_product_id",
            *("locale", "category_id", "brand", "product_id"),
        ),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    bind, after = op.get_bind(), 0
    while last := bind.scalar(sa.text(_LAST), {"after": after, "chunk": _CHUNK}):
        bind.execute(sa.text(_FILL), {"after": after, "last": last})
        after = last
