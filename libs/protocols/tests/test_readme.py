"""The README's examples run as they stand."""

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def test_the_examples_run() -> None:
    """One after the other, to their last assertions."""
    examples = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 2
    names: dict[str, object] = {"__name__": "readme"}
    for example in examples:
        exec(compile(example, README, "exec"), names)
