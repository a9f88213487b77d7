"""Lists, page by page."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from msgspec import Struct
from werkzeug.test import TestResponse

from ogrom.core import Sources, assemble
from ogrom.core.lists import ListResource, digest, version_key
from ogrom.core.products import ProductsResource
from ogrom.http import DefinitionError, Endpoint, Mount
from ogrom.http.testing import Request
from ogrom.protocols.context import Context
from ogrom.protocols.pages import Page

LISTS = {
    "/de/products": [1, 2, 3, 5, 6, 7],
    "/de/products?brand=N%C3%BCmph": [1, 3, 6],
    "/de/products?category_id=3": [6, 7],
    "/de/products?collage_id=12": [1, 3, 5],
    "/de/collages": [13, 12, 11, 14],
    "/de/users/1/collages": [13, 11, 14],
    "/de/comments": [23, 22, 21, 24],
    "/de/comments?collage_id=11": [22, 21, 24],
    "/de/collages/11/comments": [22, 21, 24],
    "/de/search?q=n%C3%BCmph": [1, 2, 3, 6],
}


def pages(client: FlaskClient, url: str | None) -> list[TestResponse]:
    found = []
    while url is not None:
        response = client.get(url)
        found.append(response)
        url = response.get_json()["next"]
    return found


def with_limit(url: str, limit: object) -> str:
    return f"{url}{'&' if '?' in url else '?'}limit={limit}"


def ids(page: TestResponse) -> list[int]:
    return [item["id"] for item in page.get_json()["items"]]


def parameters(response: TestResponse) -> list[Any]:
    return [error["parameter"] for error in response.get_json()["errors"]]


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize(("url", "expected"), LISTS.items())
def test_following_next_gives_every_item_once(
    client: FlaskClient, url: str, expected: list[int], limit: int
) -> None:
    """Whatever the page size, filters included."""
    found = pages(client, with_limit(url, limit))
    assert [id for page in found for id in ids(page)] == expected
    assert all(len(ids(page)) <= limit for page in found)


@pytest.mark.parametrize("url", LISTS)
def test_link_says_what_next_says(client: FlaskClient, url: str) -> None:
    """The header field is there for those who do not read the content, and only where something follows."""
    *first, last = pages(client, with_limit(url, 1))
    for page in first:
        target = re.fullmatch(r'<(.+)>; rel="next"', page.headers["Link"])
        assert target is not None
        assert target[1] == page.get_json()["next"]
    assert "Link" not in last.headers


@pytest.mark.parametrize("url", LISTS)
def test_a_page_knows_its_own_url(client: FlaskClient, url: str) -> None:
    """`self` leads to the same page, the middle one of a list too."""
    page = pages(client, with_limit(url, 1))[1]
    assert client.get(page.get_json()["links"]["self"]).get_json() == page.get_json()


@pytest.mark.parametrize("url", [*LISTS, "/de/categories", "/de/products?ids=3,1"])
def test_a_page_that_did_not_change_is_not_sent_again(client: FlaskClient, url: str) -> None:
    """Its ETag is answered with 304, that of another page is not."""
    response = client.get(url)
    again = client.get(url, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(url, headers={"If-None-Match": '"of another page"'}).data == response.data


def test_the_etag_changes_with_an_item(client: FlaskClient) -> None:
    """A new revision of one of the collages is another page."""
    before = client.get("/de/collages").headers["ETag"]
    client.patch("/de/collages/14", json={"title": "Neu"}, headers={"If-Match": "*"})
    assert client.get("/de/collages").headers["ETag"] != before


def test_the_etag_changes_with_what_follows(client: FlaskClient) -> None:
    """The last page is another one as soon as it is not the last."""
    before = client.get("/de/comments?collage_id=12&limit=1")
    assert before.get_json()["next"] is None
    client.delete("/de/comments/23")
    assert client.get("/de/comments?collage_id=12&limit=1").headers["ETag"] != before.headers["ETag"]


@pytest.mark.parametrize("limit", ["0", "-1", "101", "x", "", "1.5", "9" * 30])
@pytest.mark.parametrize("url", LISTS)
def test_a_limit_is_from_1_to_100(client: FlaskClient, url: str, limit: str) -> None:
    """Any other is a 400 that names it."""
    response = client.get(with_limit(url, limit))
    assert response.status_code == 400
    assert parameters(response) == ["limit"]


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "%00", "%F0%9F%8C%B7"])
@pytest.mark.parametrize("url", LISTS)
def test_a_cursor_of_no_list_is_refused(client: FlaskClient, url: str, cursor: str) -> None:
    """With a 400 that names the parameter."""
    response = client.get(f"{url}{'&' if '?' in url else '?'}cursor={cursor}")
    assert response.status_code == 400
    assert parameters(response) == ["cursor"]


def test_a_cursor_of_another_list_is_refused(client: FlaskClient) -> None:
    """A cursor of all comments does not fit those of one collage."""
    cursor = client.get("/de/comments?limit=1").get_json()["next"].partition("cursor=")[2].partition("&")[0]
    assert client.get(f"/de/comments?limit=1&cursor={cursor}").status_code == 200
    assert parameters(client.get(f"/de/collages/11/comments?cursor={cursor}")) == ["cursor"]


@pytest.mark.parametrize("url", [*LISTS, "/de/", "/de/categories", "/de/products/1", "/de/collages/11"])
def test_an_unknown_parameter_is_refused(client: FlaskClient, url: str) -> None:
    """A misspelt filter would otherwise filter nothing, in silence."""
    response = client.get(f"{url}{'&' if '?' in url else '?'}colour=red")
    assert response.status_code == 400
    assert parameters(response) == ["colour"]


@pytest.mark.parametrize("url", ["/de/collages", "/de/collages/11/comments", "/de/comments", "/de/products"])
def test_only_a_reader_loads_the_page(recorded: FlaskClient, calls: list[str], url: str) -> None:
    """OPTIONS and POST do without it, and so does a request that is refused."""
    recorded.options(url)
    assert calls == []
    recorded.post(url, json={})
    assert calls == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/de/products", ["products"]),
        ("/de/products?ids=1,2,3,5,6,7", ["products_by_ids"]),
        ("/de/categories", ["categories"]),
        ("/de/collages", ["collages"]),
        ("/de/comments", ["comments"]),
        ("/de/collages/11/comments", ["collage_by_id", "comments"]),
        ("/de/users/1/collages", ["user_by_id", "collages"]),
        ("/de/search?q=kleid", ["search"]),
    ],
)
def test_a_list_is_one_call(recorded: FlaskClient, calls: list[str], url: str, expected: list[str]) -> None:
    """However many items it has; one more only where the list belongs to something."""
    assert recorded.get(url).status_code == 200
    assert calls == expected


class _Revised(Struct, frozen=True):
    id: int
    revision: int = 1
    title: str = ""


class _Plain(Struct, frozen=True):
    id: int
    text: str = ""


def test_a_page_is_named_by_what_can_change_of_it() -> None:
    """Ids, revisions and what follows; all of an item that has no revision."""
    page = Page(items=(_Revised(1), _Revised(2)), next_cursor="a")
    same = Page(items=(_Revised(1, title="as revised"), _Revised(2)), next_cursor="a")
    others = (
        Page(items=(_Revised(1), _Revised(2, revision=2)), next_cursor="a"),
        Page(items=(_Revised(1), _Revised(2)), next_cursor="b"),
        Page(items=(_Revised(2), _Revised(1)), next_cursor="a"),
        Page(items=(_Revised(1),), next_cursor="a"),
    )
    plain = [Page(items=(_Plain(1, text),), next_cursor=None) for text in ("a", "b")]
    different: tuple[Page[Any], ...] = (page, *others, *plain)
    names = {digest(version_key(each)) for each in different}
    assert digest(version_key(same)) == digest(version_key(page))
    assert len(names) == len(different)


def test_a_list_has_no_name_of_its_own() -> None:
    """It links to the endpoint that it is mounted as, so a name could only be wrong."""
    with pytest.raises(DefinitionError, match=r"Reviews\.name: a list links to its own endpoint"):

        class Reviews(ListResource[Any]):
            name = "reviewz"


def test_a_list_links_to_the_endpoint_that_it_is_mounted_as(sources: Sources) -> None:
    """Its pages follow the endpoint's name and path, whatever these are."""
    kept = tuple(each for each in assemble(sources) if each.name in ("product", "category", "products"))
    mount = Mount("/x", (*kept, Endpoint("goods", "/goods", ProductsResource(sources.products))))
    response = mount.respond(
        mount.endpoints[-1], Request(target="/x/goods?limit=1"), context=Context(locale="de-DE"), arguments={}
    )
    assert response.status == 200
    assert response.headers["Link"].startswith("</x/goods?")
