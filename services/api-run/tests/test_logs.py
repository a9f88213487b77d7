"""The log of the whole service."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

SECRET = "hunter2-hunter2-hunter2-hunter2-"


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_service_logs_no_secret_of_a_client(
    start: Callable[..., Any], tmp_path: Path, environ: dict[str, str]
) -> None:
    """Neither what it is set to, nor what is sent to it, is in any of its output; each request has a line."""
    first = start(folder=tmp_path, OGROM_DEMO_PRODUCTS="40")
    token = "operator-token-operator-token-42"
    variables = {
        "OGROM_LOG": "json",
        "OGROM_RELEASE": "3f2a9c1",
        "OGROM_TRACE_KEY": SECRET,
        "OGROM_OPERATOR_TOKEN": token,
        "OGROM_DATABASE_URL": f"http://me:p%40ssword@127.0.0.1:{first.port}/",
    }
    second = start(folder=tmp_path, **variables)
    signature = "1764079200." + "0123456789abcdef" * 4
    fields = {
        "Authorization": f"Bearer {token}",
        "Cookie": "sid=cookie-monster",
        "Ogrom-Trace-Request": signature,
    }
    # It is an operator's, and no user's.
    assert second.request("GET", "/v1/de-DE/products/1", None, **fields).status == 401
    assert second.get(f"/trace?token={signature}").status == 200
    assert second.get("/nothing?access%5Ftoken=short&q=p%40ssword").status == 404
    assert b" 400 " in second.send(f"GET / HTTP/1.1\r\nCookie: {fields['Cookie']}\r\n\r\n".encode())
    assert second.request("POST", "/v1/de-DE/comments", b'{"password": "x"', **fields).status >= 400
    first.stop()
    assert second.get("/v1/de-DE/products/2", Cookie=fields["Cookie"]).status == 503
    assert second.stop() == 0
    output = second.output + second.log
    for secret in (SECRET, token, "p%40ssword", "p@ssword", "cookie-monster", signature, "short"):
        assert secret not in output, secret
    requests = [line for line in lines(second.output) if line["logger_name"] == "ogrom.requests"]
    assert [line["status"] for line in requests][:4] == [401, 200, 404, 400]
    assert requests[3]["decision"] == "refused"
    assert requests[2]["path"] == "/nothing?access%5Ftoken=***&q=***"
    assert {line["release"] for line in lines(second.output)} == {"3f2a9c1"}
    assert os.environ.get("OGROM_TRACE_KEY") is None
