"""Writes a new version into a project's files, by bump2version: docs/decisions/bump2version-alone.md."""

import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

from packaging.version import Version

from ogrom_tools.command import Failed, run, uv
from ogrom_tools.environment import locked, pins
from ogrom_tools.projects import Project

CONFIGURATION = ".bumpversion.cfg"
"""Its name in a project's folder."""

SECTION = "bumpversion:file:pyproject.toml"


def bump(root: Path, project: Project, version: Version) -> None:
    """Write the version into a project's pyproject.toml and bump2version's own file.

    Args:
        root: the checkout whose pins and environments are used.
        project: where to write it; a copy, as nothing is put back when this fails.
        version: the new one.

    Raises:
        Failed: bump2version could not, or would have changed something else, too.
    """
    if found := list(complaints(project)):
        raise Failed("\n".join(f"{project.folder / CONFIGURATION}: {each}" for each in found))
    before = project.pyproject.read_text(encoding="utf-8")
    wanted = before.replace(_anchor(project, project.version), _anchor(project, str(version)))
    # What turns warnings into errors kills it; and it takes any part of a version with --new-version.
    plain = ("env", "-u", "PYTHONWARNINGS", program(root))
    run(*plain, "--allow-dirty", f"--new-version={version}", "patch", folder=project.folder)
    if project.pyproject.read_text(encoding="utf-8") != wanted:
        raise Failed(
            f"bump2version changed more than the version in {project.pyproject}; see {CONFIGURATION}."
        )


def complaints(project: Project) -> Iterator[str]:
    """What is wrong with a project's file for bump2version: it must find one place only, and do no more."""
    text = (project.folder / CONFIGURATION).read_text(encoding="utf-8")
    configuration = ConfigParser(interpolation=None)
    configuration.read_string(text)
    general = dict(configuration["bumpversion"])
    if (stated := general.pop("current_version", None)) != project.version:
        yield f"current_version is {stated}, but pyproject.toml says {project.version}"
    if general != {"commit": "False", "tag": "False"}:
        yield "it must say `commit = False` and `tag = False`, and no more: ./dev release does that"
    if configuration.sections() != ["bumpversion", SECTION]:
        yield f"it must have one section beside [bumpversion]: [{SECTION}]"
    elif dict(configuration[SECTION]) != _finding(project):
        yield "search and replace must be the two lines `name = ...` and `version = ...`, or it changes others"
    if project.pyproject.read_text(encoding="utf-8").count(_anchor(project, project.version)) != 1:
        yield "pyproject.toml must say name and version once, in two adjacent lines"
    if any(line.startswith(("#", ";")) for line in text.splitlines()):
        yield "its comments would be lost at the first release"


def program(root: Path) -> str:
    """The path of bump2version in its own environment, which is made if it is not what is pinned.

    Raises:
        Failed: uv could not make it.
    """
    folder, requirements = root / ".nox" / "bump2version", pins(root, "bump2version")
    stamp, state = folder / "ogrom-state", f"{sys.executable}\n{requirements.read_text(encoding='utf-8')}"
    with locked(folder.with_suffix(".lock")):
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != state:
            uv("venv", "--clear", f"--python={sys.executable}", str(folder))
            uv("pip", "install", f"--python={folder}", "--require-hashes", f"--requirements={requirements}")
            stamp.write_text(state, encoding="utf-8")  # last: what was stopped is made again
    return str(folder / "bin" / "bump2version")


def _anchor(project: Project, version: str) -> str:
    """The two lines of pyproject.toml; a version alone is found at each dependency that has it, too."""
    return f'name = "{project.distribution}"\nversion = "{version}"'


def _finding(project: Project) -> dict[str, str]:
    return {
        "search": _anchor(project, "{current_version}"),
        "replace": _anchor(project, "{new_version}"),
    }
