"""The request log, as the application writes it."""

import re
import time

import pytest

from ogrom.operations.access.credentials import PRINCIPAL
from ogrom.operations.requests import Served
from ogrom.operations.requests_log import line_of, shown_path
from ogrom.protocols.context import Principal
from ogrom.server import ARRIVED


def test_a_line_tells_of_the_user_the_queue_a_client_that_left_and_an_error() -> None:
    """As far as those have said so who know it."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        PRINCIPAL: Principal(user_id=42),
        ARRIVED: time.monotonic() - 600,
    }
    served = Served(environ)
    served.seconds = time.monotonic() - served.arrived
    served.left, served.error = True, KeyError("x")
    line = line_of(served)
    assert line["user"] == 42
    assert 600_000 <= line["ms"] < 1_200_000
    assert (line["client_left"], line["error"], line["status"]) == (True, "KeyError", 500)
    assert (line["trace_id"], line["client"], line["decision"]) == (None, None, None)
    refused = Served(environ)
    refused.refused = True
    assert line_of(refused)["decision"] == "refused"


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/a?token=x&b=1", "/a?token=***&b=1"),
        ("/a?b=1&access_%74oken=x", "/a?b=1&access_%74oken=***"),
        ("/a?token&token=", "/a?token&token="),
        ("/token=x", "/token=x"),
        ("/a?", "/a?"),
    ],
)
def test_a_query_is_shown_without_its_secrets(target: str, shown: str) -> None:
    """However their names are spelled; the rest stays as it was sent."""
    assert shown_path({"REQUEST_METHOD": "GET", "REQUEST_URI": target}) == shown


def test_a_path_without_end_is_cut() -> None:
    """A line stays a line."""
    environ = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/" + "a" * 30_000}
    assert re.fullmatch(r"/a{1999}", shown_path(environ))
