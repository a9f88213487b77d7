"""/collages: reading the list and making a new one."""

from flask.testing import FlaskClient

from ogrom.core import Sources
from ogrom.protocols.context import Context

DRAFT = {
    "author_id": 2,
    "title": "Neu",
    "placements": [
        {"product_id": 1, "x": 0.5, "y": 0.25, "width": 0.25, "height": 0.5, "rotation": 12.5, "z": 3}
    ],
}


def test_a_new_collage_is_shown_with_its_url(client: FlaskClient) -> None:
    """The 201 has the representation that a GET of Location gives."""
    made = client.post("/de/collages", json=DRAFT)
    assert made.status_code == 201
    assert made.headers["Location"] == made.headers["Content-Location"] == made.get_json()["links"]["self"]
    assert client.get(made.headers["Location"]).get_json() == made.get_json()
    assert {name: made.get_json()[name] for name in DRAFT} == DRAFT


def test_a_new_collage_can_be_changed_at_once(client: FlaskClient) -> None:
    """By the ETag of the 201, which is that of a GET."""
    made = client.post("/de/collages", json=DRAFT)
    place, tag = made.headers["Location"], made.headers["ETag"]
    assert client.get(place).headers["ETag"] == tag
    assert client.patch(place, json={"title": "Neuer"}, headers={"If-Match": tag}).status_code == 200


def test_a_new_collage_is_the_first_of_the_list(client: FlaskClient) -> None:
    """Of its own market, and of no other."""
    made = client.post("/de/collages", json=DRAFT).get_json()
    assert client.get("/de/collages?limit=1").get_json()["items"] == [made]
    assert made["id"] not in [item["id"] for item in client.get("/gb/collages").get_json()["items"]]


def test_the_source_gets_the_context_of_the_call(client: FlaskClient, sources: Sources) -> None:
    """A collage that was made in a market is of that market."""
    made = client.post("/gb/collages", json=DRAFT).get_json()
    collage = sources.collages.collage_by_id(Context(locale="en-GB"), made["id"])
    assert collage is not None
    assert collage.locale == "en-GB"


def test_collages_by_ids_come_in_the_order_of_the_request(client: FlaskClient) -> None:
    """Once each, without those of other markets, and whatever the limit."""
    response = client.get("/de/collages?ids=14,15,11,14,999&limit=1").get_json()
    assert response["items"] == [client.get(f"/de/collages/{id}").get_json() for id in (14, 11)]
    assert response["next"] is None


def test_ids_stand_alone(client: FlaskClient) -> None:
    """A cursor beside them is refused, not passed over."""
    response = client.get("/de/collages?ids=11&cursor=y")
    assert response.status_code == 400
    assert response.get_json()["errors"] == [
        {"parameter": "cursor", "detail": "cursor cannot be combined with ids"}
    ]
