"""The document as a whole, of a small API that has a bit of everything."""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
import pytest
from openapi_spec_validator import validate

from ogrom.http import (
    Answer,
    Challenge,
    DefinitionError,
    Endpoint,
    Exchange,
    Member,
    PathParameter,
    ProblemType,
    QueryParameters,
    Resource,
    always,
    link_to,
    only_for,
)
from ogrom.http.batch import BatchResource
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.openapi import Example, Examples, Info, Part, describe


class NoteLinks(msgspec.Struct, frozen=True, kw_only=True):
    """The links of a note."""

    itself: Annotated[str, link_to("note", note_id="id")]
    shelf: Annotated[str, link_to("notes")] | None
    elsewhere: Annotated[str, link_to("nowhere")]


class Note(msgspec.Struct, frozen=True):
    """What somebody wrote."""

    id: int
    text: str
    links: NoteLinks | None = None


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody writes."""

    text: str


class Search(msgspec.Struct, frozen=True):
    """Which notes are wanted."""

    words: tuple[str, ...]
    limit: Annotated[int, msgspec.Meta(ge=1, description="The most notes.")] = 20
    author: int | None = None


@dataclass(frozen=True)
class Notes(Resource[Any]):
    """Notes, newest first.

    Each is short.

    Attributes:
        nothing: that a client would care for.
    """

    query = QueryParameters(Search)

    def post(self, x: Exchange[Any, Draft]) -> Note:
        """Write a note."""
        return Note(1, x.body.text)

    def created_etag(self, x: Exchange[Any]) -> int:
        return 1

    def handle_ok(self, x: Exchange[Any]) -> list[Note]:
        return []


@dataclass(frozen=True)
class OneNote(Resource[Note]):
    """A note."""

    note_id = PathParameter()
    renderers = BROWSABLE_RENDERERS
    cache = "public, max-age=7"
    precondition_required = always(True)
    can_put_to_missing = always(False)
    challenge = Challenge("Bearer")
    exception_statuses = MappingProxyType({"PUT": (409, 503)})
    header_names = ("X-Ours",)
    scopes = MappingProxyType({"PUT": ("notes:write",)})
    anonymous_methods = ("GET",)

    def authorized(self, x: Exchange[Note]) -> Answer:
        return True

    @only_for("PUT")
    def allowed(self, x: Exchange[Note]) -> Answer:
        return True

    def exists(self, x: Exchange[Note]) -> Note | None:
        return None

    def etag(self, x: Exchange[Note]) -> int:
        return 1

    def put(self, x: Exchange[Note, Draft]) -> Note:
        return Note(1, x.body.text)

    def delete(self, x: Exchange[Note]) -> None:
        pass

    def handle_ok(self, x: Exchange[Note]) -> Note:
        return x.entity


ENDPOINTS = (Endpoint("notes", "/notes", Notes()), Endpoint("note", "/notes/{note_id}", OneNote()))
PART = Part("/{shelf}", ENDPOINTS, {"shelf": ("red", "blue")}, keywords={"shelf": {"pattern": "^[a-z]+$"}})
EXAMPLES = Examples({"note": Example({"note_id": 7}, {"id": 7, "text": "Buy milk."}, '"3"')})
DOCUMENT = describe((PART,), Info("Shelves", "1.2"), server="/here", examples=EXAMPLES)
LIST, ONE = DOCUMENT["paths"]["/{shelf}/notes"], DOCUMENT["paths"]["/{shelf}/notes/{note_id}"]


def parameter(operation: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in operation["parameters"] if each.get("name") == name)
    return found


def test_it_is_valid() -> None:
    """As the OpenAPI Initiative's own schema wants it, and of version 3.1."""
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert DOCUMENT["info"] == {"title": "Shelves", "version": "1.2"}
    assert DOCUMENT["servers"] == [{"url": "/here"}]


def test_methods_are_operations_but_for_those_that_every_resource_has() -> None:
    """HEAD and OPTIONS would double the document and say nothing new."""
    ids = [each["operationId"] for item in (LIST, ONE) for each in item.values()]
    assert ids == ["get_notes", "add_to_notes", "get_note", "put_note", "delete_note"]


def test_docstrings_are_its_prose() -> None:
    """The class's for what is read, the action's for what is done; their sections are for programmers."""
    assert LIST["get"]["summary"] == "Notes, newest first."
    assert LIST["get"]["description"] == "Each is short. It needs no credentials."
    assert LIST["post"]["summary"] == "Write a note."
    assert ONE["delete"]["summary"] == "Delete the entity."
    assert ONE["delete"]["description"] == "A note. It needs credentials."
    assert ONE["put"]["description"].endswith("It needs the scope notes:write.")
    assert DOCUMENT["tags"] == [{"name": "notes", "description": "Notes, newest first."}]


def test_a_variable_of_the_prefix_is_a_parameter_with_its_values() -> None:
    """Clients get one enumeration for all operations, and another value is not found."""
    assert all(each["parameters"][0] == {"$ref": "#/components/parameters/shelf"} for each in ONE.values())
    assert DOCUMENT["components"]["parameters"]["shelf"]["schema"] == {"$ref": "#/components/schemas/Shelf"}
    assert DOCUMENT["components"]["schemas"]["Shelf"] == {
        "type": "string",
        "pattern": "^[a-z]+$",
        "x-extensible-enum": ["red", "blue"],
    }
    assert "404" in LIST["post"]["responses"]


def test_parameters_have_types_limits_and_defaults() -> None:
    """A query says what the struct says; null is no value of a parameter."""
    assert parameter(ONE["get"], "note_id")["schema"] == {
        "type": "integer",
        "format": "int64",
        "minimum": 1,
        "maximum": 2**63 - 1,
    }
    assert parameter(ONE["get"], "note_id")["description"] == "The id of the note."
    limit = parameter(LIST["get"], "limit")
    assert limit["schema"] == {"type": "integer", "format": "int64", "minimum": 1, "default": 20}
    assert (limit["description"], limit["required"]) == ("The most notes.", False)
    assert parameter(LIST["get"], "author")["schema"] == {"type": "integer", "format": "int64"}
    words = parameter(LIST["get"], "words")
    assert (words["required"], words["style"], words["explode"]) == (True, "form", False)
    assert "words may also be given several times" in words["description"]
    assert not [each for each in LIST["post"]["parameters"] if each.get("in") == "query"]


def test_preconditions_are_parameters() -> None:
    """If-Match is required where a write without it is a 428."""
    assert parameter(ONE["put"], "If-Match")["required"] is True
    assert parameter(ONE["get"], "If-None-Match")["required"] is False
    assert "428" in ONE["put"]["responses"]
    assert not [each for each in ONE["get"]["parameters"] if each.get("name") == "If-Modified-Since"]


def test_bodies_have_the_type_that_the_action_reads() -> None:
    """In JSON, the form that generated clients write; the others are named."""
    body = LIST["post"]["requestBody"]
    assert body["content"].keys() == {"application/json"}
    assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Draft"}
    assert body["x-other-media-types"] == ["application/msgpack", "application/vnd.msgpack"]
    assert "requestBody" not in ONE["delete"]


def test_a_response_has_the_type_that_its_handler_returns() -> None:
    """For a created thing that is what the action returned, where no handler says otherwise."""
    shown = ONE["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert ONE["get"]["responses"]["200"]["description"] == "What somebody wrote."
    made = LIST["post"]["responses"]["201"]["content"]["application/json"]["schema"]
    assert shown == made == {"$ref": "#/components/schemas/Note"}
    assert "content" not in ONE["delete"]["responses"]["204"]


def test_a_put_that_may_not_make_anything_is_never_a_201() -> None:
    """Since it only comes that far where there is something already."""
    assert "201" not in ONE["put"]["responses"]


def test_a_201_tells_that_it_names_what_was_made() -> None:
    """Where the resource does; its own entity tag is not meant."""
    assert "ETag" in LIST["post"]["responses"]["201"]["headers"]
    assert "ETag" not in LIST["get"]["responses"]["200"]["headers"]


def test_every_error_is_a_problem() -> None:
    """With the schema of RFC 9457."""
    for item in (LIST, ONE):
        for operation in item.values():
            errors = [each for status, each in operation["responses"].items() if status >= "400"]
            for error in errors:
                schema = error["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}


def test_what_an_exception_may_mean_is_documented_where_the_resource_says_so() -> None:
    """Any exception is a 500."""
    assert {"409", "500", "503"} <= ONE["put"]["responses"].keys()
    assert not {"409", "503"} & ONE["get"]["responses"].keys()


def test_header_fields_follow_from_what_the_resource_says() -> None:
    """An ETag where there is one, and the fields that it names."""
    fields = ONE["get"]["responses"]["200"]["headers"]
    assert fields["ETag"] == {"$ref": "#/components/headers/ETag"}
    assert fields["X-Ours"] == {"schema": {"type": "string"}}
    assert "ETag" not in LIST["get"]["responses"]["200"]["headers"]
    assert "Retry-After" in ONE["put"]["responses"]["503"]["headers"]
    assert "WWW-Authenticate" in ONE["put"]["responses"]["401"]["headers"]
    assert {"Accept", "Accept-Encoding"} < ONE["put"]["responses"]["415"]["headers"].keys()
    assert "Accept" not in ONE["put"]["responses"]["400"]["headers"]


def fixed(response: dict[str, Any], name: str) -> str:
    """The value that a header field of the response always has."""
    reference: str = response["headers"][name]["$ref"]
    value: str = DOCUMENT["components"]["headers"][reference.rpartition("/")[2]]["schema"]["const"]
    return value


def test_what_caches_may_do_is_told_where_it_is_fixed() -> None:
    """By `cache` for what succeeds; no refusal is stored. Vary is that of the operation's own forms."""
    read, write = ONE["get"]["responses"], ONE["put"]["responses"]
    assert fixed(read["200"], "Cache-Control") == fixed(read["304"], "Cache-Control") == "public, max-age=7"
    assert fixed(write["204"], "Cache-Control") == "no-store"
    assert {fixed(each, "Cache-Control") for status, each in read.items() if status >= "400"} == {"no-store"}
    assert fixed(read["200"], "Vary") == "Accept, Accept-Encoding"
    assert "Cache-Control" not in LIST["get"]["responses"]["200"]["headers"]


def test_one_value_has_one_schema_in_each_form() -> None:
    """A page for people has none, so that generated clients do not offer their callers its type, too."""
    for status in ("200", "404"):
        shown = ONE["get"]["responses"][status]
        schemas = [each["schema"] for each in shown["content"].values()]
        assert list(shown["content"])[1:] == ["application/msgpack"]
        assert schemas[0] == schemas[1]
        assert shown["x-other-media-types"] == ["text/html"]


def test_links_say_which_operation_they_lead_to() -> None:
    """With the parameters that the content or the request's path has; what is not described is left out."""
    links = ONE["get"]["responses"]["200"]["links"]
    assert links == {
        "itself": {
            "operationId": "get_note",
            "parameters": {"shelf": "$request.path.shelf", "note_id": "$response.body#/id"},
        },
        "shelf": {"operationId": "get_notes", "parameters": {"shelf": "$request.path.shelf"}},
    }
    items = LIST["get"]["responses"]["200"]["links"]
    assert items["itself"]["parameters"]["note_id"] == "$response.body#/0/id"


def test_security_is_declared_where_a_client_may_be_asked_who_it_is() -> None:
    """In the scheme of the challenge, with the scopes; where none is needed, nothing is a choice, too."""
    assert DOCUMENT["components"]["securitySchemes"] == {"bearer": {"type": "http", "scheme": "bearer"}}
    assert ONE["get"]["security"] == []
    assert ONE["put"]["security"] == [{"bearer": ["notes:write"]}]
    assert ONE["delete"]["security"] == [{"bearer": []}]
    assert LIST["get"]["security"] == []


def test_who_may_be_forbidden_is_told_which_scope_is_missing() -> None:
    """Where an answer is for one method only, no other has a 403."""
    assert "WWW-Authenticate" in ONE["put"]["responses"]["403"]["headers"]
    assert not {"403"} & {*ONE["get"]["responses"], *ONE["delete"]["responses"]}


def test_examples_are_shown_where_they_fit() -> None:
    """As content, as what could be sent, as parameters, and as the state that a change is for."""
    assert ONE["get"]["responses"]["200"]["content"]["application/json"]["example"]["text"] == "Buy milk."
    assert ONE["put"]["requestBody"]["content"]["application/json"]["example"] == {"text": "Buy milk."}
    assert parameter(ONE["get"], "note_id")["example"] == 7
    assert parameter(ONE["put"], "If-Match")["example"] == '"3"'
    assert "example" not in LIST["get"]["responses"]["200"]["content"]["application/json"]


def test_two_endpoints_of_one_name_are_refused() -> None:
    """Their operations would have one id."""
    with pytest.raises(DefinitionError, match="'notes'; rename one"):
        describe((PART, PART), Info("Shelves", "1.2"))


def test_a_success_lists_the_types_of_the_problems_in_its_content() -> None:
    """With their statuses, which are not that of the answer."""
    part = Part("/v1", (Endpoint("batch", "/batch", BatchResource()),))
    responses = describe((part,), Info("Shelves", "1.2"))["paths"]["/v1/batch"]["post"]["responses"]
    assert responses["200"]["x-content-problem-types"] == {
        "/problems/answers-too-large": 507,
        "/problems/failed-dependency": 424,
        "/problems/unusable-reference": 422,
    }


def test_each_refusal_lists_the_types_of_its_problems() -> None:
    """Sorted, with an example each; what no endpoint decides on is the part's, and its members are described, too."""
    lost = ProblemType(
        "unknown-shelf",
        404,
        "There is no such shelf",
        "No shelf has this colour.",
        "Take another.",
        members=(Member("shelves", tuple[str, ...], "The shelves that there are.", ["red"]),),
    )
    document = describe((replace(PART, problems=(lost,)),), Info("Shelves", "1.2"))
    validate(document)
    responses = document["paths"]["/{shelf}/notes/{note_id}"]["put"]["responses"]
    assert responses["404"]["x-problem-types"] == ["/problems/unknown-shelf"]
    assert responses["415"]["x-problem-types"] == [
        "/problems/unsupported-content-coding",
        "/problems/unsupported-media-type",
    ]
    assert "x-problem-types" not in responses["500"]
    examples = responses["428"]["content"]["application/problem+json"]["examples"]
    assert examples == {"if-match-required": {"$ref": "#/components/examples/if-match-required"}}
    shown = document["components"]["examples"]["if-match-required"]["value"]
    assert (shown["type"], shown["status"]) == ("/problems/if-match-required", 428)
    members = document["components"]["schemas"]["Problem"]["properties"]
    assert members["shelves"] == {
        "type": "array",
        "items": {"type": "string"},
        "description": "The shelves that there are.",
    }
    assert members["errors"]["items"] == {"$ref": "#/components/schemas/ProblemError"}
    assert {"type", "title", "status", "detail", "instance", "request_id", "available"} <= members.keys()
