"""Sources that behave as a script says, so that every answer of the API can be seen without breaking a database.

Only `ogrom-api answer` has them, between the endpoints and the bare sources.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any, Final

from ogrom.core import Sources
from ogrom.protocols.errors import Conflict, Forbidden, Timeout, Unavailable, Unconfirmed
from ogrom.protocols.pages import Page
from ogrom.sources.wrappers import RULES, Call, Wrapper

ALL: Final = "*"
"""Stands for every source in a script."""


def _absent(call: Call) -> Any:
    found = call()
    if call.name not in RULES.reads:
        return found
    return Page(items=()) if isinstance(found, Page) else _EMPTY.get(type(found))


_EMPTY: Mapping[type, object] = MappingProxyType({dict: {}, tuple: (), int: 0, bool: False})
"""What a source finds that finds nothing, by the type of what it finds; None for one thing."""


def _conflicting(call: Call) -> Any:
    if call.name in RULES.reads:
        return call()
    raise Conflict(call.source, "another write came first, as the script says")


def _forbidden(call: Call) -> Any:
    if call.name in RULES.reads:
        return call()
    raise Forbidden(call.source, "the caller may not do that, as the script says")


def _unavailable(call: Call) -> Any:
    raise Unavailable(call.source, "it does not answer, as the script says")


def _slow(call: Call) -> Any:
    raise Timeout(call.source, "it takes longer than the deadline, as the script says")


def _unconfirmed(call: Call) -> Any:
    answer = call()
    if call.name in RULES.reads:
        return answer
    raise Unconfirmed(call.source, "it does not say whether it has stored that, as the script says")


MANNERS: Final[Mapping[str, Callable[[Call], Any]]] = MappingProxyType(
    {
        "absent": _absent,
        "conflicting": _conflicting,
        "forbidden": _forbidden,
        "unavailable": _unavailable,
        "slow": _slow,
        "unconfirmed": _unconfirmed,
    }
)
"""How a source can behave: it finds nothing, refuses writes, does not answer any call, or none that writes."""


class Script:
    """How the sources behave now, by their names or `ALL`; those that are not named behave well."""

    def __init__(self) -> None:
        self.manners: Mapping[str, str] = {}

    def of(self, source: str) -> Callable[[Call], Any] | None:
        """How this source behaves; None for as it is."""
        name = self.manners.get(source, self.manners.get(ALL))
        return None if name is None else MANNERS[name]


class Scripted(Wrapper):
    """A source that follows a script."""

    def __init__(self, source: object, name: str, script: Script) -> None:
        super().__init__(source, name)
        self._script = script

    def intercept(self, call: Call) -> Any:
        """Behave as the script says at this moment."""
        behave = self._script.of(call.source)
        return call() if behave is None else behave(call)


def scripted(sources: Sources, script: Script) -> Sources:
    """The same sources, which follow the script."""
    found = {each.name: getattr(sources, each.name) for each in fields(sources)}
    made = {name: Scripted(each, name, script) for name, each in found.items() if each is not None}
    return replace(sources, **made)
