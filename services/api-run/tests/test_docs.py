"""`/docs`: Swagger UI, served by ourselves."""

import re
from typing import Any

import pytest


@pytest.fixture
def urls(client: Any) -> list[str]:
    """All that the page loads."""
    return re.findall(r'(?:src|href|data-url)="([^"]*)"', client.get("/docs").text)


def test_every_file_of_the_page_is_ours(client: Any, urls: list[str]) -> None:
    """It works without the internet, and none of them is told of who reads it."""
    assert len(set(urls)) == 5
    for url in urls:
        answer = client.get(url)
        assert url.startswith("/")
        assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")


def test_files_may_be_kept_for_ever(client: Any, urls: list[str]) -> None:
    """Their URLs change with their contents."""
    (bundle,) = (url for url in urls if url.endswith("bundle.js"))
    plain, gzipped = client.get(bundle), client.get(bundle, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in plain.headers["Cache-Control"]
    assert (gzipped.headers["Content-Encoding"], plain.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert len(gzipped.data) < len(plain.data) / 2
    assert client.get(re.sub(r"/docs/\w+", "/docs/0", bundle)).status_code == 404
    assert client.get(bundle.replace("bundle", "missing")).status_code == 404


def test_the_page_may_run_no_script_but_our_files(client: Any) -> None:
    """Nothing inline, nothing from elsewhere, in no other page's frame."""
    answer = client.get("/docs")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.findall(r"<script>|<style|\son\w+=|\sstyle=", answer.text)


def test_swagger_ui_is_one_that_reads_openapi_3_1(client: Any, urls: list[str]) -> None:
    """Which it does from 5.0 on."""
    (bundle,) = (url for url in urls if url.endswith("bundle.js"))
    assert re.search(r'version:"5\.\d+\.\d+"|"5\.\d+\.\d+"', client.get(bundle).text)


def test_the_page_knows_under_which_path_the_service_is(client: Any) -> None:
    """A proxy may serve it below a path of its own."""
    page = client.get("/docs", environ_overrides={"SCRIPT_NAME": "/shop"}).text
    assert 'data-url="/shop/v1/openapi.json"' in page
    assert 'src="/docs' not in page
