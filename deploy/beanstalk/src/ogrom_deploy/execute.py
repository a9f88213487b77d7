"""Carries a plan out, step by step; at the first thing that goes wrong it rolls back."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import gates
from .driver import Driver, Stop
from .events import Aborting, Begun, Ended, Finished, Listener, Measured, Outcome, Shifted
from .gates import Observation, Verdict
from .lock import LockLost
from .model import Colour, Fleet, Probe, all_to, other
from .plan import (
    AwaitHealth,
    Deploy,
    Keep,
    MatchCapacity,
    Plan,
    Publish,
    RunTask,
    ScaleDown,
    Shift,
    Smoke,
    Step,
    VersionStep,
    WaitForDrain,
    WarmUp,
    Watch,
)
from .policy import Policy
from .ports import Platform, PlatformError, Tasks


def abort(origin: Colour, driver: Driver, reason: str) -> Finished:
    """Roll back to one healthy side, and say so, or say loudly that it could not be done.

    Once begun, it goes on even if the lock cannot be renewed: stopping half-way is worse.

    Args:
        origin: the side that had the traffic before.
        driver: gives the orders.
        reason: why the deployment failed.
    """
    driver = replace(driver, hold=lambda: None)
    side = origin
    try:
        driver.tell(Aborting(driver.platform.now(), reason))
        fleet = _look(driver)
        side = _refuge(origin, fleet) if fleet else origin
        if side != origin:
            driver.note(f"nothing of {origin} serves, so all traffic goes to {side}")
        return _lead(side, fleet, driver, reason)
    except KeyboardInterrupt:
        return _finished(driver, "stuck", f"{reason}; interrupted again on the way back", side, "")


def serves(fleet: Fleet, colour: Colour) -> bool:
    """Whether an environment serves its own version with any instance."""
    side = fleet[colour]
    return any(each.health == "ok" and each.version == side.version for each in side.instances)


def _refuge(origin: Colour, fleet: Fleet) -> Colour:
    """The side to go back to: the origin, unless only the other side, which has traffic, still serves."""
    new = other(origin)
    lost = not serves(fleet, origin) and fleet.weights[new] > 0 and serves(fleet, new)
    return new if lost else origin


def _look(driver: Driver) -> Fleet | None:
    """The fleet; None if the platform does not answer."""
    try:
        return driver.observe()
    except Stop:
        return None


def _lead(side: Colour, fleet: Fleet | None, driver: Driver, reason: str) -> Finished:
    """Shift the traffic and check it, until it holds or the policy's patience is over."""
    weights, end, problem = all_to(side), driver.platform.now() + driver.policy.patience, ""
    while True:
        if fleet and fleet.weights == weights:
            if serves(fleet, side):
                return _finished(driver, "aborted", reason, side, fleet[side].version)
            problem = f"{side} has all traffic, but nothing of it serves"
        else:
            try:
                driver.order(f"shift all traffic to {side}", lambda: driver.platform.shift(weights))
            except Stop as stop:
                problem = str(stop)
        fleet = _look(driver)
        if driver.platform.now() >= end and not (fleet and fleet.weights == weights and serves(fleet, side)):
            version = fleet[side].version if fleet else ""
            return _finished(
                driver, "stuck", f"{reason}; {problem or 'the platform does not answer'}", side, version
            )
        driver.wait(driver.policy.poll / 4)


def _finished(driver: Driver, outcome: Outcome, reason: str, live: Colour, version: str) -> Finished:
    return Finished(driver.platform.now(), outcome, reason, live, version, seconds=0.0)


@dataclass
class HealthMonitor:
    """Tolerates an unhealthy side for as long as the policy's patience; owns since when it has been unhealthy."""

    driver: Driver
    _unhealthy_since: float | None = None

    def is_well(self, fleet: Fleet, step: Shift | Watch | WaitForDrain) -> bool:
        """Whether the side that the step is about may have its traffic.

        Raises:
            Stop: it may not, and has not for too long.
        """
        policy, now = self.driver.policy, self.driver.platform.now()
        seen = Observation(fleet[step.colour], now)
        why = gates.unhealthy_reason(seen, step.version.label, step.instances, policy.freshness)
        if not why:
            self._unhealthy_since = None
            return True
        if self._unhealthy_since is None:
            self._unhealthy_since = now
            self.driver.note(why)
        if now - self._unhealthy_since >= policy.patience:
            raise Stop(f"{why}, for {policy.patience:g} s")
        return False

    def expect_well(self, step: Shift) -> None:
        """Wait until the side is well.

        Raises:
            Stop: it is not, for too long.
        """
        while not self.is_well(self.driver.observe(), step):
            self.driver.wait(self.driver.policy.poll)


def watch(step: Watch, since: float, monitor: HealthMonitor) -> str:
    """Watch a share of the traffic for its time, and longer where too few requests come to judge by.

    Args:
        step: which share, and for how long.
        since: when it began, in seconds on the platform's clock.
        monitor: the side's health so far.

    Returns:
        What the last figures say.

    Raises:
        Stop: they exceed the limits, the side is unhealthy, or somebody else has shifted the traffic.
    """
    driver = monitor.driver
    platform, policy = driver.platform, driver.policy
    end, extensions = platform.now() + step.expected, policy.extensions
    while True:
        fleet = driver.observe()
        if fleet.weights[step.colour] != step.weight:
            raise Stop(
                f"somebody else has shifted the traffic: {step.colour} has {fleet.weights[step.colour]} %"
            )
        well = monitor.is_well(fleet, step)
        verdict = _judge(step, since, driver)
        if verdict.failed:
            raise Stop(f"{step.colour} at {step.weight} %: {verdict.reason}")
        left = end - platform.now()
        if left <= 0 and well:
            if verdict.passed:
                return verdict.reason
            if not extensions:
                return _unjudged(verdict, driver)
            extensions, end = extensions - 1, platform.now() + step.expected
            driver.note(f"{verdict.reason}; watching for {step.expected:g} s more")
        driver.wait(min(policy.poll, max(left, policy.poll / 4)))


def _judge(step: Watch, since: float, driver: Driver) -> Verdict:
    ask, figures = driver.ask, driver.platform.figures
    new = ask("read the figures", lambda: figures(step.colour, since))
    old = ask("read the figures", lambda: figures(other(step.colour), since))
    verdict = gates.traffic(new, old, driver.policy.limits)
    driver.tell(Measured(driver.platform.now(), step.colour, step.weight, new, old, verdict.reason))
    return verdict


def _unjudged(verdict: Verdict, driver: Driver) -> str:
    if driver.policy.unjudged == "stop":
        raise Stop(f'{verdict.reason}, and the policy says unjudged = "stop"')
    driver.note(f'{verdict.reason}; the policy says unjudged = "go"')
    return verdict.reason


def execute(
    plan: Plan,
    platform: Platform,
    policy: Policy,
    *,
    hold: Callable[[], None],
    tell: Listener,
    tasks: Tasks | None = None,
) -> Finished:
    """Carry a plan out.

    Args:
        plan: what to do.
        platform: where.
        policy: how carefully.
        hold: raises a LockLost unless the lock is ours.
        tell: gets what happens.
        tasks: what is done to the database.

    Returns:
        How it ended: with the version live, rolled back, or with a loud reason why neither.
    """
    begin = platform.now()
    driver = Driver(platform, policy, hold, tell, tasks)
    finished = replace(_outcome(plan, driver), seconds=platform.now() - begin)
    driver.tell(finished)
    return finished


def await_steady(driver: Driver) -> Fleet:
    """Wait until both environments take orders, such as after an interruption, and return the fleet.

    If they do not within the policy's time, the plan refuses.
    """
    end = driver.platform.now() + driver.policy.steady_timeout
    while True:
        fleet = driver.observe()
        if (fleet.blue.steady and fleet.green.steady) or driver.platform.now() >= end:
            return fleet
        driver.wait(driver.policy.poll)


def _outcome(plan: Plan, driver: Driver) -> Finished:
    execution = _Execution(plan, driver, HealthMonitor(driver), driver.platform.now())
    try:
        execution.run()
    except LockLost as lost:
        if lost.taken:
            # The fleet is theirs now: two people giving orders are worse than one who stops half-way.
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
    monitor: HealthMonitor
    ordered_at: float
    shifted_at: float = 0.0
    left: int = 0

    def __post_init__(self) -> None:
        self.shifted_at = self.ordered_at
        self.left = sum(isinstance(each, VersionStep) for each in self.plan.steps)

    @property
    def landed(self) -> bool:
        """Whether the version has all of the traffic for good: nothing rolls back from here."""
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
            self.left -= isinstance(step, VersionStep)

    def finished(self, outcome: Outcome, reason: str) -> Finished:
        """How it ended, if it need not roll back; without a version unless it is done."""
        plan, version = self.plan, self.plan.version.label if outcome == "done" else ""
        return Finished(self.driver.platform.now(), outcome, reason, plan.colour, version, seconds=0.0)

    def _do(self, step: Step) -> str:
        match step:
            case Publish() | Deploy() | MatchCapacity() | ScaleDown():
                return self._order(step)
            case RunTask():
                return self.driver.run(step.task)
            case AwaitHealth():
                return self._await_health(step)
            case Smoke():
                return self._smoke(step)
            case WarmUp():
                return self._warm_up(step)
            case Shift():
                return self._shift(step)
            case Watch():
                return watch(step, self.shifted_at, self.monitor)
            case WaitForDrain():
                return self._wait_for_drain(step)
            case Keep():
                self.driver.wait(step.expected)
                return ""
            case _:
                raise AssertionError(step)

    def _order(self, step: Publish | Deploy | MatchCapacity | ScaleDown) -> str:
        """Give an order and wait until it is done; publishing is done at once."""
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
        seen: list[Observation] = []
        while True:
            fleet = self.driver.observe()
            seen.append(Observation(fleet[step.colour], platform.now()))
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
        """Request each path of every instance: consecutive requests go to the instances in turn."""
        instances = max(step.instances, len(self.driver.observe()[step.colour].instances))
        paths = [path for path in step.paths for _ in range(instances)]
        ask = self.driver.ask
        return list(ask(f"probe {step.colour}", lambda: self.driver.platform.probe(step.colour, paths)))

    def _shift(self, step: Shift) -> str:
        platform = self.driver.platform
        self.monitor.expect_well(step)
        self.driver.order(step.order, lambda: platform.shift(step.weights))
        self.shifted_at = platform.now()
        self.driver.until(step.is_done, self.driver.policy.patience, f'the end of "{step.title}"')
        self.driver.tell(Shifted(platform.now(), step.weights))
        return ""

    def _wait_for_drain(self, step: WaitForDrain) -> str:
        end = self.driver.platform.now() + step.expected
        while True:
            fleet = self.driver.observe()
            if fleet.weights[step.colour] != 100:
                raise Stop(f"{step.colour} has {fleet.weights[step.colour]} % of the traffic, not all of it")
            if self.monitor.is_well(fleet, step) and self.driver.platform.now() >= end:
                return f"{self.plan.origin} keeps {self.plan.before}" if self.plan.before else ""
            self.driver.wait(self.driver.policy.poll)
