"""From settings to what stands before the endpoints, and mistakes that an operator can mend."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ogrom.operations.access.access import access_of, check_access
from ogrom.operations.access.parsers import Rate
from ogrom.operations.command_line import Failure
from ogrom.operations.secrets import Secret
from ogrom.operations.settings import ServiceSettings


def test_by_default_nobody_writes_and_nobody_is_counted() -> None:
    """An operator says who may."""
    access = access_of(ServiceSettings())
    assert (access.read_token, access.counters, access.origins, access.hsts) == (None, None, (), 0)


def test_the_log_says_at_the_start_what_lets_somebody_write(
    token_key: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Where there is no key; where there is one, nothing has to be said."""
    check_access(ServiceSettings(token_key=Secret(token_key)))
    assert not caplog.records
    check_access(ServiceSettings())
    (told,) = caplog.records
    assert "set OGROM_TOKEN_KEY or OGROM_TOKEN_JWKS" in told.getMessage()


def test_a_secret_or_a_file_of_keys_lets_tokens_in(
    token_key: str, tmp_path: Path, signed: Callable[..., str], pair: Any, jwk_set: Any
) -> None:
    """Each its own."""
    own, path = pair("k"), tmp_path / "keys.json"
    path.write_bytes(jwk_set(own))
    by_secret = access_of(ServiceSettings(token_key=Secret(token_key))).read_token
    by_file = access_of(ServiceSettings(token_jwks=str(path), token_audience="shop")).read_token
    assert by_secret is not None
    assert by_file is not None
    assert by_secret(signed(token_key)).user_id == 145
    assert by_file(signed(own, aud="shop")).user_id == 145


@pytest.mark.parametrize("kept", [True, False])
def test_only_the_front_of_a_row_keeps_tokens(
    token_key: str, signed: Callable[..., str], *, kept: bool
) -> None:
    """It passes them on; nobody else has a use for them."""
    settings = ServiceSettings(token_key=Secret(token_key))
    read_token = access_of(settings, passes_tokens_on=kept).read_token
    assert read_token is not None
    assert (read_token(signed(token_key)).bearer is not None) is kept


def test_counters_are_made_where_something_is_limited() -> None:
    """In this process, unless another store is named."""
    assert access_of(ServiceSettings(rate_writes=(Rate(1, 60),))).counters is not None


def test_mistakes_are_told_at_the_start(token_key: str, tmp_path: Path) -> None:
    """What is wrong, and never a secret."""
    path = tmp_path / "keys.json"
    path.write_text("{}")
    for settings, said in (
        (
            ServiceSettings(token_key=Secret(token_key), token_jwks="x"),
            "OGROM_TOKEN_KEY and OGROM_TOKEN_JWKS are both",
        ),
        (ServiceSettings(token_jwks=str(path)), "it is not a JWK set"),
        (ServiceSettings(token_jwks=str(tmp_path / "none")), "No such file"),
    ):
        with pytest.raises(Failure, match=said) as failure:
            access_of(settings)
        assert token_key not in failure.value.message
