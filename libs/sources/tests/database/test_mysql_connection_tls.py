"""Connections to a real server are encrypted and verified as their URL says, or refused."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Unavailable
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.testing import MariaDB

pytestmark = pytest.mark.slow

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def openssl(folder: Path, *arguments: str) -> None:
    """Run openssl in the folder."""
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def sign(folder: Path, name: str, *, by: str) -> None:
    """Make `name.pem` and `name.key`, for localhost and no other host, signed by an authority."""
    openssl(folder, "req", *_NEW_KEY, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
    (folder / "names").write_text("subjectAltName=DNS:localhost")
    authority = ("-CA", f"{by}.pem", "-CAkey", f"{by}.key", "-CAcreateserial")
    openssl(
        folder, "x509", "-req", "-in", f"{name}.csr", *authority, "-extfile", "names", "-out", f"{name}.pem"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two authorities, `ours` and `other`, and a certificate of ours for a server and for a client."""
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("ours", "other"):
        subject = ("-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")
        openssl(folder, "req", "-x509", *_NEW_KEY, *subject)
    sign(folder, "server", by="ours")
    sign(folder, "client", by="ours")
    return folder


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """The URL, by a host name, of a migrated database on a server that has a certificate."""
    files = ("ours.pem", "server.pem", "server.key")
    options = (
        f"--ssl-{kind}={folder / file}" for kind, file in zip(("ca", "cert", "key"), files, strict=True)
    )
    with MariaDB(*options, in_memory=True) as server:
        yield server.database().replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def without_tls() -> Iterator[str]:
    """The URL of a database on a server that does not know TLS."""
    with MariaDB("--skip-ssl", in_memory=True) as server:
        yield server.database()


def cipher(url: str) -> str:
    """What the session is encrypted with; empty where it is not."""
    engine = database_engine(url)
    try:
        with engine.connect() as connection:
            return str(connection.exec_driver_sql("SHOW STATUS LIKE 'Ssl_cipher'").one()[1])
    finally:
        engine.dispose()


def refusal(url: str) -> str:
    """What a source says that cannot connect."""
    engine = database_engine(url)
    with pytest.raises(Unavailable) as caught:
        SqlSources.over(engine).users.user_by_id(Context(locale="de-DE"), 1)
    return caught.value.message


@pytest.mark.parametrize(
    "options",
    ["", "?ssl-mode=REQUIRED", "?ssl-mode=VERIFY_CA&ssl-ca={0}", "?ssl-mode=VERIFY_IDENTITY&ssl-ca={0}"],
)
def test_a_session_is_encrypted(url: str, folder: Path, options: str) -> None:
    """In every mode but DISABLED, where the server can."""
    assert "AES" in cipher(url + options.format(folder / "ours.pem")).upper()


def test_disabled_means_in_clear_text(url: str) -> None:
    """So the test above would see it."""
    assert cipher(f"{url}?ssl-mode=DISABLED") == ""


def test_the_sources_work_over_tls(url: str, folder: Path) -> None:
    """Migrations, writes and reads."""
    engine = database_engine(f"{url}?ssl-mode=VERIFY_IDENTITY&ssl-ca={folder / 'ours.pem'}")
    migrate(engine)
    assert SqlSources.over(engine).users.user_by_id(Context(locale="de-DE"), 1) is None
    engine.dispose()


def test_the_certificate_of_a_stranger_is_refused(url: str, folder: Path) -> None:
    """With one message that says what may be wrong."""
    for mode in ("VERIFY_CA", "VERIFY_IDENTITY"):
        said = refusal(f"{url}?ssl-mode={mode}&ssl-ca={folder / 'other.pem'}")
        assert "the server's certificate is not signed by ssl-ca" in said
        assert "openssl" not in said.lower()


def test_the_certificate_of_another_host_is_refused(url: str, folder: Path) -> None:
    """VERIFY_IDENTITY wants the very host of the URL, VERIFY_CA does not."""
    by_address = url.replace("localhost", "127.0.0.1")
    ca = f"ssl-ca={folder / 'ours.pem'}"
    assert cipher(f"{by_address}?ssl-mode=VERIFY_CA&{ca}")
    said = refusal(f"{by_address.replace('root@', 'root:secret@')}?ssl-mode=VERIFY_IDENTITY&{ca}")
    assert "is not for the host '127.0.0.1'" in said
    assert "secret" not in said


@pytest.mark.parametrize("mode", ["REQUIRED", "VERIFY_CA&ssl-ca={0}", "VERIFY_IDENTITY&ssl-ca={0}"])
def test_a_server_without_tls_is_refused_where_it_is_wanted(
    without_tls: str, folder: Path, mode: str
) -> None:
    """The driver itself would go on in clear text with the first two."""
    assert cipher(without_tls) == ""
    said = refusal(f"{without_tls}?ssl-mode={mode.format(folder / 'ours.pem')}")
    assert said.startswith("2026: no TLS with 127.0.0.1:")


def test_a_client_shows_its_certificate(url: str, folder: Path) -> None:
    """To a user whom the server asks for one."""
    name = url.rpartition("/")[2]
    engine = database_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE USER guarded REQUIRE X509")
        connection.exec_driver_sql(f"GRANT ALL ON {name}.* TO guarded")
    engine.dispose()
    guarded = url.replace("root@", "guarded@")
    shown = f"&ssl-cert={folder / 'client.pem'}&ssl-key={folder / 'client.key'}"
    assert cipher(f"{guarded}?ssl-mode=VERIFY_IDENTITY&ssl-ca={folder / 'ours.pem'}{shown}")
    assert "Access denied" in refusal(f"{guarded}?ssl-mode=REQUIRED")
