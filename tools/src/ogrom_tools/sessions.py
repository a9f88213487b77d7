"""Lists the noxfile's sessions, a name and a sentence each: what a bare `./dev` prints.

`dev` runs this file by its path, so it imports the standard library only; and it reads the noxfile instead of
running it, which takes nox half a second.
"""

import ast
import sys
from pathlib import Path

USAGE = "./dev SESSION [ARGUMENT ...]"


def sessions(source: str) -> dict[str, str]:
    """Each session of a noxfile and the first line of its docstring, in the file's order."""
    functions = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    return {
        function.name: (ast.get_docstring(function) or "").partition("\n")[0]
        for function in functions
        if any("session" in ast.unparse(decorator) for decorator in function.decorator_list)
    }


def main(noxfile: str) -> None:
    """Print the list."""
    found = sessions(Path(noxfile).read_text(encoding="utf-8"))
    width = max(map(len, found), default=0)
    print(USAGE, "", *(f"  {name:<{width}}  {text}" for name, text in found.items()), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
