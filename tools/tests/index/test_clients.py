"""What real clients make of the index: pip, uv and Poetry."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from uv import find_uv_bin

from ogrom_tools.index import made, serving
from ogrom_tools.ledger import Release
from ogrom_tools.projects import ROOT
from ogrom_tools.wheelhouse import Wheel

MakeWheel = Callable[..., Path]
MakeRelease = Callable[..., Release]

pytestmark = pytest.mark.slow

POETRY = str(ROOT / ".venv" / "bin" / "poetry")

PYPROJECT = """
[project]
name = "shop"
version = "1.0.0"
requires-python = ">=3.11,<3.15"
dependencies = [{dependencies}]

[tool.poetry]
package-mode = false

[tool.poetry.dependencies]
ogrom-tea = {{ source = "ogrom" }}
ogrom-pot = {{ source = "ogrom" }}

[[tool.poetry.source]]
name = "ogrom"
url = "{url}"
priority = "explicit"
"""


@dataclass(frozen=True)
class Index:
    """A served index: tea 1.0.0, tea 1.1.0, which is yanked, and pot 1.0.0, which needs any tea."""

    folder: Path
    url: str
    wheels: dict[str, Path]
    changed: Path
    asked: list[str]

    def exchange_tea(self) -> None:
        """Put another good wheel in its place, with one letter changed."""
        (self.folder / "files" / self.wheels["tea"].name).write_bytes(self.changed.read_bytes())

    @property
    def endings(self) -> set[str]:
        """Of the files that were asked for."""
        return {Path(name).suffix for name in self.asked if name.startswith("/files/")}

    def pinned(self, *names: str) -> str:
        """Lines of requirements with hashes."""
        wheels = [Wheel.read(self.wheels[name]) for name in names]
        return "\n".join(
            f"{each.metadata.name}=={each.metadata.version} --hash=sha256:{each.sha256}" for each in wheels
        )


@pytest.fixture
def index(
    tmp_path: Path, make_wheel: MakeWheel, make_release: MakeRelease, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Index]:
    wheels = {
        "tea": make_wheel("1.0.0", body="TASTE = 1"),
        "yanked": make_wheel("1.1.0"),
        "pot": make_wheel("1.0.0", "ogrom-tea>=1", project="pot"),
    }
    reasons = {"yanked": "tastes of soap"}
    releases = {make_release(path, yanked=reasons.get(name, "")): path for name, path in wheels.items()}
    asked: list[str] = []
    monkeypatch.setattr(
        "ogrom_tools.index.server._Files.log_request", lambda handler, *_: asked.append(handler.path)
    )
    folder = made(tmp_path / "index", releases)
    with serving(folder) as url:
        yield Index(folder, url, wheels, make_wheel("1.0.0", body="TASTE = 2"), asked)


@dataclass(frozen=True)
class Shell:
    """Runs clients in an empty folder; what they keep for later is kept there, and nobody is asked for a password."""

    folder: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        own = {
            "POETRY_CACHE_DIR": str(self.folder / "cache" / "poetry"),
            "POETRY_VIRTUALENVS_IN_PROJECT": "true",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "UV_CACHE_DIR": str(self.folder / "cache" / "uv"),
            "PIP_NO_CACHE_DIR": "1",
        }
        left_out = {"VIRTUAL_ENV", "PYTHONPATH", "PIP_FIND_LINKS", "UV_FIND_LINKS"}
        environment = {key: value for key, value in os.environ.items() if key not in left_out}
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment | own,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=300,
        )

    def succeed(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def fail(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode, done.stdout
        return done.stdout


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "shop").mkdir()
    return Shell(tmp_path / "shop")


PIP = (sys.executable, "-m", "pip", "install", "--target=site", "--no-input")
UV = (find_uv_bin(), "pip", "install", "--target=site", "--no-progress", f"--python={sys.executable}")


@pytest.fixture(params=["pip", "uv"])
def install(request: pytest.FixtureRequest, index: Index) -> tuple[str, ...]:
    """The command that installs from the index alone."""
    if request.param == "pip":
        return (*PIP, f"--index-url={index.url}")
    return (*UV, f"--default-index={index.url}")


def installed(shell: Shell) -> set[str]:
    return {path.name for path in (shell.folder / "site").glob("*.dist-info")}


def test_a_hashed_pin_is_installed(index: Index, install: tuple[str, ...], shell: Shell) -> None:
    """With nothing but the index."""
    (shell.folder / "pins.txt").write_text(index.pinned("tea", "pot"))
    shell.succeed(*install, "--require-hashes", "--requirement=pins.txt")
    assert installed(shell) == {"ogrom_tea-1.0.0.dist-info", "ogrom_pot-1.0.0.dist-info"}
    script = "import sys; sys.path.insert(0, 'site'); import ogrom_tea; print(ogrom_tea.VERSION)"
    assert shell.succeed(sys.executable, "-I", "-c", script) == "1.0.0\n"


def test_a_yanked_release_is_passed_over(index: Index, install: tuple[str, ...], shell: Shell) -> None:
    """Though a higher version; who pins it gets it, with the reason."""
    shell.succeed(*install, "ogrom-tea>=1")
    assert installed(shell) == {"ogrom_tea-1.0.0.dist-info"}
    shutil.rmtree(shell.folder / "site")
    assert "tastes of soap" in shell.succeed(*install, "ogrom-tea==1.1.0")
    assert installed(shell) == {"ogrom_tea-1.1.0.dist-info"}


def test_a_resolver_reads_metadata_and_no_wheel(index: Index, install: tuple[str, ...], shell: Shell) -> None:
    """PEP 658, for a project and what it needs."""
    told = shell.succeed(*install, "--dry-run", "ogrom-pot")
    assert index.endings == {".metadata"}, index.asked
    assert "ogrom-tea" in told


@pytest.mark.parametrize("is_pinned", [True, False], ids=["pinned", "not pinned"])
def test_a_changed_byte_is_refused(
    index: Index, install: tuple[str, ...], shell: Shell, is_pinned: bool
) -> None:
    """By the pin's hash; and where nothing is pinned, by the page's."""
    index.exchange_tea()
    (shell.folder / "pins.txt").write_text(index.pinned("tea"))
    options = ("--require-hashes", "--requirement=pins.txt") if is_pinned else ("ogrom-tea",)
    told = shell.fail(*install, *options).lower()
    assert "hash" in told
    assert Wheel.read(index.wheels["tea"]).sha256 in told
    assert installed(shell) == set()


def poetry_project(shell: Shell, index: Index, *dependencies: str) -> str:
    listed = ", ".join(f'"{each}"' for each in dependencies)
    text = PYPROJECT.format(dependencies=listed, url=index.url)
    (shell.folder / "pyproject.toml").write_text(text)
    return text


def poetry_wheels(shell: Shell) -> set[str]:
    return {path.name for path in (shell.folder / ".venv").rglob("ogrom_*.dist-info")}


def test_poetry_locks_hashes_and_installs_by_them(index: Index, shell: Shell) -> None:
    """From metadata alone, the yanked release passed over; then the wheels, and a changed byte is refused."""
    poetry_project(shell, index, "ogrom-pot>=1", "ogrom-tea>=1")
    shell.succeed(POETRY, "lock", "--no-interaction")
    assert index.endings == {".metadata"}, index.asked
    lock = (shell.folder / "poetry.lock").read_text()
    for name in ("tea", "pot"):
        assert f"sha256:{Wheel.read(index.wheels[name]).sha256}" in lock
    assert Wheel.read(index.wheels["yanked"]).sha256 not in lock
    assert lock.count('reference = "ogrom"') == 2

    shell.succeed(POETRY, "sync", "--no-interaction")
    assert poetry_wheels(shell) == {"ogrom_tea-1.0.0.dist-info", "ogrom_pot-1.0.0.dist-info"}
    for kept in (".venv", "cache"):
        shutil.rmtree(shell.folder / kept)
    index.exchange_tea()
    assert "Hash for ogrom-tea (1.0.0)" in shell.fail(POETRY, "sync", "--no-interaction")
    assert "ogrom_tea-1.0.0.dist-info" not in poetry_wheels(shell)


def test_poetry_warns_of_a_yanked_pin(index: Index, shell: Shell) -> None:
    """It locks it all the same, which is why `./dev pin` looks itself."""
    poetry_project(shell, index, "ogrom-tea==1.1.0")
    assert "tastes of soap" in shell.succeed(POETRY, "lock", "--no-interaction")
