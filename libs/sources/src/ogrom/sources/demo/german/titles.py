"""German titles: adjectives agree with the noun, materials may join it in a compound."""

from ..articles import Article
from ..grammar import PLURALS, Agreement, Mention, Noun, sentence
from .words import COLOURS, HUES, MATERIALS, NOUNS, PATTERNS, STYLES

_DEFINITE: dict[Agreement, str] = {"m": "der", "f": "die", "n": "das", "pl": "die"}


def title(article: Article) -> str:
    """Returns "Rotes Leinenkleid", "Rotes Kleid aus Leinen" or "Kleid aus Leinen in Rot"."""
    noun = NOUNS[article.garment.word]
    colour = COLOURS[article.colour].strong[noun.agreement]
    style = STYLES[article.style].strong[noun.agreement] if article.style else ""
    pattern = PATTERNS[article.pattern] if article.pattern else ""
    made_of = f"aus {MATERIALS[article.material].noun}" if article.material else ""
    if article.wording == 1:
        return sentence((style, noun.text, made_of, pattern, HUES[article.colour]))
    if article.wording == 2 and article.material and noun.plain:
        return sentence((style, colour, _compound(article.material, noun), pattern))
    return sentence((style, colour, noun.text, made_of, pattern))


def mention(article: Article) -> Mention:
    """Returns "das rote Kleid"."""
    noun = NOUNS[article.garment.word]
    colour = COLOURS[article.colour].weak[noun.agreement]
    return Mention(f"{_DEFINITE[noun.agreement]} {colour} {noun.text}", noun.agreement in PLURALS)


def hue(colour: str) -> str:
    """Returns "in Rot"."""
    return HUES[colour]


def _compound(material: str, noun: Noun) -> str:
    # The head of a German compound gives up its capital.
    return MATERIALS[material].stem + noun.text.lower()
