import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import pytest

from ogrom.http import EarlierRequest, Endpoint, Exchange, Problem, Resource, always, only_for
from ogrom.http.inspect import decisions
from ogrom.http.openapi import Info, Part, describe
from ogrom.http.plan import plan, reachable
from ogrom.http.testing import Called, call

X = Exchange[Any]
KEY = '"8e03978e"'


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    title: str


class Note(msgspec.Struct, frozen=True):
    title: str
    revision: int = 1


@dataclass(frozen=True)
class NoteResource(Resource[Note]):
    """One note, whose store keeps the keys of writes; `meanwhile` happens between a lookup and what follows."""

    notes: dict[str, Note] = field(default_factory=dict)
    kept: dict[str, EarlierRequest] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    precondition_required = only_for("PUT")(always(False))
    respond_with_entity = only_for("PATCH")(always(True))

    def idempotency_key_used(self, x: X) -> EarlierRequest | None:
        assert x.idempotency_key is not None
        self.asked.append(x.idempotency_key.text)
        found = self.kept.get(x.idempotency_key.text)
        if found is None and len(self.asked) == 1:
            self.meanwhile()
        return found

    def exists(self, x: X) -> Note | None:
        return self.notes.get("it")

    def etag(self, x: Exchange[Note, Any]) -> int:
        return x.entity.revision

    def put(self, x: Exchange[Note, Draft]) -> Note:
        return self._keep(x, Note(x.body.title, x.entity.revision + 1 if x.existed else 1))

    def patch(self, x: Exchange[Note, Draft]) -> Note:
        return self._keep(x, Note(x.body.title, x.entity.revision + 1))

    def delete(self, x: X) -> None:
        del self.notes["it"]
        self._remember(x, None)

    def post(self, x: Exchange[Note, Draft]) -> Note:
        return self._keep(x, Note(x.body.title))

    created_etag = always(1)

    def handle_ok(self, x: Exchange[Note, Any]) -> Note:
        return x.entity

    def _keep(self, x: X, note: Note) -> Note:
        self.notes["it"] = note
        self._remember(x, note)
        return note

    def _remember(self, x: X, result: object) -> None:
        if x.idempotency_key is not None:
            key = x.idempotency_key
            self.kept[key.text] = EarlierRequest(key.fingerprint, result, existed=x.existed)


def send(
    notes: Resource[Any], method: str, key: str | None = KEY, title: str = "Momo", **headers: str
) -> Called:
    fields = {name.replace("_", "-"): text for name, text in headers.items()}
    fields |= {} if key is None else {"Idempotency-Key": key}
    if method == "DELETE":
        return call(notes, method, headers=fields)
    fields["Content-Type"] = "application/merge-patch+json" if method == "PATCH" else "application/json"
    return call(notes, method, headers=fields, content=msgspec.json.encode({"title": title}))


def with_note() -> NoteResource:
    return NoteResource({"it": Note("Krabat", 7)})


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_repeat_gets_the_first_answer_whatever_its_precondition(method: str) -> None:
    """If-Match names the state before the first request, which is gone; so may be the entity."""
    notes = with_note()
    first = send(notes, method, If_Match='"7"')
    again = send(notes, method, If_Match='"7"')
    assert first.response.status in (200, 204)
    assert again.response == replace(first.response)
    assert notes.notes.get("it") in (None, Note("Momo", 8))
    assert send(notes, method, key=None, If_Match='"7"').response.status in (404, 412)


def test_a_repeat_shows_what_was_written_then() -> None:
    """Whatever others have written since."""
    notes = with_note()
    first = send(notes, "PATCH")
    send(notes, "PATCH", key=None, title="Jim Knopf")
    again = send(notes, "PATCH").response
    assert again == first.response
    assert (again.headers["ETag"], again.content) == ('"8"', b'{"title":"Momo","revision":8}')
    assert notes.notes["it"].title == "Jim Knopf"


def test_a_repeated_put_that_has_created_is_a_201_again() -> None:
    """There was nothing before the first one."""
    notes = NoteResource()
    assert [send(notes, "PUT").response.status for _ in range(2)] == [201, 201]
    assert notes.notes["it"].revision == 1


def test_a_repeated_post_makes_nothing() -> None:
    """It is answered with what the first one has made."""
    notes = NoteResource()
    first = send(notes, "POST").response
    notes.notes.clear()
    assert send(notes, "POST").response == first
    assert (first.status, notes.notes) == (201, {})


@pytest.mark.parametrize("folded", [True, False])
def test_the_lookup_comes_before_existence(folded: bool) -> None:
    """And after the client is known and the content is read."""
    notes = with_note()
    send(notes, "PUT")
    fields = {"Content-Type": "application/json", "Idempotency-Key": KEY}
    path = call(notes, "PUT", headers=fields, content=b'{"title":"Momo"}', folded=folded).path
    path.assert_walked(
        "body_valid+", "idempotency_key_used+", "idempotency_key_matches+", "handle_no_content"
    )
    assert not {"processable", "exists"} & {name.rstrip("+-") for name in path}


def test_another_request_with_the_key_is_a_422() -> None:
    """The method, the target or a byte of the content differs."""
    notes = with_note()
    send(notes, "PUT")
    for other in (send(notes, "PUT", title="Momo!"), send(notes, "PATCH"), send(notes, "DELETE")):
        assert other.response.status == 422
        assert b"/problems/idempotency-key-reused" in other.response.content
    there = call(
        notes,
        "PUT",
        target="/elsewhere",
        headers={"Idempotency-Key": KEY, "Content-Type": "application/json"},
        content=b'{"title":"Momo"}',
    )
    assert there.response.status == 422
    assert notes.notes["it"] == Note("Momo", 8)


def test_the_fingerprint_is_of_method_target_and_content() -> None:
    """As they were sent, so it holds across a release; one that is passed on counts instead."""
    notes = with_note()
    send(notes, "PUT")
    sent = b'PUT /\n{"title":"Momo"}'
    assert notes.kept["8e03978e"].fingerprint == hashlib.sha256(sent).hexdigest()
    passed_on = "0123456789abcdef" * 4
    send(notes, "PUT", key=f'"other"; via=proxy;fingerprint="{passed_on}"')
    assert notes.kept["other"].fingerprint == passed_on
    assert send(notes, "PUT", key=f'"other";fingerprint="{passed_on}"', title="X").response.status == 204


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ('"a"', "a"),
        (' "a b" ', "a b"),
        (r'"\"\\"', '"\\'),
        ('"a";b;c=1;d=?0;e=:YQ==:;f=token/x;g="\\"";h=-1.5', "a"),
        (f'"{"a" * 255}"', "a" * 255),
    ],
)
def test_a_key_is_a_string_of_rfc_8941(sent: str, key: str) -> None:
    """Parameters that we do not know are ignored."""
    notes = with_note()
    assert send(notes, "PUT", key=sent).response.status == 204
    assert notes.asked == [key]


@pytest.mark.parametrize(
    "sent",
    [
        *(
            "",
            '""',
            "a",
            '"a',
            'a"',
            '"a" "b"',
            '"a", "b"',
            '"ü"',
            '"a\\b"',
            "'a'",
            '"a";',
            '"a";B',
            "1",
            "?1",
        ),
        f'"{"a" * 256}"',
        f'"{"a" * 9000}"',
    ],
)
def test_a_malformed_key_is_a_400(sent: str) -> None:
    """Nothing is looked up and nothing is written."""
    notes = with_note()
    refused = send(notes, "PUT", key=sent)
    assert refused.response.status == 400
    assert b"/problems/malformed-idempotency-key" in refused.response.content
    assert (notes.asked, notes.notes["it"].revision) == ([], 7)


def test_what_was_refused_is_not_a_first_answer() -> None:
    """The same key is good for the request that is right."""
    notes = with_note()
    assert send(notes, "PUT", If_Match='"6"').response.status == 412
    assert send(notes, "PUT", If_Match='"7"').response.status == 204


@pytest.mark.parametrize("folded", [True, False])
def test_a_refusal_asks_once_more(folded: bool) -> None:
    """The first request was carried out after the lookup: then its state is what refuses."""
    other = with_note()
    other = replace(other, meanwhile=lambda: send(replace(other, asked=[]), "DELETE", If_Match='"7"'))
    met = call(other, "DELETE", headers={"Idempotency-Key": KEY, "If-Match": '"7"'}, folded=folded)
    assert met.response.status == 204
    assert other.asked == ["8e03978e"] * 2
    met.path.assert_walked("idempotency_key_used-", "exists-", "idempotency_key_used+", "handle_no_content")


def test_a_refusal_with_a_reason_that_stays_keeps_its_reason() -> None:
    """There was no first request."""
    refused = send(with_note(), "PUT", If_Match='"6"').response
    assert refused.status == 412
    assert b"its ETag is now" in refused.content


def test_a_key_means_nothing_to_reads() -> None:
    """The plan of a GET has no node about keys."""
    names = {step.name for step in reachable(plan(NoteResource, "GET"))}
    assert not any("idempotency" in name for name in names)
    assert call(with_note(), headers={"Idempotency-Key": "not one"}).response.status == 200


def test_a_resource_without_a_store_of_keys_ignores_them() -> None:
    """As every field that means nothing to it."""

    class Forgetful(Resource[Note]):
        def put(self, x: Exchange[Note, Draft]) -> None:
            """Forget it."""

    assert send(Forgetful(), "PUT", key="not one").response.status == 204
    assert "idempotency" not in str(decisions(Forgetful()))


def test_a_failure_invites_the_repeat(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody knows what a write that failed has stored, and with a key nobody has to."""

    class Broken(NoteResource):
        def put(self, x: Exchange[Note, Draft]) -> Note:
            raise RuntimeError

    with caplog.at_level(logging.CRITICAL):
        assert b"with the same Idempotency-Key" in send(Broken({"it": Note("")}), "PUT").response.content
        assert b"read the resource" in send(Broken({"it": Note("")}), "PUT", key=None).response.content


def test_anything_but_an_earlier_request_is_a_mistake(caplog: pytest.LogCaptureFixture) -> None:
    """The log says which."""

    class Mistaken(NoteResource):
        def idempotency_key_used(self, x: X) -> Any:
            return Problem("no")

    with caplog.at_level(logging.ERROR):
        assert send(Mistaken({"it": Note("")}), "PUT").response.status == 500
    assert "it may return an EarlierRequest, or None" in caplog.text


def test_the_description_has_the_field_where_it_counts() -> None:
    """An optional parameter of each write, with the problems that it can lead to."""
    document = describe((Part("/v1", (Endpoint("note", "/note", NoteResource()),)),), Info("Notes", "1"))
    operations = document["paths"]["/v1/note"]
    for method, described in operations.items():
        fields = {each["name"]: each["required"] for each in described.get("parameters", ())}
        assert fields.get("Idempotency-Key") == (None if method == "get" else False)
    told = msgspec.json.encode(operations["put"]["responses"]).decode()
    assert "/problems/idempotency-key-reused" in told
    assert "/problems/malformed-idempotency-key" in told


def test_a_status_that_only_a_key_leads_to_says_so() -> None:
    """To a client that sends none it is no news; a PUT's content can be wrong without a key, too."""
    document = describe((Part("/v1", (Endpoint("note", "/note", NoteResource()),)),), Info("Notes", "1"))
    told = {
        (method, status): each.get("x-only-with")
        for method, operation in document["paths"]["/v1/note"].items()
        for status, each in operation["responses"].items()
    }
    assert told["delete", "422"] == "Idempotency-Key"
    assert {key for key, field in told.items() if field} == {("delete", "422")}
