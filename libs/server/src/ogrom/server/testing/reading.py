"""Reads all that a client sends, as a server does that answers each request at once."""

from collections.abc import Iterable

from ..limits import Limits
from ..refusal import Refusal
from ..request import Head, ReaderState, RequestReader


def read(parts: Iterable[bytes], limits: Limits) -> tuple[list[tuple[Head, bytes]], Refusal | ReaderState]:
    """The requests that are read whole, and what comes of the rest.

    Args:
        parts: the bytes, as they arrive.
        limits: of the server.

    Returns:
        Head and content of each, and a refusal, or the state: COMPLETE where nothing is left over.
    """
    reader, found = RequestReader(limits), list[tuple[Head, bytes]]()
    head, content = None, b""
    for part in parts:
        reader.receive(part)
        while True:
            event = reader.next()
            if isinstance(event, Refusal):
                assert reader.state is ReaderState.REFUSED
                return found, event
            if isinstance(event, Head):
                head, content = event, b""
            elif event is not None:
                content += event
            elif reader.state is ReaderState.COMPLETE:
                assert head is not None
                assert reader.content_bytes == len(content)
                found.append((head, content))
                if not head.keeps_alive:
                    return found, ReaderState.COMPLETE
                reader.restart()
            else:
                break
    return found, reader.state if reader.has_begun else ReaderState.COMPLETE
