"""`/metrics` as Prometheus and as people read it."""

from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain_text

# What its versions 2 and 3 send.
PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "text/plain; version=0.0.4"),
        ("*/*", "text/plain; version=0.0.4"),
        ("text/plain", "text/plain; version=0.0.4"),
        (PROMETHEUS_2, "application/openmetrics-text; version=1.0.0"),
        (PROMETHEUS_3, "application/openmetrics-text; version=1.0.0"),
    ],
)
def test_the_form_is_negotiated(client: Any, accept: str | None, form: str) -> None:
    """Each can be read by the parser of its kind, and nobody keeps it."""
    client.get("/v1/de-DE/products/1", buffered=True)
    answer = client.get("/metrics", headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.content_type.startswith(form)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Accept" in answer.headers["Vary"]
    parse = openmetrics if "openmetrics" in form else plain_text
    families = {family.name: family for family in parse(answer.text)}
    assert families["ogrom_http_requests"].samples[0].labels["endpoint"] == "product"


def test_another_form_is_refused(client: Any) -> None:
    """In words."""
    answer = client.get("/metrics", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.content_type) == (406, "application/problem+json")
