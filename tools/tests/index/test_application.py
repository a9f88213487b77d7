import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug.datastructures import Authorization, FileStorage
from werkzeug.test import Client, TestResponse

from ogrom_tools.command import Failed
from ogrom_tools.index import Folder, publish, refresh
from ogrom_tools.index.application import application
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.wheelhouse import Wheel

MakeWheel = Callable[..., Path]
MakeRelease = Callable[..., Release]

HTML = "application/vnd.pypi.simple.v1+html"
JSON = "application/vnd.pypi.simple.v1+json"
PIP = f"{JSON}, {HTML}; q=0.1, text/html; q=0.01"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

ALICE = Authorization("basic", {"username": "alice", "password": "se:cret"})


@pytest.fixture
def store(tmp_path: Path, make_wheel: MakeWheel, make_release: MakeRelease) -> Folder:
    store, wheel = Folder(tmp_path / "index"), make_wheel()
    publish(store, make_release(wheel), wheel)
    refresh(store, Ledger())
    return store


@pytest.fixture
def client(store: Folder) -> Client:
    return Client(application(store, Ledger(), "alice:se:cret"))


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (PIP, JSON),
        ("application/vnd.pypi.simple.latest+json", JSON),
        (HTML, HTML),
        ("application/vnd.pypi.simple.latest+html", HTML),
        ("text/html", "text/html; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("image/png", "text/html; charset=utf-8"),
        (f"{JSON}; q=0.1, {HTML}", HTML),
    ],
)
@pytest.mark.parametrize("page", ["/simple/", "/simple/ogrom-tea/"])
def test_a_page_is_given_as_it_is_asked_for(client: Client, page: str, accept: str, form: str) -> None:
    """PEP 691; and the response says that it depends on that."""
    response = client.get(page, headers={"Accept": accept})
    assert response.content_type == form
    assert response.data.startswith(b"{" if form == JSON else b"<!DOCTYPE html>")
    assert "Accept" in response.vary


def test_who_asks_for_nothing_gets_html(client: Client) -> None:
    """What PEP 503 promises."""
    assert client.get("/simple/").content_type == "text/html; charset=utf-8"


def test_the_links_of_a_page_lead_to_the_wheel(client: Client, make_wheel: MakeWheel) -> None:
    """And to its metadata, seen from the page."""
    page = json.loads(client.get("/simple/ogrom-tea/", headers={"Accept": JSON}).data)
    assert page["files"][0]["url"] == f"../../files/{make_wheel().name}"
    wheel = client.get(f"/files/{make_wheel().name}")
    assert wheel.data == make_wheel().read_bytes()
    assert wheel.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    metadata = client.get(f"/files/{make_wheel().name}.metadata")
    assert metadata.data == Wheel.read(make_wheel()).metadata_bytes


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/", "/simple/"),
        ("/simple", "/simple/"),
        ("/simple/ogrom-tea", "/simple/ogrom-tea/"),
        ("/simple/Ogrom_Tea/", "/simple/ogrom-tea/"),
        ("/simple/ogrom..tea", "/simple/ogrom-tea/"),
    ],
)
def test_a_page_has_one_address(client: Client, path: str, target: str) -> None:
    """PEP 503 wants the normalized name and the slash; others are led there."""
    response = client.get(path)
    assert (response.status_code, response.location) == (301, target)


@pytest.mark.parametrize("path", ["/simple/index.html", "/simple/ogrom-tea/index.json"])
def test_the_files_of_the_tree_are_there_too(client: Client, store: Folder, path: str) -> None:
    """As from a plain web server over the folder."""
    assert client.get(path).data == store.read(path.removeprefix("/"))


@pytest.mark.parametrize(
    "path",
    [
        "/simple/ogrom-pot/",
        "/files/",
        "/files",
        "/files/x.whl",
        "/other",
        "/simple/a/b/",
        "/../index/files",
    ],
)
def test_what_is_not_there_is_404(client: Client, path: str) -> None:
    """A resolver goes on to the next index."""
    assert client.get(path).status_code == 404


def test_a_known_page_is_not_sent_again(client: Client) -> None:
    """A client asks for it each minute."""
    first = client.get("/simple/ogrom-tea/")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = client.get("/simple/ogrom-tea/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    json_form = client.get("/simple/ogrom-tea/", headers={"Accept": JSON})
    assert json_form.headers["ETag"] != first.headers["ETag"]


def test_head_answers_as_get_without_content(client: Client, make_wheel: MakeWheel) -> None:
    """Its length is told."""
    response = client.head(f"/files/{make_wheel().name}")
    assert response.data == b""
    assert response.content_length == make_wheel().stat().st_size


@pytest.mark.parametrize(("method", "path"), [("PUT", "/files/x.whl"), ("DELETE", "/"), ("POST", "/simple/")])
def test_nothing_else_can_be_done(client: Client, method: str, path: str) -> None:
    """Who uploads to the wrong place is told the right one."""
    response = client.open(path, method=method, auth=ALICE)
    assert response.status_code == 405
    assert "POST to /" in response.text


def test_a_store_that_fails_is_told(tmp_path: Path) -> None:
    """A bucket that cannot be reached does not end the server."""

    class Broken(Folder):
        def read(self, name: str) -> bytes | None:
            raise Failed("Who are you to AWS?")

    response = Client(application(Broken(tmp_path), Ledger())).get("/simple/")
    assert (response.status_code, response.text) == (502, "Who are you to AWS?\n")


def upload(client: Client, wheel: Path, *, auth: Authorization | None = ALICE, **form: str) -> TestResponse:
    """Send what Poetry sends."""
    content = FileStorage(io.BytesIO(wheel.read_bytes()), form.pop("filename", wheel.name))
    data: dict[str, object] = {":action": "file_upload", "protocol_version": "1", "content": content, **form}
    response = client.post("/", data=data, auth=auth)
    response.request.environ["wsgi.input"].close()  # a file, if it is large
    return response


def test_an_uploaded_wheel_is_listed(client: Client, make_wheel: MakeWheel) -> None:
    """At once, beside the others."""
    later = make_wheel("1.1.0")
    response = upload(client, later, sha256_digest=Wheel.read(later).sha256, description="long " * 200_000)
    assert (response.status_code, response.text) == (200, f"{later.name} is published.\n")
    page = json.loads(client.get("/simple/ogrom-tea/", headers={"Accept": JSON}).data)
    assert [each["filename"] for each in page["files"]] == [make_wheel().name, later.name]
    assert client.get(f"/files/{later.name}").data == later.read_bytes()


def test_an_upload_keeps_what_is_yanked(
    store: Folder, make_wheel: MakeWheel, make_release: MakeRelease
) -> None:
    """The ledger says it."""
    ledger = Ledger((make_release(make_wheel(), yanked="tastes of soap"),))
    client = Client(application(store, ledger, "alice:se:cret"))
    assert upload(client, make_wheel("1.1.0")).status_code == 200
    page = json.loads(client.get("/simple/ogrom-tea/", headers={"Accept": JSON}).data)
    assert [each["yanked"] for each in page["files"]] == ["tastes of soap", False]


def test_the_same_bytes_can_be_uploaded_again(client: Client, make_wheel: MakeWheel) -> None:
    """An interrupted publisher begins again."""
    assert upload(client, make_wheel()).status_code == 200


def test_other_bytes_are_409(client: Client, make_wheel: MakeWheel) -> None:
    """And the first ones stay."""
    response = upload(client, make_wheel(body="x = 1"))
    assert response.status_code == 409
    assert "release a new version" in response.text
    assert client.get(f"/files/{make_wheel().name}").data == make_wheel().read_bytes()


@pytest.mark.parametrize(
    "auth",
    [
        None,
        Authorization("basic", {"username": "alice", "password": "wrong"}),
        Authorization("basic", {"username": "", "password": ""}),
        Authorization("bearer", token="alice:se:cret"),
    ],
)
def test_without_credentials_it_is_401(
    client: Client, make_wheel: MakeWheel, auth: Authorization | None
) -> None:
    """Nothing is published, whatever it is; reading needs none."""
    response = upload(client, make_wheel("1.1.0"), auth=auth)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Basic realm="ogrom"'
    assert client.get(f"/files/{make_wheel('1.1.0').name}").status_code == 404


def test_an_index_without_credentials_takes_no_uploads(store: Folder, make_wheel: MakeWheel) -> None:
    """Nobody can guess an empty password."""
    client = Client(application(store, Ledger()))
    for auth in (None, Authorization("basic", {"username": "", "password": ""})):
        response = upload(client, make_wheel("1.1.0"), auth=auth)
        assert response.status_code == 403
        assert "OGROM_INDEX_CREDENTIALS" in response.text


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({":action": "submit"}, ":action=file_upload"),
        ({"sha256_digest": "0" * 64}, "arrived damaged"),
        ({"filename": "ogrom_tea-1.1.0.tar.gz"}, "publish wheels only"),
        ({"filename": "ogrom_tea-1.2.0-py3-none-any.whl"}, "says in itself that it is ogrom-tea 1.1.0"),
        ({"filename": "../ogrom_tea-1.1.0-py3-none-any.whl"}, "no name of a file"),
    ],
)
def test_a_bad_upload_is_refused(
    client: Client, store: Folder, make_wheel: MakeWheel, form: dict[str, str], problem: str
) -> None:
    """With what is wrong; nothing of it is kept."""
    before = list(store.names(""))
    response = upload(client, make_wheel("1.1.0"), auth=ALICE, **form)
    assert response.status_code == 400
    assert problem in response.text
    assert list(store.names("")) == before


def test_what_is_no_wheel_is_refused(client: Client, tmp_path: Path) -> None:
    """Whatever its name says."""
    wheel = tmp_path / "ogrom_tea-1.1.0-py3-none-any.whl"
    wheel.write_bytes(b"no archive")
    response = upload(client, wheel)
    assert response.status_code == 400
    assert "is no wheel" in response.text


def test_a_form_without_a_file_is_refused(client: Client) -> None:
    """As Poetry's `register` sends it."""
    response = client.post("/", data={":action": "file_upload", "name": "ogrom-tea"}, auth=ALICE)
    assert response.status_code == 400
