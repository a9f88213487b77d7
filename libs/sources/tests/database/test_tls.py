"""The TLS options of a URL say what MySQL's own words say, or why they make no sense."""

from pathlib import Path

import pytest

from ogrom.sources.database.engine import UnknownDatabase, database_engine
from ogrom.sources.database.tls import TlsOptions, tls_options


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """A file that is there."""
    path = tmp_path / "some.pem"
    path.touch()
    return path


def test_without_options_connections_are_encrypted_where_the_server_can() -> None:
    """As MySQL's own clients do."""
    assert tls_options("") == TlsOptions(mode="PREFERRED")
    assert not TlsOptions().must_encrypt


@pytest.mark.parametrize("mode", ["REQUIRED", "verify_ca", "VERIFY_IDENTITY"])
def test_every_other_mode_must_encrypt(pem: Path, mode: str) -> None:
    """Modes may be written small."""
    ca = f"&ssl-ca={pem}" if mode != "REQUIRED" else ""
    found = tls_options(f"ssl-mode={mode}{ca}")
    assert (found.mode, found.must_encrypt) == (mode.upper(), True)


def test_the_driver_is_told_what_was_said(pem: Path) -> None:
    """Paths, and how much is verified."""
    whole = f"ssl-mode=VERIFY_IDENTITY&ssl-ca={pem}&ssl-cert={pem}&ssl-key={pem}"
    files = {"ssl_ca": str(pem), "ssl_cert": str(pem), "ssl_key": str(pem)}
    assert tls_options(whole).for_driver() == files | {"ssl_verify_cert": True, "ssl_verify_identity": True}
    assert TlsOptions(mode="VERIFY_CA", ca="c").for_driver() == {
        "ssl_ca": "c",
        "ssl_verify_cert": True,
        "ssl_verify_identity": False,
    }
    assert tls_options("ssl-mode=DISABLED").for_driver() == {"ssl_disabled": True}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("ssl_ca=x", "unknown option 'ssl_ca'; use ssl-mode, ssl-ca, ssl-cert, ssl-key"),
        ("password=secret", "unknown option 'password'"),
        ("ssl-mode=", "unknown ssl-mode ''; use DISABLED, PREFERRED"),
        ("ssl-mode=ON", "unknown ssl-mode 'ON'"),
        ("ssl-mode=REQUIRED&ssl-mode=DISABLED", "ssl-mode more than once"),
        ("ssl-mode=VERIFY_IDENTITY", "without an ssl-ca; add ssl-ca="),
        ("ssl-ca={pem}", "nothing is verified with; add ssl-mode=VERIFY_IDENTITY"),
        ("ssl-mode=REQUIRED&ssl-ca={pem}", "nothing is verified with"),
        ("ssl-mode=REQUIRED&ssl-cert={pem}", "only one of ssl-cert and ssl-key"),
        ("ssl-mode=DISABLED&ssl-cert={pem}&ssl-key={pem}", "which ssl-mode=DISABLED turns off"),
        ("ssl-mode=VERIFY_CA&ssl-ca={pem}.no", r"some.pem.no', which is not a file"),
        ("ssl-mode=VERIFY_CA&ssl-ca=", "an ssl-ca '', which is not a file"),
    ],
)
def test_options_without_sense_are_refused_with_what_to_write(pem: Path, query: str, message: str) -> None:
    """None is ignored: who asked for TLS would believe to have it. No value that may be secret is told."""
    with pytest.raises(UnknownDatabase, match=message) as caught:
        database_engine(f"mysql://u:secret@host/ogrom?{query.format(pem=pem)}")
    assert "mysql://u:***@host/ogrom" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_sqlite_takes_no_options() -> None:
    """A file is not reached over a network."""
    with pytest.raises(UnknownDatabase, match="SQLite takes none"):
        database_engine("sqlite:///ogrom.db?ssl-mode=REQUIRED")
