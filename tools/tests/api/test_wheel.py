from collections.abc import Callable
from importlib.metadata import distributions
from pathlib import Path

import pytest

from ogrom_rules import Level, level
from ogrom_tools.api import compare
from ogrom_tools.api.wheel import UnpackedWheel, metadata_changes, opened
from ogrom_tools.command import Failed, uv

WriteWheel = Callable[..., Path]


def test_a_wheel_that_differs_in_its_version_only_is_the_same(write_wheel: WriteWheel) -> None:
    """Nothing found is the one thing that needs no release."""
    assert compare(write_wheel("1"), write_wheel("2")) == ()


@pytest.mark.parametrize("file", ["ogrom/thing/data.json", "INFO/entry_points.txt", "INFO/licenses/LICENSE"])
def test_any_other_file_that_differs_is_a_patch(write_wheel: WriteWheel, file: str) -> None:
    """Code or not, in the package or about it."""
    old, new = write_wheel("1", files={file: "[a]\n"}), write_wheel("2", files={file: "[a]\n\n"})
    findings = compare(old, new)
    assert [each.rule for each in findings] == ["implementation-changed"]
    assert level(findings) is Level.PATCH


def test_packages_are_those_in_the_namespace(tmp_path: Path) -> None:
    """Each distribution has a part of `ogrom`; a package without __init__.py is one too."""
    for file in (
        "ogrom/http/__init__.py",
        "ogrom/protocols/models.py",
        "plain/__init__.py",
        "ogrom/data/x.txt",
    ):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    content = UnpackedWheel(tmp_path)
    assert content.packages == ("ogrom.http", "ogrom.protocols", "plain")
    assert set(content.modules) == {"ogrom.http", "ogrom.protocols.models", "plain"}


def test_what_is_no_wheel_is_told(tmp_path: Path) -> None:
    """With its path."""
    (tmp_path / "broken.whl").write_text("none")
    with (
        pytest.raises(Failed, match=r"broken\.whl is neither a wheel nor a folder"),
        opened(tmp_path / "broken.whl"),
    ):
        pass


def test_code_that_cannot_be_read_is_told(write_wheel: WriteWheel) -> None:
    """Not passed over as if it had no names."""
    broken = write_wheel("2", files={"ogrom/thing/broken.py": "def f(:\n"})
    with pytest.raises(Failed, match=r"broken\.py"):
        compare(write_wheel("1"), broken)


PYTHON, NEEDS, EXTRA = "Requires-Python: ", "Requires-Dist: ", "Provides-Extra: "

CHANGES = {
    "nothing": ([NEEDS + "msgspec>=0.19,<1"], [NEEDS + "msgspec<1,>=0.19"], []),
    "an older Python is refused": (
        [PYTHON + ">=3.11,<3.15"],
        [PYTHON + ">=3.12,<3.15"],
        ["major python-narrowed"],
    ),
    "a newer Python is refused": ([PYTHON + ">=3.11"], [PYTHON + ">=3.11,<3.15"], ["major python-narrowed"]),
    "a newer Python is allowed": (
        [PYTHON + ">=3.11,<3.15"],
        [PYTHON + ">=3.11,<3.16"],
        ["minor python-widened"],
    ),
    "a dependency joins": ([], [NEEDS + "msgspec"], ["minor dependency-added"]),
    "a dependency leaves": ([NEEDS + "msgspec"], [], ["minor dependency-removed"]),
    "a fix is needed": ([NEEDS + "p>=1,<2"], [NEEDS + "p>=1.2,<2"], ["minor dependency-narrowed"]),
    "a version is left out": ([NEEDS + "p>=1,<2"], [NEEDS + "p>=1,!=1.3,<2"], ["minor dependency-narrowed"]),
    "the next major is needed": ([NEEDS + "p>=1,<2"], [NEEDS + "p>=2,<3"], ["major dependency-replaced"]),
    "the next zero is needed": (
        [NEEDS + "p>=0.1,<0.2"],
        [NEEDS + "p>=0.2,<0.3"],
        ["major dependency-replaced"],
    ),
    "an upper end comes down": ([NEEDS + "p>=1,<3"], [NEEDS + "p>=1,<2"], ["major dependency-replaced"]),
    "an upper end comes": ([NEEDS + "p"], [NEEDS + "p<4"], ["major dependency-replaced"]),
    "the next major is allowed": ([NEEDS + "p>=1,<2"], [NEEDS + "p>=1,<3"], ["patch dependency-widened"]),
    "a pin moves": ([NEEDS + "p==1.2.3"], [NEEDS + "p==1.2.4"], ["major dependency-replaced"]),
    "an extra's need moves": (
        [NEEDS + 'flask>=3; extra == "flask"', EXTRA + "flask"],
        [NEEDS + 'flask>=3.1; extra == "flask"', EXTRA + "flask"],
        ["minor dependency-narrowed"],
    ),
    "an extra joins": ([], [EXTRA + "remote"], ["minor extra-added"]),
    "an extra leaves": ([EXTRA + "remote"], [], ["major extra-removed"]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_metadata_gets_its_level(change: str, write_wheel: WriteWheel) -> None:
    """As far as it decides what can be installed."""
    old, new, expected = CHANGES[change]
    with opened(write_wheel("1", *old)) as before, opened(write_wheel("2", *new)) as after:
        found = [
            f"{each.level} {each.rule.removeprefix('requires-')}" for each in metadata_changes(before, after)
        ]
    assert found == expected


def test_entry_points_come_and_go(write_wheel: WriteWheel) -> None:
    """One that is gone breaks whoever calls or loads it; their names know upper case, and may hold a colon."""
    file = "INFO/entry_points.txt"
    old = write_wheel("1", files={file: "[console_scripts]\nogrom = a:main\nOgrom = a:main\n"})
    new = write_wheel("2", files={file: "[console_scripts]\nogrom = b:main\n[pytest11]\nx:y = c\n"})
    with opened(old) as before, opened(new) as after:
        found = {(each.rule, each.symbol.partition(": ")[2]) for each in metadata_changes(before, after)}
    assert found == {("entry-point-removed", "Ogrom"), ("entry-point-added", "x:y")}


BREAKS = {
    "requires-python-narrowed": ("an older Python is refused", ("--python-version=3.11",)),
    "dependency-replaced": ("the next major is needed", ("p==1.9",)),
}
"""By a rule of major changes: one of those above, and what else an installer is asked for."""


@pytest.mark.slow
@pytest.mark.parametrize("rule", BREAKS)
def test_an_installer_finds_that_a_major_change_breaks(
    rule: str, write_wheel: WriteWheel, tmp_path: Path
) -> None:
    """The old wheel can be had beside it, and the new one cannot."""
    change, asked = BREAKS[rule]
    old, new, _ = CHANGES[change]
    for version in ("1.9", "2.0"):
        write_wheel(version, name="p")
    for wheel, can in ((write_wheel("1", *old), True), (write_wheel("2", *new), False)):
        options = ("--no-index", f"--find-links={wheel.parent}", "--dry-run", f"--target={tmp_path / 'x'}")
        try:
            uv("pip", "install", *options, *asked, str(wheel))
        except Failed:
            assert not can
        else:
            assert can


def test_an_import_finds_that_a_major_change_breaks(write_wheel: WriteWheel) -> None:
    """As programs look for entry points and extras."""
    file = "INFO/entry_points.txt"
    old = write_wheel("1", EXTRA + "remote", files={file: "[console_scripts]\nogrom = a:main\n"})
    new = write_wheel("2", files={file: "[console_scripts]\n"})
    for wheel, offers in ((old, True), (new, False)):
        with opened(wheel) as content:
            (distribution,) = distributions(path=[str(content.folder)])
            assert bool(distribution.entry_points.select(name="ogrom")) is offers
            assert ("remote" in (distribution.metadata.get_all("Provides-Extra") or ())) is offers
