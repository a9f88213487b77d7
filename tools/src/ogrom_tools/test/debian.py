"""Installs the Debian packages that tests need; `[tool.ogrom.debian]` in the root's pyproject.toml lists them.

The services of these packages, such as haproxy's, are not started: tests start their own servers.
"""

import os
import shutil
import subprocess
import tomllib
from collections.abc import Iterable, Sequence

from ogrom_tools.command import Failed
from ogrom_tools.progress import say
from ogrom_tools.projects import Project, Workspace

STDERR = 2
"""Where apt-get writes, since our stdout may be read by a program."""

INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends", "--no-remove")
"""`--no-remove` keeps another database server that is installed already."""

POLICY = "/usr/sbin/policy-rc.d"
"""The script that Debian's packages ask before they start a service (invoke-rc.d(8)); it mostly does not exist."""

_WITHOUT_SERVICES = """
if [ ! -e "$0" ]; then
    trap 'rm -f "$0"' EXIT
    printf '#!/bin/sh\\nexit 101\\n' >"$0"
    chmod 755 "$0"
fi
"$@"
"""

ADMIN_FOLDERS = ("/usr/sbin", "/sbin")
"""Where Debian puts servers, which may not be on PATH."""


def ensure(workspace: Workspace, projects: Iterable[Project], *others: str) -> None:
    """Install what the tests of these projects lack, or exit with the command that would.

    Args:
        workspace: the checkout.
        projects: whose tests.
        others: further names in the table that are not projects, such as `bench`.

    Raises:
        Failed: this user may not install packages, or apt-get failed.
    """
    install(missing(workspace, projects, *others), "The tests need")


def install(packages: Sequence[str], who: str) -> None:
    """Install Debian packages, or exit with the command that would.

    Args:
        packages: their names; may be empty.
        who: the beginning of a sentence that ends with "Debian packages".

    Raises:
        Failed: this user may not install packages, or apt-get failed.
    """
    if not packages:
        return
    prefix = as_root()
    if prefix is None:
        by_hand = " ".join(("sudo", *INSTALL, *packages))
        raise Failed(f"{who} Debian packages. Run: {by_hand}")
    for command in (("apt-get", "update"), (*INSTALL, *packages)):
        say(f"$ {' '.join(command)}")
        # `env`, since sudo drops the caller's variables.
        quiet = (
            *prefix,
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "sh",
            "-c",
            _WITHOUT_SERVICES,
            POLICY,
            *command,
        )
        if subprocess.run(quiet, check=False, stdin=subprocess.DEVNULL, stdout=STDERR).returncode:
            raise Failed(f"Could not run: {' '.join(command)}")


def missing(workspace: Workspace, projects: Iterable[Project], *others: str) -> list[str]:
    """The packages that the tests of these projects and others need and whose program is missing."""
    table = tomllib.loads((workspace.root / "pyproject.toml").read_text(encoding="utf-8"))
    packages: dict[str, dict[str, str]] = table["tool"]["ogrom"]["debian"]
    needed = {each.name for one in projects for each in (one, *workspace.needs(one, tests=True))} | {*others}
    programs = {key: value for name in needed for key, value in packages.get(name, {}).items()}
    return sorted(package for package, program in programs.items() if not is_there(program))


def is_there(program: str) -> bool:
    """Whether the program can be found."""
    folders = (os.environ.get("PATH", os.defpath), *ADMIN_FOLDERS)
    return shutil.which(program, path=os.pathsep.join(folders)) is not None


def as_root() -> Sequence[str] | None:
    """The words before a command that make root run it; None if that takes a password."""
    if os.geteuid() == 0:
        return ()
    sudo = ("sudo", "--non-interactive")
    if shutil.which("sudo") is None:
        return None
    may = subprocess.run([*sudo, "true"], check=False, capture_output=True).returncode == 0
    return sudo if may else None
