"""What is stored for a text to be found by, and what a query looks for in it.

The full text index holds tokens of our own: the market, a mark, and a spelling of a word or of its end. Each has
more than the three letters that MySQL wants and is none of its stopwords, so no word is left out; each is
made of ASCII letters, digits and `_`, so both databases see the same tokens and none is an operator; and each
names its market, so only that market's texts are read.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, repeat
from typing import Any

from ogrom.protocols.words import MIN_PART_LENGTH, beginning, parts, spellings, words

Row = dict[str, Any]
Spellings = tuple[str, ...]

# A word's own beginning, and that of its end.
_WORD, _PART = "w", "p"

# MySQL leaves out tokens of more than 84 characters. A market that is cut finds what another has too, and the
# statement compares the locale as well.
_LONGEST_MARKET = 8

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def text_of_offer(locale: str, product_id: int, title: str, brand: str, category: str) -> Row:
    """The row of `texts` that an offer is found by."""
    return {"product_id": product_id, "collage_id": None, **_text(locale, title, f"{brand} {category}")}


def text_of_collage(locale: str, collage_id: int, title: str) -> Row:
    """The row of `texts` that a collage is found by."""
    return {"product_id": None, "collage_id": collage_id, **_text(locale, title, "")}


def alternatives(locale: str, spelled: Spellings) -> list[str]:
    """Prefixes of tokens: a text that has a word in one of these spellings has a token with one of them."""
    whole = [_token(locale, _WORD, spelling) for spelling in spelled]
    return whole + [
        _token(locale, _PART, spelling) for spelling in spelled if len(spelling) >= MIN_PART_LENGTH
    ]


def levels(wanted: Iterable[Spellings]) -> Mapping[str, str]:
    """The parameters by which a statement ranks: a pattern for a word of a title, one for its beginning."""
    found = {}
    for number, spelled in enumerate(wanted):
        # The statement asks for two spellings of each word.
        for way, spelling in enumerate((*spelled, spelled[0])[:2]):
            found[f"whole_{number}_{way}"] = f"% {spelling} %"
            found[f"begins_{number}_{way}"] = f"% {spelling}%"
    return found


def _text(locale: str, title: str, rest: str) -> Row:
    in_title = words(title)
    return {
        "locale": locale,
        "title": title,
        "title_words": f" {' '.join(dict.fromkeys(chain.from_iterable(map(_spellings, in_title))))} ",
        "tokens": " ".join(
            dict.fromkeys((*_tokens_of_all(locale, in_title), *_tokens_of_text(locale, rest)))
        ),
    }


def _tokens_of_all(locale: str, found: Iterable[str]) -> Iterator[str]:
    return chain.from_iterable(map(_tokens, repeat(locale), found))


# A catalogue says the same brands, categories and words again and again.
@lru_cache(maxsize=2_000)
def _tokens_of_text(locale: str, text: str) -> tuple[str, ...]:
    return tuple(_tokens_of_all(locale, words(text)))


@lru_cache(maxsize=20_000)
def _tokens(locale: str, word: str) -> tuple[str, ...]:
    spelled = _spellings(word)
    ends = (_token(locale, _PART, end) for spelling in spelled for end in parts(spelling))
    return (*(_token(locale, _WORD, spelling) for spelling in spelled), *ends)


_spellings = lru_cache(maxsize=20_000)(spellings)


def _token(locale: str, mark: str, spelling: str) -> str:
    market = "".join(c for c in locale.lower() if c.isascii() and c.isalnum())[:_LONGEST_MARKET]
    return f"{market}_{mark}{_ascii(beginning(spelling))}"


def _ascii(text: str) -> str:
    """Each letter that is not ASCII as `_` and four digits of base 36, so that beginnings stay beginnings."""
    return text if text.isascii() else "".join(c if c.isascii() else _numbered(ord(c)) for c in text)


def _numbered(number: int) -> str:
    digits = (_DIGITS[number // 36**power % 36] for power in (3, 2, 1, 0))
    return f"_{''.join(digits)}"
