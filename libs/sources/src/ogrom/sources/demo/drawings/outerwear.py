"""What is worn over the rest: jackets, coats and whatever opens in front."""

from collections.abc import Mapping

from .shapes import Drawing, Shape

_CUFF = Shape("shade", "M33.5 134 L53.5 138 L51 152 L31 148 Z")
_SLEEVE = Shape("seam", "M66 88 L69 62")
_LONG = "L82 34 L64 42 Q46 56 32 144 L52 148 L66 90 L60 182 L100 184 Z"
_SHORT = "L82 34 L64 42 Q46 56 32 144 L52 148 L66 88 L63 164 L100 166 Z"

OUTERWEAR: Mapping[str, Drawing] = {
    "cardigan": Drawing(
        halves=(
            Shape("body", "M100 104 L82 36 L64 42 Q46 56 32 144 L52 148 L66 88 L62 168 L100 170 Z"),
            Shape("shade", "M100 104 L82 34 L76 37 L93 108 L93 170 L100 170 Z"),
            Shape("shade", "M62.5 158 L93 160 L93 172 L62 170 Z"),
            _CUFF,
            _SLEEVE,
        ),
        wholes=(Shape("pale", "M97 114h6v6h-6Z M97 134h6v6h-6Z M97 153h6v6h-6Z"),),
    ),
    "waistcoat": Drawing(
        halves=(
            Shape("body", "M100 92 L80 34 L68 38 Q72 66 58 82 L60 154 L84 174 L100 158 Z"),
            Shape("shade", "M100 92 L80 34 L73 36 L88 92 L100 104 Z"),
            Shape("seam", "M66 132 H86"),
        ),
        wholes=(Shape("seam", "M100 96 V158 M105 108h.1 M105 122h.1 M105 136h.1 M105 150h.1"),),
    ),
    "blazer": Drawing(
        halves=(
            Shape("body", "M100 106 " + _SHORT.replace("L63 164 L100 166", "L62 166 L92 172 L100 162")),
            Shape("shade", "M100 108 L82 32 L72 44 L78 58 L71 62 Z"),
            Shape("seam", "M68 132 H86"),
            _SLEEVE,
        ),
        wholes=(Shape("seam", "M100 108 V162 M105 120h.1 M105 138h.1"),),
    ),
    "jacket": Drawing(
        halves=(
            Shape("body", "M100 62 " + _SHORT),
            Shape("shade", "M63 152 L100 154 L100 168 L63 166 Z"),
            Shape("light", "M100 72 L82 31 L72 42 L82 74 Z"),
            _CUFF,
            _SLEEVE,
            Shape("seam", "M72 112 L86 106"),
        ),
        wholes=(Shape("chain", "M100 70 V166"),),
    ),
    "parka": Drawing(
        halves=(
            Shape("shade", "M100 24 Q70 24 72 54 L100 70 Z"),
            Shape("body", "M100 66 " + _LONG),
            Shape("pale", "M100 18 Q62 18 66 54 Q76 66 84 60 Q74 30 100 32 Z"),
            Shape("shade", "M69 122 H92 V148 H67 Z"),
            Shape("seam", "M68 104 H100"),
            _CUFF,
            _SLEEVE,
        ),
        wholes=(Shape("seam", "M100 62 V184 M108 78h.1 M108 116h.1 M108 134h.1 M108 152h.1"),),
    ),
    "coat": Drawing(
        halves=(
            Shape("body", "M100 84 " + _LONG),
            Shape("shade", "M100 94 L82 30 L68 44 L80 64 L74 70 Z"),
            Shape("seam", "M68 130 L84 126"),
            Shape("pale", "M85 96h6v6h-6Z M85 116h6v6h-6Z"),
            _SLEEVE,
        ),
        wholes=(Shape("seam", "M108 92 V184"),),
    ),
    "trenchcoat": Drawing(
        halves=(
            Shape("body", "M100 76 " + _LONG),
            Shape("light", "M100 86 L82 30 L66 42 L76 62 L72 68 Z"),
            Shape("shade", "M65.5 106 L100 106 L100 117 L65 117 Z"),
            Shape("seam", "M84 84h.1 M84 98h.1 M84 132h.1 M70 142 L86 138 M66 60 Q74 84 92 88"),
            _CUFF,
            _SLEEVE,
        ),
        wholes=(
            Shape("seam", "M106 84 V106 M106 117 V184"),
            Shape("metal", "M94 103h14v17h-14Z"),
            Shape("shade", "M97 106h8v11h-8Z"),
        ),
    ),
}
