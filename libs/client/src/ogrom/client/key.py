"""Keys: a write that is sent again under its key is made once (draft-ietf-httpapi-idempotency-key-header)."""

import re
from uuid import uuid4

__all__: list[str] = []

FIELD = "Idempotency-Key"

# A String of RFC 9651 that nothing in has to be escaped.
_KEY = re.compile(r"[ !#-\[\]-~]{0,255}")


def new_key() -> str:
    """A key that nobody else has."""
    return str(uuid4())


def checked(key: str) -> str:
    """The key, or an empty one.

    Raises:
        ValueError: it cannot be sent.
    """
    if not _KEY.fullmatch(key):
        raise ValueError(
            "key must have 1 to 255 printable ASCII characters, and neither quotes nor backslashes"
        )
    return key


def item(key: str, fingerprint: str = "") -> str:
    """The field's value: a String with parameters (RFC 9651, 3.3.3)."""
    escaped = key.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"' + (f';fingerprint="{fingerprint}"' if fingerprint else "")
