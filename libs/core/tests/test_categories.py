"""/categories: the whole category tree."""

from flask.testing import FlaskClient


def test_the_tree_has_parents_before_their_children(client: FlaskClient) -> None:
    """So that one pass builds it."""
    tree = client.get("/de/categories").get_json()
    seen = {None}
    for category in tree["items"]:
        assert category["parent_id"] in seen
        seen.add(category["id"])
    assert [category["name"] for category in tree["items"]] == ["Kleidung", "Kleider", "Schuhe", "Dirndl"]


def test_the_tree_has_the_form_of_every_list(client: FlaskClient) -> None:
    """It is one page, after which nothing comes; its items are as each is alone."""
    tree = client.get("/gb/categories").get_json()
    assert tree["next"] is None
    assert tree["links"] == {"self": "/gb/categories"}
    for category in tree["items"]:
        assert client.get(category["links"]["self"]).get_json() == category


def test_each_category_links_to_its_products(client: FlaskClient) -> None:
    """The root too, which has one product of its own and all of those below it."""
    tree = client.get("/de/categories").get_json()["items"]
    found = [client.get(each["links"]["products"]).get_json()["items"] for each in tree]
    assert [[product["id"] for product in products] for products in found] == [
        [1, 2, 3, 5, 6, 7],
        [1, 2, 3],
        [6, 7],
        [3],
    ]
