"""Writes with an idempotency key: it is passed on, and what came of it is asked for."""

import time
from typing import Any

import pytest

from ogrom.client import RemoteSources
from ogrom.protocols.context import Bearer, Context, IdempotencyKey, Principal
from ogrom.protocols.errors import Conflict, KeyReused, SourceError, Unavailable, WriteUnderway
from ogrom.protocols.models import CollageDraft, Comment, CommentDraft, Placement
from ogrom.protocols.outcomes import Outcome

FINGERPRINT = "0a" * 32
DRAFT = CommentDraft(author_id=1, text="Schön")
COMMENT = {"id": 21, "collage_id": 11, "author_id": 1, "text": "Schön", "created_at": "2024-02-29T12:01:00Z"}
SAID, MADE = "/de/c/11/said", "/de/made"


def keyed(text: str = "a") -> Context:
    return Context(
        locale="de-DE",
        deadline=time.monotonic() + 60,
        principal=Principal(user_id=1, bearer=Bearer("token")),
        key=IdempotencyKey(text=text, fingerprint=FINGERPRINT),
    )


@pytest.mark.parametrize(
    ("key", "sent"), [("8e03", '"8e03"'), ('a"b\\c', r'"a\"b\\c"'), (" a/b ", '" a/b "')]
)
def test_a_key_is_passed_on_with_the_fingerprint(
    standin: Any, sources: RemoteSources, said: Any, key: str, sent: str
) -> None:
    """As a String of RFC 8941; the fingerprint is of what our own client has sent."""
    standin.says(SAID, said(COMMENT, 201))
    sources.comments.add_comment(keyed(key), 11, DRAFT)
    assert standin.asked[-1].headers["idempotency-key"] == f'{sent};fingerprint="{FINGERPRINT}"'


def test_without_a_key_a_write_has_one_of_its_own(standin: Any, sources: RemoteSources, said: Any) -> None:
    """So that it can be repeated. Reads have none."""
    standin.says(SAID, said(COMMENT, 201))
    ctx = Context(locale="de-DE", deadline=time.monotonic() + 60)
    for _ in range(2):
        sources.comments.add_comment(ctx, 11, DRAFT)
    sources.collages.collage_by_id(keyed(), 12)
    keys = [each.headers["idempotency-key"] for each in standin.asked if each.method == "POST"]
    assert len(set(keys)) == 2
    assert not [each for each in standin.asked if each.method == "GET" and "idempotency-key" in each.headers]


def test_what_came_of_a_key_is_asked_with_the_caller_s_token(
    standin: Any, sources: RemoteSources, said: Any
) -> None:
    """Each time anew, and nothing of it is kept."""
    document = {
        "fingerprint": FINGERPRINT,
        "changed": True,
        "comment": {**COMMENT, "locale": "de-DE"},
        "new": 1,
    }
    standin.says(MADE, said(document), said({"title": "Not Found"}, 404))
    found = sources.outcomes.outcome(keyed("a b"))
    assert isinstance(found, Outcome)
    assert isinstance(found.comment, Comment)
    assert (found.fingerprint, found.comment.id) == (FINGERPRINT, 21)
    assert sources.outcomes.outcome(keyed("a b")) is None
    assert standin.lines == ["GET /de/made?key=a%20b"] * 2
    assert standin.asked[-1].headers["authorization"] == "Bearer token"
    assert "if-none-match" not in standin.asked[-1].headers


def test_a_key_of_nobody_is_not_asked_for(standin: Any, sources: RemoteSources) -> None:
    """There is no token to ask with."""
    assert sources.outcomes.outcome(Context(locale="de-DE", key=keyed().key)) is None
    assert standin.asked == []


def test_a_service_that_knows_no_keys_is_unavailable(
    standin: Any, sources: RemoteSources, said: Any, market: dict[str, Any]
) -> None:
    """Its client was promised that the write is made once, and it could not keep that."""
    templates = {name: each for name, each in market["templates"].items() if name != "write"}
    standin.says("/de/", said({**market, "templates": templates}))
    with pytest.raises(Unavailable, match="is its version too old"):
        sources.outcomes.outcome(keyed())


@pytest.mark.parametrize(
    ("status", "type_", "error"),
    [
        (409, "/problems/write-under-way", WriteUnderway),
        (422, "/problems/idempotency-key-reused", KeyReused),
        (409, "/problems/conflicting-change", Conflict),
    ],
)
def test_refusals_of_keys_are_told_by_their_type(
    standin: Any, sources: RemoteSources, said: Any, status: int, type_: str, error: type[SourceError]
) -> None:
    """Another 409 or 422 is a Conflict, as without a key."""
    standin.says(SAID, said({"type": type_}, status))
    with pytest.raises(SourceError) as refused:
        sources.comments.add_comment(keyed(), 11, DRAFT)
    assert type(refused.value) is error


@pytest.mark.parametrize("is_made", [True, False], ids=["made", "not made"])
def test_a_repeat_is_sent_though_the_revision_is_gone(
    standin: Any, sources: RemoteSources, said: Any, is_made: bool
) -> None:
    """With a tag that never matches: if the write was made already, the service looks at its key only."""
    draft = CollageDraft(
        author_id=1, title="Neu", placements=(Placement(product_id=1, x=0, y=0, width=1, height=1),)
    )
    standin.says("/de/c/11", said({"title": "Not Found"}, 404), said(b"", 204) if is_made else said({}, 412))
    if is_made:
        sources.collages.delete_collage(keyed(), 11, revision=1)
    else:
        with pytest.raises(Conflict):
            sources.collages.replace_collage(keyed(), 11, draft, revision=1)
    assert standin.asked[-1].headers["if-match"] == '"-"'
