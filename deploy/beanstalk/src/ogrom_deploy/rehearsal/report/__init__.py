"""The report of a rehearsal: a page with pictures, the same for programs, and a part of the documentation."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..outcome import Outcome
from .docs import figures, put
from .page import page
from .pictures import picture
from .summary import document


def write(
    folder: Path, facts: Mapping[str, str], outcomes: Sequence[Outcome], docs: Path | None = None
) -> Path:
    """Write the report.

    Args:
        folder: where `index.html`, `rehearsal.json` and a picture of each scenario are to be.
        facts: about what it ran on.
        outcomes: of the scenarios.
        docs: the folder with the `rehearsal.md` that is to have the figures, and the picture of the first scenario.

    Returns:
        The page.
    """
    title = f"A rehearsal: {facts['new version']} over {facts['old version']}"
    index = folder / "index.html"
    index.write_text(page(title, facts, outcomes), encoding="utf-8")
    (folder / "rehearsal.json").write_text(document(facts, outcomes), encoding="utf-8")
    for each in outcomes:
        (folder / f"{each.name}.svg").write_bytes(picture(each))
    if docs is not None:
        (docs / "rehearsal.svg").write_bytes(picture(outcomes[0]))
        put(docs / "rehearsal.md", figures(facts, outcomes))
    return index
