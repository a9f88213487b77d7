import json
from pathlib import Path

from bench.mixed.kinds import SHARES, kinds


def test_kinds_ask_for_what_is_there(tmp_path: Path) -> None:
    """Products of the catalogue, and words of their titles; as a balancer sends it."""
    path = tmp_path / "catalogue.json"
    products = {"7": {"title": "Rote Mütze"}, "9": {"title": "Rote Jacke"}}
    path.write_text(json.dumps({"products": products, "collages": {}, "last_modified": {}}))
    found = kinds(path)
    assert found["by id"].paths == ("/v1/de-DE/products/7", "/v1/de-DE/products/9")
    words = [each.partition("q=")[2] for each in found["search"].paths]
    assert words == ["Jacke", "M%C3%BCtze", "Rote"]
    assert all("X-Forwarded-For" in each.fields for each in found.values())


def test_shares_are_of_all_requests() -> None:
    """Four fifths by id."""
    assert sum(SHARES.values()) == 1
    assert SHARES["by id"] == 0.8
