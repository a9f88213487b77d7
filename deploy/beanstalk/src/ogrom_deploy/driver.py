"""Gives orders to a platform and observes it: with the lock held, with retries, and with timeouts."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from .events import Event, Listener, Noted
from .model import Fleet, Task
from .policy import Policy
from .ports import Platform, PlatformError, Tasks

T = TypeVar("T")

_LOG = logging.getLogger(__name__)


class Stop(Exception):
    """The deployment must not continue; the message says why."""


@dataclass(frozen=True)
class Driver:
    """Every access to a platform goes through this.

    Attributes:
        platform: the platform.
        policy: how often to try, and how long to wait in between.
        hold: raises LockLost unless the lock is ours; called before every order and after every wait.
        listener: is called with every event.
        tasks: what is done to the database; None where the platform cannot.
    """

    platform: Platform
    policy: Policy
    hold: Callable[[], None]
    listener: Listener
    tasks: Tasks | None = None

    def tell(self, event: Event) -> None:
        """Report an event; a closed terminal must not stop the deployment half-way."""
        try:
            self.listener(event)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the deployment matters more
            _LOG.warning("could not report %s: %r", event, problem)

    def order(self, what: str, give: Callable[[], None]) -> None:
        """Give an order, and try again if it is refused.

        Raises:
            Stop: it was refused every time.
        """

        def held() -> None:
            self.hold()
            give()

        self.ask(what, held)

    def observe(self) -> Fleet:
        """The fleet as it is now.

        Raises:
            Stop: the platform does not answer.
        """
        return self.ask("look at the fleet", self.platform.observe)

    def ask(self, what: str, question: Callable[[], T]) -> T:
        """Ask for something, and try again if that fails.

        Raises:
            Stop: it failed every time.
        """
        for attempt in range(1, self.policy.attempts):
            try:
                return question()
            except PlatformError as problem:
                self.note(f"could not {what} ({problem}); trying again")
                self.wait(self.policy.poll * attempt)
        try:
            return question()
        except PlatformError as problem:
            raise Stop(f"could not {what}, tried {self.policy.attempts} times: {problem}") from problem

    def wait(self, seconds: float) -> None:
        """Wait, and hold the lock meanwhile."""
        end = self.platform.now() + seconds
        while (left := end - self.platform.now()) > 0:
            self.platform.wait(min(left, self.policy.poll))
            self.hold()

    def until(self, holds: Callable[[Fleet], bool], seconds: float, what: str) -> Fleet:
        """Observe the fleet until a condition holds.

        Raises:
            Stop: it did not hold within so many seconds.
        """
        end = self.platform.now() + seconds
        while not holds(fleet := self.observe()):
            if self.platform.now() >= end:
                raise Stop(f"{what} was not seen within {seconds:g} s")
            self.wait(self.policy.poll)
        return fleet

    def run(self, task: Task) -> str:
        """Have something done to the database, wait for its end, and return its last words.

        Raises:
            Stop: it failed, or takes too long; it may run on then.
        """
        tasks, end = self.tasks, self.platform.now() + self.policy.task_timeout
        if tasks is None:
            raise Stop(f"could not {task}: nothing on this platform can be done to a database")
        self.order(f"start {task}", lambda: tasks.run(task))
        while (report := self.ask(f"look at {task}", lambda: tasks.report(task))) is None or (
            report.state == "running"
        ):
            if self.platform.now() >= end:
                raise Stop(f"the end of {task} was not seen within {self.policy.task_timeout:g} s")
            self.wait(self.policy.poll)
        if report.state == "failed":
            raise Stop(f"{task} failed: {report.said or 'look at its log'}")
        return report.said

    def note(self, text: str) -> None:
        """Report something that a person should know."""
        self.tell(Noted(self.platform.now(), text))
