"""The grammar of HTTP/1.1 requests, as expressions over bytes that are named after the rules of the RFCs.

Each is for `fullmatch`, and none can backtrack, so that no input takes longer than its length.
"""

import re

_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_OWS = rb"[ \t]*+"
_QUOTED_STRING = rb'"(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*+"'
_FIELD_LINE = _TOKEN + rb":[\t -~\x80-\xff]*+"
_UNRESERVED = rb"0-9A-Za-z\-._~"
# Not the comma, which sub-delims has: a proxy that combines two Host fields puts one between them.
_REG_NAME = rb"(?:[" + _UNRESERVED + rb"!$&'()*+;=]|%[0-9A-Fa-f]{2})++"
_IP_LITERAL = rb"\[(?:[0-9A-Fa-f:.]++|[Vv][0-9A-Fa-f]++\.[" + _UNRESERVED + rb"!$&'()*+,;=:]++)\]"
_AUTHORITY = rb"(?:" + _IP_LITERAL + rb"|" + _REG_NAME + rb")(?::[0-9]*+)?+"

TOKEN = re.compile(_TOKEN)
"""`token` (RFC 9110, 5.6.2)."""

REQUEST_LINE = re.compile(rb"(" + _TOKEN + rb") ([!\"$-~]++) HTTP/([0-9])\.([0-9])")
"""`request-line` (RFC 9112, 3): method, target, major and minor version.

Of a target it asks only for visible ASCII without `#`, more than RFC 3986 allows: browsers send `|` and `[` as they
are (WHATWG URL, percent-encode sets).
"""

REQUEST_LINE_SO_FAR = re.compile(rb"(?:" + _TOKEN + rb")?+(?: (?:[!\"$-~]++(?: [!-~]*+\r?+)?+)?+)?+")
"""What may still become one."""

FIELD_LINES = re.compile(rb"(?:" + _FIELD_LINE + rb"\r\n)*+")
"""`*( field-line CRLF )` (RFC 9112, 2.1 and 5), without obs-fold."""

FIELD_LINE = re.compile(_FIELD_LINE)
"""`field-line` (RFC 9112, 5)."""

ABSOLUTE_FORM = re.compile(rb"(?i:https?)://([^/?]*+)([!-~]*+)")
"""`absolute-form` of `http` and `https` (RFC 9112, 3.2.2): authority, and path and query."""

HOST = re.compile(_AUTHORITY)
"""`uri-host [ ":" port ]` (RFC 9110, 7.2), not empty: without a host an http URI is invalid (4.2.1)."""

DIGITS = re.compile(rb"[0-9]++")
"""`Content-Length` (RFC 9110, 8.6)."""

CHUNK = re.compile(
    rb"([0-9A-Fa-f]{1,16}+)((?:"
    + (_OWS + rb";" + _OWS + _TOKEN)
    + (rb"(?:" + _OWS + rb"=" + _OWS + rb"(?:" + _TOKEN + rb"|" + _QUOTED_STRING + rb"))?+")
    + rb")*+)"
)
"""`chunk-size [ chunk-ext ]` (RFC 9112, 7.1), the size below 16**16."""

BARE = re.compile(rb"(?<!\r)\n|\r(?=[^\n])")
"""A CR or LF that is not half of a line's end; for `search`."""
