"""Prints: a pattern on cloth, as an SVG tile that repeats over a garment."""

from collections.abc import Mapping
from typing import Final

PRINT_ID: Final = "print"

# The tile's size and what is on it; `currentColor` is the ink.
_TILES: Mapping[str, tuple[int, str]] = {
    "striped": (12, '<path d="M0 3h12" stroke="currentColor" stroke-width="4"/>'),
    "dotted": (
        16,
        """<g fill="currentColor">
        <circle cx="4" cy="4" r="2.6"/><circle cx="12" cy="12" r="2.6"/></g>""",
    ),
    "checked": (
        18,
        """<g stroke="currentColor">
        <path d="M0 5h18M5 0v18" stroke-width="6" stroke-opacity=".45"/>
        <path d="M0 14h18M14 0v18"/></g>""",
    ),
    "floral": (
        26,
        """<g fill="currentColor">
        <circle cx="8" cy="4.5" r="2.8"/><circle cx="11.5" cy="8" r="2.8"/>
        <circle cx="8" cy="11.5" r="2.8"/><circle cx="4.5" cy="8" r="2.8"/>
        <circle cx="20" cy="18.5" r="1.9"/><circle cx="22.5" cy="21" r="1.9"/>
        <circle cx="20" cy="23.5" r="1.9"/><circle cx="17.5" cy="21" r="1.9"/></g>
        <g fill="#e9b44c"><circle cx="8" cy="8" r="2"/><circle cx="20" cy="21" r="1.4"/></g>""",
    ),
    "starred": (
        24,
        """<g fill="currentColor">
        <path d="M6 1l1.5 3.5L11 6 7.5 7.5 6 11 4.5 7.5 1 6l3.5-1.5z"/>
        <path d="M18 13l1.5 3.5L23 18l-3.5 1.5L18 23l-1.5-3.5L13 18l3.5-1.5z"/></g>""",
    ),
    "leopard": (
        24,
        """<path fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"
        d="M4 4q3-3 6 0M11 7q0 3-3 4M3 8q0 3 2 3M15 15q4-3 6 1M21 19q-2 3-5 2M14 18v1M17 4h1"/>""",
    ),
}


def print_tile(pattern: str, ink: str) -> str:
    """Returns the `<pattern>` element of a print in one ink; refer to it as `url(#print)`."""
    size, marks = _TILES[pattern]
    return (
        f'<pattern id="{PRINT_ID}" width="{size}" height="{size}" color="{ink}" '
        f'patternUnits="userSpaceOnUse">{marks}</pattern>'
    )
