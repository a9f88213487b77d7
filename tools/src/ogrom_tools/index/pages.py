"""Pages: those of a simple index, made of what is known of its wheels: PEP 503, 592, 658 and 691.

A page is made of nothing else, so whoever makes it again makes the same bytes.
"""

import hashlib
import html
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import quote

from packaging.metadata import parse_email
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from ogrom_tools.ledger import Release
from ogrom_tools.wheelhouse import metadata_in

from .stores import FILES, PAGES

_HTML = """\
<!DOCTYPE html>
<html lang="en">
  <head><meta name="pypi:repository-version" content="1.0"><title>{title}</title></head>
  <body><h1>{title}</h1>
{links}
  </body>
</html>"""


@dataclass(frozen=True)
class File:
    """What the index tells of a wheel."""

    name: str
    """The file's: `ogrom_core-1.2.3-py3-none-any.whl`."""
    sha256: str
    metadata: bytes
    """The METADATA in it, which is served beside it, so that a resolver need not fetch the wheel."""
    yanked: str = ""
    """Why nobody should take it any longer; "" for a good one."""

    @classmethod
    def of(cls, release: Release, wheel: bytes) -> Self:
        """That of a release, whose wheel has these bytes."""
        return cls(release.artefact, release.sha256, metadata_in(wheel), release.yanked)

    @property
    def project(self) -> str:
        """The name that it is asked for by."""
        return parse_wheel_filename(self.name)[0]

    @property
    def version(self) -> Version:
        """The version that it is of."""
        return parse_wheel_filename(self.name)[1]

    @property
    def told(self) -> Mapping[str, Any]:
        """Its entry in its project's page (PEP 691); the address is seen from there, so an index may be moved."""
        told: dict[str, Any] = {
            "filename": self.name,
            "url": f"../../{FILES}{quote(self.name)}",
            "hashes": {"sha256": self.sha256},
            "core-metadata": {"sha256": hashlib.sha256(self.metadata).hexdigest()},
            "yanked": self.yanked or False,
        }
        if python := parse_email(self.metadata)[0].get("requires_python"):
            told["requires-python"] = python
        return told


def pages(files: Iterable[File]) -> Mapping[str, bytes]:
    """All pages of an index of these wheels: each page's name and its bytes."""
    ordered = sorted(files, key=lambda each: (each.project, each.version, each.name))
    projects = {
        name: [each.told for each in group] for name, group in groupby(ordered, lambda it: it.project)
    }
    root = {"projects": [{"name": name} for name in projects]}
    result = dict(_both(PAGES, "Simple index", root, (_link(name, f"{name}/") for name in projects)))
    for name, told in projects.items():
        page = {"name": name, "files": told}
        result |= _both(f"{PAGES}{name}/", f"Links for {name}", page, map(_wheel, told))
    return result


def _both(
    folder: str, title: str, told: Mapping[str, Any], links: Iterable[str]
) -> Iterator[tuple[str, bytes]]:
    """A page in JSON, and in HTML."""
    yield f"{folder}index.json", json.dumps({"meta": {"api-version": "1.0"}, **told}).encode()
    yield f"{folder}index.html", _HTML.format(title=html.escape(title), links="\n".join(links)).encode()


def _wheel(told: Mapping[str, Any]) -> str:
    """The link to a wheel, with what JSON tells of it (PEP 503, 592 and 714)."""
    more = {
        "core-metadata": f"sha256={told['core-metadata']['sha256']}",
        "requires-python": told.get("requires-python"),
        "yanked": told["yanked"],
    }
    data = {f"data-{key}": value for key, value in more.items() if value}
    return _link(told["filename"], f"{told['url']}#sha256={told['hashes']['sha256']}", data)


def _link(text: str, target: str, data: Mapping[str, str] = MappingProxyType({})) -> str:
    shown = "".join(f' {key}="{html.escape(value)}"' for key, value in data.items())
    return f'    <a href="{html.escape(target)}"{shown}>{html.escape(text)}</a><br>'
