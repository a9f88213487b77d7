"""What the image is built on: Python's own image, or one made of Debian's packages where there is no registry."""

import hashlib
import platform
import re
import shutil
from pathlib import Path
from typing import Literal, TypeAlias

from ogrom_tools.command import Failed, run
from ogrom_tools.image.engine import Engine
from ogrom_tools.progress import say

Choice: TypeAlias = Literal["python", "debian", "any"]
"""Python's own image, Debian's packages, or the first of them that is available here."""

PYTHON = "3.13"
"""The version of Python in both."""

RELEASE = "trixie"
"""The Debian release that has it."""

PACKAGES = ("ca-certificates", "libstdc++6", "python3")
"""The MySQL driver needs the C++ library, which Python's own image has too."""

OPTIONS = (
    "--quiet",
    "--variant=essential",  # Debian's essential packages, without apt
    f"--include={','.join(PACKAGES)}",
    *(
        f"--dpkgopt=path-exclude=/usr/share/{name}/*"
        for name in ("doc", "info", "lintian", "locale", "man", "pixmaps")
    ),
    '--customize-hook=rm -rf "$1"/var/lib/apt/* "$1"/var/cache/* "$1"/var/log/*',
)

NAME = "localhost/ogrom-base"

DEFAULT = re.compile(r"^ARG BASE=(\S+)$", re.MULTILINE)


def get(choice: Choice, engine: Engine, dockerfile: str, folder: Path) -> str:
    """Get an image to build on, and return its name; for the arguments see `pulled` and `from_debian`.

    Raises:
        Failed: it is not available here.
    """
    if choice == "debian":
        return from_debian(engine, folder)
    try:
        return pulled(engine, dockerfile)
    except Failed:
        if choice == "python" or lacking():
            raise
        return from_debian(engine, folder)


def pulled(engine: Engine, dockerfile: str) -> str:
    """Pull the image that a Dockerfile names, unless it is here, and return its name.

    Raises:
        Failed: it cannot be pulled.
    """
    found = DEFAULT.search(dockerfile)
    if found is None:
        raise Failed("The Dockerfile must name its base: ARG BASE=NAME@DIGEST")
    if not engine.has(found[1]):
        try:
            say(f"Pulling {found[1]} ...")
            engine("pull", found[1])
        except Failed as problem:
            raise Failed(f"{problem}\nIf no registry can be reached: ./dev image --base debian") from problem
    return found[1]


def from_debian(engine: Engine, folder: Path) -> str:
    """Make an image with Debian's Python and what that needs, unless it is here, and return its name.

    Args:
        engine: which imports it.
        folder: where the archives are kept, one for each list of packages and their sources.

    Raises:
        Failed: this is not a Debian with this Python, or mmdebstrap failed.
    """
    if problem := lacking():
        raise Failed(problem)
    sources = _sources()
    key = hashlib.sha256("\n".join((RELEASE, *OPTIONS, sources)).encode()).hexdigest()[:12]
    name, kept = f"{NAME}:debian-{key}", folder / f"debian-{key}.tar"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        new = kept.with_suffix(".new.tar")
        say("Making a base of Debian's packages: half a minute ...")
        run("mmdebstrap", *OPTIONS, RELEASE, str(new), "-", text=sources)
        new.replace(kept)
    if not engine.has(name):
        say(f"Importing it into {engine.program} ...")
        engine("import", str(kept), name)
    return name


def lacking() -> str:
    """Why no base can be made of this machine's packages; "" if it can."""
    if _codename() != RELEASE:
        return f"--base debian uses the packages of this machine, which must run Debian {RELEASE}."
    if shutil.which("mmdebstrap") is None:
        return "mmdebstrap is not installed: apt-get install --no-install-recommends mmdebstrap"
    return ""


def _codename() -> str:
    try:
        return platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    except OSError:
        return ""


def _sources() -> str:
    """This machine's sources of Debian's packages, and of no others, as lines of a sources.list."""
    fields = "$(SIGNED_BY)|$(REPO_URI) $(RELEASE) $(COMPONENT)"
    printed = run("apt-get", "indextargets", f"--format={fields}", "Created-By: Packages", "Origin: Debian")
    lines = (line.partition("|") for line in printed.splitlines())
    sources = sorted({f"deb {f'[signed-by={key}] ' if key else ''}{uri}" for key, _, uri in lines})
    if not sources:
        raise Failed("apt has no list of Debian's packages here; run: apt-get update")
    return "\n".join(sources) + "\n"
