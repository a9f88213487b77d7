"""Tones: colours between two colours."""


def mix(first: str, second: str, percent: int) -> str:
    """Returns `first` with so many percent of `second` in it, both as `#rrggbb`."""
    blended = (
        (a * (100 - percent) + b * percent) // 100
        for a, b in zip(_channels(first), _channels(second), strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in blended)


def is_dark(colour: str) -> bool:
    """Returns whether white reads better on a colour than black does."""
    red, green, blue = _channels(colour)
    # Luma as in ITU-R BT.601, in thousandths.
    return red * 299 + green * 587 + blue * 114 < 128_000


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
