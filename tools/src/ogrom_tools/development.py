"""The key that tokens are signed with in development: a random one for each checkout, kept where nobody else reads."""

import os
import secrets
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path

VARIABLE = "OGROM_TOKEN_KEY"
OTHER = "OGROM_TOKEN_JWKS"


def provide_key(path: Path, environ: MutableMapping[str, str] = os.environ) -> None:
    """Give the service a key, unless it is told of one already, so that a newcomer can write at once.

    Args:
        path: where the key is kept from its first use on.
        environ: what the service will be started with.
    """
    if not (environ.get(VARIABLE) or environ.get(OTHER)):
        environ[VARIABLE] = _kept(path)


def _kept(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _keep(secrets.token_hex(32), path)
    return path.read_text("ascii")


def _keep(key: str, path: Path) -> None:
    """Store the key at once or not at all; of two who do so at the same time, the first one's is the key of both."""
    own = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(key)
        with suppress(FileExistsError):
            path.hardlink_to(own)
    finally:
        own.unlink()
