"""Change 0007: the words that releases before revision 0002 searched in go."""

from ..change import Change, Kind
from ..operations.drop_column import DropColumn
from . import words_default_0006

__all__ = ["CHANGE"]

CHANGE = Change(
    "0007_words_dropped",
    Kind.CONTRACT,
    (DropColumn("offers", "words"), DropColumn("collages", "words")),
    after=(words_default_0006.CHANGE,),
)
"""Releases until 4.2 write them."""
