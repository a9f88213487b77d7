"""What a project's folder said at a point of git's history."""

import tomllib
from collections.abc import Mapping
from itertools import chain
from typing import Any

from packaging.requirements import Requirement

from ogrom_tools.git import Repository
from ogrom_tools.projects import is_ours


def pyproject(repository: Repository, tree: str) -> Mapping[str, Any]:
    """The pyproject.toml in the folder whose tree this is.

    Raises:
        Failed: git does not hold it.
    """
    return tomllib.loads(repository.show(tree, "pyproject.toml"))


def ours(repository: Repository, tree: str) -> tuple[Requirement, ...]:
    """What it required of our own libraries, by itself or with an extra."""
    table = pyproject(repository, tree)["project"]
    extras = table.get("optional-dependencies", {}).values()
    lines = chain(table.get("dependencies", ()), *extras)
    return tuple(filter(is_ours, map(Requirement, lines)))
