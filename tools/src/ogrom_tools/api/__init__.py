"""The public API of a project compared with its last release: what the next version must be called.

`griffe` reads the names from the source, `mypy` judges the types in both directions, our own rules know what neither
does. No code of the project is run.
"""

from .comparison import compare
from .findings import Finding, level
from .last import compare_with, compare_with_last

__all__ = ["Finding", "compare", "compare_with", "compare_with_last", "level"]
