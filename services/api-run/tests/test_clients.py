"""Clients can be generated from the description, and they work."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
SECONDS = 300

CALL = """
import client
from client.api.comments import get_comment, get_comments
from client.models import CommentView, Locale, PageViewOfCommentView, Problem

with client.Client(base_url={url!r}) as api:
    page = get_comments.sync(Locale.DE_DE, client=api, limit=2)
    assert isinstance(page, PageViewOfCommentView), page
    first = page.items[0]
    same = get_comment.sync(Locale.DE_DE, first.id, client=api)
    assert isinstance(same, CommentView), same
    assert same == first and same.created_at.tzinfo
    assert isinstance(get_comment.sync(Locale.DE_DE, 2**62, client=api), Problem)
    print(same.text)
"""


@pytest.fixture
def document(run: Callable[..., Any], tmp_path: Path) -> Path:
    """The description in a file, as a client's author gets it."""
    path = tmp_path / "openapi.json"
    assert run("openapi", "--output", str(path)).returncode == 0
    return path


@pytest.fixture
def finished(environ: dict[str, str], tmp_path: Path) -> Callable[..., str]:
    """Runs a program to its end, and gives what it says."""

    def finished(*command: str | Path) -> str:
        done = subprocess.run(
            command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return finished


def test_a_python_client_fetches_a_comment(
    document: Path,
    start: Callable[..., Any],
    program: Callable[[str], Path],
    finished: Callable[..., str],
    tmp_path: Path,
) -> None:
    """openapi-python-client makes it without a warning; it gets values of types, not dictionaries."""
    (tmp_path / "config.yaml").write_text("post_hooks: []\n")
    said = finished(
        *(program("openapi-python-client"), "generate", "--path", document, "--meta", "none"),
        *("--output-path", tmp_path / "client", "--config", tmp_path / "config.yaml", "--fail-on-warning"),
    )
    assert "arning" not in said
    service = start("--demo-products", "40", folder=tmp_path)
    script = CALL.format(url=f"http://127.0.0.1:{service.port}")
    assert finished(sys.executable, "-c", script).strip()


def test_typescript_types_are_generated(document: Path, finished: Callable[..., str], tmp_path: Path) -> None:
    """openapi-typescript makes them without a warning."""
    said = finished("npx", "--yes", "openapi-typescript@7.13.0", document, "--output", "api.d.ts")
    assert "arn" not in said, said
    types = (tmp_path / "api.d.ts").read_text()
    assert '"/v1/{locale}/comments/{comment_id}": {' in types
    assert 'Locale: "de-DE" | "en-GB" | "fr-FR" | "pl-PL";' in types
    assert "get_comment: {" in types
