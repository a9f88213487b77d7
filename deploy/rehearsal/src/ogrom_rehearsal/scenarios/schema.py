"""Schemas change under load, and the way back stays open."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count, pairwise

from ogrom.sources.testing import wait_until
from ogrom_deploy import history
from ogrom_deploy.driver import Stop
from ogrom_deploy.events import Begun, Ended, Event, Finished
from ogrom_deploy.model import Task, TaskReport, Version, all_to
from ogrom_deploy.plan import Refused
from ogrom_deploy.ports import PlatformError
from ogrom_deploy.schema import Phase
from ogrom_rehearsal import schema_changes
from ogrom_rehearsal.database import WRITTEN
from ogrom_rehearsal.load_test import LoadTest
from ogrom_rehearsal.results import ScenarioResult
from ogrom_rehearsal.testbed import FAST_POLICY, TestBed

from .. import fault_injection

_POLICY = replace(FAST_POLICY, weights=(50, 100), watch=1.0, soak=1.0, rest=3 * 86_400.0)
"""Each half of the traffic long enough that both versions write what the other one has written."""

_WRITING_SECONDS = 1.0
_TASK_SECONDS = 120.0
_RESTED = 4 * 86_400.0
"""Seconds after which no version that has gone keeps a contract from beginning."""


@dataclass(frozen=True)
class TwoForms:
    """A change that gives something a second form.

    Attributes:
        folder: of its patches: of a version that brings the new form, and of one that uses nothing else.
        written: what `Database.written` reads of the new form.
        apart: counts the rows whose forms differ, and those that have no new form yet.
        old_rows: adds rows from before.
    """

    folder: str
    written: str
    apart: str
    old_rows: str


RENAMED = TwoForms(
    "rename_column",
    WRITTEN.replace("title", "headline"),
    """
    SELECT COALESCE(SUM(headline IS NOT NULL AND BINARY headline <> BINARY title), 0), SUM(headline IS NULL)
    FROM collages
    """,
    """
    INSERT INTO collages (locale, author_id, title, revision, created_at, updated_at)
    SELECT 'de-DE', 1, CONCAT('From before ', seq), 1, '2020-01-01', '2020-01-01' FROM seq_1_to_5000
    """,
)
SPLIT = TwoForms(
    "split_table",
    WRITTEN.replace("FROM comments", "FROM comment_texts"),
    """
    SELECT COALESCE(SUM(new.id IS NOT NULL AND BINARY new.text <> BINARY old.text), 0), SUM(new.id IS NULL)
    FROM comments old LEFT JOIN comment_texts new ON new.id = old.id
    """,
    """
    INSERT INTO comments (locale, collage_id, author_id, text, created_at)
    SELECT 'de-DE', 1, 1, CONCAT('From before ', seq), '2020-01-01' FROM seq_1_to_5000
    """,
)


def add_column(bed: TestBed) -> ScenarioResult:
    """A version that adds a column and writes it; back to the one that does not know it, and forth again."""
    with bed.with_database("add-column") as own:
        return _add_column(own)


def _add_column(bed: TestBed) -> ScenarioResult:
    old = bed.new
    (new,) = schema_changes.releases("add_column", bed.runtime, bed.folder)
    bed.prepare(old)
    with LoadTest(bed) as test:
        way = _Way(bed, test)
        way.deploy(new)
        way.go_back(old)
        way.deploy(new)
    test.expect_no_loss()
    test.expect_releases(old.label, new.label)
    filled = dict(bed.database.select("SELECT id, request_id IS NOT NULL FROM comments"))
    made = [
        (result.release == new.label, bool(filled[result.write.state.id]))
        for result in test.summary.results
        if result.write and (result.write.state.noun, result.write.method) == ("comments", "POST")
        if result.write.state.id in filled
    ]
    test.expect(
        "comments have it if the new version made them",
        {*made} == {(True, True), (False, False)},
        f"{sum(has for _, has in made)} of {len(made)} have it",
    )
    return test.result("add-column", "A column is added and used; back, and forth again")


def rename_column(bed: TestBed) -> ScenarioResult:
    """From the first version to the contract, and back to the version before in each phase."""
    return _there_and_back(bed, RENAMED, "rename-column", "A column gets another name; back in each phase")


def split_table(bed: TestBed) -> ScenarioResult:
    """The same with a column that gets a table of its own."""
    return _there_and_back(bed, SPLIT, "split-table", "A table is split; back in each phase")


def _there_and_back(outer: TestBed, change: TwoForms, name: str, title: str) -> ScenarioResult:
    with _prepared(outer, change, name) as (bed, first, second):
        old, dropped = bed.new, second.schema.knows if second.schema else ""
        again = bed.variant("again", {}, second)
        with LoadTest(bed) as test:
            way = _Way(bed, test, change)
            way.deploy(first)
            way.go_back(old)
            way.deploy(first)
            way.fill(first, second)
            way.deploy(second)
            way.go_back(first)
            way.deploy(second)
            way.expect_refused(dropped, first.label, "a rollback may need it for 3 days")
            way.deploy(again)
            bed.database.forms = (WRITTEN, change.written)
        _judge(test, (old, first, second), (old.label, first.label, second.label, again.label))
        result = test.result(name, title)
        bed.database.forms = (change.written,)
        with LoadTest(bed, baseline=1.0) as test:
            way = _Way(bed, test, notes=way.notes)
            way.contract(dropped)
            way.go_back(second)
        _judge(test, (), (again.label, second.label))
        return result.then(test.result(name, title))


def stopped_half_way(outer: TestBed) -> ScenarioResult:
    """SIGKILL to each task after each of its steps; the next one goes on where it was."""
    name, title = "stopped-half-way", "What changes the tables is killed after each step, and goes on"
    with _prepared(outer, RENAMED, name) as (bed, first, second):
        old, dropped = bed.new, second.schema.knows if second.schema else ""
        again = bed.variant("again", {}, second)
        with LoadTest(bed) as test:
            way = _Way(bed, test, RENAMED)
            tries = way.killed(lambda: bed.deployment(policy=_POLICY).apply(first))
            test.expect("an expand is killed after each of its steps", tries == 4, f"{tries} times")
            way.fill(first, second, killed_after=3)
            way.deploy(second)
            way.deploy(again)
            bed.database.forms = (WRITTEN, RENAMED.written)
        _judge(test, (), (old.label, first.label, second.label, again.label))
        result = test.result(name, title)
        bed.database.forms = (RENAMED.written,)
        with LoadTest(bed, baseline=1.0) as test:
            way = _Way(bed, test, notes=way.notes)
            late = bed.deployment(policy=_POLICY, clock=_rested)
            tries = way.killed(lambda: late.contract(dropped), lambda: way.expect_closed(first))
            test.expect("a contract is killed after each of its steps", tries == 3, f"{tries} times")
        _judge(test, (), (again.label,))
        return result.then(test.result(name, title))


def contract_too_early(outer: TestBed) -> ScenarioResult:
    """A contract while the version before may come back: it is refused, and does harm if it is done all the same."""
    name = "contract-too-early"
    with _prepared(outer, RENAMED, name) as (bed, first, second):
        dropped = second.schema.knows if second.schema else ""
        bed.deployment(policy=_POLICY).apply(first)
        bed.deployment(policy=_POLICY).backfill("0009")
        _ended(bed, Task("backfill", first, "0009"))
        bed.deployment(policy=_POLICY).apply(second)
        bed.database.forms = (RENAMED.written,)
        with LoadTest(bed, baseline=1.0) as test:
            way = _Way(bed, test, RENAMED)
            way.expect_refused(dropped, first.label)
            task = Task("contract", second, dropped)
            bed.tasks.run(task)
            report = _ended(bed, task)
            test.expect("with the refusal switched off it is done", report.state == "done", report.said)
            time.sleep(_WRITING_SECONDS)
            fleet, begun = bed.platform.observe(), time.monotonic()
            bed.platform.shift(all_to(fleet.idle))
            time.sleep(2 * _WRITING_SECONDS)
            bed.platform.shift(all_to(fleet.live))
            ended = time.monotonic()
            time.sleep(_WRITING_SECONDS)
        test.expect_loss()
        failed = [each for each in test.summary.results if each.fault]
        theirs = [each for each in failed if begun <= each.end and each.at <= ended]
        test.expect(
            "only while the version before has the traffic",
            len(theirs) == len(failed),
            f"{len(theirs)} of {len(failed)}",
        )
        return test.result(name, "Control: the old form is dropped while a version needs it", control=True)


_ROWS = """
INSERT INTO users (id, name, avatar_url, revision, created_at)
SELECT 1000000 + seq, CONCAT('From before ', seq), '', 1, '2020-01-01' + INTERVAL seq SECOND FROM seq_1_to_1000000
"""
_INDEXED = "SELECT COUNT(*) FROM information_schema.statistics WHERE index_name = %(name)s"


def add_index(outer: TestBed) -> ScenarioResult:
    """A million users get an index while clients write in the name of one, whose row each write looks for."""
    with outer.with_database("add-index") as bed:
        old = bed.new
        (new,) = schema_changes.releases("add_index", bed.runtime, bed.folder)
        bed.database.add(_ROWS)
        bed.prepare(old)
        times: dict[str, float] = {}

        def tell(event: Event) -> None:
            match event:
                case Begun(title=title) if title.startswith("Expand"):
                    times["begun"] = event.at
                case Ended(title=title) if title.startswith("Expand"):
                    times["ended"] = event.at
                case _:
                    pass

        with LoadTest(bed, baseline=bed.baseline) as test:
            _Way(bed, test, tell=tell).deploy(new)
        test.expect_no_loss()
        test.expect_releases(old.label, new.label)
        (columns,) = bed.database.select(_INDEXED, name="ix_users_created_at_id")[0]
        test.expect("the index is there", columns == 2, f"of {columns} columns")
        calm = test.summary.between(test.begin, times["begun"]).percentile(99)
        during = test.summary.between(times["begun"], times["ended"]).percentile(99)
        told = f"{during * 1000:.0f} ms, and {calm * 1000:.0f} ms before"
        test.figures |= {"p99 before": calm, "p99 while it is built": during}
        test.figures["seconds of the expand"] = times["ended"] - times["begun"]
        test.goal("p99 while an index is built", during / max(calm, 1e-9), 1.5, "x", told)
        return test.result("add-index", "A million rows get an index")


@contextmanager
def _prepared(outer: TestBed, change: TwoForms, name: str) -> Iterator[tuple[TestBed, Version, Version]]:
    """A test bed with rows from before the change, and the change's versions."""
    with outer.with_database(name) as bed:
        first, second = schema_changes.releases(change.folder, bed.runtime, bed.folder)
        bed.database.add(change.old_rows)
        bed.prepare(bed.new)
        yield bed, first, second


def _judge(test: LoadTest, versions: tuple[Version, ...], labels: tuple[str, ...]) -> None:
    """Nothing is lost, these versions answered, and each changed what the one before and after it had written."""
    test.expect_no_loss()
    test.expect_releases(*labels)
    writers: dict[tuple[str, int], str] = {}
    met: set[tuple[str, str]] = set()
    for result in test.summary.results:
        if result.write and not result.fault:
            place = (result.write.state.noun, result.write.state.id)
            if place in writers:
                met.add((writers[place], result.release))
            writers[place] = result.release
    for one, other in pairwise(each.label for each in versions):
        test.expect(
            f"{one} and {other} change what the other one has written", {(one, other), (other, one)} <= met
        )


def _rested() -> float:
    return time.time() + _RESTED


def _ended(bed: TestBed, task: Task) -> TaskReport:
    """The report of a task that has ended.

    Raises:
        PlatformError: it does not end.
    """

    def report() -> TaskReport | None:
        found = bed.tasks.report(task)
        return None if found is None or found.state == "running" else found

    if not wait_until(lambda: report() is not None, _TASK_SECONDS) or (found := report()) is None:
        raise PlatformError(f"{task} has not ended within {_TASK_SECONDS:.0f} s")
    return found


@dataclass
class _Notes:
    """Things that the scenario writes by the live version, and reads by each later one; owns what it has written.

    It uses the address of an environment, so that the balancer does not count it among the clients.
    """

    bed: TestBed
    written: dict[str, str] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def write(self) -> None:
        """A collage and a comment."""
        text = f"A note, number {next(self._numbers)}"
        whole = {"product_id": 1, "x": 0, "y": 0, "width": 1, "height": 1, "z": 0}
        for path, content in (
            ("/v1/de-DE/collages", {"author_id": 1, "title": text, "placements": [whole]}),
            ("/v1/de-DE/collages/1/comments", {"author_id": 1, "text": text}),
        ):
            made = json.loads(self._ask("POST", path, json.dumps(content)))
            self.written[f"/v1/de-DE/{path.rpartition('/')[2]}/{made['id']}"] = text

    def missing(self) -> list[str]:
        """What the live version does not find as it was written."""
        return [path for path, text in self.written.items() if f'"{text}"' not in self._ask("GET", path)]

    def _ask(self, method: str, path: str, content: str | None = None) -> str:
        platform = self.bed.platform
        connection = http.client.HTTPConnection("127.0.0.1", platform.proxy.ports[platform.observe().live])
        headers = {"Authorization": f"Bearer {self.bed.token}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, content, headers)
            return connection.getresponse().read().decode()
        finally:
            connection.close()


class _Way:
    """The way of a database and its versions through a change, judged after each step."""

    def __init__(
        self,
        bed: TestBed,
        test: LoadTest,
        change: TwoForms | None = None,
        *,
        notes: _Notes | None = None,
        tell: Callable[[Event], None] | None = None,
    ) -> None:
        """Begin it.

        Args:
            bed: where.
            test: gets the checks.
            change: whose forms are compared, while the tables have both.
            notes: of an earlier part of the way.
            tell: gets the events of deploys.
        """
        self._bed, self._test, self._change, self._tell = bed, test, change, tell
        self._expanded = self._filled = False
        self._contracts = self._phase().contracts
        self.notes = notes or _Notes(bed)
        self.notes.write()

    def deploy(self, version: Version) -> None:
        """Deploy a version."""
        finished = self._bed.deployment(self._tell, _POLICY).apply(version)
        self._expanded = True
        self._judge(f"{version.label} is deployed", finished, "done", version)

    def go_back(self, version: Version) -> None:
        """Roll back to it."""
        finished = self._bed.deployment(policy=_POLICY).rollback()
        self._judge(f"back to {version.label}", finished, "done", version)

    def fill(self, live: Version, following: Version, killed_after: int = 0) -> None:
        """Backfill what the following version reads, which is not deployed before that.

        Args:
            live: the version that does it.
            following: the one that waits for it.
            killed_after: so many batches, at first; 0 for not at all.
        """
        bed, test = self._bed, self._test
        assert following.schema, f"{following.label} says nothing of the database"
        (number,) = following.schema.backfills
        early = bed.deployment(policy=_POLICY).apply(following)
        test.expect(f"{following.label} waits for the backfill", early.outcome == "aborted", early.reason)
        for steps in (killed_after, 0)[not killed_after :]:
            bed.tasks.settings = fault_injection.killed_after(steps) if steps else {}
            bed.deployment(policy=_POLICY).backfill(number)
            report = _ended(bed, Task("backfill", live, number))
            ((state,),) = bed.database.select(_STATE, name=f"{number}%")
            found = f"{state}; the task has {report.state} {report.said}"
            wanted = "running" if steps else "finished"
            test.expect(f"the backfill is {wanted}", state == wanted, found)
        self._filled = True
        self._compare()

    def contract(self, number: str) -> None:
        """Take the old form away, days later."""
        finished = self._bed.deployment(policy=_POLICY, clock=_rested).contract(number)
        self._change = None
        self._test.expect(f"contract {number} is finished", finished.outcome == "done", finished.reason)
        self._expect_phase()

    def killed(self, act: Callable[[], Finished], between: Callable[[], None] = lambda: None) -> int:
        """Repeat an act whose task is killed after its first step, until there is none.

        Args:
            act: is repeated.
            between: is called after each that was killed.

        Returns:
            How many were killed.

        Raises:
            PlatformError: there is no end.
        """
        bed = self._bed
        bed.tasks.settings = fault_injection.killed_after(1)
        live = bed.platform.observe().live
        try:
            for tries in range(20):
                try:
                    finished = act()
                except Stop as stop:
                    found = f"{stop}"
                else:
                    if finished.outcome == "done":
                        self._expect_phase()
                        return tries
                    found = finished.reason
                self._test.expect("the task is killed", bed.platform.observe().live == live, found)
                self._expect_phase()
                between()
            raise PlatformError("20 tries, and each was killed")
        finally:
            bed.tasks.settings = {}

    def expect_refused(self, number: str, *reasons: str) -> None:
        """A contract cannot begin."""
        try:
            self._bed.deployment(policy=_POLICY).contract(number)
        except Refused as refused:
            told = str(refused)
            self._test.expect("the contract is refused", all(each in told for each in reasons), told)
        else:
            self._test.expect("the contract is refused", holds=False)

    def expect_closed(self, version: Version) -> None:
        """A version that needs the old form is not deployed any more."""
        try:
            self._bed.deployment(policy=_POLICY).apply(version)
        except Refused as refused:
            self._test.expect(f"{version.label} is refused", holds=True, found=refused)
        else:
            self._test.expect(f"{version.label} is refused", holds=False)

    def _phase(self) -> Phase:
        """How far the tables themselves say that they are."""
        ((expand,),) = self._bed.database.select("SELECT version_num FROM alembic_version")
        done: dict[str, set[str]] = {"backfill": set(), "contract": set()}
        if self._bed.database.select("SHOW TABLES LIKE 'schema_changes'"):
            for kind, number in self._bed.database.select(_FINISHED):
                done[kind].add(number)
        return Phase(str(expand), *map(frozenset, done.values()))

    def _expect_phase(self) -> None:
        """The records claim nothing that is not so, and know of each contract that may have begun."""
        known, real = history.database(history.newest(self._bed.store)), self._phase()
        right = real | known.certain == real
        right = right and real.contracts <= known.possible.contracts | self._contracts
        self._test.expect(
            "the phase is right", right, f"{known.certain} in the records, {real} in the tables"
        )

    def _judge(self, what: str, finished: Finished, outcome: str, version: Version) -> None:
        found = f"{finished.outcome}, {finished.version} is live {finished.reason}".strip()
        self._test.expect(what, (finished.outcome, finished.version) == (outcome, version.label), found)
        time.sleep(_WRITING_SECONDS)
        missing = self.notes.missing()
        self._test.expect("it finds what was written before", not missing, f"{len(self.notes.written)} notes")
        self.notes.write()
        self._expect_phase()
        self._compare()

    def _compare(self) -> None:
        if self._change and self._expanded:
            ((differ, lack),) = self._bed.database.select(self._change.apart)
            agree = not differ and (not lack or not self._filled)
            self._test.expect("both forms agree", agree, f"{differ} differ, {lack} are not filled")


_STATE = "SELECT state FROM schema_changes WHERE name LIKE %(name)s"
_FINISHED = "SELECT kind, SUBSTR(name, 1, 4) FROM schema_changes WHERE state = 'finished'"
