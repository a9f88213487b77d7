"""A whole act on the fleet: take the lock, look, decide, do it, record it, release the lock."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from . import clients, history
from .clients import Contract, Difference
from .driver import Driver, Stop
from .events import Begun, Ended, Finished, Listener, Outcome
from .execute import abort as lead_back, await_steady, execute
from .history import Act, Record, Recorder
from .lock import Lease, LockLost, acquire, format_time
from .model import COLOURS, Colour, Fleet, Task, Version, other
from .plan import Plan, Refused, RunTask, plan
from .policy import Policy
from .ports import Platform, PlatformError, Store, Tasks
from .schema import Database, refusal

LEASE = 120.0
"""Seconds without a renewal after which a lock may be taken over."""


@dataclass(frozen=True)
class Deployment:
    """Changes the fleet on behalf of a person.

    Attributes:
        platform: where the fleet runs.
        store: where the lock and the history are.
        policy: how careful to be.
        who: the person and the machine, user@machine.
        tell: is called with every event.
        clock: the time for lock and history, in seconds since 1970.
        tasks: what is done to the database; None where the platform cannot.
    """

    platform: Platform
    store: Store
    policy: Policy
    who: str
    tell: Listener
    clock: Callable[[], float] = time.time
    tasks: Tasks | None = None

    def apply(
        self,
        version: Version,
        message: str = "",
        *,
        contract: Contract | None = None,
        reason: str = "",
        planned: Callable[[Plan], None] | None = None,
    ) -> Finished:
        """Give a version all of the traffic, or finish an interrupted deployment of it.

        Args:
            version: the version.
            message: the reason, for the lock and the history.
            contract: what it promises clients of the API; None if the store knows it, or nobody does.
            reason: why clients are broken who were not told; empty if they must not be.
            planned: is called with the plan before it is carried out.

        Raises:
            Locked: somebody else has the lock.
            Refused: the deployment cannot start from this state of the fleet, or would break clients.
        """
        title = f"apply {version.label}"
        return self._apply("apply", lambda _: version, title, message, planned, contract, reason)

    def plan(self, version: Version, *, contract: Contract | None = None, reason: str = "") -> Plan:
        """What `apply` would do now; changes nothing.

        Its `clients.refusal` says why `apply` would be refused for the sake of clients.

        Raises:
            Refused: `apply` would be refused for the state of the fleet.
        """
        fleet = self.platform.observe()
        version, database = self._with_schema(version), self._database()
        unfinished = self._is_unfinished(version, fleet)
        decided = plan(version, fleet, self.policy, unfinished=unfinished, database=database)
        self._expect_schema(decided, database)
        noticed = self._clients(fleet[fleet.live].version, version.label, contract, reason)
        return replace(decided, clients=noticed)

    def rollback(self, message: str = "", *, planned: Callable[[Plan], None] | None = None) -> Finished:
        """Return the traffic to the version that had it before, by the same steps.

        Raises:
            Locked: somebody else has the lock.
            Refused: the history knows no such version, the fleet is in no state for it, or the version does not serve
                the database any more.
        """
        return self._apply("rollback", self._version_before, "rollback", message, planned)

    def way_back(self, fleet: Fleet) -> str:
        """What a `rollback` would go back to, or why it would be refused; from the records alone."""
        try:
            version = self._version_before(fleet)
        except Refused as unknown:
            return f"No way back: {unknown}"
        problem = refusal(version.label, self._with_schema(version).schema, self._database())
        return f"No way back: {problem}" if problem else f"A rollback goes back to {version.label}."

    def backfill(self, change: str) -> None:
        """Start a backfill, which holds neither the lock nor this program; one that runs already runs on.

        Raises:
            Refused: the platform has no tasks, or the live version does not know the backfill.
            PlatformError: the platform does not take it.
        """
        live, tasks = self._live(self.platform.observe()), self._tasks()
        if not live.schema or live.schema.knows < change:
            raise Refused(
                f"{live.label}, which is live, does not know backfill {change}; deploy one that does."
            )
        tasks.run(Task("backfill", live, change))

    def contract(self, change: str, message: str = "") -> Finished:
        """Take an old form of the data away, by a task of the live version.

        Raises:
            Locked: somebody else has the lock.
            Refused: something in the field needs the old form, or may; or there is no new snapshot.
            LockLost: somebody else took the lock meanwhile.
            Stop: the scan found a difference, or the task failed; whether it did something is not known then.
        """
        title = f"contract {change}"
        with self._locked(title + (f": {message}" if message else "")) as lease:
            driver = self._driver(lease)
            began, begin, fleet = self.clock(), self.platform.now(), await_steady(driver)
            task = Task("contract", driver.ask("read the history", lambda: self._live(fleet)), change)
            database = driver.ask("read the history", self._database)
            if change in database.certain.contracts:
                raise Refused(
                    f"Contract {change} is finished already; the database is at {database.certain}."
                )
            if reasons := driver.ask("read the history", lambda: list(self._needed(task, fleet, database))):
                raise Refused(
                    "".join([f"Contract {change} cannot begin:", *(f"\n  {each}" for each in reasons)])
                )

            def written(outcome: Outcome, database: Database, reason: str = "") -> Finished:
                now, label = self.platform.now(), task.version.label
                end = Finished(now, outcome, reason, fleet.live, label, now - begin)
                told = f"{change}: {message}" if message else change
                made = history.record("contract", self.who, told, began, end, task.version, label)
                made = made.with_database(database)
                if outcome == "begun":
                    driver.ask("write the history", lambda: history.add(self.store, made))
                else:
                    self._add(made)
                return end

            begun = database
            try:
                self._run(driver, 1, Task("scan", task.version, change))
                begun = database.begun(task.effect)
                written("begun", begun)
                driver.ask(
                    "look at the lock", lease.confirm
                )  # whoever takes it after this sees what was begun
                self._run(driver, 2, task)
            except (Stop, LockLost, KeyboardInterrupt) as problem:
                taken = isinstance(problem, LockLost) and problem.taken
                written("lost" if taken else "failed", begun, str(problem) or "interrupted")
                raise
            end = written("done", database.done(task.effect))
            self._note(f"the database is at {database.done(task.effect).certain}")
            self.tell(end)
            return end

    def abort(self, message: str = "") -> Finished:
        """Return all traffic to the side that had it before an interrupted deployment.

        Raises:
            Locked: somebody else has the lock.
            Refused: the traffic is not divided, so there is nothing to abort.
        """
        with self._locked(f"abort: {message}" if message else "abort") as lease:
            driver, fleet = self._driver(lease), self.platform.observe()
            if 100 in fleet.weights.values():
                raise Refused(
                    f"All traffic is on {fleet.live}, so there is nothing to abort. "
                    "To go back to the version before: `rollback`."
                )
            began, begin, side = self.clock(), self.platform.now(), self._origin(fleet)
            end = lead_back(side, driver, message or "by order")
            end = replace(end, seconds=self.platform.now() - begin)
            self.tell(end)
            version, before = Version(fleet[side].version), fleet[other(side)].version
            for line in _on_the_way_back(lambda: self._clients(before, version.label)).lines:
                self._note(line)
            self._add(history.record("abort", self.who, message, began, end, version, before))
            self._note_live(end)
            return end

    def scale(self, colour: Colour, instances: int, message: str = "") -> Fleet:
        """Change the number of instances of an environment, and wait for them.

        Returns:
            The fleet after that.

        Raises:
            Locked: somebody else has the lock.
            Refused: the environment has traffic and would have no instance to serve it.
            LockLost: somebody else took the lock meanwhile.
            Stop: the platform refuses, or it takes too long.
        """
        with self._locked(f"scale {colour} to {instances}") as lease:
            driver = self._driver(lease)
            began, begin, fleet = self.clock(), self.platform.now(), await_steady(driver)
            if instances < 1 and fleet.weights[colour] > 0:
                raise Refused(
                    f"{colour} has {fleet.weights[colour]} % of the traffic; it needs 1 instance at least."
                )
            if instances and (
                problem := driver.ask("read the history", lambda: self._unserved(fleet, colour))
            ):
                raise Refused(problem)
            message = message or f"{colour} to {instances}"

            def write(outcome: Outcome, reason: str = "") -> None:
                label, now, live = fleet[colour].version, self.platform.now(), fleet.live
                end = Finished(now, outcome, reason, live, fleet[live].version, now - begin)
                self._add(history.record("scale", self.who, message, began, end, Version(label), label))

            write("begun")
            try:
                fleet = _scaled(colour, instances, driver)
            except (Stop, LockLost, KeyboardInterrupt) as problem:
                taken = isinstance(problem, LockLost) and problem.taken
                write("lost" if taken else "failed", str(problem) or "interrupted")
                raise
            write("done")
            return fleet

    def _apply(
        self,
        act: Act,
        choose: Callable[[Fleet], Version],
        title: str,
        message: str,
        planned: Callable[[Plan], None] | None,
        contract: Contract | None = None,
        reason: str = "",
    ) -> Finished:
        with self._locked(title + (f": {message}" if message else "")) as lease:
            driver = self._driver(lease)
            fleet = await_steady(driver)
            # Only now: until we had the lock, somebody else may have changed what is live.
            version = driver.ask("read the history", lambda: self._with_schema(choose(fleet)))
            database = driver.ask("read the history", self._database)
            unfinished = driver.ask("read the history", lambda: self._is_unfinished(version, fleet))
            returns = act == "rollback" and version.label in {fleet.blue.version, fleet.green.version}
            policy = self.policy.back() if returns else self.policy
            decided = plan(version, fleet, policy, unfinished=unfinished, database=database)
            if act == "apply":
                self._expect_schema(decided, database)

            def notice() -> Difference:
                return self._clients(fleet[fleet.live].version, version.label, contract, reason)

            noticed = driver.ask("read the contracts", notice) if act == "apply" else _on_the_way_back(notice)
            decided = replace(decided, clients=noticed)
            if planned:
                planned(decided)
            if noticed.refusal:
                raise Refused(f"{version.label} is not deployed: {noticed.refusal}")
            if contract and not driver.ask(
                "keep the contract", lambda: clients.keep(self.store, version.label, contract)
            ):
                raise Refused(
                    f"{version.label} was deployed with another contract, and a label never changes what it means. "
                    "Deploy another revision, or leave --contract out."
                )
            recorder, began = Recorder(decided, self.tell, database), self.clock()
            begun = recorder.record(act, self.who, message, began, _begun(decided))
            if any(isinstance(each, RunTask) for each in decided.steps):
                # A rollback after a crash must know what may have been done to the database.
                driver.ask("write the history", lambda: history.add(self.store, begun))
            elif decided.steps:
                self._add(begun)
            with suppress(PlatformError):  # where the store does not answer, nobody takes it either
                lease.confirm()  # whoever takes it after this sees what was begun
            end = execute(decided, self.platform, policy, hold=lease.hold, tell=recorder, tasks=self.tasks)
            if decided.steps or self._live_before() != version.label:
                self._add(recorder.record(act, self.who, message, began, end))
            self._note_live(end)
            return end

    def _version_before(self, fleet: Fleet) -> Version:
        """The version that a rollback goes to: the one before the live one, or that of an interrupted rollback."""
        live = fleet[fleet.live].version
        last = history.unfinished(history.newest(self.store))
        if last and last.act == "rollback" and last.version.label == live:
            return last.version
        path = history.rollback_path(history.newest(self.store))
        labels = [each.label for each in path]
        finished = live in labels and 100 in fleet.weights.values()
        before = labels.index(live) - 1 if finished else len(path) - 1
        if before < 0:
            raise Refused(
                f"The history knows no version that was live before {live or 'this'}. "
                "Say which you want: `apply VERSION`."
            )
        return path[before]

    def _database(self) -> Database:
        return history.database(history.newest(self.store))

    def _with_schema(self, version: Version) -> Version:
        """The version with what it says of the database: now, or when it was deployed.

        Raises:
            Refused: it says something else now.
        """
        if self._database() == Database():
            return version
        found = history.find(history.newest(self.store), version.label)
        if found and version.schema not in {None, found.schema}:
            raise Refused(
                f"{version.label} said something else of the database when it was deployed, and a label never "
                "changes what it means. Deploy another revision, or leave --schema out."
            )
        return replace(version, schema=found.schema) if found else version

    def _expect_schema(self, decided: Plan, database: Database) -> None:
        """Refuse a version that does not say which phases it serves, once others have, or whose tasks nobody can run.

        Raises:
            Refused: it is one.
        """
        label, schema = decided.version.label, decided.version.schema
        if decided.steps and schema is None and database != Database():
            raise Refused(
                f"{label} does not say which phases of the database it serves, and the database is at "
                f"{database.possible}. Give the file that its image has: --schema FILE."
            )
        if any(isinstance(each, RunTask) for each in decided.steps):
            self._tasks()

    def _tasks(self) -> Tasks:
        if self.tasks is None:
            raise Refused(
                "This platform runs no tasks on the database, so its tables cannot be changed here. On AWS they run "
                "where the table [beanstalk.tasks] of deploy.toml says (docs/deploy.md)."
            )
        return self.tasks

    def _live(self, fleet: Fleet) -> Version:
        """The live version, with what it says of the database."""
        label = fleet[fleet.live].version
        return history.find(history.newest(self.store), label) or Version(label)

    def _unserved(self, fleet: Fleet, colour: Colour) -> str:
        """Why no further instance of an environment's version may run; empty if it may."""
        version = self._with_schema(Version(fleet[colour].version))
        return refusal(f"{version.label} on {colour}", version.schema, self._database())

    def _needed(self, task: Task, fleet: Fleet, database: Database) -> Iterator[str]:
        """Why a contract cannot begin."""
        tasks, after = self._tasks(), database.begun(task.effect)
        if 100 not in fleet.weights.values():
            yield "The traffic is divided: finish with `apply` of one of them, or `abort`."
        for colour in COLOURS:
            label = fleet[colour].version
            if not fleet[colour].steady:
                yield f"{colour} is still busy with the last order; wait until `status` shows it steady."
            if label and (
                problem := refusal(f"{label} on {colour}", self._with_schema(Version(label)).schema, after)
            ):
                yield f"{problem} Deploy one there that does."
        last_act = history.unfinished(history.newest(self.store))
        begun = last_act.version if last_act and last_act.outcome == "begun" else None
        if begun and (problem := refusal(begun.label, begun.schema, after)):
            yield f"{problem} Its deploy has not come to an end; finish another one first."
        now, rest = self.clock(), self.policy.rest
        if last := history.last_needed(history.newest(self.store), task.change, now, now - rest):
            label, until = last
            yield (
                f"{label}, which does not serve that, was deployed until {format_time(until)}, and a rollback may "
                f"need it for {rest / 86_400:g} days; wait until {format_time(until + rest)}."
            )
        taken = tasks.snapshot()
        if taken is None or self.platform.now() - taken > self.policy.snapshot_age:
            hours = self.policy.snapshot_age / 3600
            yield f"There is no snapshot of the database that is younger than {hours:g} hours; make one."

    def _origin(self, fleet: Fleet) -> Colour:
        """The side whose version was live last according to the history; otherwise the one with more traffic."""
        known = self._live_before()
        return fleet.idle if known and fleet[fleet.idle].version == known else fleet.live

    def _is_unfinished(self, version: Version, fleet: Fleet) -> bool:
        """Whether the last deployment was of this version, did not end well, and can still be rolled back."""
        last, way_back = history.unfinished(history.newest(self.store)), fleet[fleet.idle].version
        return last is not None and (last.version.label, last.before) == (version.label, way_back)

    def _live_before(self) -> str:
        """The label that was live last according to the history; empty if it knows none."""
        path = history.rollback_path(history.newest(self.store))
        return path[-1].label if path else ""

    def _clients(
        self, live: str, label: str, contract: Contract | None = None, reason: str = ""
    ) -> Difference:
        """What clients notice who have the version with the first label and get that with the second."""
        notice = timedelta(seconds=self.policy.notice)
        found = clients.difference(self.store, live, label, contract, self._today(), notice)
        return replace(found, allowed=reason or found.allowed) if found.refuses else found

    def _note_live(self, end: Finished) -> None:
        """Keep what clients have had since this act, where that is certain."""
        try:
            if end.outcome in {"done", "aborted"} and end.version:
                clients.went_live(self.store, end.version, self._today())
        except PlatformError as problem:
            self._note(f"since when clients have {end.version} could not be written: {problem}")

    def _today(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def _add(self, record: Record) -> None:
        """Record it; a failure is only noted, since the act is done."""
        try:
            history.add(self.store, record)
        except PlatformError as problem:
            self._note(f"the history could not be written: {problem}")

    @contextmanager
    def _locked(self, message: str) -> Iterator[Lease]:
        lease = acquire(self.store, self.who, message, LEASE, self.clock)
        if lease.lock.note:
            self._note(f"the lock was {lease.lock.note}")
        try:
            yield lease
        finally:
            try:
                lease.release()
            except PlatformError as problem:
                self._note(f"the lock could not be released, so it is held for {LEASE:g} s more: {problem}")

    def _run(self, driver: Driver, number: int, task: Task) -> None:
        """Do one of the two things that a contract does, and tell it."""
        begin, expected = self.platform.now(), self.policy.expected.task
        driver.tell(Begun(begin, number, 2, task.title, expected))
        said = driver.run(task)
        end = self.platform.now()
        driver.tell(Ended(end, number, task.title, end - begin, said))

    def _driver(self, lease: Lease) -> Driver:
        return Driver(self.platform, self.policy, lease.hold, self.tell, self.tasks)

    def _note(self, text: str) -> None:
        Driver(self.platform, self.policy, lambda: None, self.tell).note(text)


def _scaled(colour: Colour, instances: int, driver: Driver) -> Fleet:
    """Order so many instances, wait for them, and return the fleet."""
    driver.order(f"scale {colour}", lambda: driver.platform.scale(colour, instances))

    def done(fleet: Fleet) -> bool:
        side = fleet[colour]
        return side.steady and side.wanted == len(side.instances) == instances

    count = "1 instance" if instances == 1 else f"{instances} instances"
    return driver.until(done, driver.policy.order_timeout, f"{colour} with {count}")


def _on_the_way_back(ask: Callable[[], Difference]) -> Difference:
    """What clients notice; whatever it is, the way back is open."""
    try:
        return replace(ask(), refuses=False)
    except PlatformError as problem:
        return Difference(unknown=f"What clients notice is not known: {problem}")


def _begun(plan: Plan) -> Finished:
    """The record of an act whose end is not known yet."""
    return Finished(0.0, "begun", "", plan.origin, plan.before, 0.0)
