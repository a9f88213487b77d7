"""Which releases are pinned, and what the lock then holds; by Poetry, from indexes on this machine."""

import socket
import threading
import urllib.request
from collections.abc import Sequence
from typing import Any

import pytest

from ogrom_tools import index
from ogrom_tools.command import Failed
from ogrom_tools.pins.lockfile import Lockfile, lint
from ogrom_tools.pins.pinning import Pinning, restoring, served
from ogrom_tools.pins.pyproject import read, source
from ogrom_tools.projects import discover
from ogrom_tools.wheelhouse import Wheelhouse

pytestmark = pytest.mark.slow

Shop = Any
PublicIndex = Any


def pin(shop: Shop, *arguments: str) -> None:
    """Write what `./dev pin ARGUMENTS` does, or `./dev pin --all` without any."""
    pinning = shop.pinning
    with served(pinning.workspace, pinning.service, pinning.ledger):
        pinning.write(pinning.wanted(arguments) if arguments else pinning.newest())


def versions(shop: Shop) -> dict[str, str]:
    return {name: str(version) for name, version in read(shop.pinning.service).items()}


def require(shop: Shop, core: str, protocols: str) -> None:
    """Have pins by hand."""
    text = shop.pyproject.read_text()
    for name, version in (("core", core), ("protocols", protocols)):
        text = text.replace(f"ogrom-{name}>=1", f"ogrom-{name}=={version}")
    shop.pyproject.write_text(text)


def test_all_are_pinned_from_our_index_whatever_the_public_one_offers(
    shop: Shop, public: PublicIndex
) -> None:
    """Nobody even asks it for our names, though it has higher versions."""
    pin(shop)
    assert versions(shop) == {"core": "2.0.0", "protocols": "2.0.0"}
    lock = Lockfile.read(shop.service)
    assert {each.name: each.source["reference"] for each in lock.ours} == {
        "ogrom-core": "ogrom",
        "ogrom-protocols": "ogrom",
    }
    assert lint(discover(shop.root), shop.ledger) == ()
    assert "little" in public.asked
    assert not [name for name in public.asked if name.startswith("ogrom-")]


def test_a_name_without_its_source_is_taken_from_the_public_index_and_refused(
    shop: Shop, public: PublicIndex
) -> None:
    """Whoever takes our name there gets no further than into a lock that is not written."""
    require(shop, "1.1.0", "1.0.0")
    text = shop.pyproject.read_text()
    shop.pyproject.write_text(text.replace('ogrom-core = { source = "ogrom" }\n', ""))
    pinning = shop.pinning
    with (
        served(pinning.workspace, pinning.service, pinning.ledger),
        pytest.raises(Failed, match=r"takes ogrom-core from the public index"),
        restoring(pinning.files),
    ):
        pinning.write()
    assert "ogrom-core" in public.asked
    assert not (shop.service / "poetry.lock").exists()


def test_one_pin_moves_and_nothing_else(shop: Shop, public: PublicIndex) -> None:
    """One line of the pyproject.toml; and no other package's version, though there is a newer one."""
    require(shop, "1.0.0", "1.0.0")
    pin(shop, "core", "1.0.0")
    public.offer("little", "1.5.0")
    before = shop.pyproject.read_text().splitlines()
    pin(shop, "core", "1.1.0")
    after = shop.pyproject.read_text().splitlines()
    assert [line for line in after if line not in before] == ['    "ogrom-core==1.1.0",']
    assert len(before) == len(after)
    assert Lockfile.read(shop.service).versions == {"little": {"1.0.0"}}


def test_what_is_locked_is_what_all_tests_run_on(shop: Shop, public: PublicIndex) -> None:
    """Where it fits: versions are decided in one place, tools/requirements/test.txt."""
    for version in ("1.0.0", "1.2.0", "1.5.0"):
        public.offer("little", version)
    with (shop.root / "tools" / "requirements" / "test.txt").open("a") as file:
        file.write("little==1.2.0 \\\n    --hash=sha256:00\n")
    pin(shop)
    assert Lockfile.read(shop.service).versions == {"little": {"1.2.0"}}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["core", "1.1.0"], "core 1.1.0 is yanked: it loses orders; the last good one is 2.0.0"),
        (["core", "1.7.0"], "core 1.7.0 was never released; .*: 1.0.0, 1.1.0, 2.0.0"),
        (["cor"], "'cor' was never released as a wheel; there are wheels of core, protocols"),
        (["core"], r"(?s)protocols 1.0.0 does not fit.*together: ./dev pin core 2.0.0 protocols 2.0.0"),
        (["protocols"], r"(?s)core 1.0.0 requires .*<2,>=1.*together: ./dev pin protocols 2.0.0 core 2.0.0"),
        (["1.1.0"], "Put a project before the version 1.1.0"),
        (["core", "1.1.0", "2.0.0"], "Put a project before the version 2.0.0"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_pinned_is_refused_with_the_reason(
    shop: Shop, arguments: Sequence[str], told: str
) -> None:
    """Before anything is changed."""
    require(shop, "1.0.0", "1.0.0")
    shop.yank("core", "1.1.0")
    with pytest.raises(Failed, match=told):
        shop.pinning.wanted(arguments)


def test_where_nothing_fits_it_says_so(shop: Shop) -> None:
    """It names no way out where there is none."""
    require(shop, "1.0.0", "1.0.0")
    shop.yank("core", "2.0.0")
    with pytest.raises(Failed, match="No other releases fit them either"):
        shop.pinning.wanted(["protocols"])


def test_ranges_must_become_pins_all_together(shop: Shop) -> None:
    """One alone would leave the others to chance."""
    with pytest.raises(Failed, match=r"does not pin core, protocols yet; .*--all"):
        shop.pinning.wanted(["core"])


def test_all_takes_the_newest_that_fit_together(shop: Shop) -> None:
    """A yanked one is passed over; and what needs it stays where it is."""
    shop.yank("protocols", "2.0.0")
    pin(shop)
    assert versions(shop) == {"core": "1.1.0", "protocols": "1.0.0"}


def test_a_release_that_nobody_knew_of_comes_from_our_index_too(shop: Shop, public: PublicIndex) -> None:
    """A library that another one begins to need is pinned with it, and has its source."""
    public.offer("ogrom-new", "99")
    shop.add_release("libs/new", "1.0.0")
    shop.add_release("libs/core", "2.1.0", "ogrom-protocols>=2,<3", "ogrom-new>=1")
    pin(shop)
    assert versions(shop) == {"core": "2.1.0", "protocols": "2.0.0", "new": "1.0.0"}
    assert lint(discover(shop.root), shop.ledger) == ()
    assert "ogrom-new" not in public.asked


def test_the_changelog_is_told_between_the_two_versions(shop: Shop) -> None:
    """From after the pinned one to the wanted one."""
    require(shop, "1.0.0", "1.0.0")
    (text,) = shop.pinning.changes({"core": shop.ledger.find("core", "1.1.0")})
    assert "1.0.0 -> 1.1.0" in text
    assert "What 1.1.0 has." in text
    assert "What 1.0.0 has." not in text


def test_what_fails_leaves_the_files_as_they_were(shop: Shop) -> None:
    """Also where there was no lock yet."""
    before = shop.pyproject.read_bytes()

    def fail() -> None:
        with restoring(shop.pinning.files):
            pin(shop)
            raise Failed("the tests fail")

    with pytest.raises(Failed, match="the tests fail"):
        fail()
    assert shop.pyproject.read_bytes() == before
    assert not (shop.service / "poetry.lock").exists()


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
        pytest.raises(Failed, match=r"does not know them yet\. Stop it"),
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
