"""What proxies tell of clients, and who is believed."""

from collections.abc import Iterable
from http.client import HTTPConnection
from ipaddress import ip_network
from typing import Any

import pytest

from ogrom.server import Proxies
from ogrom.server.testing import running

pytestmark = pytest.mark.usefixtures("in_both_modes")

SECONDS = 300.0
SAID = {
    "X-Forwarded-For": "1.2.3.4, 8.8.8.8",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "8443",
    "X-Forwarded-Host": "evil",
    "Forwarded": "for=6.6.6.6",
}
SEEN = (
    "REMOTE_ADDR",
    "wsgi.url_scheme",
    "SERVER_PORT",
    "HTTP_HOST",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [repr([environ.get(each) for each in SEEN]).encode()]


def networks(*texts: str) -> Any:
    return tuple(map(ip_network, texts))


@pytest.mark.parametrize(
    "proxies", [None, Proxies(networks=()), Proxies(networks=networks("10.0.0.0/8", "::/0"))]
)
def test_nobody_else_is_believed(proxies: Proxies | None) -> None:
    """And an application that would believe them does not see what they said."""
    with running(application, proxies=proxies) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        connection.request("GET", "/", headers={"Host": "real", **SAID})
        assert (
            connection.getresponse().read()
            == repr(["127.0.0.1", "http", str(port), "real", None, None]).encode()
        )
        connection.close()


@pytest.mark.parametrize("proxies", [Proxies(), Proxies(networks=networks("127.0.0.0/8"))])
def test_a_proxy_tells_of_the_client(proxies: Proxies) -> None:
    """Its last entry is the client; what that wrote before, and the host, are not believed."""
    with running(application, proxies=proxies) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        connection.request("GET", "/", headers={"Host": "real", **SAID})
        assert (
            connection.getresponse().read() == repr(["8.8.8.8", "https", "8443", "real", None, None]).encode()
        )
        connection.close()


def applied(proxies: Proxies, **fields: str) -> dict[str, Any]:
    environ = {"REMOTE_ADDR": "127.0.0.1", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
    environ |= {f"HTTP_X_FORWARDED_{name.upper()}": value for name, value in fields.items()}
    proxies.apply(environ)
    return environ


@pytest.mark.parametrize(
    ("hops", "client"), [(1, "8.8.8.8"), (2, "1.2.3.4"), (3, "127.0.0.1")], ids=["one", "two", "fewer"]
)
def test_each_proxy_of_a_row_adds_an_address(hops: int, client: str) -> None:
    """The client's is what the first of them added; with fewer, somebody came another way and may have written all."""
    assert applied(Proxies(hops=hops), **{"for": "1.2.3.4, 8.8.8.8"})["REMOTE_ADDR"] == client


@pytest.mark.parametrize(
    ("entry", "client"),
    [
        ("8.8.8.8:1234", "8.8.8.8"),
        ("[2001:db8::1]:1234", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:8.8.8.8", "8.8.8.8"),
        ("unknown", "127.0.0.1"),
        ("", "127.0.0.1"),
        ("8.8.8.8.8", "127.0.0.1"),
        ("8.8.8.8:" + "1" * 10_000, "127.0.0.1"),
    ],
)
def test_an_entry_may_have_a_port(entry: str, client: str) -> None:
    """And what is no address says nothing."""
    assert applied(Proxies(), **{"for": entry})["REMOTE_ADDR"] == client


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"proto": "https"}, ("https", "80")),
        ({"proto": "http, HTTPS "}, ("https", "80")),
        ({"proto": "gopher"}, ("http", "80")),
        ({"port": "443"}, ("http", "443")),
        ({"port": "70000"}, ("http", "80")),
        ({"port": "4430000000"}, ("http", "80")),
        ({"port": "000443999"}, ("http", "80")),
        ({"port": "x"}, ("http", "80")),
    ],
)
def test_the_nearest_proxy_says_how_the_client_asked(
    fields: dict[str, str], expected: tuple[str, str]
) -> None:
    """As far as it makes sense."""
    environ = applied(Proxies(), **fields)
    assert (environ["wsgi.url_scheme"], environ["SERVER_PORT"]) == expected


def test_a_request_comes_by_a_proxy_at_least() -> None:
    """Of none, the first entry would be believed, which anybody writes."""
    with pytest.raises(ValueError, match="hops must be at least 1, not 0"):
        Proxies(hops=0)
