"""Two releases on one database agree; where one does not see what the other writes, that is found."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ogrom.sources.testing import phases
from ogrom_tools.schema.databases import SQLiteFiles
from ogrom_tools.schema.exchange import STEPS, Differs, exchange, same
from ogrom_tools.schema.harness import PROGRAM, Process
from ogrom_tools.schema.phases import Phase


@contextmanager
def answering(name: str, url: str) -> Iterator[Process]:
    """The work tree's sources on a database."""
    command = [sys.executable, str(PROGRAM), "answer", url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        side = Process(name, process)
        side.keys = bool(side.line()["keys"])
        yield side


def test_on_one_database_they_agree_and_on_two_they_do_not(tmp_path: Path) -> None:
    """Every step passes both ways; of two databases that are filled alike the reads agree, and no write is seen."""
    databases, last = SQLiteFiles(tmp_path / "databases"), Phase.parse(phases()[-1])
    url = databases.filled(last)
    other = databases.copy(url, last)
    with ExitStack() as stack:
        old, new = (stack.enter_context(answering(name, url)) for name in ("old", "new"))
        apart = stack.enter_context(answering("apart", other))
        steps, problem = exchange(old, new)
        assert problem == ""
        assert list(steps.values()) == ["passed"] * 2 * len(STEPS)
        old.keys = False
        assert [*exchange(old, new)[0].values()].count("not both know keys") == 2
        steps, problem = exchange(new, apart)
        assert steps == {"reads: new, apart": "passed", "a_collage: new, apart": "failed"}
        assert "an added collage: {" in problem
        assert problem.endswith(" and None")


def test_what_a_later_release_knows_more_is_no_difference() -> None:
    """What both know must be equal, at any depth."""
    same("hits", {"items": [{"id": 1}]}, {"items": [{"id": 1, "brand": "Nümph"}]})
    others: tuple[Any, ...] = ({"items": []}, {"items": [{"id": 2}]}, None)
    for other in others:
        with pytest.raises(Differs, match="hits: "):
            same("hits", {"items": [{"id": 1}]}, other)
