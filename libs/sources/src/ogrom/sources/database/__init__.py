"""Engines, connections and transactions: how a database is reached, within deadlines."""
