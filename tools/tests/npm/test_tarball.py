"""An npm package's tarball, the same bytes wherever it is built."""

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.command import Failed, run
from ogrom_tools.git import Repository
from ogrom_tools.npm.tarball import Tarball, build, built_twice, compiler, manifest_in, members, packed
from ogrom_tools.testing.checkout import Checkout

EPOCH = 1_800_000_000
PLACE = "clients/spoons"
Edit = Callable[[str, str, str], str]


@pytest.fixture
def tree(cutlery: Checkout) -> str:
    return cutlery.repository.tree("HEAD", PLACE)


@pytest.mark.slow
def test_it_has_what_npm_would_publish(tarball: Tarball) -> None:
    """Compiled, with nothing of the sources, in the form that npm reads."""
    assert tarball.path.name == "ogrom-spoons-0.1.0.tgz"
    assert list(members(tarball.path.read_bytes())) == [
        *("package/README.md", "package/dist/index.d.ts", "package/dist/index.js"),
        *("package/dist/size.d.ts", "package/dist/size.js", "package/package.json"),
    ]
    assert (tarball.manifest["name"], tarball.manifest["contract"]) == ("@ogrom/spoons", "1.0.0")
    assert tarball.record_sha256 == hashlib.sha256(gzip.decompress(tarball.path.read_bytes())).hexdigest()


@pytest.mark.slow
def test_nothing_of_a_machine_gets_into_it(
    cutlery: Checkout, tree: str, tarball: Tarball, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the clone's path, the umask, the locale or the time zone, nor a file that nobody committed."""
    clone = tmp_path / "another place" / "clone"
    run("git", "clone", "--quiet", str(cutlery.root), str(clone))
    (clone / PLACE / "src" / "untracked.ts").write_text("export const stray = 1;\n")
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    old = os.umask(0o077)
    try:
        after = build(Repository(clone), tree, EPOCH, tmp_path / "two")
    finally:
        os.umask(old)
    assert after.path.read_bytes() == tarball.path.read_bytes()


@pytest.mark.slow
def test_what_looks_at_the_machine_is_no_release(cutlery: Checkout, edit: Edit, tmp_path: Path) -> None:
    """Nobody could build it again; the error names the file."""
    script = "tsc && node -p process.env.TZ >> dist/size.js"
    tree = edit("package.json", '"build": "tsc"', f'"build": "{script}"')
    with pytest.raises(Failed, match=r"other bytes in package/dist/size\.js: sha256 .* the clock"):
        built_twice(cutlery.repository, tree, EPOCH, tmp_path)


@pytest.mark.slow
def test_what_does_not_compile_says_why(cutlery: Checkout, edit: Edit, tmp_path: Path) -> None:
    """In the words of the compiler."""
    tree = edit("src/size.ts", "return 1;", 'return "one";')
    with pytest.raises(Failed, match=r"(?s)size\.ts.*not assignable to type 'number'"):
        build(cutlery.repository, tree, EPOCH, tmp_path)


@pytest.mark.slow
def test_another_compiler_than_the_locks_is_refused(cutlery: Checkout, edit: Edit, tmp_path: Path) -> None:
    """By its hash: it would make other bytes."""
    tree = edit("package-lock.json", "sha512-jl1v", "sha512-jl2v")
    with pytest.raises(Failed, match="EINTEGRITY"):
        build(cutlery.repository, tree, EPOCH, tmp_path)


def test_files_have_nothing_but_their_content() -> None:
    """One time, one owner, two modes, one order, whatever was packed before."""
    made = members_of(("package/b", 0o600, b"2"), ("package/a", 0o777, b"1"))
    with tarfile.open(fileobj=io.BytesIO(packed(members(made), EPOCH)), mode="r:gz") as tar:
        told = [(each.name, each.mode, each.mtime, each.uid, each.gid, each.uname) for each in tar]
    assert told == [("package/a", 0o755, EPOCH, 0, 0, ""), ("package/b", 0o644, EPOCH, 0, 0, "")]
    assert packed(members(made), EPOCH)[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


def members_of(*files: tuple[str, int, bytes]) -> bytes:
    """A tarball as another program might make it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, mode, content in files:
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.uid, info.uname, info.mtime = len(content), mode, 7, "jo", 5
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def test_the_lock_says_which_compiler(cutlery: Checkout, edit: Edit, tree: str) -> None:
    """A package without one cannot be built again."""
    assert compiler(cutlery.repository, tree) == "typescript==5.9.3"
    other = edit("package-lock.json", "node_modules/typescript", "node_modules/rescript")
    with pytest.raises(Failed, match="npm install --save-dev --save-exact typescript"):
        compiler(cutlery.repository, other)


@pytest.mark.parametrize("data", [b"PK", gzip.compress(b"no tar")])
def test_what_is_no_package_is_refused(tmp_path: Path, data: bytes) -> None:
    """A broken download, say."""
    (tmp_path / "a.tgz").write_bytes(data)
    with pytest.raises(Failed, match="no npm package"):
        manifest_in(data)
    if data.startswith(b"PK"):
        with pytest.raises(Failed, match=r"a\.tgz is no npm package"):
            Tarball.read(tmp_path / "a.tgz")
