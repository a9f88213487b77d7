"""Releases libraries in one act: RELEASING.md is for people, and docs/decisions/releases.md says why it is so."""
