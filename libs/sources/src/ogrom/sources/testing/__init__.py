"""A private MariaDB for tests: `with MariaDB() as server: engine = database_engine(server.database())`."""

from .mariadb import MariaDB
from .programs import MariaDBMissing

__all__ = ["MariaDB", "MariaDBMissing"]
