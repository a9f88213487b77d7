"""Installation: the parts of access made from the settings, and put onto the application."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ogrom.http.flask import Application, WsgiRequest
from ogrom.protocols.waiting import BLOCKING, Waiter

from ..failures import Failure
from ..settings import Settings
from .credentials import ReadToken, authenticating
from .fields import Addition, adding
from .security_headers import security_headers

if TYPE_CHECKING:
    from .keys import Keys
    from .rates import Counters

log = logging.getLogger("ogrom.run")


@dataclass(frozen=True)
class Access:
    """What stands before the endpoints.

    Attributes:
        read_token: None where there is no key, so that nobody writes.
        counters: None where nothing is limited.
        origins: whose pages may call the API.
        hsts: the seconds for which browsers shall come by https only.
        prepare: gets ready what the first token would otherwise find missing; may wait some seconds.
    """

    read_token: ReadToken | None
    counters: "Counters | None"
    origins: tuple[str, ...] = ()
    hsts: int = 0
    prepare: Callable[[], object] = lambda: None

    def install(self, app: Application, *, exempt: Callable[[WsgiRequest], bool]) -> None:
        """Put it onto an application; a client is known before it is counted.

        Args:
            app: the application.
            exempt: whether a request is not counted.
        """
        additions: list[Addition] = []
        app.gate(authenticating(self.read_token))
        if self.counters is not None:
            from . import rates

            app.gate(rates.limiting(self.counters, exempt))
            additions.append(rates.tell)
        if self.origins:
            from .cors import cors

            additions.append(cors(self.origins))
        adding(app, [*additions, security_headers(self.hsts)])


def access_of(settings: Settings, waiter: Waiter = BLOCKING) -> Access:
    """The access that is set.

    Args:
        settings: say which.
        waiter: of the requests that come.

    Raises:
        Failure: something that it needs cannot be used.
    """
    origins, hsts = settings.cors_origins, settings.hsts
    if (keys := _keys(settings)) is None:
        return Access(None, _counters(settings, waiter), origins, hsts)
    return Access(_token_reader(settings, keys), _counters(settings, waiter), origins, hsts, keys.prepare)


def check(settings: Settings) -> None:
    """See once, for all processes, that the access that is set can be had, and say where nobody may write.

    Raises:
        Failure: something that it needs cannot be used.
    """
    if access_of(settings).read_token is None:
        log.warning(
            "no writes are taken: there is no key to verify tokens with; set OGROM_TOKEN_KEY or OGROM_TOKEN_JWKS"
        )


def _token_reader(settings: Settings, keys: "Keys") -> ReadToken:
    from .tokens import Tokens

    return Tokens(
        keys,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        passed_on=settings.database_url.is_service,
    ).principal_of


def _keys(settings: Settings) -> "Keys | None":
    if settings.token_key is None and settings.token_jwks is None:
        return None
    # Cryptography takes a quarter of a second to import; who has no keys does without it.
    from .keys import FetchedKeys, FileKeys, SecretKey

    key, source = settings.token_key, settings.token_jwks or ""
    if key is not None and source:
        raise Failure(
            "settings: OGROM_TOKEN_KEY and OGROM_TOKEN_JWKS are both set; set the one that tokens are of"
        )
    if key is not None:
        return SecretKey(key.text)
    try:
        if "://" not in source:
            return FileKeys(Path(source))
        from .fetching import fetcher

        return FetchedKeys(fetcher(source))
    except (OSError, ValueError) as error:
        raise Failure(f"settings: OGROM_TOKEN_JWKS {source} cannot be used: {error}") from error


def _counters(settings: Settings, waiter: Waiter) -> "Counters | None":
    if not (settings.rate_limit or settings.rate_writes):
        return None
    from .rates import Counters, store_of

    is_shared = settings.rate_store.is_shared  # only such a one has to be waited for
    return Counters(
        store_of(settings.rate_store),
        everything=settings.rate_limit,
        writes=settings.rate_writes,
        waiter=waiter if is_shared else BLOCKING,
    )
