import os
import subprocess
import sys
import time

import pytest

from ogrom_rehearsal.usage import memory, processor_seconds

SECONDS = 0.5
MIB = 64
TICK = 0.005
"""Seconds that may pass between two looks; the kernel's account in hundredths would be too coarse for this."""
# Touches each page, says so, then works for a while; tells what it has used, and once more when it is asked.
WORKER = f"""
import time
kept = bytearray(b"x") * ({MIB} << 20)
print("filled", flush=True)
while time.process_time() < {SECONDS}:
    pass
print(time.process_time(), flush=True)
input()
print(time.process_time(), flush=True)
"""


def test_what_a_process_uses_is_seen() -> None:
    """About the memory that it fills, and the processor time that it says itself."""
    with subprocess.Popen(
        (sys.executable, "-c", WORKER), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "filled\n"
        used = memory([process.pid])
        assert MIB < used.pss <= used.rss < MIB + 40
        before = float(process.stdout.readline())
        seconds = processor_seconds([process.pid])
        process.stdin.write("\n")
        process.stdin.flush()
        assert SECONDS <= before <= seconds + TICK
        assert seconds - TICK <= float(process.stdout.readline())


def test_waiting_costs_nothing() -> None:
    """Time that goes by is no processor time."""
    used, begin = time.process_time(), processor_seconds([os.getpid()])
    time.sleep(0.3)  # the waiting itself
    seconds = processor_seconds([os.getpid()]) - begin
    assert seconds <= time.process_time() - used + TICK < 0.3


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
