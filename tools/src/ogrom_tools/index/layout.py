"""The names in an index, and what HTTP says of each, whoever serves it: our server, or a CDN before a bucket.

    simple/index.html, .json                 the projects
    simple/ogrom-core/index.html, .json      the wheels of one
    files/WHEEL                              a wheel
    files/WHEEL.metadata                     the METADATA in it (PEP 658)
    files/WHEEL.yanked                       why it was yanked; nobody fetches it, the pages are made of it

A wheel lies under its own name and not under its hash: to create the name is to claim the version.
"""

PAGES = "simple/"
FILES = "files/"
METADATA = ".metadata"
YANKED = ".yanked"

HTML = "application/vnd.pypi.simple.v1+html"
JSON = "application/vnd.pypi.simple.v1+json"
"""The content types of a page's two forms (PEP 691)."""


def content_type(name: str) -> str:
    """What it is: wheels and their metadata are for programs."""
    if name.endswith(".html"):
        return "text/html; charset=utf-8"
    return JSON if name.endswith(".json") else "application/octet-stream"


def cache_control(name: str) -> str:
    """How long a cache may keep it: a wheel for a year, a page, which a release changes, for a minute."""
    never_changes = name.startswith(FILES) and name.endswith((".whl", METADATA))
    return "public, max-age=31536000, immutable" if never_changes else "public, max-age=60"
