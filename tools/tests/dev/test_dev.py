import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ogrom_tools.projects import ROOT

TOOLS = ("sh", "dirname", "cat", "cmp", "grep", "sort", "env", "cksum", "flock", "rm", "mv")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What `dev` needs of a checkout, in a folder with a space; and an empty home."""
    checkout = tmp_path / "a checkout"
    shutil.copytree(ROOT / "tools", checkout / "tools")
    for name in ("dev", "noxfile.py"):
        shutil.copy(ROOT / name, checkout)
    (tmp_path / "home").mkdir()
    return checkout


def start(checkout: Path, *arguments: str, **env: str) -> subprocess.Popen[str]:
    settings = {key: value for key, value in os.environ.items() if key.startswith(("PIP_", "SSL_"))}
    return subprocess.Popen(
        [checkout / "dev", *arguments],
        cwd=checkout.parent,
        env={**settings, "HOME": str(checkout.parent / "home"), "PATH": os.environ["PATH"], **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def without_python(tmp_path: Path) -> Path:
    """A PATH on which there is no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return folder


def test_without_python_it_says_so(checkout: Path, without_python: Path) -> None:
    """And which ones would do."""
    dev = start(checkout, PATH=str(without_python))
    assert "no Python 3.11 to 3.14 found" in dev.communicate()[1]
    assert dev.returncode == 1


def test_without_venv_it_says_what_to_install(checkout: Path, without_python: Path) -> None:
    """Debian's python3 comes without ensurepip."""
    python = without_python / "python3"
    python.write_text("#!/bin/sh\ncase $2 in *ensurepip*) exit 1 ;; esac\n")
    python.chmod(0o755)
    dev = start(checkout, PATH=str(without_python))
    assert "apt-get install python3-venv" in dev.communicate()[1]
    assert dev.returncode == 1


@pytest.mark.slow
def test_two_at_once_make_one_workbench(checkout: Path) -> None:
    """From an empty home, another folder, and what an interrupted one left."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to("/nowhere")
    both = [start(checkout), start(checkout)]
    answers = [dev.communicate() for dev in both]
    assert [dev.returncode for dev in both] == [0, 0], answers
    assert sorted("making" in stderr for _, stderr in answers) == [False, True]
    assert all("serve" in stdout for stdout, _ in answers)
