import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.npm.tarball import Tarball, build
from ogrom_tools.testing.checkout import Checkout, commit_all
from ogrom_tools.testing.package import write_package

PLACE = "clients/spoons"


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A repository with the npm package spoons, which each test gets a copy of."""
    root = tmp_path_factory.mktemp("spoons") / "cutlery"
    write_package(root / PLACE)
    commit_all(root)
    return Checkout(root)


@pytest.fixture(scope="session")
def tarball(released: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Tarball:
    """Its tarball, as it was released."""
    tree = released.repository.tree("HEAD", PLACE)
    return build(released.repository, tree, 1_800_000_000, tmp_path_factory.mktemp("released"))


@pytest.fixture
def cutlery(released: Checkout, tmp_path: Path) -> Checkout:
    """The repository."""
    return Checkout(shutil.copytree(released.root, tmp_path / "cutlery"))


@pytest.fixture
def edit(cutlery: Checkout) -> Callable[[str, str, str], str]:
    """Commits a file of the package with another text; the id of the package's new tree."""

    def edit(file: str, old: str, new: str) -> str:
        path = cutlery.root / PLACE / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        return cutlery.repository.tree(commit_all(cutlery.root), PLACE)

    return edit
