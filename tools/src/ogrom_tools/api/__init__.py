"""Compares the public API of a library with its last release, to find the level of its next version.

griffe reads the names from the source, mypy judges the types in both directions, and `rules` holds what each kind of
change asks for. The library's code is not run.
"""

from .comparison import compare, compare_tree, compare_with

__all__ = ["compare", "compare_tree", "compare_with"]
