import pytest

from ogrom_tools.index.layout import cache_control, content_type


@pytest.mark.parametrize(
    ("name", "form", "years"),
    [
        ("simple/index.html", "text/html; charset=utf-8", False),
        ("simple/ogrom-tea/index.json", "application/vnd.pypi.simple.v1+json", False),
        ("files/ogrom_tea-1.0.0-py3-none-any.whl", "application/octet-stream", True),
        ("files/ogrom_tea-1.0.0-py3-none-any.whl.metadata", "application/octet-stream", True),
        ("files/ogrom_tea-1.0.0-py3-none-any.whl.yanked", "application/octet-stream", False),
        ("tea.whl", "application/octet-stream", False),
    ],
)
def test_only_what_never_changes_is_kept_for_long(name: str, form: str, years: bool) -> None:
    """A page is asked for again after a minute, so a release is seen and a yank heeded."""
    assert content_type(name) == form
    assert ("immutable" in cache_control(name)) is years
    assert ("max-age=60" in cache_control(name)) is not years
