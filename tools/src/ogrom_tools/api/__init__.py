"""The public API of a project compared with its last release: what the next version must be called.

`griffe` reads the names from the source, `mypy` judges the types in both directions, our own rules know what neither
does. No code of the project is run.
"""

from .comparison import compare
from .findings import Finding, level

__all__ = ["Finding", "compare", "level"]
