"""Steps of a migration that can be run again.

MySQL commits every CREATE at once, so a migration that dies halfway leaves its first half behind and no
revision. Each step therefore looks whether it was done already, and running the migration again finishes it.
"""

from typing import Any

from alembic import op
from sqlalchemy import Index, inspect
from sqlalchemy.schema import SchemaItem


def create_table(name: str, *items: SchemaItem, **options: Any) -> None:
    """Create the table with its indexes, or those of its indexes that are missing."""
    indexes = [item for item in items if isinstance(item, Index)]
    if not inspect(op.get_bind()).has_table(name):
        op.create_table(name, *(i for i in items if not isinstance(i, Index)), **options)
    present = {index["name"] for index in inspect(op.get_bind()).get_indexes(name)}
    for index in indexes:
        if index.name not in present:
            op.create_index(index.name, name, list(index.expressions), unique=bool(index.unique))
