"""ogrom-client does everything that the API offers, for threads and for asyncio; and a user's program has types."""

import asyncio
import contextlib
import inspect
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ogrom.client import (
    AsyncClient,
    AsyncPages,
    Client,
    Operation,
    Pages,
    operations,
    reference,
    request,
)
from ogrom.client.batch import MAX_REQUESTS
from ogrom.client.errors import Forbidden, NotFound
from ogrom.client.models import (
    Batch,
    BatchedRequest,
    CollageDraft,
    CollagePatch,
    CommentDraft,
    PageViewOfCommentView,
    Placement,
)
from ogrom.client.problems import (
    BatchInBatch,
    FailedDependency,
    IfMatchRequired,
    InvalidQuery,
    MissingToken,
    NotOwner,
    StaleRevision,
    UnknownMarket,
    UnusableReference,
)
from ogrom.http import batch as service

pytestmark = pytest.mark.slow

PROGRAM = """
import asyncio
from datetime import datetime

from ogrom.client import Answer, AsyncClient, Client, Pages, operations, reference, request
from ogrom.client.errors import ClientError, Refused, Unconfirmed
from ogrom.client.models import CommentDraft, CommentView, ProductView, UserView
from ogrom.client.problems import StaleRevision


def renewed() -> str:
    return "token"


def main(shop: Client) -> str:
    product: Answer[ProductView] = shop.get_product(7)
    when: datetime = product.value.updated_at
    pages: Pages[ProductView] = shop.get_products(brand="Nuemph", ids=(1, 2))
    titles: list[str] = [each.title for each in pages]
    try:
        made: Answer[CommentView] = shop.using(timeout=1.5).add_to_collage_comments(
            11, CommentDraft(author_id=1, text="Ja")
        )
    except Unconfirmed as error:
        return error.key
    except StaleRevision as error:
        return error.problem.type
    except (Refused, ClientError) as error:
        return error.what_to_do
    collage = request("collage", operations.get_collage(7))
    author = request("author", reference("collage#/links/author"), UserView)
    screen = shop.batch(collage, author)
    name: str = screen[author].value.name
    return f"{when} {titles} {made.value.text} {screen[collage].value.title} {name}"


async def later(shop: AsyncClient) -> str | None:
    async for each in shop.get_products():
        return each.title
    return (await shop.get_user(1)).value.name


with Client("https://shop.example/", "de-DE", token=renewed, timeout=2) as client:
    main(client)
asyncio.run(later(AsyncClient("https://shop.example/", "de-DE")))
"""

WRONG = """
from ogrom.client import Client, operations, request

with Client("https://shop.example/", "de-DE") as shop:
    shop.get_product("7")
    shop.get_products(colour="red")
    shop.get_product(7).value.colour
    shop.delete_collage(7)
    shop.using(colour="red")
    product = request("product", operations.get_product(7))
    shop.batch(product)[product].value.colour
    request("author", "/v1/de-DE/users/1")
"""


class Recorder:
    """Calls a client's methods, and notes which; what is to be awaited is awaited, and of a list comes all."""

    def __init__(self, client: Client | AsyncClient, runner: asyncio.Runner) -> None:
        self.called: set[str] = set()
        self._client = client
        self._runner = runner

    def using(self, **changes: Any) -> "Recorder":
        """The same with other options; what it calls is noted here, too."""
        made = Recorder(self._client.using(**changes), self._runner)
        made.called = self.called
        return made

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self.called.add(name)
            given = getattr(self._client, name)(*arguments, **options)
            if isinstance(given, Pages):
                return list(given)
            if isinstance(given, AsyncPages):
                return self._runner.run(_all(given))
            return self._runner.run(given) if inspect.iscoroutine(given) else given

        return call


async def _all(pages: AsyncPages[Any]) -> list[Any]:
    return [each async for each in pages]


@pytest.fixture(scope="module")
def url(start: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The home of a service with forty products."""
    return f"http://127.0.0.1:{start('--demo-products', '40', folder=tmp_path_factory.mktemp('shop')).port}/"


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_does_everything(
    kind: type[Client] | type[AsyncClient], url: str, authorization: Callable[..., dict[str, str]]
) -> None:
    """Each operation of the contract, against the service; each write is answered as the contract says."""
    token = authorization()["Authorization"].removeprefix("Bearer ")
    with asyncio.Runner() as runner, contextlib.ExitStack() as stack:
        shop = Recorder(kind(url, "de-DE", token=lambda: token, timeout=60.0), runner)
        stack.callback(shop.close)
        assert shop.get_home().value.markets["de-DE"] == "/v1/de-DE/"
        assert shop.get_live().value.status == "live"
        assert shop.get_ready().value.status == "ready"
        assert shop.get_problem_type("bad-cursor").value.how_to_fix_it
        assert {each.type for each in shop.get_problem_types().value.items} >= {"/problems/bad-cursor"}
        assert shop.get_index().value.locale == "de-DE"

        products = shop.get_products(limit=15)
        assert len({each.id for each in products}) == 40
        first = shop.get_product(products[0].id)
        assert first.value == products[0]
        assert shop.get_product(products[0].id).value is first.value  # it was not sent again
        assert [each.id for each in shop.get_products(ids=[first.value.id])] == [first.value.id]
        assert shop.get_category(first.value.category_id).value in shop.get_categories()
        assert shop.get_search(q=first.value.title)
        user = shop.get_users(ids=[1])[0]
        assert shop.get_user(1).value == user

        placement = Placement(product_id=first.value.id, x=0.0, y=0.0, width=0.5, height=0.5)
        draft = CollageDraft(author_id=1, title="Blau", placements=(placement,))
        made = shop.using(key=kind.__name__).add_to_collages(draft)
        number = made.value.id
        assert made.status == 201
        assert shop.using(key=kind.__name__).add_to_collages(draft).value == made.value  # it was made once
        assert shop.get_write(key=kind.__name__).value.collage.id == number
        assert shop.get_collages()[0] == made.value == shop.get_user_collages(1)[0]
        put = shop.put_collage(number, draft, if_match=made.etag)
        with pytest.raises(StaleRevision):
            shop.put_collage(number, draft, if_match=made.etag)
        patched = shop.patch_collage(number, CollagePatch(title="Rot"), if_match=put.etag)
        assert (patched.value.title, patched.value.placements) == ("Rot", made.value.placements)
        assert shop.get_collage(number).etag == patched.etag

        comment = shop.add_to_collage_comments(number, CommentDraft(author_id=1, text="Ja")).value
        assert shop.get_collage_comments(number) == [comment] == shop.get_comments(collage_id=number)
        assert shop.get_comment(comment.id).value == comment
        assert shop.delete_comment(comment.id).value is None
        with pytest.raises(NotFound):
            shop.get_comment(comment.id)

        assert [shop.put_like(number, 1).status for _ in range(2)] == [201, 204]
        assert shop.get_likes(number).value.count == 1
        assert shop.delete_like(number, 1).headers["ogrom-changed"] == "?1"
        a_screen_comes_in_one_round_trip(shop, number)
        assert shop.delete_collage(number, if_match=patched.etag).status == 204
        described = shop.follow("/v1/openapi.json", dict).value["paths"].values()
        offered = {
            each["operationId"] for item in described for each in item.values() if "operationId" in each
        }
        assert shop.called - {"follow", "batch"} == offered == {*operations.__all__}


def a_screen_comes_in_one_round_trip(shop: Any, number: int) -> None:
    """A collage with what belongs to it, a write that uses it, and what each kind of mistake leads to."""
    collage = request("collage", operations.get_collage(number))
    products = request("products", operations.get_products(ids=reference("collage#/placements/*/product_id")))
    author = request("author", operations.get_users(ids=reference("collage#/author_id")))
    text = CommentDraft(author_id=reference("collage#/author_id"), text=reference("collage#/title"))
    said = request("said", operations.add_to_collage_comments(number, text))
    comments = request("comments", reference("collage#/links/comments"), PageViewOfCommentView)
    missing = request("missing", operations.get_collage(2**40))
    nothing = request("nothing", operations.get_user(reference("missing#/author_id")))
    nowhere = request("nowhere", operations.get_user(reference("collage#/colour")))
    index = request("index", operations.get_index())
    inner = request("inner", operations.add_to_batch(Batch(requests=(BatchedRequest(id="a", path="/"),))))
    requests = (collage, products, author, said, comments, missing, nothing, nowhere, index, inner)
    first, again = shop.batch(*requests), shop.batch(*requests)
    screen = first[collage].value
    assert [each.id for each in first[products].value.items] == [screen.placements[0].product_id]
    assert [each.id for each in first[author].value.items] == [screen.author_id]
    assert first[said].value.text == screen.title
    assert first[said].value == again[said].value  # it was made once
    assert first[comments].value.items[0] == first[said].value == shop.get_comments(collage_id=number)[0]
    assert first[index].value.locale == "de-DE"
    assert {id: type(error) for id, error in first.errors.items()} == {
        "missing": NotFound,
        "nothing": FailedDependency,
        "nowhere": UnusableReference,
        "inner": BatchInBatch,
    }
    with pytest.raises(FailedDependency) as caught:
        first[nothing]
    assert shop.follow(caught.value.page, dict).value["how_to_fix_it"]
    alone = Batch(requests=(BatchedRequest(id="a", path=f"/collages/{number}"),))
    assert shop.add_to_batch(alone).value.responses["a"].headers["ETag"] == first[collage].etag


def test_the_client_knows_how_many_requests_a_batch_may_have() -> None:
    """It refuses more by itself."""
    assert MAX_REQUESTS == service.MAX_REQUESTS


def test_a_refusal_of_the_service_is_an_error_of_its_type(
    url: str, authorization: Callable[..., dict[str, str]]
) -> None:
    """Its page is there, and says how to fix it."""
    tokens = [
        each["Authorization"].removeprefix("Bearer ")
        for each in (authorization(2, "collages:write"), authorization())
    ]
    with (
        Client(url, "de-DE", timeout=60.0) as nobody,
        Client(url, "de-DE", token=lambda: tokens[0], timeout=60.0) as shop,
        Client(url, "de-DE", token=lambda: tokens[1], timeout=60.0) as moderator,
    ):
        with pytest.raises(InvalidQuery) as caught:
            nobody.get_products(limit=0).first()
        page = nobody.follow(caught.value.page, dict).value
        assert page["type"] == "/problems/invalid-query"
        assert page["how_to_fix_it"]
        with pytest.raises(UnknownMarket) as unknown:
            nobody.using(locale="xx-XX").get_product(1)
        assert "de-DE" in (unknown.value.problem.locales or ())
        with pytest.raises(MissingToken):
            nobody.delete_like(1, 1)
        with pytest.raises(Forbidden):
            shop.delete_like(1, 1)
        collage = next(each for each in nobody.get_collages() if each.author_id != 2)
        with pytest.raises(NotOwner):
            shop.delete_collage(collage.id, if_match="*")
        with pytest.raises(IfMatchRequired):
            moderator.send(Operation("DELETE", collage.links.self_, None, is_signed=True))


def test_a_users_program_has_types(program: Callable[[str], Path], tmp_path: Path) -> None:
    """mypy --strict takes what is right, and finds each mistake."""
    (tmp_path / "right.py").write_text(PROGRAM)
    (tmp_path / "wrong.py").write_text(WRONG)
    options = ("--strict", "--no-incremental", f"--python-executable={sys.executable}")
    checked = subprocess.run(
        [program("mypy"), *options, "right.py", "wrong.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    found = [each.split(":")[:2] for each in checked.stdout.splitlines() if ": error:" in each]
    lines = {5, 6, 7, 8, 9, 11, 12}
    assert {(name, int(line)) for name, line in found} == {("wrong.py", each) for each in lines}, (
        checked.stdout
    )
