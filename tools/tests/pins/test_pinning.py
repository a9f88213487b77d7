from typing import Any

import pytest
from packaging.version import Version

from ogrom_tools.command import Failed
from ogrom_tools.pins.lint import lint
from ogrom_tools.pins.lockfile import Lockfile
from ogrom_tools.pins.pyproject import read
from ogrom_tools.pins.serving import served
from ogrom_tools.projects import discover

pytestmark = pytest.mark.slow
Shop = Any
PublicIndex = Any


def pin(shop: Shop, *arguments: str) -> None:
    """Write what `./dev pin ARGUMENTS` does, or `./dev pin --all` without any."""
    pinning = shop.pinning
    with served(pinning.workspace, pinning.service, pinning.ledger):
        pinning.write(pinning.wanted(arguments) if arguments else pinning.newest())


def test_all_are_pinned_from_our_index_whatever_the_public_one_offers(shop: Shop, public: PublicIndex) -> None:
    """Nobody even asks it for our names, though it has higher versions."""
    pin(shop)
    assert read(shop.pinning.service) == {"core": Version("2.0.0"), "protocols": Version("2.0.0")}
    assert {each.source["reference"] for each in Lockfile.read(shop.service).ours} == {"ogrom"}
    assert lint(discover(shop.root), shop.ledger) == ()
    assert "little" in public.asked
    assert not [name for name in public.asked if name.startswith("ogrom-")]
