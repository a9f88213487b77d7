"""What is deployed of the shop that pins releases."""

from pathlib import Path
from typing import Any

import pytest

from ogrom_tools.image.deployable import Deployable
from ogrom_tools.projects import discover
from ogrom_tools.wheelhouse import Wheel

pytestmark = pytest.mark.slow
Shop = Any


def deployable(shop: Shop, revision: str | None = None) -> Deployable:
    return Deployable.of(discover(shop.root), revision)


def test_its_parts_are_all_that_is_locked_by_hash(pinned: Shop, tmp_path: Path) -> None:
    """Our wheels are those of the ledger, and the service's own comes last; the same bytes each time."""
    parts = deployable(pinned).assemble(tmp_path / "one")
    found = {name: Wheel.read(path).sha256 for name, path in parts.wheels.items()}
    again = deployable(pinned).assemble(tmp_path / "two")
    assert [pin.name for pin in parts.pins] == ["little", "ogrom-core", "ogrom-protocols", "ogrom-api-run"]
    assert all(pin.is_hashed for pin in parts.pins)
    for name in ("core", "protocols"):
        assert found[f"ogrom-{name}"] == pinned.ledger.find(name, "1.0.0").sha256
    assert parts.pins == again.pins
    assert found["ogrom-api-run"] in parts.pins[-1].text
