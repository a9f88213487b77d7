"""The pages of a simple index, in JSON and in HTML: PEP 503, 592, 658, 691 and 714.

They follow from the ledger and the wheels' METADATA alone, so whoever makes them again makes the same bytes.
"""

import hashlib
import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any
from urllib.parse import quote

import jinja2
from packaging.metadata import parse_email

from ogrom_tools.ledger import Release

from .stores import FILES, PAGES

_HTML = jinja2.Environment(autoescape=True, trim_blocks=True).from_string("""\
<!DOCTYPE html>
<html lang="en">
  <head><meta name="pypi:repository-version" content="1.0"><title>{{ name or "Simple index" }}</title></head>
  <body><h1>{{ name or "Simple index" }}</h1>
{% for each in projects %}
    <a href="{{ each.name }}/">{{ each.name }}</a><br>
{% endfor %}
{% for each in files %}
    <a href="{{ each.url }}#sha256={{ each.hashes.sha256 }}"
    {%- set metadata = each["core-metadata"] %} data-core-metadata="sha256={{ metadata.sha256 }}"
    {%- if each["requires-python"] %} data-requires-python="{{ each["requires-python"] }}"{% endif %}
    {%- if each.yanked %} data-yanked="{{ each.yanked }}"{% endif %}>{{ each.filename }}</a><br>
{% endfor %}
  </body>
</html>""")


def pages(metadata: Mapping[Release, bytes]) -> Mapping[str, bytes]:
    """All pages of an index, by their names; of its releases, and the METADATA in the wheel of each."""
    ordered = sorted(metadata, key=lambda each: (each.distribution, each.number))
    projects = {
        name: [_file(each, metadata[each]) for each in releases]
        for name, releases in groupby(ordered, lambda each: each.distribution)
    }
    contents: dict[str, Mapping[str, Any]] = {PAGES: {"projects": [{"name": name} for name in projects]}}
    contents |= {f"{PAGES}{name}/": {"name": name, "files": files} for name, files in projects.items()}
    made = {}
    for folder, content in contents.items():
        made[f"{folder}index.json"] = json.dumps({"meta": {"api-version": "1.0"}, **content}).encode()
        made[f"{folder}index.html"] = _HTML.render(content).encode()
    return made


def _file(release: Release, metadata: bytes) -> Mapping[str, Any]:
    """A wheel in its project's page; its address is relative to that, so that the index may be moved."""
    python = parse_email(metadata)[0].get("requires_python")
    return {
        "filename": release.artefact,
        "url": f"../../{FILES}{quote(release.artefact)}",
        "hashes": {"sha256": release.sha256},
        "core-metadata": {"sha256": hashlib.sha256(metadata).hexdigest()},
        "yanked": release.yanked or False,
        **({"requires-python": python} if python else {}),
    }
