"""Redaction: what no log may hold is taken out of it, whoever wrote it there.

The values of our own settings are known, and looked for as they are and as they are often spelled. What clients send
is known by what stands before it, such as `Authorization:` and `token=`, or by its form.
"""

import json
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
    (re.compile(r"(?<![\w-])((?:(?!eyJ)[\w-])*+)eyJ[\w-]{8,}+\.[\w-]{2,}+(?:\.[\w-]*+)?"), rf"\1{MASK}"),
    (re.compile(r"\b[1-9][0-9]{0,11}\.[0-9a-f]{64}\b"), MASK),
)

# A text without any of these, in lower case, has nothing of all that. Most have none, and this is soon found.
_SUSPECT = (
    *("://", "token", "passw", "secret", "credential", "signature", "api", "session", "authorization"),
    *("cookie", "trace-request", "trace_request", "bearer", "basic", "eyj"),
)
_SIGNATURE = re.compile(r"\.[0-9a-f]{64}")


class Redactor:
    """Takes secrets out of texts and values; owns what it looks for, and never shows it."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Look for these secrets, and for what has the form of one.

        Args:
            secrets: as they were set; those of less than four characters are found by their form only.
        """
        spellings = {each for known in secrets for each in _spellings(known)}
        # The longest first: of `abcd` and `abcdef` nothing shall remain.
        self._known = sorted(spellings, key=len, reverse=True)

    def suspects(self, text: str) -> bool:
        """Whether there may be a secret in a text; where not, there is none."""
        low = text.lower()
        # Each line of the log is asked this; two generators would take twice as long.
        for word in _SUSPECT:
            if word in low:
                return True
        for known in self._known:
            if known in text:
                return True
        return len(text) > 64 and _SIGNATURE.search(text) is not None

    def __call__(self, text: str) -> str:
        """The text without its secrets."""
        if not self.suspects(text):
            return text
        for known in self._known:
            text = text.replace(known, MASK)
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
    spelled = set()
    for plain in (secret, unquote(secret)):
        literals = repr(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1]
        spelled |= {plain, quote(plain), quote(plain, safe=""), quote_plus(plain), *literals}
    return {each for each in spelled if len(each) >= _SHORTEST}


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Everything in the settings that nobody shall read: keys, tokens, the passwords in URLs."""
    return tuple(secret for each in fields(settings) for secret in _secrets(getattr(settings, each.name)))


def _secrets(value: object) -> tuple[str, ...]:
    if isinstance(value, Secret):
        return (value.text,)
    url = value.secret if isinstance(value, DatabaseUrl) else value
    return passwords_in(url) if isinstance(url, str) and "://" in url else ()
