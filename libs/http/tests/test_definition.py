from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from ogrom.http import DefinitionError, Endpoint, Exchange, PathParameter, Resource, always
from ogrom.http.definition import allowed_methods, annotations_of, body_type, overrides

if TYPE_CHECKING:
    from ogrom.http import Fault as Absent

X = Exchange[Any, Any, Any]


class Thing(Resource[object]):
    def handle_ok(self, x: X) -> object:
        return 1


def define(**members: Any) -> type[Resource[Any]]:
    return type("Mistaken", (Thing,), members)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("exist", r"Mistaken.exist is not a node of the graph; did you mean 'exists'\?"),
        ("conflicts", "did you mean 'conflict'"),
        (
            "handle_found",
            "handle_found is not a node of the graph; (did you mean 'handle_|no handler has that name)",
        ),
        ("handle_okay", "did you mean 'handle_ok'"),
        ("handle_everything", "handle_everything is not a node of the graph; no handler has that name"),
        ("e_tag", "did you mean 'etag'"),
        ("delete_", "did you mean 'delete'"),
        ("renderer", "did you mean 'renderers'"),
        ("precondition_require", "did you mean 'precondition_required'"),
    ],
)
def test_a_misspelt_node_is_refused(name: str, message: str) -> None:
    """A misspelt node would never be asked, so it is an error where it is defined."""
    with pytest.raises(DefinitionError, match=message):
        define(**{name: always(True)})


@pytest.mark.parametrize(
    "name", ["_exist", "allowed_method", "product_id", "products", "price_of", "CONFLICTS"]
)
def test_other_names_are_free(name: str) -> None:
    """A method of one's own needs no leave, nor does one with an underscore before it."""
    assert hasattr(define(**{name: always(True)}), name)


def test_a_field_may_not_be_called_like_a_node() -> None:
    """A field that hid a node would be asked in its place."""
    with pytest.raises(DefinitionError, match="a field may not have the name of a node; rename the field"):

        class Hiding(Thing):
            location: str  # type: ignore[assignment]  # the mistake

    with pytest.raises(DefinitionError, match=r"Slotted.exists: a field may not have the name"):

        @dataclass(frozen=True, slots=True)
        class Slotted(Thing):
            exists: bool  # type: ignore[assignment]  # the mistake


def test_a_declaration_may_be_annotated() -> None:
    """A name of a Resource that has a value is no field, however it is annotated."""

    class Limited(Thing):
        body_limit: ClassVar[int] = 7

    assert Limited.body_limit == 7


def test_slots_are_no_misspelt_nodes() -> None:
    """A field in a slot is as free to be called `posts` as any other field."""

    @dataclass(frozen=True, slots=True)
    class Slotted(Thing):
        posts: list[str]

    assert Slotted(["a"]).posts == ["a"]


@pytest.mark.parametrize("name", ["exists", "conflict", "handle_created", "etag", "location", "put"])
def test_a_value_is_no_answer(name: str) -> None:
    """A plain value cannot be asked; the message says how to make it an answer."""
    with pytest.raises(DefinitionError, match=rf"Mistaken.{name} is False, .* `{name} = always\(False\)`"):
        define(**{name: False})


def test_encodings_must_be_known() -> None:
    """A coding that nobody can make must not be promised."""
    with pytest.raises(DefinitionError, match=r"encodings names 'br'; only 'gzip' is supported"):
        define(encodings=("gzip", "br"))
    assert define(encodings=("identity",)).encodings == ("identity",)


def test_a_body_type_must_be_importable() -> None:
    """An annotation that only type checkers understand cannot say how to read content."""

    class Typed(Thing):
        def put(self, x: "Exchange[Any, Absent]") -> object:
            return 1

    with pytest.raises(
        DefinitionError, match=r"Typed.put: its annotation needs 'Absent'.* outside of TYPE_CHECKING"
    ):
        Endpoint("typed", "/", Typed())


def test_body_types_are_read_from_annotations() -> None:
    """The second argument of Exchange is the body's type; without one, none is read."""

    class Base(Thing):
        def put(self, x: Exchange[Any, int]) -> object:
            return x.body

        def patch(self, x: Exchange[Any]) -> object:
            return 1

        def post(self, x: Any) -> object:
            return 1

        delete = always(None)

    class Inheriting(Base):
        pass

    class Unhinted(Thing):
        def put(self, x):  # type: ignore[no-untyped-def]  # as people write it
            return 1

    assert body_type(Base, "PUT") is body_type(Inheriting, "PUT") is int
    assert [body_type(Base, method) for method in ("PATCH", "POST", "DELETE", "GET")] == [None] * 4
    assert body_type(Unhinted, "PUT") is None
    assert body_type(Thing, "PUT") is None


def test_methods_follow_from_actions() -> None:
    """What a class does is what it allows, unless it says something else."""
    assert allowed_methods(Thing) == ("GET", "HEAD", "OPTIONS")
    assert allowed_methods(define(put=always(1))) == ("GET", "HEAD", "PUT", "OPTIONS")
    assert allowed_methods(define(methods=("OPTIONS", "GET"))) == ("OPTIONS", "GET", "HEAD")
    assert allowed_methods(define(methods=("TRACE",))) == ("TRACE", "OPTIONS")


def test_overriding_is_seen_through_bases() -> None:
    """An answer of a class between counts as the class's own."""

    class Below(Thing):
        pass

    assert overrides(Below, "handle_ok")
    assert not overrides(Below, "exists")


def test_annotations_are_read_unevaluated() -> None:
    """A field whose type is known to type checkers only is a field all the same."""

    class Lazy(Thing):
        absent: "Absent"

    assert annotations_of(Lazy).keys() == {"absent"}
    assert annotations_of(Thing) == {}


def test_a_generic_dataclass_is_a_resource() -> None:
    """Fields, parameters and answers go together in a frozen dataclass, equal by its fields."""

    @dataclass(frozen=True)
    class Product(Thing):
        products: tuple[str, ...]
        product_id = PathParameter()

    assert Product(("a",)) == Product(("a",))
    assert Endpoint("p", "/{product_id}", Product(("a",))) == Endpoint("p", "/{product_id}", Product(("a",)))
