"""Secrets: settings that nobody shall read in a log."""

from dataclasses import dataclass, field

_SHORTEST = 32


@dataclass(frozen=True)
class Secret:
    """A text that is not printed.

    Attributes:
        text: the secret itself.
    """

    text: str = field(repr=False)


def secret(value: str) -> Secret | None:
    """A secret that cannot be guessed; None for no text at all."""
    if value and len(value) < _SHORTEST:
        raise ValueError(
            f"is too short; use {_SHORTEST} characters or more, such as `openssl rand -hex 32` prints"
        )
    return Secret(value) if value else None
