"""The way back: all traffic to the side that had it before, and to see that it stays there."""

from dataclasses import replace

from .driver import Driver, Stop
from .events import Aborting, Finished, Outcome
from .model import Colour, Fleet, all_to, other


def abort(origin: Colour, driver: Driver, reason: str) -> Finished:
    """Lead back to one healthy side, and say so, or say loudly that it could not be done.

    Once begun, it holds on to it whether or not the lock can be renewed: half-way is worse.

    Args:
        origin: the side that the traffic came from.
        driver: gives the orders.
        reason: why it does not go on.
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
    """Where to: the origin, unless nothing of it serves, but something of the other side that had traffic."""
    new = other(origin)
    lost = not serves(fleet, origin) and fleet.weights[new] > 0 and serves(fleet, new)
    return new if lost else origin


def _look(driver: Driver) -> Fleet | None:
    """The fleet; None where the platform does not say."""
    try:
        return driver.observe()
    except Stop:
        return None


def _lead(side: Colour, fleet: Fleet | None, driver: Driver, reason: str) -> Finished:
    """Shift, and look whether it holds, until it does or the patience is over."""
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
