"""tracestate: what other systems have noted in a trace, which goes on with it (W3C Trace Context, 3.3)."""

import re

TRACESTATE = "ogrom.tracestate"
"""Where the WSGI environment has what goes on to the services behind; not there where the trace begins with us."""

LONGEST = 512
"""How many characters are passed on."""

_LONG_MEMBER = 128
_PRINTABLE = re.compile(r"[\t\x20-\x7e]*")


def passed_on(field: str) -> str:
    """What goes on of the field: all of it as it is, where it is not too long.

    Of one that is, whole members go: first those of more than 128 characters, then the last ones, which are the oldest.
    Nothing goes on of what no header field may hold.

    Args:
        field: the value of `tracestate`, of several such fields joined by commas; it may be empty.
    """
    if not _PRINTABLE.fullmatch(field):
        return ""
    if len(field) <= LONGEST:
        return field.strip()
    members = [each for each in field.split(",") if len(each.strip()) <= _LONG_MEMBER]
    while members and len(",".join(members)) > LONGEST:
        members.pop()
    return ",".join(members).strip()
