"""The conformance run: what Liberator did, what Ogrom does, and that no difference passes without a reason."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import msgspec
import pytest

from ogrom.http import negotiation

from . import report
from .corrections import CORRECTIONS
from .liberator import random_vector, run as run_model
from .report import Verdict, judge
from .vectors import Expected, Vector, read_vectors

RECORDED = Path(__file__).parent / "liberator.jsonl"
VECTORS = tuple(read_vectors(RECORDED))
RUNS = int(os.environ.get("OGROM_CONFORMANCE_RUNS", "300"))
"""How many random runs are made; `./dev prove conformance` makes many, each time others."""


def vector(resource: dict[str, Any], request: dict[str, Any], **expect: Any) -> Vector:
    """A vector of one's own, beside the recorded ones."""
    defaults = {"available-media-types": ["application/json"], "allowed-methods": ["GET", "HEAD", "OPTIONS"]}
    recorded = {"resource": {**defaults, **resource}, "request": request, "expect": expect}
    return msgspec.convert(recorded, Vector)


START = [
    "initialize-context+",
    "service-available?+",
    "known-method?+",
    "uri-too-long?-",
    "method-allowed?+",
    "malformed?-",
    "authorized?+",
    "allowed?+",
    "valid-content-header?+",
    "known-content-type?+",
    "valid-entity-length?+",
    "is-options?-",
]
ACCEPTS_ANYTHING = [
    "accept-exists?-",
    "accept-language-exists?-",
    "accept-charset-exists?-",
    "accept-encoding-exists?-",
]


@pytest.fixture(scope="module")
def judged() -> list[tuple[Vector, Verdict]]:
    """Every recorded run of Liberator, and what is said of it."""
    return [(each, judge(each)) for each in VECTORS]


def test_every_difference_in_the_recorded_runs_has_a_reason(judged: list[tuple[Vector, Verdict]]) -> None:
    """Over all recorded runs of Liberator, nothing is unexplained."""
    assert len(judged) == 1327
    assert [each for each, verdict in judged if verdict.unexplained] == []


def test_the_model_answers_as_liberator_did() -> None:
    """Every recorded run: the same path, status and header fields."""
    assert [each for each in VECTORS if run_model(each.resource, each.request) != each.expect] == []


def test_every_difference_in_random_runs_has_a_reason() -> None:
    """Also where one of Liberator's refusals is lifted and our run goes on."""
    seed = SystemRandom().getrandbits(32) if "OGROM_CONFORMANCE_RUNS" in os.environ else 1
    random = Random(seed)
    unexplained = [each for each in (random_vector(random) for _ in range(RUNS)) if judge(each).unexplained]
    assert unexplained == [], f"with the seed {seed}"


LIFTED = {
    "resource": {
        "available-media-types": ["application/json"],
        "available-languages": ["en", "de", "fr"],
        "allowed-methods": ["GET", "PUT", "POST"],
        "exists?": False,
        "location": "/there",
    },
    "request": {"method": "PUT", "headers": {"accept-language": "nl", "if-match": '"v1"'}},
}


@pytest.mark.parametrize(
    ("method", "headers", "status", "corrections"),
    [
        ("PUT", {}, 201, {"language", "if-match-missing"}),
        ("PUT", {"if-match": '"v1"'}, 412, {"language", "if-match-missing"}),
        ("POST", {}, 201, {"language", "if-match-missing"}),
        ("POST", {"if-match": "*"}, 412, {"language", "if-match-missing"}),
    ],
)
def test_what_follows_a_lifted_refusal_has_reasons(
    method: str, headers: dict[str, str], status: int, corrections: set[str]
) -> None:
    """Liberator refuses the language; we go on, and the other corrections explain what follows."""
    given = msgspec.convert({**LIFTED, "expect": {"status": 0, "headers": {}, "path": []}}, Vector)
    request = msgspec.structs.replace(
        given.request, method=method, headers={"accept-language": "nl", **headers}
    )
    lifted = msgspec.structs.replace(given, request=request, expect=run_model(given.resource, request))
    assert lifted.expect.status == 406
    verdict = judge(lifted)
    assert (verdict.ours.status, verdict.unexplained) == (status, ())
    assert corrections <= {*verdict.corrections}


def test_what_follows_a_lifted_refusal_needs_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that goes elsewhere after a lifted refusal is unexplained: the meter does not stop there."""

    def other(resource: Any, request: Any, forced: Any) -> Expected:
        return run_model({**resource, "conflict?": True, "can-put-to-missing?": True}, request, forced)

    monkeypatch.setattr(report, "run", other)
    given = msgspec.convert({**LIFTED, "expect": {"status": 0, "headers": {}, "path": []}}, Vector)
    request = msgspec.structs.replace(given.request, headers={"accept-language": "nl"})
    assert judge(
        msgspec.structs.replace(given, request=request, expect=run_model(given.resource, request))
    ).unexplained


def test_each_kind_of_reason_is_met(judged: list[tuple[Vector, Verdict]]) -> None:
    """The recorded runs show every correction but those for which the tests below have runs of their own."""
    met = Counter(id for _, verdict in judged for id in verdict.corrections)
    assert {each.id for each in CORRECTIONS} - met.keys() == {
        "accept-empty",
        "accept-q",
        "etag-lists",
        "no-last-modified",
    }


def test_a_list_of_tags_is_a_reason() -> None:
    """Liberator compares the whole field, so it sends again what the client has: etag-lists."""
    path = [*START, *ACCEPTS_ANYTHING, "processable?+", "exists?+", "if-match-exists?-"]
    path += ["if-unmodified-since-exists?-", "if-none-match-exists?+", "if-none-match-star?-"]
    path += ["etag-matches-for-if-none?-", "if-modified-since-exists?-", "method-delete?-", "method-patch?-"]
    path += ["post-to-existing?-", "put-to-existing?-", "multiple-representations?-", "handle-ok"]
    request = {"method": "GET", "headers": {"if-none-match": '"v0", "v1"'}}
    listed = vector({"etag": "v1"}, request, status=200, headers={}, path=path)
    verdict = judge(listed)
    assert (verdict.ours.status, verdict.unexplained) == (304, ())
    assert "etag-lists" in verdict.corrections


def test_a_missing_date_is_a_reason() -> None:
    """Liberator takes a resource without a date of change for unchanged: no-last-modified."""
    path = [*START, *ACCEPTS_ANYTHING, "processable?+", "exists?+", "if-match-exists?-"]
    path += ["if-unmodified-since-exists?-", "if-none-match-exists?-", "if-modified-since-exists?+"]
    path += ["if-modified-since-valid-date?+", "modified-since?-", "handle-not-modified"]
    request = {"method": "GET", "headers": {"if-modified-since": "Tue, 15 Nov 1994 12:45:26 GMT"}}
    verdict = judge(vector({}, request, status=304, headers={}, path=path))
    assert (verdict.ours.status, verdict.corrections[0], verdict.unexplained) == (200, "no-last-modified", ())


def test_a_refused_type_is_a_reason() -> None:
    """Liberator serves a type of weight 0: accept-q."""
    path = [*START, "accept-exists?+", "media-type-available?+", *ACCEPTS_ANYTHING[1:], "processable?+"]
    path += ["exists?+", "if-match-exists?-", "if-unmodified-since-exists?-", "if-none-match-exists?-"]
    path += ["if-modified-since-exists?-", "method-delete?-", "method-patch?-", "post-to-existing?-"]
    path += ["put-to-existing?-", "multiple-representations?-", "handle-ok"]
    request = {"method": "GET", "headers": {"accept": "application/json;q=0"}}
    verdict = judge(vector({}, request, status=200, headers={"Content-Type": "application/json"}, path=path))
    assert (verdict.ours.status, verdict.corrections[0], verdict.unexplained) == (406, "accept-q", ())


def test_liberators_own_defaults_are_read() -> None:
    """A resource may set nothing; then GET and HEAD are allowed, and any Accept is refused: accept-empty."""
    text = {"Content-Type": "text/plain;charset=UTF-8"}
    path = [*START, "accept-exists?+", "media-type-available?-", "handle-not-acceptable"]
    refused = {"status": 406, "headers": text, "path": path}
    path = [*START[:4], "method-allowed?-", "handle-method-not-allowed"]
    untaken = {"status": 405, "headers": {"Allow": "GET, HEAD", **text}, "path": path}
    get = {"method": "GET", "headers": {"accept": "application/json"}}
    post = {"method": "POST", "headers": {}}
    met = [(get, refused, 200, "accept-empty"), (post, untaken, 405, "error-form")]
    for request, expect, status, correction in met:
        verdict = judge(msgspec.convert({"resource": {}, "request": request, "expect": expect}, Vector))
        assert (verdict.ours.status, verdict.unexplained) == (status, ())
        assert correction in verdict.corrections


def _with(recorded: Vector, **expect: Any) -> Vector:
    return msgspec.structs.replace(recorded, expect=msgspec.structs.replace(recorded.expect, **expect))


def test_another_end_is_unexplained(judged: list[tuple[Vector, Verdict]]) -> None:
    """No reason covers a run that ends elsewhere after the same decisions: the comparison can fail."""
    straight = [each for each, said in judged if each.theirs.end == said.ours.end == "handle_ok"]
    assert len(straight) > 10
    for each in straight:
        assert judge(_with(each, path=(*each.expect.path[:-1], "handle-gone"), status=410)).unexplained


@pytest.mark.parametrize(
    "node", ["authorized?", "exists?", "processable?", "conflict?", "service-available?"]
)
def test_another_answer_is_unexplained(judged: list[tuple[Vector, Verdict]], node: str) -> None:
    """No reason covers a decision of the resource that comes out the other way round."""
    ours = node.removesuffix("?").replace("-", "_") + "+"
    asked = [each for each, said in judged if f"{node}+" in each.expect.path and ours in said.ours.path]
    assert asked
    for each in asked[:50]:
        position = each.expect.path.index(f"{node}+")
        turned = (*each.expect.path[:position], f"{node}-", "handle-exception")
        assert judge(_with(each, path=turned, status=500)).unexplained


@pytest.mark.parametrize("name", ["Location", "ETag", "Content-Type", "Allow"])
def test_another_field_is_unexplained(judged: list[tuple[Vector, Verdict]], name: str) -> None:
    """No reason covers a header field with a made-up value, where Ogrom sends that field."""
    alike = [(each, said) for each, said in judged if said.ours.path == each.theirs.path]
    sent = [each for each, said in alike if name in said.ours.headers and name in each.expect.headers]
    assert sent
    for each in sent[:50]:
        assert judge(_with(each, headers={**each.expect.headers, name: "made up"})).unexplained


@pytest.mark.parametrize(
    ("name", "position"),
    [
        ("best_media_type", 0),
        ("best_media_type", -1),
        ("best_language", 0),
        ("best_language", -1),
        ("best_language", None),
        ("best_encoding", None),
    ],
)
def test_a_wrong_choice_is_unexplained(
    monkeypatch: pytest.MonkeyPatch, name: str, position: int | None
) -> None:
    """No reason covers an engine that chooses blindly, though it is in choices that Liberator errs most."""

    def blind(field: str, available: tuple[str, ...]) -> str | None:
        return None if position is None else available[position]

    monkeypatch.setattr(negotiation, name, blind)
    assert any(judge(each).unexplained for each in VECTORS)


def started(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "conformance", *map(str, arguments)]
    folder = Path(__file__).parent.parent
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_program_tells_what_it_found() -> None:
    """The program counts, and succeeds where all is explained."""
    done = started(RECORDED)
    assert done.returncode == 0
    assert done.stdout.startswith("1327 vectors\n")
    assert "  1327 differ for a reason, 730 of them in header fields only:\n" in done.stdout
    assert "     0 are unexplained\n" in done.stdout


def test_the_program_fails_on_what_is_unexplained(tmp_path: Path) -> None:
    """The program names the line and the difference, and fails."""
    file = tmp_path / "wrong.jsonl"
    wrong = _with(VECTORS[2], path=(*VECTORS[2].expect.path[:-1], "handle-gone"), status=410)
    file.write_bytes(msgspec.json.encode(VECTORS[0]) + b"\n" + msgspec.json.encode(wrong) + b"\n")
    done = started(file)
    assert done.returncode == 1
    assert "line 2: PATCH" in done.stdout
    assert "after authorized-: ('handle_gone',) became ('handle_unauthorized',)" in done.stdout


def test_the_program_tells_machines(tmp_path: Path) -> None:
    """With --json there is one object a vector, in the file's order."""
    file = tmp_path / "three.jsonl"
    file.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in VECTORS[:3]))
    told = [msgspec.json.decode(line) for line in started("--json", file).stdout.splitlines()]
    assert [each["status"] for each in told] == [303, 404, 401]
    assert told[2]["path"][-2:] == ["authorized-", "handle_unauthorized"]
    assert [each["correction"] for each in told] == [each["corrections"][0] for each in told]


def test_what_is_not_a_vector_is_named(tmp_path: Path) -> None:
    """A line that is not a vector is named, and nothing is judged."""
    file = tmp_path / "broken.jsonl"
    file.write_text('{"resource": {}}\n')
    done = started(file)
    assert (done.returncode, done.stdout) == (2, "")
    assert "line 1 is not a vector" in done.stderr


def test_the_program_makes_random_runs() -> None:
    """`--random` needs no file."""
    done = started("--random", "20", "--seed", "3")
    assert done.returncode == 0
    assert done.stdout.startswith("20 vectors\n")
