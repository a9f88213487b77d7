from pathlib import Path

import pytest

from bench.measure.documents import NoMarks, put

BEFORE = """# Title

<!-- bench: cold -->
old
<!-- /bench: cold -->

<!-- bench: beside -->
<!-- /bench: beside -->
"""


def test_only_what_is_between_its_marks_changes(tmp_path: Path) -> None:
    """Other parts' figures and all prose stay; a second time gives the same file."""
    path = tmp_path / "performance.md"
    path.write_text(BEFORE)
    put(path, "cold", "new\n")
    once = path.read_text()
    assert once == BEFORE.replace("\nold\n", "\nnew\n")
    put(path, "cold", "new")
    assert path.read_text() == once


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<!-- bench: cold -->\n",
        "<!-- /bench: cold -->\n<!-- bench: cold -->\n",
        BEFORE.replace("beside", "cold"),
    ],
)
def test_a_document_without_a_place_is_left_alone(tmp_path: Path, content: str) -> None:
    """The error says what it needs."""
    path = tmp_path / "performance.md"
    path.write_text(content)
    with pytest.raises(NoMarks, match=r"performance.md needs the lines `<!-- bench: cold -->`"):
        put(path, "cold", "new")
    assert path.read_text() == content
