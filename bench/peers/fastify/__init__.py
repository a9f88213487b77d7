"""What a client's team would write instead: Node's Fastify, with MariaDB's own driver for JavaScript (README.md)."""

from .peer import FASTIFY

__all__ = ["FASTIFY"]
