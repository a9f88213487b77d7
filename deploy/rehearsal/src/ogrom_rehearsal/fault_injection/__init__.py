"""Versions that behave badly, or slowly: what instances of them find in their environment."""

from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
"""Where the module is that Python imports in such instances."""

PART_BYTES = 256_000
"""Of one part of a download."""


def slow(seconds: float) -> Mapping[str, str]:
    """Each request takes so much longer."""
    return _asked(DELAY=str(seconds))


def failing(share: float) -> Mapping[str, str]:
    """Such a share of the requests, 0.0 to 1.0, ends with 500."""
    return _asked(ERRORS=str(share))


def downloads(parts: int) -> Mapping[str, str]:
    """`/rehearsal/download` takes a tenth of a second for each part, and `?rehearsal-delay=` is heard."""
    return _asked(PARTS=str(parts))


def delayed_on_request() -> Mapping[str, str]:
    """`?rehearsal-delay=0.8` delays the request that has it, by so many seconds."""
    return _asked()


def exits_at_start() -> Mapping[str, str]:
    """It ends as soon as it is started: it knows no such setting."""
    return {"OGROM_NO_SUCH_SETTING": "1"}


def never_ready() -> Mapping[str, str]:
    """It starts and is never ready: its database is where nobody listens."""
    return {"OGROM_DATABASE_URL": "mysql://root@127.0.0.1:9/ogrom"}


def _asked(**variables: str) -> Mapping[str, str]:
    return {"PYTHONPATH": str(FOLDER), **{f"REHEARSAL_{key}": value for key, value in variables.items()}}
