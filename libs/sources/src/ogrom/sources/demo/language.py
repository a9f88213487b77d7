"""What the demo asks of a language."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from .articles import Article
from .grammar import Mention


class Voices(Struct, frozen=True, kw_only=True):
    """What people who speak a language call themselves and write.

    `names` and `nicknames` are users'; `occasions` and `settings` combine to titles of collages, as in
    "Autumn walk" and "in the park", `mottos` are titles by themselves. A motto may hold `{hue}`, as in "in red".
    `remarks` and `afterthoughts` are sentences of comments. Those of `singular` and `plural` speak of one piece:
    `{it}` is "the red boots", `{It}` the same at the head of a sentence.
    """

    names: Sequence[str]
    nicknames: Sequence[str]
    occasions: Sequence[str]
    settings: Sequence[str]
    mottos: Sequence[str]
    remarks: Sequence[str]
    afterthoughts: Sequence[str]
    singular: Sequence[str]
    plural: Sequence[str]


class Language(Struct, frozen=True, kw_only=True):
    """A language: the names of categories, how it words a product, and its voices."""

    categories: Mapping[str, str]
    title: Callable[[Article], str]
    """The title of a product, as a shop would put it."""
    mention: Callable[[Article], Mention]
    """A piece as somebody would speak of it."""
    hue: Callable[[str], str]
    """A colour after its preposition: "in red"."""
    voices: Voices
