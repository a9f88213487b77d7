"""Access: the parts that the settings ask for, and their place in an application."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ogrom.http.flask import Application, WsgiRequest
from ogrom.protocols.waiting import BLOCKING, Waiter

from ..command_line import Failure
from ..requests import Addition, adding
from ..settings import ServiceSettings
from .credentials import ReadToken, authenticating
from .security_headers import security_headers

if TYPE_CHECKING:
    from .keys import Keys
    from .rates import Counters

log = logging.getLogger("ogrom.operations")


@dataclass(frozen=True)
class Access:
    """What stands before the endpoints.

    Attributes:
        read_token: None where there is no key; then all writes are refused.
        counters: None where nothing is limited.
        origins: whose pages may call the API.
        hsts: the seconds for which browsers must use https.
        prefix: how the paths begin that pages of these origins may call.
        prepare: gets ready what the first token would otherwise find missing; may wait some seconds.
    """

    read_token: ReadToken | None
    counters: "Counters | None"
    origins: tuple[str, ...] = ()
    hsts: int = 0
    prefix: str = "/v1/"
    prepare: Callable[[], object] = lambda: None

    def install(self, app: Application, *, exempt: Callable[[WsgiRequest], bool]) -> None:
        """Put it around an application; a client is known before it is counted.

        Args:
            app: the application.
            exempt: whether a request is never counted.
        """
        additions: list[Addition] = []
        app.gate(authenticating(self.read_token))
        if self.counters is not None:
            from . import rates

            app.gate(rates.limiting(self.counters, exempt))
            additions.append(rates.tell)
        if self.origins:
            from .cors import cors

            additions.append(cors(self.origins, self.prefix))
        added = adding(app.wsgi_app, [*additions, security_headers(self.hsts)])
        app.wsgi_app = added  # type: ignore[assignment, method-assign]  # Flask's own way


def access_of(
    settings: ServiceSettings,
    waiter: Waiter = BLOCKING,
    *,
    passes_tokens_on: bool = False,
    prefix: str = "/v1/",
) -> Access:
    """The access that the settings ask for.

    Args:
        settings: of the service.
        waiter: of the requests that come.
        passes_tokens_on: whether principals keep their token, for another service.
        prefix: how the paths begin that pages of other origins may call.

    Raises:
        Failure: something that it needs cannot be used.
    """
    keys = _keys(settings)
    return Access(
        None if keys is None else _token_reader(settings, keys, passes_tokens_on=passes_tokens_on),
        _counters(settings, waiter),
        settings.cors_origins,
        settings.hsts,
        prefix,
        (lambda: None) if keys is None else keys.prepare,
    )


def check_access(settings: ServiceSettings) -> None:
    """Check once, for all processes, that what the settings ask for can be used, and warn if all writes are refused.

    Raises:
        Failure: something that it needs cannot be used.
    """
    if access_of(settings).read_token is None:
        key, keys = settings.variable("token_key"), settings.variable("token_jwks")
        log.warning("writes are refused: there is no key to verify tokens with; set %s or %s", key, keys)


def _token_reader(settings: ServiceSettings, keys: "Keys", *, passes_tokens_on: bool) -> ReadToken:
    from .tokens import Tokens

    return Tokens(
        keys, issuer=settings.token_issuer, audience=settings.token_audience, passed_on=passes_tokens_on
    ).principal_of


def _keys(settings: ServiceSettings) -> "Keys | None":
    if settings.token_key is None and settings.token_jwks is None:
        return None
    # Cryptography takes a quarter of a second to import; a service without keys does without it.
    from .keys import FetchedKeys, FileKeys, SecretKey

    key, source = settings.token_key, settings.token_jwks or ""
    jwks = settings.variable("token_jwks")
    if key is not None and source:
        raise Failure(
            f"settings: {settings.variable('token_key')} and {jwks} are both set; keep only the one that is in use"
        )
    if key is not None:
        return SecretKey(key.text)
    try:
        if "://" not in source:
            return FileKeys(Path(source))
        from .fetching import fetcher

        return FetchedKeys(fetcher(source))
    except (OSError, ValueError) as error:
        raise Failure(f"settings: {jwks} {source} cannot be used: {error}") from error


def _counters(settings: ServiceSettings, waiter: Waiter) -> "Counters | None":
    if not (settings.rate_limit or settings.rate_writes):
        return None
    from .rates import Counters, store_of

    try:
        store = store_of(settings.rate_store)
    except ValueError as error:
        raise Failure(f"settings: {settings.variable('rate_store')} {error}") from error
    return Counters(
        store,
        everything=settings.rate_limit,
        writes=settings.rate_writes,
        # A store of this process alone is never waited for.
        waiter=waiter if settings.rate_store.is_shared else BLOCKING,
    )
