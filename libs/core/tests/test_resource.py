"""What all resources share."""

import pytest
from flask.testing import FlaskClient

IMMUTABLE = ["/", "/products", "/products/1", "/categories", "/categories/1", "/users/1", "/search?q=a"]
MUTABLE = ["/collages", "/collages/{}", "/collages/{}/comments", "/collages/{}/likes", "/comments"]


@pytest.mark.parametrize("url", IMMUTABLE)
def test_what_clients_cannot_change_may_be_kept_for_a_minute(client: FlaskClient, url: str) -> None:
    """By browsers and by a CDN."""
    assert client.get("/gb" + url).headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("url", MUTABLE)
def test_what_clients_change_is_revalidated(client: FlaskClient, url: str) -> None:
    """So that they see their own writes."""
    response = client.get("/gb" + url.format(15))
    assert response.headers["Cache-Control"] == "public, no-cache"
    again = client.get("/gb" + url.format(15), headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize(("prefix", "locale"), [("/de", "de-DE"), ("/gb", "en-GB")])
def test_content_language_is_the_market(client: FlaskClient, prefix: str, locale: str) -> None:
    """A client need not look into the URL to know the language."""
    assert client.get(prefix + "/products").headers["Content-Language"] == locale


def test_nobody_keeps_the_answer_to_a_write(client: FlaskClient) -> None:
    """It is no-store."""
    assert client.put("/de/collages/11/likes/1").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("url", [*IMMUTABLE, *MUTABLE])
def test_head_is_get_without_content(client: FlaskClient, url: str) -> None:
    """Every header field is the same."""
    got, head = client.get("/gb" + url.format(15)), client.head("/gb" + url.format(15))
    assert head.data == b""
    assert {**head.headers, "X-Request-Id": ""} == {**got.headers, "X-Request-Id": ""}


@pytest.mark.parametrize("url", ["/nothing", "/products/0", "/products/07", "/products/x", "/users/-1"])
def test_what_is_no_url_of_the_api_is_not_found(client: FlaskClient, url: str) -> None:
    """A thing has one URL, with its id in plain digits."""
    response = client.get("/de" + url)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "url", ["products/{}", "categories/{}", "collages/{}", "comments/{}", "users/{}", "collages/{}/likes"]
)
@pytest.mark.parametrize("id", [999_999, 2**63 - 1])
def test_an_unknown_id_is_not_found(client: FlaskClient, url: str, id: int) -> None:
    """However large it is."""
    assert client.get("/de/" + url.format(id)).status_code == 404


@pytest.mark.parametrize("url", ["products/4", "collages/15", "comments/25", "collages/15/comments"])
def test_what_another_market_has_is_not_found(client: FlaskClient, url: str) -> None:
    """It is there for its own market only."""
    assert client.get("/gb/" + url).status_code == 200
    assert client.get("/de/" + url).status_code == 404
