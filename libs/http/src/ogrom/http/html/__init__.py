"""HTML: a page about a value and about the very request that it answers, for people with a browser."""

from .pages import HEADERS, render

__all__ = ["HEADERS", "render"]
