"""`ogrom-api graph`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ogrom.http.drawing import dot, markdown, svg
from ogrom.run.cli import cli


@pytest.mark.parametrize(("form", "draw"), [("svg", svg), ("dot", dot), ("markdown", markdown)])
def test_each_form_is_printed(form: str, draw: Callable[[], str]) -> None:
    """As it is, with nothing added."""
    said = CliRunner().invoke(cli, ["graph", "--form", form])
    assert (said.exit_code, said.stdout) == (0, draw())


def test_it_can_be_written_to_a_file(tmp_path: Path) -> None:
    """A picture, unless another form is named."""
    said: Any = CliRunner().invoke(cli, ["graph", "--output", str(tmp_path / "graph.svg")])
    assert (said.exit_code, said.output) == (0, "")
    assert (tmp_path / "graph.svg").read_text(encoding="utf-8") == svg()
