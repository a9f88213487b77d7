"""The demo's grammar: exact titles and mentions in each language, and words for all there is."""

import pytest

from ogrom.catalogue.demo.garments import (
    ASSORTMENT,
    COLOURS,
    GARMENTS,
    PATTERNS,
    STYLES,
    Article,
    Garment,
    Wording,
)
from ogrom.catalogue.demo.languages import LANGUAGES, Language, language

WORDINGS: tuple[Wording, ...] = (0, 1, 2)
english, french, german, polish = map(language, ("english", "french", "german", "polish"))
ALL = tuple(map(language, LANGUAGES))


def article(
    word: str,
    colour: str,
    material: str | None = None,
    *,
    pattern: str | None = None,
    style: str | None = None,
    wording: Wording = 0,
) -> Article:
    garment = next(garment for garment in GARMENTS if garment.word == word)
    return Article(
        id=1,
        department="women",
        garment=garment,
        brand=ASSORTMENT.brands.fashion[0],
        colour=colour,
        material=material,
        pattern=pattern,
        style=style,
        wording=wording,
    )


SUMMER_DRESS = article("summer_dress", "red", "linen")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (german, "Rotes Sommerkleid aus Leinen"),
        (english, "Red linen summer dress"),
        (french, "Robe d'été rouge en lin"),
        (polish, "Czerwona letnia sukienka z lnu"),
    ],
)
def test_a_red_summer_dress(language: Language, expected: str) -> None:
    """The same dress has its proper title in each language."""
    assert language.title(SUMMER_DRESS) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (article("coat", "black", "wool"), "Schwarzer Mantel aus Wolle"),
        (article("blouse", "white", "silk", wording=2), "Weiße Seidenbluse"),
        (article("dress", "pink", "linen", wording=2), "Rosafarbenes Leinenkleid"),
        (article("ankle_boots", "brown", "suede"), "Braune Stiefeletten aus Wildleder"),
        (
            article("skirt", "navy", "velvet", pattern="dotted", style="elegant", wording=1),
            "Eleganter Rock aus Samt mit Punkten in Dunkelblau",
        ),
        (article("tshirt", "grey", "cotton", wording=2), "Graues T-Shirt aus Baumwolle"),
    ],
)
def test_german(item: Article, expected: str) -> None:
    """German endings follow gender and number, compounds lose their capital, rosa takes no ending."""
    assert german.title(item) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (article("coat", "black", "wool", wording=1), "Coat in black wool"),
        (article("skirt", "navy", "velvet", pattern="dotted"), "Navy polka-dot velvet skirt"),
        (article("lamp", "white", "wood", wording=2), "Wooden lamp in white"),
        (article("lamp", "white", "wood", wording=1), "Lamp in white wood"),
        (article("tshirt", "grey", "cotton", style="classic"), "Classic grey cotton T-shirt"),
    ],
)
def test_english(item: Article, expected: str) -> None:
    """English puts opinion, colour, pattern and material in this order."""
    assert english.title(item) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (article("ankle_boots", "white", "leather"), "Bottines blanches en cuir"),
        (article("ankle_boots", "white", "leather", wording=2), "Bottines en cuir blanc"),
        (article("coat", "grey", "wool", wording=2), "Manteau en laine grise"),
        (article("skirt", "navy", "cotton"), "Jupe bleu marine en coton"),
        (article("sunglasses", "brown"), "Lunettes de soleil marron"),
        (article("dress", "red", "silk", style="pretty"), "Jolie robe rouge en soie"),
        (article("blazer", "black", "wool", style="elegant"), "Blazer noir élégant en laine"),
        (
            article("scarf", "green", "wool", pattern="checked", wording=1),
            "Écharpe en laine à carreaux, coloris vert sapin",
        ),
        (article("jeans", "blue", wording=2), "Jean bleu ciel"),
    ],
)
def test_french(item: Article, expected: str) -> None:
    """French colours agree with what they follow unless they are things or pairs; joli stands in front."""
    assert french.title(item) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (article("coat", "black", "wool"), "Czarny płaszcz z wełny"),
        (article("handbag", "blue", "leather", wording=2), "Niebieska skórzana torebka"),
        (article("ankle_boots", "blue", "leather"), "Niebieskie botki ze skóry"),
        (
            article("sweater", "blue", "cashmere", wording=1),
            "Sweter z kaszmiru w kolorze niebieskim",
        ),
        (
            article("trousers", "beige", "corduroy", pattern="striped", style="elegant"),
            "Eleganckie beżowe spodnie ze sztruksu w paski",
        ),
        (article("jeans", "navy", wording=2), "Granatowe dżinsy"),
    ],
)
def test_polish(item: Article, expected: str) -> None:
    """Polish adjectives agree in gender, k softens to ki, and the preposition suits its noun."""
    assert polish.title(item) == expected


@pytest.mark.parametrize(
    ("language", "item", "text", "plural"),
    [
        (german, article("coat", "red"), "der rote Mantel", False),
        (german, article("dress", "red"), "das rote Kleid", False),
        (german, article("sandals", "red"), "die roten Sandalen", True),
        (english, article("trousers", "blue"), "the light blue trousers", True),
        (french, article("scarf", "black"), "l'écharpe noire", False),
        (french, article("sandals", "white"), "les sandales blanches", True),
        (polish, article("hat", "blue"), "ten niebieski kapelusz", False),
        (polish, article("trousers", "grey"), "te szare spodnie", True),
    ],
)
def test_mentions(language: Language, item: Article, text: str, plural: bool) -> None:
    """A piece is spoken of with its article, its adjective and its number."""
    mention = language.mention(item)
    assert (mention.text, mention.plural) == (text, plural)


@pytest.mark.parametrize("language", ALL, ids=LANGUAGES)
@pytest.mark.parametrize("garment", GARMENTS, ids=lambda garment: garment.word)
def test_words_for_everything(language: Language, garment: Garment) -> None:
    """Each language can word each garment in all its colours, materials, patterns and styles."""
    for wording in WORDINGS:
        for colour in garment.colours:
            for material in garment.materials or (None,):
                item = article(garment.word, colour, material, wording=wording)
                assert language.title(item)
        for pattern in garment.patterns:
            for style in STYLES:
                item = article(garment.word, "black", pattern=pattern, style=style, wording=wording)
                assert language.title(item)
    assert language.words.categories[garment.category]


@pytest.mark.parametrize("language", ALL, ids=LANGUAGES)
def test_no_idle_words(language: Language) -> None:
    """A language knows the colours and patterns there are, and no others."""
    assert set(language.words.colours) == set(COLOURS)
    assert set(language.words.patterns) == set(PATTERNS)
    assert set(language.words.styles) == set(STYLES)
    assert set(language.words.nouns) == {garment.word for garment in GARMENTS}


@pytest.mark.parametrize("language", ALL, ids=LANGUAGES)
def test_phrases_are_filled_in(language: Language) -> None:
    """Mottos take a hue, remarks about a piece take the piece, and nothing else is left open."""
    phrases = language.words.phrases
    for motto in phrases.mottos:
        assert "{" not in motto.format(hue="x")
    for template in (*phrases.singular, *phrases.plural):
        assert "x" in template.replace("x", "").format(it="x", It="x")
    for sentence in (*phrases.remarks, *phrases.afterthoughts, *phrases.names, *phrases.nicknames):
        assert "{" not in sentence
