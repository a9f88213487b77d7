"""What docs/operations.md says of the service."""

import re

from ogrom.run.container import without_database
from ogrom.run.settings import Settings
from ogrom.server import LoopState
from ogrom_tools.projects import ROOT


def test_every_metric_is_documented() -> None:
    """By its name; and nothing stands there that is not shown."""
    container = without_database(Settings())
    metrics = container.metrics()
    metrics.observe_queue(lambda: (0, 0))
    metrics.observe_lost_lines(lambda: 0)
    metrics.observe_loop(LoopState)
    client = container.app().test_client()
    client.get("/v1/de-DE/products/1", buffered=True)
    ours = re.findall(r"^# TYPE (ogrom_\w+)", client.get("/metrics").text, re.MULTILINE)
    shown = {each for each in ours if not each.endswith("_created")}
    told = set(re.findall(r"`(ogrom_\w+)`", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")))
    assert told == shown
