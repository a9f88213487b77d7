"""The Dockerfile, as text."""

import re
import sys
from pathlib import Path

from ogrom_tools.command import run
from ogrom_tools.image.base import DEFAULT, PYTHON, RELEASE
from ogrom_tools.image.building import DOCKERFILE
from ogrom_tools.projects import ROOT

TEXT = (ROOT / DOCKERFILE).read_text()


def test_hadolint_finds_nothing() -> None:
    """With all its rules."""
    run(str(Path(sys.executable).with_name("hadolint")), "--no-color", str(ROOT / DOCKERFILE))


def test_its_base_is_python_by_digest() -> None:
    """Of the Python and the Debian that the wheels are chosen for, and the same in both stages."""
    found = DEFAULT.search(TEXT)
    assert found
    assert re.fullmatch(rf"docker.io/library/python:{PYTHON}-slim-{RELEASE}@sha256:[0-9a-f]{{64}}", found[1])
    assert re.findall(r"^FROM (\S+)", TEXT, re.MULTILINE) == ["${BASE}", "${BASE}"]


def test_it_names_no_place_to_get_anything_from() -> None:
    """What is built is decided by hashes; the builder asks no network."""
    assert not re.search(r"https?://(?!127\.0\.0\.1)|index-url|\bADD\b|\bcurl\b|\bapt", TEXT)
