"""OpenAPI 3.1, derived from endpoints: nothing of it is written by hand.

describe((Part("/v1/{locale}", endpoints, {"locale": ("de-DE", "en-GB")}),), Info("Shop", "1.0"))
"""

from .contract import contract, written
from .document import Info, Part, describe
from .examples import Example, Examples, collect

__all__ = ["Example", "Examples", "Info", "Part", "collect", "contract", "describe", "written"]
