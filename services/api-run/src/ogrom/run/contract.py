"""The contract with clients: its version."""

VERSION = "3.1.0"
"""The version of the contract (SemVer 2.0.0), `info.version` of the description; a release writes it."""
