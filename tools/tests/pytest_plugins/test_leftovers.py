import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each starts programs

COMMON = """
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

ORPHANS = "import subprocess; print(subprocess.Popen(('sleep', '{seconds}')).pid)"

def orphan(seconds):
    command = (sys.executable, "-c", ORPHANS.format(seconds=seconds))
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

@pytest.fixture(scope="module")
def servers():
    servers = [subprocess.Popen(("sleep", "600"))]
    yield servers
    servers[-1].kill()
"""
CLEAN = """
def test_nothing():
    pass

def test_what_is_told_to_end_may_take_its_time():
    threading.Timer(0.2, int).start()
    subprocess.Popen(("sleep", "0.2"))
    orphan(0.2)

def test_python_keeps_a_process_of_its_own():
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert pool.submit(int).result() == 0

@pytest.fixture
def gate():
    gate = threading.Event()
    threading.Thread(target=gate.wait).start()
    yield
    gate.set()

def test_a_fixture_ends_it(gate):
    pass

def test_a_fixture_of_all_keeps_it(servers):
    assert servers[-1].poll() is None

def test_it_may_be_started_again(servers):
    servers[-1].kill()
    servers[-1].wait()
    servers.append(subprocess.Popen(servers[0].args))

def test_it_is_kept(servers):
    assert servers[-1].poll() is None
"""
THREAD = """
def test_it():
    threading.Thread(target=threading.Event().wait, name="forgotten", daemon=True).start()
"""
PROCESS = """
started = []

def test_it():
    started.append(subprocess.Popen(("sleep", "601")))
"""
ORPHAN = """
def test_it():
    orphan(602)
"""
FIXTURE = """
@pytest.fixture(scope="module")
def forgetful():
    threading.Thread(target=threading.Event().wait, name="forgotten", daemon=True).start()

def test_before(forgetful):
    pass

def test_it(forgetful):
    pass
"""
BESIDE_A_FIXTURE = """
def test_it(servers):
    subprocess.Popen(servers[0].args)

def test_after(servers):
    pass
"""
FAILS = """
def test_it():
    orphan(602)
    assert False
"""
NEXT = """
def test_the_next_one_is_not_to_blame():
    pass
"""
DOCUMENT = """
```python
import threading
gate = threading.Event()
thread = threading.Thread(target=gate.wait, name="forgotten", daemon=True)
thread.start()
```

```python
assert thread.is_alive()
{end}
```
"""


def outcome(folder: Path, *options: str) -> tuple[int, str]:
    # What is left is left for ever, so it need not be waited for; without this file it would be.
    command = ["env", "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1", sys.executable, "-m", "pytest", "-c/dev/null"]
    plugins = ["-p", "ogrom_tools.pytest_plugins.leftovers", *options]
    done = subprocess.run([*command, *plugins, "."], cwd=folder, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout


@pytest.fixture
def at_once(tmp_path: Path) -> None:
    """Nothing that is left is waited for."""
    (tmp_path / "conftest.py").write_text(
        "import ogrom_tools.pytest_plugins.leftovers\nogrom_tools.pytest_plugins.leftovers.SECONDS = 0.1\n"
    )


def test_what_ends_is_no_leftover(tmp_path: Path) -> None:
    """It ends with the test or the fixture that started it, or soon after."""
    (tmp_path / "test_it.py").write_text(COMMON + CLEAN)
    code, printed = outcome(tmp_path)
    assert "7 passed" in printed
    assert code == 0


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(THREAD, r"<Thread\(forgotten, .*threading\.py.* in wait", id="thread"),
        pytest.param(PROCESS, r"process \d+: sleep 601", id="process"),
        pytest.param(ORPHAN, r"process \d+: sleep 602", id="orphan"),
        pytest.param(FIXTURE, r"<Thread\(forgotten, ", id="of a fixture"),
        pytest.param(BESIDE_A_FIXTURE, r"process \d+: sleep 600", id="beside a fixture"),
        pytest.param(FAILS, r"process \d+: sleep 602", id="of a failure"),
    ],
)
def test_a_leftover_is_an_error(tmp_path: Path, text: str, told: str) -> None:
    """Of the test with which it should have ended, and of no other; it says what is left."""
    (tmp_path / "test_it.py").write_text(COMMON + text)
    (tmp_path / "test_next.py").write_text(NEXT)
    code, printed = outcome(tmp_path)
    assert re.search("ERROR at teardown of test_it .*" + told, printed, re.DOTALL)
    assert "1 error" in printed
    assert code == 1


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("end", "told"),
    [
        pytest.param("gate.set()", "= 2 passed in", id="ended"),
        pytest.param("", "ERROR at teardown of page.md line=9 .*= 2 passed, 1 error in", id="left"),
    ],
)
def test_a_document_is_one_test(tmp_path: Path, end: str, told: str) -> None:
    """Its blocks share what they start, and it ends with the last of them."""
    (tmp_path / "page.md").write_text(DOCUMENT.format(end=end))
    _, printed = outcome(tmp_path, "-p", "ogrom_tools.pytest_plugins.documents")
    assert re.search(told, printed, re.DOTALL)
