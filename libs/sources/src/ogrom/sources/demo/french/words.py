"""French words for what the demo sells. Adjectives agree in gender and number, some colours with nothing."""

from collections.abc import Mapping

from msgspec import Struct

from ..grammar import Adjective, Agreement, Noun


class Style(Struct, frozen=True):
    """An adjective of quality; only a few short ones stand before the noun (jolie robe)."""

    forms: Adjective
    before: bool = False


class Material(Struct, frozen=True):
    """A material and the agreement that a colour has with it (en laine grise)."""

    noun: str
    agreement: Agreement


def _agreeing(m: str, f: str, mpl: str, fpl: str) -> Adjective:
    return {"m": m, "f": f, "mpl": mpl, "fpl": fpl}


def _regular(stem: str) -> Adjective:
    return _agreeing(stem, f"{stem}e", f"{stem}s", f"{stem}es")


def _epicene(form: str) -> Adjective:
    return _agreeing(form, form, f"{form}s", f"{form}s")


def _invariable(form: str) -> Adjective:
    return _agreeing(form, form, form, form)


NOUNS: Mapping[str, Noun] = {
    "dress": Noun("robe", "f"),
    "summer_dress": Noun("robe d'été", "f"),
    "wrap_dress": Noun("robe portefeuille", "f"),
    "shirt_dress": Noun("robe chemise", "f"),
    "maxi_dress": Noun("robe maxi", "f"),
    "evening_dress": Noun("robe de soirée", "f"),
    "blouse": Noun("blouse", "f"),
    "camisole": Noun("caraco", "m"),
    "skirt": Noun("jupe", "f"),
    "pleated_skirt": Noun("jupe plissée", "f"),
    "pencil_skirt": Noun("jupe crayon", "f"),
    "culottes": Noun("jupe-culotte", "f"),
    "pumps": Noun("escarpins", "mpl"),
    "ballerinas": Noun("ballerines", "fpl"),
    "sandals": Noun("sandales", "fpl"),
    "knee_boots": Noun("bottes hautes", "fpl"),
    "handbag": Noun("sac à main", "m"),
    "shoulder_bag": Noun("sac bandoulière", "m"),
    "clutch": Noun("pochette", "f"),
    "necklace": Noun("collier", "m"),
    "earrings": Noun("boucles d'oreilles", "fpl"),
    "bracelet": Noun("bracelet", "m"),
    "headscarf": Noun("foulard", "m"),
    "straw_hat": Noun("chapeau de paille", "m"),
    "shirt": Noun("chemise", "f"),
    "polo_shirt": Noun("polo", "m"),
    "chinos": Noun("pantalon chino", "m"),
    "brogues": Noun("richelieus", "mpl"),
    "waistcoat": Noun("gilet de costume", "m"),
    "tie": Noun("cravate", "f"),
    "bow_tie": Noun("nœud papillon", "m"),
    "tshirt": Noun("t-shirt", "m"),
    "longsleeve": Noun("t-shirt à manches longues", "m"),
    "sweater": Noun("pull", "m"),
    "turtleneck": Noun("pull à col roulé", "m"),
    "hoodie": Noun("sweat à capuche", "m"),
    "cardigan": Noun("cardigan", "m"),
    "blazer": Noun("blazer", "m"),
    "jacket": Noun("veste", "f"),
    "parka": Noun("parka", "f"),
    "coat": Noun("manteau", "m"),
    "trench_coat": Noun("trench", "m"),
    "trousers": Noun("pantalon", "m"),
    "jeans": Noun("jean", "m"),
    "shorts": Noun("short", "m"),
    "sneakers": Noun("baskets", "fpl"),
    "ankle_boots": Noun("bottines", "fpl"),
    "loafers": Noun("mocassins", "mpl"),
    "tote_bag": Noun("sac cabas", "m"),
    "backpack": Noun("sac à dos", "m"),
    "weekender": Noun("sac de voyage", "m"),
    "scarf": Noun("écharpe", "f"),
    "hat": Noun("chapeau", "m"),
    "beanie": Noun("bonnet", "m"),
    "gloves": Noun("gants", "mpl"),
    "belt": Noun("ceinture", "f"),
    "sunglasses": Noun("lunettes de soleil", "fpl"),
    "watch": Noun("montre", "f"),
    "socks": Noun("chaussettes", "fpl"),
    "umbrella": Noun("parapluie", "m"),
    "cushion": Noun("coussin", "m"),
    "blanket": Noun("couverture", "f"),
    "rug": Noun("tapis", "m"),
    "vase": Noun("vase", "m"),
    "mug": Noun("mug", "m"),
    "candle": Noun("bougie", "f"),
    "lamp": Noun("lampe", "f"),
}

# The nouns before which the article drops its vowel (l'écharpe).
ELIDING = frozenset({"scarf"})

COLOURS: Mapping[str, Adjective] = {
    "black": _regular("noir"),
    "white": _agreeing("blanc", "blanche", "blancs", "blanches"),
    "grey": _agreeing("gris", "grise", "gris", "grises"),
    # Colours of two words, and those that are things, do not agree.
    "navy": _invariable("bleu marine"),
    "blue": _invariable("bleu ciel"),
    "red": _epicene("rouge"),
    "burgundy": _invariable("bordeaux"),
    "pink": _epicene("rose"),
    "green": _invariable("vert sapin"),
    "olive": _invariable("vert olive"),
    "mustard": _invariable("moutarde"),
    "beige": _epicene("beige"),
    "brown": _invariable("marron"),
    "lilac": _invariable("lilas"),
    "teal": _invariable("bleu canard"),
    "gold": _agreeing("doré", "dorée", "dorés", "dorées"),
    "silver": _agreeing("argenté", "argentée", "argentés", "argentées"),
}

MATERIALS: Mapping[str, Material] = {
    "cotton": Material("coton", "m"),
    "linen": Material("lin", "m"),
    "viscose": Material("viscose", "f"),
    "silk": Material("soie", "f"),
    "wool": Material("laine", "f"),
    "cashmere": Material("cachemire", "m"),
    "corduroy": Material("velours côtelé", "m"),
    "velvet": Material("velours", "m"),
    "denim": Material("denim", "m"),
    "leather": Material("cuir", "m"),
    "suede": Material("daim", "m"),
    "canvas": Material("toile", "f"),
    "ceramic": Material("céramique", "f"),
    "glass": Material("verre", "m"),
    "wood": Material("bois", "m"),
}

PATTERNS: Mapping[str, str] = {
    "striped": "à rayures",
    "dotted": "à pois",
    "checked": "à carreaux",
    "floral": "à fleurs",
    "starred": "à étoiles",
    "leopard": "à imprimé léopard",
}

STYLES: Mapping[str, Style] = {
    "classic": Style(_epicene("classique")),
    "elegant": Style(_regular("élégant")),
    "relaxed": Style(_regular("décontracté")),
    "pretty": Style(_regular("joli"), before=True),
    "modern": Style(_epicene("moderne")),
    "plain": Style(_epicene("sobre")),
}

CATEGORIES: Mapping[str, str] = {
    "women": "Femme",
    "men": "Homme",
    "home": "Maison",
    "clothing": "Vêtements",
    "shoes": "Chaussures",
    "bags": "Sacs",
    "accessories": "Accessoires",
    "dresses": "Robes",
    "tops": "Blouses et tops",
    "shirts": "Chemises et polos",
    "tees": "T-shirts",
    "knitwear": "Mailles et sweats",
    "jackets": "Vestes et manteaux",
    "trousers": "Pantalons et jeans",
    "skirts": "Jupes",
    "boots": "Bottes et bottines",
    "trainers": "Baskets",
    "flats": "Chaussures plates",
    "heels": "Escarpins",
    "lace_ups": "Chaussures à lacets",
    "scarves": "Écharpes et foulards",
    "hats": "Chapeaux, bonnets et gants",
    "ties": "Cravates et nœuds papillon",
    "belts": "Ceintures",
    "glasses": "Lunettes de soleil",
    "jewellery": "Bijoux et montres",
    "socks": "Chaussettes",
    "umbrellas": "Parapluies",
    "textiles": "Linge de maison",
    "decoration": "Décoration",
    "lighting": "Luminaires",
}
