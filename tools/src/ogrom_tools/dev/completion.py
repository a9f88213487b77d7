"""Completes `./dev ...` in a shell: sessions, projects, and the options that click knows.

The scripts in tools/completion run it at each press of Tab, even before there is an environment. So it imports the
standard library only, and parses the noxfile instead of running it.
"""

import ast
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ogrom_tools.dev.sessions import functions, sessions

ROOT = Path(__file__).resolve().parents[4]

LIBRARIES = ("libs/*",)
TRAIN = (*LIBRARIES, "clients/*")
RELEASED = (*LIBRARIES, "services/*")
EVERYTHING = (*RELEASED, "deploy/*", "examples/*", "rules", "tools", "bench", "docs")

PROJECTS: Mapping[str, tuple[Sequence[str], bool]] = {
    "api-diff": (TRAIN, False),
    "check": (EVERYTHING, True),
    "pin": (LIBRARIES, True),
    "release": (TRAIN, False),
    "test": (EVERYTHING, True),
    "tox": (RELEASED, False),
    "verify": (TRAIN, True),
    "wheels": (RELEASED, True),
    "yank": (TRAIN, False),
}
"""The sessions that take projects: the projects' folders, and whether there may be several."""

SHELLS = ("bash", "zsh", "fish")

Candidates = Mapping[str, str]
"""The possible words, each with a sentence about it, or ""."""


@dataclass(frozen=True)
class Program:
    """One of our programs with a click command."""

    name: str
    """Its name for click, from which click derives the variable that it reads."""
    command: Sequence[str]
    """Its command line; the program is in an environment's bin folder."""
    arguments: Sequence[str] = ()
    """The arguments that the session puts first."""


def candidates(root: Path, words: Sequence[str]) -> Candidates:
    """The possible words in place of the last word after `./dev`, which may be partial or empty."""
    *before, current = words or ("",)
    noxfile = (root / "noxfile.py").read_text(encoding="utf-8")
    if not before:
        found: Candidates = sessions(noxfile)
    elif before == ["completion"]:
        found = dict.fromkeys(SHELLS, "")
    else:
        found = projects(root, before, current) or options(root, noxfile, before, current)
    return {word: text for word, text in found.items() if word.startswith(current)}


def projects(root: Path, before: Sequence[str], current: str) -> Candidates:
    """The projects that a session takes next, without those that are named already."""
    session, *named = before
    patterns, are_many = PROJECTS.get(session, ((), False))
    names = [path.name for pattern in patterns for path in sorted(root.glob(pattern)) if path.is_dir()]
    if current.startswith("-") or (named and not are_many) or any(_is_other(each, names) for each in named):
        return {}
    return {name: "" for name in names if name not in named}


def _is_other(word: str, names: Sequence[str]) -> bool:
    """Whether a word is neither a project nor a version."""
    return word not in names and not word[:1].isdigit()


def options(root: Path, noxfile: str, before: Sequence[str], current: str) -> Candidates:
    """What click offers next, for a session that passes its arguments on to one of our programs."""
    session, *arguments = before
    function = functions(noxfile).get(session)
    if function is None:
        return {}
    own = {"--tree": "Run the work tree."} if "_wants_tree" in ast.unparse(function) else {}
    found = dict(own) if current.startswith("-") else {}
    for program in programs(session, function):
        found |= _ask(root, program, [each for each in arguments if each not in own], current)
    return found


def programs(session: str, function: ast.FunctionDef) -> Iterator[Program]:
    """The programs that a session passes its arguments to, by calls such as `_tool(session, "pins", *...)`."""
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        if not any(isinstance(each, ast.Starred) for each in call.args):
            continue
        constants = [str(each.value) for each in call.args if isinstance(each, ast.Constant)]
        match ast.unparse(call.func), constants:
            case "_tool", [module]:
                yield Program(f"./dev {session}", ("python", "-m", f"ogrom_tools.{module}"))
            case "_run", ["python", "-m", module]:
                yield Program(f"./dev {session}", ("python", "-m", module))
            case "_become", [name, *arguments]:
                yield Program(name, (name,), arguments)


def _ask(root: Path, program: Program, before: Sequence[str], current: str) -> Candidates:
    """Let click complete the words, as its script for zsh does: three lines for each candidate."""
    name, *rest = program.command
    paths = (root / ".nox" / each / "bin" / name for each in ("test", "run"))
    path = next((each for each in paths if each.exists()), None)
    if path is None:
        return {}
    words = (program.name, *program.arguments, *before, current)
    variable = f"_{program.name.replace('-', '_').replace('.', '_')}_COMPLETE".upper()
    asked = {variable: "zsh_complete", "COMP_WORDS": shlex.join(words), "COMP_CWORD": str(len(words) - 1)}
    # A program that does not know the variable only prints its help.
    command, environment = (str(path), *rest, "--help"), os.environ | asked
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    lines = done.stdout.splitlines()
    return {
        value.replace("\\:", ":"): "" if text == "_" else text
        for kind, value, text in zip(lines[::3], lines[1::3], lines[2::3], strict=False)
        if kind == "plain"
    }


def main(*words: str) -> None:
    """Print a line for each candidate: word, tab, sentence."""
    for word, text in candidates(ROOT, words).items():
        print(word, text, sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
