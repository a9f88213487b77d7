"""The demo's pictures: every one there is, whole, and referring to nothing outside itself."""

import re
from xml.etree import ElementTree as ET

import pytest

from ogrom.catalogue.demo import catalogue, picture
from ogrom.catalogue.demo.garments import COLOURS, GARMENTS, PATTERNS
from ogrom.catalogue.demo.pictures import SILHOUETTES

SVG = "{http://www.w3.org/2000/svg}"
SLUGS = sorted(
    {
        f"{garment.silhouette}-{colour}{suffix}"
        for garment in GARMENTS
        for colour in garment.colours
        for suffix in ("", *(f"-{pattern}" for pattern in garment.patterns))
    }
)


def drawn(slug: str) -> str:
    svg = picture(slug)
    assert svg is not None, slug
    return svg


def test_all_pictures_are_well_formed() -> None:
    """Each garment in each of its colours and patterns is a square SVG document."""
    for slug in SLUGS:
        root = ET.fromstring(drawn(slug))
        assert root.tag == f"{SVG}svg"
        assert root.get("viewBox") == "0 0 200 200"


@pytest.mark.parametrize("slug", [*SLUGS[::40], "user-1", "user-77"])
def test_pictures_stand_alone(slug: str) -> None:
    """No script, no style sheet, no address: a reference points into its own document, to what is there."""
    svg = drawn(slug)
    root = ET.fromstring(svg)
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names <= {"svg", "defs", "pattern", "g", "path", "circle", "rect", "use"}
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    references = re.findall(r'(?:href="|url\()([^")]*)', svg)
    assert {reference.removeprefix("#") for reference in references} <= ids
    assert all(reference.startswith("#") for reference in references)
    assert not re.search(r"\son\w+=|javascript:", svg)
    assert re.findall(r"https?:[^\"]*", svg) == ["http://www.w3.org/2000/svg"]


def test_records_point_to_pictures() -> None:
    """The image of every product and the avatar of every user can be drawn."""
    for batch in catalogue(products=2000):
        urls = (
            *(product.image_url for product in batch.products),
            *(user.avatar_url for user in batch.users),
        )
        for url in urls:
            found = re.fullmatch(r"/demo/images/([a-z0-9-]+)\.svg", url)
            assert found
            assert drawn(found[1])


def test_every_garment_has_a_drawing() -> None:
    """No silhouette is missing and none is drawn for nothing."""
    assert {garment.silhouette for garment in GARMENTS} == SILHOUETTES


def test_pictures_differ() -> None:
    """Colour, pattern and number of a user all show."""
    slugs = ("dress-red", "dress-navy", "dress-red-striped", "skirt-red", "user-1", "user-2")
    assert len({drawn(slug) for slug in slugs}) == len(slugs)


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "dress",
        "dress-",
        "dress-puce",
        "dress-red-",
        "dress-red-plaid",
        "dress-red-striped-x",
        "unicorn-red",
        "user-",
        "user-0",
        "user-07",
        "user-x",
        "user-٣",
        "user-1\n",
        "user-" + "9" * 20,
        "../dress-red",
    ],
)
def test_unknown_slugs(slug: str) -> None:
    """A slug that no product bears has no picture."""
    assert picture(slug) is None


def test_slug_parts_hold_no_dash() -> None:
    """What a slug is made of holds no dash, so that it can be taken apart again."""
    assert not [part for part in (*SILHOUETTES, *COLOURS, *PATTERNS) if "-" in part]
