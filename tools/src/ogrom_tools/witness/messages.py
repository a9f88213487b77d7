"""A request that shows a finding, and what a release answers, as values."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

READS = ("GET", "HEAD", "OPTIONS")
"""The methods that are sent to a URL: they change nothing (RFC 9110, 9.2.1)."""
ETAG = "{etag}"
"""In a header field of a request: the entity tag that its target has on the side that is asked."""


@dataclass(frozen=True)
class Caller:
    """Whose token a request has, and what it allows; the service signs it."""

    user: int
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """One request.

    Attributes:
        target: the path and the query, as they are sent.
        headers: names and values.
        content: as text.
        caller: None without a token.
        sources: how the data sources behave meanwhile, by name; `*` stands for all.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    content: str | None = None
    caller: Caller | None = None
    sources: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def having(self, **fields: str) -> Self:
        """The same request with these header fields, whose names have hyphens for underscores."""
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        return self.with_headers({**dict(self.headers), **named})

    def lacking(self, *names: str) -> Self:
        """The same request without these header fields."""
        unwanted = {each.lower() for each in names}
        return self.with_headers(
            {name: value for name, value in self.headers if name.lower() not in unwanted}
        )

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """The same request with these header fields only."""
        return replace(self, headers=tuple(headers.items()))

    def with_query(self, **query: str) -> Self:
        """The same request with these parameters, percent-encoded already, beside its own."""
        more = "&".join(f"{name}={value}" for name, value in query.items())
        return replace(self, target=f"{self.target}{'&' if '?' in self.target else '?'}{more}")

    def asked(self) -> str:
        """As a line for `ogrom-api answer`."""
        caller = self.caller and {"user": self.caller.user, "scopes": list(self.caller.scopes)}
        said = {
            "method": self.method,
            "target": self.target,
            "headers": dict(self.headers),
            "content": self.content,
            "caller": caller,
            "sources": dict(self.sources),
        }
        return json.dumps({name: value for name, value in said.items() if value})

    def __str__(self) -> str:
        """As arguments of curl, and how the sources behave."""
        words = ["curl", *(["-X", self.method] if self.method != "GET" else []), shlex.quote(self.target)]
        for name, value in self.headers:
            words += ["-H", shlex.quote(f"{name}: {value}")]
        if self.caller is not None:
            scopes = "".join(f" --scope {each}" for each in self.caller.scopes)
            words += ["-H", f'"Authorization: Bearer $(ogrom-api token --user {self.caller.user}{scopes})"']
        if self.content is not None:
            words += ["-d", shlex.quote(self.content)]
        behave = ", ".join(
            f"{'every source' if name == '*' else name} is {manner}" for name, manner in self.sources
        )
        return " ".join(words) + (f"   while {behave}" if behave else "")


@dataclass(frozen=True)
class Answer:
    """What a release answers; the names of header fields are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: str

    @cached_property
    def json(self) -> Any:
        """The content as JSON; None if it is none."""
        kind = self.headers.get("content-type", "").partition(";")[0]
        if not kind.endswith(("/json", "+json")):
            return None
        try:
            return json.loads(self.content)
        except ValueError:
            return None

    def __str__(self) -> str:
        """The status, and for a refusal what it says."""
        if self.status < 400 or not isinstance(self.json, dict):
            return str(self.status)
        first = next(iter(self.json.get("errors") or [{}]))
        said = first.get("detail") or self.json.get("detail") or self.json.get("title", "")
        where = first.get("parameter") or first.get("pointer") or ""
        named = where.rpartition("/")[2] in said
        return f"{self.status} {said if named or not where else f'{where}: {said}'}".strip()


@dataclass(frozen=True)
class Witness:
    """What shows a finding, or why nothing does.

    Attributes:
        request: None where none was found.
        old, new: what is different in the two answers, in a few words each.
        why_not: why there is no request.
    """

    request: Request | None = None
    old: str = ""
    new: str = ""
    why_not: str = ""

    def told(self) -> Mapping[str, Any]:
        """As JSON values."""
        if self.request is None:
            return {"why_not": self.why_not}
        return {"request": str(self.request), "old": self.old, "new": self.new}
