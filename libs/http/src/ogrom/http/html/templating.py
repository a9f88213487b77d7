"""The one Jinja2 environment."""

from base64 import b64encode
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
