"""Whole acts on a fleet whose database changes: what is done to it, what is refused, and what is kept of it."""

from dataclasses import replace

import msgspec
import pytest

from deploy.beanstalk.tests.faults import FaultPlan, MemoryStore
from deploy.beanstalk.tests.test_schema_laws import POLICY, STORY, VERSIONS, Command, World, played
from ogrom_deploy import history
from ogrom_deploy.driver import Stop
from ogrom_deploy.events import Begun, Ended, Event
from ogrom_deploy.lock import Locked, acquire, format_time
from ogrom_deploy.model import Version
from ogrom_deploy.plan import Refused
from ogrom_deploy.ports import PlatformError
from ogrom_deploy.schema import Database


def world(*names: str) -> World:
    """After these commands, all of which went well."""
    made = played([Command(each) for each in names])
    assert all(each.endswith((": done", ": None")) for each in made.outcomes), made.outcomes
    return made


BEFORE_CONTRACT = STORY[: STORY.index("contract")]


def test_the_database_is_expanded_before_an_instance_is_deployed() -> None:
    """And a version that reads the new form waits for its backfill before that."""
    started = world("apply both")
    plan = started.program().plan(VERSIONS["new"])
    assert [each.title for each in plan.steps[:3]] == [
        "Publish new",
        "See that backfill 0007 of the database is finished, and its forms agree",
        "Deploy new to blue, which has no traffic",
    ]
    assert [each.title for each in started.program().plan(VERSIONS["next"]).steps[:2]] == [
        "Publish next",
        "Expand the database to 0009, by a task of next",
    ]


def test_a_record_says_which_phases_its_version_serves_and_what_the_database_is_at() -> None:
    """So a rollback needs nothing else."""
    (record,) = history.acts(history.newest(world("apply both").store))
    assert record.version.schema == VERSIONS["both"].schema
    assert (record.phase, record.possible) == ("0006", "0006")


def test_what_fails_at_the_database_leaves_it_open_whether_it_was_done() -> None:
    """No instance has been touched, and the traffic is where it was."""
    started = World()
    started.do(Command("apply both", FaultPlan(unseen=frozenset({0}))))
    assert started.outcomes == ["apply both: aborted"]
    (record,) = history.acts(history.newest(started.store))
    assert (record.phase, record.possible) == ("", "0006")
    assert "expand 0006 failed: the connection to the database broke" in record.reason
    assert started.memory.observe().green.version == ""
    started.do(Command("apply both"))
    assert started.outcomes[-1] == "apply both: done"


def test_an_aborted_deploy_leaves_its_expand() -> None:
    """There is no downgrade, and the next one need not do it again."""
    started = World()
    started.memory.behaviours = {"both": replace(started.memory._behaviour("both"), healthy=False)}
    started.do(Command("apply both"))
    assert started.outcomes == ["apply both: aborted"]
    assert history.database(history.newest(started.store)).certain.expand == "0006"
    titles = [each.title for each in started.program().plan(VERSIONS["both"]).steps]
    assert not any("Expand" in each for each in titles)


def test_a_version_that_says_nothing_is_refused_once_others_have() -> None:
    """One that said it earlier need not say it again."""
    started = world("apply both", "apply old")
    with pytest.raises(Refused, match="Give the file that its image has: --schema FILE"):
        started.program().apply(Version("strange"))
    assert started.program().apply(Version("both")).outcome == "done"


def test_a_label_never_changes_what_it_says() -> None:
    """Whoever gives the file of another image would lead a rollback to tables that the version cannot use."""
    started = world("apply both")
    with pytest.raises(Refused, match="both said something else of the database when it was deployed"):
        started.program().plan(replace(VERSIONS["both"], schema=VERSIONS["new"].schema))
    assert not started.program().plan(VERSIONS["both"]).steps


def test_where_no_task_can_be_run_nothing_is_deployed_that_needs_one() -> None:
    """It would find a database that it does not serve."""
    with pytest.raises(Refused, match="runs no tasks on the database"):
        replace(World().program(), tasks=None).apply(VERSIONS["both"])


def test_a_rollback_says_beforehand_whether_it_can() -> None:
    """From the records alone: to a version that serves the database, and to no other."""
    started = world(*BEFORE_CONTRACT)
    fleet = started.memory.observe()
    assert started.program().way_back(fleet) == "A rollback goes back to new."
    history.add(started.store, replace(_last(started), began=started.memory.now(), possible="0006~0007+0009"))
    refused = (
        "new does not serve a database at 0006~0007+0009: contract 0009 is later than all that it knows."
    )
    assert started.program().way_back(fleet) == f"No way back: {refused}"
    weights = started.memory.weights
    with pytest.raises(Refused, match="There is no downgrade"):
        started.program().rollback()
    assert started.memory.weights == weights


def _last(started: World) -> history.Record:
    return next(history.acts(history.newest(started.store)))


def test_a_backfill_holds_neither_lock_nor_program() -> None:
    """It goes on while somebody deploys, and a second start is none."""
    started = world("apply both")
    started.memory.task_seconds = 1000.0
    acquire(started.store, "bob", "looking", 10.0, started.memory.now)
    started.program().backfill("0007")
    started.program().backfill("0007")
    started.memory.wait(20.0)
    started.memory.task_seconds = 5.0
    assert started.program().apply(VERSIONS["old"]).outcome == "done"
    assert started.program().apply(VERSIONS["both"]).outcome == "done"
    started.do(Command("apply new"))
    assert started.outcomes[-1] == "apply new: aborted"
    assert "backfill 0007 is not finished" in _last(started).reason
    started.memory.wait(1000.0)
    assert started.program().apply(VERSIONS["new"]).outcome == "done"
    with pytest.raises(Refused, match="does not know backfill 0010"):
        started.program().backfill("0010")


def refused_contract(started: World) -> str:
    with pytest.raises(Refused) as problem:
        started.program().contract("0008")
    assert not started.memory.phase.contracts
    return str(problem.value)


def test_a_contract_is_refused_for_all_reasons_at_once() -> None:
    """What needs the old form now, what did until lately, and the snapshot that is missing."""
    told = refused_contract(world("apply both", "backfill", "wait", "apply new"))
    assert told.splitlines()[0] == "Contract 0008 cannot begin:"
    assert "both on green does not serve a database at 0006~0007+0008" in told
    assert "both, which does not serve that, was deployed until" in told
    assert "no snapshot of the database that is younger than" in told
    assert "new on blue" not in told


def test_a_contract_waits_until_the_old_form_has_not_been_needed_for_a_while() -> None:
    """From the end of the deploy that has replaced the last version that needed it."""
    started = world("apply both", "backfill", "wait", "apply new", "apply newer", "snapshot")
    assert refused_contract(started).count("\n") == 1
    end = _last(started).began + _last(started).seconds
    started.memory.wait(end + POLICY.rest - 5.0 - started.memory.now())
    assert f"wait until {format_time(end + POLICY.rest)}" in refused_contract(started)
    started.memory.wait(10.0)
    assert started.program().contract("0008").outcome == "done"


def test_a_contract_needs_a_new_snapshot() -> None:
    """What it takes away comes back from nowhere else."""
    started = world(*BEFORE_CONTRACT)
    started.memory.wait(POLICY.snapshot_age + 1.0)
    assert "no snapshot" in refused_contract(started)


def test_a_contract_begins_only_where_the_scan_finds_no_difference() -> None:
    """Otherwise nothing was begun, and the way back is as it was; why is in the history."""
    started = world(*BEFORE_CONTRACT)
    started.memory.faults = FaultPlan(undone=frozenset({started.memory._started_tasks}))
    with pytest.raises(Stop, match="scan 0008 failed"):
        started.program().contract("0008", "nobody reads it")
    assert (_last(started).act, _last(started).outcome) == ("contract", "failed")
    assert _last(started).message == "0008: nobody reads it"
    assert "scan 0008 failed: the connection to the database broke" in _last(started).reason
    assert _last(started).possible == "0006~0007"


def test_a_contract_tells_what_it_does() -> None:
    """First it looks, then it acts; each may take as long as the table is large."""
    started, told = world(*BEFORE_CONTRACT), list[Event]()
    replace(started.program(), tell=told.append).contract("0008")
    assert [each.title for each in told if isinstance(each, Begun | Ended)] == [
        *["See that contract 0008 of the database would do no harm"] * 2,
        *["Carry out contract 0008 of the database, by a task of newer"] * 2,
    ]


def test_a_contract_is_written_down() -> None:
    """As begun before it is ordered; how it ended, if that was seen; and it is not done twice."""
    started = world(*BEFORE_CONTRACT)
    started.memory.faults = FaultPlan(unseen=frozenset({started.memory._started_tasks + 1}))
    with pytest.raises(Stop, match="contract 0008 failed"):
        started.program().contract("0008")
    assert (_last(started).outcome, _last(started).phase) == ("failed", "0006~0007")
    assert _last(started).possible == "0006~0007+0008"
    assert started.program().contract("0008").outcome == "done"
    assert (_last(started).act, _last(started).phase) == ("contract", "0006~0007+0008")
    with pytest.raises(Refused, match="finished already"):
        started.program().contract("0008")


def test_nothing_is_begun_that_cannot_be_written_down() -> None:
    """A rollback after it would not know."""
    started = world(*BEFORE_CONTRACT)
    write = started.store.write

    def full(name: str, content: bytes, *, tag: str | None) -> str:
        if name.startswith(history.PREFIX):
            raise PlatformError("the bucket is gone")
        return write(name, content, tag=tag)

    started.store.write = full  # type: ignore[method-assign]
    with pytest.raises(Stop, match="could not write the history"):
        started.program().contract("0008")
    assert not started.memory.phase.contracts
    with pytest.raises(Stop, match="could not write the history"):
        started.program().apply(VERSIONS["next"])
    assert started.memory.phase.expand == "0006"


def test_no_instance_is_added_to_what_does_not_serve_the_database() -> None:
    """An environment without instances keeps its version."""
    started = world(*BEFORE_CONTRACT)
    history.add(started.store, replace(_last(started), began=started.memory.now(), possible="0006~0007+0009"))
    with pytest.raises(Refused, match="contract 0009 is later than all that it knows"):
        started.program().scale("green", 5)


def test_nobody_contracts_beside_somebody_else() -> None:
    """It is a deploy of its own, under the same lock."""
    started = world(*BEFORE_CONTRACT)
    acquire(started.store, "bob", "looking", 3600.0, started.memory.now)
    with pytest.raises(Locked, match="bob"):
        started.program().contract("0008")


def test_records_of_before_say_nothing_of_the_database() -> None:
    """They are read as they are."""
    store = MemoryStore()
    old = {
        "act": "apply",
        "who": "ann",
        "message": "",
        "began": 0.0,
        "seconds": 0.0,
        "version": {"label": "v1"},
    }
    old |= {"before": "", "outcome": "done", "reason": "", "live": "blue", "serves": "v1"}
    store.write(f"{history.PREFIX}2026-01-01T00:00:00.000000Z-1.json", msgspec.json.encode(old), tag=None)
    (record,) = history.newest(store)
    assert (record.database, record.version.schema) == (None, None)
    assert history.database([record]) == Database()
