"""How a container is waited for; a shell script plays the engine, and test_image.py has a real one."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from ogrom_tools.command import Failed
from ogrom_tools.image import base, container
from ogrom_tools.image.building import DOCKERFILE, Image
from ogrom_tools.image.engine import Engine

SCRIPT = """\
#!/bin/sh
case "$*" in
*State.Running*) echo {running} ;;
*State.ExitCode*) echo 3 ;;
logs*) echo out; echo why it failed >&2 ;;
esac
"""
CreateContainer = Callable[..., container.Container]


@pytest.fixture
def create(tmp_path: Path) -> CreateContainer:
    """A container that runs or has ended, and answers at a port or does not."""

    def create(*, port: int = 9, running: bool) -> container.Container:
        program = tmp_path / "engine"
        program.write_text(SCRIPT.format(running=str(running).lower()))
        program.chmod(0o755)
        return container.Container(Image(Engine(str(program)), "shop:1", program), "id", port)

    return create


@pytest.fixture
def late() -> Iterator[int]:
    """The port of a service that is ready when it is asked for the third time."""
    answers = iter([503, 503, 200])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(next(answers) if self.path == "/health/ready" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # closing it waits for them
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()
    assert next(answers, None) is None


def test_it_is_ready_when_it_says_so(create: CreateContainer, late: int) -> None:
    """A 503 is an answer, but not the one."""
    create(port=late, running=True).await_ready()


def test_one_that_ended_says_why(create: CreateContainer) -> None:
    """With what it printed on either stream, and at once."""
    with pytest.raises(Failed, match=r"(?s)shop:1 did not become ready.*why it failed"):
        create(running=False).await_ready()


def test_one_that_never_is_ready_is_given_up(
    create: CreateContainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although it runs."""
    monkeypatch.setattr(container, "SECONDS", 0.1)
    with pytest.raises(Failed, match="did not become ready"):
        create(running=True).await_ready()


def test_it_tells_how_it_ended(create: CreateContainer) -> None:
    """By its exit code."""
    assert create(running=False).stop() == 3


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout where an engine runs containers once it has settings of ours."""
    dockerfile = tmp_path / DOCKERFILE
    dockerfile.parent.mkdir(parents=True)
    dockerfile.write_text("ARG BASE=python@sha256:00\n")
    monkeypatch.setattr(container, "find", lambda: Engine("podman"))
    monkeypatch.setattr(base, "pulled", lambda engine, text: text.strip())
    monkeypatch.setattr(
        container,
        "fitted",
        lambda engine, image, folder: Engine(f"{engine.program} {image}", settings=folder),
    )
    return tmp_path


def test_the_engines_whole_command_is_told(root: Path) -> None:
    """With its environment, as it was found to run what the Dockerfile is built on."""
    done = CliRunner().invoke(container.main, [f"--root={root}"])
    *before, conf, program = json.loads(done.stdout)
    assert before[0] == "env"
    assert conf == f"CONTAINERS_CONF={root / '.nox' / 'image'}"
    assert program == "podman ARG BASE=python@sha256:00"


def test_where_no_container_runs_it_fails(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason."""

    def none() -> Engine:
        raise Failed("podman is not installed")

    monkeypatch.setattr(container, "find", none)
    done = CliRunner().invoke(container.main, [f"--root={root}"])
    assert done.exit_code == 1
    assert "podman is not installed" in done.output
