"""Paths: how those begin and end that the server, too, has to know."""

VERSION_PREFIX = "/v1"
"""How the paths of markets begin."""

HEALTH = "/health/"
LIVE = f"{HEALTH}live"
READY = f"{HEALTH}ready"

SEARCH = "/search"
"""How the paths of searches end."""
