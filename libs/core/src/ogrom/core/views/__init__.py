"""Representations: what a client sees of each thing, and the links that lead on from it."""
