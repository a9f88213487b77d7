"""The pages behind the types of problems: `/problems` lists them, and `/problems/{name}` explains one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from msgspec import Struct

from .definition import DefinitionError
from .exchange import Exchange
from .html import BROWSABLE_RENDERERS
from .inspect import all_problem_types
from .parameters import PathParameter
from .problem import PREFIX, ProblemType
from .renderers import Renderer
from .resource import Resource
from .routing import Endpoint

__all__ = ["problem_endpoints", "types_of"]

_CACHED: Final = {"Cache-Control": "public, max-age=60"}


class ProblemLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a type in the list of all."""

    itself: str


class ProblemTypeItem(Struct, frozen=True, kw_only=True):
    """A type of problem in the list of all; `type` is what problem documents say."""

    type: str
    status: int
    title: str
    links: ProblemLinks


class ProblemTypesView(Struct, frozen=True, kw_only=True):
    """All types of problems."""

    items: tuple[ProblemTypeItem, ...]


class ProblemTypeLinks(ProblemLinks, frozen=True, kw_only=True):
    """The links of a type: itself, and the list of all."""

    all: str


class ProblemTypeView(Struct, frozen=True, kw_only=True):
    """What a type of problem means, what to do about it, and an example of a problem document."""

    type: str
    status: int
    title: str
    what_happened: str
    how_to_fix_it: str
    example: dict[str, Any]
    links: ProblemTypeLinks


class _Page(Resource[Any]):
    """What both pages share: they change with a release only."""

    renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS
    header_names: ClassVar[tuple[str, ...]] = ("Cache-Control",)

    def headers(self, x: Exchange[Any]) -> Mapping[str, str]:
        """Caches may keep it for a minute."""
        return _CACHED


@dataclass(frozen=True)
class ProblemTypesResource(_Page):
    """The types of problems, by which a program decides what to do about a refusal (RFC 9457)."""

    types: tuple[ProblemType, ...]
    links_to: ClassVar[tuple[str, ...]] = ("problem_type",)

    def handle_ok(self, x: Exchange[None]) -> ProblemTypesView:
        return ProblemTypesView(
            items=tuple(
                ProblemTypeItem(
                    type=each.path,
                    status=each.status,
                    title=each.title,
                    links=ProblemLinks(itself=x.link("problem_type", name=each.name)),
                )
                for each in self.types
            )
        )


@dataclass(frozen=True)
class ProblemTypeResource(_Page):
    """A type of problem: what has happened, and what to do about it."""

    types: Mapping[str, ProblemType]
    name = PathParameter(str)
    links_to: ClassVar[tuple[str, ...]] = ("problem_types", "problem_type")

    def exists(self, x: Exchange[ProblemType]) -> ProblemType | None:
        return self.types.get(self.name(x))

    def handle_ok(self, x: Exchange[ProblemType]) -> ProblemTypeView:
        known = x.entity
        return ProblemTypeView(
            type=known.path,
            status=known.status,
            title=known.title,
            what_happened=known.about,
            how_to_fix_it=known.fix,
            example=known.document(),
            links=ProblemTypeLinks(
                itself=x.link("problem_type", name=known.name), all=x.link("problem_types")
            ),
        )


def problem_endpoints(types: Iterable[ProblemType] = ()) -> tuple[Endpoint, ...]:
    """The endpoints `problem_types` and `problem_type`, to be mounted without a prefix.

    Raises:
        DefinitionError: two types have one name.
    """
    known: dict[str, ProblemType] = {}
    for each in types:
        if known.setdefault(each.name, each) != each:
            raise DefinitionError(f"two types of problems have the name {each.name!r}; rename one")
    listed = tuple(known[name] for name in sorted(known))
    return (
        Endpoint("problem_types", PREFIX, ProblemTypesResource(listed)),
        Endpoint("problem_type", f"{PREFIX}/{{name}}", ProblemTypeResource(known)),
    )


def types_of(endpoints: Iterable[Endpoint]) -> tuple[ProblemType, ...]:
    """The types of the problems that endpoints refuse with."""
    resources = {type(each.resource) for each in endpoints}
    found = frozenset[ProblemType]().union(*map(all_problem_types, resources))
    return tuple(sorted(found, key=lambda each: each.name))
