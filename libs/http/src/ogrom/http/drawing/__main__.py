"""`python -m ogrom.http.drawing`: lays out the graph anew, which needs Graphviz and the package's source."""

from pathlib import Path

import msgspec

from .layout import FILE
from .placing import place


def main() -> None:
    """Write the layout beside this module."""
    path = Path(__file__).with_name(FILE)
    encoded = msgspec.json.format(msgspec.json.encode(place()), indent=1)
    path.write_bytes(encoded + b"\n")
    print(f"{path.name}: written")  # noqa: T201


if __name__ == "__main__":
    main()
