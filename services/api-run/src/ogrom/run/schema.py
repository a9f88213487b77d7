"""The schema: whether the tables of a database are such that this version can serve from them."""

from ogrom.sources.migrate import MigrationState


def is_usable(state: MigrationState) -> bool:
    """Whether the tables are this version's or a newer one's.

    A migration keeps what the version before it needs, so that a release can be taken back. Revisions are
    numbers of one length, so their order is that of their texts.
    """
    return state.current is not None and state.current >= state.head
