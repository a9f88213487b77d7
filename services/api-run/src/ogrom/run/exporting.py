"""Exporting: whether the environment says that spans are sent somewhere."""

from collections.abc import Mapping

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""The variables of which either says where spans go (OpenTelemetry's specification of its exporter)."""


def spans_are_wanted(environ: Mapping[str, str]) -> bool:
    """Whether they have somewhere to go, and are not switched off."""
    return any(map(environ.get, ENDPOINTS)) and environ.get("OTEL_SDK_DISABLED", "").lower() != "true"
