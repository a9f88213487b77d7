"""`ogrom-api token`: a token to write with, for development."""

import click

from ..access.tokens import minted
from ..failures import Failure
from ..settings import Settings


def print_token(settings: Settings, *, user_id: int, scopes: tuple[str, ...], seconds: int) -> None:
    """Print the token alone, so that it can stand in a command: `$(ogrom-api token ...)`.

    Raises:
        Failure: there is no key to sign with.
    """
    if settings.token_key is None:
        raise Failure("token: there is no key to sign with; set OGROM_TOKEN_KEY to that of the service")
    click.echo(
        minted(
            settings.token_key.text,
            user_id=user_id,
            scopes=scopes,
            seconds=seconds,
            issuer=settings.token_issuer,
            audience=settings.token_audience,
        )
    )
