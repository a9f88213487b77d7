import json
import logging
from types import MappingProxyType
from typing import Any

import pytest

from ogrom.http import JSON, Exchange, Problem, Renderer, Resource, Response, always
from ogrom.http.problem import MEDIA_TYPE
from ogrom.http.testing import Called, call

X = Exchange[Any, Any, Any]


class Breaking(Resource[object]):
    """Raises in the node that it is told."""

    def exists(self, x: X) -> object:
        return {"n": 1}

    def handle_ok(self, x: X) -> object:
        return x.entity

    def put(self, x: X) -> object:
        return x.entity

    respond_with_entity = always(True)


def fail(*_: object) -> Any:
    raise ValueError("secret")


def failing(name: str, **others: Any) -> Resource[Any]:
    resource: Resource[Any] = type("Failing", (Breaking,), {name: fail, **others})()
    return resource


def explained(called: Called) -> Any:
    assert called.response.headers["Content-Type"] == MEDIA_TYPE
    assert b"secret" not in called.response.content
    assert b"Traceback" not in called.response.content
    return json.loads(called.response.content)


@pytest.mark.parametrize(
    "name",
    [
        "initialize_context",
        "service_available",
        "authorized",
        "processable",
        "exists",
        "conflict",
        "put",
        "put_enacted",
        "handle_ok",
        "etag",
        "last_modified",
        "headers",
    ],
)
def test_whatever_raises_is_logged_once_and_answered(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """An exception anywhere is a 500 that tells the client the request's id and nothing else."""
    called = call(failing(name), "PUT", target="/x?y=1" if name == "initialize_context" else "/x")
    document = explained(called)
    assert called.response.status == 500
    assert (document["title"], document["request_id"]) == ("Internal Server Error", "test")
    (record,) = caplog.records
    assert record.name == "ogrom.http"
    assert record.levelno == logging.ERROR
    assert record.getMessage().startswith("PUT /x")
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ValueError)


def test_a_location_or_a_renderer_may_raise(caplog: pytest.LogCaptureFixture) -> None:
    """Exceptions after the handler are explained, too."""
    moved = {"exists": always(False), "existed": always(True), "moved_permanently": always(True)}
    assert call(failing("location", **moved)).response.status == 500
    assert call(failing("name", renderers=(Renderer("text/x", fail),))).response.status == 500
    assert len(caplog.records) == 2


def test_a_value_that_nobody_can_render_is_a_500(caplog: pytest.LogCaptureFixture) -> None:
    """The renderer's own complaint stands in the log."""
    assert call(failing("name", handle_ok=lambda self, x: object())).response.status == 500
    assert "Encoding objects of type object is unsupported" in caplog.text


def test_a_resource_may_explain_its_exceptions(caplog: pytest.LogCaptureFixture) -> None:
    """An exception that the resource turns into a refusal is no error of the service."""

    class Explaining(Breaking):
        def exists(self, x: X) -> object:
            return fail()

        def handle_exception(self, x: X) -> object:
            assert isinstance(x.exception, ValueError)
            return Problem("Somebody was faster.", status=409)

    called = call(Explaining())
    assert (called.response.status, explained(called)["detail"]) == (409, "Somebody was faster.")
    assert caplog.records == []


def test_an_explained_503_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A failure of the service is logged in one line, even if the client gets an explanation."""

    class Unavailable(Breaking):
        def exists(self, x: X) -> object:
            return fail()

        def handle_exception(self, x: X) -> object:
            return Problem("The catalogue does not answer.", status=503)

    response = call(Unavailable()).response
    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert [record.getMessage() for record in caplog.records] == ["GET /: 503, secret"]


@pytest.mark.parametrize("said", [{"oops": 1}, Response(500, {}, b"oops")])
def test_an_explanation_may_have_any_form(said: object) -> None:
    """`handle_exception` says what it wants, as any handler does."""
    resource = failing("exists", handle_exception=lambda self, x: said)
    response = call(resource).response
    assert response.status == 500
    assert b"oops" in response.content


@pytest.mark.parametrize(
    "explain",
    [fail, lambda self, x: object(), lambda self, x: Problem(status=200)],
    ids=["raises", "says what nobody can render", "says that all is well"],
)
def test_an_explanation_that_fails_is_not_explained(explain: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong with the explanation, the client gets a 500 and the log both reasons."""
    called = call(failing("exists", handle_exception=explain))
    assert (called.response.status, explained(called)["title"]) == (500, "Internal Server Error")
    (record,) = caplog.records
    assert record.getMessage() == "GET /: handle_exception failed"
    assert 'raise ValueError("secret")' in caplog.text


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_the_process_passes_through(error: type[BaseException]) -> None:
    """Only exceptions are answered; what is to end a process ends it."""

    class Ending(Breaking):
        def exists(self, x: X) -> object:
            raise error

    with pytest.raises(error):
        call(Ending())


@pytest.mark.parametrize(
    ("name", "said"), [("allowed", 1), ("allowed", None), ("conflict", "yes"), ("new", 0)]
)
def test_a_decision_is_true_or_false(name: str, said: object, caplog: pytest.LogCaptureFixture) -> None:
    """Any other value is a mistake, reported with its class and node instead of being taken for an answer."""
    exists = always(name != "new")
    assert call(failing("_", exists=exists, **{name: lambda self, x: said}), "PUT").response.status == 500
    assert f"Failing.{name} returned {said!r}; it may return True" in caplog.text


@pytest.mark.parametrize("name", ["put_enacted", "new", "respond_with_entity", "multiple_representations"])
def test_it_can_be_too_late_to_refuse(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """After the action no decision can refuse, so a Problem there is a mistake and no success."""
    others: dict[str, Any] = {"new": always(False)} if name != "new" else {"exists": lambda self, x: None}
    assert call(failing("_", **others | {name: lambda self, x: Problem("no")}), "PUT").response.status == 500
    assert "it is too late to refuse" in caplog.text


@pytest.mark.parametrize(
    ("name", "method", "status"),
    [
        ("service_available", "GET", 503),
        ("too_many_requests", "GET", 429),
        ("uri_too_long", "GET", 414),
        ("method_allowed", "GET", 405),
        ("malformed", "GET", 400),
        ("authorized", "GET", 401),
        ("allowed", "GET", 403),
        ("valid_content_header", "GET", 501),
        ("processable", "GET", 422),
        ("exists", "GET", 404),
        ("precondition_required", "PUT", 428),
        ("conflict", "PUT", 409),
    ],
)
def test_a_problem_refuses(name: str, method: str, status: int) -> None:
    """A Problem leads to the decision's refusal, whether that is its True or its False."""
    called = call(failing("_", **{name: lambda self, x: Problem("Because.")}), method)
    assert (called.response.status, explained(called)["detail"]) == (status, "Because.")


def test_a_problem_may_have_its_own_status() -> None:
    """A refusal that has a status of its own keeps it, and what the status demands."""
    called = call(failing("_", allowed=lambda self, x: Problem("Log in.", status=401)))
    assert called.response.status == 401
    assert called.response.headers["WWW-Authenticate"] == "Bearer"
    assert call(failing("_", allowed=lambda self, x: Problem("Why?", status=499))).response.status == 499


def test_falsy_entities_exist() -> None:
    """An empty list is something; only None and False are nothing."""

    def answer(entity: object) -> Response:
        return call(failing("_", exists=lambda self, x: entity)).response

    empty: tuple[object, ...] = ([], 0, "")
    assert [answer(entity).content for entity in empty] == [b"[]", b"0", b'""']
    assert [answer(entity).status for entity in (None, False)] == [404, 404]


def test_what_actions_return_is_the_result() -> None:
    """`put` and `patch` replace the entity, unless they return None; `post` and `delete` do not."""

    class Acting(Breaking):
        new = always(False)
        returned: Any = MappingProxyType({"n": 2})

        def put(self, x: X) -> Any:
            return self.returned and dict(self.returned)

        patch = post = delete = put

        def handle_ok(self, x: X) -> object:
            return [x.entity, x.result]

    class Silent(Acting):
        returned = None

    def content(resource: Resource[Any], method: str) -> Any:
        return json.loads(call(resource, method).response.content)

    for method in ("PUT", "PATCH"):
        assert content(Acting(), method) == [{"n": 2}, {"n": 2}]
        assert content(Silent(), method) == [{"n": 1}, None]
    for method in ("POST", "DELETE"):
        assert content(Acting(), method) == [{"n": 1}, {"n": 2}]


def test_accepted_says_what_the_action_returned() -> None:
    """An action that has only begun is a 202 with what the action returned."""
    response = call(failing("_", put=lambda self, x: {"job": 7}, put_enacted=always(False)), "PUT").response
    assert (response.status, response.content) == (202, b'{"job":7}')


def test_json_is_the_default_form() -> None:
    """A resource that offers nothing else offers JSON."""
    assert call(Breaking()).response.headers["Content-Type"] == JSON.media_type


class Missing(Resource[object]):
    """There is nothing, and everyone may make it."""

    exists = always(None)
    can_put_to_missing = always(True)
    can_post_to_missing = always(True)
    put = post = always(None)


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("folded", [True, False])
def test_none_lets_it_be_made_and_a_problem_does_not(method: str, *, folded: bool) -> None:
    """None from `exists` means that there is nothing; a Problem refuses, even where a client may create things."""

    class Locked(Missing):
        exists = always(Problem("Locked.", status=423))
        put = post = always(Problem("This is never asked.", status=599))

    assert call(Missing(), method, folded=folded).response.status == 201
    assert call(Locked(), method, folded=folded).response.status == 423


@pytest.mark.parametrize("name", ["existed", "moved_permanently", "moved_temporarily", "permanent_redirect"])
def test_a_problem_with_the_past_lets_nothing_be_made(name: str) -> None:
    """A decision between `exists` and the action refuses for good, though others follow it."""
    answers = {"existed": always(True), "can_post_to_gone": always(True), name: always(Problem("Locked."))}
    resource = type("Locked", (Missing,), {**answers, "location": always("/")})()
    called = call(resource, "POST")
    assert called.response.status in (404, 410)
    assert "post+" not in called.path
