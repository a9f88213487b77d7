"""Names, values and conditions as SQL writes them."""

from sqlalchemy import Dialect, String

__all__ = ["literal", "quoted", "same"]


def quoted(dialect: Dialect, *names: str) -> tuple[str, ...]:
    """The names as SQL writes them."""
    return tuple(map(dialect.identifier_preparer.quote, names))


def literal(dialect: Dialect, value: str | None) -> str:
    """The text, or NULL."""
    processor = String().literal_processor(dialect)  # type: ignore[no-untyped-call]
    return "NULL" if value is None else str(processor(value))


def same(dialect: Dialect, left: str, right: str, *, exactly: bool) -> str:
    """The condition that two values are the same, or both NULL.

    Args:
        exactly: as bytes. Texts that differ in blanks at their end are equal on MySQL otherwise.
    """
    if dialect.name == "sqlite":
        return f"({left} IS {right})"
    return f"(CAST({left} AS BINARY) <=> CAST({right} AS BINARY))" if exactly else f"({left} <=> {right})"
