"""`ogrom-api openapi`: the API's description, for those who generate clients."""

from pathlib import Path

import click
import msgspec

from ..container import without_database
from ..failures import Failure
from ..settings import Settings


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
