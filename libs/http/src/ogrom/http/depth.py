"""Depth: content that is nested deeper than anybody means is refused before it is decoded.

Decoders have limits of their own, which differ between versions of Python and are there to save the stack.
"""

import re
from typing import Final

MOST_LEVELS: Final = 100
"""How deep content may be nested: objects and lists within one another."""

# A string that does not end is taken to the content's end, so that no quote is looked at twice.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)


def is_deep_json(content: bytes) -> bool:
    """Whether JSON text is nested too deeply, well-formed or not."""
    if content.count(b"[") + content.count(b"{") <= MOST_LEVELS:
        return False
    level = 0
    for token in _TOKEN.finditer(content):
        if token[0] in b"[{":
            level += 1
            if level > MOST_LEVELS:
                return True
        elif token[0] in b"]}":
            level -= 1
    return False
