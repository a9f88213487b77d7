from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.image import base
from ogrom_tools.image.engine import Engine

TARGETS = (
    "|http://a.example/debian/ trixie main\n/keys/b.pgp|http://b.example/security/ trixie-security main\n"
)
PROGRAMS = {
    "apt-get": 'printf %s "$TARGETS"',
    "mmdebstrap": 'echo made >> "$LOG"; cat >> "$LOG"; while [ "$2" != - ]; do shift; done; echo tar > "$1"',
    "podman": 'case "$*" in "image inspect"*) grep -qx "import .*" "$LOG" ;; *) echo "$@" >> "$LOG" ;; esac',
    "refuses": "exit 1",
}


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What fake programs on this fake Debian were asked."""
    (tmp_path / "bin").mkdir()
    for name, script in PROGRAMS.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    (log := tmp_path / "log").touch()
    for name, value in {"LOG": log, "TARGETS": TARGETS, "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"VERSION_CODENAME": base.RELEASE})
    return log


def test_it_is_made_once_of_this_machines_packages(tmp_path: Path, log: Path) -> None:
    """From where apt has Debian's own, with their keys; a second time costs nothing."""
    names = {base.from_debian(Engine("podman"), tmp_path / "kept") for _ in range(2)}
    (kept,) = (tmp_path / "kept").iterdir()
    assert log.read_text().splitlines() == [
        "made",
        "deb [signed-by=/keys/b.pgp] http://b.example/security/ trixie-security main",
        "deb http://a.example/debian/ trixie main",
        f"import {kept} {names.pop()}",
    ]
    assert not names


def test_other_sources_make_another_base(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may have other packages."""
    one = base.from_debian(Engine("podman"), tmp_path)
    monkeypatch.setenv("TARGETS", TARGETS.replace("a.example", "c.example"))
    assert base.from_debian(Engine("podman"), tmp_path) != one


def test_an_apt_without_lists_says_what_to_do(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a fresh container."""
    monkeypatch.setenv("TARGETS", "")
    with pytest.raises(Failed, match="apt-get update"):
        base.from_debian(Engine("podman"), tmp_path)


def test_another_system_has_no_such_packages(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its Python would be another one."""
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"VERSION_CODENAME": "noble"})
    with pytest.raises(Failed, match="must run Debian trixie"):
        base.from_debian(Engine("podman"), tmp_path)


def test_without_mmdebstrap_it_says_what_to_install(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its package's name."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failed, match="apt-get install --no-install-recommends mmdebstrap"):
        base.from_debian(Engine("podman"), tmp_path)


def test_without_a_registry_it_says_what_to_do(log: Path) -> None:
    """The image that the Dockerfile names cannot be pulled; `./dev image --base debian` needs none."""
    with pytest.raises(Failed, match=r"(?s)pull registry.example/python.*--base debian"):
        base.pulled(Engine("refuses"), "FROM a\nARG BASE=registry.example/python@sha256:00\n")


def test_any_base_is_debians_where_no_registry_is_reached(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's own is taken where it is to be had; where neither is, the registry's error is told."""
    dockerfile = "ARG BASE=registry.example/python@sha256:00\n"
    assert base.get("any", Engine("podman"), dockerfile, tmp_path) == "registry.example/python@sha256:00"
    assert base.get("debian", Engine("podman"), dockerfile, tmp_path).startswith(base.NAME)
    monkeypatch.setattr(base, "from_debian", lambda engine, folder: "made")
    assert base.get("any", Engine("refuses"), dockerfile, tmp_path) == "made"
    monkeypatch.setattr(base, "lacking", lambda: "no Debian")
    with pytest.raises(Failed, match=r"pull registry.example/python"):
        base.get("any", Engine("refuses"), dockerfile, tmp_path)
