"""Things for the home."""

from collections.abc import Mapping

from .shapes import Drawing, Shape

HOME: Mapping[str, Drawing] = {
    "cushion": Drawing(
        wholes=(
            Shape("body", "M34 38 Q100 52 166 38 Q152 100 166 166 Q100 152 34 166 Q48 100 34 38 Z"),
            Shape("seam", "M46 50 Q100 60 154 50 Q144 100 154 154 Q100 144 46 154 Q56 100 46 50 Z"),
        )
    ),
    "blanket": Drawing(
        wholes=(
            Shape(
                "shade",
                "M40 120 H160 Q170 120 170 132 V152 Q170 160 160 160 H40 Q30 160 30 152 V132 Q30 120 40 120 Z",
            ),
            Shape(
                "body",
                "M40 84 H160 Q170 84 170 94 V118 Q170 126 160 126 H40 Q30 126 30 118 V94 Q30 84 40 84 Z",
            ),
            Shape(
                "light",
                "M44 52 H156 Q166 52 166 62 V80 Q166 88 156 88 H44 Q34 88 34 80 V62 Q34 52 44 52 Z",
            ),
            Shape("body", "M92 50 H142 V144 H92 Z"),
            Shape("seam", "M92 136 H142 M96 144v10 M106 144v10 M116 144v10 M126 144v10 M136 144v10"),
        )
    ),
    "rug": Drawing(
        wholes=(
            Shape("body", "M48 50 H152 L176 150 H24 Z"),
            Shape("light", "M64 66 H136 L152 134 H48 Z"),
            Shape("body", "M100 74 L128 100 L100 126 L72 100 Z"),
            Shape(
                "seam",
                "M26 150v9 M46 150v9 M66 150v9 M86 150v9 M106 150v9 M126 150v9 M146 150v9 M168 150v9 "
                "M50 50v-8 M66 50v-8 M82 50v-8 M98 50v-8 M114 50v-8 M130 50v-8 M148 50v-8",
            ),
        )
    ),
    "vase": Drawing(
        halves=(
            Shape("seam", "M96 64 Q80 44 84 24 M96 64 Q72 58 62 42"),
            Shape("glow", "M84 14 a8 8 0 1 0 .1 0 Z M60 32 a7 7 0 1 0 .1 0 Z"),
            Shape("body", "M100 60 H84 Q82 76 66 92 Q48 116 60 150 Q66 176 80 176 H100 Z"),
            Shape("shade", "M82 54 H100 V64 H82 Z"),
        ),
        wholes=(Shape("light", "M66 112 Q62 132 70 150 Q76 150 74 142 Q70 126 74 112 Q70 106 66 112 Z"),),
    ),
    "mug": Drawing(
        wholes=(
            Shape("strap", "M138 84 Q170 82 168 110 Q166 138 136 136"),
            Shape("body", "M44 62 H142 V142 Q142 164 122 164 H64 Q44 164 44 142 Z"),
            Shape("shade", "M44 58 H142 V68 H44 Z"),
            Shape("light", "M54 80 H62 V140 Q62 146 58 146 Q54 146 54 140 Z"),
            Shape("seam", "M76 46 Q70 38 76 30 M94 46 Q88 38 94 30 M112 46 Q106 38 112 30"),
        )
    ),
    "candle": Drawing(
        wholes=(
            Shape("glow", "M100 28 Q116 50 110 62 Q100 72 90 62 Q84 50 100 28 Z"),
            Shape("seam", "M100 66 V82"),
            Shape("body", "M72 84 Q100 74 128 84 V160 H72 Z"),
            Shape("light", "M72 84 Q100 74 128 84 Q100 94 72 84 Z"),
            Shape("wood", "M52 158 H148 Q148 174 132 174 H68 Q52 174 52 158 Z"),
        )
    ),
    "lamp": Drawing(
        halves=(
            Shape("pale", "M76 34 L100 34 V98 L54 98 Z"),
            Shape("wood", "M96 98 H100 V112 H96 Z"),
            Shape("body", "M100 108 Q70 112 70 142 Q72 164 84 172 H100 Z"),
            Shape("shade", "M76 168 H100 V180 H74 Z"),
            Shape("seam", "M62 98 L80 34"),
        ),
        wholes=(Shape("light", "M78 132 Q78 150 86 160 Q90 158 88 152 Q82 140 86 130 Q82 126 78 132 Z"),),
    ),
}
