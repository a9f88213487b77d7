"""Column types that mean the same on MySQL, MariaDB and SQLite."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Double, Integer, String, Text
from sqlalchemy.dialects.mysql import DATETIME, MEDIUMTEXT
from sqlalchemy.types import TypeDecorator


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
        """Say the zone again that the column leaves out."""
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
# Of one byte a letter, and room for those of the longest title, brand and category.
TOKENS = Text().with_variant(MEDIUMTEXT(charset="ascii", collation="ascii_bin"), "mysql")
