"""The pages of a simple index, made of what is known of its wheels: PEP 503, 592, 658 and 691.

A page is made of nothing else, so whoever makes it again makes the same bytes.
"""

import hashlib
import html
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import quote

from packaging.metadata import parse_email
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from .layout import FILES, PAGES

META = {"api-version": "1.0"}


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

    @property
    def project(self) -> str:
        """The name that it is asked for by."""
        return parse_wheel_filename(self.name)[0]

    @property
    def version(self) -> Version:
        """The version that it is of."""
        return parse_wheel_filename(self.name)[1]

    @property
    def requires_python(self) -> str | None:
        """The Pythons that it is for."""
        return parse_email(self.metadata)[0].get("requires_python")

    @property
    def url(self) -> str:
        """Where it is, seen from its project's page; so the index may be moved as a whole."""
        return f"../../{FILES}{quote(self.name)}"

    @property
    def metadata_sha256(self) -> str:
        """The hash that the fetched METADATA must have."""
        return hashlib.sha256(self.metadata).hexdigest()


def pages(files: Iterable[File]) -> Mapping[str, bytes]:
    """All pages of an index of these wheels: each page's name and its bytes."""
    by_project = groupby(sorted(files, key=_place), lambda each: each.project)
    projects = {project: tuple(group) for project, group in by_project}
    result = dict(_both(PAGES, _root_html(projects), _root_json(projects)))
    for project, group in projects.items():
        result |= _both(f"{PAGES}{project}/", _project_html(project, group), _project_json(project, group))
    return result


def _place(file: File) -> tuple[str, Version, str]:
    return file.project, file.version, file.name


def _both(folder: str, page: Iterable[str], data: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    yield f"{folder}index.html", "\n".join(page).encode()
    yield f"{folder}index.json", json.dumps(data).encode()


def _root_json(projects: Iterable[str]) -> Mapping[str, Any]:
    return {"meta": META, "projects": [{"name": project} for project in projects]}


def _root_html(projects: Iterable[str]) -> Iterator[str]:
    return _page("Simple index", (_link(f"{project}/", project) for project in projects))


def _project_json(project: str, files: Sequence[File]) -> Mapping[str, Any]:
    return {"meta": META, "name": project, "files": [_file(each) for each in files]}


def _file(file: File) -> Mapping[str, Any]:
    told: dict[str, Any] = {
        "filename": file.name,
        "url": file.url,
        "hashes": {"sha256": file.sha256},
        "core-metadata": {"sha256": file.metadata_sha256},
        "yanked": file.yanked or False,
    }
    if file.requires_python:
        told["requires-python"] = file.requires_python
    return told


def _project_html(project: str, files: Sequence[File]) -> Iterator[str]:
    return _page(f"Links for {project}", map(_file_link, files))


def _file_link(file: File) -> str:
    data = {"data-core-metadata": f"sha256={file.metadata_sha256}"}
    if file.requires_python:
        data["data-requires-python"] = file.requires_python
    if file.yanked:
        data["data-yanked"] = file.yanked
    return _link(f"{file.url}#sha256={file.sha256}", file.name, data)


def _link(target: str, text: str, data: Mapping[str, str] | None = None) -> str:
    attributes = {"href": target, **(data or {})}
    shown = " ".join(f'{key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"    <a {shown}>{html.escape(text)}</a><br>"


def _page(title: str, links: Iterable[str]) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield f'  <head><meta name="pypi:repository-version" content="1.0"><title>{html.escape(title)}</title></head>'
    yield f"  <body><h1>{html.escape(title)}</h1>"
    yield from links
    yield "  </body>"
    yield "</html>"
