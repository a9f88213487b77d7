"""Tools for tests of what needs a real database.

`MariaDB` is a private server, `Proxy` a network that fails, `reserved_port` a port for a server that cannot choose
one itself (`reservation` the socket that holds it), `wait_until` waits for a condition, `find_program` knows where
servers are installed, `sample` gives records by the thousand. `phases` are those that the schema goes through, `fill`
makes a database of one, and `columns` says what it has. The module `fixtures` has pytest's fixtures of databases.
"""

from .databases import columns, fill, phases
from .mariadb import MariaDB
from .ports import reservation, reserved_port, wait_until
from .programs import MariaDBMissing, find_program
from .proxy import Proxy
from .records import sample

__all__ = [
    "MariaDB",
    "MariaDBMissing",
    "Proxy",
    "columns",
    "fill",
    "find_program",
    "phases",
    "reservation",
    "reserved_port",
    "sample",
    "wait_until",
]
