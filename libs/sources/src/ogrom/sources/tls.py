"""TlsConnection: a connection of the driver that is encrypted wherever it must be."""

from typing import Any

from mysql.connector.connection_cext import CMySQLConnection
from mysql.connector.errors import Error, InterfaceError

# The client library's number for every error of TLS, CR_SSL_CONNECTION_ERROR.
_TLS_ERROR = 2026


class TlsConnection(CMySQLConnection):
    """A connection that is encrypted where it must be, and says in words why it cannot.

    The driver knows no REQUIRED, and with a CA but without the host's identity it goes on in clear text where
    the server offers no TLS (26.10), as anybody between the two can make it seem.
    """

    def __init__(self, *, must_encrypt: bool = False, **options: Any) -> None:
        self._must_encrypt = must_encrypt
        super().__init__(**options)

    def _open_connection(self) -> None:
        try:
            super()._open_connection()
        except Error as error:
            if error.errno != _TLS_ERROR:
                raise
            raise InterfaceError(self._reason(str(error.msg)), errno=_TLS_ERROR) from error
        if self._must_encrypt and self._cmysql is not None and not self._cmysql.get_ssl_cipher():
            self.close()
            raise InterfaceError(self._reason("the server offers no TLS"), errno=_TLS_ERROR)

    def _reason(self, message: str) -> str:
        if "certificate verify failed" in message:
            return (
                f"no TLS with {self._host}:{self._port}: the server's certificate is not signed by ssl-ca, "
                f"has expired, or is not for the host {self._host!r}"
            )
        return f"no TLS with {self._host}:{self._port}: {message}"
