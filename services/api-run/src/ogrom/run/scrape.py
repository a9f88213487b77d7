"""`/metrics`: what Prometheus reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, cast

from ogrom.http import Answer, Exchange, Renderer, Resource
from ogrom.http.html import BROWSABLE_RENDERERS

from .metrics import Metrics
from .operators import Operators

_Shown = Callable[..., bytes]


def _plain_text(shown: object) -> bytes:
    return cast(_Shown, shown)()


def _openmetrics(shown: object) -> bytes:
    return cast(_Shown, shown)(as_openmetrics=True)


PLAIN_TEXT = Renderer("text/plain; version=0.0.4; charset=utf-8", _plain_text)
# Prometheus asks for names in any script, where it can have them; ours are the same either way.
OPENMETRICS = Renderer(
    "application/openmetrics-text; version=1.0.0; escaping=allow-utf-8; charset=utf-8", _openmetrics
)


@dataclass(frozen=True)
class MetricsResource(Resource[None]):
    """The metrics of all processes, for operators."""

    metrics: Metrics
    operators: Operators
    renderers: ClassVar[tuple[Renderer, ...]] = (PLAIN_TEXT, OPENMETRICS)
    problem_renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS
    header_names: ClassVar[tuple[str, ...]] = ("Cache-Control",)

    def allowed(self, x: Exchange[None]) -> Answer:
        """Whether an operator asks."""
        return self.operators.refused(x.request) or True

    def handle_ok(self, x: Exchange[None]) -> object:
        """What shows them in either form."""
        return self.metrics.shown

    def headers(self, x: Exchange[None]) -> Mapping[str, str]:
        """Only the present ones say anything."""
        return {"Cache-Control": "no-store"}
