"""The history of deployments: what was begun, how it ended, and which way leads back."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from deploy.beanstalk.tests.faults import MemoryStore
from ogrom_deploy import history
from ogrom_deploy.events import Outcome
from ogrom_deploy.history import Act, Record
from ogrom_deploy.model import Version
from ogrom_deploy.ports import Conflict
from ogrom_deploy.schema import Database, Phase


def record(act: Act, version: str, before: str = "", outcome: Outcome = "done") -> Record:
    return Record(act, "ann", "", 0.0, 0.0, Version(version), before, outcome, "", "blue", version)


@pytest.mark.parametrize(
    ("records", "label"),
    [
        ([], ""),
        ([record("apply", "b", "a")], ""),
        ([record("apply", "b", "a", "begun")], "b"),
        ([record("apply", "b", "a", "stuck"), record("apply", "b", "a")], ""),
        ([record("apply", "b", "a", "lost"), record("scale", "b")], "b"),
        ([record("apply", "b", "a"), record("rollback", "a", "b", "stuck")], "a"),
        ([record("apply", "b", "a", "aborted"), record("apply", "c", "a")], ""),
    ],
)
def test_the_last_deployment_may_be_unfinished(records: list[Record], label: str) -> None:
    """Whatever else was done since: only a deployment ends one."""
    moments = [replace(each, began=float(at)) for at, each in enumerate(records)]
    last = history.unfinished(reversed(moments))
    assert (last.version.label if last else "") == label


@pytest.mark.parametrize("first", [0, 1])
def test_an_act_ends_whichever_of_its_records_comes_first(first: int) -> None:
    """Both are of the moment when it began; and nothing before it is looked at."""
    act = [record("apply", "b", "a", "begun"), record("apply", "b", "a")]

    def newest() -> Iterator[Record]:
        yield from (act[first], act[1 - first])
        yield replace(record("apply", "a", "", "stuck"), began=-1.0)
        raise AssertionError("what came before that")

    assert history.unfinished(newest()) is None


@pytest.mark.parametrize(
    ("records", "way"),
    [
        ([], ""),
        ([record("apply", "b", "a")], "a b"),
        ([record("apply", "b", "a"), record("apply", "c", "b")], "a b c"),
        ([record("apply", "b", "a"), record("apply", "c", "b", "aborted")], "a b"),
        ([record("apply", "b", "a", "begun")], "a"),
        ([record("apply", "b", "a"), record("apply", "c", "b"), record("rollback", "b", "c")], "a b"),
        ([record("apply", "b", "a"), record("apply", "a", "b"), record("apply", "c", "a")], "a c"),
        ([record("apply", "b"), record("scale", "x"), record("abort", "y", "z", "aborted")], "b"),
    ],
)
def test_the_way_back_leads_through_what_was_live(records: list[Record], way: str) -> None:
    """What failed never was, and what was rolled back from is no way back any more."""
    moments = [replace(each, began=float(at)) for at, each in enumerate(records)]
    assert [each.label for each in history.rollback_path(reversed(moments))] == way.split()
    store = MemoryStore()
    for each in moments:
        history.add(store, replace(each, outcome="begun"))
        history.add(store, each)
    assert [each.label for each in history.rollback_path(history.newest(store))] == way.split()


def test_the_way_back_is_in_the_newest_record() -> None:
    """So a rollback reads a few records, however many there are; old ones that do not have it are read as before."""
    store, reads = MemoryStore(), 0
    for number in range(60):
        history.add(store, replace(record("apply", f"v{number}", f"v{number - 1}"), began=float(number)))

    def count() -> None:
        nonlocal reads
        reads += 1

    store.enter = count
    path = history.rollback_path(history.newest(store))
    assert [each.label for each in path[-2:]] == ["v58", "v59"]
    assert len(path) == history.LONGEST_PATH
    assert reads <= 3
    before = [replace(each, rollback_path=None) for each in history.newest(store)]
    assert history.rollback_path(before) == path


def test_a_long_history_is_not_read_as_a_whole() -> None:
    """Its last records are enough to go back by; each costs a request."""
    store = MemoryStore()
    for number in range(8):
        history.add(store, replace(record("apply", f"v{number}"), began=float(number)))
    assert [each.version.label for each in history.newest(store, 3)] == ["v7", "v6", "v5"]


def test_what_is_known_of_the_database_outlives_a_long_history() -> None:
    """Acts that do nothing to it pass it on, so that nobody reads further back."""
    store, known = MemoryStore(), Database(Phase("0006"), Phase.parse("0006+0008"))
    history.add(store, record("apply", "a").with_database(known))
    for number in range(1, 110):
        history.add(store, replace(record("scale", "a"), began=float(number)))
    assert history.database(history.newest(store)) == known
    assert known == next(history.newest(store)).database


def test_two_records_of_one_moment_are_two() -> None:
    """A record is never overwritten."""
    store, same = MemoryStore(), record("apply", "b")
    history.add(store, same)
    history.add(store, same)
    assert len(list(history.newest(store))) == 2
    name = next(store.names(history.PREFIX))
    with pytest.raises(Conflict):
        store.write(name, b"", tag=None)
