"""German words for what the demo sells. Nouns are capitals, adjectives have strong and weak forms."""

from collections.abc import Mapping

from msgspec import Struct

from ..grammar import Adjective, Noun


class GermanAdjective(Struct, frozen=True):
    """An adjective as it stands without an article (rotes Kleid) and after a definite one (das rote Kleid)."""

    strong: Adjective
    weak: Adjective


class Material(Struct, frozen=True):
    """A material by itself (aus Wolle) and at the head of a compound (Wollpullover)."""

    noun: str
    stem: str


def _declined(stem: str) -> GermanAdjective:
    return GermanAdjective(
        strong={"m": f"{stem}er", "f": f"{stem}e", "n": f"{stem}es", "pl": f"{stem}e"},
        weak={"m": f"{stem}e", "f": f"{stem}e", "n": f"{stem}e", "pl": f"{stem}en"},
    )


NOUNS: Mapping[str, Noun] = {
    "dress": Noun("Kleid", "n", plain=True),
    "summer_dress": Noun("Sommerkleid", "n"),
    "wrap_dress": Noun("Wickelkleid", "n"),
    "shirt_dress": Noun("Hemdblusenkleid", "n"),
    "maxi_dress": Noun("Maxikleid", "n"),
    "evening_dress": Noun("Abendkleid", "n"),
    "blouse": Noun("Bluse", "f", plain=True),
    "camisole": Noun("Trägertop", "n"),
    "skirt": Noun("Rock", "m", plain=True),
    "pleated_skirt": Noun("Faltenrock", "m"),
    "pencil_skirt": Noun("Bleistiftrock", "m"),
    "culottes": Noun("Culotte", "f"),
    "pumps": Noun("Pumps", "pl", plain=True),
    "ballerinas": Noun("Ballerinas", "pl", plain=True),
    "sandals": Noun("Sandalen", "pl", plain=True),
    "knee_boots": Noun("Stiefel", "pl", plain=True),
    "handbag": Noun("Handtasche", "f"),
    "shoulder_bag": Noun("Umhängetasche", "f"),
    "clutch": Noun("Clutch", "f"),
    "necklace": Noun("Halskette", "f"),
    "earrings": Noun("Ohrringe", "pl"),
    "bracelet": Noun("Armband", "n"),
    "headscarf": Noun("Halstuch", "n"),
    "straw_hat": Noun("Strohhut", "m"),
    "shirt": Noun("Hemd", "n", plain=True),
    "polo_shirt": Noun("Poloshirt", "n"),
    "chinos": Noun("Chino", "f"),
    "brogues": Noun("Budapester", "pl"),
    "waistcoat": Noun("Weste", "f", plain=True),
    "tie": Noun("Krawatte", "f", plain=True),
    "bow_tie": Noun("Fliege", "f"),
    "tshirt": Noun("T-Shirt", "n"),
    "longsleeve": Noun("Langarmshirt", "n"),
    "sweater": Noun("Pullover", "m", plain=True),
    "turtleneck": Noun("Rollkragenpullover", "m"),
    "hoodie": Noun("Kapuzenpullover", "m"),
    "cardigan": Noun("Strickjacke", "f"),
    "blazer": Noun("Blazer", "m", plain=True),
    "jacket": Noun("Jacke", "f", plain=True),
    "parka": Noun("Parka", "m"),
    "coat": Noun("Mantel", "m", plain=True),
    "trench_coat": Noun("Trenchcoat", "m"),
    "trousers": Noun("Hose", "f", plain=True),
    "jeans": Noun("Jeans", "f"),
    "shorts": Noun("Shorts", "pl", plain=True),
    "sneakers": Noun("Sneaker", "pl", plain=True),
    "ankle_boots": Noun("Stiefeletten", "pl", plain=True),
    "loafers": Noun("Loafer", "pl"),
    "tote_bag": Noun("Shopper", "m"),
    "backpack": Noun("Rucksack", "m", plain=True),
    "weekender": Noun("Reisetasche", "f"),
    "scarf": Noun("Schal", "m", plain=True),
    "hat": Noun("Hut", "m"),
    "beanie": Noun("Mütze", "f", plain=True),
    "gloves": Noun("Handschuhe", "pl", plain=True),
    "belt": Noun("Gürtel", "m", plain=True),
    "sunglasses": Noun("Sonnenbrille", "f"),
    "watch": Noun("Armbanduhr", "f"),
    "socks": Noun("Socken", "pl", plain=True),
    "umbrella": Noun("Regenschirm", "m"),
    "cushion": Noun("Kissen", "n", plain=True),
    "blanket": Noun("Decke", "f", plain=True),
    "rug": Noun("Teppich", "m", plain=True),
    "vase": Noun("Vase", "f", plain=True),
    "mug": Noun("Becher", "m", plain=True),
    "candle": Noun("Kerze", "f"),
    "lamp": Noun("Lampe", "f", plain=True),
}

COLOURS: Mapping[str, GermanAdjective] = {
    "black": _declined("schwarz"),
    "white": _declined("weiß"),
    "grey": _declined("grau"),
    "navy": _declined("dunkelblau"),
    "blue": _declined("hellblau"),
    "red": _declined("rot"),
    "burgundy": _declined("weinrot"),
    # Rosa, beige and lila take no endings themselves, so they are worn with -farben.
    "pink": _declined("rosafarben"),
    "green": _declined("dunkelgrün"),
    "olive": _declined("olivgrün"),
    "mustard": _declined("senfgelb"),
    "beige": _declined("beigefarben"),
    "brown": _declined("braun"),
    "lilac": _declined("fliederfarben"),
    "teal": _declined("petrolblau"),
    "gold": _declined("goldfarben"),
    "silver": _declined("silberfarben"),
}

HUES: Mapping[str, str] = {
    "black": "in Schwarz",
    "white": "in Weiß",
    "grey": "in Grau",
    "navy": "in Dunkelblau",
    "blue": "in Hellblau",
    "red": "in Rot",
    "burgundy": "in Weinrot",
    "pink": "in Rosa",
    "green": "in Dunkelgrün",
    "olive": "in Oliv",
    "mustard": "in Senfgelb",
    "beige": "in Beige",
    "brown": "in Braun",
    "lilac": "in Flieder",
    "teal": "in Petrol",
    "gold": "in Gold",
    "silver": "in Silber",
}

MATERIALS: Mapping[str, Material] = {
    "cotton": Material("Baumwolle", "Baumwoll"),
    "linen": Material("Leinen", "Leinen"),
    "viscose": Material("Viskose", "Viskose"),
    "silk": Material("Seide", "Seiden"),
    "wool": Material("Wolle", "Woll"),
    "cashmere": Material("Kaschmir", "Kaschmir"),
    "corduroy": Material("Cord", "Cord"),
    "velvet": Material("Samt", "Samt"),
    "denim": Material("Denim", "Jeans"),
    "leather": Material("Leder", "Leder"),
    "suede": Material("Wildleder", "Wildleder"),
    "canvas": Material("Canvas", "Canvas"),
    "ceramic": Material("Keramik", "Keramik"),
    "glass": Material("Glas", "Glas"),
    "wood": Material("Holz", "Holz"),
}

PATTERNS: Mapping[str, str] = {
    "striped": "mit Streifen",
    "dotted": "mit Punkten",
    "checked": "mit Karomuster",
    "floral": "mit Blumenmuster",
    "starred": "mit Sternen",
    "leopard": "mit Leomuster",
}

STYLES: Mapping[str, GermanAdjective] = {
    "classic": _declined("klassisch"),
    "elegant": _declined("elegant"),
    "relaxed": _declined("lässig"),
    "pretty": _declined("hübsch"),
    "modern": _declined("modern"),
    "plain": _declined("schlicht"),
}

CATEGORIES: Mapping[str, str] = {
    "women": "Damen",
    "men": "Herren",
    "home": "Wohnen",
    "clothing": "Kleidung",
    "shoes": "Schuhe",
    "bags": "Taschen",
    "accessories": "Accessoires",
    "dresses": "Kleider",
    "tops": "Blusen & Tops",
    "shirts": "Hemden & Polos",
    "tees": "Shirts",
    "knitwear": "Strick & Sweat",
    "jackets": "Jacken & Mäntel",
    "trousers": "Hosen & Jeans",
    "skirts": "Röcke",
    "boots": "Stiefel & Stiefeletten",
    "trainers": "Sneaker",
    "flats": "Flache Schuhe",
    "heels": "Pumps",
    "lace_ups": "Schnürschuhe",
    "scarves": "Schals & Tücher",
    "hats": "Hüte, Mützen & Handschuhe",
    "ties": "Krawatten & Fliegen",
    "belts": "Gürtel",
    "glasses": "Sonnenbrillen",
    "jewellery": "Schmuck & Uhren",
    "socks": "Socken",
    "umbrellas": "Regenschirme",
    "textiles": "Heimtextilien",
    "decoration": "Dekoration",
    "lighting": "Leuchten",
}
