"""Which endpoint of which mount a URL leads to, and what leads nowhere."""

import json
from typing import Any

import flask
import pytest
from werkzeug.test import Client

from ogrom.http import DefinitionError, Mount
from ogrom.http.flask import blueprint


def test_a_resource_is_served_under_every_mount(client: Client) -> None:
    """The same endpoint answers under each prefix, with links of that prefix."""
    for locale in ("de-DE", "en-GB"):
        response = client.get(f"/v1/{locale}/products/7", headers={"X-Request-Id": "a"})
        assert json.loads(response.data) == {
            "entity": {"id": 7},
            "self": f"/v1/{locale}/products/7",
            "context": "a",
        }


def test_links_begin_at_the_script_name(client: Client, application: Any) -> None:
    """Where the server mounts the application below a path, links and instance have it."""
    response = client.get("/v1/de-DE/products/7", base_url="http://localhost/shop/")
    assert json.loads(response.data)["self"] == "/shop/v1/de-DE/products/7"


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("7", 200),
        ("9223372036854775806", 200),
        ("9223372036854775807", 404),
        ("9223372036854775808", 404),
        ("99999999999999999999", 404),
        ("0", 404),
        ("07", 404),
        ("+7", 404),
        ("-7", 404),
        ("7.0", 404),
        ("%37", 200),
        ("\u0667", 404),
        ("a", 404),
        ("", 404),
    ],
)
def test_a_number_has_one_spelling(client: Client, number: str, status: int, problem: Any) -> None:
    """Every thing has one URL; whatever else is written there is not found."""
    response = client.get(f"/v1/de-DE/products/{number}")
    assert response.status_code == status
    if status == 404:
        assert problem(response)["status"] == 404


@pytest.mark.parametrize("name", ["a", "a b", "ü\u20ac", "%", "a+b", "a?b#c", "a;b=c"])
def test_a_word_is_decoded(client: Client, name: str, endpoints: Any) -> None:
    """A str parameter is what was quoted into the link."""
    link = Mount("", endpoints).links["user"]["user"]({"name": name})
    assert json.loads(client.get(f"/v1/de-DE{link}").data) == name


def test_unknown_methods_are_501(client: Client, problem: Any) -> None:
    """A method that nobody knows is another thing than one that is not allowed here."""
    assert problem(client.open("/v1/de-DE/products/7", method="BREW"))["status"] == 501
    response = client.delete("/v1/de-DE/products/7")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, PUT, OPTIONS")
    assert client.options("/v1/de-DE/products/7").headers["Allow"] == "GET, HEAD, PUT, OPTIONS"


def test_options_of_the_whole_service_are_answered(client: Client) -> None:
    """`OPTIONS *` asks whether the server is there, about no URL; no other method takes `*`."""
    everything: dict[str, Any] = {"path": "/*", "environ_overrides": {"REQUEST_URI": "*"}}
    response = client.options(**everything)
    assert (response.status, response.data, response.headers["Content-Length"]) == ("200 OK", b"", "0")
    assert client.get(**everything).status == "404 Not Found"


def test_the_slash_of_a_mounts_root_may_be_missing(client: Client) -> None:
    """The description has the path without, as linters want it; no other path takes another slash."""
    short, whole = client.get("/v1/de-DE"), client.get("/v1/de-DE/")
    assert (short.status_code, short.data) == (whole.status_code, whole.data) == (200, whole.data)
    assert client.get("/v1/de-DE/products/7/").status_code == 404


def test_a_prefix_belongs_to_the_mount(endpoints: Any) -> None:
    """A blueprint under a prefix that its mount does not know would build wrong links."""
    made = blueprint("b", Mount("/v1", endpoints), context=lambda request: None)
    with pytest.raises(DefinitionError, match="give the prefix '/api' to the Mount"):
        flask.Flask("prefixed").register_blueprint(made, url_prefix="/api")


def test_a_blueprint_may_have_another_name(application: Any, endpoints: Any) -> None:
    """Rules are called after the blueprint's name in the application."""
    app = flask.Flask("named")
    app.register_blueprint(blueprint("b", Mount("/v1", endpoints), context=lambda request: None), name="c")
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == {
        "static",
        "c.index",
        "c.product",
        "c.user",
    }


def test_flask_knows_the_urls(endpoints: Any) -> None:
    """Flask's `url_for` gives an endpoint's URL, with what is not in the path as a query."""
    app = flask.Flask("asked")
    app.register_blueprint(blueprint("b", Mount("/v1", endpoints), context=lambda request: None))
    with app.test_request_context():
        assert flask.url_for("b.product", product_id=7) == "/v1/products/7"
        assert flask.url_for("b.product", product_id=8, page=2) == "/v1/products/8?page=2"
