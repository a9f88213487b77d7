"""`ogrom-api trace-header`."""

from click.testing import CliRunner

from ogrom.http.trace import TraceKey
from ogrom.run.cli import cli

KEY = "0123456789abcdef" * 2


def test_it_prints_what_a_service_with_that_key_believes() -> None:
    """A whole header field, as curl takes it."""
    said = CliRunner().invoke(cli, ["trace-header", "GET", "/a?b=c"], env={"OGROM_TRACE_KEY": KEY})
    name, _, token = said.output.strip().partition(": ")
    assert name == "Ogrom-Trace-Request"
    assert TraceKey(KEY).verifies(token, "GET", "/a?b=c")


def test_without_a_key_it_says_what_to_set() -> None:
    """One line, no traceback."""
    said = CliRunner().invoke(cli, ["trace-header", "GET", "/"], env={"OGROM_TRACE_KEY": ""})
    assert said.exit_code == 1
    assert said.output.startswith("ogrom: trace-header: there is no key to sign with; set OGROM_TRACE_KEY")
