"""Running other programs."""

import subprocess
import sys

import pytest

from ogrom_tools.command import Failed, run

THREADS = """
import sysconfig, threading, time

fill, begun = sysconfig._init_posix, threading.Event()

def slowly(variables):
    begun.set()
    time.sleep(1)
    fill(variables)

sysconfig._init_posix = slowly
{first}
from uv import find_uv_bin

first = threading.Thread(target=find_uv_bin)
first.start()
begun.wait()
print(find_uv_bin())
first.join()
"""


def test_what_fails_is_told_with_what_it_said() -> None:
    """The command, too."""
    with pytest.raises(Failed, match=r"(?s)sh -c .*said\nexited with 3"):
        run("sh", "-c", "echo said; exit 3")


@pytest.mark.slow
def test_two_threads_at_once_find_uv() -> None:
    """Python 3.11's sysconfig is not made for that, as the control shows."""

    def found(first: str) -> subprocess.CompletedProcess[str]:
        code = THREADS.format(first=first)
        return subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert found("import ogrom_tools.command").stdout.strip().endswith("uv")
    control = found("")
    assert "TypeError" in control.stderr or sys.version_info >= (3, 12), control
