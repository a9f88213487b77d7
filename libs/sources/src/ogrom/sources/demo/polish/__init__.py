"""Polish, as the demo speaks it."""

from ..language import Language
from .titles import hue, mention, title
from .voices import VOICES
from .words import CATEGORIES

LANGUAGE = Language(categories=CATEGORIES, title=title, mention=mention, hue=hue, voices=VOICES)
