"""English titles: opinion, colour, pattern and material stand before the noun, in this order."""

from ..articles import Article
from ..grammar import PLURALS, Mention, sentence
from .words import COLOURS, MATERIALS, NOUNS, PATTERNS, STYLES, WOODEN


def title(article: Article) -> str:
    """Returns "Red linen dress", "Dress in red linen" or "Linen dress in red"."""
    noun = NOUNS[article.garment.word].text
    colour = COLOURS[article.colour]
    style = STYLES[article.style] if article.style else ""
    pattern = PATTERNS[article.pattern] if article.pattern else ""
    material = MATERIALS[article.material] if article.material else ""
    attribute = WOODEN.get(material, material)
    if article.wording == 1:
        return sentence((style, pattern, noun, "in", colour, material))
    if article.wording == 2:
        return sentence((style, pattern, attribute, noun, "in", colour))
    return sentence((style, colour, pattern, attribute, noun))


def mention(article: Article) -> Mention:
    """Returns "the red dress"."""
    noun = NOUNS[article.garment.word]
    return Mention(f"the {COLOURS[article.colour]} {noun.text}", noun.agreement in PLURALS)


def hue(colour: str) -> str:
    """Returns "in red"."""
    return f"in {COLOURS[colour]}"
