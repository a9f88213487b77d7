"""The key that signs tokens in development: random for each checkout, and readable by its owner only."""

import os
import secrets
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path

VARIABLE = "OGROM_TOKEN_KEY"
OTHER = "OGROM_TOKEN_JWKS"


def provide_key(path: Path, environ: MutableMapping[str, str] = os.environ) -> None:
    """Give the service a key unless it has one, so that a newcomer can write at once.

    Args:
        path: where the key is kept.
        environ: the environment in which the service will start.
    """
    if not (environ.get(VARIABLE) or environ.get(OTHER)):
        environ[VARIABLE] = _read(path)


def _read(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(secrets.token_hex(32), path)
    return path.read_text("ascii")


def _write(key: str, path: Path) -> None:
    """Write the key completely or not at all; if two processes do so at once, both use the first one's key."""
    own = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(key)
        with suppress(FileExistsError):
            path.hardlink_to(own)
    finally:
        own.unlink()
