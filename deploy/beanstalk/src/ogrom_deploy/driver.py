"""Gives orders to a platform and looks at it: with the lock in hand, and not for ever."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from .events import Event, Listener, Noted
from .model import Fleet
from .policy import Policy
from .ports import Platform, PlatformError

T = TypeVar("T")

_LOG = logging.getLogger(__name__)


class Stop(Exception):
    """It must not go on so; the message says why."""


@dataclass(frozen=True)
class Driver:
    """One way to ask a platform for anything.

    Attributes:
        platform: which.
        policy: how often to ask, and how long to wait in between.
        hold: raises a LockLost unless the lock is ours; called before every order and after every wait.
        listener: gets what happens.
    """

    platform: Platform
    policy: Policy
    hold: Callable[[], None]
    listener: Listener

    def tell(self, event: Event) -> None:
        """Tell what happens; a terminal that is gone must not leave the traffic half-way."""
        try:
            self.listener(event)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the deployment is worth more
            _LOG.warning("nobody could be told of %s: %r", event, problem)

    def order(self, what: str, give: Callable[[], None]) -> None:
        """Give an order, several times if it is refused.

        Raises:
            Stop: it was refused each time.
        """

        def held() -> None:
            self.hold()
            give()

        self._try(what, held)

    def observe(self) -> Fleet:
        """The fleet as it is.

        Raises:
            Stop: the platform does not say.
        """
        return self.ask("look at the fleet", self.platform.observe)

    def ask(self, what: str, question: Callable[[], T]) -> T:
        """Ask something, several times if there is no answer.

        Raises:
            Stop: there was none each time.
        """
        return self._try(what, question)

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        end = self.platform.now() + seconds
        while (left := end - self.platform.now()) > 0:
            self.platform.wait(min(left, self.policy.poll))
            self.hold()

    def until(self, holds: Callable[[Fleet], bool], seconds: float, what: str) -> Fleet:
        """Look until something holds.

        Raises:
            Stop: it has not held within so many seconds.
        """
        end = self.platform.now() + seconds
        while not holds(fleet := self.observe()):
            if self.platform.now() >= end:
                raise Stop(f"{what} was not seen within {seconds:g} s")
            self.wait(self.policy.poll)
        return fleet

    def note(self, text: str) -> None:
        """Tell a person something."""
        self.tell(Noted(self.platform.now(), text))

    def _try(self, what: str, call: Callable[[], T]) -> T:
        for attempt in range(1, self.policy.attempts):
            try:
                return call()
            except PlatformError as problem:
                self.note(f"could not {what} ({problem}); trying again")
                self.wait(self.policy.poll * attempt)
        try:
            return call()
        except PlatformError as problem:
            raise Stop(f"could not {what}, tried {self.policy.attempts} times: {problem}") from problem
