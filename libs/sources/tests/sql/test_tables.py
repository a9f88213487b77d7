"""Columns give back what was put in."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Engine, delete, insert, select

from ogrom.sources.sql.tables import users

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    time=st.datetimes(datetime(1900, 1, 2), datetime(9999, 12, 30), timezones=ZONES),  # noqa: DTZ001
    name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=255),
    id=st.integers(1, 2**63 - 1),
)
def test_a_row_is_read_as_it_was_written(store: Engine, time: datetime, name: str, id: int) -> None:
    """A moment in any zone to the microsecond and in UTC, a text in any script, the largest id."""
    row = {"id": id, "name": name, "avatar_url": "", "revision": 1, "created_at": time}
    with store.begin() as connection:
        connection.execute(insert(users), row)
        read = connection.execute(select(users.c.id, users.c.name, users.c.created_at)).one()
        connection.execute(delete(users))
    assert tuple(read) == (id, name, time)
    assert read.created_at.tzinfo is UTC
