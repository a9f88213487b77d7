"""Change 0006, as a revision."""

from alembic import op

from ogrom.sources.schema.changes.words_default_0006 import CHANGE
from ogrom.sources.schema.runner import run

revision = CHANGE.number
down_revision = "0005"


def upgrade() -> None:
    """Run the steps that are not done."""
    run(op.get_bind(), CHANGE)
