"""The settings: one frozen value, whose fields are the variables that an operator may set."""

import re
from dataclasses import dataclass
from typing import Final

from ogrom.operations.settings import (
    ServiceSettings,
    flag,
    seconds,
    seconds_or_none,
    setting,
    whole_number,
)

from .database_url import DatabaseUrl, database_url, database_url_or_none

# A language, then subtags, as in RFC 5646; as long as its longest useful tags (section 4.4.1).
LOCALE: Final = "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
MAX_LOCALE: Final = 35

SERVICE: Final = "ogrom-api"
"""What this service calls itself in a database that it may share with others."""


def locales(value: str) -> tuple[str, ...]:
    """One or more locales between commas, each once."""
    found = tuple(part.strip() for part in value.split(","))
    for locale in found:
        if not re.fullmatch(LOCALE, locale) or len(locale) > MAX_LOCALE:
            raise ValueError(f"holds {locale!r}, which is not a locale; use some like de-DE,en-GB")
        if found.count(locale) > 1:
            raise ValueError(f"names {locale} twice; name each locale once")
    return found


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What a process is told from outside, checked. It can be printed: it shows no password."""

    database_url: DatabaseUrl = setting(
        database_url,
        "sqlite:///.ogrom/ogrom.sqlite3",
        "where the data is: mysql://user:password@host:3306/database, sqlite:///path or another Ogrom's https://host/",
        "--database",
    )
    database_reader_url: DatabaseUrl | None = setting(
        database_url_or_none,
        "",
        "a replica of it, which answers requests that only read; without one the database does",
    )
    locales: tuple[str, ...] = setting(
        locales, "de-DE,en-GB,fr-FR,pl-PL", "the markets, each served under /v1/<locale>"
    )
    search_threads: int = setting(
        whole_number(1, 256, "a number of threads"),
        "2",
        "how many searches run at once besides, since one may take the database as long as a hundred other reads",
    )
    cache_records: int = setting(
        whole_number(0, 10_000_000, "a number of records"),
        "10000",
        "how many records a process keeps in memory at most; 0 keeps none",
    )
    cache_ttl: float = setting(
        seconds_or_none,
        "30",
        "the seconds for which products, categories, users and searches are answered from memory; 0 asks each time",
    )
    cache_written_ttl: float = setting(
        seconds_or_none,
        "0",
        "the same for what clients change; another process's write is seen that much later",
    )
    cache_stale_if_error: float = setting(
        seconds_or_none,
        "300",
        "the seconds for which what is in memory is served beyond that while the database does not answer",
    )
    breaker_failures: int = setting(
        whole_number(0, 1000, "a number of failures"),
        "5",
        "after how many failures in a row the database is left alone; 0 for never",
    )
    breaker_reset_timeout: float = setting(
        seconds,
        "5",
        "the seconds for which it is left alone, before it is asked whether it answers",
        old_field="breaker_rest",
    )
    migrate: bool = setting(
        flag,
        "0",
        "whether `serve` brings the tables up to date before it listens, and fills an empty database with the demo",
        "--migrate",
    )
    demo_products: int = setting(
        whole_number(0, 10_000_000, "a number of products that `serve --migrate` can fill in"),
        "2000",
        "how many demo products `serve --migrate` puts into an empty database; 0 leaves it empty",
        "--demo-products",
    )
