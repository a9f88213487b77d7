"""`ogrom-api token`."""

from click.testing import CliRunner, Result

from ogrom.operations.access.keys import SecretKey
from ogrom.operations.access.tokens import Tokens
from ogrom.protocols.context import Principal
from ogrom.run.cli import cli

KEY = "0123456789abcdef" * 2
WANTED = ("token", "--user", "145", "--scope", "comments:write", "--scope", "likes:write")


def invoked(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(cli, arguments, env={"OGROM_TOKEN_KEY": KEY, "OGROM_TOKEN_JWKS": "", **environ})


def test_it_prints_a_token_that_a_service_with_that_key_takes() -> None:
    """And nothing else, so that it can stand in a command."""
    token = invoked(*WANTED, OGROM_TOKEN_ISSUER="me", OGROM_TOKEN_AUDIENCE="shop").output.strip()
    tokens = Tokens(SecretKey(KEY), issuer="me", audience="shop", passed_on=False)
    scopes = frozenset({"comments:write", "likes:write"})
    assert tokens.principal_of(token) == Principal(user_id=145, scopes=scopes)


def test_without_a_key_it_says_what_to_set() -> None:
    """One line, no traceback."""
    said = invoked(*WANTED, OGROM_TOKEN_KEY="")
    assert said.exit_code == 1
    assert said.output == (
        "ogrom: token: there is no key to sign with; set OGROM_TOKEN_KEY to that of the service\n"
    )


def test_it_must_be_said_for_whom_and_for_what() -> None:
    """A token for everything would soon be everywhere."""
    assert "Missing option '--scope'" in invoked("token", "--user", "1").output
    assert "Missing option '--user'" in invoked("token", "--scope", "likes:write").output
    assert invoked("token", "--user", "0", "--scope", "x").exit_code == 2
