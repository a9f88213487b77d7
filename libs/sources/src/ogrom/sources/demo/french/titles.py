"""French titles: colours follow the noun and agree with it, or with the material they follow."""

from ..articles import Article
from ..grammar import PLURALS, Agreement, Mention, sentence
from .words import COLOURS, ELIDING, MATERIALS, NOUNS, PATTERNS, STYLES

_DEFINITE: dict[Agreement, str] = {"m": "le ", "f": "la ", "mpl": "les ", "fpl": "les "}


def title(article: Article) -> str:
    """Returns "Robe rouge en lin", "Robe à pois en lin, coloris rouge" or "Robe en lin rouge"."""
    noun = NOUNS[article.garment.word]
    before, after = _style(article.style, noun.agreement)
    pattern = PATTERNS[article.pattern] if article.pattern else ""
    made_of = f"en {MATERIALS[article.material].noun}" if article.material else ""
    if article.wording == 1:
        named = sentence((before, noun.text, after, made_of, pattern))
        return f"{named}, coloris {COLOURS[article.colour]['m']}"
    if article.wording == 2 and article.material:
        tint = COLOURS[article.colour][MATERIALS[article.material].agreement]
        return sentence((before, noun.text, after, made_of, tint, pattern))
    colour = COLOURS[article.colour][noun.agreement]
    return sentence((before, noun.text, colour, after, made_of, pattern))


def mention(article: Article) -> Mention:
    """Returns "la robe rouge"."""
    noun = NOUNS[article.garment.word]
    definite = "l'" if article.garment.word in ELIDING else _DEFINITE[noun.agreement]
    colour = COLOURS[article.colour][noun.agreement]
    return Mention(f"{definite}{noun.text} {colour}", noun.agreement in PLURALS)


def hue(colour: str) -> str:
    """Returns "en rouge"."""
    return f"en {COLOURS[colour]['m']}"


def _style(style: str | None, agreement: Agreement) -> tuple[str, str]:
    """Returns what stands before the noun and what stands behind it."""
    if style is None:
        return "", ""
    word = STYLES[style].forms[agreement]
    return (word, "") if STYLES[style].before else ("", word)
