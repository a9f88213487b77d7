"""What a team of client developers would write: Node's Fastify, with MariaDB's own JavaScript driver (README.md)."""

from .peer import FASTIFY

__all__ = ["FASTIFY"]
