"""What the tests of access share: pairs of keys, what is known of them, and tokens that they sign."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa


def _private(algorithm: str) -> Any:
    match algorithm:
        case "RS256":
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case _:
            return ed25519.Ed25519PrivateKey.generate()


@dataclass(frozen=True)
class Pair:
    """A key pair, by the id that tokens name."""

    id: str
    algorithm: str = "ES256"
    private: Any = field(default=None, repr=False)

    @property
    def jwk(self) -> dict[str, Any]:
        """Its public half, as a member of a set."""
        made = jwt.get_algorithm_by_name(self.algorithm).to_jwk(self.private.public_key(), as_dict=True)
        return {**made, "kid": self.id, "use": "sig", "alg": self.algorithm}


@pytest.fixture(scope="session")
def pair() -> Callable[..., Pair]:
    """Makes key pairs."""
    return lambda id, algorithm="ES256": Pair(id, algorithm, _private(algorithm))


@pytest.fixture(scope="session")
def jwk_set() -> Callable[..., bytes]:
    """The JWK set of some pairs or members."""

    def jwk_set(*keys: Pair | dict[str, Any]) -> bytes:
        return msgspec.json.encode({"keys": [each.jwk if isinstance(each, Pair) else each for each in keys]})

    return jwk_set


@pytest.fixture(scope="session")
def signed() -> Callable[..., str]:
    """A token of user 145 for an hour, signed with a pair or a secret; a claim of None is left out."""

    def signed(key: Pair | str, headers: dict[str, Any] | None = None, **claims: Any) -> str:
        now = int(time.time())
        known = {"sub": "145", "aud": "ogrom", "exp": now + 3600, "scope": "likes:write", **claims}
        present = {name: value for name, value in known.items() if value is not None}
        if isinstance(key, str):
            return jwt.encode(present, key, "HS256", headers)
        return jwt.encode(present, key.private, key.algorithm, {"kid": key.id, **(headers or {})})

    return signed
