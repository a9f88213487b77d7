"""What a word is to a search, how it may be spelled, and which parts of it find it."""

import re
import unicodedata

MAX_QUERY_LENGTH = 1000
"""How many characters of a query are looked at."""

MAX_WORDS = 32
"""How many different words of a query are looked at."""

MIN_PART_LENGTH = 3
"""How many letters from inside a word find it; its beginning may be shorter."""

# After this many letters of a word, a part of it finds it: `kleid` finds `sommerkleid`.
_HEAD = 3

# This many letters of a word count, however long it is.
_LONGEST_WORD = 60

# An index may hold this many ASCII letters of a word; another letter takes the place of five.
_ROOM = 70
_ROOM_OF_OTHERS = 5

# Letters and digits of every script; `_` counts as punctuation.
_WORD = re.compile(r"[^\W_]+")

# No letter before U+0300 combines with another; the composed ones of Latin alphabets mostly stand before it.
_MAYBE_MARK = re.compile("[\u0300-\U0010ffff]")

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
# Letters that Unicode does not take apart.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i", "æ": "ae", "œ": "oe"},
)


def words(text: str) -> tuple[str, ...]:
    """The words of `text` in their order, folded so that words equal in any case are equal.

    Folding follows Unicode (3.13, D146): `Straße` and `STRASSE` are one word, and so are the composed and
    the decomposed `ü`. Accents are kept; `spellings` leaves them out. A mark that is part of no letter, such
    as a vowel sign of Arabic or Hebrew, is left out.
    """
    composed = unicodedata.normalize("NFKC", text).casefold()
    # Casefolding may undo the composition (`ǰ`), so compose again.
    return tuple(_WORD.findall(_without_marks(unicodedata.normalize("NFKC", composed))))


def words_wanted(query: str) -> tuple[str, ...]:
    """The different words of a query in their order, those that count: see MAX_QUERY_LENGTH and MAX_WORDS."""
    return tuple(dict.fromkeys(words(query[:MAX_QUERY_LENGTH])))[:MAX_WORDS]


def spellings(word: str) -> tuple[str, ...]:
    """How people write a folded word: without its accents, and with `ue` for `ü`.

    Two words are the same one to a search where they share a spelling: `grün` is `grun` and `gruen`. There
    are one or two, the plain one first, each of 60 letters at most.
    """
    return tuple(dict.fromkeys(_plain(text)[:_LONGEST_WORD] for text in (word, word.translate(_UMLAUTS))))


def parts(spelling: str) -> tuple[str, ...]:
    """The ends of a word whose beginnings find it too; a compound's second half is among them."""
    return tuple(spelling[start:] for start in range(_HEAD, len(spelling) - MIN_PART_LENGTH + 1))


def beginning(spelling: str) -> str:
    """As much of a spelling, or of a part, as counts where it is looked for: 14 letters if none is ASCII."""
    if spelling.isascii():
        return spelling
    room = _ROOM
    for end, letter in enumerate(spelling):
        room -= 1 if letter.isascii() else _ROOM_OF_OTHERS
        if room < 0:
            return spelling[:end]
    return spelling


def _plain(word: str) -> str:
    if word.isascii():
        return word
    kept = _unmarked(unicodedata.normalize("NFKD", word))
    return unicodedata.normalize("NFKC", kept.translate(_PLAIN))


def _without_marks(text: str) -> str:
    if not _MAYBE_MARK.search(text):
        return text
    # What a mark stood between may compose now.
    return unicodedata.normalize("NFKC", _unmarked(text))


def _unmarked(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.combining(letter))
