"""Writes a new version into a project's files, by bump2version: docs/decisions/bump2version-alone.md."""

import sys
from pathlib import Path

from packaging.version import Version

from ogrom_tools.command import Failed, run, uv
from ogrom_tools.environment import locked
from ogrom_tools.projects import Project
from ogrom_tools.requirements import pins

CONFIGURATION = ".bumpversion.cfg"
"""Its name in a project's folder."""


def bump(root: Path, project: Project, version: Version) -> None:
    """Write the version into a project's pyproject.toml and bump2version's own file.

    Args:
        root: the checkout whose pins and environments are used.
        project: where to write it; a copy, as nothing is put back when this fails.
        version: the new one.

    Raises:
        Failed: bump2version could not, or would have changed something else, too.
    """
    before = project.pyproject.read_text(encoding="utf-8")
    wanted = before.replace(_anchor(project, project.version), _anchor(project, str(version)))
    # What turns warnings into errors kills it; and it takes any part of a version with --new-version.
    plain = ("env", "-u", "PYTHONWARNINGS", program(root))
    run(*plain, "--allow-dirty", f"--new-version={version}", "patch", folder=project.folder)
    if project.pyproject.read_text(encoding="utf-8") != wanted:
        raise Failed(
            f"bump2version would change more than the version in {project.pyproject}, or another one. There and in "
            f"{CONFIGURATION} name and version must be two adjacent lines, as in the other libraries."
        )


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
