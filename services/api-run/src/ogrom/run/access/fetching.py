"""Fetching a JWK set over https, within a deadline and of bounded size."""

from collections.abc import Callable
from importlib.metadata import version
from time import monotonic

import httpcore2
import httpx2

from ogrom.client.transport import DeadlineTransport, until

PATIENCE = 2.0
"""How long a fetch takes at most, in seconds."""

MOST_BYTES = 512 * 1024


def fetcher(url: str) -> Callable[[], bytes]:
    """A function that gets what is at the URL.

    It raises OSError where nothing answers in time, and ValueError where the answer is no 200 or too long.

    Raises:
        ValueError: the authorities in SSL_CERT_FILE cannot be read.
    """
    client = httpx2.Client(
        headers={"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"}
        | {"User-Agent": f"ogrom-api-run/{version('ogrom-api-run')}"},
        transport=DeadlineTransport(connections=1, secure=True),
    )

    def fetch() -> bytes:
        try:
            with until(monotonic() + PATIENCE), client.stream("GET", url, timeout=PATIENCE) as response:
                return _content(url, response)
        except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise OSError(f"{url}: {str(error) or 'no answer in time'}") from error

    return fetch


def _content(url: str, response: httpx2.Response) -> bytes:
    if response.status_code != 200:
        raise ValueError(f"{url} is answered with {response.status_code}")
    content = bytearray()
    for part in response.iter_raw():
        content += part
        if len(content) > MOST_BYTES:
            raise ValueError(f"{url} is answered with more than {MOST_BYTES} bytes")
    return bytes(content)
