"""The running service keeps its description, says schemathesis with all its checks."""

import os
import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ogrom.sources.testing import MariaDB

pytestmark = pytest.mark.slow
CONFIGURATION = Path(__file__).parent / "schemathesis.toml"
EXAMPLES = int(os.environ.get("OGROM_TEST_EXAMPLES", "8"))
"""Of each kind for each operation: eight that are the same each time, or as many others as a proof asks for."""
SEED = "1" if EXAMPLES == 8 else str(random.randrange(2**32))
SECONDS = 75 * EXAMPLES


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/api.sqlite3"


@pytest.fixture
def mariadb() -> Iterator[str]:
    with MariaDB() as server:
        yield server.database()


@pytest.mark.parametrize("database", ["sqlite", "mariadb"])
def test_nothing_fails(
    database: str,
    start: Callable[..., Any],
    program: Callable[[str], Path],
    environ: dict[str, str],
    tmp_path: Path,
    request: Any,
    authorization: Callable[..., dict[str, str]],
) -> None:
    """On either database, with data that fit the schemas and data that do not."""
    url = request.getfixturevalue(database)
    service = start("--database", url, "--demo-products", "100", folder=tmp_path)
    command: list[str | Path] = [
        *(program("schemathesis"), "--config-file", CONFIGURATION, "run"),
        *(f"http://127.0.0.1:{service.port}/v1/openapi.json", "--checks", "all", "--continue-on-failure"),
        *("--header", f"Authorization: {authorization()['Authorization']}"),
        *("--max-examples", str(EXAMPLES), "--seed", SEED, "--no-shrink", "--generation-database", "none"),
    ]
    hooks = {"SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(CONFIGURATION.parent)}
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environ | hooks,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "30 selected / 30 total" in done.stdout
