"""What a word is to a search, and when two words are the same one in any case."""

import re
import unicodedata

# Letters and digits of every script; `_` counts as punctuation.
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> tuple[str, ...]:
    """The words of `text` in their order, folded so that words equal in any case are equal.

    Folding follows Unicode (3.13, D146): `Straße` and `STRASSE` are one word, and so are the composed and
    the decomposed `ü`. An accent still tells words apart.
    """
    composed = unicodedata.normalize("NFKC", text).casefold()
    # Casefolding may undo the composition (`ǰ`), so compose again.
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", composed)))
