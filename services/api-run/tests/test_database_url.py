"""The database's URL."""

import pytest
from hypothesis import example, given, strategies as st

from ogrom.run.database_url import DatabaseUrl, database_url, database_url_or_none

_SECRET = st.text(min_size=1, max_size=20).map(lambda text: f"S3cret{text}")


@pytest.mark.parametrize(
    "text",
    [
        "mysql://root@127.0.0.1:3306/ogrom",
        "mysql://host/ogrom",
        "mysql://u:p%40ss@[::1]:3306/ogrom?ssl-mode=REQUIRED",
        "sqlite:///.ogrom/ogrom.sqlite3",
        "sqlite:////var/lib/ogrom.sqlite3",
        "http://other:8080/",
        "https://user:secret@shop.example/ogrom/",
    ],
)
def test_urls_of_known_schemes_are_taken_as_they_are(text: str) -> None:
    """What MySQL, MariaDB and SQLite need is kept to the letter."""
    assert database_url(text).secret == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "mysq://host/db",
            r"has an unknown scheme 'mysq'; use mysql:// or sqlite:///, or https:// for another",
        ),
        ("postgresql://host/db", "unknown scheme 'postgresql'"),
        ("ogrom.sqlite3", "is not a URL; use mysql://user:password@host:3306/database or sqlite:///path"),
        ("mysql://host", "names no host or no database"),
        ("mysql:///db", "names no host or no database"),
        ("mysql://host:http/db", "a port that is not a number"),
        ("mysql://host:99999/db", "a port that is not a number"),
        ("http://", "is not the home of a service; use https://host/"),
        ("https://host/?a=b", "is not the home of a service"),
        ("http://host:http/", "a port that is not a number, or .*; use https://host/"),
        ("sqlite://", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite://file", "names no file"),
        ("sqlite:///:memory:", "would lose its data"),
        ("sqlite:///ogrom.db?ssl-mode=REQUIRED", "has options, and SQLite takes none"),
        ("mysql://host/db?ssl_ca=x", "unknown option 'ssl_ca'; use ssl-mode, ssl-ca, ssl-cert, ssl-key"),
        ("mysql://host/db?ssl-mode=VERIFY_CA&ssl-ca=no.pem", "'no.pem', which is not a file"),
    ],
)
def test_other_urls_are_refused_with_what_to_write(text: str, message: str) -> None:
    """Whoever mistypes is told what is wrong."""
    with pytest.raises(ValueError, match=message):
        database_url(text)


def test_no_url_is_none_where_none_is_needed() -> None:
    """A reader may be left out, but not misspelt."""
    assert database_url_or_none("") is None
    assert database_url_or_none("mysql://host/ogrom") == DatabaseUrl("mysql://host/ogrom")
    with pytest.raises(ValueError, match="is not a URL"):
        database_url_or_none("replica")


@example("1/db?", "mysql")
@example("1/?", "https")
@given(st.text("/?#:&=%.0123456789ab", max_size=12), st.sampled_from(["mysql", "https"]))
def test_no_error_tells_a_password(before: str, scheme: str) -> None:
    """Whatever it is made of, and whatever a reader of URLs takes its end for."""
    try:
        told = str(database_url(f"{scheme}://root:{before}S3cret@host/db"))
    except ValueError as error:
        told = str(error)
    assert "S3cret" not in told


@given(_SECRET)
def test_no_text_of_it_shows_the_password(secret: str) -> None:
    """Neither printing nor debugging gives a password away, whatever characters it has."""
    url = DatabaseUrl(f"mysql://root:{secret}@host:3306/db")
    assert secret not in f"{url} {url!r} {[url]}"
