"""Redaction: what no log may hold is taken out of it, whoever wrote it there.

The values of our own settings are known, and looked for as they are and as they are often spelled. What clients send
is known by what stands before it, such as `Authorization:` and `token=`, or by its form.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus, unquote

from .database_url import DatabaseUrl, passwords_in
from .secret import Secret
from .settings import Settings

MASK = "***"

# A shorter password would take half of every text with it. Next to its user's name it is masked all the same.
_SHORTEST = 4

# The quantifiers are bounded, so that no text takes more than a moment.
_NAME = r"(?:token|passw(?:or)?d|secret|credential|signature|api[_-]?key|session[_-]?id)[\w-]{0,40}"
_FIELD = r"(?:(?:proxy-|proxy_)?authorization|(?:set[_-])?cookie|ogrom[_-]trace[_-]request|x[_-]api[_-]key)"
_BETWEEN = r"['\"]?\s{0,4}[:=,]\s{0,4}(?:b?['\"])?"

_FORMS = (
    # mysql://user:password@host
    (re.compile(r"(://[^\s:/@'\"]{0,200}:)[^\s'\"]{1,200}(?=@)"), rf"\1{MASK}"),
    # Authorization: Bearer abc; {'HTTP_COOKIE': 'a=b; c=d'}; ("Cookie", "a=b")
    (re.compile(rf"({_FIELD}{_BETWEEN})[^\r\n'\"]{{1,16000}}", re.IGNORECASE), rf"\1{MASK}"),
    # ?token=abc; "password": "abc"
    (re.compile(rf"({_NAME}['\"]?\s?[=:]\s?['\"]?)[^\s&'\",;)}}\]]{{1,4000}}", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(r"\b(bearer|basic)(\s{1,4})[\w.~+/=-]{8,16000}", re.IGNORECASE), rf"\1\2{MASK}"),
    # A JSON Web Token (RFC 7519), a signature of `trace-header`.
    (re.compile(r"\beyJ[\w-]{8,8000}\.[\w-]{2,8000}(?:\.[\w-]{0,2000})?"), MASK),
    (re.compile(r"\b[1-9][0-9]{0,11}\.[0-9a-f]{64}\b"), MASK),
)

# Most texts have nothing of all that, and need no more than this.
_SUSPECT = re.compile(
    r"://|token|passw|secret|credential|signature|api.?key|session|authorization|cookie|trace.request"
    r"|bearer|basic|eyJ|\.[0-9a-f]{64}",
    re.IGNORECASE,
)


class Redactor:
    """Takes secrets out of texts and values; owns what it looks for, and never shows it."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Look for these secrets, and for what has the form of one.

        Args:
            secrets: as they were set; those of less than four characters are found by their form only.
        """
        spellings = {each for known in secrets if len(known) >= _SHORTEST for each in _spellings(known)}
        # The longest first: of `abcd` and `abcdef` nothing shall remain.
        longest_first = sorted(spellings, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if spellings else None

    def __call__(self, text: str) -> str:
        """The text without its secrets."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        if _SUSPECT.search(text) is None:
            return text
        for form, replacement in _FORMS:
            text = form.sub(replacement, text)
        return text

    def value(self, value: Any) -> Any:
        """A value such as a log line has it, every text in it redacted; what is of no plain type, as its repr."""
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
        """A value under a name, which may say already that it is secret."""
        return MASK if value and is_secret(name) else self.value(value)


_SECRET_NAME = re.compile(rf"{_FIELD}|{_NAME}", re.IGNORECASE)


@lru_cache(maxsize=1024)
def is_secret(name: str) -> bool:
    """Whether a name says that its value is secret: a header field's, a query parameter's, a variable's."""
    return _SECRET_NAME.search(name) is not None


def _spellings(secret: str) -> set[str]:
    """The secret as it is written in a URL, in a literal of Python and in JSON."""
    plain = {secret, unquote(secret)}
    quoted = {
        spell(each) for each in plain for spell in (quote, quote_plus, lambda text: quote(text, safe=""))
    }
    return plain | quoted | {repr(each)[1:-1] for each in plain}


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Everything in the settings that nobody shall read: keys, tokens, the passwords in URLs."""
    return tuple(secret for each in fields(settings) for secret in _secrets(getattr(settings, each.name)))


def _secrets(value: object) -> tuple[str, ...]:
    if isinstance(value, Secret):
        return (value.text,)
    url = value.secret if isinstance(value, DatabaseUrl) else value
    return passwords_in(url) if isinstance(url, str) and "://" in url else ()
