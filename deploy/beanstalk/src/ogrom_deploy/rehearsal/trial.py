"""A trial: a scenario's load, from before anything happens until after the last response, and what is said of it."""

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from ogrom_deploy.load import Load, Profile, Tally, Target

from .counters import Counters, Statistics
from .outcome import Check, Goal, Outcome
from .stage import TARGETS, Stage
from .witness import Account, agree, unhurt

_MOST_SECONDS = 3600.0
_FIRST_SECONDS = 60.0
_QUIET_SECONDS = 3.0
_LOG_SECONDS = 10.0


class Trial:
    """Sends the load for the length of a `with` block; after it, the tally is there.

    Attributes:
        tally: every request; of the `with` block, once it has ended.
        seen: the same by HAProxy.
        begin, end: of the load, by `time.monotonic()`.
    """

    def __init__(
        self,
        stage: Stage,
        *,
        rate: float | None = None,
        targets: Sequence[Target] = TARGETS,
        quiet: float | None = None,
        profile: Profile | None = None,
    ) -> None:
        """Send nothing yet.

        Args:
            stage: whose clients' address is asked.
            rate: of requests a second; the stage's own without it.
            targets: what is asked for.
            quiet: for how many seconds there is a load before anything else happens; by default a few, if the stage
                has so many.
            profile: instead of all this, another load.
        """
        self._stage = stage
        self._quiet = min(_QUIET_SECONDS, stage.quiet) if quiet is None else quiet
        chosen = profile or Profile.steady(rate or stage.rate, _MOST_SECONDS, *targets)
        self._whole = profile is not None
        self._load = Load(stage.platform.url, chosen)
        self._before: Statistics
        self._checks: list[Check] = []
        self._goals: list[Goal] = []
        self.figures: dict[str, float] = {}
        self.begin = self.end = 0.0
        self.tally = Tally.of(())
        self.seen = Account(0, 0, Counters())

    def __enter__(self) -> Self:
        self._before = self._stage.platform.proxy.statistics()
        self.begin = time.monotonic()
        self._stage.tell_weights()
        self._load.__enter__()
        try:
            self._wait_for_the_first()
            time.sleep(self._quiet)
        except BaseException:
            self._load.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.tally = self._load.finish() if self._whole else self._load.stop()
                self.end = time.monotonic()
                self.seen = self._account()
        finally:
            self._load.__exit__(kind, error, trace)

    def expect(self, what: str, holds: bool, found: object = "") -> None:
        """Say that something had to hold, whether it does, and what was found."""
        self._checks.append(Check(what, holds, str(found)))

    def aim(self, what: str, value: float, limit: float, unit: str, told: str = "") -> None:
        """Say what a measured value is not to exceed."""
        self._goals.append(Goal(what, value, limit, unit, told))

    def expect_no_loss(self) -> None:
        """There were requests, each was answered, rightly, and HAProxy says so, too."""
        self.expect("no request fails", bool(self.tally.shots) and not self.tally.failed, self.lost)
        self._checks += (agree(self.tally, self.seen), unhurt(self.seen))

    def expect_loss(self) -> None:
        """Requests were lost, and HAProxy says so, too: the meter works."""
        self.expect("requests fail, so the meter works", bool(self.tally.failed), self.lost)
        self._checks.append(agree(self.tally, self.seen))

    def expect_witness(self) -> None:
        """HAProxy counted the same."""
        self._checks.append(agree(self.tally, self.seen))

    def expect_releases(self, *labels: str) -> None:
        """Each answer came from one of these versions, and each of them answered."""
        found = {release or "none": count for release, count in self.tally.releases.items()}
        told = ", ".join(f"{count} by {release}" for release, count in sorted(found.items()))
        self.expect(f"answers come from {' and '.join(labels)}", set(found) == set(labels), told)

    @property
    def lost(self) -> str:
        """How many requests failed, and how, for a person."""
        faults = ", ".join(f"{count} {fault}" for fault, count in sorted(self.tally.faults.items()))
        return f"{self.tally.failed} of {self.tally.planned}{f' ({faults})' if faults else ''}"

    def outcome(self, name: str, title: str, *, control: bool = False) -> Outcome:
        """All of it, for the report."""
        return Outcome(
            name,
            title,
            tuple(self._checks),
            tuple(self._goals),
            self.tally,
            self.begin,
            self.end,
            self._stage.platform.events.between(self.begin, self.end),
            self.figures,
            control,
        )

    def _wait_for_the_first(self) -> None:
        end = time.monotonic() + _FIRST_SECONDS
        while not self._load.shots and time.monotonic() < end:
            time.sleep(0.02)

    def _account(self) -> Account:
        """What HAProxy says, once its log has all that has ended."""
        proxy, before = self._stage.platform.proxy, self._before
        end = time.monotonic() + _LOG_SECONDS
        while True:
            now = proxy.statistics()
            entries = proxy.journal.since(self.begin)
            seen = Account.of(entries, now.clients - before.clients, now.total - before.total)
            if seen.failed <= self.tally.failed or time.monotonic() > end:
                return seen
            time.sleep(0.02)
