"""/: the home document."""

import re

from flask.testing import FlaskClient


def test_the_home_links_to_every_list(client: FlaskClient) -> None:
    """What can be followed at once is a link; what needs a value first is a URI template."""
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
            "products": "/gb/products{?category_id,brand,collage_id,ids,limit,cursor}",
            "product": "/gb/products/{product_id}",
            "category": "/gb/categories/{category_id}",
            "collages": "/gb/collages{?ids,limit,cursor}",
            "collage": "/gb/collages/{collage_id}",
            "collage_comments": "/gb/collages/{collage_id}/comments{?limit,cursor}",
            "comments": "/gb/comments{?collage_id,limit,cursor}",
            "comment": "/gb/comments/{comment_id}",
            "likes": "/gb/collages/{collage_id}/likes",
            "like": "/gb/collages/{collage_id}/likes/{user_id}",
            "users": "/gb/users{?ids}",
            "user": "/gb/users/{user_id}",
            "user_collages": "/gb/users/{user_id}/collages{?limit,cursor}",
            "search": "/gb/search{?q,limit,cursor}",
            "write": "/gb/writes{?key}",
        },
    }


def test_every_variable_of_a_template_is_a_parameter(client: FlaskClient) -> None:
    """No template promises what its endpoint does not read."""
    in_path = {"product_id": "1", "category_id": "2", "collage_id": "15", "comment_id": "25", "user_id": "1"}
    in_query = {"category_id": "2", "brand": "x", "collage_id": "15", "limit": "3", "q": "dress", "key": "k"}
    for name, template in client.get("/gb/").get_json()["templates"].items():
        path, _, names = template.partition("{?")
        path = re.sub(r"{(\w+)}", lambda match: in_path[match[1]], path)
        known = names.rstrip("}").split(",") if names else []
        query = {each: in_query[each] for each in known if each in in_query} or {"ids": "1"} if known else {}
        method = "PUT" if name == "like" else "GET"
        expected = (404,) if name == "write" else (200, 204)  # nothing was written with that key
        assert client.open(path, method=method, query_string=query).status_code in expected, name
        for each in set(known) - set(query):
            refused = client.get(path, query_string={**query, each: "!"})
            assert refused.status_code == 400, name
            assert "Unknown" not in refused.text, name
