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

from ogrom.client import CONTRACT, AsyncClient, AsyncPages, Client, Operation, Pages, operations
from ogrom.client.errors import Forbidden, NotFound
from ogrom.client.models import CollageDraft, CollagePatch, CommentDraft, Placement
from ogrom.client.problems import (
    IfMatchRequired,
    InvalidQuery,
    MissingToken,
    NotOwner,
    StaleRevision,
    UnknownMarket,
)

pytestmark = pytest.mark.slow

PROGRAM = """
import asyncio
from datetime import datetime

from ogrom.client import Answer, AsyncClient, Client, Pages
from ogrom.client.errors import ClientError, Refused, Unconfirmed
from ogrom.client.models import CommentDraft, CommentView, ProductView
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
    return f"{when} {titles} {made.value.text}"


async def later(shop: AsyncClient) -> str | None:
    async for each in shop.get_products():
        return each.title
    return (await shop.get_user(1)).value.name


with Client("https://shop.example/", "de-DE", token=renewed, timeout=2) as client:
    main(client)
asyncio.run(later(AsyncClient("https://shop.example/", "de-DE")))
"""

WRONG = """
from ogrom.client import Client

with Client("https://shop.example/", "de-DE") as shop:
    shop.get_product("7")
    shop.get_products(colour="red")
    shop.get_product(7).value.colour
    shop.delete_collage(7)
    shop.using(colour="red")
"""


class Recorder:
    """Calls a client's methods, and notes which; what is to be awaited is awaited, and of a list comes all."""

    def __init__(self, client: Client | AsyncClient, runner: asyncio.Runner) -> None:
        self.called: set[str] = set()
        self._client = client
        self._runner = runner

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
        made = shop.add_to_collages(draft)
        number = made.value.id
        assert made.status == 201
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
        assert shop.delete_collage(number, if_match=patched.etag).status == 204
        assert shop.called == {*operations.__all__}


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
    checked = [
        subprocess.run(
            [program("mypy"), "--strict", "--no-incremental", f"--python-executable={sys.executable}", name],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        for name in ("right.py", "wrong.py")
    ]
    assert checked[0].returncode == 0, checked[0].stdout
    lines = {int(each.split(":")[1]) for each in checked[1].stdout.splitlines() if ": error:" in each}
    assert lines == {5, 6, 7, 8, 9}, checked[1].stdout


def test_the_client_is_made_from_a_contract_that_the_service_had() -> None:
    """Its version stands in contracts/."""
    assert (Path(__file__).parents[3] / "contracts" / f"{CONTRACT}.json").exists()
