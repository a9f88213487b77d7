"""What arrives, what is sent, and what middleware learns of it."""

from io import BytesIO
from typing import Any

import flask
import pytest
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from ogrom.http import Endpoint, Exchange, Mount, Resource, Response, always
from ogrom.http.flask import ANSWERED, WsgiRequest, blueprint

X = Exchange[Any, Any, Any]


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


def wsgi_request(content: bytes, **environ: Any) -> WsgiRequest:
    return WsgiRequest({"REQUEST_METHOD": "PUT", "wsgi.input": BytesIO(content)} | environ)


def test_content_shorter_than_announced_is_a_400(application: Any) -> None:
    """A client that goes away in the middle has sent nothing that counts."""
    with pytest.raises(EOFError):
        wsgi_request(b"12345", CONTENT_LENGTH="9").content(9)
    environ = EnvironBuilder("/v1/de-DE/products/7", method="PUT", json={"a": 1}).get_environ()
    environ["CONTENT_LENGTH"] = "99"
    content, status, _ = run_wsgi_app(application(), environ)
    assert status == "400 Bad Request"
    assert b"The content ended before its Content-Length" in b"".join(content)


def test_content_arrives(client: Client) -> None:
    """A PUT gets what was sent."""
    response = client.put("/v1/de-DE/products/7", json={"a": 1})
    assert (response.status_code, response.headers["Content-Length"]) == (200, str(len(response.data)))
    too_long = client.put(
        "/v1/de-DE/products/7", data=b" " * (Resource.body_limit + 1), content_type="application/json"
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
        (client.get("/silent", headers={"If-None-Match": f'"v1{mount.fingerprints["silent"]}"'}), 304),
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
def test_middleware_learns_who_answered(method: str, path: str, answered: object, application: Any) -> None:
    """The WSGI environment names the mount, the endpoint and the node where the request ended, for logs."""
    environ = EnvironBuilder(path, method=method).get_environ()
    application()(environ, lambda *_: lambda _: None)
    assert environ.get(ANSWERED) == answered


def test_a_shared_response_stays_as_it_is(application: Any, shared: Response) -> None:
    """A handler may return one Response again and again; it is not told where a request ended."""
    application().test_client().get("/v1/de-DE/")
    assert shared.handler == ""
