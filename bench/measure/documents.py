"""The figures in the documentation, between two marks, so that nobody copies numbers by hand."""

from pathlib import Path


class NoMarks(RuntimeError):
    """A document has no place for the figures."""


def put(path: Path, name: str, text: str) -> None:
    """Replace what stands between `<!-- bench: NAME -->` and `<!-- /bench: NAME -->` in a document.

    Args:
        path: the document.
        name: of the part of `./dev bench`.
        text: Markdown.

    Raises:
        NoMarks: it has not each of the two marks once, in this order.
    """
    begin, end = f"<!-- bench: {name} -->", f"<!-- /bench: {name} -->"
    content = path.read_text(encoding="utf-8")
    before, opened, rest = content.partition(begin)
    _, closed, after = rest.partition(end)
    if not opened or not closed or begin in rest or end in after:
        raise NoMarks(f"{path.name} needs the lines `{begin}` and `{end}`, once each, to put figures between")
    path.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")
