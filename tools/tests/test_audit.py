import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ogrom_tools.audit import ALLOWED, audit, fetch, main, pinned
from ogrom_tools.command import Failed
from ogrom_tools.projects import discover
from ogrom_tools.testing.checkout import write_library

RECORD: Mapping[str, Any] = {
    "id": "GHSA-m2qf-hxjv-5gpq",
    "summary": "Cookies may be shared.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Flask"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [
                        {"introduced": "0"},
                        {"fixed": "2.2.5"},
                        {"introduced": "2.3.0"},
                        {"fixed": "2.3.2"},
                    ],
                },
                {"type": "GIT", "events": [{"introduced": "0"}]},
            ],
            "versions": ["3.0.0rc1"],
        }
    ],
}


def database(folder: Path, *records: Mapping[str, Any]) -> Path:
    file = folder / "all.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for number, each in enumerate(records):
            archive.writestr(f"{number}.json", json.dumps(each))
    return file


def found(file: Path, version: str) -> list[str]:
    return [f"{each.symbol} {each.rule}" for each in audit(file, {"flask": frozenset({version})})]


@pytest.mark.parametrize(
    ("version", "is_affected"),
    [
        ("0.12", True),
        ("2.2.4", True),
        ("2.2.5", False),
        ("2.3.0", True),
        ("2.3.1", True),
        ("2.3.2", False),
        ("3.0.0rc1", True),
        ("3.1.0", False),
    ],
)
def test_a_version_is_affected_as_the_advisory_says(tmp_path: Path, version: str, is_affected: bool) -> None:
    """By its ranges or by name; a range of git's commits says nothing of versions."""
    expected = [f"flask {version} GHSA-m2qf-hxjv-5gpq"] if is_affected else []
    assert found(database(tmp_path, RECORD), version) == expected


def test_the_last_affected_version_is_the_last_one(tmp_path: Path) -> None:
    """Where none is fixed."""
    events = [{"introduced": "1"}, {"last_affected": "1.4"}]
    affected = {
        "package": {"ecosystem": "PyPI", "name": "flask"},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    file = database(tmp_path, {"id": "PYSEC-1", "details": "Long.\nLonger.", "affected": [affected]})
    assert [bool(found(file, each)) for each in ("0.9", "1.0", "1.4", "1.4.1")] == [False, True, True, False]
    (told,) = audit(file, {"flask": frozenset({"1.4"})})
    assert told.text == "Long. Fixed in no version."


def test_what_was_withdrawn_or_is_of_others_is_nothing(tmp_path: Path) -> None:
    """An advisory that was a mistake, and a package of the same name elsewhere."""
    other = {
        **RECORD,
        "affected": [{**RECORD["affected"][0], "package": {"ecosystem": "npm", "name": "flask"}}],
    }
    file = database(tmp_path, {**RECORD, "withdrawn": "2024-01-01T00:00:00Z"}, other)
    assert found(file, "2.2.4") == []


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    """With the way to get one."""
    with pytest.raises(Failed, match=r"There is no .*nothing\.zip\. Get it .*: \./dev audit --fetch"):
        found(tmp_path / "nothing.zip", "1")
    (tmp_path / "all.zip").write_text("<html>")
    with pytest.raises(Failed, match=r"all\.zip is not a copy of https://osv"):
        found(tmp_path / "all.zip", "1")


def test_one_that_is_known_by_two_names_is_told_once(tmp_path: Path) -> None:
    """GitHub's advisories and the Packaging Authority's are both in the database."""
    file = database(
        tmp_path,
        {**RECORD, "aliases": ["PYSEC-2023-62"]},
        {**RECORD, "id": "PYSEC-2023-62", "aliases": [RECORD["id"]]},
    )
    assert found(file, "2.2.4") == ["flask 2.2.4 GHSA-m2qf-hxjv-5gpq"]


@pytest.mark.parametrize("content", [b"PK\3\4 and no more", b""])
def test_what_does_not_come_whole_takes_no_copys_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """A connection that was cut looks like the end."""
    kept = database(tmp_path, RECORD)
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: io.BytesIO(content))
    with pytest.raises(Failed, match="Cannot download"):
        fetch(kept)
    assert found(kept, "2.2.4")
    whole = kept.read_bytes()
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: io.BytesIO(whole))
    fetch(tmp_path / "new" / "osv.zip")
    assert found(tmp_path / "new" / "osv.zip", "2.2.4")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout that pins a vulnerable version, and OSV's copy at its place."""
    root = tmp_path / "checkout"
    write_library(root / "libs" / "thing", "1.2.3")
    (root / "tools" / "requirements").mkdir(parents=True)
    (root / "tools" / "requirements" / "test.txt").write_text("flask==2.2.4 \\\n    --hash=sha256:00\n")
    (root / ".ogrom").mkdir()
    database(root, RECORD).rename(root / ".ogrom" / "osv.zip")
    return root


def test_a_vulnerable_pin_is_an_error_until_it_is_allowed(root: Path) -> None:
    """With what to do about it; what is allowed is still told."""
    result = CliRunner().invoke(main, ["--root", str(root)])
    assert result.exit_code == 1
    assert "flask 2.2.4: GHSA-m2qf-hxjv-5gpq: Cookies may be shared. Fixed in 2.2.5, 2.3.2." in result.output
    entry = (
        '[[allowed]]\nrule = "GHSA-m2qf-hxjv-5gpq"\nsymbol = "flask 2.2.4"\nreason = "We set no cookies."\n'
    )
    (root / ALLOWED).write_text(entry + "expires = 9999-12-31\n")
    result = CliRunner().invoke(main, ["--root", str(root)], catch_exceptions=False)
    assert result.exit_code == 0
    assert "Allowed until 9999-12-31: We set no cookies." in result.output
    assert "No open vulnerability in 1 packages." in result.output


def test_all_that_is_pinned_here_is_looked_at() -> None:
    """What tests run on, what the image is built by, and what the service runs on."""
    packages = pinned(discover())
    assert {"pytest", "pip", "flask", "waitress", "bump2version"} <= packages.keys()
