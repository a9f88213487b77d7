"""The image itself, built and run: of this work tree, on Debian's packages, or on Python's image elsewhere."""

import hashlib
import json
import os
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from packaging.utils import canonicalize_name

from ogrom_deploy.schema import Schema
from ogrom_tools.image import base, schema
from ogrom_tools.image.building import Image, build
from ogrom_tools.image.container import Container, started
from ogrom_tools.image.deployable import Deployable
from ogrom_tools.image.engine import find
from ogrom_tools.image.sbom import FILE
from ogrom_tools.ledger import Ledger
from ogrom_tools.pins.pyproject import read
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.wheelhouse import Wheelhouse

pytestmark = pytest.mark.slow

LIMIT = 330_000_000
"""Bytes. Debian's Python takes 105 million, the wheels 180, of which the MySQL driver 65; the rest is for growth."""

PACKAGES = "import site; print(site.getsitepackages()[0])"

INSTALLED = """\
import json
from importlib.metadata import distributions
print(json.dumps([(each.name, each.version) for each in distributions()]))
"""

UNCOMPILED = """\
from importlib.util import cache_from_source
from pathlib import Path
print(sum(not Path(cache_from_source(str(each))).exists() for each in Path("/opt/ogrom/lib").rglob("*.py")))
"""


@pytest.fixture(scope="module")
def deployable() -> Deployable:
    return Deployable.of(discover(ROOT))


@pytest.fixture(scope="module")
def image(deployable: Deployable) -> Iterator[Image]:
    built = build(
        find(),
        deployable,
        base="python" if base.lacking() else "debian",
        tag=f"localhost/ogrom-test:{os.getpid()}",
        source="https://example.org/ogrom",
    )
    yield built
    built.engine("image", "rm", "--force", built.name)


@pytest.fixture(scope="module")
def container(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """It runs as production does, but makes its database itself, with a few products."""
    data = tmp_path_factory.mktemp("data")
    data.chmod(0o777)  # the user in the image is nobody here
    with started(image, data, "--env=OGROM_MIGRATE=1", "--env=OGROM_DEMO_PRODUCTS=20") as running:
        running.await_ready()
        yield running


def test_it_is_ready_and_has_a_product(container: Container, deployable: Deployable) -> None:
    """From a database on a mounted folder; it knows which release it is."""
    with urllib.request.urlopen(f"{container.url}/health/ready") as response:
        found = json.load(response)
        assert (found["status"], found["release"]) == ("ready", deployable.label)
    with urllib.request.urlopen(f"{container.url}/v1/de-DE/products/1") as response:
        assert json.load(response)["id"] == 1


def test_its_bill_is_what_is_installed(container: Container, image: Image) -> None:
    """Name and version of each package, as its Python finds them; the same bytes lie beside the image."""
    told = container.run("cat", f"/opt/ogrom/{FILE}")
    assert told == image.sbom.read_text().strip()
    installed = json.loads(container.run("python", "-c", INSTALLED))
    assert {each["purl"] for each in json.loads(told)["components"]} == {
        f"pkg:pypi/{canonicalize_name(name)}@{version}" for name, version in installed
    }


def test_it_says_which_phases_of_the_database_it_serves(container: Container, image: Image) -> None:
    """As its program does, without being run; and the deploy program understands it."""
    told = schema.read(image.engine, image.name)
    assert told.strip() == container.run("ogrom-api", "schema").strip()
    serves = msgspec.json.decode(told, type=Schema)
    assert serves.needs <= serves.expand <= serves.knows != ""


def test_it_runs_without_rights(container: Container) -> None:
    """As nobody that the machine knows, on files that nobody can write."""
    assert container.run("id", "-u") == "10001"
    started = container.run("cat", "/proc/1/cmdline").split("\0")[1:]
    assert started == ["/opt/ogrom/bin/ogrom-api", "serve", ""]
    container.run("touch", "/tmp/one")
    for path in ("/one", "/opt/ogrom/one", "/usr/one"):
        assert container.run("sh", "-c", f"touch {path} 2>/dev/null || echo refused") == "refused"


def test_it_holds_what_the_ledger_says(container: Container) -> None:
    """Every file of our pinned wheels, with the bytes that history gives."""
    workspace = discover(ROOT)
    ledger = Ledger.read(ROOT)
    releases = [ledger.find(name, str(version)) for name, version in read(workspace["api-run"]).items()]
    expected = {
        name: digest
        for wheel in Wheelhouse(workspace).wheels(releases).values()
        for name, digest in _files(wheel)
    }
    folder = container.run("python", "-c", PACKAGES)
    listed = container.run("sh", "-c", f"cd {folder} && sha256sum {' '.join(expected)}")
    assert {name: digest for digest, name in map(str.split, listed.splitlines())} == expected
    assert len(expected) > 100


def _files(wheel: Path) -> Iterator[tuple[str, str]]:
    """What is installed as it is: the installer rewrites only RECORD."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if not name.endswith(("/RECORD", "/")):
                yield name, hashlib.sha256(archive.read(name)).hexdigest()


def test_it_holds_nothing_else(container: Container) -> None:
    """No source tree, no wheel, no compiler, no cache; and all its bytecode, which could not be written later."""
    for name in ("poetry.lock", "conftest.py", "*.whl", "*pip-2*", "releases.toml", "Dockerfile"):
        assert container.run("sh", "-c", f"find / -xdev -name '{name}' 2>/dev/null || true") == ""
    assert container.run("sh", "-c", "command -v apt-get cc gcc git make pip uv || true") == ""
    assert container.run("python", "-c", UNCOMPILED) == "0"


def test_its_labels_say_where_it_comes_from(image: Image, deployable: Deployable) -> None:
    """In the words of the OCI, with the commit's own time."""
    labels = json.loads(image.engine("image", "inspect", "--format={{json .Config.Labels}}", image.name))
    prefix = "org.opencontainers.image."
    found = {key.removeprefix(prefix): value for key, value in labels.items() if key.startswith(prefix)}
    created = found.pop("created")
    assert created.startswith(deployable.repository("show", "-s", "--format=%cs", deployable.commit)[:8])
    assert found == {
        "title": "ogrom-api",
        "revision": deployable.revision,
        "source": "https://example.org/ogrom",
        "version": discover(ROOT)["api-run"].version,
    }


def test_its_size_is_bounded(image: Image) -> None:
    """Who makes it grow has to notice."""
    assert 0 < image.size < LIMIT


def test_its_health_check_works(image: Image, container: Container) -> None:
    """With the Python that is in it."""
    text = image.engine("image", "inspect", "--format={{json .Config.Healthcheck.Test}}", image.name)
    kind, *command = json.loads(text)
    assert kind == "CMD"
    container.run(*command)


def test_it_stops_when_it_is_told_to(container: Container) -> None:
    """Its program is process 1, gets the signal and ends in peace; the last test here."""
    assert container.stop() == 0
    assert '"message":"stopped"' in container.logs()
