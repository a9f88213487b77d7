"""Two releases behind one cache: the second shows the same states otherwise, and neither is taken for the other.

The cache is Varnish. A request says in `X-Release` which release is behind the cache while it is answered. `EXPIRE`
ends the time for which a copy is fresh, as if its max-age had passed, and `FORGET` removes it.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from importlib.util import find_spec
from pathlib import Path
from socket import create_connection
from typing import Any

import pytest

from ogrom.sources.testing import find_program, reserved_port, wait_until

pytestmark = pytest.mark.slow

MARKET = "/v1/de-DE"
PRODUCT = f"{MARKET}/products/1"
COLLAGES = f"{MARKET}/collages?limit=1"
PATHS = (PRODUCT, f"{MARKET}/products?limit=2", COLLAGES)
JSON = "application/json"

VCL = """
vcl 4.1;
import purge;
backend old_release { .host = "127.0.0.1"; .port = "%s"; }
backend new_release { .host = "127.0.0.1"; .port = "%s"; }
sub vcl_recv {
    set req.backend_hint = old_release;
    if (req.http.X-Release == "new") { set req.backend_hint = new_release; }
    if (req.method ~ "^(EXPIRE|FORGET)$") { return (hash); }
}
sub told {
    if (req.method == "EXPIRE") {
        purge.soft(0s, 0s, 1h);
        return (synth(204));
    }
    if (req.method == "FORGET") {
        purge.hard();
        return (synth(204));
    }
}
sub vcl_hit { call told; }
sub vcl_miss { call told; }
sub vcl_backend_response {
    set beresp.grace = 0s;
    set beresp.keep = 1h;
}
sub vcl_deliver { set resp.http.X-Hits = obj.hits; }
"""

Plants = Mapping[str, tuple[tuple[str, str], ...]]
"""Changes of modules, each a text and another in its place."""

NEW: Plants = {
    "ogrom.core.products": (
        ("    brand: str\n    category_id", "    brand_name: str\n    category_id"),
        (
            "brand=product.brand,\n            category_id",
            "brand_name=product.brand,\n            category_id",
        ),
    ),
    "ogrom.core.collages": (
        ("    created_at: Timestamp\n", "    made_at: Timestamp\n"),
        ("created_at=collage.created_at", "made_at=collage.created_at"),
    ),
}
"""What the second release calls otherwise."""
OLD_NAMES = (b'"brand":', b'"created_at":')
NEW_NAMES = (b'"brand_name":', b'"made_at":')

WITHOUT_FINGERPRINT: Plants = {
    "ogrom.http.routing": (("fingerprint=self.fingerprints[name]", 'fingerprint=""'),)
}
WITH_DATES: Plants = {"ogrom.http.definition": ((" and not has_etag(resource)", ""),)}


def planted(folder: Path, plants: Plants) -> str:
    """A PYTHONPATH on which the packages of these modules are found with the changes."""
    for module, changes in plants.items():
        package, _, name = module.rpartition(".")
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        copy = folder.joinpath(*package.split("."))
        if not copy.exists():
            shutil.copytree(Path(spec.origin).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
        text = (copy / f"{name}.py").read_text()
        for before, after in changes:
            assert text.count(before) == 1, (module, before)
            text = text.replace(before, after)
        (copy / f"{name}.py").write_text(text)
    return str(folder)


@contextmanager
def varnish(folder: Path, old: int, new: int) -> Iterator[int]:
    """The port of a Varnish in front of two services."""
    program = find_program("varnishd")
    assert program, "varnish is not installed; ./dev test installs it"
    folder.mkdir()
    (folder / "releases.vcl").write_text(VCL % (old, new))
    with reserved_port() as port, (folder / "said").open("w") as said:
        place = ("-F", "-j", "none", "-n", folder / "state", "-f", folder / "releases.vcl")
        options = ("-a", f"127.0.0.1:{port}", "-s", "malloc,16m", "-T", "none")
        process = subprocess.Popen((program, *place, *options), stdout=said, stderr=said)
        try:
            wait_until(lambda: process.poll() is not None or _listens(port), 60.0)
            assert process.poll() is None, (folder / "said").read_text()
            yield port
        finally:
            process.terminate()
            process.wait()


def _listens(port: int) -> bool:
    try:
        create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class World:
    """Both releases by name, each for those who ask it directly, and the cache in front of them."""

    releases: Mapping[str, Any]
    cache: Any

    def through(
        self, release: str, path: str, body: object = None, /, method: str = "GET", **fields: str
    ) -> Any:
        """What the cache answers while this release is behind it."""
        content = None if body is None else json.dumps(body).encode()
        return self.cache.request(method, path, content, X_Release=release, **fields)

    def expire(self, path: str) -> None:
        """End the time for which the cache takes its copy for fresh."""
        assert self.cache.request("EXPIRE", path).status == 204

    def forget(self, path: str) -> None:
        """Leave nothing of it in the cache."""
        assert self.cache.request("FORGET", path).status == 204


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest,
    start: Callable[..., Any],
    environ: dict[str, str],
    original: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """With the plants that a test names in both releases, and those of `NEW` in the second."""
    folder = tmp_path_factory.mktemp("releases")
    url = f"sqlite:///{shutil.copy(original, folder / 'shared.sqlite3')}"
    both: Plants = request.param
    with ExitStack() as parts:
        releases = {}
        for name, plants in {"old": both, "new": {**both, **NEW}}.items():
            path = f"{planted(folder / name, plants)}:{environ.get('PYTHONPATH', '')}"
            releases[name] = start("--database", url, folder=folder, PYTHONPATH=path)
            parts.callback(releases[name].kill)
        port = parts.enter_context(varnish(folder / "varnish", *(each.port for each in releases.values())))
        yield World(releases, replace(releases["old"], port=port))


def is_new(answer: Any) -> bool:
    """Whether the content has the form of the second release, and nothing of the first."""
    old, new = (any(name in answer.content for name in names) for names in (OLD_NAMES, NEW_NAMES))
    assert old != new, answer.content
    return new


def as_is(world: World, path: str, **fields: str) -> list[str]:
    """What is wrong with the answers for a client that has the old form when the new release has taken over.

    Args:
        fields: are sent; each value is the name of a field of the answer that the client has. If there is no such
            date, it takes that of the answer, which is a minute old once the cache's copy is stale.
    """
    world.forget(path)
    held = world.through("old", path)
    assert not is_new(held)
    kept = "max-age" in held.headers["cache-control"]
    assert world.through("old", path).headers["x-hits"] == ("1" if kept else "0")
    world.expire(path)
    minute_ago = format_datetime(
        parsedate_to_datetime(held.headers["date"]) - timedelta(minutes=1), usegmt=True
    )
    said = {name: held.headers.get(value, minute_ago) for name, value in fields.items()}
    found = []
    for when in ("the first to ask", "the next one"):
        answer = world.through("new", path, **said)
        if answer.status == 304:
            found.append(f"{when}: a 304")
        elif not is_new(answer):
            found.append(f"{when}: the old form")
    return found


def in_turn(world: World, path: str) -> list[str]:
    """What is wrong with the answers for a client that asks again and again while the releases take turns."""
    world.forget(path)
    tags = {name: release.get(path).headers["etag"] for name, release in world.releases.items()}
    held, found = world.through("old", path), []
    for release in ("new", "old", "old", "new", "new", "old"):
        world.expire(path)
        answer = world.through(release, path, If_None_Match=held.headers["etag"])
        held = held if answer.status == 304 else answer
        if (held.headers["etag"], is_new(held)) != (tags[release], release == "new"):
            found.append(f"{answer.status} of the {release} release")
    return found


ALIKE = pytest.mark.parametrize("world", [{}], indirect=True, ids=["as released"])


@ALIKE
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "fields", [{}, {"If_None_Match": "etag"}, {"If_Modified_Since": "last-modified"}], ids=str
)
def test_nobody_gets_the_old_form_from_the_new_release(
    world: World, path: str, fields: dict[str, str]
) -> None:
    """Neither as an answer nor by a 304, once the copy in the cache is stale."""
    assert as_is(world, path, **fields) == []


@ALIKE
@pytest.mark.parametrize("path", PATHS)
def test_releases_that_serve_at_once_are_not_mixed(world: World, path: str) -> None:
    """Whichever answers, the client has the form that it made, with its tag."""
    assert in_turn(world, path) == []


@ALIKE
def test_a_tag_of_either_release_is_good_for_a_write_to_the_other(world: World) -> None:
    """As long as the state is the same; of an older one no release takes it."""
    path = world.through("old", COLLAGES).json["items"][0]["links"]["self"]
    stale = []
    for read, written in (("old", "new"), ("new", "old")):
        seen = world.through(read, path)
        tag = seen.headers["etag"]
        assert tag != world.through(written, path).headers["etag"]
        draft = {name: seen.json[name] for name in ("author_id", "placements")}
        done = world.through(
            written, path, {**draft, "title": f"Von {read}"}, method="PUT", If_Match=tag, Content_Type=JSON
        )
        assert (done.status, is_new(done), done.json["title"]) == (200, written == "new", f"Von {read}")
        stale.append(tag)
        for release in world.releases:
            refused = world.through(
                release, path, draft | {"title": "Zu spät"}, method="PUT", If_Match=tag, Content_Type=JSON
            )
            assert refused.status == 412
            assert world.through(release, path).headers["etag"] in refused.json["detail"]


@pytest.mark.parametrize("world", [WITHOUT_FINGERPRINT], indirect=True, ids=["without fingerprints"])
def test_without_fingerprints_releases_are_mixed(world: World) -> None:
    """So the tests above would tell."""
    wrong = ["the first to ask: the old form", "the next one: the old form"]
    assert as_is(world, PRODUCT) == wrong
    wrong = ["the first to ask: a 304", "the next one: a 304"]
    assert [as_is(world, path, If_None_Match="etag") for path in PATHS] == [wrong] * len(PATHS)
    assert all(in_turn(world, path) for path in PATHS)


@pytest.mark.parametrize("world", [WITH_DATES], indirect=True, ids=["with dates"])
def test_with_dates_the_old_form_is_confirmed(world: World) -> None:
    """By the cache, though it has the new form itself; so a date would not do."""
    assert as_is(world, PRODUCT, If_Modified_Since="last-modified") == [
        "the first to ask: a 304",
        "the next one: a 304",
    ]
