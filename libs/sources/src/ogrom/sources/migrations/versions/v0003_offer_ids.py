"""What shops call products, so that an import finds them again."""

import sqlalchemy as sa

from ogrom.sources.migrations.resume import create_table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table; it is empty until the first import."""
    create_table(
        "offer_ids",
        sa.Column("offer_id", sa.String(50), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("offer_id"),
        sa.Index("uq_offer_ids_product_id", "product_id", unique=True),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
