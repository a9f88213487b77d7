"""Drives the steps of an exchange: the only two places where the client sends and waits."""

from collections.abc import Awaitable, Callable
from time import monotonic, sleep
from typing import TypeVar

from anyio import move_on_after, sleep as sleep_async

from .exchange import Credentials, Lost, Pause, Request, Steps
from .network import AsyncConnections, Connections

__all__: list[str] = []

T = TypeVar("T")


def driven(steps: Steps[T], connections: Connections, token: Callable[[str | None], str | None] | None) -> T:
    """What the steps come to, on this thread.

    Args:
        steps: of `Exchanges.steps`.
        connections: what requests are sent with.
        token: gives a token, another one than was refused.

    Raises:
        ClientError: see `ogrom.client.errors`.
    """
    result: object
    try:
        step = next(steps)
        while True:
            result = None
            try:
                match step:
                    case Request():
                        result = connections.send(step)
                    case Pause(seconds=seconds):
                        sleep(seconds)
                    case Credentials(refused=refused):
                        result = None if token is None else token(refused)
            except Exception as error:  # noqa: BLE001  # the steps let go what they do not know
                step = steps.throw(error)
            else:
                step = steps.send(result)
    except StopIteration as done:
        value: T = done.value
        return value


async def driven_async(
    steps: Steps[T],
    connections: AsyncConnections,
    token: Callable[[str | None], Awaitable[str]] | None,
) -> T:
    """What the steps come to, in this task; see `driven`."""
    result: object
    try:
        step = next(steps)
        while True:
            result = None
            try:
                match step:
                    case Request():
                        result = await connections.send(step)
                    case Pause(seconds=seconds):
                        await sleep_async(seconds)
                    case Credentials(refused=refused, deadline=deadline):
                        result = None if token is None else await _in_time(token(refused), deadline)
            except Exception as error:  # noqa: BLE001  # the steps let go what they do not know
                step = steps.throw(error)
            else:
                step = steps.send(result)
    except StopIteration as done:
        value: T = done.value
        return value


async def _in_time(token: Awaitable[str], deadline: float) -> str:
    """The token.

    Raises:
        Lost: the deadline has passed.
    """
    with move_on_after(deadline - monotonic()):
        return await token
    raise Lost("there is no token in time", is_sent=False, is_late=True)
