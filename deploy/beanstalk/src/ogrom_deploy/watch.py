"""Watching a side that has traffic: whether it is well, and what clients get from it."""

from dataclasses import dataclass

from . import gates
from .driver import Driver, Stop
from .events import Measured
from .gates import Seen, Verdict
from .model import Fleet, other
from .steps import Settle, Shift, Watch


@dataclass
class Vigil:
    """Bears with an ill side for as long as the policy's patience; owns since when it has been ill."""

    driver: Driver
    _ill_since: float | None = None

    def is_well(self, fleet: Fleet, step: Shift | Watch | Settle) -> bool:
        """Whether the side that the step is about may have its traffic.

        Raises:
            Stop: it may not, and has not for too long.
        """
        policy, now = self.driver.policy, self.driver.platform.now()
        seen = Seen(fleet[step.colour], now)
        why = gates.ailment(seen, step.version.label, step.instances, policy.freshness)
        if not why:
            self._ill_since = None
            return True
        if self._ill_since is None:
            self._ill_since = now
            self.driver.note(why)
        if now - self._ill_since >= policy.patience:
            raise Stop(f"{why}, for {policy.patience:g} s")
        return False

    def expect_well(self, step: Shift) -> None:
        """Wait until the side is well.

        Raises:
            Stop: it is not, for too long.
        """
        while not self.is_well(self.driver.observe(), step):
            self.driver.wait(self.driver.policy.poll)


def watch(step: Watch, since: float, vigil: Vigil) -> str:
    """Watch a share of the traffic for its time, and longer where too few requests come to judge by.

    Args:
        step: which share, and for how long.
        since: when it began, in seconds on the platform's clock.
        vigil: how the side's health was so far.

    Returns:
        What the last figures say.

    Raises:
        Stop: they exceed the limits, or the side is ill, or somebody else has shifted the traffic.
    """
    driver = vigil.driver
    platform, policy = driver.platform, driver.policy
    end, extensions = platform.now() + step.expected, policy.extensions
    while True:
        fleet = driver.observe()
        if fleet.weights[step.colour] != step.weight:
            raise Stop(
                f"somebody else has shifted the traffic: {step.colour} has {fleet.weights[step.colour]} %"
            )
        well = vigil.is_well(fleet, step)
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
