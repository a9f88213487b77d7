"""RSS and Atom."""

import time
from typing import Any

import pytest

ITEM = """<item><g:id>{id}</g:id><title>Rotes &lt;b&gt;Kleid&lt;/b&gt;</title><g:brand>Nümph</g:brand>
<g:image_link>https://shop.example/image.jpg</g:image_link><g:price>15.00 EUR</g:price>
<g:product_type>Damen &gt; Kleider</g:product_type><g:product_type>Neu</g:product_type>
<g:shipping><g:price>4.95 EUR</g:price><g:id>no</g:id></g:shipping></item>"""
RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title><link>x</link>
{}
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="iso-8859-1"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>
<entry><id>tag:shop</id><g:id>A1</g:id><title>Rotes Kleid</title><link href="https://shop.example/1"/>
<g:brand><![CDATA[N\xfcmph]]></g:brand><g:image_link>https://shop.example/1.jpg</g:image_link>
<g:price>15 EUR</g:price><g:product_type>Damen</g:product_type></entry></feed>"""


def rss(*items: str) -> str:
    return RSS.format("\n".join(items))


def test_rss(shop: Any) -> None:
    """Markup in a title is text, the first of values counts, groups are read over."""
    loaded = shop.load(rss(ITEM.format(id="A1"), ITEM.format(id="A2")))
    assert (loaded.counts, loaded.wrong, loaded.broken) == ((2, 0, 0), [], "")
    exported = shop.export()
    assert b'"title":"Rotes <b>Kleid</b>","price":{"amount":1500,' in exported
    assert b'"offer_id":"A2"' in exported
    assert b"Neu" not in exported


def test_atom(shop: Any) -> None:
    """In another encoding, with an id of its own beside Google's."""
    loaded = shop.load(ATOM.encode("latin-1"))
    assert (loaded.counts, loaded.wrong) == ((1, 0, 0), [])
    assert '"brand":"Nümph"'.encode() in shop.export()
    assert b"tag:shop" not in shop.export()


def test_faults_have_the_line_of_their_item(shop: Any) -> None:
    """That is where somebody looks."""
    bad = ITEM.format(id="A2").replace("15.00 EUR", "-15.00 EUR")
    loaded = shop.load(rss(ITEM.format(id="A1"), bad))
    assert [(line, id, field) for line, id, field, _ in loaded.wrong] == [(7, "A2", "price")]


def test_what_ended_before_a_break_is_good(shop: Any) -> None:
    """The break is told with its line."""
    loaded = shop.load(rss(ITEM.format(id="A1"), "<item><g:id>A2</g:title></item>"))
    assert loaded.counts == (1, 0, 0)
    assert loaded.broken == "line 7 is not well-formed XML: mismatched tag"


@pytest.mark.parametrize("encoding", ["UTF-7", "UTF-32", "idna", "no-such", "rot13", "zlib"])
def test_another_encoding_is_told(shop: Any, encoding: str) -> None:
    """With what to do; whatever Python makes of the name."""
    loaded = shop.load(rss(ITEM.format(id="A1")).replace('"1.0"', f'"1.0" encoding="{encoding}"', 1))
    assert loaded.counts == (0, 0, 0)
    assert "encoding" in loaded.broken


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/rss.dtd">',
        '<!DOCTYPE rss [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]>',
    ],
)
def test_a_doctype_is_refused(shop: Any, doctype: str) -> None:
    """So nothing is expanded and nothing fetched."""
    feed = rss(ITEM.format(id="&a;")).replace("<rss", f"{doctype}<rss")
    loaded = shop.load(feed)
    assert loaded.broken == "line 2 has a DOCTYPE; leave it out, a feed needs none"
    assert loaded.counts == (0, 0, 0)


def test_a_text_without_end_is_one_bad_item(shop: Any) -> None:
    """It is not kept; what follows loads."""
    long = ITEM.format(id="A1").replace("Nümph", "x" * 3_000_000)
    loaded = shop.load(rss(long, ITEM.format(id="A2")))
    assert loaded.counts == (1, 0, 0)
    assert loaded.wrong == [(3, "A1", "brand", "is longer than 65536 characters")]


@pytest.mark.parametrize(
    ("inner", "broken"),
    [
        ("<a>" * 100, "line 7 is nested deeper than 64 elements"),
        (f"<item x='{'x' * 3_000_000}'/>", "line 7 has a tag or comment of over a megabyte"),
        (f"<{'x' * 3_000_000}/>", "line 7 has a tag or comment of over a megabyte"),
    ],
)
def test_what_would_exhaust_a_reader(shop: Any, inner: str, broken: str) -> None:
    """It ends the reading."""
    begin = time.monotonic()
    loaded = shop.load(rss(ITEM.format(id="A1"), inner))
    assert (loaded.broken, loaded.counts) == (broken, (1, 0, 0))
    assert time.monotonic() - begin < 60


def test_a_page_is_no_feed(shop: Any) -> None:
    """Who saved an error page is told."""
    loaded = shop.load("<html><body>Not found</body></html>")
    assert loaded.broken == "it has no products: no <item> (RSS) and no <entry> (Atom)"
