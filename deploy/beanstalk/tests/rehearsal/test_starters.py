"""How instances are started."""

import signal
import socket
from pathlib import Path

import pytest

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError
from ogrom_deploy.rehearsal.loopback import HOST, reservation
from ogrom_deploy.rehearsal.starters import HARDENED, Processes
from ogrom_tools.image import container


def test_a_container_has_the_rights_that_the_image_was_tried_with() -> None:
    """Neither project imports the other, so each has the list; this is what keeps them one."""
    assert HARDENED == container.HARDENED


def test_what_is_not_installed_is_not_started(tmp_path: Path) -> None:
    """The error names the program that is missing."""
    with pytest.raises(PlatformError, match="bin/ogrom-api"):
        Processes(tmp_path, {})("a", Version("v1", str(tmp_path)), {})


def test_a_process_has_only_our_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its release, what all have and what its version has; none of the variables of whoever started it."""
    monkeypatch.setenv("OGROM_DRAIN_GRACE", "99")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    told = tmp_path / "told"
    version = _version(tmp_path, f"exec env > '{told}'")
    instance = Processes(tmp_path, {"OGROM_ALL": "1", "OGROM_BOTH": "all"})(
        "a", version, {"OGROM_BOTH": "own"}
    )
    try:
        assert instance.process.wait(60.0) == 0
    finally:
        instance.kill()
    ours = {each for each in told.read_text().splitlines() if each.startswith(("OGROM_", "PYTHONPATH"))}
    assert ours == {"OGROM_ALL=1", "OGROM_BOTH=own", "OGROM_RELEASE=v1"}


def test_a_port_is_an_instances_own_until_it_ends(tmp_path: Path) -> None:
    """Whether it listens there or not: nobody else is given it."""
    instance = Processes(tmp_path, {})("a", _version(tmp_path, "exec sleep 600"), {})
    try:
        with pytest.raises(OSError, match="in use"), socket.socket() as other:
            other.bind((HOST, instance.port))
    finally:
        instance.kill()
    assert instance.exit_code == -signal.SIGKILL
    with socket.socket() as other:
        other.bind((HOST, instance.port))


def test_servers_may_listen_on_a_reserved_port_one_after_the_other() -> None:
    """Clients are refused in between."""
    with reservation() as held:
        address = held.getsockname()
        for _ in range(2):
            with socket.create_server(address), socket.create_connection(address, 60.0):
                pass
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(address, 60.0)


def _version(folder: Path, command: str) -> Version:
    """One whose program is a line of the shell's."""
    program = folder / "bin" / "ogrom-api"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{command}\n")
    program.chmod(0o755)
    return Version("v1", str(folder))
