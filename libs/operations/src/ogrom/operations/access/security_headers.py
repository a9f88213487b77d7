"""Security headers: what browsers must not do with a response, unless the resource says so itself."""

from typing import Final

from ogrom.http.html import security

from ..requests import Addition, Environ, Fields

EVERYWHERE: Final = security.security_headers({})
"""Pages bring policies of their own, with hashes of what is in them. Anything else loads nothing."""

PAGES: Final = {"Permissions-Policy": "camera=(), geolocation=(), microphone=()"}
"""For pages only: nothing else can ask for a camera."""


def security_headers(hsts: int) -> Addition:
    """What adds them.

    Args:
        hsts: the seconds for which browsers must use https (RFC 6797); 0 says nothing.
    """
    always = {**EVERYWHERE, **({"Strict-Transport-Security": f"max-age={hsts}"} if hsts else {})}
    everywhere, on_pages = [*always.items()], [*always.items(), *PAGES.items()]
    names = {*always, *PAGES}

    def add(_: Environ, fields: Fields) -> None:
        said = dict(fields)
        is_page = said.get("Content-Type", "").startswith("text/html")
        ours = on_pages if is_page else everywhere
        fields += ours if names.isdisjoint(said) else [each for each in ours if each[0] not in said]

    return add
