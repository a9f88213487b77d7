"""The settings: one frozen value, whose fields are the variables that an operator may set."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from .access.readers import Rate, RateStore, jwks, origins, rate_store, rates
from .database_url import DatabaseUrl, database_url, database_url_or_none
from .readers import (
    Network,
    flag,
    header_text,
    locales,
    networks,
    one_of,
    proxy,
    seconds,
    seconds_or_none,
    text,
    whole_number,
)
from .secret import Secret, secret

T = TypeVar("T")

PREFIX = "OGROM_"
_VARIABLE = "variable"


@dataclass(frozen=True)
class Variable:
    """What may be set, and how.

    Attributes:
        name: in the environment, such as OGROM_PORT.
        meaning: what it decides, for people.
        default: the text that stands where nobody says anything.
        read: makes the value of a text, or raises a ValueError that says what to write.
        option: the command line's, such as `--port`; empty where there is none.
        is_secret: whether nobody shall read it in a terminal or a log.
    """

    name: str
    meaning: str
    default: str
    read: Callable[[str], Any]
    option: str = ""
    is_secret: bool = False


def _setting(
    read: Callable[[str], T], default: str, meaning: str, option: str = "", *, is_secret: bool = False
) -> T:
    """A field of Settings, with all that makes a Variable of it."""
    said = {
        "read": read,
        "default": default,
        "meaning": meaning,
        "option": option,
        "is_secret": is_secret,
    }
    made: T = field(default=read(default), metadata={_VARIABLE: said})
    return made


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a process is told from outside, checked. It can be printed: it shows no password."""

    database_url: DatabaseUrl = _setting(
        database_url,
        "sqlite:///.ogrom/ogrom.sqlite3",
        "where the data is: mysql://user:password@host:3306/database, sqlite:///path or another Ogrom's https://host/",
        "--database",
    )
    database_reader_url: DatabaseUrl | None = _setting(
        database_url_or_none,
        "",
        "a replica of it, which answers requests that only read; without one the database does",
    )
    host: str = _setting(text, "127.0.0.1", "the address to listen on; 0.0.0.0 for every one", "--host")
    port: int = _setting(
        whole_number(0, 65535, "a port"), "8080", "the port to listen on; 0 for any free one", "--port"
    )
    threads: int = _setting(
        whole_number(1, 256, "a number of threads"),
        "8",
        "how many requests, or calls of requests on the loop, run at once",
        "--threads",
    )
    loop: bool = _setting(
        flag,
        "1",
        "whether reads run on one thread together, which merges them into fewer queries; 0 gives each a thread",
    )
    search_threads: int = _setting(
        whole_number(1, 256, "a number of threads"),
        "2",
        "how many searches run at once besides, since one may take the database as long as a hundred other reads",
    )
    locales: tuple[str, ...] = _setting(
        locales, "de-DE,en-GB,fr-FR,pl-PL", "the markets, each served under /v1/<locale>"
    )
    request_timeout: float = _setting(
        seconds, "10", "the seconds after which a request gives up waiting for its sources"
    )
    drain_timeout: float = _setting(
        seconds, "8", "the seconds that running requests have to finish once the server is told to stop"
    )
    cache_records: int = _setting(
        whole_number(0, 10_000_000, "a number of records"),
        "10000",
        "how many records a process keeps in memory at most; 0 keeps none",
    )
    cache_ttl: float = _setting(
        seconds_or_none,
        "30",
        "the seconds for which products, categories, users and searches are answered from memory; 0 asks each time",
    )
    cache_written_ttl: float = _setting(
        seconds_or_none,
        "0",
        "the same for what clients change; another process's write is seen so much later",
    )
    cache_stale_if_error: float = _setting(
        seconds_or_none,
        "300",
        "the seconds for which what is in memory is served beyond that while the database does not answer",
    )
    breaker_failures: int = _setting(
        whole_number(0, 1000, "a number of failures"),
        "5",
        "after how many failures in a row the database is left alone; 0 for never",
    )
    breaker_rest: float = _setting(
        seconds, "5", "the seconds for which it is left alone, before one call tries it"
    )
    demo_products: int = _setting(
        whole_number(0, 10_000_000, "a number of products that `serve` can fill in"),
        "2000",
        "how many demo products `serve` puts into an empty database; 0 leaves it empty",
        "--demo-products",
    )
    trace: bool = _setting(
        flag, "0", "1 traces every request and shows the last ones at /trace, to OGROM_OPERATORS"
    )
    trace_key: Secret | None = _setting(
        secret,
        "",
        "the key of `ogrom-api trace-header`; with one, signed requests are traced, and may see /trace",
        is_secret=True,
    )
    processes: int = _setting(
        whole_number(1, 64, "a number of processes"),
        "1",
        "how many processes serve on the one port, each with so many threads",
        "--processes",
    )
    queue: int = _setting(
        whole_number(1, 10_000, "a number of requests"),
        "64",
        "how many requests wait for a thread at most, in each process; beyond that they are told to come again",
    )
    drain_grace: float = _setting(
        seconds_or_none,
        "0",
        "the seconds for which it serves on after SIGTERM, so that balancers see it leave before it stops listening",
    )
    warm_up: bool = _setting(
        flag,
        "1",
        "whether a process asks itself for everything once before it says that it is ready",
        "--warm",
    )
    trusted_proxy: str = _setting(
        proxy,
        "",
        "the address of the balancer whose X-Forwarded-For, -Proto and -Port count; * where only balancers reach us",
    )
    proxies: int = _setting(
        whole_number(1, 10, "a number of proxies"),
        "1",
        "how many proxies a request comes by; the client is what the first of them added to X-Forwarded-For",
    )
    trusted_callers: tuple[Network, ...] = _setting(
        networks,
        "none",
        "the networks of programs whose X-Envoy-Expected-Rq-Timeout-Ms shortens a request, such as another Ogrom's",
    )
    release: str = _setting(
        header_text, "", "what is deployed, such as a git revision; told in logs, metrics and each response"
    )
    log: str = _setting(
        one_of("text", "json"),
        "text",
        "text: warnings for people, on stderr; json: everything, one line a request, on stdout",
    )
    operators: tuple[Network, ...] = _setting(
        networks, "127.0.0.1,::1", "the networks that may see /metrics and /trace; `none` for nobody"
    )
    operator_token: Secret | None = _setting(
        secret, "", "a bearer token that may see /metrics and /trace from anywhere", is_secret=True
    )
    token_key: Secret | None = _setting(
        secret,
        "",
        "the secret that tokens are signed with (HS256), as `ogrom-api token` does; without any key nobody writes",
        is_secret=True,
    )
    token_jwks: str | None = _setting(
        jwks,
        "",
        "the public keys that tokens are verified with, instead: the https URL or the path of a JWK set",
    )
    token_issuer: str = _setting(text, "", "who tokens must be of (`iss`); empty for any that has the key")
    token_audience: str = _setting(text, "ogrom", "whom tokens must be for (`aud`)")
    rate_limit: tuple[Rate, ...] = _setting(
        rates, "", "how often a client may ask, such as 600/minute; empty for as often as it likes"
    )
    rate_writes: tuple[Rate, ...] = _setting(rates, "", "how often it may write, besides")
    rate_store: RateStore = _setting(
        rate_store,
        "memory://",
        "where requests are counted: memory:// by each process for itself, redis://host:6379 by all together",
    )
    cors_origins: tuple[str, ...] = _setting(
        origins,
        "",
        "the origins whose pages may call the API from a browser, such as https://shop.example, or *",
    )
    hsts: int = _setting(
        whole_number(0, 100_000_000, "a number of seconds"),
        "0",
        "the seconds for which browsers shall come by https only; 0 says nothing",
    )


VARIABLES: tuple[Variable, ...] = tuple(
    Variable(name=PREFIX + each.name.upper(), **each.metadata[_VARIABLE]) for each in fields(Settings)
)
