import json
import logging
import re
from io import BytesIO
from typing import Any

import flask
import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from ogrom.http import (
    DefinitionError,
    Endpoint,
    Exchange,
    Mount,
    PathParameter,
    Problem,
    Request,
    Resource,
    Response,
    always,
)
from ogrom.http.flask import ANSWERED, WsgiRequest, blueprint, explain_errors, problem_response
from ogrom.http.problem import MEDIA_TYPE

X = Exchange[Any, Any, Any]


class Product(Resource[object]):
    product_id = PathParameter()

    def exists(self, x: X) -> object:
        return {"id": self.product_id(x)} if self.product_id(x) < 2**63 - 1 else None

    def handle_ok(self, x: X) -> object:
        return {"entity": x.entity, "self": x.link("product", product_id=7), "context": x.context}

    def put(self, x: Exchange[Any, dict[str, int]]) -> object:
        return x.body

    respond_with_entity = always(True)


class User(Resource[object]):
    name = PathParameter(str)

    def handle_ok(self, x: X) -> object:
        return self.name(x)


SHARED = Response(200, {"Content-Type": "text/plain"}, b"same")


class Index(Resource[object]):
    def handle_ok(self, x: X) -> object:
        return SHARED


ENDPOINTS = (
    Endpoint("index", "/", Index()),
    Endpoint("product", "/products/{product_id}", Product()),
    Endpoint("user", "/users/{name}", User()),
)


def application(*, raising: bool = False) -> flask.Flask:
    def context(request: Request) -> str:
        if raising:
            raise ValueError("secret")
        return request.id

    app = flask.Flask("tested")
    for locale in ("de-DE", "en-GB"):
        app.register_blueprint(blueprint(locale, Mount(f"/v1/{locale}", ENDPOINTS), context=context))

    @app.get("/other")
    def other() -> str:
        return "other"

    explain_errors(app, not_found=lambda: Problem("Begin at /v1/de-DE/.", status=None))
    return app


@pytest.fixture(scope="module")
def client() -> Client:
    return application().test_client()


def problem(response: Any) -> Any:
    assert response.headers["Content-Type"] == MEDIA_TYPE
    return json.loads(response.data)


def test_a_resource_is_served_under_every_mount(client: Client) -> None:
    """The same endpoint answers under each prefix, with links of that prefix."""
    for locale in ("de-DE", "en-GB"):
        response = client.get(f"/v1/{locale}/products/7", headers={"X-Request-Id": "a"})
        assert json.loads(response.data) == {
            "entity": {"id": 7},
            "self": f"/v1/{locale}/products/7",
            "context": "a",
        }


def test_links_begin_at_the_script_name(client: Client) -> None:
    """Where the server mounts the application below a path, links and instance have it."""
    response = client.get("/v1/de-DE/products/7", base_url="http://localhost/shop/")
    assert json.loads(response.data)["self"] == "/shop/v1/de-DE/products/7"


def test_head_has_the_fields_of_get(client: Client) -> None:
    """HEAD differs from GET in its content only."""
    for path in (
        "/v1/de-DE/products/7",
        "/v1/de-DE/products/0",
        "/v1/de-DE/products/9223372036854775807",
        "/v1/de-DE/",
    ):
        get = client.get(path, headers={"X-Request-Id": "a"})
        head = client.head(path, headers={"X-Request-Id": "a"})
        assert head.status == get.status
        assert dict(head.headers) == dict(get.headers)
        assert head.data == b""


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
def test_a_number_has_one_spelling(client: Client, number: str, status: int) -> None:
    """Every thing has one URL; whatever else is written there is not found."""
    response = client.get(f"/v1/de-DE/products/{number}")
    assert response.status_code == status
    if status == 404:
        assert problem(response)["status"] == 404


@pytest.mark.parametrize("name", ["a", "a b", "ü\u20ac", "%", "a+b", "a?b#c", "a;b=c"])
def test_a_word_is_decoded(client: Client, name: str) -> None:
    """A str parameter is what was quoted into the link."""
    link = Mount("", ENDPOINTS).links["user"]["user"]({"name": name})
    assert json.loads(client.get(f"/v1/de-DE{link}").data) == name


def test_unknown_methods_are_501(client: Client) -> None:
    """A method that nobody knows is another thing than one that is not allowed here."""
    assert problem(client.open("/v1/de-DE/products/7", method="BREW"))["status"] == 501
    response = client.delete("/v1/de-DE/products/7")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, PUT, OPTIONS")
    assert client.options("/v1/de-DE/products/7").headers["Allow"] == "GET, HEAD, PUT, OPTIONS"


@pytest.mark.parametrize("sent", ["a", "A-Z.0_9", "x" * 64])
def test_a_plain_request_id_is_kept(client: Client, sent: str) -> None:
    """A client's own name for its request is used everywhere."""
    for path in ("/v1/de-DE/products/7", "/nowhere"):
        assert client.get(path, headers={"X-Request-Id": sent}).headers["X-Request-Id"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", 'a"', "a\u00fc", "<script>", "a,b"])
def test_an_odd_request_id_is_replaced(client: Client, sent: str) -> None:
    """What could confuse a log is no name; a new one is made."""
    response = client.get("/nowhere", headers={"X-Request-Id": sent})
    assert re.fullmatch("[0-9a-f]{16}", response.headers["X-Request-Id"])
    assert problem(response)["request_id"] == response.headers["X-Request-Id"]


def test_request_ids_differ(client: Client) -> None:
    """Two requests have two names, also where both get the same Response."""
    first, second = (client.get("/v1/de-DE/") for _ in range(2))
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert SHARED.headers == {"Content-Type": "text/plain"}


def test_an_unmatched_url_is_a_problem(client: Client) -> None:
    """Where no rule matches, the application says what to do, in the form of all errors."""
    response = client.get("/nowhere?a=b")
    assert problem(response) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Begin at /v1/de-DE/.",
        "instance": "/nowhere?a=b",
        "request_id": response.headers["X-Request-Id"],
    }
    assert client.head("/nowhere").data == b""


def test_options_of_the_whole_service_are_answered(client: Client) -> None:
    """`OPTIONS *` asks whether somebody is there, and is about no URL; no other method can ask so."""
    everything: dict[str, Any] = {"path": "/*", "environ_overrides": {"REQUEST_URI": "*"}}
    response = client.options(**everything)
    assert (response.status, response.data, response.headers["Content-Length"]) == ("200 OK", b"", "0")
    assert client.get(**everything).status == "404 Not Found"


def test_a_status_is_told_in_the_words_of_the_rfc(client: Client) -> None:
    """Neither in capitals nor in the words of an older one (RFC 9110, 15.5.14)."""
    response = client.put("/v1/de-DE/products/1", data=b" " * (2**20 + 1), content_type="application/json")
    assert response.status == "413 Content Too Large"


def test_without_advice_an_unmatched_url_is_a_problem_too() -> None:
    """Werkzeug's words serve where nobody has better ones."""
    app = flask.Flask("bare")
    explain_errors(app)
    response = app.test_client().get("/nowhere")
    assert (response.status_code, problem(response)["title"]) == (404, "Not Found")


def test_a_missing_slash_redirects(client: Client) -> None:
    """The root of a mount ends with a slash, and whoever leaves it out is sent there, query and all."""
    response = client.get("/v1/de-DE?a=b")
    assert (response.status_code, response.headers["Location"]) == (308, "http://localhost/v1/de-DE/?a=b")
    assert client.get("/v1/de-DE/products/7/").status_code == 404


def test_errors_of_other_views_are_problems_with_their_fields(client: Client) -> None:
    """What Flask refuses keeps what its status demands."""
    response = client.post("/other")
    assert problem(response)["status"] == 405
    assert {method.strip() for method in response.headers["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}


def test_an_exception_outside_of_resources_is_a_problem(caplog: pytest.LogCaptureFixture) -> None:
    """A context that cannot be made is a 500 in the form of all errors, logged by Flask."""
    response = application(raising=True).test_client().get("/v1/de-DE/products/7")
    assert problem(response)["status"] == 500
    assert b"secret" not in response.data
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 1


def test_abort_with_a_response_is_left_alone() -> None:
    """A response that a view made itself is sent as it is."""
    app = flask.Flask("aborting")
    explain_errors(app)

    @app.get("/")
    def view() -> str:
        flask.abort(flask.Response("own", 402))

    assert app.test_client().get("/").data == b"own"


def test_what_is_no_error_is_left_alone() -> None:
    """Only errors are explained; an exception that redirects redirects."""

    class Elsewhere(HTTPException):
        code = 303

    app = flask.Flask("raising")
    explain_errors(app)

    @app.get("/")
    def view() -> str:
        raise Elsewhere

    response = app.test_client().get("/")
    assert (response.status_code, response.mimetype) == (303, "text/html")


def test_a_problem_response_takes_the_problems_status() -> None:
    """A problem with a status of its own keeps it outside of resources too."""
    app = flask.Flask("any")
    with app.test_request_context("/x"):
        response = problem_response(Problem("d", status=410, headers={"Cache-Control": "no-store"}), 404)
    assert response.status_code == 410
    assert response.headers["Cache-Control"] == "no-store"
    assert json.loads(response.data)["instance"] == "/x"


def test_a_prefix_belongs_to_the_mount() -> None:
    """A blueprint under a prefix that its mount does not know would build wrong links."""
    made = blueprint("b", Mount("/v1", ENDPOINTS), context=lambda request: None)
    with pytest.raises(DefinitionError, match="give the prefix '/api' to the Mount"):
        flask.Flask("prefixed").register_blueprint(made, url_prefix="/api")


def test_a_blueprint_may_have_another_name() -> None:
    """Rules are called after the blueprint's name in the application."""
    app = flask.Flask("named")
    app.register_blueprint(blueprint("b", Mount("/v1", ENDPOINTS), context=lambda request: None), name="c")
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == {
        "static",
        "c.index",
        "c.product",
        "c.user",
    }


def wsgi_request(content: bytes, **environ: Any) -> WsgiRequest:
    return WsgiRequest({"REQUEST_METHOD": "PUT", "wsgi.input": BytesIO(content)} | environ)


def test_content_shorter_than_announced_is_a_400() -> None:
    """A client that goes away in the middle has sent nothing that counts."""
    with pytest.raises(EOFError):
        wsgi_request(b"12345", CONTENT_LENGTH="9").content(9)
    environ = EnvironBuilder("/v1/de-DE/products/7", method="PUT", json={"a": 1}).get_environ()
    environ["CONTENT_LENGTH"] = "99"
    content, status, _ = run_wsgi_app(application(), environ)
    assert status == "400 Bad Request"
    assert b"The content ended before the length that Content-Length announced." in b"".join(content)


def test_content_arrives(client: Client) -> None:
    """A PUT gets what was sent."""
    response = client.put("/v1/de-DE/products/7", json={"a": 1})
    assert (response.status_code, response.headers["Content-Length"]) == (200, str(len(response.data)))
    too_long = client.put(
        "/v1/de-DE/products/7", data=b" " * (Product.body_limit + 1), content_type="application/json"
    )
    assert too_long.status_code == 413


def test_no_content_is_sent_with_204_and_304() -> None:
    """Neither length nor type is made up where there is no content."""

    class Silent(Resource[object]):
        handle_ok = always({"n": 1})

        def etag(self, x: X) -> str:
            return "v1"

        def put(self, x: X) -> object:
            return None

    app = flask.Flask("silent")
    mount = Mount("", (Endpoint("silent", "/silent", Silent()),))
    app.register_blueprint(blueprint("s", mount, context=lambda request: None))
    client = app.test_client()
    for response, status in (
        (client.put("/silent"), 204),
        (client.get("/silent", headers={"If-None-Match": '"v1"'}), 304),
    ):
        assert (response.status_code, response.data) == (status, b"")
        assert not {"Content-Length", "Content-Type"} & set(response.headers.keys())


@pytest.mark.parametrize(
    ("method", "path", "answered"),
    [
        ("GET", "/v1/de-DE/products/7", ("de-DE", "product", "handle_ok")),
        ("HEAD", "/v1/de-DE/products/7", ("de-DE", "product", "handle_ok")),
        ("GET", f"/v1/de-DE/products/{2**63 - 1}", ("de-DE", "product", "handle_not_found")),
        ("DELETE", "/v1/de-DE/products/7", ("de-DE", "product", "handle_method_not_allowed")),
        ("GET", "/v1/de-DE/", ("de-DE", "index", "handle_ok")),
        ("GET", "/nowhere", None),
    ],
)
def test_middleware_learns_who_answered(method: str, path: str, answered: object) -> None:
    """The WSGI environment names the mount, the endpoint and the node where the request ended, for logs."""
    environ = EnvironBuilder(path, method=method).get_environ()
    application()(environ, lambda *_: lambda _: None)
    assert environ.get(ANSWERED) == answered


def test_a_shared_response_stays_as_it_is() -> None:
    """A handler may return one Response again and again; it is not told where a request ended."""
    application().test_client().get("/v1/de-DE/")
    assert SHARED.handler == ""
