"""Operation: one operation of the API with its arguments, as a value that either client carries out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import quote

__all__ = ["Operation"]

T_co = TypeVar("T_co", covariant=True)

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""The methods that change nothing (RFC 9110, 9.2.1)."""


class Reference:
    """A value of an earlier answer of a batch, which the service puts in; see `ogrom.client.reference`."""

    __slots__ = ("text",)  # and no dataclass, which would be sent as an object where none belongs

    def __init__(self, text: str) -> None:
        self.text = text


@dataclass(frozen=True)
class Operation(Generic[T_co]):
    """What `Client.send` sends; the functions of `ogrom.client.operations` make all that there are.

    Attributes:
        method: of the request.
        path: below the service's home, with the names of `variables` in braces, or a link.
        wanted: what the content of the answer is read as; None for nothing.
        variables: of the path; `{locale}` is the client's market.
        query: the parameters; one that is None is left out, and the values of a list are joined by commas.
        headers: further header fields; one that is None is left out.
        body: the content.
        media_type: of the content.
        is_signed: whether it needs a token.
        takes_key: whether the service knows a repeat of it by its Idempotency-Key, so that it may be sent again.
    """

    method: str
    path: str
    wanted: type[T_co] | None
    variables: Mapping[str, int | str] = field(default_factory=dict)
    query: Mapping[str, int | str | Sequence[int] | None] = field(default_factory=dict)
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: object = None
    media_type: str = "application/json"
    is_signed: bool = False
    takes_key: bool = False

    @property
    def is_write(self) -> bool:
        """Whether it may change something."""
        return self.method not in SAFE

    def target(self, locale: str) -> str:
        """Path and query in a market; a Reference stands in braces."""
        path = self.path
        for name, value in {"locale": locale, **self.variables}.items():
            path = path.replace(f"{{{name}}}", _text(value))
        query = "&".join(f"{name}={_text(value)}" for name, value in self.query.items() if value is not None)
        return f"{path}?{query}" if query else path


def _text(value: int | str | Reference | Sequence[int | Reference] | None) -> str:
    if isinstance(value, Reference):
        return f"{{{value.text}}}"
    if isinstance(value, int | str):
        return quote(str(value), safe="")
    return ",".join(map(_text, value or ()))
