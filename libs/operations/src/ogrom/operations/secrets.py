"""Secrets that a process knows from its settings, and how none of them reaches a log.

What has only the form of a secret, such as a token that a client sends, is for `redaction`: it needs ogrom.http, which
the parent of the workers does not import.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote

MASK: Final = "***"

_MIN_LENGTH = 32

# Replacing a shorter password would garble every text. Beside its user's name it is masked anyway.
_MIN_KNOWN_LENGTH = 4

# What stands before a password, the password up to the last @, and what follows. The scheme is possessive,
# so that a port is never taken for a password.
_LOGIN = re.compile(r"((?:\w*://)?+[^:@]*)(:.*)?@(.*)", re.DOTALL)
_PARAMETER = re.compile(r"(passw(?:or)?d\d?=)[^&]*", re.IGNORECASE)


@dataclass(frozen=True)
class Secret:
    """A text that is never printed.

    Attributes:
        text: the secret itself.
    """

    text: str = field(repr=False)


def secret(value: str) -> Secret | None:
    """A secret that cannot be guessed; None for an empty text."""
    if value and len(value) < _MIN_LENGTH:
        raise ValueError(
            f"is too short; use at least {_MIN_LENGTH} characters, such as the output of `openssl rand -hex 32`"
        )
    return Secret(value) if value else None


def masked(url: str) -> str:
    """The URL without its password, however badly it is spelled."""
    login = _LOGIN.fullmatch(url)
    if login is not None and login[2]:
        url = f"{login[1]}:{MASK}@{login[3]}"
    return _PARAMETER.sub(rf"\1{MASK}", url)


def passwords_in(url: str) -> tuple[str, ...]:
    """The passwords that `masked` hides, as they are spelled there."""
    login = _LOGIN.fullmatch(url)
    first = login[2][1:] if login is not None and login[2] else ""
    return tuple(filter(None, (first, *(each[0].partition("=")[2] for each in _PARAMETER.finditer(url)))))


def secrets_of(settings: Any) -> tuple[str, ...]:
    """Every secret in some settings: keys, tokens, and the passwords in URLs.

    Args:
        settings: a dataclass. A URL with a password is a str, or a value that keeps it as `secret`.
    """
    return tuple(secret for each in fields(settings) for secret in _secrets(getattr(settings, each.name)))


def _secrets(value: object) -> tuple[str, ...]:
    if isinstance(value, Secret):
        return (value.text,)
    url = getattr(value, "secret", value)
    return passwords_in(url) if isinstance(url, str) and "://" in url else ()


class KnownSecrets:
    """Takes known secrets out of texts and values, in every spelling; never shows what it looks for."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Look for these secrets.

        Args:
            secrets: as they were set; those of fewer than four characters are not looked for.
        """
        spellings = {each for known in secrets for each in _spellings(known)}
        # The longest first: of `abcd` and `abcdef` nothing may remain.
        self._known = sorted(spellings, key=len, reverse=True)

    def suspects(self, text: str) -> bool:
        """Whether a text may hold a secret; if this is False, it holds none."""
        for known in self._known:  # noqa: SIM110  # asked for each line of a log; a generator takes twice as long
            if known in text:
                return True
        return False

    def __call__(self, text: str) -> str:
        """The text without its secrets."""
        for known in self._known:
            text = text.replace(known, MASK)
        return text

    def value(self, value: Any) -> Any:
        """A value of a log line, every text in it redacted; a value of no plain type becomes its repr."""
        if isinstance(value, str):
            return self(value)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {self(str(name)): self.named(str(name), each) for name, each in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(each) for each in value]
        return self(repr(value))

    def named(self, name: str, value: Any) -> Any:
        """A value under a name."""
        return self.value(value)


def _spellings(secret: str) -> set[str]:
    """The secret as it is written in a URL, in a Python literal and in JSON."""
    spelled = set()
    for plain in (secret, unquote(secret)):
        literals = repr(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1]
        spelled |= {plain, quote(plain), quote(plain, safe=""), quote_plus(plain), *literals}
    return {each for each in spelled if len(each) >= _MIN_KNOWN_LENGTH}
