"""From the environment and the command line to Settings, with everything that is wrong said at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from .database_url import masked
from .settings import PREFIX, VARIABLES, Settings, Variable


@dataclass(frozen=True, repr=False)
class Found:
    """What was found for one variable.

    Attributes:
        variable: which one.
        text: what is said, maybe with a password in it.
        origin: who said so: an option, `environment` or `default`.
    """

    variable: Variable
    text: str
    origin: str

    @property
    def shown(self) -> str:
        """The text as anybody may see it."""
        return "***" if self.variable.is_secret and self.text else masked(self.text)

    @property
    def error(self) -> str:
        """What is wrong with the text; empty where nothing is."""
        try:
            self.variable.read(self.text)
        except ValueError as error:
            return f"{self._place} {self.shown!r} {error}"
        return ""

    @property
    def _place(self) -> str:
        return self.origin if self.origin.startswith("--") else self.variable.name


def look_up(environ: Mapping[str, str], options: Mapping[str, str | None]) -> tuple[Found, ...]:
    """What is said for each variable: by its option, else by the environment, else by default.

    Args:
        environ: the environment; an empty variable counts as one that is not set.
        options: the command line's, by name; None for one that was not given.
    """
    return tuple(_look_up(each, environ, options) for each in VARIABLES)


def _look_up(variable: Variable, environ: Mapping[str, str], options: Mapping[str, str | None]) -> Found:
    option = options.get(variable.option)
    if option is not None:
        return Found(variable, option, variable.option)
    if environ.get(variable.name):
        return Found(variable, environ[variable.name], "environment")
    return Found(variable, variable.default, "default")


def errors(found: tuple[Found, ...], environ: Mapping[str, str]) -> tuple[str, ...]:
    """Everything that keeps what was found from being Settings, for the person who set it."""
    return (*(each.error for each in found if each.error), *_unknown(environ))


def _unknown(environ: Mapping[str, str]) -> Iterator[str]:
    # Without what they all begin with, which would make any two alike.
    known = {each.name.removeprefix(PREFIX) for each in VARIABLES}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in known:
            close = get_close_matches(name.removeprefix(PREFIX), known, n=1)
            advice = f"did you mean {PREFIX}{close[0]}?" if close else "`ogrom-api settings` lists all."
            yield f"{name} is no setting; {advice}"


def settings_of(found: tuple[Found, ...]) -> Settings:
    """The Settings that were found, free of errors."""
    values: dict[str, Any] = {
        each.variable.name.removeprefix(PREFIX).lower(): each.variable.read(each.text) for each in found
    }
    return Settings(**values)
