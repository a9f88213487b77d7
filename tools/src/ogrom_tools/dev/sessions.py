"""Lists the noxfile's sessions with a sentence each, for a bare `./dev`.

`dev` runs this file by path, so it imports the standard library only. It parses the noxfile, since nox takes half a
second to run it.
"""

import ast
import sys
from pathlib import Path

USAGE = "./dev SESSION [ARGUMENT ...]"


def sessions(source: str) -> dict[str, str]:
    """Each session of a noxfile and the first line of its docstring, in the file's order."""
    return {
        name: (ast.get_docstring(function) or "").partition("\n")[0]
        for name, function in functions(source).items()
    }


def functions(source: str) -> dict[str, ast.FunctionDef]:
    """The function of each session of a noxfile, in the file's order."""
    return {
        _name(node): node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
        and any("session" in ast.unparse(decorator) for decorator in node.decorator_list)
    }


def _name(function: ast.FunctionDef) -> str:
    """The session's name: from the decorator, `@nox.session(name="api-diff")`, or else the function's."""
    words = (word for each in function.decorator_list if isinstance(each, ast.Call) for word in each.keywords)
    said = (ast.literal_eval(word.value) for word in words if word.arg == "name")
    return next(said, function.name)


def main(noxfile: str) -> None:
    """Print the list."""
    found = sessions(Path(noxfile).read_text(encoding="utf-8"))
    width = max(map(len, found), default=0)
    print(USAGE, "", *(f"  {name:<{width}}  {text}" for name, text in found.items()), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
