"""Carries a plan out, step by step; at the first thing that goes wrong it leads back."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import gates
from .abort import abort
from .driver import Driver, Stop
from .events import Begun, Ended, Finished, Listener, Outcome, Shifted
from .gates import Seen
from .lock import LockLost
from .model import Fleet, Probe
from .plan import Plan
from .policy import Policy
from .ports import Platform, PlatformError
from .steps import (
    AwaitHealth,
    Deploy,
    Keep,
    MatchCapacity,
    Publish,
    ScaleDown,
    Settle,
    Shift,
    Smoke,
    Step,
    Towards,
    WarmUp,
    Watch,
)
from .watch import Vigil, watch


def execute(
    plan: Plan, platform: Platform, policy: Policy, *, hold: Callable[[], None], tell: Listener
) -> Finished:
    """Carry a plan out.

    Args:
        plan: what to do.
        platform: where.
        policy: how carefully.
        hold: raises a LockLost unless the lock is ours.
        tell: gets what happens.

    Returns:
        How it ended: with the version live, or led back, or with a loud reason why neither.
    """
    begin = platform.now()
    driver = Driver(platform, policy, hold, tell)
    finished = replace(_outcome(plan, driver), seconds=platform.now() - begin)
    driver.tell(finished)
    return finished


def await_steady(driver: Driver) -> Fleet:
    """Wait until both environments take orders, such as after somebody was interrupted, and give what is seen.

    What they do not come to within the policy's time is for the plan to refuse.
    """
    end = driver.platform.now() + driver.policy.steady_timeout
    while True:
        fleet = driver.observe()
        if (fleet.blue.steady and fleet.green.steady) or driver.platform.now() >= end:
            return fleet
        driver.wait(driver.policy.poll)


def _outcome(plan: Plan, driver: Driver) -> Finished:
    execution = _Execution(plan, driver, Vigil(driver), driver.platform.now())
    try:
        execution.run()
    except LockLost as lost:
        if lost.taken:
            # The fleet is theirs now: two who give orders are worse than one who stops half-way.
            return execution.finished("lost", f"{lost}; what is done stays as it is")
        reason = str(lost)
    except (Stop, PlatformError) as stop:
        reason = str(stop)
    except KeyboardInterrupt:
        reason = "interrupted"
    except Exception as error:
        if not execution.landed:
            driver.tell(abort(plan.origin, driver, f"{type(error).__name__}: {error}"))
        raise
    else:
        return execution.finished("done", "")
    if execution.landed:
        return execution.finished(
            "done", f"{plan.version.label} is live; what follows was not done: {reason}"
        )
    return abort(plan.origin, driver, reason)


@dataclass
class _Execution:
    """One plan being carried out; owns when the last order was given, and when the last shift was."""

    plan: Plan
    driver: Driver
    vigil: Vigil
    ordered_at: float
    shifted_at: float = 0.0
    left: int = 0

    def __post_init__(self) -> None:
        self.shifted_at = self.ordered_at
        self.left = sum(isinstance(each, Towards) for each in self.plan.steps)

    @property
    def landed(self) -> bool:
        """Whether the version has all of the traffic, for good: from here nothing leads back."""
        return not self.left

    def run(self) -> None:
        """Do every step."""
        driver, steps = self.driver, self.plan.steps
        for number, step in enumerate(steps, 1):
            begin = driver.platform.now()
            driver.tell(Begun(begin, number, len(steps), step.title, step.expected))
            said = self._do(step)
            end = driver.platform.now()
            driver.tell(Ended(end, number, step.title, end - begin, said))
            self.left -= isinstance(step, Towards)

    def finished(self, outcome: Outcome, reason: str) -> Finished:
        """How it ended, for what needs no way back; whose fleet is another's knows no version."""
        plan, version = self.plan, self.plan.version.label if outcome == "done" else ""
        return Finished(self.driver.platform.now(), outcome, reason, plan.colour, version, seconds=0.0)

    def _do(self, step: Step) -> str:
        match step:
            case Publish() | Deploy() | MatchCapacity() | ScaleDown():
                return self._order(step)
            case AwaitHealth():
                return self._await_health(step)
            case Smoke():
                return self._smoke(step)
            case WarmUp():
                return self._warm_up(step)
            case Shift():
                return self._shift(step)
            case Watch():
                return watch(step, self.shifted_at, self.vigil)
            case Settle():
                return self._settle(step)
            case Keep():
                self.driver.wait(step.expected)
                return ""
            case _:
                raise AssertionError(step)

    def _order(self, step: Publish | Deploy | MatchCapacity | ScaleDown) -> str:
        """Give an order and wait until it is done; a publication is done when it is ordered."""
        platform = self.driver.platform

        def give() -> None:
            match step:
                case Publish(version=version):
                    platform.publish(version)
                case Deploy(colour=colour, version=version):
                    platform.deploy(colour, version)
                case _:
                    platform.scale(step.colour, step.instances)

        self.ordered_at = platform.now()
        self.driver.order(step.order, give)
        if not isinstance(step, Publish):
            self.driver.until(step.is_done, self.driver.policy.order_timeout, f"the end of {step.title!r}")
        return ""

    def _await_health(self, step: AwaitHealth) -> str:
        policy, platform = self.driver.policy, self.driver.platform
        end = platform.now() + policy.health_timeout
        seen: list[Seen] = []
        while True:
            fleet = self.driver.observe()
            seen.append(Seen(fleet[step.colour], platform.now()))
            verdict = gates.health(
                seen,
                step.version.label,
                step.instances,
                since=self.ordered_at,
                observations=step.observations,
                freshness=policy.freshness,
            )
            if verdict.passed:
                return verdict.reason
            if platform.now() >= end:
                raise Stop(
                    f"{step.colour} is not healthy after {policy.health_timeout:g} s: {verdict.reason}"
                )
            self.driver.wait(policy.poll)

    def _smoke(self, step: Smoke) -> str:
        verdict = gates.smoke(self._probe(step), step.version)
        if not verdict.passed:
            raise Stop(f"the smoke test failed: {verdict.reason}")
        return verdict.reason

    def _warm_up(self, step: WarmUp) -> str:
        rounds: list[list[Probe]] = []
        while True:
            rounds.append(self._probe(step))
            verdict = gates.warm(rounds, self.driver.policy)
            if verdict.failed:
                raise Stop(f"the warm-up failed: {verdict.reason}")
            if verdict.passed:
                return verdict.reason
            self.driver.hold()

    def _probe(self, step: Smoke | WarmUp) -> list[Probe]:
        """Ask each instance that is there for each path: consecutive requests go to the instances in turn."""
        instances = max(step.instances, len(self.driver.observe()[step.colour].instances))
        paths = [path for path in step.paths for _ in range(instances)]
        ask = self.driver.ask
        return list(ask(f"probe {step.colour}", lambda: self.driver.platform.probe(step.colour, paths)))

    def _shift(self, step: Shift) -> str:
        platform = self.driver.platform
        self.vigil.expect_well(step)
        self.driver.order(step.order, lambda: platform.shift(step.weights))
        self.shifted_at = platform.now()
        self.driver.until(step.is_done, self.driver.policy.patience, f'the end of "{step.title}"')
        self.driver.tell(Shifted(platform.now(), step.weights))
        return ""

    def _settle(self, step: Settle) -> str:
        end = self.driver.platform.now() + step.expected
        while True:
            fleet = self.driver.observe()
            if fleet.weights[step.colour] != 100:
                raise Stop(f"{step.colour} has {fleet.weights[step.colour]} % of the traffic, not all of it")
            if self.vigil.is_well(fleet, step) and self.driver.platform.now() >= end:
                return f"{self.plan.origin} keeps {self.plan.before}" if self.plan.before else ""
            self.driver.wait(self.driver.policy.poll)
