"""The conformance run: what Liberator did, what Ogrom does, and that no difference passes without a reason."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ogrom.http import negotiation
from ogrom.http.conformance import CORRECTIONS, Vector, Verdict, judge, read_vectors

RECORDED = Path(__file__).parent / "liberator.jsonl"
VECTORS = tuple(read_vectors(RECORDED))


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
    assert (verdict.ours.status, verdict.corrections, verdict.unexplained) == (200, ("no-last-modified",), ())


def test_a_refused_type_is_a_reason() -> None:
    """Liberator serves a type of weight 0: accept-q."""
    path = [*START, "accept-exists?+", "media-type-available?+", *ACCEPTS_ANYTHING[1:], "processable?+"]
    path += ["exists?+", "if-match-exists?-", "if-unmodified-since-exists?-", "if-none-match-exists?-"]
    path += ["if-modified-since-exists?-", "method-delete?-", "method-patch?-", "post-to-existing?-"]
    path += ["put-to-existing?-", "multiple-representations?-", "handle-ok"]
    request = {"method": "GET", "headers": {"accept": "application/json;q=0"}}
    verdict = judge(vector({}, request, status=200, headers={"Content-Type": "application/json"}, path=path))
    assert (verdict.ours.status, verdict.corrections, verdict.unexplained) == (406, ("accept-q",), ())


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
    """No reason covers a run that ends elsewhere after the same decisions: the meter does not say yes to all."""
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


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ogrom.http.conformance", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_program_tells_what_it_found() -> None:
    """The program counts, and succeeds where all is explained."""
    done = run(RECORDED)
    assert done.returncode == 0
    assert done.stdout.startswith("1327 vectors\n")
    assert "  1327 differ for a reason, 736 of them in header fields only:\n" in done.stdout
    assert "     0 are unexplained\n" in done.stdout


def test_the_program_fails_on_what_is_unexplained(tmp_path: Path) -> None:
    """The program names the line and the difference, and fails."""
    file = tmp_path / "wrong.jsonl"
    wrong = _with(VECTORS[2], path=(*VECTORS[2].expect.path[:-1], "handle-gone"), status=410)
    file.write_bytes(msgspec.json.encode(VECTORS[0]) + b"\n" + msgspec.json.encode(wrong) + b"\n")
    done = run(file)
    assert done.returncode == 1
    assert "line 2: PATCH" in done.stdout
    assert "after authorized-: ('handle_gone',) became ('handle_unauthorized',)" in done.stdout


def test_the_program_tells_machines(tmp_path: Path) -> None:
    """With --json there is one object a vector, in the file's order."""
    file = tmp_path / "three.jsonl"
    file.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in VECTORS[:3]))
    told = [msgspec.json.decode(line) for line in run("--json", file).stdout.splitlines()]
    assert [each["status"] for each in told] == [303, 404, 401]
    assert told[2]["path"][-2:] == ["authorized-", "handle_unauthorized"]
    assert [each["correction"] for each in told] == [each["corrections"][0] for each in told]


def test_what_is_no_vector_is_named(tmp_path: Path) -> None:
    """A line that is no vector is named, and nothing is judged."""
    file = tmp_path / "broken.jsonl"
    file.write_text('{"resource": {}}\n')
    done = run(file)
    assert (done.returncode, done.stdout) == (2, "")
    assert "line 1 is no vector" in done.stderr
