"""The report of a rehearsal: a page with charts, JSON, and the figures in the documentation."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ogrom_rehearsal.results import FIRST_ENDS, ScenarioResult

from .charts import picture
from .page import page
from .text import document, figures, put

_AFTER_SECONDS = 3.0


def write(
    folder: Path, facts: Mapping[str, str], results: Sequence[ScenarioResult], docs: Path | None = None
) -> Path:
    """Write the report.

    Args:
        folder: where `index.html`, `rehearsal.json` and a picture of each scenario are to be.
        facts: about what it ran on.
        results: of the scenarios.
        docs: the folder with the `rehearsal.md` that is to have the figures, and a picture of the first deploy.

    Returns:
        The page.
    """
    title = f"A rehearsal: {facts['new version']} over {facts['old version']}"
    index = folder / "index.html"
    index.write_text(page(title, facts, results), encoding="utf-8")
    (folder / "rehearsal.json").write_text(document(facts, results), encoding="utf-8")
    for each in results:
        (folder / f"{each.name}.svg").write_bytes(picture(each))
    if docs is not None:
        first = results[0]
        end = first.begin + first.figures.get(FIRST_ENDS, first.end - first.begin) + _AFTER_SECONDS
        (docs / "rehearsal.svg").write_bytes(picture(first.until(end)))
        put(docs / "rehearsal.md", figures(facts, results))
    return index
