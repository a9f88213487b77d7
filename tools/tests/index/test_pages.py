import hashlib
import json
from itertools import permutations

from ogrom_tools.index.pages import pages
from ogrom_tools.ledger import Release

METADATA = b"Metadata-Version: 2.4\nName: ogrom-tea\nVersion: 1.0.0\nRequires-Python: >=3.11,<3.15\n"
PLAIN = b"Metadata-Version: 2.4\n"
HASH = hashlib.sha256(METADATA).hexdigest()


def release(version: str = "1.0.0", yanked: str = "", project: str = "tea") -> Release:
    return Release(
        project=project,
        version=version,
        artefact=f"ogrom_{project}-{version}-py3-none-any.whl",
        tool="poetry-core==2.5.0",
        tree="1" * 40,
        epoch=1_800_000_000,
        sha256="ab" * 32,
        record_sha256="cd" * 32,
        date="2026-11-25",
        yanked=yanked,
    )


def test_an_html_page_tells_all_of_a_wheel() -> None:
    """PEP 503's link with its hash, and the attributes of PEP 503, 592 and 714."""
    html = pages({release(): METADATA})["simple/ogrom-tea/index.html"].decode()
    assert (
        '<a href="../../files/ogrom_tea-1.0.0-py3-none-any.whl#sha256=' + "ab" * 32 + '"'
        f' data-core-metadata="sha256={HASH}" data-requires-python="&gt;=3.11,&lt;3.15">'
        "ogrom_tea-1.0.0-py3-none-any.whl</a>"
    ) in html
    assert '<meta name="pypi:repository-version" content="1.0">' in html


def test_a_json_page_tells_the_same() -> None:
    """PEP 691."""
    assert json.loads(pages({release(): METADATA})["simple/ogrom-tea/index.json"]) == {
        "meta": {"api-version": "1.0"},
        "name": "ogrom-tea",
        "files": [
            {
                "filename": "ogrom_tea-1.0.0-py3-none-any.whl",
                "url": "../../files/ogrom_tea-1.0.0-py3-none-any.whl",
                "hashes": {"sha256": "ab" * 32},
                "core-metadata": {"sha256": HASH},
                "requires-python": ">=3.11,<3.15",
                "yanked": False,
            }
        ],
    }


def test_the_root_lists_each_project_once() -> None:
    """Under the name that it is asked for by."""
    made = pages({release(): METADATA, release("1.1.0"): PLAIN, release("2.0.0", project="pot"): PLAIN})
    assert json.loads(made["simple/index.json"])["projects"] == [{"name": "ogrom-pot"}, {"name": "ogrom-tea"}]
    assert made["simple/index.html"].count(b"<a href=") == 2
    assert b'<a href="ogrom-pot/">ogrom-pot</a>' in made["simple/index.html"]


def test_a_yank_and_its_reason_are_told() -> None:
    """A reason is any text."""
    made = pages({release(yanked='breaks "<tea>" & pot'): PLAIN})
    assert json.loads(made["simple/ogrom-tea/index.json"])["files"][0]["yanked"] == 'breaks "<tea>" & pot'
    html = made["simple/ogrom-tea/index.html"].decode()
    assert 'data-yanked="breaks &#34;&lt;tea&gt;&#34; &amp; pot"' in html


def test_a_wheel_without_requires_python_says_nothing_of_it() -> None:
    """Then it is for every Python."""
    made = pages({release(): PLAIN})
    assert b"requires-python" not in b"".join(made.values())


def test_pages_depend_on_the_wheels_alone() -> None:
    """Not on their order; versions rise."""
    releases = [release(each) for each in ("1.10.0", "1.9.0", "1.10.0rc1", "1.0.0")]
    first, *others = [pages(dict.fromkeys(each, PLAIN)) for each in permutations(releases)]
    assert all(first == other for other in others)
    files = json.loads(first["simple/ogrom-tea/index.json"])["files"]
    assert [each["filename"].split("-")[1] for each in files] == ["1.0.0", "1.9.0", "1.10.0rc1", "1.10.0"]


def test_an_empty_index_has_a_root() -> None:
    """Before the first release."""
    assert set(pages({})) == {"simple/index.html", "simple/index.json"}
