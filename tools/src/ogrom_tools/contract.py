"""`./dev contract-diff`: what clients of the API notice between two versions of its description."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from ogrom_rules import level
from ogrom_rules.contract import RULES, ContractFinding, changelog, compare
from ogrom_tools.command import Failed, run
from ogrom_tools.contracts.document import program as service
from ogrom_tools.contracts.named import TREE, named, trees
from ogrom_tools.git import Repository
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.witness import Side, Witness, document_only, program, url, witnesses
from ogrom_tools.witness.sides import Ask, Unasked

TOKEN = "OGROM_TOKEN"  # noqa: S105  # the name of a variable
"""The variable with a bearer token for the service at a URL."""
_SECONDS = 30.0
_LIMIT = 20_000_000
"""Bytes of a document that are read."""
_CONTRACT = "docs/contract.md"
_SCHEMES = ("http://", "https://")


@click.command
@click.argument("old")
@click.argument("new", default=TREE)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--changelog", "as_changelog", is_flag=True, help="Write the changes for client teams, in Markdown."
)
@click.option("--no-witness", is_flag=True, help="Send no requests to show what changed; it is faster.")
@click.option("--root", type=click.Path(path_type=Path, exists=True), default=ROOT, hidden=True)
def main(old: str, new: str, as_json: bool, as_changelog: bool, no_witness: bool, root: Path) -> None:
    """Compare the API of OLD with that of NEW, or with the work tree, by the rules behind docs/contract.md.

    Each is an OpenAPI document, a file or a URL such as http://127.0.0.1:8080/v1/openapi.json; `tree`; a version of the
    contract, `1.2.0`; a release, `core@2.1.0`: the contract that the service had when it first pinned it; or a revision
    of git.

    Where both can be asked, each finding is shown by a request and by what differs in the two answers. A URL gets at
    most 30 requests, none of which changes anything, with the bearer token in OGROM_TOKEN where one is needed.
    """
    say("Reading the two descriptions ...")
    documents = read(old, root), read(new, root)
    found = compare(*documents)
    if as_changelog:
        click.echo(changelog(found, f"Changes of the API from {old} to {new}", _CONTRACT))
        return
    shown = () if no_witness or not found else _witnesses(found, (old, new), documents, root)
    if as_json:
        witnessed = dict(zip(found, shown, strict=False))
        click.echo(
            json.dumps([told(each, witnessed.get(each)) for each in found], indent=2, ensure_ascii=False)
        )
        return
    _print(found, shown)


def _print(found: Sequence[ContractFinding], shown: Sequence[Witness]) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    everywhere = {each.why_not for each in shown if each.request is None}
    reason = everywhere.pop() if len(everywhere) == 1 and not any(each.request for each in shown) else ""
    for place, each in enumerate(found):
        console.print(f"{each.level}  {each.symbol}: {each.text}\n       {each.rule}, by {_line(each)}")
        if each.symbol not in each.operations and not each.symbol.startswith(each.operations):
            console.print(f"       in {', '.join(each.operations)}")
        if shown and not reason:
            console.print(_shown(shown[place]))
    console.print(f"For clients this is {level(found)}." if found else "Clients notice nothing.")
    if reason:
        console.print(f"No request shows it: {reason}.")


def _shown(witness: Witness) -> str:
    if witness.request is None:
        return f"       no request shows it: {witness.why_not}"
    return f"       {witness.request}\n         old: {witness.old}\n         new: {witness.new}"


def _witnesses(
    found: Sequence[ContractFinding],
    sources: tuple[str, str],
    documents: tuple[Mapping[str, Any], Mapping[str, Any]],
    root: Path,
) -> Sequence[Witness]:
    sides = [side(*each, root) for each in zip(sources, documents, strict=True)]
    if all(each.asking for each in sides):
        say("Asking both ...")
    return witnesses(found, *sides)


def side(source: str, document: Mapping[str, Any], root: Path) -> Side:
    """How a source is asked, whose document is known."""
    if source == TREE:
        return program(source, document, [_program(root)])
    if source.startswith(_SCHEMES):
        return url(source, document, os.environ.get(TOKEN))
    if _is_file(source):
        return document_only(source, document)
    return Side(source, document, lambda: _asking(source, document, root))


@contextmanager
def _asking(source: str, document: Mapping[str, Any], root: Path) -> Iterator[Ask]:
    """A way to ask what `named` knows: its service, on what it pinned."""
    try:
        found = trees(discover(root), source)
    except Failed as problem:
        raise Unasked(str(problem)) from problem
    with service(Repository(root), found) as words, program(source, document, words).open() as ask:
        yield ask


def read(source: str, root: Path) -> Mapping[str, Any]:
    """The OpenAPI document of a source.

    Raises:
        Failed: there is none.
    """
    if not (source == TREE or source.startswith(_SCHEMES) or _is_file(source)):
        return named(discover(root), source)
    try:
        document = json.loads(_text(source, root))
    except (OSError, RecursionError, ValueError) as problem:
        reason = problem.reason if isinstance(problem, urllib.error.URLError) else problem
        raise Failed(
            f"{source} has no OpenAPI document: {reason}. Name a file, a URL or {TREE}."
        ) from problem
    if not isinstance(document, Mapping) or not str(document.get("openapi", "")).startswith("3.1"):
        raise Failed(f"{source} is JSON, but no OpenAPI 3.1 document.")
    try:
        compare(document, document)
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as problem:
        raise Failed(f"{source} is no valid OpenAPI 3.1 document: {problem!r}.") from problem
    return document


def told(finding: ContractFinding, witness: Witness | None = None) -> Mapping[str, object]:
    """A finding as JSON values, and what shows it, if that was looked for."""
    rule = RULES[finding.rule]
    said: dict[str, object] = {
        "rule": finding.rule,
        "level": str(finding.level),
        "direction": rule.direction,
        "symbol": finding.symbol,
        "text": finding.text,
        "cites": _line(finding),
        "operations": list(finding.operations),
    }
    return said if witness is None else {**said, "witness": witness.told()}


def _line(finding: ContractFinding) -> str:
    cites = RULES[finding.rule].cites
    return cites if cites.startswith("RFC") else f"{_CONTRACT}, {cites}"


def _is_file(source: str) -> bool:
    return Path(source).exists() or Path(source).suffix == ".json"


def _program(root: Path) -> str:
    return str(root / ".nox" / "test" / "bin" / "ogrom-api")


def _text(source: str, root: Path) -> str:
    if source == TREE:
        return run(_program(root), "contract")
    if not source.startswith(_SCHEMES):
        return Path(source).read_text(encoding="utf-8")
    with urllib.request.urlopen(source, timeout=_SECONDS) as answer:  # noqa: S310  # of one of these schemes
        text: bytes = answer.read(_LIMIT)
    return text.decode()


if __name__ == "__main__":
    main(prog_name="./dev contract-diff")
