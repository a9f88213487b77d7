"""RemoteSources: every source over one service."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from ogrom.protocols.context import Context

from .calls import Calls, Directory
from .collages import RemoteCollages
from .comments import RemoteComments, RemoteLikes
from .outcomes import RemoteOutcomes
from .products import RemoteCategories, RemoteProducts, RemoteSearch, RemoteUsers
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
    outcomes: RemoteOutcomes
    directory: Directory

    @classmethod
    def at(
        cls, url: str, *, timeout: float = 10.0, connections: int = 8, max_cached: int = 16 * 1024 * 1024
    ) -> Self:
        """The sources of the service at a URL; nothing is connected yet.

        Args:
            url: the service's home, `https://host/`; a user and password in it are sent as Basic credentials.
            timeout: the longest that a call may take, in seconds, even if its Context has a later deadline.
            connections: the most there may be; as many as there are threads, so that none waits.
            max_cached: how many bytes of answers to keep; what is kept is only sent again if it has changed.

        Raises:
            ValueError: the URL is not an HTTP URL, or the authorities in SSL_CERT_FILE cannot be read.
        """
        directory = Directory(Service(url, timeout=timeout, connections=connections, max_cached=max_cached))
        return cls(
            products=RemoteProducts(Calls(directory, "products")),
            categories=RemoteCategories(Calls(directory, "categories")),
            users=RemoteUsers(Calls(directory, "users", anywhere=True)),
            collages=RemoteCollages(Calls(directory, "collages")),
            comments=RemoteComments(Calls(directory, "comments")),
            likes=RemoteLikes(Calls(directory, "likes")),
            search=RemoteSearch(Calls(directory, "search")),
            outcomes=RemoteOutcomes(Calls(directory, "outcomes")),
            directory=directory,
        )

    def version(self, ctx: Context) -> str:
        """The service's version; asks each time, and so shows that the service answers.

        Raises:
            SourceError: it does not answer, or is not an Ogrom.
        """
        caller = self.directory.service.caller("remote", ctx)
        return self.directory.home(caller).version

    def close(self) -> None:
        """Close every connection."""
        self.directory.service.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
