"""The silhouettes of the demo's garments, by their keys."""

from collections.abc import Mapping

from .accessories import ACCESSORIES
from .bags import BAGS
from .clothes import CLOTHES
from .home import HOME
from .outerwear import OUTERWEAR
from .shapes import Drawing
from .shoes import SHOES

DRAWINGS: Mapping[str, Drawing] = {
    **CLOTHES,
    **OUTERWEAR,
    **SHOES,
    **BAGS,
    **ACCESSORIES,
    **HOME,
}
