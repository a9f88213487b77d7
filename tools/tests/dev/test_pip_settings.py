import pytest

from ogrom_tools.dev.pip_settings import default_index, export, exports, options

LISTING = r"""
:env:.find-links='/opt/wheels'
global.cert='/etc/certificates.crt'
global.index-url='https://global.example/simple'
install.index-url='https://install.example/simple'
global.extra-index-url='\nhttps://one.example\nhttps://two.example'
list.format='columns'
"""


def test_the_later_section_wins() -> None:
    """As for pip: global, then install, then the environment; other commands' sections do not count."""
    found = options(LISTING + ":env:.cert='/mine.crt'\n")
    assert found["index-url"] == "https://install.example/simple"
    assert found["cert"] == "/mine.crt"
    assert "format" not in found


def test_uv_and_poetry_are_told_what_pip_is_told() -> None:
    """Several values stand as each tool wants them; what pip is not told, nobody is."""
    lines = dict(line.partition("export ")[2].split("=", 1) for line in exports(options(LISTING)))
    assert lines == {
        "UV_DEFAULT_INDEX": "https://install.example/simple",
        "POETRY_PYPI_MIRROR_URL": "https://install.example/simple",
        "UV_INDEX": "'https://one.example https://two.example'",
        "UV_FIND_LINKS": "/opt/wheels",
        "SSL_CERT_FILE": "/etc/certificates.crt",
        "REQUESTS_CA_BUNDLE": "/etc/certificates.crt",
    }


def test_a_value_is_no_shell_code() -> None:
    """A password may hold any character."""
    assert export("UV_INDEX", "a'$(b)") == """[ -n "${UV_INDEX:-}" ] || export UV_INDEX='a'"'"'$(b)'"""


@pytest.mark.parametrize(
    "form", ["(default\n   https://a.example/simple).", "(default: https://a.example/simple)"]
)
def test_the_default_index_is_read_from_pips_help(form: str) -> None:
    """Wrapped or not."""
    text = f"  -i, --index-url <url>  Base URL of the index {form} This should"
    assert default_index(text) == "https://a.example/simple"


def test_a_help_without_a_default_says_what_to_do() -> None:
    """A future pip may word it differently."""
    with pytest.raises(SystemExit, match="set PIP_INDEX_URL"):
        default_index("--index-url <url>  the index")
