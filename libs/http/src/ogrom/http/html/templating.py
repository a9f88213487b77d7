"""The one Jinja2 environment, and the header fields that every page is sent with."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files

import jinja2
from markupsafe import Markup

_FOLDER = files("ogrom.http").joinpath("templates")


def source(name: str) -> str:
    """A file of `templates`, as text."""
    return _FOLDER.joinpath(name).read_text("utf-8").strip()


ENVIRONMENT = jinja2.Environment(
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
    loader=jinja2.FunctionLoader(source),
)


def trusted(name: str) -> Markup:
    """A file of `templates` that a page includes as it is: our own style sheets and scripts."""
    return Markup(source(name))  # noqa: S704  # our own files


def digest(text: str) -> str:
    """The hash by which a policy allows an inline style sheet or script (CSP Level 3, 2.3.1)."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def security_headers(sources: Mapping[str, str], *, referrer: str = "no-referrer") -> dict[str, str]:
    """What every page is sent with: it loads and runs only what it names, and no other page may frame it.

    Args:
        sources: what the page may use, by directive of Content-Security-Policy; nothing else is allowed.
        referrer: the Referrer-Policy.
    """
    directives = {"default-src": "'none'", **sources}
    for name in ("form-action", "base-uri", "frame-ancestors"):
        directives.setdefault(name, "'none'")
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in directives.items()),
        "Referrer-Policy": referrer,
        "X-Content-Type-Options": "nosniff",
    }
