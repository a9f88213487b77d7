"""A call ends at its deadline when the network swallows everything and closes nothing."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, text

from ogrom.protocols.context import Context
from ogrom.protocols.pages import PageRequest
from ogrom.sources.database.transactions import run_in_transaction
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.testing import Proxy

pytestmark = pytest.mark.slow

# What a call may take past its deadline on the slowest machine, in seconds; all other limits are minutes.
ALLOWANCE = 60.0


@pytest.mark.parametrize("warm", [True, False], ids=["pooled", "connecting"])
def test_a_silent_network_holds_nobody_past_the_deadline(
    proxy: Proxy, far: Engine, lateness: Callable[..., float], all_slots_work: Callable[..., bool], warm: bool
) -> None:
    """Eight calls at a pool of four end at their deadline; when the network is back, all is well at once."""
    if warm:
        assert all_slots_work(far)
    source = SqlSources.over(far).users
    proxy.silent = True
    with ThreadPoolExecutor(8) as threads:
        late = list(threads.map(lambda _: lateness(lambda ctx: source.user_by_id(ctx, 1)), range(8)))
    proxy.silent = False
    assert max(late) < ALLOWANCE
    assert all_slots_work(far)


def test_a_network_that_falls_silent_within_a_transaction_holds_nobody(
    proxy: Proxy,
    far: Engine,
    engine: Engine,
    soon: Callable[..., Context],
    lateness: Callable[..., float],
    all_slots_work: Callable[..., bool],
) -> None:
    """Neither the statement nor the rollback outlives the deadline, and nothing half-written is there."""

    def write(connection: Connection) -> None:
        connection.execute(text("UPDATE comments SET text = 'half'"))
        proxy.silent = True
        connection.execute(text("UPDATE comments SET text = 'whole'"))

    late = lateness(lambda ctx: run_in_transaction(far, "test", ctx, write), lambda: proxy.silent)
    proxy.silent = False
    assert late < ALLOWANCE
    comments = SqlSources.over(engine).comments.comments(soon(), PageRequest()).items
    assert {comment.text for comment in comments}.isdisjoint({"half", "whole"})
    assert all_slots_work(far)


def test_a_connection_that_is_never_made_holds_nobody(
    connect: Callable[..., Engine], lateness: Callable[..., float]
) -> None:
    """The first packet stays without an answer, as behind a firewall that drops it."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as first:
        first.connect(full.getsockname())
        source = SqlSources.over(connect(f"mysql://root@127.0.0.1:{full.getsockname()[1]}/x")).users
        with ThreadPoolExecutor(8) as threads:
            late = list(threads.map(lambda _: lateness(lambda ctx: source.user_by_id(ctx, 1)), range(8)))
    assert max(late) < ALLOWANCE


def test_a_call_costs_one_round_trip(
    proxy: Proxy, far: Engine, soon: Callable[..., Context], all_slots_work: Callable[..., bool]
) -> None:
    """Whether the connection lives is seen without asking the server."""
    assert all_slots_work(far)
    before = proxy.requests
    assert SqlSources.over(far).users.user_by_id(soon(), 1) is not None
    assert proxy.requests == before + 1
