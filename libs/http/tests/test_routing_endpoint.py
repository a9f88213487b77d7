import json
from typing import Any

import pytest

from ogrom.http import DefinitionError, Endpoint, Exchange, Mount, PathParameter, Resource, always
from ogrom.http.testing import Request

X = Exchange[Any, Any, Any]


class Thing(Resource[object]):
    def handle_ok(self, x: X) -> object:
        return x.link("thing")


class Numbered(Thing):
    thing_id = PathParameter()

    def handle_ok(self, x: X) -> object:
        return {"id": self.thing_id(x), "context": x.context}


@pytest.mark.parametrize(
    "path", ["things", "/things/", "//", "/a//b", "/{Thing}", "/a b", "/{a}b", "", "/{a", "/ü"]
)
def test_a_path_has_one_form(path: str) -> None:
    """A path starts with a slash, does not end with one, and has whole segments."""
    with pytest.raises(DefinitionError, match=r"endpoint 'thing': the path .* must start with a slash"):
        Endpoint("thing", path, Thing())


@pytest.mark.parametrize("path", ["/", "/things", "/a/b.c/d~e_f-9"])
def test_paths(path: str) -> None:
    """Segments are made of what no URL quotes."""
    assert Endpoint("thing", path, Thing()).path == path


@pytest.mark.parametrize(
    ("path", "resource", "named", "read"),
    [
        ("/{thing_id}", Thing(), r"\['thing_id'\]", r"\[\]"),
        ("/things", Numbered(), r"\[\]", r"\['thing_id'\]"),
        ("/{id}", Numbered(), r"\['id'\]", r"\['thing_id'\]"),
        ("/{thing_id}/{thing_id}", Numbered(), r"\['thing_id', 'thing_id'\]", r"\['thing_id'\]"),
    ],
)
def test_path_and_resource_agree(path: str, resource: Resource[Any], named: str, read: str) -> None:
    """Each variable of the path is read once, and each that is read stands in the path."""
    with pytest.raises(DefinitionError, match=f"names {named} but .* reads {read}; make its PathParameters"):
        Endpoint("thing", path, resource)


@pytest.mark.parametrize(
    "name",
    [
        "handle_method_not_allowed",
        "handle_unknown_method",
        "handle_exception",
        "handle_options",
        "handle_not_acceptable",
        "handle_not_modified",
        "handle_malformed",
    ],
)
def test_a_handler_that_can_run_is_not(name: str) -> None:
    """A handler that some method leads to may be defined, even if the resource answers other methods."""
    resource = type("Handling", (Thing,), {name: lambda self, x: None})()
    assert Endpoint("handling", "/", resource).resource is resource


def test_handle_ok_is_needed_where_it_is_reached() -> None:
    """A change that answers with the entity needs to know how."""

    class Writing(Resource[object]):
        put = always(None)
        respond_with_entity = always(True)

    with pytest.raises(DefinitionError, match="Writing can end in handle_ok, but does not define it"):
        Endpoint("writing", "/", Writing())


def test_methods_that_are_allowed_by_request_need_no_handler_yet() -> None:
    """If only the request says which methods there are, every handler may be needed."""

    class Choosing(Resource[object]):
        delete = always(None)

        def method_allowed(self, x: X) -> bool:
            return x.method == "DELETE"

    assert Endpoint("choosing", "/", Choosing()).name == "choosing"


def test_a_redirect_needs_a_location() -> None:
    """A class that can redirect says where to."""

    class Created(Resource[object]):
        post = always({"n": 1})

    class Redirecting(Created):
        post_redirect = always(True)

    assert Endpoint("created", "/", Created()).name == "created"  # 201 may do without
    with pytest.raises(
        DefinitionError, match="Redirecting can end in handle_see_other, a redirect; define `loc"
    ):
        Endpoint("redirecting", "/", Redirecting())


@pytest.mark.parametrize("prefix", ["v1", "/v1/", "/", "/v 1", "/{locale}"])
def test_a_prefix_has_one_form(prefix: str) -> None:
    """A prefix is empty or starts with a slash and does not end with one."""
    with pytest.raises(DefinitionError, match="must be empty or like '/v1/de-DE'"):
        Mount(prefix, ())


def test_names_and_paths_are_used_once() -> None:
    """Two endpoints of one name, or of paths that match the same, cannot be told apart."""
    one = Endpoint("one", "/{thing_id}", Numbered())

    class Other(Thing):
        other_id = PathParameter()

    class Word(Thing):
        word = PathParameter(str)

    with pytest.raises(DefinitionError, match="two endpoints have the name 'one' under '/v1'"):
        Mount("/v1", (one, Endpoint("one", "/two", Thing())))
    with pytest.raises(DefinitionError, match=r"two endpoints have the path '/\{thing_id\}' under '/'"):
        Mount("", (one, Endpoint("two", "/{thing_id}", Numbered())))
    with pytest.raises(DefinitionError, match=r"two endpoints have the path '/\{other_id\}' under '/'"):
        Mount("", (one, Endpoint("two", "/{other_id}", Other())))
    assert Mount("", (one, Endpoint("two", "/{word}", Word()))).links.keys() == {"one", "two"}


def test_links_are_checked() -> None:
    """A link to what is not mounted is an error where one mounts."""

    class Linking(Thing):
        links_to = ("thing", "nothing")

    endpoints = (Endpoint("thing", "/", Thing()), Endpoint("linking", "/linking", Linking()))
    with pytest.raises(
        DefinitionError, match=r"Linking links to 'nothing', but there are only \['linking', 'thing'\]"
    ):
        Mount("", endpoints)


def test_a_link_may_be_to_what_is_not_mounted() -> None:
    """`link_if` returns None and `link` raises; a name that is not declared is refused by both."""

    class Linking(Thing):
        may_link_to = ("thing", "nothing")

        def handle_ok(self, x: X) -> object:
            with pytest.raises(LookupError, match=r"not mounted here; `x\.link_if` gives None"):
                x.link("nothing")
            with pytest.raises(LookupError, match="no link to 'nothings' is declared"):
                x.link_if("nothings")
            return [x.link_if("thing"), x.link_if("nothing")]

    linking = Endpoint("linking", "/linking", Linking())
    mount = Mount("/v1", (Endpoint("thing", "/things", Thing()), linking))
    response = mount.respond(linking, Request("GET", "/v1/linking"), context=None, arguments={})
    assert json.loads(response.content) == ["/v1/things", None]


def test_an_endpoint_is_a_value() -> None:
    """Endpoints and mounts of equal parts are equal, and one endpoint may stand under several prefixes."""
    thing = Thing()
    endpoint = Endpoint("thing", "/things", thing)
    assert endpoint == Endpoint("thing", "/things", thing)
    assert Mount("/v1", (endpoint,)) == Mount("/v1", (endpoint,))
    links = [Mount(prefix, (endpoint,)).links["thing"]["thing"]({}) for prefix in ("", "/v1", "/v2")]
    assert links == ["/things", "/v1/things", "/v2/things"]


def test_a_mount_answers() -> None:
    """A mount gives its endpoint what the path and the application know."""
    endpoint = Endpoint("numbered", "/{thing_id}", Numbered())
    response = Mount("", (endpoint,)).respond(endpoint, Request(), context="c", arguments={"thing_id": 7})
    assert response.content == b'{"id":7,"context":"c"}'
