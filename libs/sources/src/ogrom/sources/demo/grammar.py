"""What the languages have in common: nouns that ask for an agreement, adjectives that have a form for each."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

Agreement: TypeAlias = Literal["m", "f", "n", "pl", "mpl", "fpl"]
"""Gender and number. German and Polish have one plural here (`pl`), French has two (`mpl`, `fpl`)."""

Adjective: TypeAlias = Mapping[Agreement, str]
"""The forms of an adjective in the nominative, as a title needs them."""

PLURALS: frozenset[Agreement] = frozenset({"pl", "mpl", "fpl"})


class Noun(Struct, frozen=True):
    """A noun phrase that names a garment.

    `plain` marks a single word that takes a material closely: as a compound (Lederjacke) or as an
    adjective (skórzana kurtka).
    """

    text: str
    agreement: Agreement
    plain: bool = False


class Mention(Struct, frozen=True):
    """A phrase for one certain piece, with its article: "the red boots"."""

    text: str
    plural: bool


def sentence(words: Iterable[str]) -> str:
    """Joins the words that are not empty and begins with a capital, leaving all others as they are."""
    text = " ".join(filter(None, words))
    return text[:1].upper() + text[1:]
