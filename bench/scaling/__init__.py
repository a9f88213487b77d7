"""Capacity: how much of a day's demand comes through the edge, and what it takes to serve that."""
