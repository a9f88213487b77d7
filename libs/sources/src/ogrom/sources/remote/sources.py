"""RemoteSources: every source over one service."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from ogrom.protocols.context import Context

from .collages import RemoteCollages
from .goods import RemoteCategories, RemoteProducts, RemoteUsers
from .market import Calls, Directory
from .remarks import RemoteComments, RemoteLikes
from .search import RemoteSearch
from .service import Service


@dataclass(frozen=True)
class RemoteSources:
    """One source a protocol; `RemoteSources.at(url)` makes them all. Safe in threads."""

    products: RemoteProducts
    categories: RemoteCategories
    users: RemoteUsers
    collages: RemoteCollages
    comments: RemoteComments
    likes: RemoteLikes
    search: RemoteSearch
    directory: Directory

    @classmethod
    def at(
        cls, url: str, *, timeout: float = 10.0, connections: int = 8, most_kept: int = 16 * 1024 * 1024
    ) -> Self:
        """The sources of the service at a URL; nothing is connected yet.

        Args:
            url: the service's home, `https://host/`; a user and a password in it are sent by HTTP's Basic scheme.
            timeout: how long a call takes at most, in seconds, also where its Context has a later deadline.
            connections: how many there are at most; as many as there are threads, so that none waits.
            most_kept: how many bytes of JSON the answers may have that are kept, to be sent anew only where
                they have changed.

        Raises:
            ValueError: the URL is none of HTTP; or it is https:// and the authorities in SSL_CERT_FILE cannot be read.
        """
        directory = Directory(Service(url, timeout=timeout, connections=connections, most_kept=most_kept))
        return cls(
            products=RemoteProducts(Calls(directory, "products")),
            categories=RemoteCategories(Calls(directory, "categories")),
            users=RemoteUsers(Calls(directory, "users", anywhere=True)),
            collages=RemoteCollages(Calls(directory, "collages")),
            comments=RemoteComments(Calls(directory, "comments")),
            likes=RemoteLikes(Calls(directory, "likes")),
            search=RemoteSearch(Calls(directory, "search")),
            directory=directory,
        )

    def version(self, ctx: Context) -> str:
        """The service's version; asked for each time, to see that it answers.

        Raises:
            SourceError: it does not, or is no Ogrom.
        """
        asking = self.directory.service.asking("remote", ctx)
        return self.directory.home(asking).version

    def close(self) -> None:
        """Close every connection."""
        self.directory.service.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
