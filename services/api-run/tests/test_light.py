"""Light: what a plain service does not need costs it neither time nor memory."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ogrom.operations.secrets import Secret
from ogrom.run.commands.serve import unused
from ogrom.run.settings import Settings
from ogrom.sources.testing import MariaDB

MOST = 64 * 1024
"""KiB of a parent and one worker, of those pages that a process has for itself: others depend on who else runs."""

# Asyncio and Jinja2 are missing here, since SQLAlchemy and Flask import them themselves.
WORKERS = {
    "sqlalchemy": "asks the database",
    "mysql": "asks the database",
    "flask": "is the application",
    "werkzeug": "is the application",
    "waitress": "answers requests",
    "prometheus_client": "counts what workers do",
    "jwt": "reads tokens",
    "greenlet": "is what requests run in",
    "asyncio": "comes with SQLAlchemy",
    "jinja2": "comes with Flask",
    "ogrom.http": "is the application",
    "ogrom.core": "is the application",
}
"""What the parent of the workers has no use for, and why they have."""

NOBODYS = {
    "alembic": "migrates; a database that is up to date needs none of it",
    "cryptography": "verifies by public keys (OGROM_TOKEN_JWKS)",
    "ogrom.operations.access.cors": "is for OGROM_CORS_ORIGINS",
    "httpcore2": "calls another service",
    "httpx2": "is for nobody here",
    "limits": "is for OGROM_RATE_LIMIT",
    "ogrom.http.drawing": "draws the graph",
    "ogrom.http.html.pages": "is for pages; the warm-up asks for one, behind the first request",
    "ogrom.http.html.commands": "is for pages",
    "ogrom.http.html.forms": "is for pages",
    "ogrom.http.html.templating": "is for pages",
    "ogrom.http.html.values": "is for pages",
    "ogrom.operations.spans": "is for spans that are exported",
    "ogrom.catalogue.demo": "is for the demo",
    "ogrom.catalogue.importing": "is for imports",
    "ogrom.catalogue.exporting": "is for exports",
    "ogrom.sources.schema.runner": "changes tables",
    "ogrom.sources.sql.loading": "is for imports and the demo",
    "ogrom.client": "calls another service",
    "opentelemetry": "is for spans that are exported; mysql.connector takes it along",
    "pydantic": "would read settings for dependency_injector",
    "pygments": "comes with rich",
    "redis": "is for OGROM_RATE_STORE",
    "requests": "is for nobody here",
    "rich": "shows progress in a terminal",
    "sqlalchemy.dialects.sqlite": "is for SQLite",
    "sqlite3": "is for SQLite",
    "stamina": "is for nobody here",
    "structlog": "is for stamina, and takes rich along",
    "urllib3": "is for nobody here",
    "yaml": "would read settings for dependency_injector",
}
"""What no process of a plain service has a use for, and who has."""


@pytest.fixture(scope="module")
def imported(environ: dict[str, str]) -> Mapping[str, list[str]]:
    """What a process has imported as the parent of workers, and what it has as a worker before the first request."""
    program = (
        "import json, sys\n"
        "from ogrom.run.cli import main\n"
        "from ogrom.run.commands.serve import program\n"
        "from ogrom.operations.secrets import Secret\n"
        "from ogrom.run.settings import Settings\n"
        "parent = list(sys.modules)\n"
        "program(Settings(token_key=Secret('k' * 32))).load(shared=False)\n"
        "from ogrom.server.worker import work\n"
        "print(json.dumps({'parent': parent, 'worker': list(sys.modules)}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, check=True, capture_output=True, text=True, timeout=60
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def of(modules: list[str], packages: Mapping[str, str]) -> set[str]:
    """Which of the packages are among the modules."""
    return packages.keys() & modules


@pytest.mark.slow
def test_the_parent_imports_nothing_of_the_application(imported: Mapping[str, list[str]]) -> None:
    """It only waits, and its pages are nobody else's."""
    assert of(imported["parent"], WORKERS) == set()
    assert of(imported["worker"], WORKERS) == WORKERS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("process", ["parent", "worker"])
def test_nobody_imports_what_a_plain_service_does_not_need(
    imported: Mapping[str, list[str]], process: str
) -> None:
    """Whether it is installed or not."""
    assert of(imported[process], NOBODYS) == set()


def test_what_is_set_is_not_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Public keys need cryptography, and spans that are exported OpenTelemetry."""
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    always = {"pydantic", "pydantic_settings", "yaml"}
    assert unused(Settings(token_key=Secret("k" * 32))) == {"cryptography", "opentelemetry", *always}
    assert unused(Settings(token_jwks="https://keys.example/")) == {"opentelemetry", *always}
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    assert unused(Settings()) == {"cryptography", *always}


def own(process: int) -> int:
    """The KiB of the pages that no file backs, each divided by how many processes share it."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:"))


@pytest.mark.slow
def test_a_plain_service_is_small(start: Callable[..., Any], tmp_path: Path) -> None:
    """The parent and a worker together, over MariaDB, after the warm-up and a thousand requests."""
    with MariaDB() as server:
        url = f"{server.database()}?ssl-mode=DISABLED"  # with TLS, OpenSSL has a megabyte for each connection
        assert start("--database", url, "--demo-products", "40", folder=tmp_path).stop() == 0
        service = start("--database", url, folder=tmp_path, OGROM_CACHE_RECORDS="0", OGROM_MIGRATE="0")
        paths = [f"/v1/de-DE/products/{1 + each % 40}" for each in range(1000)]
        with ThreadPoolExecutor(8) as pool:
            assert {each.status for each in pool.map(service.get, paths)} == {200}
        assert sum(map(own, (service.process.pid, *service.workers))) < MOST
        assert service.stop() == 0
