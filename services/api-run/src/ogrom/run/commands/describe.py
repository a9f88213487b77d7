"""What is served, told without a database: routes, decisions, the OpenAPI document and the decision graph."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import click
import msgspec

from ogrom.http import Endpoint
from ogrom.http.definition import allowed_methods
from ogrom.http.deprecations import deprecations
from ogrom.http.drawing import dot, markdown, svg
from ogrom.http.inspect import decisions, described_methods, prose, split_summary
from ogrom.operations.command_line import Failure
from ogrom.operations.tables import print_table

from ..container import without_database
from ..markets import market_prefix
from ..settings import Settings

FORMS: Final[Mapping[str, Callable[[], str]]] = {"svg": svg, "dot": dot, "markdown": markdown}
"""The forms of the graph."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One endpoint as a person sees it.

    Attributes:
        path: with its variables in braces; `{locale}` stands for each market.
        methods: those it answers.
        name: what links call it.
        summary: the first sentence of its resource's docstring.
        deprecated: what of it is, such as `GET query brand: Deprecated since 2026-12-01.`.
    """

    path: str
    methods: tuple[str, ...]
    name: str
    summary: str
    deprecated: tuple[str, ...] = ()


def routes(settings: Settings) -> tuple[Route, ...]:
    """Every route; no database is asked."""
    container = without_database(settings)
    market = (_route(market_prefix("{locale}"), each) for each in container.endpoints())
    return (*(_route("", each) for each in container.front().endpoints), *market)


def _route(prefix: str, endpoint: Endpoint) -> Route:
    resource = type(endpoint.resource)
    return Route(
        path=prefix + endpoint.path,
        methods=allowed_methods(resource),
        name=endpoint.name,
        summary=split_summary(prose(resource))[0],
        deprecated=tuple(
            f"{method} {each.what}: {each.deprecation}"
            for method in described_methods(resource)
            for each in deprecations(resource, method)
        ),
    )


def print_routes(settings: Settings, *, as_json: bool) -> None:
    """Print them as a table, or as a JSON array."""
    found = routes(settings)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    rows = [(each.path, ", ".join(each.methods), each.name, each.summary) for each in found]
    print_table(("Path", "Methods", "Name", "Summary"), rows)
    for each in found:
        for line in each.deprecated:
            click.echo(f"{each.path}: {line}")


def endpoint(settings: Settings, name: str) -> Endpoint:
    """The endpoint of this name; no database is asked.

    Raises:
        Failure: there is none.
    """
    container = without_database(settings)
    found = {each.name: each for each in (*container.endpoints(), *container.front().endpoints)}
    if name in found:
        return found[name]
    close = get_close_matches(name, found, n=1)
    advice = f"did you mean {close[0]!r}?" if close else "`ogrom-api routes` shows their names"
    raise Failure(f"decisions: no endpoint has the name {name!r}; {advice}")


def print_decisions(settings: Settings, name: str, *, as_json: bool) -> None:
    """Print them in Markdown, or as a JSON object.

    Raises:
        Failure: no endpoint has the name.
    """
    told = decisions(endpoint(settings, name).resource)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(told), indent=2))
    else:
        click.echo(str(told), nl=False)


def print_openapi(settings: Settings, output: Path | None) -> None:
    """Print the description, or write it to a file; no database is asked, so it has no examples.

    Raises:
        Failure: the file cannot be written.
    """
    document = without_database(settings).documentation().without_examples()
    text = msgspec.json.format(msgspec.json.encode(document), indent=2)
    if output is None:
        click.echo(text)
        return
    try:
        output.write_bytes(text + b"\n")
    except OSError as error:
        raise Failure(f"openapi: {output} cannot be written: {error.strerror}") from error


def write_graph(form: str, output: Path | None) -> None:
    """Write it to a file, or print it.

    Args:
        form: one of `FORMS`.
        output: the file; None for the standard output stream.
    """
    text = str(FORMS[form]())
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
