"""The rules by which revision 0002 makes the rows of `texts`, as they were then.

They are repeated here because a revision must never change: when the rules of `ogrom.sources.search.tokens`
or `ogrom.protocols.words` change, the revision that comes with the change makes the rows anew.
"""

import re
import unicodedata
from collections.abc import Iterator

_WORD = re.compile(r"[^\W_]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i", "æ": "ae", "œ": "oe"},
)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def title_words(title: str) -> str:
    """The spellings of the title's words, each between two spaces."""
    return f" {' '.join(dict.fromkeys(_spelled(title)))} "


def tokens(locale: str, title: str, rest: str) -> str:
    """What a text is indexed by.

    Args:
        rest: what it is found by beside its title.
    """
    spelled = dict.fromkeys((*_spelled(title), *_spelled(rest)))
    market = "".join(c for c in locale.lower() if c.isascii() and c.isalnum())[:8]
    return " ".join(dict.fromkeys(f"{market}_{token}" for word in spelled for token in _tokens(word)))


def _tokens(spelling: str) -> Iterator[str]:
    yield f"w{_ascii(spelling)}"
    for start in range(3, len(spelling) - 2):
        yield f"p{_ascii(spelling[start:])}"


def _spelled(text: str) -> Iterator[str]:
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    for word in _WORD.findall(unicodedata.normalize("NFKC", _unmarked(composed))):
        for spelling in (word, word.translate(_UMLAUTS)):
            plain = _unmarked(unicodedata.normalize("NFKD", spelling)).translate(_PLAIN)
            yield unicodedata.normalize("NFKC", plain)[:60]


def _unmarked(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.combining(letter))


def _ascii(text: str) -> str:
    found, room = "", 70
    for letter in text:
        room -= 1 if letter.isascii() else 5
        if room < 0:
            break
        found += letter if letter.isascii() else _numbered(ord(letter))
    return found


def _numbered(number: int) -> str:
    return "_" + "".join(_DIGITS[number // 36**power % 36] for power in (3, 2, 1, 0))
