"""Tools for tests of what needs a real database.

`MariaDB` is a private server, `Proxy` a network that fails, `reserved_port` a port for a server that cannot choose
one itself, `wait_until` waits for a condition, `sample` gives records by the thousand. The module `fixtures` has
pytest's fixtures of databases.
"""

from .mariadb import MariaDB
from .ports import reserved_port, wait_until
from .programs import MariaDBMissing
from .proxy import Proxy
from .records import sample

__all__ = ["MariaDB", "MariaDBMissing", "Proxy", "reserved_port", "sample", "wait_until"]
