"""Tokens: which hold, and what is said of the others."""

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ogrom.operations.access.credentials import InvalidToken
from ogrom.operations.access.keys import FileKeys, Keys, SecretKey
from ogrom.operations.access.tokens import LEEWAY, MAX_CHARACTERS, Tokens, issue_token
from ogrom.protocols.context import Bearer, Principal

Signed = Callable[..., str]
ASCII = set(map(chr, range(0x20, 0x7F))) - {'"', "\\"}


def tokens(keys: Keys, **said: Any) -> Tokens:
    return Tokens(keys, **{"issuer": "", "audience": "ogrom", "passed_on": False, **said})


@pytest.fixture
def secret(token_key: str) -> Tokens:
    """What reads tokens of the tests' secret."""
    return tokens(SecretKey(token_key))


@pytest.fixture
def public(pair: Any, jwk_set: Any, tmp_path: Path) -> tuple[Any, Tokens]:
    """An RSA pair, and what reads tokens of it."""
    made = pair("rsa", "RS256")
    (tmp_path / "keys.json").write_bytes(jwk_set(made))
    return made, tokens(FileKeys(tmp_path / "keys.json"))


def fault(reader: Tokens, token: str) -> str:
    """What is said of a token that does not hold, in what an error_description may have (RFC 6750, 3)."""
    with pytest.raises(InvalidToken) as refused:
        reader.principal_of(token)
    assert set(str(refused.value)) <= ASCII
    return str(refused.value)


def test_a_token_says_who_asks_and_what_they_may(secret: Tokens, signed: Signed, token_key: str) -> None:
    """The scopes stand between spaces; no scope is none."""
    token = signed(token_key, scope="likes:write  comments:write")
    assert secret.principal_of(token) == Principal(
        user_id=145, scopes=frozenset({"likes:write", "comments:write"})
    )
    assert secret.principal_of(signed(token_key, scope=None)).scopes == frozenset()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_every_kind_of_key_verifies_its_tokens(
    pair: Any, jwk_set: Any, signed: Signed, tmp_path: Path, algorithm: str
) -> None:
    """And no other pair's of the same name."""
    path, own, other = tmp_path / "keys.json", pair("k", algorithm), pair("k", algorithm)
    path.write_bytes(jwk_set(own))
    reader = tokens(FileKeys(path))
    assert reader.principal_of(signed(own)).user_id == 145
    assert fault(reader, signed(other)) == "The signature of the token is invalid"


def test_a_token_is_kept_only_to_be_passed_on(signed: Signed, token_key: str) -> None:
    """A service that asks nobody else has no use for it."""
    token = signed(token_key)
    assert tokens(SecretKey(token_key)).principal_of(token).bearer is None
    assert tokens(SecretKey(token_key), passed_on=True).principal_of(token).bearer == Bearer(token)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"exp": None}, "The token lacks the exp claim"),
        ({"sub": None}, "The token lacks the sub claim"),
        ({"aud": None}, "The token lacks the aud claim"),
        ({"exp": "tomorrow"}, "The token is not a valid JWT"),
        ({"aud": "other"}, "The token is for a different audience"),
        ({"aud": ["x", "y"]}, "The token is for a different audience"),
        ({"sub": "zoe"}, "The sub claim of the token is not a user id"),
        ({"sub": "0"}, "The sub claim of the token is not a user id"),
        ({"sub": str(2**63)}, "The sub claim of the token is not a user id"),
        ({"sub": "१४५"}, "The sub claim of the token is not a user id"),
        ({"scope": ["likes:write"]}, "The scope claim of the token is not a string"),
    ],
)
def test_claims_that_do_not_hold_are_told(
    secret: Tokens, signed: Signed, token_key: str, claims: dict[str, Any], said: str
) -> None:
    """So that whoever made the token can mend it."""
    assert fault(secret, signed(token_key, **claims)) == said


def test_sub_is_a_text(secret: Tokens, token_key: str) -> None:
    """A number is none (RFC 7519, 4.1.2)."""
    claims = {"sub": 145, "aud": "ogrom", "exp": int(time.time()) + 60}
    assert fault(secret, jwt.encode(claims, token_key, "HS256")) == "The token is not a valid JWT"


@pytest.mark.parametrize(
    ("claim", "late", "said"),
    [
        ("exp", -1, "The token has expired"),
        ("nbf", 1, "The token is not valid yet"),
        ("iat", 1, "The token is not valid yet"),
    ],
)
def test_clocks_may_differ_a_little(
    secret: Tokens, signed: Signed, token_key: str, claim: str, late: int, said: str
) -> None:
    """By ten seconds either way, and not by a minute."""
    now = int(time.time())
    assert secret.principal_of(signed(token_key, **{claim: now + late * (LEEWAY - 5)})).user_id == 145
    assert fault(secret, signed(token_key, **{claim: now + late * (LEEWAY + 50)})) == said


def test_an_issuer_is_wanted_where_one_is_set(signed: Signed, token_key: str) -> None:
    """That one and no other; where none is set, any that has the key."""
    reader = tokens(SecretKey(token_key), issuer="https://id.example")
    assert reader.principal_of(signed(token_key, iss="https://id.example")).user_id == 145
    assert (
        fault(reader, signed(token_key, iss="https://evil.example")) == "The token is from a different issuer"
    )
    assert fault(reader, signed(token_key)) == "The token lacks the iss claim"
    assert tokens(SecretKey(token_key)).principal_of(signed(token_key, iss="anybody")).user_id == 145


def forged(header: dict[str, Any], signature: bytes = b"") -> str:
    """A token of a header and a signature of one's own."""
    claims = {"sub": "145", "aud": "ogrom", "exp": int(time.time()) + 3600}
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in parts)


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", ""])
def test_an_unsigned_token_is_none(secret: Tokens, public: tuple[Any, Tokens], algorithm: str) -> None:
    """Whatever it calls that (RFC 8725, 2.1)."""
    for reader in (secret, public[1]):
        assert fault(reader, forged({"alg": algorithm, "typ": "JWT", "kid": "rsa"}))


def test_a_public_key_is_no_secret(public: tuple[Any, Tokens], signed: Signed) -> None:
    """A token signed by HMAC with the public key, which everybody has, is none (RFC 8725, 2.1)."""
    own, reader = public
    pem = own.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = {"alg": "HS256", "typ": "JWT", "kid": "rsa"}
    unsigned = forged(header).rpartition(".")[0]
    signature = jwt.get_algorithm_by_name("HS256").sign(unsigned.encode(), pem)
    token = f"{unsigned}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    assert fault(reader, token) == "The token is signed with a different algorithm than its key is for"
    assert reader.principal_of(signed(own)).user_id == 145


def test_the_secret_is_for_no_other_algorithm(
    secret: Tokens, token_key: str, public: tuple[Any, Tokens]
) -> None:
    """Neither a longer HMAC nor a key of the token's own choice (RFC 8725, 3.1)."""
    claims = {"sub": "145", "aud": "ogrom", "exp": int(time.time()) + 3600}
    said = "The token is signed with a different algorithm than its key is for"
    assert fault(secret, jwt.encode(claims, token_key * 2, "HS512")) == said
    brought = {"jwk": public[0].jwk, "jku": "https://evil.example/"}
    assert fault(secret, jwt.encode(claims, public[0].private, "RS256", brought)) == said


@pytest.mark.parametrize("token", ["", "x", "a.b", "a.b.c", "....", "é.b.c", "e30.e30.e30", "x" * 100_000])
def test_what_is_no_token_is_no_token(secret: Tokens, token: str) -> None:
    """However long it is."""
    assert fault(secret, token)
    assert len(token) <= MAX_CHARACTERS or str(MAX_CHARACTERS) in fault(secret, token)


DEEP = '{"a":' + "[" * 2900 + "]" * 2900 + "}"
NO_JWT = "The token is not a valid JWT"


def read_by_python(text: str) -> bool:
    """Whether this Python reads so many levels: 3.11 does not read a thousand, 3.13 reads some thousand."""
    try:
        json.loads(text)
    except RecursionError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"kid":' + "[" * 5000, NO_JWT),
        # What can be read names no algorithm.
        (
            DEEP,
            "The token is signed with a different algorithm than its key is for"
            if read_by_python(DEEP)
            else NO_JWT,
        ),
        ('{"kid":[]}', NO_JWT),
    ],
    ids=["endless", "deep", "a list"],
)
def test_no_header_is_too_deep(secret: Tokens, text: str, said: str) -> None:
    """It is read before anything is known about who wrote it."""
    header = base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
    assert fault(secret, f"{header}.e30.e30") == said


def test_a_changed_token_is_none(secret: Tokens, signed: Signed, token_key: str) -> None:
    """Its claims are signed, as they were."""
    header, _, signature = signed(token_key).split(".")
    claims = signed(token_key, sub="1").split(".")[1]
    assert fault(secret, f"{header}.{claims}.{signature}") == "The signature of the token is invalid"


def test_a_key_that_nobody_knows_is_told(public: tuple[Any, Tokens], pair: Any, signed: Signed) -> None:
    """The token has been signed by somebody else, or long ago."""
    assert fault(public[1], signed(pair("other"))) == "The token names an unknown key"
    assert fault(public[1], forged({"alg": "RS256", "kid": 1})) == "The token is not a valid JWT"


def test_an_issued_token_is_valid(token_key: str) -> None:
    """For the service whose secret, issuer and audience it was made with."""
    token = issue_token(token_key, user_id=7, scopes=("a", "b"), seconds=60, issuer="me", audience="shop")
    reader = tokens(SecretKey(token_key), issuer="me", audience="shop")
    assert reader.principal_of(token) == Principal(user_id=7, scopes=frozenset({"a", "b"}))
    assert fault(tokens(SecretKey(token_key)), token) == "The token is for a different audience"
    late = issue_token(token_key, user_id=7, scopes=(), seconds=-60, issuer="", audience="ogrom")
    assert fault(tokens(SecretKey(token_key)), late) == "The token has expired"
