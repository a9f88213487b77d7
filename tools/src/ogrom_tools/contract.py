"""`./dev contract-diff`: what clients of the API notice between two versions of its description."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from ogrom_rules import level
from ogrom_rules.contract import RULES, ContractFinding, compare
from ogrom_tools.command import Failed, run
from ogrom_tools.contracts.named import TREE, named
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT, discover

_SECONDS = 30.0
_LIMIT = 20_000_000
"""Bytes of a document that are read."""


@click.command
@click.argument("old")
@click.argument("new", default=TREE)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--root", type=click.Path(path_type=Path, exists=True), default=ROOT, hidden=True)
def main(old: str, new: str, as_json: bool, root: Path) -> None:
    """Compare the API of OLD with that of NEW, or with the work tree, by the rules behind docs/contract.md.

    Each is an OpenAPI document, a file or a URL such as http://127.0.0.1:8080/v1/openapi.json; `tree`; a version of the
    contract, `1.2.0`; a release, `core@2.1.0`: the contract that the service had when it first pinned it; or a revision
    of git.
    """
    say("Reading the two descriptions ...")
    found = compare(read(old, root), read(new, root))
    if as_json:
        click.echo(json.dumps([told(each) for each in found], indent=2))
        return
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for each in found:
        console.print(f"{each.level}  {each.symbol}: {each.text}\n       {each.rule}, by {_line(each)}")
        if each.symbol not in each.operations and not each.symbol.startswith(each.operations):
            console.print(f"       in {', '.join(each.operations)}")
    console.print(f"For clients this is {level(found)}." if found else "Clients notice nothing.")


def read(source: str, root: Path) -> Mapping[str, Any]:
    """The OpenAPI document of a source.

    Raises:
        Failed: there is none.
    """
    is_address = source.startswith(("http://", "https://"))
    if not (source == TREE or is_address or Path(source).exists() or Path(source).suffix == ".json"):
        return named(discover(root), source)
    try:
        document = json.loads(_text(source, root))
    except (OSError, ValueError) as problem:
        reason = problem.reason if isinstance(problem, urllib.error.URLError) else problem
        raise Failed(
            f"{source} has no OpenAPI document: {reason}. Name a file, a URL or {TREE}."
        ) from problem
    if not isinstance(document, Mapping) or not str(document.get("openapi", "")).startswith("3.1"):
        raise Failed(f"{source} is JSON, but no OpenAPI 3.1 document.")
    return document


def told(finding: ContractFinding) -> Mapping[str, object]:
    """A finding as JSON values."""
    rule = RULES[finding.rule]
    return {
        "rule": finding.rule,
        "level": str(finding.level),
        "direction": rule.direction,
        "symbol": finding.symbol,
        "text": finding.text,
        "cites": _line(finding),
        "operations": list(finding.operations),
    }


def _line(finding: ContractFinding) -> str:
    cites = RULES[finding.rule].cites
    return cites if cites.startswith("RFC") else f"docs/contract.md, {cites}"


def _text(source: str, root: Path) -> str:
    if source == TREE:
        return run(str(root / ".nox" / "test" / "bin" / "ogrom-api"), "contract")
    if not source.startswith(("http://", "https://")):
        return Path(source).read_text(encoding="utf-8")
    with urllib.request.urlopen(source, timeout=_SECONDS) as answer:  # noqa: S310  # of one of these schemes
        text: bytes = answer.read(_LIMIT)
    return text.decode()


if __name__ == "__main__":
    main(prog_name="./dev contract-diff")
