import os
import subprocess
import sys
import time

import pytest

from bench.measure.usage import memory, processor_seconds

SECONDS = 0.5
MIB = 64
# Touches each page, says so, then works for a while; stays until its input ends.
WORKER = f"""
import time
kept = bytearray(b"x") * ({MIB} << 20)
print("filled", flush=True)
while time.process_time() < {SECONDS}:
    pass
print("worked", flush=True)
input()
"""


def test_what_a_process_uses_is_seen() -> None:
    """About the memory that it fills and the processor time that it takes."""
    with subprocess.Popen(
        (sys.executable, "-c", WORKER), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "filled\n"
        used = memory([process.pid])
        assert MIB < used.pss <= used.rss < MIB + 40
        assert process.stdout.readline() == "worked\n"
        assert processor_seconds([process.pid]) == pytest.approx(SECONDS, abs=0.1)
        process.stdin.write("\n")


def test_waiting_costs_nothing() -> None:
    """Time that goes by is no processor time."""
    begin = processor_seconds([os.getpid()])
    time.sleep(0.3)  # the waiting itself
    assert processor_seconds([os.getpid()]) - begin < 0.1


def test_processes_are_summed() -> None:
    """A server is its parent and its workers."""
    one, twice = memory([os.getpid()]), memory([os.getpid(), os.getpid()])
    assert twice.rss == pytest.approx(2 * one.rss, rel=0.05)


def test_who_has_ended_uses_nothing() -> None:
    """A child that ends while its server is measured is no reason to give up."""
    with subprocess.Popen((sys.executable, "-c", "")) as process:
        process.wait()
    assert processor_seconds([process.pid]) == 0
    assert memory([process.pid]).rss == 0
