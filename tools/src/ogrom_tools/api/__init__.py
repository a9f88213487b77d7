"""The public API of a project compared with its last release: what the next version must be called.

`griffe` reads the names from the source, `mypy` judges the types in both directions, our own rules know what neither
does (`rules`). No code of the project is run.
"""

from .comparison import compare
from .last import compare_tree, compare_with, compare_with_last

__all__ = ["compare", "compare_tree", "compare_with", "compare_with_last"]
