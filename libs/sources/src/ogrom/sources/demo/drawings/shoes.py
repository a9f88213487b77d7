"""Shoes, seen from the side, toes to the right."""

from collections.abc import Mapping

from .shapes import Drawing, Shape

SHOES: Mapping[str, Drawing] = {
    "sneakers": Drawing(
        wholes=(
            Shape("body", "M34 108 Q46 112 58 98 L80 100 Q100 126 134 130 Q156 134 158 152 L34 152 Z"),
            Shape("light", "M34 126 Q52 128 56 152 L34 152 Z M134 130 Q156 134 158 152 L124 152 Z"),
            Shape("pale", "M30 149 L162 149 Q163 164 152 164 L40 164 Q30 164 30 149 Z"),
            Shape("seam", "M84 112 l14 -8 M94 120 l13 -9 M106 126 l11 -9"),
        ),
        pair=True,
    ),
    "pumps": Drawing(
        wholes=(
            Shape("shade", "M38 112 Q42 138 45 166 L51 166 Q54 142 64 130 Z"),
            Shape(
                "body",
                "M36 100 Q48 88 55 98 Q68 128 102 130 Q124 130 132 128 Q156 142 166 158 "
                "Q166 166 154 166 L126 166 Q94 164 66 134 L50 126 Q38 118 36 100 Z",
            ),
            Shape("seam", "M55 98 Q68 130 102 131 Q124 131 132 128"),
        ),
        pair=True,
    ),
    "ballerinas": Drawing(
        wholes=(
            Shape("shade", "M34 156 H164 Q166 164 156 164 H44 Q34 164 34 156 Z"),
            Shape(
                "body",
                "M32 126 Q42 116 52 126 Q74 146 104 140 Q118 138 126 130 Q158 140 166 156 "
                "Q166 161 156 161 L44 161 Q32 156 32 126 Z",
            ),
            Shape("shade", "M126 132 L110 122 V140 Z M126 132 L142 124 V142 Z"),
        ),
        pair=True,
    ),
    "sandals": Drawing(
        wholes=(
            Shape("body", "M34 150 Q32 126 40 106 L54 104 Q46 128 50 152 Z"),
            Shape("strap", "M46 112 Q66 110 84 124 Q92 132 92 150"),
            Shape(
                "body",
                "M98 152 Q108 122 124 120 Q142 124 154 152 L138 154 Q132 138 124 136 Q116 138 114 154 Z",
            ),
            Shape("metal", "M76 112 h11 v11 h-11 Z"),
            Shape(
                "wood",
                "M32 150 Q60 144 96 150 Q132 156 166 148 Q168 160 158 164 L40 164 Q32 160 32 150 Z",
            ),
        ),
        pair=True,
    ),
    "kneeboots": Drawing(
        wholes=(
            Shape(
                "body",
                "M42 26 L92 26 Q96 90 92 128 Q112 142 138 146 Q152 150 152 168 L86 168 Q76 158 68 166 "
                "L68 178 L46 178 Q52 100 42 26 Z",
            ),
            Shape("shade", "M46 170 H68 V182 H46 Z M84 166 H153 V174 H88 Z"),
            Shape("seam", "M43 38 H92 M84 44 Q88 100 82 140"),
        ),
        pair=True,
    ),
    "ankleboots": Drawing(
        wholes=(
            Shape(
                "body",
                "M42 76 L92 74 Q92 112 102 124 Q124 134 146 138 Q162 142 162 160 L88 160 Q78 152 70 160 "
                "L70 168 L44 168 Q50 120 42 76 Z",
            ),
            Shape("shade", "M44 160 H70 V172 H44 Z M84 158 H163 V166 H88 Z M60 78 L78 77 L72 122 Z"),
            Shape("seam", "M42 84 L92 82"),
        ),
        pair=True,
    ),
    "loafers": Drawing(
        wholes=(
            Shape(
                "body",
                "M34 120 Q44 110 54 120 Q66 132 88 124 Q104 118 116 126 Q156 138 164 156 L36 156 Z",
            ),
            Shape("shade", "M32 154 H166 V163 H72 V168 H32 Z M82 126 L110 122 L116 146 L94 148 Z"),
            Shape("seam", "M88 136 L112 134 M116 126 Q140 136 140 154"),
        ),
        pair=True,
    ),
    "brogues": Drawing(
        wholes=(
            Shape("body", "M34 112 Q46 102 56 108 L84 106 Q98 126 126 132 Q160 138 164 156 L36 156 Z"),
            Shape("shade", "M32 154 H166 V163 H72 V168 H32 Z"),
            Shape("light", "M124 131 Q160 138 164 155 L132 155 Q140 142 124 131 Z"),
            Shape(
                "seam",
                "M62 112 Q70 140 108 142 M82 114 l14 -4 M88 122 l14 -4 M96 130 l14 -4 M44 120 Q60 130 58 154",
            ),
        ),
        pair=True,
    ),
}
