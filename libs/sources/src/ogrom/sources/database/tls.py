"""The options of a mysql:// URL that say how its connections are encrypted, named as in MySQL's own URI strings.

See "Connecting to the Server Using URI-Like Strings" in MySQL's reference manual. This module imports
nothing heavy, so that settings can be checked quickly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

__all__ = ["tls_options"]

MODES = ("DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY")
NAMES = ("ssl-mode", "ssl-ca", "ssl-cert", "ssl-key")


@dataclass(frozen=True, kw_only=True)
class TlsOptions:
    """How connections to a server are encrypted.

    Attributes:
        mode: one of MODES. PREFERRED encrypts if the server can; REQUIRED always does, with any server that answers;
            VERIFY_CA needs a certificate signed by `ca`, and VERIFY_IDENTITY one for the host.
        ca: the file with the certificates that are trusted, PEM; "" where nothing is verified.
        cert: the file with the certificate that the client shows, PEM; "" for none.
        key: the file with its private key, PEM; "" for none.
    """

    mode: str = "PREFERRED"
    ca: str = ""
    cert: str = ""
    key: str = ""

    @property
    def must_encrypt(self) -> bool:
        """Whether a connection that is not encrypted must not be used."""
        return self.mode not in ("DISABLED", "PREFERRED")

    def for_driver(self) -> dict[str, Any]:
        """The same as arguments of mysql-connector-python."""
        if self.mode == "DISABLED":
            return {"ssl_disabled": True}
        said = {"ssl_ca": self.ca, "ssl_cert": self.cert, "ssl_key": self.key}
        return {
            **{name: path for name, path in said.items() if path},
            "ssl_verify_cert": self.mode.startswith("VERIFY"),
            "ssl_verify_identity": self.mode == "VERIFY_IDENTITY",
        }


def tls_options(query: str) -> TlsOptions:
    """The options in a URL's query, `ssl-mode=VERIFY_IDENTITY&ssl-ca=/etc/ca.pem`.

    Raises:
        ValueError: they make no sense; the message continues a quoted URL, and quotes no value that could be
            secret.
    """
    said = _single(parse_qs(query, keep_blank_values=True))
    mode = said.get("ssl-mode", "PREFERRED").upper()
    if mode not in MODES:
        raise ValueError(f"has an unknown ssl-mode {mode!r}; use {', '.join(MODES)}")
    files = {name.removeprefix("ssl-"): path for name, path in said.items() if name != "ssl-mode"}
    _check(mode, files)
    for name, path in files.items():
        if not Path(path).is_file():
            raise ValueError(f"has an ssl-{name} {path!r}, which is not a file; name one in PEM form")
    return TlsOptions(mode=mode, **files)


def _single(said: Mapping[str, list[str]]) -> dict[str, str]:
    for name, values in said.items():
        if name not in NAMES:
            raise ValueError(f"has an unknown option {name!r}; use {', '.join(NAMES)}")
        if len(values) > 1:
            raise ValueError(f"has the option {name} more than once; say it once")
    return {name: value for name, (value,) in said.items()}


def _check(mode: str, files: Mapping[str, str]) -> None:
    verifies = mode.startswith("VERIFY")
    if verifies and "ca" not in files:
        raise ValueError(f"verifies nothing without an ssl-ca; add ssl-ca=/path.pem to ssl-mode={mode}")
    if "ca" in files and not verifies:
        raise ValueError("has an ssl-ca that nothing is verified with; add ssl-mode=VERIFY_IDENTITY")
    if ("cert" in files) != ("key" in files):
        raise ValueError("has only one of ssl-cert and ssl-key; they belong together")
    if files and mode == "DISABLED":
        raise ValueError("has files for TLS, which ssl-mode=DISABLED turns off; leave out one or the other")
