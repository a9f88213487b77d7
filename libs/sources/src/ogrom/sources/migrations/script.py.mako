"""${message}"""

import sqlalchemy as sa
from ogrom.sources.migrations import resume

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """${message}"""
    ${upgrades if upgrades else "pass"}
