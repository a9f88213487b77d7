"""Translates pip's settings for indexes and certificates into shell lines that set the same for uv and Poetry.

`dev` runs this file by path, before anything is installed in .venv, so it imports the standard library only. A variable
that is set already wins.
"""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping

VARIABLES = {
    "index-url": ("UV_DEFAULT_INDEX", "POETRY_PYPI_MIRROR_URL"),
    "extra-index-url": ("UV_INDEX",),
    "find-links": ("UV_FIND_LINKS",),
    "trusted-host": ("UV_INSECURE_HOST",),
    "cert": ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"),
    "timeout": ("UV_HTTP_TIMEOUT",),
    "default-timeout": ("UV_HTTP_TIMEOUT",),
}
"""pip's options, and the variables that uv and Poetry read instead."""

SEPARATORS = {"UV_FIND_LINKS": ","}
"""The separator between two values, where it is not a space as for pip."""

PRECEDENCE = ("global", "install", ":env:")
"""The sections of pip's configuration that affect installations; a later one wins."""


def options(listing: str) -> dict[str, str]:
    """The options in force, from the output of `pip config list`."""
    found: dict[str, dict[str, str]] = {section: {} for section in PRECEDENCE}
    for line in listing.splitlines():
        key, _, literal = line.partition("=")
        section, _, option = key.rpartition(".")
        if section in found:
            found[section][option] = str(ast.literal_eval(literal))
    return {name: value for section in PRECEDENCE for name, value in found[section].items()}


def exports(settings: Mapping[str, str]) -> Iterator[str]:
    """A shell line for each variable that gets a value from pip's options."""
    for option, variables in VARIABLES.items():
        for variable in variables:
            if values := settings.get(option, "").split():
                yield export(variable, SEPARATORS.get(variable, " ").join(values))


def export(variable: str, value: str) -> str:
    """The shell line that sets the variable unless it has a value already."""
    return f'[ -n "${{{variable}:-}}" ] || export {variable}={shlex.quote(value)}'


def default_index(help_text: str) -> str:
    """Pip's default index, from the output of `pip install --help`."""
    words = re.search(r"--index-url <url>(.*?)\(default:?\s+(\S+?)\)", help_text, re.DOTALL)
    if words is None:
        sys.exit("dev: `pip install --help` names no default index; set PIP_INDEX_URL")
    return words[2]


def main() -> None:
    """Ask the pip of this Python and print the lines."""
    settings = options(_pip("config", "list"))
    print(*exports(settings), sep="\n")
    # uv has the same default as pip. Poetry uses another interface of that index, which mirrors seldom have.
    if "index-url" not in settings:
        print(export("POETRY_PYPI_MIRROR_URL", default_index(_pip("install", "--help"))))


def _pip(*arguments: str) -> str:
    command = [sys.executable, "-m", "pip", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
