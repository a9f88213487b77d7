"""Metrics of several processes."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from ogrom.run.failures import Failure
from ogrom.run.metrics_folder import VARIABLE, metrics_folder

PROGRAM = """
import os, sys
from ogrom.run.metrics_folder import forget_process, metrics_folder
with metrics_folder() as folder:
    print("folder", folder)
    from ogrom.run.metrics import Metrics
    from ogrom.run.served import Served

    metrics = Metrics((), "1", "r")
    served = Served({"REQUEST_METHOD": "GET"})
    metrics.begin(served)
    metrics.end(served)
    children = []
    for number in (1, 2, 3):
        child = os.fork()
        if not child:
            for _ in range(number):
                metrics.begin(served)
                metrics.end(served)
            metrics.begin(served)
            metrics.observe_queue(lambda: (number, 1))
            metrics.samples.take()
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    forget_process(children[-1])
    shown = metrics.shown().decode()
    print("\\n".join(line for line in shown.splitlines() if line[0] != "#"))
print("is there", folder.exists())
"""


@pytest.mark.slow
def test_processes_are_counted_together_and_the_dead_are_not_busy(
    environ: dict[str, str], tmp_path: Path
) -> None:
    """What one has counted stays when it ends; what it was doing does not. The folder goes at the end."""
    done = subprocess.run(
        [sys.executable, "-c", dedent(PROGRAM)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**environ, "TMPDIR": str(tmp_path)},
    )
    said = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    requests = 'ogrom_http_requests_total{endpoint="none",market="none",method="GET",status="500"}'
    assert said[requests] == "7.0"
    assert said["ogrom_http_requests_in_progress"] == "2.0"
    assert (said["ogrom_queue_depth"], said["ogrom_threads_busy"]) == ("3.0", "2.0")
    assert said['ogrom_info{release="r",version="1"}'] == "1.0"
    assert Path(said["folder"]).parent == tmp_path
    assert said["is there"] == "False"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_folder_of_an_operator_is_used_and_left_as_it_was(
    environ: dict[str, str], tmp_path: Path
) -> None:
    """What is in it from before is not counted as ours."""
    (tmp_path / "counter_1.db").touch()
    code = dedent("""
        import os
        from ogrom.run.metrics_folder import VARIABLE, metrics_folder
        with metrics_folder() as folder:
            print(folder.parent, os.environ[VARIABLE] == str(folder), list(folder.iterdir()))
        print(os.environ[VARIABLE])
    """)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**environ, VARIABLE: str(tmp_path)},
    )
    assert done.stdout == f"{tmp_path} True []\n{tmp_path}\n"
    assert [each.name for each in tmp_path.iterdir()] == ["counter_1.db"]


def test_where_no_folder_can_be_made_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a read-only file system without a place for temporary files."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "missing"))
    for name in [each for each in sys.modules if each.startswith("prometheus_client")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(Failure) as failure, metrics_folder():
        pass
    assert failure.value.message == (
        f"metrics: no folder can be made in {tmp_path}/missing: No such file or directory; "
        "let TMPDIR name a folder that can be written to"
    )
