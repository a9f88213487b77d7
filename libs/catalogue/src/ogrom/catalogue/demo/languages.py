"""The demo's markets and languages: how each words a product, and what its people write.

The words are in `data/LANGUAGE.toml`; here is what the languages do with them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from .garments import DATA, Article

Agreement: TypeAlias = Literal["m", "f", "n", "pl", "mpl", "fpl"]
"""Gender and number. German and Polish have one plural here (`pl`), French has two (`mpl`, `fpl`)."""

_PLURALS: frozenset[Agreement] = frozenset({"pl", "mpl", "fpl"})


class Noun(Struct, frozen=True):
    """A noun phrase that names a garment.

    Attributes:
        plain: whether it is a single word that may take a material closely: as a compound (Lederjacke) or as an
            adjective (skórzana kurtka).
        elides: whether it shortens the article before it (l'écharpe).
    """

    text: str
    agreement: Agreement
    plain: bool = False
    elides: bool = False


class Colour(Struct, frozen=True):
    """A colour as an adjective.

    Attributes:
        forms: in the nominative, without an article.
        weak: after a definite article, where that differs.
        hue: after its preposition: "in red".
    """

    forms: dict[Agreement, str]
    hue: str
    weak: dict[Agreement, str] = {}


class Material(Struct, frozen=True):
    """What a piece is made of.

    Attributes:
        made_of: behind the noun, with its preposition if it has one: "aus Wolle".
        attribute: before the noun (wooden lamp), or at the head of a compound (Wollpullover).
        forms: as an adjective (skórzana).
        agreement: which form a colour takes that follows it (en laine grise).
    """

    made_of: str
    attribute: str = ""
    forms: dict[Agreement, str] = {}
    agreement: Agreement = "m"


class Style(Struct, frozen=True):
    """An adjective of quality; `follows` says that it stands behind the noun."""

    forms: dict[Agreement, str]
    follows: bool = False


class Phrases(Struct, frozen=True, kw_only=True):
    """What people who speak a language call themselves and write.

    `names` and `nicknames` are those of users; `occasions` and `settings` combine to titles of collages, as in
    "Autumn walk" and "in the park"; `mottos` are titles by themselves. A motto may hold `{hue}`, as in "in red".
    `remarks` and `afterthoughts` are sentences of comments. Those of `singular` and `plural` speak of one piece:
    `{it}` is "the red boots", `{It}` the same at the head of a sentence.
    """

    names: tuple[str, ...]
    nicknames: tuple[str, ...]
    occasions: tuple[str, ...]
    settings: tuple[str, ...]
    mottos: tuple[str, ...]
    remarks: tuple[str, ...]
    afterthoughts: tuple[str, ...]
    singular: tuple[str, ...]
    plural: tuple[str, ...]


class Words(Struct, frozen=True, kw_only=True):
    """A file of words; `colour_follows` says that colours stand behind the noun."""

    definite: dict[str, str]
    nouns: dict[str, Noun]
    colours: dict[str, Colour]
    materials: dict[str, Material]
    patterns: dict[str, str]
    styles: dict[str, Style]
    categories: dict[str, str]
    phrases: Phrases
    colour_follows: bool = False


class Mention(Struct, frozen=True):
    """A phrase for one certain piece, with its article: "the red boots"."""

    text: str
    plural: bool


def sentence(words: Iterable[str]) -> str:
    """Joins the words that are not empty and begins with a capital, leaving all others as they are."""
    text = " ".join(filter(None, words))
    return text[:1].upper() + text[1:]


class Language(Struct, frozen=True):
    """A language: its words, and how it makes the title of a product of them."""

    words: Words
    compose: Callable[["_Parts"], str]

    def title(self, article: Article) -> str:
        """Returns the title of a product, as a shop would put it."""
        return self.compose(_Parts.of(self.words, article))

    def mention(self, article: Article) -> Mention:
        """Returns a phrase for a piece, as somebody would speak of it: "das rote Kleid"."""
        words, noun = self.words, self.words.nouns[article.garment.word]
        colour = words.colours[article.colour]
        adjective = (colour.weak or colour.forms)[noun.agreement]
        definite = words.definite["elided" if noun.elides else noun.agreement]
        pair = (noun.text, adjective) if words.colour_follows else (adjective, noun.text)
        return Mention(definite + " ".join(pair), noun.agreement in _PLURALS)

    def hue(self, colour: str) -> str:
        """Returns a colour after its preposition: "in red"."""
        return self.words.colours[colour].hue


class _Parts(Struct, frozen=True, kw_only=True):
    """The words for an article; empty where it has no such quality."""

    wording: int
    noun: Noun
    colour: Colour
    material: Material | None
    made_of: str
    pattern: str
    style: str
    style_follows: bool

    @property
    def adjective(self) -> str:
        """The colour in the form that suits the noun."""
        return self.colour.forms[self.noun.agreement]

    @classmethod
    def of(cls, words: Words, article: Article) -> "_Parts":
        noun = words.nouns[article.garment.word]
        material = words.materials[article.material] if article.material else None
        style = words.styles[article.style] if article.style else None
        return cls(
            wording=article.wording,
            noun=noun,
            colour=words.colours[article.colour],
            material=material,
            made_of=material.made_of if material else "",
            pattern=words.patterns[article.pattern] if article.pattern else "",
            style=style.forms[noun.agreement] if style else "",
            style_follows=style.follows if style else False,
        )


def _english(it: _Parts) -> str:
    """Returns "Red linen dress", "Dress in red linen" or "Linen dress in red"."""
    attribute = it.material.attribute if it.material else ""
    if it.wording == 1:
        return sentence((it.style, it.pattern, it.noun.text, it.colour.hue, it.made_of))
    if it.wording == 2:
        return sentence((it.style, it.pattern, attribute, it.noun.text, it.colour.hue))
    return sentence((it.style, it.adjective, it.pattern, attribute, it.noun.text))


def _german(it: _Parts) -> str:
    """Returns "Rotes Leinenkleid", "Rotes Kleid aus Leinen" or "Kleid aus Leinen in Rot"."""
    if it.wording == 1:
        return sentence((it.style, it.noun.text, it.made_of, it.pattern, it.colour.hue))
    if it.wording == 2 and it.material and it.noun.plain:
        # The head of a German compound gives up its capital.
        compound = it.material.attribute + it.noun.text.lower()
        return sentence((it.style, it.adjective, compound, it.pattern))
    return sentence((it.style, it.adjective, it.noun.text, it.made_of, it.pattern))


def _french(it: _Parts) -> str:
    """Returns "Robe rouge en lin", "Robe à pois en lin, coloris rouge" or "Robe en lin rouge"."""
    before, after = ("", it.style) if it.style_follows else (it.style, "")
    if it.wording == 1:
        named = sentence((before, it.noun.text, after, it.made_of, it.pattern))
        return f"{named}, coloris {it.colour.forms['m']}"
    if it.wording == 2 and it.material:
        tint = it.colour.forms[it.material.agreement]
        return sentence((before, it.noun.text, after, it.made_of, tint, it.pattern))
    return sentence((before, it.noun.text, it.adjective, after, it.made_of, it.pattern))


def _polish(it: _Parts) -> str:
    """Returns "Czerwona sukienka z lnu", "Czerwona lniana sukienka" or "... w kolorze czerwonym"."""
    if it.wording == 1:
        return sentence((it.style, it.noun.text, it.made_of, it.pattern, it.colour.hue))
    if it.wording == 2 and it.material and it.noun.plain:
        attribute = it.material.forms[it.noun.agreement]
        return sentence((it.style, it.adjective, attribute, it.noun.text, it.pattern))
    return sentence((it.style, it.adjective, it.noun.text, it.made_of, it.pattern))


_COMPOSERS: Mapping[str, Callable[[_Parts], str]] = {
    "english": _english,
    "french": _french,
    "german": _german,
    "polish": _polish,
}
LANGUAGES: Sequence[str] = tuple(_COMPOSERS)


@cache
def language(name: str) -> Language:
    """Returns one of `LANGUAGES`; its words are read when they are first wanted."""
    words = msgspec.toml.decode((DATA / f"{name}.toml").read_bytes(), type=Words)
    return Language(words, _COMPOSERS[name])


class Market(Struct, frozen=True):
    """Where products are sold; `rate` is what a euro costs there, in hundredths of its currency."""

    locale: str
    currency: str
    rate: int
    language: Language


_MARKETS = {
    "de-DE": ("EUR", 100, "german"),
    "en-GB": ("GBP", 86, "english"),
    "fr-FR": ("EUR", 104, "french"),
    "pl-PL": ("PLN", 395, "polish"),
}

LOCALES: tuple[str, ...] = tuple(_MARKETS)
"""The locales that the demo speaks."""


def markets_of(locales: Iterable[str]) -> tuple[Market, ...]:
    """Returns the markets of these locales, in their order.

    Raises:
        ValueError: There is none, one comes twice, or one is not among `LOCALES`.
    """
    wanted = tuple(locales)
    known = ", ".join(LOCALES)
    unknown = [locale for locale in wanted if locale not in _MARKETS]
    if unknown:
        raise ValueError(f"demo: unknown locale {unknown[0]!r}; the known ones are {known}")
    if not wanted or len(set(wanted)) < len(wanted):
        raise ValueError(f"demo: locales {wanted!r} must be one or more, each once, of {known}")
    return tuple(_market(locale) for locale in wanted)


def _market(locale: str) -> Market:
    currency, rate, name = _MARKETS[locale]
    return Market(locale, currency, rate, language(name))
