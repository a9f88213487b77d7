"""Jewellery, hats, scarves and the small things that finish an outfit."""

from collections.abc import Mapping

from .shapes import Drawing, Shape

ACCESSORIES: Mapping[str, Drawing] = {
    "necklace": Drawing(
        halves=(Shape("chain", "M64 34 Q52 112 100 142"),),
        wholes=(
            Shape("body", "M100 138 L114 156 L100 178 L86 156 Z"),
            Shape("light", "M100 138 L114 156 L100 156 Z"),
        ),
    ),
    "earrings": Drawing(
        halves=(
            Shape("chain", "M62 44 Q52 30 62 28 Q72 28 66 52"),
            Shape("body", "M62 54 Q84 96 84 122 A22 22 0 1 1 40 122 Q40 96 62 54 Z"),
            Shape("light", "M62 92 Q72 110 72 122 A10 10 0 1 1 52 122 Q52 110 62 92 Z"),
        ),
    ),
    "bracelet": Drawing(
        wholes=(
            Shape("strap", "M36 100 A64 46 0 1 1 164 100 A64 46 0 1 1 36 100 Z"),
            Shape("seam", "M36 100 A64 46 0 1 1 164 100 A64 46 0 1 1 36 100 Z"),
            Shape(
                "body",
                "M100 132 a14 14 0 1 0 .1 0 Z M70 130 a8 8 0 1 0 .1 0 Z M130 130 a8 8 0 1 0 .1 0 Z",
            ),
            Shape("light", "M96 136 a5 5 0 1 0 .1 0 Z"),
        )
    ),
    "watch": Drawing(
        halves=(
            Shape("shade", "M78 72 L84 22 H100 V72 Z M78 128 L84 178 H100 V128 Z"),
            Shape("body", "M100 58 A42 42 0 0 0 100 142 Z"),
            Shape("pale", "M100 67 A33 33 0 0 0 100 133 Z"),
        ),
        wholes=(
            Shape("seam", "M100 100 V78 M100 100 L116 108 M100 71v2 M100 127v2 M71 100h2 M127 100h2"),
            Shape("shade", "M142 95 h7 v10 h-7 Z"),
        ),
    ),
    "sunglasses": Drawing(
        halves=(
            Shape("strap", "M32 84 L24 74"),
            Shape("body", "M30 78 Q62 70 92 80 Q98 84 94 98 Q88 126 62 126 Q34 124 30 92 Z"),
            Shape("shade", "M39 86 Q62 80 84 87 Q86 92 84 99 Q80 117 62 117 Q42 116 39 94 Z"),
            Shape("seam", "M50 106 L64 90 M60 108 L72 94"),
            Shape("strap", "M91 86 Q96 80 100.5 80"),
        ),
    ),
    "belt": Drawing(
        wholes=(
            Shape("body", "M18 86 H170 Q184 86 184 100 Q184 114 170 114 H18 Z"),
            Shape("seam", "M22 91 H168 M22 109 H168 M126 100h.1 M142 100h.1 M158 100h.1"),
            Shape("metal", "M22 76 H72 V124 H22 Z M34 88 V112 H60 V88 Z"),
            Shape("metal", "M32 97 H74 V103 H32 Z"),
        )
    ),
    "hat": Drawing(
        wholes=(
            Shape("body", "M16 134 Q100 104 184 134 Q170 158 100 158 Q30 158 16 134 Z"),
            Shape("body", "M56 128 Q56 58 78 54 Q100 66 122 54 Q144 58 144 128 Q100 142 56 128 Z"),
            Shape("shade", "M56 112 Q100 126 144 112 V129 Q100 143 56 129 Z"),
            Shape("seam", "M100 62 Q98 76 92 86"),
        )
    ),
    "beanie": Drawing(
        halves=(
            Shape("body", "M100 48 Q46 50 46 126 L100 130 Z"),
            Shape("shade", "M40 120 Q70 112 100 112 L100 152 Q70 152 42 158 Z"),
            Shape("seam", "M84 52 Q68 76 68 114 M54 120 V152 M70 118 V152 M86 117 V150"),
        ),
        wholes=(Shape("light", "M100 24 a16 16 0 1 0 .1 0 Z"),),
    ),
    "scarf": Drawing(
        wholes=(
            Shape("shade", "M56 50 Q100 84 144 50 Q152 66 140 80 Q100 104 60 80 Q48 66 56 50 Z"),
            Shape("body", "M84 82 L60 168 L94 176 L106 92 Z"),
            Shape("body", "M98 84 L116 160 L148 150 L124 78 Z"),
            Shape("body", "M56 44 Q100 66 144 44 Q156 62 142 76 Q100 98 58 76 Q44 62 56 44 Z"),
            Shape(
                "seam",
                "M62 170 l-2 10 M71 172 l-2 10 M80 174 l-2 10 M89 176 l-2 9 "
                "M119 160 l3 9 M128 157 l3 9 M137 154 l3 9 M145 151 l3 9",
            ),
        )
    ),
    "headscarf": Drawing(
        wholes=(
            Shape("shade", "M94 62 L66 44 Q56 56 66 74 Z M106 62 L134 44 Q144 56 134 74 Z"),
            Shape("body", "M40 62 Q100 84 160 62 Q156 96 100 172 Q44 96 40 62 Z"),
            Shape("seam", "M52 80 Q100 98 148 80 M66 104 Q100 116 134 104"),
            Shape("light", "M92 56 H108 V76 H92 Z"),
        )
    ),
    "tie": Drawing(
        wholes=(
            Shape("body", "M92 50 H108 L124 150 L100 180 L76 150 Z"),
            Shape("shade", "M84 24 H116 L109 52 H91 Z"),
            Shape("seam", "M91 53 H109"),
        )
    ),
    "bowtie": Drawing(
        halves=(
            Shape("body", "M94 92 Q60 62 32 68 Q24 100 32 132 Q60 138 94 108 Z"),
            Shape("seam", "M90 96 Q66 88 52 90 M90 104 Q66 112 52 110"),
        ),
        wholes=(Shape("shade", "M90 84 H110 Q114 100 110 116 H90 Q86 100 90 84 Z"),),
    ),
    "gloves": Drawing(
        halves=(
            Shape(
                "body",
                "M40 166 L38 110 Q28 96 22 84 Q28 76 36 84 L42 92 L40 50 Q45 42 50 50 L52 82 L53 38 Q58 30 63 38 "
                "L64 82 L68 42 Q74 35 78 44 L76 86 L80 60 Q87 55 89 64 L86 112 L82 166 Z",
            ),
            Shape("shade", "M38 154 H84 L83 174 H39 Z"),
            Shape("seam", "M52 96 V118 M62 96 V120 M72 98 V118"),
        ),
    ),
    "socks": Drawing(
        wholes=(
            Shape(
                "body",
                "M66 34 H112 V112 Q116 124 136 136 Q156 150 144 166 Q130 178 104 162 L76 142 Q64 132 66 112 Z",
            ),
            Shape(
                "shade",
                "M64 28 H114 V50 H64 Z M124 130 Q158 146 146 165 Q134 176 116 168 Q112 148 124 130 Z "
                "M66 112 Q64 134 78 143 Q94 136 90 116 Q78 108 66 112 Z",
            ),
        ),
        pair=True,
    ),
    "umbrella": Drawing(
        wholes=(
            Shape(
                "wood",
                "M97 92 H103 V158 Q103 176 88 176 Q74 176 74 162 H80 Q80 170 88 170 Q97 170 97 158 Z",
            ),
            Shape(
                "body",
                "M20 102 Q26 34 100 32 Q174 34 180 102 Q166 92 154 100 Q140 90 126 100 Q112 90 100 100 "
                "Q88 90 74 100 Q60 90 46 100 Q34 92 20 102 Z",
            ),
            Shape(
                "seam",
                "M100 32 Q76 60 74 100 M100 32 Q124 60 126 100 M100 32 Q50 52 46 100 M100 32 Q150 52 154 100",
            ),
            Shape("wood", "M98 22 H102 V33 H98 Z"),
        )
    ),
}
