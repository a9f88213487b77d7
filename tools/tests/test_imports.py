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
    "sources/database/engine.py": "",
    "sources/sql/sources.py": "import ogrom.protocols.models\nimport ogrom.sources.database.engine",
    "sources/search/source.py": "",
    "sources/migrations/migrate.py": "",
    "sources/commands.py": "",
    "sources/testing/mariadb.py": "",
    "sources/wrappers/cached.py": "",
    "catalogue/importing.py": "import ogrom.sources.sql.sources",
    "client/sources.py": "import ogrom.protocols.models",
    "core/lists.py": "import ogrom.http.graph",
    "core/products.py": "import ogrom.core.lists\nimport ogrom.protocols.models",
    "core/users.py": "import ogrom.core.lists",
    "operations/flask.py": "import flask\nimport ogrom.http.flask\nimport ogrom.server.loop",
    "operations/logs.py": "import ogrom.http.graph",
    "../currencies/container.py": "import dependency_injector\nimport ogrom.operations.flask",
    "run/container.py": "import dependency_injector\nimport ogrom.sources.sql.sources\nimport ogrom.core.lists",
    "run/serving.py": "import ogrom.server.loop",
    "run/app.py": "import flask\nimport ogrom.http.flask",
}


def layers() -> Iterator[str]:
    """The module of each layer that a contract names."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    for contract in contracts:
        if contract["type"] == "layers":
            for container in contract.get("containers", ()):
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
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert f"{len(contracts)} kept, 0 broken" in check(packages)


@pytest.mark.parametrize(
    ("module", "planted", "contract"),
    [
        ("protocols/models.py", "ogrom.http.graph", "protocols imports nothing of ours"),
        ("http/graph.py", "ogrom.protocols.models", "http imports nothing of ours"),
        ("server/loop.py", "ogrom.http.graph", "server imports nothing of ours, and no framework"),
        ("server/loop.py", "click", "server imports nothing of ours, and no framework"),
        ("sources/sql/sources.py", "ogrom.http.graph", "sources imports protocols only"),
        ("catalogue/importing.py", "ogrom.client.sources", "catalogue imports protocols and sources only"),
        ("client/sources.py", "ogrom.sources.commands", "client imports protocols only"),
        ("sources/wrappers/cached.py", "sqlalchemy", "wrappers know protocols only, and no database"),
        (
            "sources/database/engine.py",
            "ogrom.sources.sql.sources",
            "in sources, the database knows nothing of what is stored in it",
        ),
        ("operations/flask.py", "ogrom.core.lists", "operations imports http, protocols and server only"),
        ("operations/logs.py", "flask", "flask is imported in the two flask modules and ogrom.run only"),
        (
            "../currencies/container.py",
            "ogrom.run.app",
            "a second service needs http, operations and server only",
        ),
        ("core/products.py", "ogrom.sources.sql.sources", "core imports protocols and http only"),
        ("core/products.py", "ogrom.core.users", "endpoints never import one another"),
        ("core/resource.py", "ogrom.core.lists", "endpoints never import one another"),
        ("http/graph.py", "ogrom.http.plan", "http has no import circle"),
        (
            "http/graph.py",
            "flask",
            "flask is imported in the two flask modules and ogrom.run only",
        ),
        (
            "core/lists.py",
            "flask",
            "flask is imported in the two flask modules and ogrom.run only",
        ),
        (
            "sources/sql/sources.py",
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
