"""Fault injection: the environment variables that make instances of a version slow, failing or unready."""

from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
"""The folder of the module that Python imports in such instances."""

PART_BYTES = 256_000
"""The size of one part of a download."""


def slow(seconds: float) -> Mapping[str, str]:
    """Delay each request."""
    return _asked(DELAY=str(seconds))


def failing(share: float) -> Mapping[str, str]:
    """Answer a share of the requests, 0.0 to 1.0, with 500."""
    return _asked(ERRORS=str(share))


def careless(share: float) -> Mapping[str, str]:
    """Carry out a share of the POSTs twice, and acknowledge a share of the writes and store none of them."""
    return _asked(TWICE=str(share), FORGOTTEN=str(share))


def downloads(parts: int) -> Mapping[str, str]:
    """Serve `/rehearsal/download`, a tenth of a second for each part, and heed `?rehearsal-delay=`."""
    return _asked(PARTS=str(parts))


def delayed_on_request() -> Mapping[str, str]:
    """Heed `?rehearsal-delay=0.8`, which delays the request by so many seconds."""
    return _asked()


def exits_at_start() -> Mapping[str, str]:
    """Exit at the start, for an unknown setting."""
    return {"OGROM_NO_SUCH_SETTING": "1"}


def never_ready() -> Mapping[str, str]:
    """Start and never become ready: nothing listens at its database's port."""
    return {"OGROM_DATABASE_URL": "mysql://root@127.0.0.1:9/ogrom"}


def killed_after(steps: int) -> Mapping[str, str]:
    """SIGKILL to a change of the database after so many steps or batches, before it can say that they are done."""
    return _asked(KILLED=str(steps))


def _asked(**variables: str) -> Mapping[str, str]:
    return {"PYTHONPATH": str(FOLDER), **{f"REHEARSAL_{key}": value for key, value in variables.items()}}
