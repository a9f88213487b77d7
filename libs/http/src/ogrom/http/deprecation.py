"""A deprecation: since when clients should stop using something, until when it works, and what to use instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from .validators import format_date

__all__ = ["Deprecation"]

_REFERENCE: Final = re.compile(r"(https?:/)?/[!#-;=?-~]+")
"""An absolute URL, or a path: the characters of RFC 3986, so that no field can be injected."""


@dataclass(frozen=True, kw_only=True)
class Deprecation:
    """Since when something is deprecated, and what to use instead.

    A mistake in it is a DefinitionError of the class that declares it, or of `ogrom.http.deprecated`.

    Attributes:
        since: the date, such as `2026-12-01`, in UTC; it may lie ahead.
        sunset: the date from which it may be gone; None if that is not decided.
        instead: what to use in its place, such as "GET /search" or "brand_name".
        link: the URL, or the path in this service, of a page that says more.
    """

    since: str
    sunset: str | None = None
    instead: str = ""
    link: str = ""

    def __str__(self) -> str:
        """A sentence or more, such as "Deprecated since 2026-12-01. Use brand_name instead."."""
        until = f", to be removed on {self.sunset}" if self.sunset else ""
        instead = f" Use {self.instead} instead." if self.instead else ""
        return f"Deprecated since {self.since}{until}.{instead}{f' See {self.link}' if self.link else ''}"

    def mistake(self) -> str:
        """What is wrong with it, and what to write; empty if nothing is."""
        for name, text in (("since", self.since), ("sunset", self.sunset)):
            if text is not None and not _is_date(text):
                return f"{name}={text!r} is no date; write it as in 2026-12-31"
        if self.sunset is not None and self.sunset < self.since:
            return (
                f"the sunset {self.sunset} comes before the deprecation, since={self.since!r}; "
                "let clients have time between them"
            )
        if self.link and not _REFERENCE.fullmatch(self.link):
            return f"link={self.link!r} must be a URL, such as 'https://shop.example/changes', or a path"
        return ""

    def fields(self, root: str) -> Iterator[tuple[str, str]]:
        """The header fields of a response (RFC 9745, 2 and 3; RFC 8594, 3 and 6).

        Args:
            root: the path below which the service is reached, as `Request.root`.
        """
        yield "Deprecation", f"@{_midnight(self.since).timestamp():.0f}"
        if self.sunset:
            yield "Sunset", format_date(_midnight(self.sunset))
        if self.link:
            page = f"<{root if self.link.startswith('/') else ''}{self.link}>"
            kinds = ("deprecation", "sunset") if self.sunset else ("deprecation",)
            yield "Link", ", ".join(f'{page}; rel="{kind}"' for kind in kinds)


def _is_date(text: str) -> bool:
    """Whether it is a date in the one form that sorts; Python reads others, too."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except (TypeError, ValueError):
        return False


def _midnight(text: str) -> datetime:
    """The first moment of a date, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
