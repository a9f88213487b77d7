"""The talk's own stack: Clojure with Liberator, bidi, Ring and Jetty, from Debian's packages (README.md)."""

from .peer import CLOJURE, CLOJURE_TRAINED

__all__ = ["CLOJURE", "CLOJURE_TRAINED"]
