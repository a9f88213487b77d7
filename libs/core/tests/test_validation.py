"""What clients write: everything that is wrong with it is told at once, and nothing half-written."""

from typing import Any

import hypothesis.strategies as st
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from werkzeug.test import TestResponse

from ogrom.core.collages import CollagePatch
from ogrom.protocols.models import CollageDraft
from ogrom.protocols.testing import CATALOGUE

PLACEMENT = {"product_id": 1, "x": 0.5, "y": 0, "width": 0.25, "height": 1}
DRAFT = {"author_id": 1, "title": "Neu", "placements": [PLACEMENT]}
ANY_STATE = {"If-Match": "*"}
WRITES = [
    ("POST", "/de/collages"),
    ("PUT", "/de/collages/11"),
    ("PATCH", "/de/collages/11"),
    ("POST", "/de/collages/11/comments"),
]


def pointers(response: TestResponse) -> dict[str, str]:
    assert response.status_code == 422, response.text
    return {error["pointer"]: error["detail"] for error in response.get_json()["errors"]}


def test_a_patch_changes_what_it_names() -> None:
    """The rest of the collage stays as it was (RFC 7396)."""
    collage = CATALOGUE.collages[0]
    unchanged = CollageDraft(author_id=collage.author_id, title=collage.title, placements=collage.placements)
    assert CollagePatch().applied_to(collage) == unchanged
    patched = CollagePatch(title="Neu", placements=collage.placements[:1]).applied_to(collage)
    assert patched == CollageDraft(author_id=1, title="Neu", placements=collage.placements[:1])


@pytest.mark.parametrize(("method", "url"), WRITES)
@pytest.mark.parametrize("content", [b"", b"{", b'{"title": }', b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_malformed(client: FlaskClient, method: str, url: str, content: bytes) -> None:
    """It is a 400, not a 422."""
    response = client.open(
        url, method=method, data=content, content_type="application/json", headers=ANY_STATE
    )
    assert response.status_code == 400


@pytest.mark.parametrize(("method", "url"), WRITES)
@pytest.mark.parametrize("type", ["text/plain", "application/xml", "application/json; charset=latin-1"])
def test_what_is_not_called_json_is_unsupported(
    client: FlaskClient, method: str, url: str, type: str
) -> None:
    """It is a 415 that says what is supported."""
    response = client.open(url, method=method, data="{}", content_type=type, headers=ANY_STATE)
    assert response.status_code == 415
    assert "application/json" in response.headers["Accept-Patch" if method == "PATCH" else "Accept"]


@pytest.mark.parametrize(("method", "url"), WRITES[:2])
def test_every_faulty_field_is_named(client: FlaskClient, method: str, url: str) -> None:
    """Missing, unknown and wrong ones, at any depth, in one answer."""
    draft = {"title": "", "placements": [PLACEMENT, {**PLACEMENT, "x": 1.5, "z": "top"}], "colour": "red"}
    faults = pointers(client.open(url, method=method, json=draft, headers=ANY_STATE))
    assert set(faults) == {"#/author_id", "#/title", "#/placements/1/x", "#/placements/1/z", "#/colour"}


@pytest.mark.parametrize(("method", "url"), WRITES[:2])
def test_every_unknown_reference_is_named(client: FlaskClient, method: str, url: str) -> None:
    """Users and products that do not exist, and products that only another market sells."""
    placements = [PLACEMENT, {**PLACEMENT, "product_id": 4}, {**PLACEMENT, "product_id": 2**63 - 1}]
    draft = {"author_id": 99, "title": " \u00a0\t", "placements": placements}
    assert pointers(client.open(url, method=method, json=draft, headers=ANY_STATE)) == {
        "#/author_id": "There is no user 99",
        "#/title": "title must have at least one visible character",
        "#/placements/1/product_id": "There is no product 4 in de-DE",
        "#/placements/2/product_id": f"There is no product {2**63 - 1} in de-DE",
    }


@pytest.mark.parametrize("text", [" ", "\0", "\u200b\u2060", "\u2028\ufeff\u00ad"])
def test_a_text_that_shows_nothing_is_blank(client: FlaskClient, text: str) -> None:
    """Controls and characters without a width are no more to see than spaces."""
    response = client.post("/de/collages/11/comments", json={"author_id": 1, "text": text})
    assert pointers(response) == {"#/text": "text must have at least one visible character"}


def test_a_patch_is_checked_as_a_draft_is(client: FlaskClient) -> None:
    """Fields that it cannot change are unknown, those that it can cannot be removed or made nonsense."""
    url = "/de/collages/11"
    for patch, expected in (
        ({"author_id": 2, "title": None}, {"#/author_id", "#/title"}),
        ({"placements": []}, {"#/placements"}),
        (
            {"title": "\n", "placements": [{**PLACEMENT, "product_id": 4}]},
            {"#/title", "#/placements/0/product_id"},
        ),
    ):
        assert set(pointers(client.patch(url, json=patch, headers=ANY_STATE))) == expected


def test_a_comment_is_checked(client: FlaskClient) -> None:
    """Its author exists, and its text shows something."""
    url = "/de/collages/11/comments"
    assert set(pointers(client.post(url, json={"author_id": 99, "text": "  "}))) == {"#/author_id", "#/text"}
    assert set(pointers(client.post(url, json={"text": "x" * 2001}))) == {"#/author_id", "#/text"}


@pytest.mark.parametrize(("method", "url"), WRITES)
def test_what_is_refused_changes_nothing(client: FlaskClient, method: str, url: str) -> None:
    """Nothing of it is stored."""
    before = [client.get("/de/collages").text, client.get("/de/comments").text]
    bad = {**DRAFT, "text": "Oh", "placements": [PLACEMENT, {**PLACEMENT, "product_id": 4}]}
    client.open(url, method=method, json=bad, headers=ANY_STATE)
    assert [client.get("/de/collages").text, client.get("/de/comments").text] == before


def test_a_draft_is_checked_in_two_calls(recorded: FlaskClient, calls: list[str]) -> None:
    """One for the author, one for all products, however many there are."""
    draft = {**DRAFT, "placements": [{**PLACEMENT, "product_id": id} for id in (1, 2, 3, 5, 6, 7)]}
    assert recorded.post("/de/collages", json=draft).status_code == 201
    assert calls == ["users_by_ids", "products_by_ids", "add_collage"]


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*DRAFT, *PLACEMENT, "text"]) | st.text(), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(write=st.sampled_from(WRITES), content=json_values, near=st.booleans())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_content_is_the_services_mistake(
    client: FlaskClient, write: tuple[str, str], content: Any, near: bool
) -> None:
    """Whatever JSON is sent, alone or in a draft that is right otherwise, the answer is no 5xx."""
    method, url = write
    if near and isinstance(content, dict):
        content = {**DRAFT, **content}
    response = client.open(url, method=method, json=content, headers=ANY_STATE)
    assert response.status_code < 500, response.text
