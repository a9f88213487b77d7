from pathlib import Path

from ogrom_tools.pins.lockfile import Lockfile

TEXT = """
[[package]]
name = "Some_Package"
version = "1.0"
files = [{file = "a.whl", hash = "sha256:aa"}]

[[package]]
name = "some-package"
version = "2.0"
files = []

[[package]]
name = "ogrom-core"
version = "3.0"
files = []

[package.source]
url = "http://127.0.0.1:8418/simple"
reference = "ogrom"
"""


def test_it_tells_ours_from_others() -> None:
    """A package may have a version for each Python."""
    lock = Lockfile.parse(TEXT)
    assert lock.versions == {"some-package": {"1.0", "2.0"}}
    (core,) = lock.ours
    assert (core.name, core.source["reference"]) == ("ogrom-core", "ogrom")
    assert lock.packages[0].hashes == {"a.whl": "sha256:aa"}


def test_where_there_is_none_it_is_empty(tmp_path: Path) -> None:
    """As before the first pin."""
    assert Lockfile.read(tmp_path).packages == ()
