"""What there is to wear and to put on a shelf, without a word of any language."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from .palette import CLOTHS, DENIMS, HIDES, METALS

Department: TypeAlias = Literal["women", "men"]
Role: TypeAlias = Literal["dress", "top", "layer", "bottom", "shoes", "bag", "accessory", "home"]
"""The part a piece plays in an outfit."""

PATTERNS = ("striped", "dotted", "checked", "floral", "starred", "leopard")

_LIGHT = ("cotton", "linen", "viscose", "silk")
_JERSEY = ("cotton", "cotton", "viscose", "linen")
_KNIT = ("wool", "cotton", "cashmere")
_WARM = ("wool", "corduroy", "cotton")
_EVENING = ("silk", "velvet", "viscose")
_SKIRT = ("cotton", "linen", "corduroy", "velvet", "denim")
_HIDE = ("leather", "suede")
_BAG = ("leather", "suede", "canvas")
_JACKET = ("leather", "denim", "suede", "corduroy")
_NOTHING = ()


class Garment(Struct, frozen=True):
    """A kind of product: where it belongs, what it looks like, what it may be made of and cost."""

    word: str
    role: Role
    category: str
    silhouette: str
    price: tuple[int, int]
    """Lowest and highest price of an ordinary brand, in whole euros."""
    materials: Sequence[str] = _NOTHING
    colours: Sequence[str] = CLOTHS
    patterns: Sequence[str] = _NOTHING


def _cloth(
    word: str,
    role: Role,
    category: str,
    silhouette: str,
    price: tuple[int, int],
    materials: Sequence[str],
) -> Garment:
    return Garment(word, role, category, silhouette, price, materials, CLOTHS, PATTERNS)


_WOMEN = (
    _cloth("dress", "dress", "dresses", "dress", (40, 110), _LIGHT),
    _cloth("summer_dress", "dress", "dresses", "dress", (30, 90), _LIGHT),
    _cloth("wrap_dress", "dress", "dresses", "wrapdress", (50, 130), _LIGHT),
    _cloth("shirt_dress", "dress", "dresses", "shirtdress", (45, 110), _LIGHT),
    _cloth("maxi_dress", "dress", "dresses", "maxidress", (50, 140), _LIGHT),
    Garment("evening_dress", "dress", "dresses", "maxidress", (90, 260), _EVENING),
    _cloth("blouse", "top", "tops", "blouse", (30, 80), _LIGHT),
    _cloth("camisole", "top", "tops", "camisole", (15, 45), _EVENING),
    _cloth("skirt", "bottom", "skirts", "skirt", (30, 80), _SKIRT),
    _cloth("pleated_skirt", "bottom", "skirts", "pleatedskirt", (35, 90), ("viscose", "wool")),
    Garment("pencil_skirt", "bottom", "skirts", "pencilskirt", (35, 90), ("cotton", "leather", "wool")),
    _cloth("culottes", "bottom", "trousers", "culottes", (40, 95), ("linen", "viscose")),
    Garment("pumps", "shoes", "heels", "pumps", (50, 150), _HIDE, HIDES),
    Garment("ballerinas", "shoes", "flats", "ballerinas", (35, 100), _HIDE, HIDES),
    Garment("sandals", "shoes", "flats", "sandals", (30, 95), _HIDE, HIDES),
    Garment("knee_boots", "shoes", "boots", "kneeboots", (90, 240), _HIDE, HIDES),
    Garment("handbag", "bag", "bags", "handbag", (50, 220), _HIDE, HIDES),
    Garment("shoulder_bag", "bag", "bags", "shoulderbag", (40, 180), _BAG, HIDES),
    Garment("clutch", "bag", "bags", "clutch", (25, 90), ("leather", "velvet", "silk"), CLOTHS),
    Garment("necklace", "accessory", "jewellery", "necklace", (15, 120), colours=METALS),
    Garment("earrings", "accessory", "jewellery", "earrings", (10, 90), colours=METALS),
    Garment("bracelet", "accessory", "jewellery", "bracelet", (12, 95), colours=METALS),
    _cloth("headscarf", "accessory", "scarves", "headscarf", (15, 60), ("silk", "cotton", "viscose")),
    Garment(
        "straw_hat",
        "accessory",
        "hats",
        "hat",
        (20, 70),
        colours=("beige", "brown", "black", "white"),
    ),
)

_MEN = (
    _cloth("shirt", "top", "shirts", "shirt", (30, 90), ("cotton", "linen", "denim")),
    _cloth("polo_shirt", "top", "shirts", "polo", (25, 70), ("cotton", "linen")),
    Garment("chinos", "bottom", "trousers", "trousers", (40, 100), ("cotton", "linen", "corduroy")),
    Garment("brogues", "shoes", "lace_ups", "brogues", (80, 220), _HIDE, HIDES),
    Garment("waistcoat", "layer", "jackets", "waistcoat", (40, 110), ("wool", "linen", "velvet")),
    _cloth("tie", "accessory", "ties", "tie", (20, 70), ("silk", "wool", "linen")),
    _cloth("bow_tie", "accessory", "ties", "bowtie", (15, 50), ("silk", "velvet", "cotton")),
)

_EVERYBODY = (
    _cloth("tshirt", "top", "tees", "tshirt", (12, 45), _JERSEY),
    _cloth("longsleeve", "top", "tees", "longsleeve", (18, 55), _JERSEY),
    _cloth("sweater", "top", "knitwear", "sweater", (35, 120), _KNIT),
    Garment("turtleneck", "top", "knitwear", "turtleneck", (35, 120), _KNIT),
    Garment("hoodie", "top", "knitwear", "hoodie", (35, 90), ("cotton",)),
    Garment("cardigan", "layer", "knitwear", "cardigan", (40, 130), _KNIT),
    _cloth("blazer", "layer", "jackets", "blazer", (70, 200), ("wool", "linen", "velvet", "corduroy")),
    Garment("jacket", "layer", "jackets", "jacket", (60, 220), _JACKET, HIDES),
    Garment("parka", "layer", "jackets", "parka", (80, 220), ("cotton", "canvas")),
    _cloth("coat", "layer", "jackets", "coat", (110, 320), _WARM),
    Garment("trench_coat", "layer", "jackets", "trenchcoat", (100, 280), ("cotton", "leather")),
    _cloth(
        "trousers",
        "bottom",
        "trousers",
        "trousers",
        (35, 110),
        ("linen", "wool", "corduroy", "cotton"),
    ),
    Garment("jeans", "bottom", "trousers", "jeans", (40, 120), colours=DENIMS),
    _cloth("shorts", "bottom", "trousers", "shorts", (20, 60), ("cotton", "linen", "denim")),
    Garment(
        "sneakers",
        "shoes",
        "trainers",
        "sneakers",
        (50, 140),
        ("leather", "canvas", "suede"),
        CLOTHS,
    ),
    Garment("ankle_boots", "shoes", "boots", "ankleboots", (70, 200), _HIDE, HIDES),
    Garment("loafers", "shoes", "flats", "loafers", (60, 160), _HIDE, HIDES),
    _cloth("tote_bag", "bag", "bags", "tote", (15, 90), ("canvas", "cotton", "leather")),
    Garment("backpack", "bag", "bags", "backpack", (40, 150), _BAG, HIDES),
    Garment("weekender", "bag", "bags", "weekender", (70, 260), _BAG, HIDES),
    _cloth("scarf", "accessory", "scarves", "scarf", (20, 80), ("wool", "cashmere", "silk")),
    Garment("hat", "accessory", "hats", "hat", (30, 90), ("wool", "cotton")),
    Garment("beanie", "accessory", "hats", "beanie", (12, 45), _KNIT),
    Garment("gloves", "accessory", "hats", "gloves", (20, 80), ("leather", "wool", "cashmere"), HIDES),
    Garment("belt", "accessory", "belts", "belt", (20, 70), _HIDE, HIDES),
    Garment("sunglasses", "accessory", "glasses", "sunglasses", (20, 130), colours=HIDES),
    Garment("watch", "accessory", "jewellery", "watch", (60, 280), colours=METALS),
    _cloth("socks", "accessory", "socks", "socks", (6, 20), ("cotton", "wool", "cashmere")),
    _cloth("umbrella", "accessory", "umbrellas", "umbrella", (15, 60), _NOTHING),
)

_HOME = (
    _cloth("cushion", "home", "textiles", "cushion", (12, 50), ("linen", "velvet", "cotton", "wool")),
    _cloth("blanket", "home", "textiles", "blanket", (30, 130), _KNIT),
    _cloth("rug", "home", "textiles", "rug", (60, 290), ("wool", "cotton")),
    Garment("vase", "home", "decoration", "vase", (15, 80), ("ceramic", "glass")),
    Garment("mug", "home", "decoration", "mug", (8, 25), ("ceramic",)),
    Garment("candle", "home", "decoration", "candle", (6, 30)),
    Garment("lamp", "home", "lighting", "lamp", (40, 180), ("ceramic", "wood", "glass")),
)


def _by_role(garments: Sequence[Garment]) -> Mapping[Role, tuple[Garment, ...]]:
    roles: set[Role] = {garment.role for garment in garments}
    return {role: tuple(g for g in garments if g.role == role) for role in roles}


WARDROBES: Mapping[Department, Mapping[Role, tuple[Garment, ...]]] = {
    "women": _by_role((*_WOMEN, *_EVERYBODY, *_HOME)),
    "men": _by_role((*_MEN, *_EVERYBODY, *_HOME)),
}
GARMENTS = (*_WOMEN, *_MEN, *_EVERYBODY, *_HOME)
