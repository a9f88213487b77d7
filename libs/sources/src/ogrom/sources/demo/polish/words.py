"""Polish words for what the demo sells. Adjectives agree in gender; things in the plural share one form."""

from collections.abc import Mapping

from msgspec import Struct

from ..grammar import Adjective, Noun


class Colour(Struct, frozen=True):
    """A colour as an adjective, and in the locative after "w kolorze"."""

    forms: Adjective
    locative: str


class Material(Struct, frozen=True):
    """A material with its preposition (z lnu, ze skóry) and as an adjective (lniany, skórzany)."""

    made_of: str
    forms: Adjective


def _hard(stem: str) -> Adjective:
    return {"m": f"{stem}y", "f": f"{stem}a", "n": f"{stem}e", "pl": f"{stem}e"}


def _after_k(stem: str) -> Adjective:
    return {"m": f"{stem}i", "f": f"{stem}a", "n": f"{stem}ie", "pl": f"{stem}ie"}


def _colour(stem: str) -> Colour:
    return Colour(_hard(stem), f"{stem}ym")


NOUNS: Mapping[str, Noun] = {
    "dress": Noun("sukienka", "f", plain=True),
    "summer_dress": Noun("letnia sukienka", "f"),
    "wrap_dress": Noun("sukienka kopertowa", "f"),
    "shirt_dress": Noun("sukienka koszulowa", "f"),
    "maxi_dress": Noun("sukienka maxi", "f"),
    "evening_dress": Noun("suknia wieczorowa", "f"),
    "blouse": Noun("bluzka", "f", plain=True),
    "camisole": Noun("top na ramiączkach", "m"),
    "skirt": Noun("spódnica", "f", plain=True),
    "pleated_skirt": Noun("plisowana spódnica", "f"),
    "pencil_skirt": Noun("spódnica ołówkowa", "f"),
    "culottes": Noun("kuloty", "pl", plain=True),
    "pumps": Noun("czółenka", "pl", plain=True),
    "ballerinas": Noun("baleriny", "pl", plain=True),
    "sandals": Noun("sandały", "pl", plain=True),
    "knee_boots": Noun("kozaki", "pl", plain=True),
    "handbag": Noun("torebka", "f", plain=True),
    "shoulder_bag": Noun("torebka na ramię", "f"),
    "clutch": Noun("kopertówka", "f", plain=True),
    "necklace": Noun("naszyjnik", "m", plain=True),
    "earrings": Noun("kolczyki", "pl", plain=True),
    "bracelet": Noun("bransoletka", "f", plain=True),
    "headscarf": Noun("apaszka", "f", plain=True),
    "straw_hat": Noun("słomkowy kapelusz", "m"),
    "shirt": Noun("koszula", "f", plain=True),
    "polo_shirt": Noun("koszulka polo", "f"),
    "chinos": Noun("spodnie chino", "pl"),
    "brogues": Noun("półbuty", "pl", plain=True),
    "waistcoat": Noun("kamizelka", "f", plain=True),
    "tie": Noun("krawat", "m", plain=True),
    "bow_tie": Noun("muszka", "f", plain=True),
    "tshirt": Noun("T-shirt", "m", plain=True),
    "longsleeve": Noun("koszulka z długim rękawem", "f"),
    "sweater": Noun("sweter", "m", plain=True),
    "turtleneck": Noun("golf", "m", plain=True),
    "hoodie": Noun("bluza z kapturem", "f"),
    "cardigan": Noun("kardigan", "m", plain=True),
    "blazer": Noun("marynarka", "f", plain=True),
    "jacket": Noun("kurtka", "f", plain=True),
    "parka": Noun("parka", "f", plain=True),
    "coat": Noun("płaszcz", "m", plain=True),
    "trench_coat": Noun("trencz", "m", plain=True),
    "trousers": Noun("spodnie", "pl", plain=True),
    "jeans": Noun("dżinsy", "pl"),
    "shorts": Noun("szorty", "pl", plain=True),
    "sneakers": Noun("trampki", "pl", plain=True),
    "ankle_boots": Noun("botki", "pl", plain=True),
    "loafers": Noun("mokasyny", "pl", plain=True),
    "tote_bag": Noun("torba na zakupy", "f"),
    "backpack": Noun("plecak", "m", plain=True),
    "weekender": Noun("torba podróżna", "f"),
    "scarf": Noun("szalik", "m", plain=True),
    "hat": Noun("kapelusz", "m", plain=True),
    "beanie": Noun("czapka", "f", plain=True),
    "gloves": Noun("rękawiczki", "pl", plain=True),
    "belt": Noun("pasek", "m", plain=True),
    "sunglasses": Noun("okulary przeciwsłoneczne", "pl"),
    "watch": Noun("zegarek", "m", plain=True),
    "socks": Noun("skarpetki", "pl", plain=True),
    "umbrella": Noun("parasol", "m", plain=True),
    "cushion": Noun("poduszka", "f", plain=True),
    "blanket": Noun("koc", "m", plain=True),
    "rug": Noun("dywan", "m", plain=True),
    "vase": Noun("wazon", "m", plain=True),
    "mug": Noun("kubek", "m", plain=True),
    "candle": Noun("świeca", "f", plain=True),
    "lamp": Noun("lampa", "f", plain=True),
}

COLOURS: Mapping[str, Colour] = {
    "black": _colour("czarn"),
    "white": _colour("biał"),
    "grey": _colour("szar"),
    "navy": _colour("granatow"),
    "blue": Colour(_after_k("niebiesk"), "niebieskim"),
    "red": _colour("czerwon"),
    "burgundy": _colour("bordow"),
    "pink": _colour("różow"),
    "green": _colour("zielon"),
    "olive": _colour("oliwkow"),
    "mustard": _colour("musztardow"),
    "beige": _colour("beżow"),
    "brown": _colour("brązow"),
    "lilac": _colour("liliow"),
    "teal": _colour("turkusow"),
    "gold": _colour("złot"),
    "silver": _colour("srebrn"),
}

MATERIALS: Mapping[str, Material] = {
    "cotton": Material("z bawełny", _hard("bawełnian")),
    "linen": Material("z lnu", _hard("lnian")),
    "viscose": Material("z wiskozy", _hard("wiskozow")),
    "silk": Material("z jedwabiu", _hard("jedwabn")),
    "wool": Material("z wełny", _hard("wełnian")),
    "cashmere": Material("z kaszmiru", _hard("kaszmirow")),
    "corduroy": Material("ze sztruksu", _hard("sztruksow")),
    "velvet": Material("z aksamitu", _hard("aksamitn")),
    "denim": Material("z dżinsu", _hard("dżinsow")),
    "leather": Material("ze skóry", _hard("skórzan")),
    "suede": Material("z zamszu", _hard("zamszow")),
    "canvas": Material("z płótna", _hard("płócienn")),
    "ceramic": Material("z ceramiki", _hard("ceramiczn")),
    "glass": Material("ze szkła", _hard("szklan")),
    "wood": Material("z drewna", _hard("drewnian")),
}

PATTERNS: Mapping[str, str] = {
    "striped": "w paski",
    "dotted": "w kropki",
    "checked": "w kratę",
    "floral": "w kwiaty",
    "starred": "w gwiazdki",
    "leopard": "w panterkę",
}

STYLES: Mapping[str, Adjective] = {
    "classic": _hard("klasyczn"),
    "elegant": _after_k("eleganck"),
    "relaxed": _hard("swobodn"),
    "pretty": _hard("śliczn"),
    "modern": _hard("nowoczesn"),
    "plain": _hard("prost"),
}

CATEGORIES: Mapping[str, str] = {
    "women": "Dla niej",
    "men": "Dla niego",
    "home": "Dom",
    "clothing": "Ubrania",
    "shoes": "Buty",
    "bags": "Torby i torebki",
    "accessories": "Dodatki",
    "dresses": "Sukienki",
    "tops": "Bluzki i topy",
    "shirts": "Koszule i polo",
    "tees": "T-shirty",
    "knitwear": "Swetry i bluzy",
    "jackets": "Kurtki i płaszcze",
    "trousers": "Spodnie i dżinsy",
    "skirts": "Spódnice",
    "boots": "Botki i kozaki",
    "trainers": "Trampki",
    "flats": "Buty na płaskiej podeszwie",
    "heels": "Czółenka",
    "lace_ups": "Buty sznurowane",
    "scarves": "Szaliki i apaszki",
    "hats": "Czapki, kapelusze i rękawiczki",
    "ties": "Krawaty i muszki",
    "belts": "Paski",
    "glasses": "Okulary przeciwsłoneczne",
    "jewellery": "Biżuteria i zegarki",
    "socks": "Skarpetki",
    "umbrellas": "Parasole",
    "textiles": "Tekstylia domowe",
    "decoration": "Dekoracje",
    "lighting": "Oświetlenie",
}
