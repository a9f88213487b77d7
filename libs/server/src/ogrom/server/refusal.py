"""Refusals: what the server answers itself, because no application shall see the request."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class RefusalType(StrEnum):
    """The kinds of refusals, by which programs decide; names never change."""

    MALFORMED_REQUEST = "malformed-request"
    REQUEST_TIMEOUT = "request-timeout"
    CONTENT_TOO_LARGE = "content-too-large"
    CHUNK_EXTENSIONS_TOO_LONG = "chunk-extensions-too-long"
    TARGET_TOO_LONG = "target-too-long"
    UNSUPPORTED_EXPECTATION = "unsupported-expectation"
    HEADER_TOO_LARGE = "header-too-large"
    UNSUPPORTED_TRANSFER_CODING = "unsupported-transfer-coding"
    NOT_A_PROXY = "not-a-proxy"
    OVERLOADED = "overloaded"
    SERVER_STOPPED = "server-stopped"
    UNSUPPORTED_HTTP_VERSION = "unsupported-http-version"


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused.

    Attributes:
        status: of the response: 400, 408, 413, 414, 417, 431, 501, 503 or 505; 500 where the application has failed.
        reason: what is wrong and what to do about it, for the person who sent it.
        retry_after: in how many seconds to come again, where that helps.
        type: what kind of refusal it is; None where the status says all.
    """

    status: int
    reason: str
    retry_after: int | None = None
    type: RefusalType | None = None


def plainly(refusal: Refusal, environ: Mapping[str, object]) -> tuple[list[tuple[str, str]], bytes]:
    """Tell of a refusal in plain text: fields and content; an application may have its own way (`Hosted.refuse`).

    Args:
        environ: of the request; no more than REMOTE_ADDR where its header could not be read.
    """
    fields = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
    if refusal.retry_after is not None:
        fields.append(("Retry-After", str(refusal.retry_after)))
    return fields, f"{refusal.reason}\n".encode()
