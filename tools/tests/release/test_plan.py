from collections.abc import Callable

import pytest

from ogrom_rules import Finding, Level
from ogrom_tools.command import Failed
from ogrom_tools.release.plan import Planned
from ogrom_tools.testing.workshop import Script, Workshop

NO_VERSION = ["1.2", "1.2.3b1", "huge"]


def planned(workshop: Workshop, wanted: str = "") -> Planned:
    """What is planned of plates."""
    (found,) = workshop.plan(f"plates={wanted}").planned
    return found


def finding(level: Level) -> Finding:
    return Finding(f"some-{level}", level, "ogrom.plates.size", "It takes one argument more.")


@pytest.mark.parametrize(
    ("released", "level", "wanted", "version"),
    [
        ("1.2.3", Level.PATCH, "", "1.2.4"),
        ("1.2.3", Level.MINOR, "", "1.3.0"),
        ("1.2.3", Level.MAJOR, "", "2.0.0"),
        ("1.2.3", Level.PATCH, "minor", "1.3.0"),
        ("1.2.3", Level.NONE, "patch", "1.2.4"),
        ("0.2.3", Level.MINOR, "", "0.2.4"),
        ("0.2.3", Level.MAJOR, "", "0.3.0"),
        ("0.2.3", Level.MAJOR, "minor", "0.3.0"),
        ("0.2.3", Level.PATCH, "major", "1.0.0"),
        ("0.2.3", Level.NONE, "major", "1.0.0"),
        ("1.2.3", Level.MINOR, "1.3.1", "1.3.1"),
    ],
)
def test_the_level_makes_the_version(
    workshop: Workshop, script: Script, released: str, level: Level, wanted: str, version: str
) -> None:
    """The lowest legal one, or a higher one that was asked for; 0.y shifts down by one."""
    workshop.enter("plates", released)
    script.findings = (finding(level),) if level else ()
    assert str(planned(workshop, wanted).version) == version


@pytest.mark.parametrize(
    ("released", "level", "wanted", "legal"),
    [
        ("1.2.3", Level.MINOR, "patch", "minor"),
        ("1.2.3", Level.MAJOR, "minor", "major"),
        ("1.2.3", Level.MAJOR, "1.9.9", "major"),
        ("0.2.3", Level.MAJOR, "patch", "minor"),
    ],
)
def test_a_level_that_promises_too_little_is_refused(
    workshop: Workshop, script: Script, released: str, level: Level, wanted: str, legal: str
) -> None:
    """The reason names the changes, and the command that is right."""
    workshop.enter("plates", released)
    script.findings = (finding(level), finding(Level.PATCH))
    words = rf"(?s)It takes one argument more\. \(some-{level}\).*\./dev release plates={legal}"
    with pytest.raises(Failed, match=words) as refusal:
        planned(workshop, wanted)
    assert "some-patch" not in str(refusal.value)


@pytest.mark.parametrize(("wanted", "version"), [("", "0.1.0"), ("minor", "0.2.0"), ("major", "1.0.0")])
def test_a_first_release_is_what_stands_there_or_the_level_above(
    workshop: Workshop, script: Script, wanted: str, version: str
) -> None:
    """There is nothing that it could break."""
    script.findings = ()
    plan = planned(workshop, wanted)
    assert (str(plan.version), plan.last) == (version, None)


def test_nothing_changed_is_nothing_to_release(workshop: Workshop, script: Script) -> None:
    """Unless somebody asks for a level."""
    workshop.enter("plates", "1.0.0")
    script.findings = ()
    with pytest.raises(Failed, match=r"has changed since plates 1\.0\.0: nothing to release"):
        workshop.plan()


def test_a_yanked_release_promises_nothing_but_keeps_its_number(workshop: Workshop, script: Script) -> None:
    """What follows is measured by the last good one."""
    workshop.enter("plates", "1.0.0")
    workshop.enter("plates", "1.1.0", yanked="It leaks.")
    assert str(planned(workshop).version) == "1.1.1"
    script.findings = (finding(Level.MAJOR),)
    assert str(planned(workshop).version) == "2.0.0"


@pytest.mark.parametrize("wanted", NO_VERSION)
def test_what_is_no_version_is_refused(workshop: Workshop, script: Script, wanted: str) -> None:
    """A release has three numbers."""
    with pytest.raises(Failed, match="neither patch, minor or major nor a version"):
        planned(workshop, wanted)


def test_no_version_is_released_twice(workshop: Workshop, script: Script) -> None:
    """Nor one before the last."""
    workshop.enter("plates", "1.0.0")
    for wanted, words in (("1.0.0", "never changes"), ("0.9.0", "does not follow")):
        with pytest.raises(Failed, match=words):
            planned(workshop, wanted)


def test_a_tag_without_a_release_is_a_contradiction(workshop: Workshop, script: Script) -> None:
    """Somebody may have released it elsewhere."""
    workshop.repository("tag", "plates-v0.1.0")
    with pytest.raises(Failed, match=r"(?s)plates-v0\.1\.0 exists.*git pull"):
        workshop.plan()


def _edit(workshop: Workshop) -> None:
    (workshop.root / "stray.txt").touch()


def _detach(workshop: Workshop) -> None:
    workshop.repository("checkout", "--quiet", "--detach")


def _say_nothing(workshop: Workshop) -> None:
    workshop.edit("libs/plates/CHANGELOG.md", "### Added\n\n- All of plates.\n", "")
    workshop.commit()


def _bump_by_hand(workshop: Workshop) -> None:
    workshop.enter("plates", "1.0.0")
    workshop.edit("libs/plates/pyproject.toml", '"1.0.0"', '"1.1.0"')
    workshop.commit()


STATES = {
    "a file that is not committed": (_edit, r"(?s)not committed.*\?\? stray\.txt"),
    "no branch": (_detach, "git switch"),
    "an empty changelog": (_say_nothing, r"says nothing under \[Unreleased\]"),
    "a version bumped by hand": (_bump_by_hand, r"says 1\.1\.0, which was never released\. Put 1\.0\.0"),
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_there_is_a_state_to_release_from(
    workshop: Workshop, script: Script, state: tuple[Callable[[Workshop], None], str]
) -> None:
    """And a refusal says what to do about another."""
    spoil, words = state
    spoil(workshop)
    with pytest.raises(Failed, match=words):
        workshop.plan()


def test_git_must_know_who_releases(
    workshop: Workshop, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is done; a name in the environment will do."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    for role in ("AUTHOR", "COMMITTER"):
        for part in ("NAME", "EMAIL"):
            monkeypatch.delenv(f"GIT_{role}_{part}", raising=False)
    monkeypatch.delenv("EMAIL", raising=False)
    workshop.repository("config", "--remove-section", "user")
    with pytest.raises(Failed, match=r"(?s)tell me who you are.*git config --global user\.name"):
        workshop.plan()
    for role, other in (("AUTHOR", "COMMITTER"), ("COMMITTER", "AUTHOR")):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A Robot")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "robot@example.com")
        with monkeypatch.context() as patch:
            for part in ("NAME", "EMAIL"):
                patch.delenv(f"GIT_{other}_{part}", raising=False)
            with pytest.raises(Failed, match=r"(?s)tell me who you are.*git config --global user\.name"):
                workshop.plan()
    assert str(workshop.plan()) == "plates 0.1.0"


def test_what_nobody_could_install_is_refused(workshop: Workshop, script: Script) -> None:
    """The library below is released first."""
    with pytest.raises(Failed, match=r"(?s)the releases of plates: none yet.*Release plates with it"):
        workshop.plan("cups")


def test_it_knows_whom_it_concerns(workshop: Workshop, script: Script) -> None:
    """A library that could not have it joins, and its old release cannot be tested."""
    workshop.enter("plates", "1.0.0")
    workshop.enter("cups", "1.0.0")
    script.findings = (finding(Level.MAJOR),)
    plan = workshop.plan()
    assert str(plan) == "plates 2.0.0, cups 2.0.0"
    _, cups = plan.planned
    assert (cups.joins, cups.requires) == ("it requires ogrom-plates<2,>=0.1", ("plates >=2.0.0,<3",))
    assert list(plan.dependents.values()) == ["cups 1.0.0 requires ogrom-plates<2,>=0.1"]
