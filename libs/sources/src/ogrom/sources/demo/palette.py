"""Colours: their keys and what they look like. Their names are the languages' business."""

from collections.abc import Mapping
from types import MappingProxyType

COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "black": "#2b2b30",
        "white": "#f7f5f0",
        "grey": "#8d9299",
        "navy": "#27375e",
        "blue": "#6f9fd0",
        "red": "#c8353c",
        "burgundy": "#74283c",
        "pink": "#e8a5b4",
        "green": "#2f5d4a",
        "olive": "#7d7f4a",
        "mustard": "#d9a532",
        "beige": "#d8c3a3",
        "brown": "#8a5a3b",
        "lilac": "#a99bcb",
        "teal": "#2a7f86",
        "gold": "#cda349",
        "silver": "#b4bac2",
    }
)

METALS = ("gold", "silver")
HIDES = ("black", "brown", "beige", "white", "burgundy", "navy", "red", "green")
DENIMS = ("navy", "blue", "black", "grey", "white")
# Black, white and navy are worn more than the rest, so they stand here twice.
CLOTHS = (*(colour for colour in COLOURS if colour not in METALS), "black", "white", "navy")
