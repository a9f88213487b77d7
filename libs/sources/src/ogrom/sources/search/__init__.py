"""Search over the full text index of the database."""
