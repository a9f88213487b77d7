"""Dresses, tops and bottoms: the left half of each, from the middle of the neck or waist to the hem."""

from collections.abc import Mapping

from .shapes import Drawing, Shape

_WAISTBAND = Shape("shade", "M69 32 L100 32 L100 44 L67 44 Z")
_SLEEVED = "M100 50 Q88 50 82 38 L64 44 Q46 58 32 144 L52 148 L66 88 L64 164 L100 166 Z"
_COLLAR = Shape("light", "M100 46 L86 29 L76 38 L86 60 Z")
_BUTTONS = Shape("seam", "M100 74h.1 M100 92h.1 M100 110h.1 M100 128h.1 M100 146h.1")
_CREW = Shape("seam", "M79 41 Q85 59 100 59")
_SLEEVE = Shape("seam", "M66 88 L69 64")
_RIBS = (
    Shape("shade", "M64 154 L100 156 L100 170 L64 168 Z"),
    Shape("shade", "M33.5 134 L53.5 138 L51 152 L31 148 Z"),
)

CLOTHES: Mapping[str, Drawing] = {
    "dress": Drawing(
        halves=(
            Shape(
                "body",
                "M100 50 Q86 48 80 26 L70 29 Q74 52 62 66 Q71 82 74 94 L44 150 Q70 162 100 162 Z",
            ),
            Shape("seam", "M74 94 Q88 99 100 99 M83 110 L69 152 M95 110 L90 158"),
        )
    ),
    "wrapdress": Drawing(
        halves=(
            Shape(
                "body",
                "M100 78 L82 28 L66 34 Q50 46 40 78 L62 86 L68 72 Q73 86 74 98 L46 172 Q76 180 100 180 Z",
            ),
            Shape("seam", "M68 72 L71 52"),
            Shape("shade", "M73.5 92 L100 92 L100 103 L72.5 103 Z"),
        ),
        wholes=(
            Shape("seam", "M116 36 L88 92 M104 103 L120 177 M84 116 L74 168"),
            Shape("shade", "M122 98 L136 132 L128 134 L118 102 Z M118 100 L120 138 L112 136 Z"),
        ),
    ),
    "shirtdress": Drawing(
        halves=(
            Shape(
                "body",
                "M100 46 L84 30 L66 36 Q50 46 38 92 L58 98 L68 70 L72 100 L54 176 L100 178 Z",
            ),
            Shape("shade", "M72 96 L100 96 L100 106 L70.5 106 Z"),
            Shape("seam", "M68 72 L70 56"),
            _COLLAR,
        ),
        wholes=(Shape("seam", "M100 48 V178"), _BUTTONS),
    ),
    "maxidress": Drawing(
        halves=(
            Shape(
                "body",
                "M100 46 Q88 44 83 20 L77 20 Q78 46 67 58 Q75 74 77 86 L48 184 Q74 191 100 191 Z",
            ),
            Shape("seam", "M77 86 Q88 90 100 90 M86 102 L72 186 M96 102 L92 189"),
        )
    ),
    "blouse": Drawing(
        halves=(
            Shape(
                "body",
                "M100 50 Q88 48 84 36 L64 42 Q42 54 28 112 Q36 124 54 122 L66 86 L60 160 Q80 167 100 167 Z",
            ),
            Shape("shade", "M28 110 Q38 124 55 121 L53 131 Q36 132 25 120 Z"),
            Shape("seam", "M66 86 L69 62 M82 92 L78 160"),
        ),
        wholes=(
            Shape("seam", "M100 56 V166"),
            Shape(
                "shade",
                "M100 54 L80 44 Q78 56 82 66 Z M100 54 L120 44 Q122 56 118 66 Z "
                "M98 54 L88 92 L98 88 Z M102 54 L112 92 L102 88 Z",
            ),
        ),
    ),
    "camisole": Drawing(
        halves=(
            Shape("chain", "M80 62 L84 26"),
            Shape("body", "M100 76 Q86 74 80 58 Q76 76 62 86 L54 162 Q78 170 100 170 Z"),
            Shape("seam", "M61 92 Q82 84 100 84 M80 100 L74 162"),
        )
    ),
    "tshirt": Drawing(
        halves=(
            Shape(
                "body",
                "M100 52 Q86 52 79 40 L60 46 L26 84 L48 104 L64 88 L62 166 L100 168 Z",
            ),
            _CREW,
            Shape("seam", "M64 88 L68 66 M31 79 L53 99"),
        )
    ),
    "longsleeve": Drawing(halves=(Shape("body", _SLEEVED), Shape("seam", "M82 39 Q87 57 100 57"), _SLEEVE)),
    "sweater": Drawing(
        halves=(
            Shape("body", _SLEEVED),
            *_RIBS,
            Shape("shade", "M83 37 Q88 50 100 50 L100 59 Q84 58 78 40 Z"),
            _SLEEVE,
        )
    ),
    "turtleneck": Drawing(
        halves=(
            Shape("body", _SLEEVED),
            *_RIBS,
            Shape("shade", "M80 26 Q90 30 100 30 L100 58 Q86 58 80 44 Z"),
            Shape("seam", "M81 36 Q90 41 100 41"),
            _SLEEVE,
        )
    ),
    "hoodie": Drawing(
        halves=(
            Shape("shade", "M100 26 Q72 24 72 50 Q78 66 100 68 Z"),
            Shape("body", _SLEEVED.replace("M100 50 Q88 50 82 38", "M100 66 Q80 64 76 42")),
            *_RIBS,
            Shape("shade", "M100 116 L82 116 L72 148 L100 148 Z"),
            Shape("pale", "M90 62 h3 v30 h-3 Z"),
            _SLEEVE,
        )
    ),
    "shirt": Drawing(
        halves=(
            Shape("body", _SLEEVED.replace("M100 50 Q88 50 82 38", "M100 46 L84 34")),
            Shape("shade", "M33.5 134 L53.5 138 L51 150 L31 146 Z"),
            _SLEEVE,
            _COLLAR,
        ),
        wholes=(Shape("seam", "M100 50 V166 M112 84 h18 v20 l-9 5 l-9 -5 Z"), _BUTTONS),
    ),
    "polo": Drawing(
        halves=(
            Shape("body", "M100 52 L82 38 L60 46 L28 86 L50 104 L64 88 L62 166 L100 168 Z"),
            Shape("shade", "M31 82 L53 100 L49 105 L27 87 Z"),
            Shape("seam", "M64 88 L68 66"),
            _COLLAR,
        ),
        wholes=(Shape("seam", "M94 54 V94 H106 V54 M100 66h.1 M100 80h.1"),),
    ),
    "skirt": Drawing(
        halves=(
            Shape("body", "M73 42 L100 42 L100 168 Q66 168 36 152 Z"),
            Shape("shade", "M73 36 L100 36 L100 50 L71 50 Z"),
            Shape("seam", "M81 62 L62 160 M94 62 L88 164"),
        )
    ),
    "pleatedskirt": Drawing(
        halves=(
            Shape("body", "M75 42 L100 42 L100 166 L92 170 L84 165 L74 168 L64 162 L52 164 L38 156 Z"),
            Shape("shade", "M75 36 L100 36 L100 50 L73 50 Z"),
            Shape("seam", "M78 52 L52 163 M84 52 L64 161 M89 52 L74 167 M94 52 L84 164 M98 52 L92 169"),
        )
    ),
    "pencilskirt": Drawing(
        halves=(
            Shape("body", "M75 32 L100 32 L100 174 L70 174 Q54 110 64 66 Z"),
            Shape("shade", "M75 28 L100 28 L100 40 L72.5 40 Z"),
            Shape("seam", "M84 44 L80 64"),
        ),
        wholes=(Shape("seam", "M100 146 V174"),),
    ),
    "culottes": Drawing(
        halves=(
            Shape("body", "M70 40 L100 40 L100 80 L93 158 L34 152 Q58 92 66 50 Z"),
            Shape("shade", "M70 34 L100 34 L100 47 L67.5 47 Z"),
            Shape("seam", "M80 56 L66 150 M100 48 V80"),
        )
    ),
    "trousers": Drawing(
        halves=(
            Shape("body", "M69 36 L100 36 L100 80 L93 180 L64 180 Q56 96 67 42 Z"),
            _WAISTBAND,
            Shape("seam", "M76 46 Q76 60 64 66 M82 74 L79 178 M100 44 V82"),
        )
    ),
    "jeans": Drawing(
        halves=(
            Shape("body", "M69 36 L100 36 L100 80 L92 172 L62 172 Q55 96 67 42 Z"),
            _WAISTBAND,
            Shape("light", "M61 168 L93 168 L92 184 L61 184 Z"),
            Shape("seam", "M92 46 Q92 64 64 62 M62 98 Q61 130 66 166 M100 44 V82"),
        ),
        wholes=(Shape("metal", "M97 38 a3.5 3.5 0 1 0 7 0 a3.5 3.5 0 1 0 -7 0 Z"),),
    ),
    "shorts": Drawing(
        halves=(
            Shape("body", "M69 54 L100 54 L100 96 L95 146 L44 140 Q56 92 67 60 Z"),
            Shape("shade", "M69 48 L100 48 L100 61 L66 61 Z"),
            Shape("seam", "M78 62 Q78 78 62 84 M45 132 L96 138 M100 60 V98"),
        )
    ),
}
