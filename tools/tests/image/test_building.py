import platform
from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.image.building import download, for_image, web_address
from ogrom_tools.requirements import Pin, parse
from ogrom_tools.testing.checkout import commit_all


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


HASH = "sha256:" + "0" * 64


def pin(condition: str) -> Pin:
    (found,) = parse(f"little[more]==1.0 ; {condition} \\\n    --hash={HASH}\n".replace("[more]", ""))
    return found


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ('python_version >= "3.11" and python_version < "3.15"', True),
        ('python_full_version < "3.11.3"', False),
        ('python_version >= "3.13"', True),
        ('sys_platform == "win32"', False),
        ('platform_machine == "sparc"', False),
        (f'platform_machine == "{platform.machine()}"', True),
        ('implementation_name == "pypy"', False),
    ],
)
def test_the_images_python_decides(condition: str, wanted: bool) -> None:
    """Not this one: what it needs is named without conditions, and with its hashes."""
    expected = (Pin("little", "1.0", f"little==1.0 \\\n    --hash={HASH}"),) if wanted else ()
    assert for_image([pin(condition)]) == expected


def test_a_wheel_that_is_here_is_not_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that could not be had is."""
    asked: list[tuple[str, ...]] = []

    def run(*command: str) -> None:
        asked.append(command)
        if len(asked) == 1:
            raise Failed("no network")
        Path(command[-1].removeprefix("--dest="), "little-1.0-py3-none-any.whl").touch()

    monkeypatch.setattr("ogrom_tools.image.building.run", run)
    pins = for_image([pin('python_version >= "3.11"')])
    with pytest.raises(Failed, match="no network"):
        download(pins, tmp_path)
    for _ in range(2):
        assert [each.name for each in download(pins, tmp_path)] == ["little-1.0-py3-none-any.whl"]
    assert len(asked) == 2
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:", "--python-version=3.13"} < set(asked[1])
