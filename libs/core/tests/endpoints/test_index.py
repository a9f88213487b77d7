"""/: the home document."""

from flask.testing import FlaskClient


def test_the_home_links_to_every_list(client: FlaskClient) -> None:
    """What can be followed at once is a link, what wants a value first is a URI template."""
    assert client.get("/gb/").get_json() == {
        "locale": "en-GB",
        "links": {
            "self": "/gb/",
            "products": "/gb/products",
            "categories": "/gb/categories",
            "collages": "/gb/collages",
            "comments": "/gb/comments",
        },
        "templates": {
            "products": "/gb/products{?category_id,brand,collage_id,ids,limit}",
            "comments": "/gb/comments{?collage_id,limit}",
            "search": "/gb/search{?q,limit}",
        },
    }


def test_every_variable_of_a_template_is_a_parameter(client: FlaskClient) -> None:
    """No template promises what its endpoint does not read."""
    values = {"category_id": "2", "brand": "x", "collage_id": "15", "ids": "", "limit": "3", "q": "dress"}
    for template in client.get("/gb/").get_json()["templates"].values():
        path, _, names = template.rstrip("}").partition("{?")
        query = "&".join(f"{name}={values[name]}" for name in names.split(",") if values[name])
        assert client.get(f"{path}?{query}").status_code == 200
