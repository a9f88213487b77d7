"""Charts of one look, as SVG whose text is text, for light and dark pages."""

from .bars import Bar, Panel, bars
from .curves import Curve, curves
from .growth import Growth, growth
from .trends import Trend, TrendPanel, trends

__all__ = ["Bar", "Curve", "Growth", "Panel", "Trend", "TrendPanel", "bars", "curves", "growth", "trends"]
