"""The talk's own stack: Clojure with Liberator, bidi, Ring and Jetty, from Debian's packages (README.md)."""

from .peer import CLOJURE

__all__ = ["CLOJURE"]
