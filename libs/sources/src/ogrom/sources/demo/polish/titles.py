"""Polish titles: adjectives stand before the noun and agree with its gender, materials before or behind."""

from ..articles import Article
from ..grammar import PLURALS, Agreement, Mention, sentence
from .words import COLOURS, MATERIALS, NOUNS, PATTERNS, STYLES

_THIS: dict[Agreement, str] = {"m": "ten", "f": "ta", "n": "to", "pl": "te"}


def title(article: Article) -> str:
    """Returns "Czerwona sukienka z lnu", "Czerwona lniana sukienka" or "... w kolorze czerwonym"."""
    noun = NOUNS[article.garment.word]
    colour = COLOURS[article.colour].forms[noun.agreement]
    style = STYLES[article.style][noun.agreement] if article.style else ""
    pattern = PATTERNS[article.pattern] if article.pattern else ""
    made_of = MATERIALS[article.material].made_of if article.material else ""
    if article.wording == 1:
        return sentence((style, noun.text, made_of, pattern, hue(article.colour)))
    if article.wording == 2 and article.material and noun.plain:
        attribute = MATERIALS[article.material].forms[noun.agreement]
        return sentence((style, colour, attribute, noun.text, pattern))
    return sentence((style, colour, noun.text, made_of, pattern))


def mention(article: Article) -> Mention:
    """Returns "ta czerwona sukienka"."""
    noun = NOUNS[article.garment.word]
    colour = COLOURS[article.colour].forms[noun.agreement]
    return Mention(f"{_THIS[noun.agreement]} {colour} {noun.text}", noun.agreement in PLURALS)


def hue(colour: str) -> str:
    """Returns "w kolorze czerwonym"."""
    return f"w kolorze {COLOURS[colour].locative}"
