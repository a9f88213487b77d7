"""A package's own tests, and its program that uses a service."""

from collections.abc import Callable

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.ledger import NPM, Release
from ogrom_tools.npm.trial import run_smoke, run_tests
from ogrom_tools.testing.checkout import Checkout

Edit = Callable[[str, str, str], str]

pytestmark = pytest.mark.slow


def release(tree: str) -> Release:
    return Release(
        project="spoons",
        version="0.1.0",
        kind=NPM,
        artefact="ogrom-spoons-0.1.0.tgz",
        tool="typescript==5.9.3",
        tree=tree,
        epoch=1_800_000_000,
        sha256="0" * 64,
        record_sha256="0" * 64,
        date="2026-11-25",
    )


def test_its_tests_are_those_of_its_script(cutlery: Checkout, edit: Edit) -> None:
    """Run where it is built; what they print is told if they fail."""
    tree = cutlery.repository.tree("HEAD", "clients/spoons")
    assert run_tests(cutlery.repository, release(tree)) == "it has no tests"
    said = r"console.log('1 passed\\\\n8 ms')"
    program = f"import {{ size }} from '@ogrom/spoons'; if (size() > 1) throw Error('too large'); {said}"
    tree = edit(
        "package.json",
        '"build": "tsc"',
        f'"build": "tsc", "test": "node --input-type=module -e \\"{program}\\""',
    )
    assert run_tests(cutlery.repository, release(tree)) == "1 passed"
    tree = edit("src/size.ts", "return 1", "return 2")
    with pytest.raises(Failed, match="too large"):
        run_tests(cutlery.repository, release(tree))


def test_its_program_is_told_of_the_service(cutlery: Checkout, edit: Edit) -> None:
    """By variables."""
    tree = edit("smoke.js", "import { size }", "throw new Error(process.env.OGROM_URL);\nimport { size }")
    with pytest.raises(Failed, match=r"Error: http://127\.0\.0\.1:9"):
        run_smoke(cutlery.repository, release(tree), "OGROM_URL=http://127.0.0.1:9")
