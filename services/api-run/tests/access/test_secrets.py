"""No secret is told: neither by a log at its most talkative, nor by a trace, nor by what is printed."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from ogrom.operations.access.parsers import Rate, RateStore
from ogrom.operations.secrets import Secret
from ogrom.run.container import Container
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.settings import Settings

LIKE = "/v1/de-DE/collages/1/likes/1"


def secrets_of(token: str, key: str) -> tuple[str, ...]:
    """The key, the token, and each part of it that alone is worth something."""
    header, claims, signature = token.split(".")
    return key, token, f"{header}.{claims}", signature


@pytest.mark.parametrize("trace", [False, True])
def test_neither_a_log_nor_a_trace_tells_a_token_or_a_key(
    make_container: Callable[..., Container],
    own_store: str,
    authorization: Callable[..., dict[str, str]],
    token_key: str,
    caplog: pytest.LogCaptureFixture,
    trace: bool,
) -> None:
    """Whatever the request ends in."""
    caplog.set_level(logging.DEBUG)
    good = authorization()["Authorization"].removeprefix("Bearer ")
    bad = good[:-4] + "AAAA"
    said = {
        "trace": trace,
        "rate_limit": (Rate(100, 60),),
        "rate_store": RateStore("redis://:r3dis-s3cret@127.0.0.1:1"),
        "cors_origins": ("*",),
    }
    container = make_container(own_store, said=said)
    client = container.app().test_client()
    answers = []
    for token in (good, bad):
        for method, path in (("GET", "/v1/de-DE/products/1"), ("PUT", LIKE), ("POST", "/v1/de-DE/collages")):
            fields = {"Authorization": f"Bearer {token}", "Origin": "https://shop.example"}
            answers.append(client.open(path, method=method, headers=fields))
            fields["Accept"] = "text/html"
            answers.append(client.open(path, method=method, headers=fields))
    assert {each.status_code for each in answers} == {200, 201, 204, 400, 401}
    told = [caplog.text, repr(container.settings()), *(str(each.headers) + each.text for each in answers)]
    if trace:
        index = client.get("/trace", headers={"Accept": "text/html"})
        pages = [each for each in _links(index.text) if each.startswith("/trace/")]
        assert len(pages) == len(answers)
        told += [index.text, *(client.get(each, headers={"Accept": "text/html"}).text for each in pages)]
        assert any("authorized" in each for each in told[-len(pages) :])
    for secret in (*secrets_of(good, token_key), *secrets_of(bad, token_key), "r3dis-s3cret"):
        assert not [each for each in told if secret in each]


def _links(page: str) -> list[str]:
    return list(dict.fromkeys(part.partition('"')[0] for part in page.split('href="')[1:]))


def test_a_front_tells_no_token_when_its_back_is_away(
    authorization: Callable[..., dict[str, str]], token_key: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Though it keeps it, to pass it on."""
    caplog.set_level(logging.DEBUG)
    url = DatabaseUrl("http://127.0.0.1:1/")
    container = Container(settings=Settings(database_url=url, threads=2, token_key=Secret(token_key)))
    field = authorization()
    refused = container.app().test_client().put(LIKE, headers=field)
    container.remote().close()
    assert refused.status_code == 503
    for secret in secrets_of(field["Authorization"].removeprefix("Bearer "), token_key):
        assert secret not in caplog.text
        assert secret not in refused.text


@pytest.mark.slow
def test_a_process_prints_no_secret(
    start: Callable[..., Any], tmp_path: Any, run: Callable[..., Any], token_key: str
) -> None:
    """Neither as it starts, nor for a wrong token, nor in the list of settings."""
    service = start(
        "--demo-products", "0", folder=tmp_path, OGROM_RATE_STORE="redis://:r3dis-s3cret@127.0.0.1:1"
    )
    assert service.request("PUT", LIKE, Authorization="Bearer a.b.c-s3cret").status == 401
    assert service.stop() == 0
    listed = run("settings", OGROM_RATE_STORE="redis://:r3dis-s3cret@127.0.0.1:1")
    for text in (service.output, listed.stdout, listed.stderr):
        assert token_key not in text
        assert "s3cret" not in text
