"""Preconditions across releases: a tag names the form for If-None-Match, and for If-Match only the state."""

from dataclasses import dataclass
from typing import Any

import pytest

from ogrom.http import CSV, JSON, Endpoint, ETag, Exchange, Mount, PathParameter, Resource, Response
from ogrom.http.testing import Request, call

X = Exchange[Any, Any, Any]


@dataclass(frozen=True)
class Thing(Resource[object]):
    """It is there, in a state that it is told."""

    state: ETag | str | int = 7
    renderers = (JSON, CSV)
    languages = ("en", "de")
    thing_id = PathParameter()

    def etag(self, x: X) -> ETag | str | int:
        return self.state

    def put(self, x: X) -> None:
        """Change nothing."""

    def handle_ok(self, x: X) -> object:
        return {"id": self.thing_id(x)}


@dataclass(frozen=True)
class Things(Resource[object]):
    """A POST makes a thing."""

    links_to = ("thing",)

    def post(self, x: X) -> int:
        """Make one."""
        return 8

    def etag(self, x: X) -> int:
        return 1

    def created_etag(self, x: X) -> int:
        return 7

    def location(self, x: X) -> str:
        return x.link("thing", thing_id=x.result)

    def handle_ok(self, x: X) -> object:
        return []


def release(prefix: str = "/old", state: ETag | str | int = 7) -> Mount:
    """One whose links begin with the prefix, so that its representations have another form."""
    endpoints = (
        Endpoint("things", "/things", Things()),
        Endpoint("thing", "/things/{thing_id}", Thing(state)),
    )
    return Mount(prefix, endpoints)


OLD, NEW = release("/old"), release("/new")
MARK = {mount: mount.fingerprints["thing"] for mount in (OLD, NEW)}


def ask(mount: Mount, method: str = "GET", name: str = "thing", **headers: str) -> Response:
    fields = {field.replace("_", "-"): value for field, value in headers.items()}
    endpoint = next(each for each in mount.endpoints if each.name == name)
    arguments = {"thing_id": 8} if name == "thing" else {}
    return mount.respond(endpoint, Request(method, headers=fields), context=None, arguments=arguments)


def test_a_tag_has_the_state_and_then_the_fingerprint_and_the_form() -> None:
    """Of ten hex digits, another one in another release."""
    assert MARK[OLD] != MARK[NEW]
    assert len(MARK[OLD]) == 11
    assert ask(OLD).headers["ETag"] == f'"7{MARK[OLD]}"'
    other = ask(OLD, Accept="text/csv", Accept_Language="de", Accept_Encoding="gzip, identity;q=0")
    assert other.headers["ETag"] == f'"7{MARK[OLD]}-csv-de-gzip"'


def test_a_tag_without_a_mount_is_the_state() -> None:
    """A test of a resource has no links whose form could differ."""
    assert call(Thing(), arguments={"thing_id": 8}).response.headers["ETag"] == '"7"'


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        (f'"7{MARK[NEW]}"', 304),
        (f'W/"7{MARK[NEW]}"', 304),
        (f'"7{MARK[NEW]}-gzip"', 304),
        (f'"7{MARK[OLD]}", "7{MARK[NEW]}"', 304),
        (f'"7{MARK[OLD]}"', 200),
        (f'"7{MARK[NEW]}-csv"', 200),
        ('"7"', 200),
        (MARK[NEW], 200),
    ],
)
def test_only_the_same_form_of_the_same_release_is_not_sent_again(tag: str, status: int) -> None:
    """A tag without a fingerprint is of an older release."""
    assert ask(NEW, If_None_Match=tag).status == status


@pytest.mark.parametrize("form", ["", "-csv", "-de", "-csv-de-gzip", "-of-a-release-to-come"])
@pytest.mark.parametrize("mark", [MARK[OLD], MARK[NEW], "~0123456789"])
def test_a_change_may_name_the_state_in_any_form_of_any_release(mark: str, form: str) -> None:
    """Strongly all the same, and no other state (RFC 9110, 13.1.1)."""
    assert ask(NEW, "PUT", If_Match=f'"7{mark}{form}"').status == 204
    assert ask(NEW, "PUT", If_Match=f'"6{mark}{form}", "7{mark}{form}"').status == 204
    for stale in (f'"6{mark}{form}"', f'W/"7{mark}{form}"', f'"77{mark}{form}"', f'"{mark}{form}"'):
        assert ask(NEW, "PUT", If_Match=stale).status == 412


@pytest.mark.parametrize(
    ("tag", "status"), [("7", 204), ("7-csv-de-gzip", 204), ("7-xml", 412), ("7~", 412), ("7~012345678", 412)]
)
def test_a_tag_from_before_fingerprints_names_the_state(tag: str, status: int) -> None:
    """In one of the forms that there are."""
    assert ask(NEW, "PUT", If_Match=f'"{tag}"').status == status


def test_a_state_may_look_like_a_marked_one() -> None:
    """What a resource calls its states is its own affair."""
    odd = release(state="7~1")
    assert ask(odd, "PUT", If_Match=ask(odd).headers["ETag"]).status == 204
    assert ask(odd, "PUT", If_Match='"7~1"').status == 204
    assert ask(NEW, "PUT", If_Match='"7~1"').status == 412
    assert ask(odd, "PUT", If_Match='"7"').status == 412


def test_a_weak_state_is_good_for_no_change() -> None:
    """But a representation that is equivalent is not sent again; one of another form is not equivalent."""
    weak = release(state=ETag("7", weak=True))
    tag = ask(weak).headers["ETag"]
    assert tag == f'W/"7{MARK[OLD]}"'
    assert ask(weak, If_None_Match=tag).status == 304
    assert ask(weak, If_None_Match=f'W/"7{MARK[NEW]}"').status == 200
    assert ask(weak, "PUT", If_Match=tag).status == 412


def test_a_refused_change_is_told_the_tag_as_it_is_now() -> None:
    """Whole, so that it serves for whatever comes next."""
    assert f'\\"7{MARK[NEW]}\\"'.encode() in ask(NEW, "PUT", If_Match='"6"').content


def test_what_a_post_has_made_has_the_tag_that_it_is_read_with() -> None:
    """Though another endpoint sends it."""
    made = ask(NEW, "POST", "things")
    assert (made.status, made.headers["ETag"]) == (201, ask(NEW).headers["ETag"])
