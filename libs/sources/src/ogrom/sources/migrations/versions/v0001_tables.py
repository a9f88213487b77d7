"""The first tables: the catalogue, its users, and their collages."""

from typing import Any

import sqlalchemy as sa

from ogrom.sources.migrations.resume import create_table
from ogrom.sources.sql.tables import UtcDateTime

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_LOCALE = sa.String(35)
_NAME = sa.String(255)
_URL = sa.String(1000)

_MYSQL: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
}


def upgrade() -> None:
    """Create every table; what refers to a table comes after it."""
    _products()
    _users()
    _collages()
    _comments()


def _column(name: str, type_: Any, *references: str, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_, *map(sa.ForeignKey, references), nullable=null)


def _own_id(*, counting: bool) -> sa.Column[Any]:
    return sa.Column("id", _ID, primary_key=True, autoincrement=counting)


def _of_collage(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ("collage_id", "locale"),
        ("collages.id", "collages.locale"),
        name=name,
        ondelete="CASCADE",
    )


def _products() -> None:
    create_table(
        "categories",
        _own_id(counting=False),
        _column("parent_id", _ID, "categories.id", null=True),
        _column("revision", _ID),
        _column("updated_at", UtcDateTime),
        sa.Index("ix_categories_parent_id", "parent_id"),
        **_MYSQL,
    )
    create_table(
        "category_names",
        _column("locale", _LOCALE),
        _column("category_id", _ID, "categories.id"),
        _column("name", _NAME),
        sa.PrimaryKeyConstraint("locale", "category_id"),
        sa.Index("ix_category_names_category_id", "category_id"),
        **_MYSQL,
    )
    create_table(
        "products",
        _own_id(counting=False),
        _column("brand", _NAME),
        _column("category_id", _ID, "categories.id"),
        _column("image_url", _URL),
        _column("revision", _ID),
        _column("updated_at", UtcDateTime),
        sa.Index("ix_products_brand_id", "brand", "id"),
        sa.Index("ix_products_category_id_id", "category_id", "id"),
        **_MYSQL,
    )
    create_table(
        "offers",
        _column("locale", _LOCALE),
        _column("product_id", _ID, "products.id"),
        _column("title", _NAME),
        _column("amount", _ID),
        _column("currency", sa.CHAR(3)),
        _column("words", sa.Text()),
        sa.PrimaryKeyConstraint("locale", "product_id"),
        sa.Index("ix_offers_product_id", "product_id"),
        **_MYSQL,
    )


def _users() -> None:
    create_table(
        "users",
        _own_id(counting=False),
        _column("name", _NAME),
        _column("avatar_url", _URL),
        _column("revision", _ID),
        _column("created_at", UtcDateTime),
        **_MYSQL,
    )


def _collages() -> None:
    create_table(
        "collages",
        _own_id(counting=True),
        _column("locale", _LOCALE),
        _column("author_id", _ID, "users.id"),
        _column("title", _NAME),
        _column("words", sa.Text()),
        _column("revision", _ID),
        _column("created_at", UtcDateTime),
        _column("updated_at", UtcDateTime),
        sa.UniqueConstraint("id", "locale", name="uq_collages_id_locale"),
        sa.Index("ix_collages_locale_created_at_id", "locale", "created_at", "id"),
        sa.Index("ix_collages_author_id_locale_created_at_id", "author_id", "locale", "created_at", "id"),
        sqlite_autoincrement=True,
        **_MYSQL,
    )
    create_table(
        "placements",
        _column("collage_id", _ID),
        _column("locale", _LOCALE),
        _column("position", sa.Integer()),
        _column("product_id", _ID),
        _column("x", sa.Double()),
        _column("y", sa.Double()),
        _column("width", sa.Double()),
        _column("height", sa.Double()),
        _column("rotation", sa.Double()),
        _column("z", sa.Integer()),
        sa.PrimaryKeyConstraint("collage_id", "locale", "position"),
        _of_collage("fk_placements_collages"),
        sa.ForeignKeyConstraint(
            ("locale", "product_id"),
            ("offers.locale", "offers.product_id"),
            name="fk_placements_offers",
        ),
        sa.Index("ix_placements_locale_product_id", "locale", "product_id"),
        **_MYSQL,
    )


def _comments() -> None:
    create_table(
        "comments",
        _own_id(counting=True),
        _column("locale", _LOCALE),
        _column("collage_id", _ID),
        _column("author_id", _ID, "users.id"),
        _column("text", sa.String(2000)),
        _column("created_at", UtcDateTime),
        _of_collage("fk_comments_collages"),
        sa.Index("ix_comments_locale_created_at_id", "locale", "created_at", "id"),
        sa.Index(
            "ix_comments_collage_id_locale_created_at_id",
            *("collage_id", "locale", "created_at", "id"),
        ),
        sa.Index("ix_comments_author_id", "author_id"),
        sqlite_autoincrement=True,
        **_MYSQL,
    )
    create_table(
        "likes",
        sa.Column("collage_id", _ID, sa.ForeignKey("collages.id", ondelete="CASCADE")),
        sa.Column("user_id", _ID, sa.ForeignKey("users.id")),
        sa.PrimaryKeyConstraint("collage_id", "user_id"),
        sa.Index("ix_likes_user_id", "user_id"),
        **_MYSQL,
    )
