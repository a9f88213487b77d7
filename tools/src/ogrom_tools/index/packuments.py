"""What npm asks an index for: a packument for each package, all its versions in one JSON document.

They follow from the ledger, the tarballs and the address of the index, which npm wants in the URL of each tarball.
"""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any
from urllib.parse import quote

from ogrom_tools.command import Failed
from ogrom_tools.ledger import Release
from ogrom_tools.npm.tarball import manifest_in
from ogrom_tools.projects import semver

from .stores import FILES, PACKUMENTS


def packuments(tarballs: Mapping[Release, bytes], address: str) -> Mapping[str, bytes]:
    """All packuments of an index, by their names.

    Args:
        tarballs: of the releases that are npm packages.
        address: the URL of the index, without `simple/` or `npm/` and the slash before that.

    Raises:
        Failed: there is one, and no address.
    """
    if tarballs and not address:
        raise Failed(
            "npm wants the address of each tarball. Say at which URL people reach the index: "
            "--url https://HOST/simple/, or OGROM_INDEX_URL"
        )
    ordered = sorted(tarballs, key=lambda each: (each.distribution, each.number))
    return {
        f"{PACKUMENTS}{name}": json.dumps(_packument(name, list(releases), tarballs, address)).encode()
        for name, releases in groupby(ordered, lambda each: each.distribution)
    }


def _packument(
    name: str, releases: list[Release], tarballs: Mapping[Release, bytes], address: str
) -> Mapping[str, Any]:
    return {
        "name": name,
        "dist-tags": _tags(releases),
        "versions": {semver(each.number): _version(each, tarballs[each], address) for each in releases},
        "time": {semver(each.number): _moment(each.epoch) for each in releases},
    }


def _version(release: Release, tarball: bytes, address: str) -> Mapping[str, Any]:
    """Its package.json, where it is and which bytes it has; npm tells of a deprecation whoever installs it."""
    integrity = f"sha512-{base64.b64encode(hashlib.sha512(tarball).digest()).decode()}"
    dist = {"tarball": f"{address}/{FILES}{quote(release.artefact)}", "integrity": integrity}
    told = {"deprecated": release.yanked} if release.is_yanked else {}
    return {**manifest_in(tarball), **told, "dist": dist}


def _tags(releases: Iterable[Release]) -> Mapping[str, str]:
    """`latest` is the last version that is neither yanked nor a pre-release; `next` a pre-release after that."""
    good = [each for each in releases if not each.is_yanked]
    final = [each for each in good if not each.number.is_prerelease]
    tags = {"latest": semver(final[-1].number)} if final else {}
    if good and good[-1].number.is_prerelease:
        tags["next"] = semver(good[-1].number)
    return tags


def _moment(epoch: int) -> str:
    return dt.datetime.fromtimestamp(epoch, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
