"""A service behind TLS shows who it is, or is not spoken to."""

import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from ogrom.client import RemoteSources
from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout, Unavailable

BehindTls = Callable[[ssl.SSLContext], Any]

USER = {"id": 1, "name": "Ada", "avatar_url": "/1.svg", "revision": 1, "created_at": "2024-02-29T12:01:00Z"}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority of our own."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is trusted, and no other."""
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def certified(authority: trustme.CA, host: str = "127.0.0.1", **options: Any) -> ssl.SSLContext:
    """What a server needs to show a certificate for the host."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host, **options).configure_cert(context)
    return context


def ctx(seconds: float = 60.0) -> Context:
    """A call that is waited for so long."""
    return Context(locale="de-DE", deadline=time.monotonic() + seconds)


def refusal(url: str) -> str:
    """What is said of a service that cannot be used."""
    with RemoteSources.at(url) as sources, pytest.raises(Unavailable) as refused:
        sources.users.user_by_id(ctx(), 1)
    return refused.value.message


@pytest.mark.usefixtures("trusted")
def test_a_service_whose_authority_is_trusted_is_read_and_written(
    authority: trustme.CA, behind_tls: BehindTls, said: Any
) -> None:
    """As one without TLS, many times, and with more content than the network takes at once."""
    standin = behind_tls(certified(authority))
    standin.says("/de/people/1", said(USER, headers={"ETag": '"1"'}), said(status=304))
    with RemoteSources.at(standin.url) as sources:
        assert [sources.users.user_by_id(ctx(), 1).name for _ in range(3)] == ["Ada"] * 3  # type: ignore[union-attr]
        service = sources.directory.service
        caller = service.caller("test", ctx())
        standin.says("/de/people/2", said(USER))
        body = "x" * 5_000_000
        assert service.write(caller, "PUT", service.url(caller, "/de/people/2"), dict, body=body) is not None
    assert len(standin.asked[-1].content) == len(body) + 2


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_authority_is_refused_at_once(behind_tls: BehindTls) -> None:
    """It is not tried again; the error names the address, the reason and the setting."""
    context, greeted = certified(trustme.CA()), []
    context.sni_callback = lambda *_: greeted.append(1)
    standin = behind_tls(context)
    assert refusal(standin.url) == (
        f"GET {standin.url} failed: its certificate is not trusted: unable to get local issuer certificate; if an "
        "authority of your own has signed it, let SSL_CERT_FILE name a file with the authority's certificate"
    )
    assert greeted == [1]
    assert standin.asked == []


def test_without_the_setting_the_system_decides(
    authority: trustme.CA, behind_tls: BehindTls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not know an authority of ours."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    assert "its certificate is not trusted" in refusal(behind_tls(certified(authority)).url)


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_host_is_refused(authority: trustme.CA, behind_tls: BehindTls) -> None:
    """A certificate of the same authority for another host is refused."""
    standin = behind_tls(certified(authority, "other.example"))
    assert "its certificate is not trusted: IP address mismatch" in refusal(standin.url)
    assert standin.asked == []


@pytest.mark.usefixtures("trusted")
def test_a_certificate_that_has_expired_is_refused(authority: trustme.CA, behind_tls: BehindTls) -> None:
    """Renewing it was forgotten."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    standin = behind_tls(certified(authority, not_after=yesterday))
    assert "its certificate is not trusted: certificate has expired" in refusal(standin.url)


@pytest.mark.usefixtures("trusted")
def test_a_service_without_tls_is_unavailable(standin: Any) -> None:
    """Nothing is sent to it in clear text."""
    url = standin.url.replace("http:", "https:")
    assert f"GET {url} failed: " in refusal(url)
    assert standin.asked == []


@pytest.mark.usefixtures("trusted")
def test_a_handshake_that_is_not_answered_ends_at_the_deadline() -> None:
    """The connection is made, and then nothing is said."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        with RemoteSources.at(url, timeout=120) as sources:
            begun = time.monotonic()
            with pytest.raises(Timeout):
                sources.users.user_by_id(ctx(0.3), 1)
            assert 0.3 <= time.monotonic() - begun < 60


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_authorities_that_cannot_be_read_are_told_of(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the setting and its value, before anybody is asked."""
    file = tmp_path / "authority.pem"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(ValueError, match=f"SSL_CERT_FILE={file} cannot be used: .*name a PEM file"):
        RemoteSources.at("https://127.0.0.1:1/")
    RemoteSources.at("http://127.0.0.1:1/").close()
