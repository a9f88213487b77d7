"""Change 0006: rows may leave out the words that releases before revision 0002 searched in."""

from ..change import Change, Kind
from ..operations.set_default import SetDefault

__all__ = ["CHANGE"]

CHANGE = Change(
    "0006_words_default",
    Kind.EXPAND,
    (SetDefault("offers", "words", ""), SetDefault("collages", "words", "")),
)
"""Every release until 4.2 writes them, and none reads them. The next one need not write them."""
