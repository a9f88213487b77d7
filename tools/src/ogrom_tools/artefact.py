"""What a release is published as: a file, and what it is known by."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Artefact:
    """A wheel or an npm tarball.

    Attributes:
        path: the file.
        sha256: of the file, as hexadecimal digits.
        record_sha256: of what is in it, still the same where another zlib compressed it: of a wheel its RECORD, which
            names each file with its hash; of a tarball the tar.
    """

    path: Path
    sha256: str
    record_sha256: str


def digest(content: bytes) -> str:
    """The SHA-256 of some bytes, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
