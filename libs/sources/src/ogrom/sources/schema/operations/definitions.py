"""Columns as a statement defines them."""

from typing import Any

from sqlalchemy import Column, Dialect, MetaData, Table
from sqlalchemy.schema import CreateColumn
from sqlalchemy.types import TypeEngine

__all__ = ["definition"]


def definition(
    dialect: Dialect, name: str, type_: TypeEngine[Any], *, nullable: bool, server_default: str | None
) -> str:
    """The column in SQL: its name, type, default and whether it may be NULL."""
    column = Column(name, type_, nullable=nullable, server_default=server_default)
    Table("unnamed", MetaData(), column)
    return str(CreateColumn(column).compile(dialect=dialect))
