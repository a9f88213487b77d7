"""Whether tables can be served from."""

import pytest

from ogrom.run.schema import is_usable
from ogrom.sources.migrations.migrate import MigrationState


@pytest.mark.parametrize(
    ("current", "usable"), [(None, False), ("0001", False), ("0002", True), ("0003", True)]
)
def test_tables_of_this_version_and_newer_ones_are_usable(current: str | None, usable: bool) -> None:
    """A release that is taken back finds tables that are newer than it."""
    assert is_usable(MigrationState(current, "0002")) is usable
