"""Releases a library: plan, candidate, trial, publication, ledger, tag; RELEASING.md is for the person.

A release is prepared outside of the branch, and what was stopped is taken up by the same command:
docs/decisions/releases.md.
"""
