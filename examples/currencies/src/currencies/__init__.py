"""A second service: what currencies are worth."""
