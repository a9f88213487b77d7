"""The tables. Foreign keys include the locale, so that a collage cannot place what its market does not sell.

Every text compares exactly (`utf8mb4_bin` on MySQL, SQLite's default). `texts` is what search reads; its full
text index, which SQLAlchemy has no words for, is made by revision 0002.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CHAR,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.mysql import DATETIME, MEDIUMTEXT, VARBINARY
from sqlalchemy.types import TypeDecorator

__all__ = [
    "NAME",
    "OFFER_ID",
    "URL",
    "UtcDateTime",
    "categories",
    "category_names",
    "category_offers",
    "collages",
    "comments",
    "idempotency_keys",
    "likes",
    "metadata",
    "offer_ids",
    "offers",
    "placements",
    "products",
    "schema_users",
    "users",
]


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: stored in UTC with microseconds, read back as an aware datetime."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> DATETIME | DateTime:
        """Ask MySQL for microseconds, which its DATETIME drops by default."""
        if dialect.name == "sqlite":
            return DateTime()
        return dialect.type_descriptor(DATETIME(fsp=6))  # type: ignore[return-value]

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into the naive one that the column holds."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Add the time zone, which the column does not store."""
        return None if value is None else value.replace(tzinfo=UTC)


class Fraction(TypeDecorator[float]):
    """A float, which each of our drivers gives as one: SQLAlchemy would make it one once more, in every cell."""

    impl = Double
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Nothing is to be done."""


# SQLite counts up only a column declared INTEGER, which there has 64 bits as well.
ID = BigInteger().with_variant(Integer, "sqlite")
REVISION = BigInteger().with_variant(Integer, "sqlite")
AMOUNT = BigInteger().with_variant(Integer, "sqlite")
FRACTION = Fraction()
LOCALE = String(35)
URL = String(1000)
NAME = String(255)
OFFER_ID = String(50)
# In bytes, since texts that differ in blanks at their end are equal on MySQL.
KEY = LargeBinary(255).with_variant(VARBINARY(255), "mysql")
# Of one byte a letter, and room for those of the longest title, brand and category.
TOKENS = Text().with_variant(MEDIUMTEXT(charset="ascii", collation="ascii_bin"), "mysql")


metadata = MetaData()

_MYSQL: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
}

categories = Table(
    "categories",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("parent_id", ID, ForeignKey("categories.id"), index=True),
    Column("revision", REVISION, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    **_MYSQL,
)

category_names = Table(
    "category_names",
    metadata,
    Column("locale", LOCALE, primary_key=True),
    Column("category_id", ID, ForeignKey("categories.id"), primary_key=True, autoincrement=False),
    Column("name", NAME, nullable=False),
    Index("ix_category_names_category_id", "category_id"),
    **_MYSQL,
)

products = Table(
    "products",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("brand", NAME, nullable=False),
    Column("category_id", ID, ForeignKey("categories.id"), nullable=False),
    Column("image_url", URL, nullable=False),
    Column("revision", REVISION, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_products_brand_id", "brand", "id"),
    Index("ix_products_category_id_id", "category_id", "id"),
    **_MYSQL,
)

offers = Table(
    "offers",
    metadata,
    Column("locale", LOCALE, primary_key=True),
    Column("product_id", ID, ForeignKey("products.id"), primary_key=True, autoincrement=False),
    Column("title", NAME, nullable=False),
    Column("amount", AMOUNT, nullable=False),
    Column("currency", CHAR(3), nullable=False),
    Index("ix_offers_product_id", "product_id"),
    **_MYSQL,
)

# An offer under the category of its product, and under each one above it. The brand is the product's.
category_offers = Table(
    "category_offers",
    metadata,
    Column(
        "product_id",
        ID,
        ForeignKey("products.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("locale", LOCALE, primary_key=True),
    Column("category_id", ID, primary_key=True, autoincrement=False),
    Column("brand", NAME, nullable=False),
    Index("ix_category_offers_locale_category_id_product_id", "locale", "category_id", "product_id"),
    Index(
        "ix_category_offers_locale_category_id_brand_product_id",
        *("locale", "category_id", "brand", "product_id"),
    ),
    **_MYSQL,
)

# What shops call products. Without a foreign key: an offer that comes back finds the id that it had.
offer_ids = Table(
    "offer_ids",
    metadata,
    Column("offer_id", OFFER_ID, primary_key=True),
    Column("product_id", ID, nullable=False),
    Index("uq_offer_ids_product_id", "product_id", unique=True),
    **_MYSQL,
)

users = Table(
    "users",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("name", NAME, nullable=False),
    Column("avatar_url", URL, nullable=False),
    Column("revision", REVISION, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    **_MYSQL,
)

collages = Table(
    "collages",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("locale", LOCALE, nullable=False),
    Column("author_id", ID, ForeignKey("users.id"), nullable=False),
    Column("title", NAME, nullable=False),
    Column("revision", REVISION, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("id", "locale", name="uq_collages_id_locale"),
    Index("ix_collages_locale_created_at_id", "locale", "created_at", "id"),
    Index("ix_collages_author_id_locale_created_at_id", "author_id", "locale", "created_at", "id"),
    **_MYSQL,
)

placements = Table(
    "placements",
    metadata,
    Column("collage_id", ID, primary_key=True, autoincrement=False),
    Column("locale", LOCALE, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("product_id", ID, nullable=False),
    Column("x", FRACTION, nullable=False),
    Column("y", FRACTION, nullable=False),
    Column("width", FRACTION, nullable=False),
    Column("height", FRACTION, nullable=False),
    Column("rotation", FRACTION, nullable=False),
    Column("z", Integer, nullable=False),
    ForeignKeyConstraint(
        ("collage_id", "locale"),
        ("collages.id", "collages.locale"),
        name="fk_placements_collages",
        ondelete="CASCADE",
    ),
    ForeignKeyConstraint(
        ("locale", "product_id"),
        ("offers.locale", "offers.product_id"),
        name="fk_placements_offers",
    ),
    Index("ix_placements_locale_product_id", "locale", "product_id"),
    **_MYSQL,
)

comments = Table(
    "comments",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("locale", LOCALE, nullable=False),
    Column("collage_id", ID, nullable=False),
    Column("author_id", ID, ForeignKey("users.id"), nullable=False),
    Column("text", String(2000), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(
        ("collage_id", "locale"),
        ("collages.id", "collages.locale"),
        name="fk_comments_collages",
        ondelete="CASCADE",
    ),
    Index("ix_comments_locale_created_at_id", "locale", "created_at", "id"),
    Index("ix_comments_collage_id_locale_created_at_id", "collage_id", "locale", "created_at", "id"),
    Index("ix_comments_author_id", "author_id"),
    **_MYSQL,
)

likes = Table(
    "likes",
    metadata,
    Column("collage_id", ID, ForeignKey("collages.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ID, ForeignKey("users.id"), primary_key=True),
    Index("ix_likes_user_id", "user_id"),
    **_MYSQL,
)

# Without a foreign key: whoever has a token may write, and what came of it is the token's user's.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("user_id", ID, nullable=False),
    Column("locale", LOCALE, nullable=False),
    Column("key", KEY, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("user_id", "locale", "key", name="uq_idempotency_keys_user_id_locale_key"),
    Index("ix_idempotency_keys_user_id_locale_id", "user_id", "locale", "id"),
    Index("ix_idempotency_keys_created_at", "created_at"),
    **_MYSQL,
)

schema_users = Table(
    "schema_users",
    metadata,
    Column("service", String(100), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("serves", Text, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    **_MYSQL,
)

texts = Table(
    "texts",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("locale", LOCALE, nullable=False),
    Column("product_id", ID),
    Column("collage_id", ID),
    Column("title", NAME, nullable=False),
    Column("title_words", Text, nullable=False),
    Column("tokens", TOKENS, nullable=False),
    ForeignKeyConstraint(
        ("locale", "product_id"),
        ("offers.locale", "offers.product_id"),
        name="fk_texts_offers",
        ondelete="CASCADE",
    ),
    ForeignKeyConstraint(
        ("collage_id", "locale"),
        ("collages.id", "collages.locale"),
        name="fk_texts_collages",
        ondelete="CASCADE",
    ),
    UniqueConstraint("locale", "product_id", name="uq_texts_locale_product_id"),
    UniqueConstraint("collage_id", "locale", name="uq_texts_collage_id_locale"),
    **_MYSQL,
)
