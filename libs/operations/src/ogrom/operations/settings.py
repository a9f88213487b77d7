"""Settings: one frozen value, whose fields say which variables of the environment set them, and how.

```python
@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    prefix: ClassVar[str] = "SHOP_"
    currency: str = setting(one_of("EUR", "USD"), "EUR", "what prices are in")


settings = read(Settings, os.environ)  # SHOP_CURRENCY, SHOP_PORT, ...
```

A reader makes a value of a text, or raises a ValueError that says what to write. Its message follows the faulty text:
`SHOP_PORT 'http' ` + `is not a port; use ...`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, ClassVar, TypeAlias, TypeVar

from .access.parsers import Rate, RateStore, jwks, origins, rate_store, rates
from .secrets import MASK, Secret, masked, secret

T = TypeVar("T")
S = TypeVar("S", bound="ServiceSettings")

Network: TypeAlias = IPv4Network | IPv6Network

_VARIABLE = "variable"
_OLD_FIELD = "old_field"

# What a header field and a metric's label can hold unquoted.
_HEADER_TEXT = re.compile(r"[!-~]{0,128}")


def text(value: str) -> str:
    """Any text."""
    return value


def header_text(value: str) -> str:
    """A short text that a header field can hold unquoted."""
    if not _HEADER_TEXT.fullmatch(value):
        raise ValueError("is not a plain word; use at most 128 ASCII letters, digits and signs, no spaces")
    return value


def one_of(*known: str) -> Callable[[str], str]:
    """A reader of one of these words."""

    def read(value: str) -> str:
        if value not in known:
            raise ValueError(f"is unknown; use {' or '.join(known)}")
        return value

    return read


def whole_number(least: int, most: int, what: str) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`; `what` names them in the message."""

    def read(value: str) -> int:
        # int() would take signs, spaces, underscores and the digits of every script.
        number = int(value) if re.fullmatch(r"[0-9]{1,18}", value) else -1
        if not least <= number <= most:
            raise ValueError(f"is not {what}; use a whole number from {least} to {most}")
        return number

    return read


def flag(value: str) -> bool:
    """Whether something is on: 1 or 0."""
    if value not in ("0", "1"):
        raise ValueError("is neither 0 nor 1; use 1 for on, 0 for off")
    return value == "1"


def seconds(value: str) -> float:
    """A time span from a tenth of a second to an hour."""
    number = float(value) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value) else -1.0
    if not 0.1 <= number <= 3600:
        raise ValueError("is not a number of seconds; use one from 0.1 to 3600")
    return number


def seconds_or_none(value: str) -> float:
    """A time span as `seconds` reads it, or 0 for none."""
    try:
        return 0.0 if value == "0" else seconds(value)
    except ValueError as error:
        raise ValueError(f"{error}, or 0 for none") from None


def proxy(value: str) -> str:
    """The address of a proxy, `*` for any, or an empty text for none."""
    try:
        return value if value in ("", "*") else str(ip_address(value))
    except ValueError:
        raise ValueError(
            "is not an address; use one such as 10.0.0.7, or * if only proxies can connect"
        ) from None


def networks(value: str) -> tuple[Network, ...]:
    """Networks and addresses between commas; none for the word `none`."""
    return () if value == "none" else tuple(_network(part.strip()) for part in value.split(","))


def _network(part: str) -> Network:
    try:
        return ip_network(part)
    except ValueError:
        # What looks like a network may have bits beyond its mask: one of the two is wrong.
        raise ValueError(
            f"contains {part!r}, which is not a network; use some such as 10.0.0.0/8,192.0.2.7,::1, or none"
        ) from None


@dataclass(frozen=True)
class Variable:
    """A variable of the environment that sets a field.

    Attributes:
        field: of the settings.
        name: in the environment, such as OGROM_PORT.
        meaning: what it decides, for people.
        default: the text that is read if it is not set.
        read: makes the value of a text, or raises a ValueError that says what to write.
        option: the command line's, such as `--port`; empty where there is none.
        is_secret: whether it is hidden in a terminal and in a log.
        old_name: what it was called before; still read where `name` is not set. Empty where there is none.
    """

    field: str
    name: str
    meaning: str
    default: str
    read: Callable[[str], Any]
    option: str = ""
    is_secret: bool = False
    old_name: str = ""


def setting(
    read: Callable[[str], T],
    default: str,
    meaning: str,
    option: str = "",
    *,
    is_secret: bool = False,
    old_field: str = "",
) -> T:
    """A field of settings that a variable sets: the prefix of the class and the field's name in capitals.

    Args:
        read: makes the value of a text, or raises a ValueError that says what to write.
        default: the text that is read if the variable is not set.
        meaning: what it decides, for people.
        option: that of the command line which sets it, too.
        is_secret: whether it is hidden in a terminal and in a log.
        old_field: what the field was called before; the variable of that name still sets it.
    """
    about = {"read": read, "default": default, "meaning": meaning, "option": option, "is_secret": is_secret}
    made: T = field(default=read(default), metadata={_VARIABLE: about, _OLD_FIELD: old_field})
    return made


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """What any service is told from outside, checked. It can be printed: it shows no password.

    Attributes:
        prefix: what the names of all variables begin with.
    """

    prefix: ClassVar[str] = "OGROM_"

    host: str = setting(text, "127.0.0.1", "the address to listen on; 0.0.0.0 for all", "--host")
    port: int = setting(
        whole_number(0, 65535, "a port"), "8080", "the port to listen on; 0 for any free one", "--port"
    )
    threads: int = setting(
        whole_number(1, 256, "a number of threads"),
        "8",
        "how many threads each process has: for requests, and for calls that would block the loop",
        "--threads",
    )
    loop: bool = setting(
        flag,
        "1",
        "1 runs reads together on one thread, which merges their queries; 0 gives each its own thread",
    )
    processes: int = setting(
        whole_number(1, 64, "a number of processes"),
        "1",
        "how many processes share the port, each with threads of its own",
        "--processes",
    )
    queue: int = setting(
        whole_number(1, 10_000, "a number of requests"),
        "64",
        "how many requests may wait for a thread in each process; beyond that they get a 503",
    )
    request_timeout: float = setting(
        seconds, "10", "how many seconds a request may take before it gives up waiting for its sources"
    )
    drain_timeout: float = setting(
        seconds, "8", "how many seconds running requests have to finish when the server stops"
    )
    shutdown_delay: float = setting(
        seconds_or_none,
        "0",
        "how many seconds to go on serving after SIGTERM, so that load balancers notice before the port closes",
        old_field="drain_grace",
    )
    warm_up: bool = setting(
        flag,
        "1",
        "1 makes each process request every endpoint once before it reports that it is ready",
        "--warm",
    )
    trusted_proxy: str = setting(
        proxy,
        "",
        "the load balancer whose X-Forwarded-For, -Proto and -Port are trusted; * if only load balancers can connect",
    )
    proxies: int = setting(
        whole_number(1, 10, "a number of proxies"),
        "1",
        "how many proxies a request passes; the client is the address that the first added to X-Forwarded-For",
    )
    trusted_callers: tuple[Network, ...] = setting(
        networks,
        "none",
        "the networks whose X-Envoy-Expected-Rq-Timeout-Ms may shorten a request's timeout, such as another Ogrom's",
    )
    release: str = setting(
        header_text, "", "what is deployed, such as a git revision; shown in logs, metrics and each response"
    )
    log: str = setting(
        one_of("text", "json"),
        "text",
        "text: warnings for people, on stderr; json: everything, one line per request, on stdout",
    )
    operators: tuple[Network, ...] = setting(
        networks, "127.0.0.1,::1", "the networks that may see /metrics and /trace; none for no network"
    )
    operator_token: Secret | None = setting(
        secret, "", "a bearer token that gives access to /metrics and /trace from anywhere", is_secret=True
    )
    trace: bool = setting(flag, "0", "1 traces every request and shows the latest at /trace, to operators")
    trace_key: Secret | None = setting(
        secret,
        "",
        "the key of `trace-header`: requests signed with it are traced, and may see /trace",
        is_secret=True,
    )
    token_key: Secret | None = setting(
        secret,
        "",
        "the secret that tokens are signed with (HS256), as by `token`; without a key, writes are refused",
        is_secret=True,
    )
    token_jwks: str | None = setting(
        jwks,
        "",
        "instead of a secret: the https URL or the path of a JWK set with the keys to verify tokens with",
    )
    token_issuer: str = setting(
        text, "", "the issuer that tokens must name (`iss`); empty for any issuer with the key"
    )
    token_audience: str = setting(text, "ogrom", "the audience that tokens must name (`aud`)")
    rate_limit: tuple[Rate, ...] = setting(
        rates, "", "how many requests a client may send, such as 600/minute; empty for no limit"
    )
    rate_writes: tuple[Rate, ...] = setting(
        rates, "", "how many of them may be writes, such as 60/minute; empty for no further limit"
    )
    rate_store: RateStore = setting(
        rate_store,
        "memory://",
        "where requests are counted: memory:// in each process, redis://host:6379 for all processes together",
    )
    cors_origins: tuple[str, ...] = setting(
        origins,
        "",
        "the origins whose pages may call the API from a browser, such as https://shop.example; * for all",
    )
    hsts: int = setting(
        whole_number(0, 100_000_000, "a number of seconds"),
        "0",
        "how many seconds browsers must use https for (Strict-Transport-Security); 0 leaves the field out",
    )

    @property
    def drain_grace(self) -> float:
        """The old name of `shutdown_delay`."""
        return self.shutdown_delay

    @classmethod
    def variable(cls, field: str) -> str:
        """The name of the variable that sets a field."""
        return cls.prefix + field.upper()


def variables(settings: type[ServiceSettings]) -> tuple[Variable, ...]:
    """The variables of a class of settings, in the order of its fields."""
    return tuple(
        Variable(
            field=each.name,
            name=settings.variable(each.name),
            old_name=settings.variable(old) if (old := each.metadata[_OLD_FIELD]) else "",
            **each.metadata[_VARIABLE],
        )
        for each in fields(settings)
        if _VARIABLE in each.metadata
    )


@dataclass(frozen=True, repr=False)
class Found:
    """What was found for one variable.

    Attributes:
        variable: which one.
        text: its value, which may hold a password.
        origin: where it was found: an option, `environment`, the variable's old name, or `default`.
    """

    variable: Variable
    text: str
    origin: str

    @property
    def shown(self) -> str:
        """The text as anybody may see it."""
        return MASK if self.variable.is_secret and self.text else masked(self.text)

    @property
    def error(self) -> str:
        """What is wrong with the text; empty if nothing is."""
        try:
            self.variable.read(self.text)
        except ValueError as error:
            place = self.variable.name if self.origin in ("environment", "default") else self.origin
            return f"{place} {self.shown!r} {error}"
        return ""


class SettingsError(Exception):
    """Settings cannot be used; the message says what to change, a line for each mistake."""


def look_up(
    settings: type[ServiceSettings], environ: Mapping[str, str], options: Mapping[str, str | None]
) -> tuple[Found, ...]:
    """What is found for each variable: in its option, else in the environment, also by its old name, else its default.

    Args:
        settings: a class of settings.
        environ: the environment; an empty variable counts as one that is not set.
        options: the command line's, by name; None for one that was not given.
    """
    return tuple(_look_up(each, environ, options) for each in variables(settings))


def _look_up(variable: Variable, environ: Mapping[str, str], options: Mapping[str, str | None]) -> Found:
    option = options.get(variable.option)
    if option is not None:
        return Found(variable, option, variable.option)
    if environ.get(variable.name):
        return Found(variable, environ[variable.name], "environment")
    if environ.get(variable.old_name):
        return Found(variable, environ[variable.old_name], variable.old_name)
    return Found(variable, variable.default, "default")


def errors(
    settings: type[ServiceSettings], found: tuple[Found, ...], environ: Mapping[str, str]
) -> tuple[str, ...]:
    """Everything that is wrong with what was found, for the person who set it."""
    return (*(each.error for each in found if each.error), *_unknown(settings, environ))


def _unknown(settings: type[ServiceSettings], environ: Mapping[str, str]) -> Iterator[str]:
    # Without the prefix, which would make any two alike.
    prefix = settings.prefix
    found = variables(settings)
    known = {each.name.removeprefix(prefix) for each in found}
    old = {each.old_name for each in found}
    for name in sorted(environ):
        if name.startswith(prefix) and name.removeprefix(prefix) not in known and name not in old:
            close = get_close_matches(name.removeprefix(prefix), known, n=1)
            advice = f"did you mean {prefix}{close[0]}?" if close else "run `settings` to list them all."
            yield f"{name} is not a setting; {advice}"


def read(settings: type[S], environ: Mapping[str, str], options: Mapping[str, str | None] | None = None) -> S:
    """The settings that the command line and the environment give.

    Args:
        settings: a class of settings.
        environ: the environment.
        options: the command line's, by name such as `--port`; None for one that was not given.

    Raises:
        SettingsError: they cannot be used; everything that is wrong is told at once.
    """
    found = look_up(settings, environ, options or {})
    if wrong := errors(settings, found, environ):
        raise SettingsError("\n".join(wrong))
    return settings(**{each.variable.field: each.variable.read(each.text) for each in found})
