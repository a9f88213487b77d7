import dataclasses
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from packaging.version import Version

from ogrom_tools.command import Failed
from ogrom_tools.ledger import EARLIEST, FILE, Ledger, Release

IDENTIFIER = st.binary(min_size=20, max_size=20).map(bytes.hex)
DIGEST = st.binary(min_size=32, max_size=32).map(bytes.hex)
NUMBER = st.integers(0, 999)
REASON = st.text(st.characters(codec="utf-8"), max_size=40).map(str.strip)


@st.composite
def releases(draw: st.DrawFn) -> Release:
    project = draw(st.sampled_from(["core", "http", "sources"]))
    version = "{}.{}.{}".format(*draw(st.tuples(NUMBER, NUMBER, NUMBER)))
    return Release(
        project=project,
        version=version,
        tree=draw(IDENTIFIER),
        commit=draw(st.one_of(st.just(""), IDENTIFIER)),
        epoch=draw(st.integers(EARLIEST, 2**33)),
        tool="poetry-core==2.5.0",
        artefact=f"ogrom_{project}-{version}-py3-none-any.whl",
        sha256=draw(DIGEST),
        record_sha256=draw(DIGEST),
        date=draw(st.dates()).isoformat(),
        yanked=draw(REASON),
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(releases(), max_size=4, unique_by=lambda each: (each.project, each.number)))
def test_a_ledger_is_read_as_it_was_written(lines: list[Release]) -> None:
    """Whatever a reason says, in the order of the releases."""
    ledger = Ledger(tuple(lines))
    assert Ledger.parse(ledger.text) == ledger


def numbered(release: Release, *versions: str) -> list[Release]:
    return [
        dataclasses.replace(release, version=each, artefact=f"ogrom_core-{each}-py3-none-any.whl")
        for each in versions
    ]


def test_it_lies_in_the_root(tmp_path: Path, release: Release) -> None:
    """Where nothing was released, there is none; writing replaces the file at one stroke."""
    assert Ledger.read(tmp_path) == Ledger()
    for ledger in (Ledger((release,)), Ledger(())):
        ledger.write(tmp_path)
        assert Ledger.read(tmp_path) == ledger
    assert [each.name for each in tmp_path.iterdir()] == [FILE]


def test_a_release_is_known_by_both_its_names(release: Release) -> None:
    """The short one and the one on the index."""
    assert (release.project, release.distribution) == ("core", "ogrom-core")
    assert release.number == Version("1.2.3")
    assert str(release) == "core 1.2.3"


def test_versions_are_ordered_as_numbers(release: Release) -> None:
    """1.10 comes after 1.9, whenever it was made; another project is another matter."""
    ledger = Ledger(tuple(numbered(release, "1.10.0", "1.9.0", "1.9.1")))
    other = dataclasses.replace(release, project="http", version="3.0.0")
    ledger = Ledger((*ledger, other))
    assert [each.version for each in ledger.of("core")] == ["1.9.0", "1.9.1", "1.10.0"]
    assert ledger.of("ogrom-core") == ()
    assert ledger.last("core") == ledger.releases[0]


def test_the_last_release_is_the_last_good_one(release: Release) -> None:
    """A yanked one is nobody's measure."""
    ledger = Ledger(tuple(numbered(release, "1.0.0", "1.1.0")))
    assert ledger.last("http") is None
    ledger = ledger.yanking("core", "1.1.0", "It loses likes")
    assert str(ledger.last("core")) == "core 1.0.0"
    assert ledger.yanking("core", "1.0.0", "Too").last("core") is None


def test_a_release_is_found_by_its_version(release: Release) -> None:
    """However it is written; if there is none, the error says which there are."""
    ledger = Ledger(tuple(numbered(release, "1.0.0", "1.1.0")))
    assert ledger.find("core", "1.1") == ledger.releases[1]
    with pytest.raises(Failed, match=r"core 2\.0 was never released; the releases of core: 1\.0\.0, 1\.1\.0"):
        ledger.find("core", "2.0")
    with pytest.raises(Failed, match="the releases of http: none yet"):
        ledger.find("http", "1.0")


@pytest.mark.parametrize("text", ["latest", "", "1.x", "v1 2"])
def test_what_is_no_version_was_never_released(release: Release, text: str) -> None:
    """It is an answer, not a traceback."""
    with pytest.raises(Failed, match=r"the releases of core: 1\.2\.3"):
        Ledger((release,)).find("core", text)


def test_a_release_is_added_once(release: Release) -> None:
    """The same again changes nothing, so a stopped release can be finished."""
    ledger = Ledger().adding(release)
    assert ledger.adding(release) == ledger
    assert ledger.releases == (release,)


@pytest.mark.parametrize("version", ["1.2.3", "1.2.3.0"])
def test_a_version_is_released_once(release: Release, version: str) -> None:
    """Never again with other content, though it be spelt in another way."""
    other = dataclasses.replace(release, version=version, sha256="9" * 64)
    with pytest.raises(Failed, match="raise the version"):
        Ledger((release,)).adding(other)


def test_a_yanked_release_is_not_released_again(release: Release) -> None:
    """Its number is spent."""
    ledger = Ledger((release,)).yanking("core", "1.2.3", "It loses likes")
    with pytest.raises(Failed, match="raise the version"):
        ledger.adding(release)


def test_yanking_needs_a_release_and_a_reason(release: Release) -> None:
    """A later reason replaces an earlier one."""
    ledger = Ledger((release,))
    with pytest.raises(Failed, match="Say why"):
        ledger.yanking("core", "1.2.3", " \n")
    with pytest.raises(Failed, match="never released"):
        ledger.yanking("core", "1.2.4", "It loses likes")
    twice = ledger.yanking("core", "1.2.3", "It loses likes").yanking("core", "1.2.3", "And comments ")
    assert [each.yanked for each in twice] == ["And comments"]
    assert twice.releases[0].is_yanked
    assert not release.is_yanked


TAMPERED = {
    "a field is missing": {"epoch": None},
    "a field is unknown": {"size": 17},
    "a digest is too short": {"sha256": "abc"},
    "an id is none": {"tree": "HEAD".ljust(40)},
    "an id is in capitals": {"tree": "C" * 40},
    "a digest is a number": {"record_sha256": 7},
    "the version is none": {"version": "newest"},
    "the epoch is a text": {"epoch": "now"},
    "the epoch is before all wheels": {"epoch": -1},
    "the project is a path": {"project": "../core"},
    "the reason is no text": {"yanked": True},
    "the day is none": {"date": "yesterday"},
    "it is of another kind": {"kind": "image"},
    "the tool is another": {"tool": "setuptools==80.0.0"},
    "the tool's version is none": {"tool": "poetry-core==newest"},
    "the wheel is elsewhere": {"artefact": "../ogrom_core-1.2.3-py3-none-any.whl"},
    "the wheel is of another project": {"artefact": "ogrom_http-1.2.3-py3-none-any.whl"},
    "the wheel is of another version": {"artefact": "ogrom_core-1.2.4-py3-none-any.whl"},
    "the wheel is none": {"artefact": "ogrom_core-1.2.3.tar.gz"},
    "it has a commit": {"commit": "c" * 40},
}
PACKAGE = {
    "kind": "npm",
    "project": "spoons",
    "tool": "typescript==5.9.3",
    "version": "1.2.3rc1",
    "artefact": "ogrom-spoons-1.2.3-rc.1.tgz",
}
TAMPERED_PACKAGE = {
    "the tarball is elsewhere": {"artefact": "../ogrom-spoons-1.2.3-rc.1.tgz"},
    "the tarball is of another version": {"artefact": "ogrom-spoons-1.2.3.tgz"},
    "the tarball is not in our scope": {"artefact": "spoons-1.2.3-rc.1.tgz"},
    "the package is a path": {"project": "../spoons"},
    "the version is npm's": {"version": "1.2.3-rc.1"},
    "a wheel's tool made it": {"tool": "poetry-core==2.5.0"},
    "a wheel was made by a compiler": {**PACKAGE, "kind": "wheel"},
}
OLD = {
    "the commit is none": {"commit": "main"},
    "the backend's version is none": {"poetry_core": ">=2"},
    "the wheel is elsewhere": {"wheel": "../ogrom_core-1.2.3-py3-none-any.whl"},
    "the wheel is missing": {"wheel": None},
    "it has words of today": {"kind": "wheel", "artefact": "ogrom_core-1.2.3-py3-none-any.whl"},
}


def test_an_npm_package_is_a_line_too(release: Release) -> None:
    """Under the name that npm knows, whichever folder it is made in."""
    package = dataclasses.replace(release, **PACKAGE)  # type: ignore[arg-type]
    assert Ledger.parse(Ledger((release, package)).text) == Ledger((release, package))
    assert (package.distribution, package.place) == ("@ogrom/spoons", "clients/spoons")
    assert (release.distribution, release.place) == ("ogrom-core", "libs/core")
    other = dataclasses.replace(package, project="typescript", artefact="ogrom-client-1.2.3-rc.1.tgz")
    assert (other.distribution, other.tag) == ("@ogrom/client", "typescript-v1.2.3rc1")


def test_a_line_with_a_commit_stays_as_it_is(release: Release) -> None:
    """Those before December 2026."""
    text = Ledger((dataclasses.replace(release, commit="c" * 40),)).text
    line = tomllib.loads(text)["release"][0]
    assert [*line] == [
        *("project", "version", "tree", "commit", "epoch", "poetry_core", "wheel"),
        *("sha256", "record_sha256", "date"),
    ]
    assert (line["poetry_core"], Ledger.parse(text).text) == ("2.5.0", text)


@pytest.mark.parametrize(
    ("commit", "change"),
    [
        *(("", change) for change in TAMPERED.values()),
        *(("", {**PACKAGE, **change}) for change in TAMPERED_PACKAGE.values()),
        *(("c" * 40, change) for change in OLD.values()),
    ],
    ids=[*TAMPERED, *TAMPERED_PACKAGE, *(f"{each}, of old" for each in OLD)],
)
def test_a_tampered_line_is_refused(release: Release, commit: str, change: dict[str, object]) -> None:
    """The file is named, and what brings it back."""
    (line,) = tomllib.loads(Ledger((dataclasses.replace(release, commit=commit),)).text)["release"]
    values = {**line, **change}
    text = "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items() if value is not None)
    with pytest.raises(Failed, match=rf"{FILE} is damaged: .*git checkout {FILE}"):
        Ledger.parse(f"[[release]]\n{text}\n")


@pytest.mark.parametrize(
    "text", ["[[release]", "release = 7", 'release = ["core"]', "[release]\n", "[[releases]]\n"]
)
def test_what_is_no_ledger_is_refused(text: str) -> None:
    """A conflict of a merge, above all."""
    with pytest.raises(Failed, match=f"{FILE} is damaged"):
        Ledger.parse(text)


def test_a_ledger_that_contradicts_itself_is_refused(release: Release) -> None:
    """Two lines for one version, as two branches may have made them."""
    other = dataclasses.replace(release, sha256="9" * 64)
    with pytest.raises(Failed, match=rf"{FILE} is damaged: .*core 1\.2\.3"):
        Ledger.parse(Ledger((release, other)).text)
