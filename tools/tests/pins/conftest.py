"""A small shop with releases in its history, and a public index where somebody has taken our names."""

import base64
import hashlib
import os
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ogrom.sources.testing import reserved_port
from ogrom_tools import index
from ogrom_tools.pins.pinning import Pinning, served
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.testing.checkout import Checkout, new_repository, release_of_head
from ogrom_tools.wheelhouse import Wheelhouse

BACKEND = '[build-system]\nrequires = ["poetry-core==2.5.0"]\nbuild-backend = "poetry.core.masonry.api"\n\n'
PACKAGES = '\n[tool.poetry]\npackages = [{ include = "ogrom", from = "src" }]\n'
SOURCES = """
[tool.poetry.dependencies]
ogrom-core = { source = "ogrom" }
ogrom-protocols = { source = "ogrom" }

[[tool.poetry.source]]
name = "ogrom"
url = "http://127.0.0.1:8418/simple/"
priority = "explicit"
"""
HISTORY = (
    {"libs/protocols": ("1.0.0", []), "libs/core": ("1.0.0", ["ogrom-protocols>=1,<2"])},
    {"libs/core": ("1.1.0", ["ogrom-protocols>=1,<2"])},
    {"libs/protocols": ("2.0.0", []), "libs/core": ("2.0.0", ["ogrom-protocols>=2,<3"])},
)


class Shop(Checkout):
    @property
    def service(self) -> Path:
        return self.root / "services" / "api-run"

    @property
    def pyproject(self) -> Path:
        return self.service / "pyproject.toml"

    @property
    def pinning(self) -> Pinning:
        return Pinning(self.workspace, self.workspace["api-run"], self.ledger)

    def commit(self, text: str) -> str:
        self.repository("add", "--all")
        self.repository("commit", "--quiet", f"--message={text}")
        return self.repository.commit()

    def yank(self, name: str, version: str) -> None:
        self.ledger.yanking(name, version, "it loses orders").write(self.root)
        self.commit(f"Yank {name} {version}")

    def add_release(self, path: str, version: str, *dependencies: str) -> None:
        write_project(self.root / path, version, list(dependencies), PACKAGES)
        self.commit("Change")
        self.release(Path(path).name)
        self.commit("Release")

    def release(self, name: str) -> None:
        self.ledger.adding(release_of_head(self.root, name)).write(self.root)


def write_project(folder: Path, version: str, dependencies: list[str], more: str = "") -> None:
    package = folder / "src" / "ogrom" / folder.name.removeprefix("api-")
    package.mkdir(parents=True, exist_ok=True)
    (package / "py.typed").touch()
    (package / "__init__.py").write_text(f'VERSION = "{version}"\n')
    project = (
        f'[project]\nname = "ogrom-{folder.name}"\nversion = "{version}"\ndependencies = {dependencies}\n'
    )
    (folder / "pyproject.toml").write_text(BACKEND + project + more)
    changelog = folder / "CHANGELOG.md"
    older = changelog.read_text().partition("## [Unreleased]\n\n")[2] if changelog.exists() else ""
    changelog.write_text(
        f"# Changelog\n\n## [Unreleased]\n\n## [{version}] - 2026-11-25\n\n- What {version} has.\n\n{older}"
    )


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop as it begins: five releases, and a service that requires ranges."""
    shop = Shop(tmp_path_factory.mktemp("template") / "shop")
    shutil.copytree(ROOT / "tools" / "src", shop.root / "tools" / "src")
    shutil.copytree(ROOT / "rules", shop.root / "rules", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tools" / "requirements", shop.root / "tools" / "requirements")
    for name in ("pyproject.toml", "tools/pyproject.toml", ".gitignore"):
        shutil.copy(ROOT / name, shop.root / name)
    new_repository(shop.root)
    for projects in HISTORY:
        for path, (version, dependencies) in projects.items():
            write_project(shop.root / path, version, dependencies, PACKAGES)
        shop.commit("Change")
        for path in projects:
            shop.release(Path(path).name)
    script = '\n[project.scripts]\nogrom-api = "ogrom.run:main"\n'
    write_project(shop.service, "0.1.0", [], script + PACKAGES + SOURCES)
    lines = "".join(f'    "{each}",\n' for each in ("ogrom-core>=1", "ogrom-protocols>=1", "little>=1"))
    shop.pyproject.write_text(shop.pyproject.read_text().replace("= []", f"= [\n{lines}]"))
    (shop.service / "src/ogrom/run/__init__.py").write_text(
        "from ogrom.core import VERSION\n\n\ndef main():\n    print(VERSION)\n"
    )
    (shop.service / "tests").mkdir()
    (shop.service / "tests" / "test_run.py").write_text(
        "from ogrom.run import VERSION\n\n\ndef test_it_runs():\n    assert VERSION\n"
    )
    shop.commit("Begin a service")
    workspace = discover(shop.root)
    index.local(workspace, Wheelhouse(workspace), shop.ledger)  # built once, for all tests
    return shop.root


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    """Where the shops' indexes are, one at a time."""
    with reserved_port() as port:
        yield port


@pytest.fixture
def shop(template: Path, tmp_path: Path, port: int, public: "PublicIndex") -> Shop:
    """A shop of one's own, whose index is at a free port."""
    shop = Shop(tmp_path / "a shop")
    shutil.copytree(template, shop.root)
    shop.pyproject.write_text(shop.pyproject.read_text().replace(":8418/", f":{port}/"))
    shop.commit("Take a free port")
    return shop


@pytest.fixture(scope="session")
def pinned_template(template: Path, port: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop with pins, none of them the newest."""
    folder = tmp_path_factory.mktemp("pinned")
    shop = Shop(folder / "shop")
    shutil.copytree(template, shop.root)
    text = shop.pyproject.read_text().replace(":8418/", f":{port}/")
    text = text.replace("ogrom-core>=1", "ogrom-core==1.0.0").replace("protocols>=1", "protocols==1.0.0")
    shop.pyproject.write_text(text)
    with pytest.MonkeyPatch.context() as patch, serving_public(folder / "public", patch):
        pinning = shop.pinning
        with served(pinning.workspace, pinning.service, pinning.ledger):
            pinning.write()
    shop.commit("Pin")
    return shop.root


@pytest.fixture
def pinned(pinned_template: Path, tmp_path: Path, public: "PublicIndex") -> Shop:
    """A shop with pins of one's own."""
    shutil.copytree(pinned_template, tmp_path / "a shop")
    return Shop(tmp_path / "a shop")


def write_wheel(folder: Path, name: str, version: str, code: str = "") -> Path:
    """A wheel by hand, with one module."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    files = {
        f"{module}.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},{_record_hash(text)},{len(text)}\n" for path, text in files.items())
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in (*files.items(), (f"{info}/RECORD", f"{record}{info}/RECORD,,\n")):
            archive.writestr(zipfile.ZipInfo(path), text)  # the same bytes each time
    return wheel


@pytest.fixture
def make_wheel() -> Callable[..., Path]:
    """`write_wheel`."""
    return write_wheel


def _record_hash(text: str) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@dataclass
class PublicIndex:
    """An index that has these wheels, and for everything else sends on to the one that this machine uses."""

    folder: Path
    url: str = ""
    asked: list[str] = field(default_factory=list)
    """The names of the projects that it was asked for."""

    def offer(self, name: str, version: str, code: str = "") -> None:
        write_wheel(self.folder, name, version, code)

    def page(self, name: str) -> str:
        wheels = self.folder.glob(f"{name.replace('-', '_')}-*.whl")
        links = (
            f'<a href="/files/{each.name}#sha256={hashlib.sha256(each.read_bytes()).hexdigest()}">{each.name}</a>'
            for each in wheels
        )
        return "<!DOCTYPE html><html><body>" + "".join(links) + "</body></html>"


def _handler(public: PublicIndex, other: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            folder, _, name = self.path.strip("/").partition("/")
            if folder == "files":
                self._answer((public.folder / name).read_bytes(), "application/octet-stream")
                return
            public.asked.append(name)
            if any(public.folder.glob(f"{name.replace('-', '_')}-*.whl")):
                self._answer(public.page(name).encode(), "text/html")
                return
            self.send_response(302)
            self.send_header("Location", f"{other.rstrip('/')}/{name}/")
            self.end_headers()

        def _answer(self, content: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def public(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PublicIndex]:
    """The public index for uv and Poetry. Somebody has put an ogrom-core 99 there."""
    with serving_public(tmp_path / "public", monkeypatch) as public:
        yield public


@contextmanager
def serving_public(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[PublicIndex]:
    other = os.environ.get("POETRY_PYPI_MIRROR_URL")
    if other is None:
        pytest.skip("`dev` says which index is used: ./dev test")
    public = PublicIndex(folder)
    public.offer("little", "1.0.0")
    for name in ("ogrom-core", "ogrom-protocols"):
        for version in ("1.0.0", "1.1.0", "99"):
            public.offer(name, version, "raise SystemExit('stolen')")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(public, other))
    server.daemon_threads = False  # closing it waits for them
    public.url = f"http://127.0.0.1:{server.server_port}/simple/"
    for variable in ("UV_DEFAULT_INDEX", "POETRY_PYPI_MIRROR_URL"):
        patch.setenv(variable, public.url)
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    yield public
    server.shutdown()
    server.server_close()
    thread.join()
