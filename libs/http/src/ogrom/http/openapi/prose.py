"""What docstrings and the graph say, as a document's summaries and descriptions."""

from __future__ import annotations

import re
from inspect import cleandoc

from ..definition import ACTIONS
from ..endpoint import Endpoint
from ..graph import NODES

SECTION = re.compile(
    r"^(Args|Arguments|Attributes|Example|Examples|Note|Raises|Returns|Yields):$", re.MULTILINE
)
CITATION = re.compile(r" ?\([^()]*\d\.\d[^()]*\)$|(?<=[.?]) \([^()]*\d[^()]*\)$")


def of_method(endpoint: Endpoint, method: str) -> dict[str, str]:
    """Summary and description of one method: the action's docstring, else the class's with what is done."""
    resource = type(endpoint.resource)
    about = documented(resource.__doc__)
    if method not in ACTIONS:
        return about
    said = documented(getattr(getattr(resource, ACTIONS[method]), "__doc__", None))
    if said:
        return said
    return {
        "summary": CITATION.sub("", NODES[ACTIONS[method]].about),
        "description": about.get("summary", ""),
    }


def documented(text: str | None) -> dict[str, str]:
    """A docstring's first sentence as summary, the rest up to its first section as description."""
    said = SECTION.split(cleandoc(text or ""))[0].strip()
    paragraph = re.match(r".*?(?:\.(?=\s)|\Z|(?=\n\n))", said, re.DOTALL)
    assert paragraph is not None
    parts = {"summary": paragraph[0], "description": said[paragraph.end() :].strip()}
    return {
        name: " ".join(part.split()) if name == "summary" else part for name, part in parts.items() if part
    }
