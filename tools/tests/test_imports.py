"""Import-linter sees what the contracts forbid: the root's contracts, on packages made for the purpose."""

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ogrom_tools.projects import ROOT

MODULES = {
    "protocols/models.py": "",
    "http/graph.py": "",
    "http/flask.py": "import flask",
    "server/loop.py": "",
    "sources/sql.py": "import ogrom.protocols.models",
    "core/lists.py": "import ogrom.http.graph",
    "core/products.py": "import ogrom.core.lists\nimport ogrom.protocols.models",
    "core/users.py": "import ogrom.core.lists",
    "run/container.py": "import dependency_injector\nimport ogrom.sources.sql\nimport ogrom.core.lists",
    "run/serving.py": "import ogrom.server.loop",
    "run/app.py": "import flask\nimport ogrom.http.flask",
}


def layers() -> Iterator[str]:
    """The module of each layer that a contract names."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    for contract in contracts:
        if contract["type"] == "layers":
            for container in contract["containers"]:
                for name in " | ".join(contract["layers"]).split(" | "):
                    yield f"{container.removeprefix('ogrom.')}/{name}.py"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A small Ogrom that keeps every contract."""
    for name, text in {**dict.fromkeys(layers(), ""), **MODULES}.items():
        module = tmp_path / "ogrom" / name
        module.parent.mkdir(parents=True, exist_ok=True)
        (module.parent / "__init__.py").touch()
        module.write_text(text)
    return tmp_path


def check(packages: Path) -> str:
    """What import-linter says; the packages come before the installed ones."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [
            "env",
            f"PYTHONPATH={packages}",
            linter,
            "--no-cache",
            "--no-logo",
            "--config",
            ROOT / "pyproject.toml",
        ],
        cwd=packages,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert str(ROOT) not in done.stdout
    return done.stdout


def test_what_the_design_allows_passes(packages: Path) -> None:
    """Else the next test would prove nothing."""
    assert "10 kept, 0 broken" in check(packages)


@pytest.mark.parametrize(
    ("module", "planted", "contract"),
    [
        ("protocols/models.py", "ogrom.http.graph", "protocols imports nothing of ours"),
        ("http/graph.py", "ogrom.protocols.models", "http imports nothing of ours"),
        ("server/loop.py", "ogrom.http.graph", "server imports nothing of ours, and no framework"),
        ("server/loop.py", "click", "server imports nothing of ours, and no framework"),
        ("sources/sql.py", "ogrom.http.graph", "sources imports protocols only"),
        ("core/products.py", "ogrom.sources.sql", "core imports protocols and http only"),
        ("core/products.py", "ogrom.core.users", "endpoints never import one another"),
        ("core/resource.py", "ogrom.core.lists", "endpoints never import one another"),
        ("http/graph.py", "ogrom.http.plan", "http has no import circle"),
        ("http/graph.py", "flask", "flask is imported in ogrom.http.flask and ogrom.run only"),
        ("core/lists.py", "flask", "flask is imported in ogrom.http.flask and ogrom.run only"),
        (
            "sources/sql.py",
            "dependency_injector",
            "dependency_injector is imported in ogrom.run only",
        ),
    ],
)
def test_a_planted_import_is_caught(packages: Path, module: str, planted: str, contract: str) -> None:
    """By the contract that forbids it."""
    file = packages / "ogrom" / module
    file.write_text(f"{file.read_text()}\nimport {planted}\n")
    assert f"{contract} BROKEN" in check(packages)
