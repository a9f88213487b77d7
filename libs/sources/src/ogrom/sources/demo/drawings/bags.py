"""Bags."""

from collections.abc import Mapping

from .shapes import Drawing, Shape

BAGS: Mapping[str, Drawing] = {
    "handbag": Drawing(
        wholes=(
            Shape("strap", "M68 84 Q66 36 100 36 Q134 36 132 84"),
            Shape("body", "M48 80 L152 80 L166 156 Q166 166 156 166 L44 166 Q34 166 34 156 Z"),
            Shape("shade", "M48 80 L152 80 L156 112 Q100 132 44 112 Z"),
            Shape("metal", "M92 112 h16 v16 h-16 Z M64 78 h9 v9 h-9 Z M127 78 h9 v9 h-9 Z"),
        )
    ),
    "shoulderbag": Drawing(
        wholes=(
            Shape("chain", "M46 104 Q30 22 100 22 Q170 22 154 104"),
            Shape("body", "M40 98 Q100 86 160 98 Q170 150 148 166 Q100 174 52 166 Q30 150 40 98 Z"),
            Shape("shade", "M40 98 Q100 86 160 98 Q160 132 130 140 Q100 146 70 140 Q40 132 40 98 Z"),
            Shape("metal", "M94 134 a6 6 0 1 0 12 0 a6 6 0 1 0 -12 0 Z"),
        )
    ),
    "clutch": Drawing(
        wholes=(
            Shape(
                "body",
                "M28 66 H172 Q176 66 176 72 V138 Q176 146 168 146 H32 Q24 146 24 138 V72 Q24 66 28 66 Z",
            ),
            Shape("light", "M25 68 L100 116 L175 68 Q175 66 172 66 H28 Q25 66 25 68 Z"),
            Shape("metal", "M93 112 a7 7 0 1 0 14 0 a7 7 0 1 0 -14 0 Z"),
            Shape("seam", "M25 68 L100 116 L175 68"),
        )
    ),
    "tote": Drawing(
        wholes=(
            Shape("strap", "M72 80 Q72 28 100 28 Q128 28 128 80"),
            Shape("body", "M42 72 H158 L166 170 H34 Z"),
            Shape("seam", "M41 86 H159 M66 86 V102 H78 V86 M122 86 V102 H134 V86"),
        )
    ),
    "backpack": Drawing(
        wholes=(
            Shape("strap", "M88 42 Q88 24 100 24 Q112 24 112 42"),
            Shape(
                "shade",
                "M40 96 Q32 98 32 112 V150 Q34 160 46 158 Z M160 96 Q168 98 168 112 V150 Q166 160 154 158 Z",
            ),
            Shape(
                "body",
                "M44 92 Q44 38 100 38 Q156 38 156 92 V160 Q156 172 144 172 H56 Q44 172 44 160 Z",
            ),
            Shape("shade", "M44 92 Q44 38 100 38 Q156 38 156 92 Q128 106 100 106 Q72 106 44 92 Z"),
            Shape("light", "M62 122 H138 V154 Q138 160 132 160 H68 Q62 160 62 154 Z"),
            Shape("seam", "M62 132 H138"),
            Shape("metal", "M95 96 h10 v18 h-10 Z"),
        )
    ),
    "weekender": Drawing(
        wholes=(
            Shape("strap", "M64 96 Q64 46 100 46 Q136 46 136 96"),
            Shape(
                "body",
                "M40 84 H160 Q178 90 178 120 V150 Q178 162 166 162 H34 Q22 162 22 150 V120 Q22 90 40 84 Z",
            ),
            Shape(
                "shade",
                "M22 132 Q22 98 38 86 Q50 110 48 162 H34 Q22 162 22 150 Z "
                "M178 132 Q178 98 162 86 Q150 110 152 162 H166 Q178 162 178 150 Z",
            ),
            Shape("seam", "M42 92 H158 M64 96 V160 M136 96 V160"),
            Shape("metal", "M60 92 h8 v10 h-8 Z M132 92 h8 v10 h-8 Z M96 88 h8 v8 h-8 Z"),
        )
    ),
}
