"""`ogrom-api decisions`: what an endpoint decides, and how the requests to it can end."""

from difflib import get_close_matches

import click
import msgspec

from ogrom.http import Endpoint
from ogrom.http.inspect import decisions

from ..container import without_database
from ..failures import Failure
from ..settings import Settings


def endpoint(settings: Settings, name: str) -> Endpoint:
    """The endpoint of this name; no database is asked.

    Raises:
        Failure: there is none.
    """
    container = without_database(settings)
    found = {each.name: each for each in (*container.endpoints(), *container.service().endpoints)}
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
