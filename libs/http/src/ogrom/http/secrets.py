"""Secrets: which names and texts hold one. Traces mask by this list, and so do the logs of `ogrom.operations`."""

import re
from functools import lru_cache
from typing import Final

__all__ = ["MASK", "is_secret", "may_hold_secret", "redacted"]

MASK: Final = "***"

# The quantifiers are bounded, so that no text takes more than a moment.
_NAME = r"(?:token|passw|secret|credential|signature|session|api[_-]?key)[\w-]{0,40}"
_FIELD = r"(?:(?:proxy[_-])?authorization|(?:set[_-])?cookie|ogrom[_-]trace[_-]request|www[_-]authenticate)"
_BETWEEN = r"['\"]?\s{0,4}[:=,]\s{0,4}(?:b?['\"])?"
_VALUE = r"(?:b?'[^']{0,4000}'?|b?\"[^\"]{0,4000}\"?|[^\s&'\",;)}\]]{1,4000})"

_FORMS = (
    # mysql://user:password@host
    (re.compile(r"(://[^\s:/@'\"]{0,200}:)[^\s'\"]{1,200}(?=@)"), rf"\1{MASK}"),
    # Authorization: Bearer abc; {'HTTP_COOKIE': 'a=b; c=d'}; ("Cookie", "a=b")
    (re.compile(rf"({_FIELD}{_BETWEEN})[^\r\n'\"]{{1,16000}}", re.IGNORECASE), rf"\1{MASK}"),
    # ?token=abc; "password": "abc"; x-api-key: abc
    (re.compile(rf"({_NAME}['\"]?\s?[=:]\s?){_VALUE}", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(r"\b(bearer|basic)(\s{1,4})[\w.~+/=-]{8,16000}", re.IGNORECASE), rf"\1\2{MASK}"),
    # A JSON Web Token (RFC 7519), a signature of `ogrom.http.trace`.
    (re.compile(r"(?<![\w-])((?:(?!eyJ)[\w-])*+)eyJ[\w-]{8,}+\.[\w-]{2,}+(?:\.[\w-]*+)?"), rf"\1{MASK}"),
    (re.compile(r"\b[1-9][0-9]{0,11}\.[0-9a-f]{64}\b"), MASK),
)

# A text without any of these, in lower case, has nothing of all that. Most have none, and this is soon found.
_SUSPECT = (
    *("://", "token", "passw", "secret", "credential", "signature", "api", "session", "authorization"),
    *("cookie", "trace-request", "trace_request", "www-authenticate", "www_authenticate"),
    *("bearer", "basic", "eyj"),
)
_SIGNATURE = re.compile(r"\.[0-9a-f]{64}")
_SECRET_NAME = re.compile(rf"{_FIELD}|{_NAME}", re.IGNORECASE)


@lru_cache(maxsize=1024)
def is_secret(name: str) -> bool:
    """Whether a name says that its value is secret: a header field's, a query parameter's, a variable's."""
    return _SECRET_NAME.search(name) is not None


def may_hold_secret(text: str) -> bool:
    """Whether a text may hold a secret; if this is False, it holds none."""
    low = text.lower()
    # Each line of a log is asked this; a generator would take twice as long.
    for word in _SUSPECT:
        if word in low:
            return True
    return len(text) > 64 and _SIGNATURE.search(text) is not None


def redacted(text: str) -> str:
    """The text with everything masked that has the form of a secret."""
    if may_hold_secret(text):
        for form, replacement in _FORMS:
            text = form.sub(replacement, text)
    return text
