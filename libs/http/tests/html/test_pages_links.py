"""What a value only names by its id is a link on its page."""

from dataclasses import dataclass
from typing import Any

from ogrom.http import Exchange, PathParameter, Resource
from ogrom.http.exchange import LinkBuilder
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.routing import link_builder
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]


@dataclass(frozen=True)
class Ids(Resource[object]):
    product_id = PathParameter()
    number = PathParameter()


def test_an_id_of_what_the_resource_links_to_is_a_link(read: Any) -> None:
    """In the page alone; an id of anything else, or one that is no number, stays what it is."""

    @dataclass(frozen=True)
    class Linking(Resource[object]):
        shown: object
        renderers = BROWSABLE_RENDERERS
        links_to = ("product", "page")

        def handle_ok(self, x: X) -> object:
            return self.shown

    def builder(path: str) -> LinkBuilder:
        return link_builder("/v1", path, Ids())

    links = {"product": builder("/products/{product_id}"), "page": builder("/pages/{number}")}
    placed = {"product_id": 7, "x": 0.5}
    value = {"placements": [placed], "product_id": "7", "page_id": 1, "user_id": 2}
    response = call(Linking(value), headers={"Accept": "text/html"}, links=links).response
    reader = read(response.content)
    assert [path for path in reader.all("a", "href") if "/v1/" in path] == ["/v1/products/7"]
    assert '"links"' not in response.content.decode()
