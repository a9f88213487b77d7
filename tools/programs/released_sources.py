"""Runs in the environment of a release, without anything of today's: its own contract suites, or calls of its sources.

python released_sources.py contracts WORK FILLED    runs the suites on WORK, which holds what FILLED holds at each test
python released_sources.py migrate WORK FILLED      starts as services did that migrated at their start
python released_sources.py answer WORK              answers calls, a line of JSON each

WORK and FILLED are URLs of databases at one phase. The result is one line of JSON on standard output.
"""

import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from ogrom.protocols import context, models, pages
from ogrom.protocols.catalogue import Catalogue, OfferId
from ogrom.protocols.context import Context
from ogrom.protocols.contracts import Sources, StoreContract
from ogrom.protocols.errors import SourceError
from ogrom.protocols.testing import CATALOGUE, DE


def _named(name: str, module: str, before: str) -> Any:
    """What a module of ogrom.sources has; before 2.0.0 it was another module."""
    try:
        found = import_module(f"ogrom.sources.{module}")
    except ModuleNotFoundError:
        found = import_module(f"ogrom.sources.{before}")
    return getattr(found, name)


database_engine = _named("database_engine", "database.engine", "engine")
migrate = _named("migrate", "migrations.migrate", "migrate")
load = _named("load", "sql.loading", "loading")
SqlSources = _named("SqlSources", "sql.sources", "sql")

WORK, FILLED = "OGROM_LATTICE_WORK", "OGROM_LATTICE_FILLED"


class TestStore(StoreContract):
    """All contracts of its version."""

    @pytest.fixture
    def engine(self) -> Iterator[Engine]:
        """On a database that holds CATALOGUE and nothing else, and that nobody migrates."""
        work = os.environ[WORK]
        restore(work, os.environ[FILLED])
        engine = database_engine(work)
        yield engine
        engine.dispose()

    @pytest.fixture
    def sources(self, engine: Engine) -> Sources:
        """Over that."""
        sources: Sources = SqlSources.over(engine)
        return sources

    def test_records_are_stored(self, engine: Engine, sources: Sources) -> None:
        """What the contracts do not write: products, and what shops call them."""
        known = CATALOGUE.products[0]
        new = Catalogue(
            products=(msgspec.structs.replace(known, id=99),),
            offer_ids=(OfferId(offer_id="ninety-nine", product_id=99),),
        )
        load(engine, [new])
        stored = sources.products.product_by_id(Context(locale=DE), 99)
        assert stored is not None
        assert stored.title == known.offers[DE].title


class Outcomes:
    """What came of each test function: a plugin of pytest."""

    def __init__(self) -> None:
        self.counts = Counter[str]()
        self.problem = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count it."""
        if report.when == "call" or not report.passed:
            name = report.nodeid.partition("::")[2].partition("[")[0]
            self.counts[f"{name} {report.outcome}"] += 1
            if report.failed and not self.problem:
                crash = getattr(report.longrepr, "reprcrash", None)
                said = str(crash.message if crash else report.longrepr).strip().partition("\n")[0]
                self.problem = f"{name}: {said}"


def contracts(work: str, filled: str) -> dict[str, Any]:
    """Run the suites until a test fails."""
    os.environ |= {WORK: work, FILLED: filled}
    outcomes = Outcomes()
    options = (
        "-q",
        "-x",
        "--import-mode=importlib",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "-W",
        "ignore",
    )
    with redirect_stdout(sys.stderr):
        code = pytest.main([__file__, *options], plugins=[outcomes])
    problem = outcomes.problem or ("" if code == 0 else f"pytest ended with {code}")
    return {"problem": problem, "outcomes": dict(sorted(outcomes.counts.items()))}


def migrated(work: str, filled: str) -> dict[str, Any]:
    """What the release's own migration makes of the database."""
    restore(work, filled)
    engine = database_engine(work)
    try:
        migrate(engine)
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting
        return {"problem": f"{type(error).__name__}: {error}".partition("\n")[0]}
    finally:
        engine.dispose()
    return {"problem": ""}


def restore(work: str, filled: str) -> None:
    """Put what one database holds into another of the same phase."""
    if work.startswith("sqlite:"):
        path = work.removeprefix("sqlite:///")
        for ending in ("-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        shutil.copyfile(filled.removeprefix("sqlite:///"), path)
        return
    engine, name = database_engine(work), filled.rpartition("/")[2]
    with engine.begin() as connection:
        connection.exec_driver_sql("SET foreign_key_checks = 0")
        for (table,) in connection.exec_driver_sql(f"SHOW TABLES FROM `{name}`").all():
            connection.exec_driver_sql(f"DELETE FROM `{table}`")  # noqa: S608 - our own names
            copied = f"INSERT INTO `{table}` SELECT * FROM `{name}`.`{table}`"  # noqa: S608
            connection.exec_driver_sql(copied)
        connection.exec_driver_sql("SET foreign_key_checks = 1")
    engine.dispose()


TYPES = {each.__name__: each for each in (models.CollageDraft, models.CommentDraft, pages.PageRequest)}


def answer(work: str) -> None:
    """Answer calls until there are no more: `{"call": "likes.likes", "args": [11], "kwargs": {}, "key": null}`.

    An argument that is an object names its type: `{"PageRequest": {"limit": 100}}`.
    """
    sources = SqlSources.over(database_engine(work))
    print(json.dumps({"keys": hasattr(context, "IdempotencyKey")}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        source, _, method = asked["call"].partition(".")
        args = [_argument(each) for each in asked["args"]]
        try:
            value = getattr(getattr(sources, source), method)(
                _context(asked["key"]), *args, **asked["kwargs"]
            )
        except Exception as error:  # noqa: BLE001 - said to the harness, which judges
            kind = type(error).__name__
            said = {"error": kind if isinstance(error, SourceError) else f"{kind}: {error}"}
        else:
            said = {"value": json.loads(msgspec.json.encode(value))}
        print(json.dumps(said), flush=True)


def _argument(value: Any) -> Any:
    if isinstance(value, dict):
        ((name, fields),) = value.items()
        return msgspec.convert(fields, TYPES[name])
    return value


def _context(key: str | None) -> Context:
    if key is None:
        return Context(locale=DE)
    made = context.IdempotencyKey(text=key, fingerprint="1" * 64)
    return Context(locale=DE, key=made, principal=context.Principal(user_id=1))


if __name__ == "__main__":
    if sys.argv[1] == "answer":
        answer(sys.argv[2])
    else:
        print(json.dumps({"contracts": contracts, "migrate": migrated}[sys.argv[1]](*sys.argv[2:])))
