"""What access costs a request: `./dev bench access` verifies tokens, and times requests without one."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import click
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from werkzeug.test import EnvironBuilder

from bench.measure.options import plain_parser
from bench.measure.timing import seconds_per_call
from ogrom.core.scopes import identified
from ogrom.http import Exchange
from ogrom.http.testing import Request
from ogrom.operations.access.credentials import note
from ogrom.operations.access.keys import KeySet, SecretKey
from ogrom.operations.access.parsers import Rate, RateStore
from ogrom.operations.access.rates import Counters, store_of
from ogrom.operations.access.security_headers import security_headers
from ogrom.operations.access.tokens import Tokens, issue_token
from ogrom.operations.requests import Addition
from ogrom.protocols.context import Context

KEY = "only-for-this-measurement-and-no-use"
CALLS, REPEATS = 2000, 7


def measure(what: str, act: Callable[[], object]) -> None:
    """Print the best of some averages: disturbances only ever add to a measurement."""
    best = min(seconds_per_call(act, [()] * CALLS) for _ in range(REPEATS))
    click.echo(f"{what:<44} {best * 1e6:8.2f} µs")


def main(arguments: list[str]) -> None:
    """Measure and print."""
    plain_parser("access", __doc__).parse_args(arguments)
    for algorithm, (keys, token) in _signed().items():
        tokens = Tokens(keys, issuer="", audience="ogrom", passed_on=False)
        measure(f"verify a token, {algorithm}", partial(tokens.principal_of, token))
    environ = EnvironBuilder().get_environ()
    reader = Tokens(SecretKey(KEY), issuer="", audience="ogrom", passed_on=False).principal_of
    measure("a read without a token: note who asks", lambda: note(environ, reader))
    read: Any = Exchange(Request(), endpoint="bench", context=Context(locale="de-DE"), arguments={}, links={})
    measure("a read without a token: `authorized`", lambda: identified(read, ()))
    add = security_headers(hsts=0)
    measure("any response: security headers", lambda: _added(add))
    counters = Counters(store_of(RateStore("memory://")), everything=(Rate(10**8, 60),), writes=())
    measure("if rates are set: count in memory", lambda: counters.count("192.0.2.7", is_read=True))


def _added(add: Addition) -> None:
    add({}, [("Content-Type", "application/json")])


def _signed() -> dict[str, tuple[Any, str]]:
    """Keys and a token by algorithm."""
    options = {"user_id": 145, "scopes": ("likes:write",), "seconds": 3600, "issuer": "", "audience": "ogrom"}
    token = issue_token(KEY, **options)  # type: ignore[arg-type]
    made: dict[str, tuple[Any, str]] = {"HS256": (SecretKey(KEY), token)}
    claims = jwt.decode(token, options={"verify_signature": False})
    for algorithm, private in (
        ("RS256", rsa.generate_private_key(public_exponent=65537, key_size=2048)),
        ("ES256", ec.generate_private_key(ec.SECP256R1())),
        ("EdDSA", ed25519.Ed25519PrivateKey.generate()),
    ):
        member = jwt.get_algorithm_by_name(algorithm).to_jwk(private.public_key(), as_dict=True)
        keys = KeySet(msgspec.json.encode({"keys": [{**member, "kid": "k"}]}))
        made[algorithm] = keys, jwt.encode(claims, private, algorithm, {"kid": "k"})
    return made


if __name__ == "__main__":
    main(sys.argv[1:])
