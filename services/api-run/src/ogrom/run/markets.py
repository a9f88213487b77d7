"""Markets: where each begins, and what is said where there is none."""

from typing import Final

from ogrom.http import Member, Problem, ProblemType

from .options import VERSION_PREFIX

UNKNOWN_MARKET: Final = ProblemType(
    "unknown-market",
    404,
    "There is no such market",
    "The path names a market that this service does not serve. A market is a locale such as de-DE, with a language, a "
    "currency, prices and data of its own.",
    "Use one of those in `locales`, or begin at `/`, which links to all of them.",
    "There is no market 'xx-XX'; there are de-DE, en-GB.",
    (Member("locales", list[str], "The markets that there are.", ["de-DE", "en-GB"]),),
)


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
        return Problem(f"There is nothing at {path}. Start at /, which links to everything.")
    return Problem(
        f"There is no market {locale!r}; there are {', '.join(locales)}.",
        type=UNKNOWN_MARKET,
        extensions={"locales": list(locales)},
    )
