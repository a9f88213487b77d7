"""Cases: one difference of one run, and what a rule may ask about it."""

from dataclasses import dataclass

from ..negotiation import best_language, best_media_type
from .differences import Difference
from .outcomes import Outcome
from .vectors import Vector


@dataclass(frozen=True)
class Case:
    """One difference of one run, with all that a rule may look at."""

    vector: Vector
    theirs: Outcome
    ours: Outcome
    difference: Difference

    @property
    def method(self) -> str:
        """The request's method."""
        return self.vector.request.method

    def field(self, name: str) -> str:
        """A header field of the request, empty where there is none."""
        return self.vector.request.headers.get(name, "")

    def offers(self, what: str) -> list[str]:
        """What the resource has available: media-types, languages or encodings."""
        offered: list[str] = self.vector.resource.get(f"available-{what}", [])
        return offered

    @property
    def methods(self) -> list[str]:
        """The methods that Liberator allows."""
        allowed: list[str] = self.vector.resource.get("allowed-methods", ["GET", "HEAD"])
        return allowed

    @property
    def media_type(self) -> str | None:
        """The media type that Accept wants most; None where it wants none, or none is offered."""
        offered = tuple(self.offers("media-types"))
        return best_media_type(self.field("accept"), offered) if offered else None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that are one."""
        return tuple(tag for tag in self.offers("languages") if tag != "*")

    @property
    def language(self) -> str | None:
        """The language that Accept-Language finds, or else the default one; None where there is none."""
        offered = self.languages
        return (best_language(self.field("accept-language"), offered) or offered[0]) if offered else None
