"""Requests that an operation answers in different ways: as it should, and refused at each step."""

from collections.abc import Iterator
from dataclasses import replace
from json import dumps

from ogrom_tools.witness.messages import ETAG, Caller, Request
from ogrom_tools.witness.operation import Operation

MANNERS = ("absent", "conflicting", "forbidden", "unavailable", "slow", "unconfirmed")
"""How the sources of `ogrom-api answer` can behave."""
_PRECONDITIONS = (
    ("If-Match", '"another"'),
    ("If-None-Match", ETAG),
    ("If-None-Match", "*"),
    ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),
    ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"),
)


def probes(operation: Operation) -> Iterator[Request]:
    """The request that should succeed first, then others, each with one thing changed."""
    good = operation.request()
    yield good
    yield from _elsewhere(operation, good)
    yield from _preconditions(good)
    yield from _callers(operation, good)
    yield from _contents(operation, good)
    yield good.having(Accept="application/x-unknown")
    yield good.with_query(unknown_parameter="1")
    for each in operation.parameters:
        if each["in"] == "query":
            yield good.with_query(**{each["name"]: "%22%22"})
    yield from _behaving(operation, good)


def _elsewhere(operation: Operation, good: Request) -> Iterator[Request]:
    """To what is not there, by each variable of the path."""
    for name, value in operation.arguments.items():
        for other in ("999999999", "x", "0"):
            if other != value:
                path = operation.path({**operation.arguments, name: other})
                yield replace(good, target=good.target.replace(operation.path(operation.arguments), path, 1))


def _preconditions(good: Request) -> Iterator[Request]:
    names = [name for name, value in good.headers if name != "Content-Type"]
    yield from (good.lacking(name) for name in names)
    yield from (
        good.lacking(name).with_headers({**dict(good.headers), name: value}) for name, value in _PRECONDITIONS
    )


def _callers(operation: Operation, good: Request) -> Iterator[Request]:
    caller = operation.caller
    yield replace(good, caller=None)
    yield replace(good, caller=replace(caller, scopes=()))
    yield replace(good, caller=replace(caller, user=caller.user + 1))
    yield replace(good, caller=Caller(10**9, (*caller.scopes, "moderate")))
    yield replace(good, caller=None).having(Authorization="Bearer nonsense")


def _contents(operation: Operation, good: Request) -> Iterator[Request]:
    if not operation.body:
        return
    yield replace(good, content=None).lacking("Content-Type")
    yield replace(good, content="{")
    yield replace(good, content="null")
    yield replace(good, content="{}")
    yield good.having(Content_Type="text/plain")
    if isinstance(operation.content, dict):
        for name in operation.content:
            yield replace(good, content=dumps({**operation.content, name: None}))
            yield replace(good, content=dumps({**operation.content, name: 999_999_999}))
            yield replace(good, content=dumps({**operation.content, name: "   "}))


def _behaving(operation: Operation, good: Request) -> Iterator[Request]:
    """With sources that behave badly: all of them, and those that the operation's tags name."""
    for name in ("*", *operation.said.get("tags", ())):
        yield from (replace(good, sources=((name, manner),)) for manner in MANNERS)
