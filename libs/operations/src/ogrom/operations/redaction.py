"""Redaction: takes out of a log what has the form of a secret."""

from typing import Any

from ogrom.http.secrets import is_secret, may_hold_secret, redacted

from .secrets import MASK, KnownSecrets


class Redactor(KnownSecrets):
    """Takes known secrets out of texts and values, and everything that has the form of one."""

    def suspects(self, text: str) -> bool:
        """Whether a text may hold a secret; if this is False, it holds none."""
        return may_hold_secret(text) or super().suspects(text)

    def __call__(self, text: str) -> str:
        """The text without its secrets."""
        return redacted(super().__call__(text))

    def named(self, name: str, value: Any) -> Any:
        """A value under a name, which may itself say that it is secret."""
        return MASK if value and is_secret(name) else self.value(value)
