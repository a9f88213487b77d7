"""The idempotency keys of writes, and what came of these."""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from ogrom.sources.migrations.resume import create_table

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table; a release before it writes without keys, and needs nothing of it."""
    id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    create_table(
        "idempotency_keys",
        sa.Column("id", id, nullable=False, autoincrement=True),
        sa.Column("user_id", id, nullable=False),
        sa.Column("locale", sa.String(35), nullable=False),
        sa.Column("key", sa.LargeBinary(255).with_variant(mysql.VARBINARY(255), "mysql"), nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "locale", "key", name="uq_idempotency_keys_user_id_locale_key"),
        sa.Index("ix_idempotency_keys_user_id_locale_id", "user_id", "locale", "id"),
        sa.Index("ix_idempotency_keys_created_at", "created_at"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
