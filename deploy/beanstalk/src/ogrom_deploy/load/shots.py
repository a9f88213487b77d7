"""What became of each request."""

from typing import Literal, TypeAlias

from msgspec import Struct

Fault: TypeAlias = Literal["", "refused", "reset", "closed", "timeout", "cut", "status", "wrong"]
"""Why a request counts as failed.

`refused`: no connection; `reset`: the connection was reset; `closed`: it was closed before the response began;
`cut`: the response broke off; `timeout`: nothing came in time; `status`: another one than is right; `wrong`: other
content, or no HTTP. Empty: a right answer.
"""


class Shot(Struct, frozen=True):
    """One request and its end.

    Attributes:
        at: when it was to start, on `time.monotonic()`'s clock, which all processes of a machine share.
        seconds: from then until the last byte of the response, or until it failed. Measured from the intended
            start, so that a server which stalls is not asked less and does not look better (no coordinated
            omission).
        lag: how much later the generator itself began with it, in seconds; large where the machine is too busy.
        path: what was asked for.
        status: of the response; 0 where there was none.
        fault: why it counts as failed.
        release: the response's Ogrom-Release.
        size: the bytes of the content.
    """

    at: float
    seconds: float
    lag: float
    path: str
    status: int
    fault: Fault = ""
    release: str = ""
    size: int = 0

    @property
    def end(self) -> float:
        """When it ended, on the same clock."""
        return self.at + self.seconds
