"""The types of the problems that a service refuses with before an endpoint is asked, and those of its server."""

from typing import Final

from ogrom.http import Member, ProblemType
from ogrom.http.problems import CONTENT_TOO_LARGE
from ogrom.server import RefusalType

MALFORMED_REQUEST: Final = ProblemType(
    RefusalType.MALFORMED_REQUEST,
    400,
    "The request is not well-formed HTTP",
    "The request line, a header field or the framing of the content breaks a rule of HTTP/1.1 (RFC 9112), "
    "or can be read in two ways. No part of the request was carried out, and the connection was closed.",
    "Use an HTTP library instead of writing requests by hand; `detail` names the rule. Behind a proxy, "
    "check what that sends.",
    "HTTP/1.1 requires a Host field; send one.",
)

REQUEST_TIMEOUT: Final = ProblemType(
    RefusalType.REQUEST_TIMEOUT,
    408,
    "The request did not arrive in time",
    "The header or the content of the request came too slowly. The request was not carried out.",
    "Send it again. If it happens often, send less at a time, or look at the network in between.",
    "The request took too long to arrive; send it again.",
)

CHUNK_EXTENSIONS_TOO_LONG: Final = ProblemType(
    RefusalType.CHUNK_EXTENSIONS_TOO_LONG,
    413,
    "The chunks have too many extensions",
    "The content was sent in chunks with long chunk extensions (RFC 9112, 7.1.1), which mean nothing here.",
    "Send the chunks without extensions.",
    "The chunks have too many extensions; omit them.",
)

TARGET_TOO_LONG: Final = ProblemType(
    RefusalType.TARGET_TOO_LONG,
    414,
    "The URL is too long",
    "Path and query together are longer than the server reads.",
    "Shorten the query, for instance by asking for fewer ids at a time.",
    "The target must not exceed 8192 bytes; shorten it.",
)

UNSUPPORTED_EXPECTATION: Final = ProblemType(
    RefusalType.UNSUPPORTED_EXPECTATION,
    417,
    "The expectation cannot be met",
    "The Expect field has another value than 100-continue, the only one that HTTP defines.",
    "Send `Expect: 100-continue`, or no Expect field.",
    "The only supported expectation is 100-continue; send that, or no Expect field.",
)

HEADER_TOO_LARGE: Final = ProblemType(
    RefusalType.HEADER_TOO_LARGE,
    431,
    "The header is too large",
    "The header or trailer fields are too many or too long together.",
    "Send fewer or shorter fields. Large cookies of the same site are a common cause; this API needs none.",
    "The header must not exceed 16384 bytes; send fewer or shorter fields.",
)

UNSUPPORTED_TRANSFER_CODING: Final = ProblemType(
    RefusalType.UNSUPPORTED_TRANSFER_CODING,
    501,
    "The transfer coding is not supported",
    "Transfer-Encoding names another coding than `chunked`.",
    "Send the content with Content-Length, or with `Transfer-Encoding: chunked` alone.",
    "The only supported Transfer-Encoding is `chunked`.",
)

NOT_A_PROXY: Final = ProblemType(
    RefusalType.NOT_A_PROXY,
    501,
    "The server is not a proxy",
    "A CONNECT asked the server to open a tunnel to another host.",
    "Connect to that host directly, and check the proxy settings of the client.",
    "This server is not a proxy; connect to the destination directly.",
)

OVERLOADED: Final = ProblemType(
    RefusalType.OVERLOADED,
    503,
    "The server has too much to do",
    "More requests are waiting than the server can answer in time. This one was not carried out.",
    "Send it again after as many seconds as Retry-After says, and wait longer each time that this happens.",
    "Too many requests are waiting. Try again after as many seconds as Retry-After says.",
)

SERVER_STOPPED: Final = ProblemType(
    RefusalType.SERVER_STOPPED,
    503,
    "The server stopped while it was answering",
    "The process that was answering has been stopped, as happens if a new version is deployed and the "
    "request takes long.",
    "Send the request again if it only reads. If it writes, look first whether it has been carried out.",
    "The server stopped before it had answered. Send the request again if it only reads; otherwise look "
    "first whether it has been carried out.",
)

UNSUPPORTED_HTTP_VERSION: Final = ProblemType(
    RefusalType.UNSUPPORTED_HTTP_VERSION,
    505,
    "This version of HTTP is not supported",
    "The request line names another version than HTTP/1.1 or HTTP/1.0.",
    "Use HTTP/1.1, or let a proxy in front of the server speak HTTP/2 and HTTP/3.",
    "This version of HTTP is not supported; use HTTP/1.1.",
)

OF_SERVER: Final = {
    each.name: each
    for each in (
        MALFORMED_REQUEST,
        REQUEST_TIMEOUT,
        CONTENT_TOO_LARGE,
        CHUNK_EXTENSIONS_TOO_LONG,
        TARGET_TOO_LONG,
        UNSUPPORTED_EXPECTATION,
        HEADER_TOO_LARGE,
        UNSUPPORTED_TRANSFER_CODING,
        NOT_A_PROXY,
        OVERLOADED,
        SERVER_STOPPED,
        UNSUPPORTED_HTTP_VERSION,
    )
}
"""The types of what `ogrom.server` refuses, by the names that it gives them."""

QUOTA_EXCEEDED: Final = ProblemType(
    "quota-exceeded",
    429,
    "Too many requests were sent",
    "The user of the token, or the address if there is no token, has sent more requests than are allowed in "
    "a window of time. The fields RateLimit-Policy and RateLimit of every response say what is allowed and "
    "what is left (draft-ietf-httpapi-ratelimit-headers).",
    "Wait as many seconds as Retry-After says. Spread requests evenly, ask for more items a page, and "
    "repeat reads with If-None-Match.",
    "At most 600 requests per 60 s are allowed; try again in 42 seconds.",
    (
        Member(
            "violated-policies",
            list[str],
            "The names of the policies in RateLimit-Policy that were exceeded.",
            ["requests"],
        ),
    ),
)

KEYS_UNAVAILABLE: Final = ProblemType(
    "keys-unavailable",
    503,
    "Tokens cannot be verified at the moment",
    "The service has no keys yet to verify the token with, since the issuer's keys are still being fetched. "
    "Nothing was stored.",
    "Send the request again after as many seconds as Retry-After says. Reads need no token.",
    "The keys that verify tokens are being fetched; try again in 2 seconds.",
)

OPERATORS_ONLY: Final = ProblemType(
    "operators-only",
    403,
    "Only operators may see this",
    "Metrics and traces are for those who run the service. They are known by their address, or by a token "
    "of their own.",
    "If you run the service, `detail` names the settings that make your address or token an operator's.",
    "Only operators may see this, and your address (203.0.113.9) is not one of theirs.",
)

_NOT_READY = "Balancers send requests to other instances meanwhile; wait, or look at the other members."
_STATE = (
    Member("state", str, "Why: `draining`, `warming` or `failing`.", "draining"),
    Member("version", str, "The version of the service.", "1.4.0"),
    Member("release", str, "What was deployed.", "v1-3f2a9c1"),
)

DRAINING: Final = ProblemType(
    "draining",
    503,
    "The process is about to stop",
    "The process finishes the requests that it has and takes no new connections from the balancer.",
    _NOT_READY,
    "The service is shutting down.",
    _STATE,
)

WARMING_UP: Final = ProblemType(
    "warming-up",
    503,
    "The process is not warm yet",
    "The process has just started and opens its connections.",
    _NOT_READY,
    "The service is warming up.",
    (Member("state", str, _STATE[0].about, "warming"), *_STATE[1:]),
)

NOT_READY: Final = ProblemType(
    "not-ready",
    503,
    "The service cannot do its work",
    "What the service depends on, such as its database, does not answer or is not as it must be.",
    "Operators find the reason in `detail` and in the log.",
    "The database does not answer.",
    (Member("state", str, _STATE[0].about, "failing"), *_STATE[1:]),
)

BEFORE_ENDPOINTS: Final = (*OF_SERVER.values(), QUOTA_EXCEEDED, KEYS_UNAVAILABLE, OPERATORS_ONLY)
"""What a request to any endpoint can be refused with before that is asked."""
