from pathlib import Path

import pytest

from ogrom_tools.git import Repository
from ogrom_tools.image.building import web_address
from ogrom_tools.testing import commit_all


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://jo:secret@example.org/shop/ogrom.git", "https://example.org/shop/ogrom"),
        ("git@example.org:shop/ogrom.git", "https://example.org/shop/ogrom"),
        ("/srv/ogrom", ""),
        ("", ""),
    ],
)
def test_the_source_is_where_people_read_it(tmp_path: Path, remote: str, address: str) -> None:
    """No password and no path of this machine gets into a label."""
    (tmp_path / "a").touch()
    commit_all(tmp_path)
    if remote:
        Repository(tmp_path)("remote", "add", "origin", remote)
    assert web_address(Repository(tmp_path)) == address
