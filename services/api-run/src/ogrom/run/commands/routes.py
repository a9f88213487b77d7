"""`ogrom-api routes`: what is served where, from the endpoints themselves."""

import click
import msgspec

from ogrom.http import Endpoint
from ogrom.http.definition import allowed_methods
from ogrom.http.inspect import prose, split_summary

from ..container import without_database
from ..markets import market_prefix
from ..settings import Settings
from ..tables import print_table


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One endpoint as a person sees it.

    Attributes:
        path: with its variables in braces; `{locale}` stands for each market.
        methods: those it answers.
        name: what links call it.
        summary: the first sentence of its resource's docstring.
    """

    path: str
    methods: tuple[str, ...]
    name: str
    summary: str


def routes(settings: Settings) -> tuple[Route, ...]:
    """Every route; no database is asked."""
    container = without_database(settings)
    market = (_route(market_prefix("{locale}"), each) for each in container.endpoints())
    return (*(_route("", each) for each in container.service().endpoints), *market)


def _route(prefix: str, endpoint: Endpoint) -> Route:
    resource = type(endpoint.resource)
    return Route(
        path=prefix + endpoint.path,
        methods=allowed_methods(resource),
        name=endpoint.name,
        summary=split_summary(prose(resource))[0],
    )


def print_routes(settings: Settings, *, as_json: bool) -> None:
    """Print them as a table, or as a JSON array."""
    found = routes(settings)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    rows = [(each.path, ", ".join(each.methods), each.name, each.summary) for each in found]
    print_table(("Path", "Methods", "Name", "Summary"), rows)
