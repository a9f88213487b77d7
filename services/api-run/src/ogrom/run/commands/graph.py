"""`ogrom-api graph`: the decision graph as a picture, in DOT or as Markdown."""

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from ogrom.http.drawing import dot, markdown, svg

FORMS: Mapping[str, Callable[[], str]] = {"svg": svg, "dot": dot, "markdown": markdown}


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
