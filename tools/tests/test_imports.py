"""Import-linter sees what the contracts forbid: the root's contracts, on packages made for the purpose."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ogrom_tools.projects import ROOT, discover
from ogrom_tools.test.imports import Imports, imports_of

LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS = LINTER["contracts"]

MODULES = {
    "ogrom.protocols.models": "",
    "ogrom.http.graph": "",
    "ogrom.http.flask": "import flask",
    "ogrom.server.loop": "",
    "ogrom.server.testing": "",
    "ogrom.sources.database.engine": "import sqlalchemy",
    "ogrom.sources.sql.sources": "import ogrom.protocols.models\nimport ogrom.sources.database.engine",
    "ogrom.sources.testing.mariadb": "",
    "ogrom.sources.wrappers.cached": "",
    "ogrom.catalogue.importing": "import ogrom.sources.sql.sources",
    "ogrom.client.sources": "import ogrom.protocols.models",
    "ogrom.core.lists": "import ogrom.http.graph",
    "ogrom.core.products": "import ogrom.core.lists\nimport ogrom.protocols.models",
    "ogrom.operations.flask": "import flask\nimport ogrom.http.flask\nimport ogrom.server.loop",
    "ogrom.operations.logs": "import ogrom.http.graph",
    "ogrom.run.container": "import dependency_injector\nimport ogrom.sources.sql.sources\nimport ogrom.core.lists",
    "ogrom.run.serving": "import ogrom.server.loop\nimport ogrom.http.flask",
    "currencies.container": "import dependency_injector\nimport ogrom.operations.flask",
    "ogrom_rules.table": "",
    "ogrom_tools.image.container": "import ogrom_rules.table\nimport ogrom.sources.testing",
    "ogrom_deploy.plan": "import ogrom_rules.table",
    "ogrom_rehearsal.platform": "import ogrom_deploy.plan\nimport ogrom.server.testing\nimport ogrom_tools.command",
    "bench.serve": "import ogrom.run.container\nimport ogrom_rehearsal.platform",
}
"""A small Ogrom that keeps every contract."""

PLANTED = {
    "protocols": [("ogrom.http.graph", "ogrom.protocols.models"), ("ogrom_tools.command", "ogrom.protocols")],
    "http": [("ogrom.protocols.models", "ogrom.http.graph"), ("ogrom.sources.sql.sources", "ogrom.http")],
    "server": [("ogrom.core.lists", "ogrom.server.loop"), ("ogrom_rehearsal.platform", "ogrom.server.loop")],
    "operations": [("ogrom.server.loop", "ogrom.operations.logs"), ("ogrom_deploy.plan", "ogrom.operations")],
    "sources": [
        ("ogrom.core.products", "ogrom.sources.sql.sources"),
        ("ogrom.client.sources", "ogrom.sources.commands"),
        ("ogrom_tools.image.container", "ogrom.sources.sql"),
    ],
    "data": [
        ("ogrom.operations.flask", "ogrom.core.lists"),
        ("ogrom.catalogue.importing", "ogrom.client.sources"),
        ("currencies.container", "ogrom.catalogue"),
    ],
    "services": [("currencies.container", "ogrom.run.serving"), ("ogrom.operations.logs", "currencies")],
    "deploy": [("ogrom_tools.command", "ogrom_deploy.plan"), ("ogrom.run.serving", "ogrom_deploy")],
    "tools": [("ogrom_deploy.plan", "ogrom_tools.command"), ("ogrom.server.testing", "ogrom_tools")],
    "rehearsal": [("ogrom_deploy.plan", "ogrom_rehearsal.platform")],
    "rules": [("ogrom.http.graph", "ogrom_rules"), ("ogrom_rehearsal.platform", "ogrom_rules.table")],
    "bench": [("ogrom_rules.table", "bench"), ("ogrom_rehearsal.platform", "bench.serve")],
    "flask": [("ogrom.operations.logs", "flask"), ("ogrom.run.serving", "flask")],
    "container": [("ogrom.sources.sql.sources", "dependency_injector")],
    "database": [("ogrom.sources.wrappers.cached", "sqlalchemy"), ("ogrom.operations.logs", "sqlalchemy")],
    "frameworks": [("ogrom.server.loop", "click")],
    "endpoints": [
        ("ogrom.core.products", "ogrom.core.users"),
        ("ogrom.core.resource", "ogrom.core.lists"),
    ],
    "http-layers": [("ogrom.http.graph", "ogrom.http.plan")],
    "sources-layers": [
        ("ogrom.sources.database.engine", "ogrom.sources.sql.sources"),
        ("ogrom.sources.wrappers.cached", "ogrom.sources.database.engine"),
    ],
    "search": [("ogrom.sources.search.source", "ogrom.sources.sql.loading")],
    "tools-layers": [("ogrom_tools.command", "ogrom_tools.api"), ("ogrom_tools.api", "ogrom_tools.pins")],
}
"""By contract, imports that it alone forbids: the module, and what it imports."""


def layers() -> Iterator[str]:
    """The module of each layer that a contract names."""
    for contract in CONTRACTS:
        for container in contract.get("containers", ()):
            for layer in contract.get("layers", ()):
                yield from (f"{container}.{name}" for name in re.split(r" [|:] ", layer))


def file_of(packages: Path, module: str) -> Path:
    """The file of a module, which may be a package's."""
    path = packages.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """The small Ogrom."""
    for module in sorted({*layers(), *MODULES}, key=lambda each: -each.count(".")):
        file = file_of(tmp_path, module)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(MODULES.get(module, ""))
        if file.parent.name != "ogrom":
            (file.parent / "__init__.py").touch()
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
    return " ".join(done.stdout.split())


def test_what_the_design_allows_passes(packages: Path) -> None:
    """Else the next test would prove nothing."""
    assert f"{len(CONTRACTS)} kept, 0 broken" in check(packages)


def test_each_contract_is_tried() -> None:
    """One that nobody has seen broken may forbid nothing."""
    assert PLANTED.keys() == {each["id"] for each in CONTRACTS}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("contract", "module", "planted"),
    [(contract, *pair) for contract, pairs in PLANTED.items() for pair in pairs],
)
def test_a_planted_import_is_caught(packages: Path, contract: str, module: str, planted: str) -> None:
    """By the contract that forbids it, and by no other."""
    (name,) = [each["name"] for each in CONTRACTS if each["id"] == contract]
    file = file_of(packages, module)
    file.write_text(f"{file.read_text()}\nimport {planted}\n")
    said = check(packages)
    assert f"{name} BROKEN" in said
    assert f"{len(CONTRACTS) - 1} kept, 1 broken" in said


def test_each_package_has_its_importers() -> None:
    """Those of a new project must be said, too."""
    packages = {"bench", *(package for each in discover() for package in each.packages)}
    protected = {each for contract in CONTRACTS for each in contract.get("protected_modules", ())}
    assert packages == {*LINTER["root_packages"]}
    assert packages <= protected


def test_nobody_imports_a_private_name_of_another_package() -> None:
    """What begins with an underscore may change without notice."""
    packages = sorted({*LINTER["root_packages"]}, key=len, reverse=True)

    def package(module: str) -> str:
        return next((each for each in packages if f"{module}.".startswith(f"{each}.")), "")

    found = [
        f"{module} imports {each.module}.{each.name}"
        for module, file in Imports.of(discover()).modules.items()
        for each in imports_of(file, module)
        if package(each.module) not in {"", package(module)}
        and any(part.startswith("_") and part != "__init__" for part in (*each.module.split("."), each.name))
    ]
    assert found == []
