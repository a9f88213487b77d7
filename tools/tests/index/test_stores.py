"""The files of an index, in a folder and in a bucket: moto's server plays S3, by whose HTTP obstore writes."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from types_boto3_s3 import S3Client

from ogrom_tools.command import Failed
from ogrom_tools.index import Store, in_folder, store_at
from ogrom_tools.index.stores import headers

WRITING = """
import sys
from pathlib import Path
from ogrom_tools.index import in_folder
store = in_folder(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    for letter in b"ab":
        store.write("simple/page", bytes([letter]) * 3_000_000)
"""


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Client]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ALLOW_HTTP": "true",
        }.items():
            patch.setenv(name, value)
        client = boto3.client("s3", region_name="us-east-1", endpoint_url=f"http://{host}:{port}")
        client.create_bucket(Bucket="wheels")
        yield client
        client.close()
    server.stop()


@pytest.mark.slow
def test_a_killed_writer_leaves_whole_files(tmp_path: Path) -> None:
    """A reader never sees half of one, and who writes next is not in the way of what was left."""
    for number in range(5):
        folder = tmp_path / str(number)
        with subprocess.Popen(
            [sys.executable, "-c", WRITING, folder], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout
            assert writer.stdout.readline() == "ready\n"
            time.sleep(0.02)  # somewhere in the middle
            writer.send_signal(signal.SIGKILL)
        store = in_folder(folder)
        found = store.read("simple/page")
        assert found is None or (len(found) == 3_000_000 and len(set(found)) == 1)
        assert set(store.names()) <= {"simple/page"}
        store.write("simple/page", b"whole")
        assert store.read("simple/page") == b"whole"


def test_a_web_server_may_read_it(tmp_path: Path) -> None:
    """Who serves the folder is not who wrote it."""
    in_folder(tmp_path).write("files/tea.whl", b"1")
    assert (tmp_path / "files/tea.whl").stat().st_mode & 0o444 == 0o444


@pytest.mark.parametrize("place", ["folder", "bucket"])
def test_what_never_changes_is_only_created(s3: S3Client, tmp_path: Path, place: str) -> None:
    """Whoever is second is told, and nothing is lost; a page is written again."""
    store = in_folder(tmp_path) if place == "folder" else store_at("s3://wheels/python/")
    store.write("files/tea.whl", b"1")
    store.write("simple/index.html", b"2")
    store.write("simple/index.html", b"3")
    with pytest.raises(Failed, match=r"tea\.whl"):
        store.write("files/tea.whl", b"2")
    store.write("files/tea.tgz", b"1")
    with pytest.raises(Failed, match=r"tea\.tgz"):
        store.write("files/tea.tgz", b"2")
    assert (store.read("files/tea.whl"), store.read("simple/index.html")) == (b"1", b"3")
    assert store.read("files/pot.whl") is None
    assert (store.names("files"), store.names()) == (
        ["files/tea.tgz", "files/tea.whl"],
        ["files/tea.tgz", "files/tea.whl", "simple/index.html"],
    )


def test_the_bucket_is_asked_to_refuse(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that its policy can demand that of everybody."""
    from moto.s3.responses import S3Response

    asked: list[tuple[str, str | None]] = []
    answer = S3Response.put_object

    def put_object(self: S3Response) -> object:
        asked.append((self.parse_key_name(), self.headers.get("If-None-Match")))
        return answer(self)

    monkeypatch.setattr(S3Response, "put_object", put_object)
    store = store_at("s3://wheels/asked")
    store.write("files/tea.whl", b"1")
    store.write("simple/index.html", b"1")
    assert asked == [("asked/files/tea.whl", "*"), ("asked/simple/index.html", None)]


def test_a_cdn_is_told_how_long_to_keep_what(s3: S3Client) -> None:
    """It takes the headers from the object."""
    store = store_at("s3://wheels/cdn")
    store.write("files/tea.whl", b"1")
    store.write("simple/index.json", b"2")
    wheel = s3.head_object(Bucket="wheels", Key="cdn/files/tea.whl")
    page = s3.head_object(Bucket="wheels", Key="cdn/simple/index.json")
    assert wheel["CacheControl"] == "public, max-age=31536000, immutable"
    assert (page["CacheControl"], page["ContentType"]) == (
        "public, max-age=60",
        "application/vnd.pypi.simple.v1+json",
    )


@pytest.mark.slow
def test_all_of_many_names_are_listed(s3: S3Client) -> None:
    """S3 lists a thousand at a time."""
    for number in range(1005):
        s3.put_object(Bucket="wheels", Key=f"many/files/{number:04}", Body=b"")
    assert store_at("s3://wheels/many").names("files") == [f"files/{number:04}" for number in range(1005)]


def test_what_aws_refuses_is_told(s3: S3Client) -> None:
    """With how to find out why; whatever was asked."""
    store = store_at("s3://nowhere/python")
    for act in (lambda: store.write("a", b""), store.names):
        with pytest.raises(Failed, match=r"(?s)s3://nowhere/python.*NoSuchBucket.*sts get-caller-identity"):
            act()


def test_a_folder_is_a_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Also one at home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    store_at("~/index").write("releases.toml", b"")
    assert (tmp_path / "index" / "releases.toml").exists()


@pytest.mark.parametrize("url", ["https://wheels.example/simple/", "s3://", "S3://wheels"])
def test_another_address_is_refused(url: str) -> None:
    """An index is not published by its address on the web."""
    with pytest.raises(Failed, match="use s3://bucket/prefix or a folder"):
        store_at(url)


def test_an_index_that_does_not_answer_is_told() -> None:
    """With its URL."""
    store: Store = store_at("http://127.0.0.1:9/simple/", to_read=True)
    with pytest.raises(Failed, match=r"http://127\.0\.0\.1:9/simple/"):
        store.read("simple/index.html")


@pytest.mark.parametrize(
    ("name", "form", "years"),
    [
        ("simple/index.html", "text/html; charset=utf-8", False),
        ("simple/ogrom-tea/index.json", "application/vnd.pypi.simple.v1+json", False),
        ("files/ogrom_tea-1.0.0-py3-none-any.whl", "application/octet-stream", True),
        ("files/ogrom_tea-1.0.0-py3-none-any.whl.metadata", "application/octet-stream", True),
        ("files/ogrom-tea-1.0.0.tgz", "application/octet-stream", True),
        ("npm/@ogrom/tea", "application/json", False),
        ("releases.toml", "application/octet-stream", False),
    ],
)
def test_only_what_never_changes_is_kept_for_long(name: str, form: str, years: bool) -> None:
    """A page is asked for again after a minute, so a release is seen and a yank heeded."""
    told = headers(name)
    assert told["Content-Type"] == form
    assert ("immutable" in told["Cache-Control"]) is years
    assert ("max-age=60" in told["Cache-Control"]) is not years
