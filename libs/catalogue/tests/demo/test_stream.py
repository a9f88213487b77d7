"""The demo's catalogue as a whole: the same everywhere, growing at its end only, in bounded batches."""

import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterable
from hashlib import sha256
from itertools import chain, pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from ogrom.catalogue.demo import LOCALES, SEED, catalogue, counts
from ogrom.protocols.catalogue import Catalogue

KINDS = ("categories", "products", "users", "collages", "comments", "likes")

DIGEST = """
from hashlib import sha256
import msgspec
from ogrom.catalogue.demo import catalogue
print(sha256(msgspec.json.encode(list(catalogue(products=300)))).hexdigest())
"""


def records(batches: Iterable[Catalogue]) -> dict[str, list[Any]]:
    """All records by kind, in order."""
    whole = list(batches)
    return {kind: list(chain(*(getattr(batch, kind) for batch in whole))) for kind in KINDS}


def test_same_arguments_same_catalogue() -> None:
    """Called twice with the same arguments, it yields equal batches."""
    assert list(catalogue(products=400)) == list(catalogue(products=400))


def test_independent_of_hash_seed() -> None:
    """Other processes with other hash seeds make the very same catalogue."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }
    here = sha256(msgspec.json.encode(list(catalogue(products=300)))).hexdigest()
    assert digests == {here}


def test_other_seed_other_catalogue() -> None:
    """Another seed makes other products."""
    ours = next(catalogue(products=50)).products
    theirs = next(catalogue(products=50, seed=SEED + 1)).products
    assert ours != theirs


@given(st.integers(0, 120), st.integers(0, 120), st.integers(1, 60))
@settings(deadline=None)
def test_smaller_catalogue_begins_larger_one(small: int, more: int, batch: int) -> None:
    """A record depends on its number only: neither the total nor the batch size shifts it."""
    fewer = records(catalogue(products=small, batch=batch))
    larger = records(catalogue(products=small + more))
    for kind in KINDS:
        assert larger[kind][: len(fewer[kind])] == fewer[kind]


@pytest.mark.parametrize("products", [0, 1, 11, 12, 13, 100, 999, 2000])
def test_counts_are_exact(products: int) -> None:
    """`counts` tells beforehand how many records of each kind will come."""
    made = records(catalogue(products=products, batch=64))
    expected = counts(products)
    assert {kind: len(made[kind]) for kind in KINDS} == msgspec.structs.asdict(expected)
    assert expected.total == sum(len(made[kind]) for kind in KINDS)


@pytest.mark.parametrize("batch", [1, 7, 100])
def test_batches_are_bounded(batch: int) -> None:
    """No batch holds more products than asked for, and nothing else grows beyond proportion."""
    for part in catalogue(products=300, batch=batch):
        assert len(part.products) <= batch
        assert len(part.users) <= batch
        assert len(part.comments) <= batch + 8
        assert len(part.likes) <= 2 * batch + 32


def test_categories_come_first_and_once() -> None:
    """The first batch holds all the categories, even if there are no products."""
    first, *others = catalogue(products=30, batch=10)
    assert first.categories
    assert not any(batch.categories for batch in others)
    assert [batch.categories for batch in catalogue(products=0)] == [first.categories]


def test_times_grow_with_ids() -> None:
    """Within each kind, what has the higher id came later; a few thousand span months."""
    made = records(catalogue(products=3000))
    for kind, moment in (
        ("products", "updated_at"),
        ("users", "created_at"),
        ("collages", "created_at"),
        ("comments", "created_at"),
    ):
        times = [getattr(record, moment) for record in made[kind]]
        assert all(earlier < later for earlier, later in pairwise(times))
        assert times[0].year == 2015
        assert times[-1].year == 2015


def test_unknown_locale() -> None:
    """Whoever asks for a locale that the demo does not speak is told which ones it does, at once."""
    with pytest.raises(ValueError, match=r"'xx-XX'; the known ones are de-DE, en-GB, fr-FR, pl-PL"):
        catalogue(locales=("de-DE", "xx-XX"))


@pytest.mark.parametrize("locales", [(), ("de-DE", "de-DE")])
def test_locales_none_or_twice(locales: tuple[str, ...]) -> None:
    """No locale, or the same one twice, is an error."""
    with pytest.raises(ValueError, match="one or more, each once"):
        catalogue(locales=locales)


def test_sizes_out_of_range() -> None:
    """Negative sizes and empty batches are errors before the first batch is asked for."""
    with pytest.raises(ValueError, match="products -1"):
        catalogue(products=-1)
    with pytest.raises(ValueError, match="products -1"):
        counts(-1)
    with pytest.raises(ValueError, match="batch 0"):
        catalogue(batch=0)


@pytest.mark.parametrize("locale", LOCALES)
def test_single_locale(locale: str) -> None:
    """Asked for one locale, the demo speaks no other."""
    made = records(catalogue(products=200, locales=[locale]))
    assert {record.locale for record in (*made["collages"], *made["comments"])} == {locale}
    assert all(set(product.offers) <= {locale} for product in made["products"])
    assert all(set(category.names) == {locale} for category in made["categories"])


@pytest.mark.slow
def test_streams_in_constant_memory() -> None:
    """Twenty thousand products pass through a few megabytes, which as a whole they would fill many times."""
    tracemalloc.start()
    try:
        products = sum(len(batch.products) for batch in catalogue(products=20_000, batch=200))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert products == 20_000
    assert peak < 5_000_000
