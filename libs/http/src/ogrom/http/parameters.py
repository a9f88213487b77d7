"""Parameters of the URL, declared once by type and read with the exchange.

class ProductResource(Resource[Product]):
    product_id = PathParameter()

    def exists(self, x: Exchange[Product]) -> Product | None:
        return self.products.product_by_id(x.context, self.product_id(x))
"""

from __future__ import annotations

from itertools import islice
from typing import Any, Generic, TypeVar, cast, get_args, get_origin, overload
from urllib.parse import parse_qsl, unquote

import msgspec

from .content import MAX_FAULTS, faults, unescaped
from .exchange import Exchange
from .problem import Fault, Problem, invalid_fields
from .problems import INVALID_QUERY
from .wording import bare_type, short

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)

MAX_CACHED = 256
"""How many decoded queries are cached for each resource: clients mostly send the same few."""

MAX_CACHED_LENGTH = 200
"""Longer queries are not cached."""


class PathParameter(Generic[T]):
    """A variable of the endpoint's path, named as the attribute that holds it.

    An int is positive, below 2**63 and has no leading zeros, so that each thing has one URL; a path with anything
    else in its place is not found.
    """

    @overload
    def __init__(self: PathParameter[int], type: type[int] = int) -> None: ...
    @overload
    def __init__(self: PathParameter[str], type: type[str]) -> None: ...
    def __init__(self, type: type = int) -> None:
        self.type = type
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __call__(self, x: Exchange[Any, Any, Any]) -> T:
        """The value in the path of this request."""
        value: Any = x.arguments[self.name]
        return value  # type: ignore[no-any-return]  # `cast` is a call, for each request


class QueryParameters(Generic[S]):
    """The parameters of a resource's query, as the fields of a struct.

    A field that is a tuple takes several values, `ids=1,2` or `ids=1&ids=2`. A parameter that is unknown, given
    twice though it has one value, of another type or not UTF-8 is a 400 that names it.
    """

    def __init__(self, type: type[S]) -> None:
        self.type = type
        self.fields = {field.encode_name: field for field in msgspec.structs.fields(type)}
        self._several = {
            name for name, field in self.fields.items() if get_origin(bare_type(field.type)) in (tuple, list)
        }
        self.defaults = self._defaults()
        self._cached: dict[str, S] = {}

    def __call__(self, x: Exchange[Any, Any, Any]) -> S:
        """The parameters of this request."""
        return cast(S, x.query)

    def decode(self, query: str) -> S | Problem:
        """The parameters in a query, or a Problem that names every invalid one."""
        if not query and self.defaults is not None:
            return self.defaults
        known = self._cached.get(query)
        if known is not None:
            return known
        found = self._decode(query)
        if len(query) <= MAX_CACHED_LENGTH and not isinstance(found, Problem) and _is_value(found):
            if len(self._cached) >= MAX_CACHED:
                self._cached.clear()
            self._cached[query] = found
        return found

    def _decode(self, query: str) -> S | Problem:
        pairs = parse_query(query)
        found = [*_not_utf_8(query, pairs), *self._misplaced(pairs)]
        values = self._values(pairs)
        wrong = faults(values, self.type, "#", strict=False)
        told = (Fault(_parameter(each.where), each.detail) for each in wrong)
        found += islice(told, MAX_FAULTS)
        if found:
            advice = f"Fix the listed parameters; the known ones are {', '.join(self.fields)}."
            return invalid_fields("parameter", tuple(found[:MAX_FAULTS]), advice, INVALID_QUERY)
        return msgspec.convert(values, self.type, strict=False)

    def _defaults(self) -> S | None:
        try:
            return msgspec.convert({}, self.type)
        except msgspec.ValidationError:
            return None

    def _misplaced(self, pairs: list[tuple[str, str]]) -> list[Fault]:
        names = [name for name, _ in pairs]
        unknown = [_unknown(name) for name in dict.fromkeys(names) if name not in self.fields]
        twice = [
            Fault(name, f"{name} may be given only once")
            for name in self.fields
            if self._is_twice(name, names)
        ]
        # msgspec would read the word as None, which no query can express.
        null = [
            Fault(name, f"{name} cannot be null; leave it out")
            for name, text in pairs
            if self._is_null(name, text)
        ]
        return unknown + twice + null

    def _is_null(self, name: str, text: str) -> bool:
        if text.lower() != "null" or name not in self.fields:
            return False
        wanted = bare_type(self.fields[name].type)
        # In a list of strings it is a word like any other.
        return str not in (wanted, *map(bare_type, get_args(wanted)))

    def _is_twice(self, name: str, names: list[str]) -> bool:
        return name not in self._several and names.count(name) > 1

    def _values(self, pairs: list[tuple[str, str]]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, text in pairs:
            if name in self._several:
                values.setdefault(name, []).extend(text.split(",") if text else [])
            elif name in self.fields:
                values[name] = text
        return values


def _is_value(found: msgspec.Struct) -> bool:
    """Whether these parameters are immutable, so that they can be shared between requests."""
    try:
        hash(found)
    except TypeError:
        return False
    return found.__struct_config__.frozen


def _parameter(where: str) -> str:
    """The name of the parameter that a JSON Pointer leads into; empty for the whole query."""
    _, *steps = where.split("/")
    return unescaped(unquote(steps[0])) if steps else ""


def parse_query(query: str) -> list[tuple[str, str]]:
    """The names and values in a query, percent-decoded, in order, empty values kept."""
    return parse_qsl(query, keep_blank_values=True)


def text_of(value: object) -> str:
    """A value as a query has it: a list as its items, separated by commas."""
    plain = msgspec.to_builtins(value)
    return ",".join(map(str, plain)) if isinstance(plain, tuple | list) else str(plain)


def _not_utf_8(query: str, pairs: list[tuple[str, str]]) -> list[Fault]:
    """The parameters whose percent-encoded bytes are not UTF-8; a U+FFFD in any other was sent as such."""
    kept = parse_qsl(query, keep_blank_values=True, errors="ignore") if "%" in query else pairs
    names = [name for (name, value), other in zip(pairs, kept, strict=True) if (name, value) != other]
    return [Fault(name, f"{short(name)} must be percent-encoded UTF-8") for name in names]


def _unknown(name: str) -> Fault:
    return Fault(name, f"{short(name)} is not a known parameter")


def no_query(query: str) -> bool | Problem:
    """True for an empty query; otherwise a Problem that names the parameters, since none is read."""
    unknown = tuple(map(_unknown, dict(parse_query(query))))
    advice = "There are no query parameters here; leave the query out."
    return not unknown or invalid_fields("parameter", unknown[:MAX_FAULTS], advice, INVALID_QUERY)
