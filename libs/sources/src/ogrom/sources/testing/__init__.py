"""Tools for tests of what needs a real database.

`MariaDB` is a private server, `Proxy` a network that fails, `reserved_port` a port for a server that cannot choose
one itself, `overhear` tells what a database is asked.
"""

from .mariadb import MariaDB
from .ports import reserved_port
from .programs import MariaDBMissing
from .proxy import Proxy
from .statements import overhear

__all__ = ["MariaDB", "MariaDBMissing", "Proxy", "overhear", "reserved_port"]
