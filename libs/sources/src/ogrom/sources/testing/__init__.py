"""Tools for tests of what needs a real database: `MariaDB` is a private server, `Proxy` a network that fails."""

from .mariadb import MariaDB
from .programs import MariaDBMissing
from .proxy import Proxy

__all__ = ["MariaDB", "MariaDBMissing", "Proxy"]
