"""Fetching of keys, from a server with a certificate."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import trustme

from ogrom.operations.access import fetching
from ogrom.operations.access.access import access_of
from ogrom.operations.access.fetching import MAX_BYTES, fetcher
from ogrom.operations.settings import ServiceSettings


class Issuer:
    """Owns an https server in a thread, which says what it is told to."""

    status = 200
    content = b"{}"
    slow = False

    def __init__(self, tls: ssl.SSLContext) -> None:
        issuer = self
        self.stopping = Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(issuer.status)
                self.send_header("Content-Length", str(len(issuer.content)))
                self.end_headers()
                if not issuer.slow:
                    self.wfile.write(issuer.content)
                    return
                with suppress(OSError):  # whoever hangs up
                    for byte in issuer.content:
                        self.wfile.write(bytes([byte]))
                        issuer.stopping.wait(0.05)  # the trickling itself

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who hangs up is no news
        self.server.daemon_threads = False  # it waits for those that answer
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}/jwks.json"

    def stop(self) -> None:
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    """One whose authority is trusted."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    made = Issuer(tls)
    yield made
    made.stop()


def test_a_set_is_fetched_and_verifies_tokens(
    issuer: Issuer, pair: Callable[..., Any], jwk_set: Callable[..., bytes], signed: Callable[..., str]
) -> None:
    """From the setting to the user; a rotation needs nobody's hand."""
    old, new = pair("old"), pair("new", "EdDSA")
    issuer.content = jwk_set(old)
    access = access_of(ServiceSettings(token_jwks=issuer.url))
    access.prepare()
    read_token = access.read_token
    assert read_token is not None
    assert read_token(signed(old)).user_id == 145
    issuer.content = jwk_set(new)
    assert fetcher(issuer.url)() == jwk_set(new)


@pytest.mark.parametrize(
    ("status", "size", "said"),
    [
        (404, 2, "answered with status 404"),
        (302, 2, "answered with status 302"),
        (200, MAX_BYTES + 1, "with more than"),
    ],
)
def test_other_answers_are_told(issuer: Issuer, status: int, size: int, said: str) -> None:
    """A redirect is not followed: who keeps the keys has one address."""
    issuer.status, issuer.content = status, b" " * size
    with pytest.raises(ValueError, match=said):
        fetcher(issuer.url)()


def test_nobody_waits_for_an_issuer_that_trickles(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole fetch has a deadline, and not only each part of it: it would succeed in half a minute."""
    monkeypatch.setattr(fetching, "PATIENCE", 0.4)
    issuer.slow, issuer.content = True, b" " * 600
    with pytest.raises(OSError, match=r"jwks\.json"):
        fetcher(issuer.url)()


def test_an_issuer_that_is_not_trusted_or_not_there_is_told(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With its address."""
    fetch = fetcher(issuer.url)
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other.pem"))
    with pytest.raises(OSError, match=r"jwks\.json: its certificate is not trusted"):
        fetcher(issuer.url)()
    issuer.server.socket.close()
    with pytest.raises(OSError, match=r"jwks\.json"):
        fetch()
