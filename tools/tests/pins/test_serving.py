"""Our index is where the locks say that it is."""

import socket
import threading
import urllib.request
from typing import Any

import pytest

from ogrom_tools import index
from ogrom_tools.command import Failed
from ogrom_tools.pins.pinning import Pinning
from ogrom_tools.pins.pyproject import source
from ogrom_tools.pins.serving import served
from ogrom_tools.wheelhouse import Wheelhouse

pytestmark = pytest.mark.slow
Shop = Any


def serve(pinning: Pinning) -> Any:
    return served(pinning.workspace, pinning.service, pinning.ledger)


def url(pinning: Pinning) -> str:
    return source(pinning.service)["url"]


def port(pinning: Pinning) -> int:
    return int(url(pinning).split(":")[2].partition("/")[0])


def test_it_is_served_as_long_as_it_is_asked(shop: Shop) -> None:
    """And the port is free afterwards."""
    pinning = shop.pinning
    with serve(pinning), urllib.request.urlopen(url(pinning)) as answer:
        assert b"ogrom-core" in answer.read()
    with socket.create_server(("127.0.0.1", port(pinning))):
        pass


def test_our_own_index_that_is_served_there_already_will_do(shop: Shop) -> None:
    """Somebody has `./dev index` running, and keeps it."""
    pinning = shop.pinning
    store = index.local(pinning.workspace, Wheelhouse(pinning.workspace), pinning.ledger)
    with index.serving(store, port(pinning)):
        with serve(pinning):
            pass
        assert urllib.request.urlopen(url(pinning)).status == 200


def test_another_checkouts_index_will_not(shop: Shop) -> None:
    """It has other releases."""
    pinning = shop.pinning
    other = index.made(shop.root.parent / "other", {})
    with (
        index.serving(other, port(pinning)),
        pytest.raises(Failed, match="does not know them yet; stop it"),
        serve(pinning),
    ):
        pass


def test_nor_will_a_program_that_speaks_no_http(shop: Shop) -> None:
    """The port and what to do are told."""
    pinning = shop.pinning
    with socket.create_server(("127.0.0.1", port(pinning))) as listener:
        rude = threading.Thread(target=_hang_up, args=[listener])
        rude.start()
        with pytest.raises(Failed, match=rf"Port {port(pinning)} of 127.0.0.1 is taken"), serve(pinning):
            pass
        rude.join()


def test_a_service_that_does_not_say_where_it_is_cannot_be_locked(shop: Shop) -> None:
    """It needs an address with a port."""
    text = shop.pyproject.read_text()
    shop.pyproject.write_text(text.partition("[[tool.poetry.source]]")[0])
    with pytest.raises(Failed, match="does not say where the index 'ogrom' is"), serve(shop.pinning):
        pass


def _hang_up(listener: socket.socket) -> None:
    listener.accept()[0].close()
