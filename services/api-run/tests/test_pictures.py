"""The demo's pictures."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest


@pytest.fixture
def picture(client: Any) -> Any:
    product = client.get("/v1/de-DE/products?limit=1").json["items"][0]
    return client.get(product["image_url"])


def test_each_product_has_a_picture(picture: Any) -> None:
    """It is a whole SVG document."""
    assert (picture.status_code, picture.content_type) == (200, "image/svg+xml")
    assert ET.fromstring(picture.data).tag == "{http://www.w3.org/2000/svg}svg"


def test_browsers_find_an_icon(client: Any) -> None:
    """They ask for it at a fixed place, and a 404 there would be in every log."""
    icon = client.get("/favicon.ico")
    assert (icon.status_code, icon.content_type) == (200, "image/svg+xml")
    assert ET.fromstring(icon.data).tag == "{http://www.w3.org/2000/svg}svg"


def test_a_picture_can_do_nothing(picture: Any) -> None:
    """Opened by itself it runs no script and loads nothing."""
    assert "default-src 'none'" in picture.headers["Content-Security-Policy"]
    assert picture.headers["X-Content-Type-Options"] == "nosniff"


def test_a_picture_is_kept_and_asked_for_again_by_its_tag(client: Any, picture: Any) -> None:
    """Caches may keep it for long, and whoever has it is not sent it again."""
    assert "max-age=2592000" in picture.headers["Cache-Control"]
    again = client.get(picture.request.path, headers={"If-None-Match": picture.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("file", ["nothing.svg", "dress-red.png", "dress-red", ".svg", "..%2f..%2fetc.svg"])
def test_what_is_no_picture_is_not_found(client: Any, file: str) -> None:
    """As a problem document."""
    answer = client.get(f"/demo/images/{file}")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
