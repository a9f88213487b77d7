"""What tells a rehearsal how a container runs here."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ogrom_tools.command import Failed
from ogrom_tools.image import base, way
from ogrom_tools.image.building import DOCKERFILE
from ogrom_tools.image.engine import Engine


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout where an engine runs containers once it has settings of ours."""
    dockerfile = tmp_path / DOCKERFILE
    dockerfile.parent.mkdir(parents=True)
    dockerfile.write_text("ARG BASE=python@sha256:00\n")
    monkeypatch.setattr(way, "find", lambda: Engine("podman"))
    monkeypatch.setattr(base, "pulled", lambda engine, text: text.strip())
    monkeypatch.setattr(
        way, "fitted", lambda engine, image, folder: Engine(f"{engine.program} {image}", settings=folder)
    )
    return tmp_path


def test_the_engines_whole_command_is_told(root: Path) -> None:
    """With its environment, as it was found to run what the Dockerfile is built on."""
    done = CliRunner().invoke(way.main, [f"--root={root}"])
    *before, conf, program = json.loads(done.stdout)
    assert before[0] == "env"
    assert conf == f"CONTAINERS_CONF={root / '.nox' / 'image'}"
    assert program == "podman ARG BASE=python@sha256:00"


def test_where_no_container_runs_it_fails(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason."""

    def none() -> Engine:
        raise Failed("podman is not installed")

    monkeypatch.setattr(way, "find", none)
    done = CliRunner().invoke(way.main, [f"--root={root}"])
    assert done.exit_code == 1
    assert "podman is not installed" in done.output
