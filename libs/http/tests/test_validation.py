"""Every mistake that is found where a resource, an endpoint or a mount is defined, with its whole message."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from ogrom.http import (
    DefinitionError,
    Endpoint,
    Exchange,
    Mount,
    PathParameter,
    QueryParameters,
    Resource,
    always,
)

if TYPE_CHECKING:
    from ogrom.http import Answer as Absent

X = Exchange[Any, Any, Any]
Mistake = Callable[[], object]
MISTAKES: list[tuple[Mistake, str]] = []


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    title: str


class Filter(msgspec.Struct):
    brand: str = ""


class Thing(Resource[object]):
    def handle_ok(self, x: X) -> object:
        return 1


def define(name: str, base: type[Resource[Any]] = Thing, **members: Any) -> type[Resource[Any]]:
    return type(name, (base,), members)


def mistake(message: str) -> Callable[[Mistake], Mistake]:
    """Have the definition tested for this message."""

    def note(made: Mistake) -> Mistake:
        MISTAKES.append((made, message))
        return made

    return note


@mistake(
    "Product.exist is not a node of the graph; did you mean 'exists'? A method of your own needs another name, or "
    "an underscore before it."
)
def misspelt_node() -> object:
    return define("Product", exist=always(True))


@mistake(
    "Product.handle_everything is not a node of the graph; no handler has that name. A method of your own needs "
    "another name, or an underscore before it."
)
def unknown_handler() -> object:
    return define("Product", handle_everything=always(1))


@mistake("Product.location: a field may not have the name of a node; rename the field.")
def field_named_like_a_node() -> object:
    return define("Product", __annotations__={"location": str})


@mistake("Product.conflict is False, which cannot be called; write a method, or `conflict = always(False)`.")
def plain_value() -> object:
    return define("Product", conflict=False)


@mistake("Product.renderers is empty; offer at least one, such as JSON.")
def no_media_type() -> object:
    return define("Product", renderers=())


@mistake("Product.encodings names 'br'; only 'gzip' is supported.")
def unknown_coding() -> object:
    return define("Product", encodings=("gzip", "br"))


@mistake(
    "Product.handle_created can never run: no request with GET, HEAD, OPTIONS leads there; remove it, or answer "
    "the decision that leads to it"
)
def idle_handler() -> object:
    return Endpoint("product", "/", define("Product", handle_created=always(1))())


@mistake(
    "Product.conflict can never be asked: no request with GET, HEAD, OPTIONS leads there; remove it, or answer "
    "the decision that leads to it"
)
def idle_decision() -> object:
    return Endpoint("product", "/", define("Product", conflict=always(True))())


@mistake(
    "Product.put can never run: no request with GET, HEAD, OPTIONS leads there; remove it, or answer the "
    "decision that leads to it"
)
def idle_action() -> object:
    return Endpoint("product", "/", define("Product", methods=("GET",), put=always(None))())


@mistake("Product can end in handle_see_other, a redirect; define `location` to say where it leads")
def redirect_without_location() -> object:
    return Endpoint("product", "/", define("Product", post=always(1), post_redirect=always(True))())


@mistake("Product can end in handle_ok, but does not define it; let it return the representation")
def nothing_to_show() -> object:
    return Endpoint("product", "/", define("Product", Resource, methods=("GET",))())


@mistake(
    "Product.methods allows PUT, but the class does not define `put`, so nothing would happen; define it"
)
def method_without_action() -> object:
    return Endpoint("product", "/", define("Product", methods=("GET", "PUT"))())


@mistake(
    "Product.methods allows BREW, which known_methods does not name, so it is answered with 501; add it there"
)
def method_that_nobody_knows() -> object:
    return Endpoint("product", "/", define("Product", methods=("GET", "BREW"))())


@mistake(
    "Product.delete declares a body, but the content of a DELETE has no meaning (RFC 9110, 9.3.5); let the URL "
    "say what is deleted"
)
def body_of_a_delete() -> object:
    class Product(Thing):
        def delete(self, x: Exchange[Any, Draft]) -> object:
            return x.body

    return Endpoint("product", "/", Product())


@mistake(
    "Product.processable declares a body, but no action that leads to it reads one; declare the body's type in "
    "the action's annotation too"
)
def body_that_no_action_reads() -> object:
    class Product(Thing):
        post = always(1)

        def processable(self, x: Exchange[Any, Draft]) -> bool:
            return x.body.title != ""

    return Endpoint("product", "/", Product())


@mistake(
    "Product.allowed declares a body, but it is asked before the content is read; decide in `processable` or "
    "later"
)
def body_that_is_not_read_yet() -> object:
    class Product(Thing):
        def allowed(self, x: Exchange[Any, Draft]) -> bool:
            return x.body.title != ""

        def post(self, x: Exchange[Any, Draft]) -> object:
            return x.body

    return Endpoint("product", "/", Product())


@mistake(
    "Product.put: its annotation needs 'Absent', which the module does not define at run time; import it outside of "
    "TYPE_CHECKING"
)
def body_that_only_type_checkers_know() -> object:
    class Product(Thing):
        def put(self, x: "Exchange[Any, Absent]") -> object:
            return x.body

    return Endpoint("product", "/", Product())


@mistake(
    "Product declares QueryParameters twice, 'page' and 'filter'; put all fields into one struct",
)
def two_queries() -> object:
    page, filter_ = QueryParameters(Filter), QueryParameters(Filter)
    return Endpoint("product", "/", define("Product", page=page, filter=filter_)())


@mistake(
    "endpoint 'product': the path '/products/' must start with a slash, not end with one, and have variables "
    "like {product_id}"
)
def path_of_another_form() -> object:
    return Endpoint("product", "/products/", Thing())


@mistake(
    "endpoint 'product': the path '/products/{product_id}' names ['product_id'] but Thing reads []; make its "
    "PathParameters the same"
)
def path_variable_that_nothing_reads() -> object:
    return Endpoint("product", "/products/{product_id}", Thing())


@mistake(
    "endpoint 'product': the path '/products' names [] but Product reads ['product_id']; make its "
    "PathParameters the same"
)
def path_parameter_that_is_not_there() -> object:
    return Endpoint("product", "/products", define("Product", product_id=PathParameter())())


@mistake("two endpoints have the name 'product' under '/v1'")
def two_of_one_name() -> object:
    return Mount("/v1", (Endpoint("product", "/a", Thing()), Endpoint("product", "/b", Thing())))


@mistake("two endpoints have the path '/a' under '/v1'")
def two_of_one_path() -> object:
    return Mount("/v1", (Endpoint("one", "/a", Thing()), Endpoint("other", "/a", Thing())))


@mistake(
    "Product links to 'produkt', but there are only ['category', 'product']; did you mean 'product'?",
)
def misspelt_link() -> object:
    product = define("Product", links_to=("produkt",))()
    return Mount("", (Endpoint("product", "/p", product), Endpoint("category", "/c", Thing())))


@mistake("the prefix 'v1' must be empty or like '/v1/de-DE'")
def prefix_of_another_form() -> object:
    return Mount("v1", ())


@pytest.mark.parametrize(("made", "message"), MISTAKES, ids=lambda each: getattr(each, "__name__", ""))
def test_a_mistake_is_told_where_it_is_made(made: Mistake, message: str) -> None:
    """The message says where the mistake is and what to write instead."""
    with pytest.raises(DefinitionError) as raised:
        made()
    assert str(raised.value) == message


class Placed(msgspec.Struct):
    x: int


class Whole(msgspec.Struct, forbid_unknown_fields=True):
    parts: tuple[Placed, ...] = ()


def test_content_refuses_misspelt_fields_by_default() -> None:
    """A type that lets them pass, however deep inside, is an error, unless the resource says so."""

    class Product(Thing):
        def post(self, x: Exchange[Any, Whole]) -> object:
            return x.body

    class Patient(Product):
        allow_unknown_fields = True

    with pytest.raises(DefinitionError) as raised:
        Endpoint("product", "/", Product())
    assert str(raised.value) == (
        "Product.post reads Placed, which ignores misspelt fields; define it with forbid_unknown_fields=True, "
        "or write `allow_unknown_fields = True` in the resource"
    )
    assert Endpoint("product", "/", Patient()).name == "product"


def test_a_forgotten_created_etag_is_a_mistake() -> None:
    """A resource with entity tags whose POST creates something with a URL must say its tag, or that it has none."""

    class Products(Thing):
        def post(self, x: X) -> object:
            return {}

        def location(self, x: X) -> str:
            return "/1"

        def etag(self, x: X) -> int:
            return 1

    with pytest.raises(
        DefinitionError, match=r"Products\.post can end in 201 .* `created_etag = always\(None\)`"
    ):
        Endpoint("products", "/", Products())

    class Told(Products):
        def created_etag(self, x: X) -> int:
            return 1

    class WithoutTag(Products):
        created_etag = always(None)

    class Elsewhere(Products):
        post_redirect = always(True)

    for resource in (Told(), WithoutTag(), Elsewhere()):
        assert Endpoint("products", "/", resource).name == "products"


def test_what_is_inherited_may_be_idle() -> None:
    """A base class answers for several resources, and not all of them need everything."""
    base = define("Base", conflict=always(True), handle_gone=always(None))
    assert Endpoint("product", "/", define("Product", base)()).name == "product"


def test_nodes_may_read_what_the_action_reads() -> None:
    """Between the content's arrival and the action, every node of a request with content knows it."""

    class Product(Thing):
        def processable(self, x: Exchange[Any, Draft]) -> bool:
            return x.body.title != ""

        def conflict(self, x: Exchange[Any, Draft]) -> "Absent":
            return x.body.title == "taken"

        def post(self, x: Exchange[Any, Draft]) -> object:
            return x.body

    assert Endpoint("product", "/", Product()).name == "product"


def test_a_method_that_the_request_decides_needs_its_action_only() -> None:
    """Where `method_allowed` is a method, nothing is idle for the methods that it may allow."""

    class Product(Thing):
        methods = ("GET", "DELETE")
        delete = always(None)
        put = always(None)

        def method_allowed(self, x: X) -> bool:
            return True

    assert Endpoint("product", "/", Product()).name == "product"
