"""What npm is told of each package."""

import base64
import gzip
import hashlib
import io
import json
import tarfile
from typing import Any

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.index.packuments import packuments
from ogrom_tools.ledger import NPM, Release
from ogrom_tools.projects import semver

ADDRESS = "https://index.example/python"


def tarball(release: Release) -> bytes:
    manifest = {"name": release.distribution, "version": semver(release.number), "contract": "1.0.0"}
    content = json.dumps(manifest).encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        info = tarfile.TarInfo("package/package.json")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def release(version: str, *, yanked: str = "", package: str = "spoons") -> Release:
    return Release(
        project=package,
        version=version,
        kind=NPM,
        artefact=f"ogrom-{package}-{version.replace('rc', '-rc.')}.tgz",
        tool="typescript==5.9.3",
        tree="1" * 40,
        epoch=1_800_000_000,
        sha256="0" * 64,
        record_sha256="0" * 64,
        date="2026-11-25",
        yanked=yanked,
    )


def packument(*releases: Release) -> Any:
    made = packuments({each: tarball(each) for each in releases}, ADDRESS)
    assert list(made) == ["npm/@ogrom/spoons"]
    return json.loads(made["npm/@ogrom/spoons"])


def test_a_version_is_its_manifest_and_where_it_is() -> None:
    """With the hash of the tarball, which npm puts into the lock, and the moment of the release."""
    only = release("1.0.0")
    digest = base64.b64encode(hashlib.sha512(tarball(only)).digest()).decode()
    assert packument(only) == {
        "name": "@ogrom/spoons",
        "dist-tags": {"latest": "1.0.0"},
        "versions": {
            "1.0.0": {
                "name": "@ogrom/spoons",
                "version": "1.0.0",
                "contract": "1.0.0",
                "dist": {
                    "tarball": f"{ADDRESS}/files/ogrom-spoons-1.0.0.tgz",
                    "integrity": f"sha512-{digest}",
                },
            }
        },
        "time": {"1.0.0": "2027-01-15T08:00:00.000Z"},
    }


@pytest.mark.parametrize(
    ("versions", "yanked", "tags"),
    [
        (("1.0.0", "1.10.0", "1.9.0"), "", {"latest": "1.10.0"}),
        (("1.0.0", "2.0.0rc1"), "", {"latest": "1.0.0", "next": "2.0.0-rc.1"}),
        (("2.0.0rc1", "2.0.0rc10", "2.0.0"), "", {"latest": "2.0.0"}),
        (("2.0.0rc2", "2.0.0rc10"), "", {"next": "2.0.0-rc.10"}),
        (("1.0.0", "1.1.0"), "1.1.0", {"latest": "1.0.0"}),
        (("1.0.0", "2.0.0rc1"), "2.0.0rc1", {"latest": "1.0.0"}),
        (("1.0.0",), "1.0.0", {}),
    ],
)
def test_tags_name_what_is_taken(versions: tuple[str, ...], yanked: str, tags: dict[str, str]) -> None:
    """`latest` unasked, `next` only by those who ask for it; neither is yanked."""
    releases = [release(each, yanked="tastes of tin" if each == yanked else "") for each in versions]
    assert packument(*releases)["dist-tags"] == tags


def test_a_yanked_version_is_deprecated() -> None:
    """With the reason, and stays for those who have it in a lock."""
    found = packument(release("1.0.0", yanked="tastes of tin"), release("1.0.1"))["versions"]
    assert found["1.0.0"]["deprecated"] == "tastes of tin"
    assert "deprecated" not in found["1.0.1"]


def test_each_package_has_one() -> None:
    """Under the name that npm asks for."""
    releases = (release("1.0.0"), release("1.0.0", package="forks"))
    made = packuments({each: tarball(each) for each in releases}, ADDRESS)
    assert list(made) == ["npm/@ogrom/forks", "npm/@ogrom/spoons"]


def test_an_address_is_needed_for_packages_only() -> None:
    """The error says how to give it."""
    assert packuments({}, "") == {}
    with pytest.raises(Failed, match="--url https://HOST/simple/, or OGROM_INDEX_URL"):
        packuments({release("1.0.0"): b""}, "")
