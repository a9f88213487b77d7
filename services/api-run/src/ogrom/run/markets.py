"""Markets: where each begins, and what is said where there is none."""

from ogrom.http import Problem

from .options import VERSION_PREFIX


def market_prefix(locale: str) -> str:
    """The path under which a market is served."""
    return f"{VERSION_PREFIX}/{locale}"


def nothing_at(path: str, locales: tuple[str, ...]) -> Problem:
    """Why there is nothing at a path that no endpoint has.

    Args:
        path: what was asked for.
        locales: the markets that there are.
    """
    version, _, rest = path.removeprefix("/").partition("/")
    locale = rest.partition("/")[0]
    if f"/{version}" != VERSION_PREFIX or not locale or locale in locales:
        return Problem(f"There is nothing at {path}; / links to everything.")
    return Problem(
        f"There is no market {locale!r}; there are {', '.join(locales)}.",
        extensions={"locales": list(locales)},
    )
