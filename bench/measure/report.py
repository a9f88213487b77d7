"""What a part found: shown, kept as JSON, and put into the documentation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from . import documents, results
from .tables import Table

DOCUMENT = "performance.md"


@dataclass(frozen=True)
class Report:
    """The findings of one part.

    Attributes:
        name: of the part.
        command: that repeats it.
        tables: what people read.
        charts: SVG, by the file's name without its end; each begins with the part's name.
        figures: everything that was measured, as JSON can hold it.
        notes: what was left out and why, a sentence each.
    """

    name: str
    command: str
    tables: Sequence[Table]
    charts: Mapping[str, str]
    figures: Any
    notes: Sequence[str] = field(default=())

    def publish(
        self,
        console: Console,
        docs: Path | None = None,
        folder: Path = results.FOLDER,
        document: str = DOCUMENT,
    ) -> None:
        """Print it, write it to `build/bench`, and to a document where that is wanted; its pictures beside that.

        Raises:
            NoMarks: the document has no place for it.
        """
        for table in self.tables:
            console.print(table.rich())
        for note in self.notes:
            console.print(f"Note: {note}")
        kept = results.write(self.name, self.command, self.figures, folder)
        if docs is None:
            self._draw(folder)
        else:
            documents.put(docs / document, self.name, self._markdown())
            self._draw(docs / Path(document).stem)
        console.print(f"All figures: {kept}")

    def _markdown(self) -> str:
        notes = "\n".join(f"* {each}" for each in self.notes)
        parts = (results.line(self.command), *(each.markdown() for each in self.tables), notes)
        return "\n\n".join(filter(None, parts))

    def _draw(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, drawn in self.charts.items():
            (folder / f"{name}.svg").write_text(drawn, encoding="utf-8")
