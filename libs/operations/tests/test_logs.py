"""Logs in both forms, of a process of their own: logging belongs to the whole of one."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from ogrom.operations.logs import timestamp

pytestmark = pytest.mark.slow

SECRET = "hunter2-hunter2-hunter2-hunter2-"
HEAD = f"""
import logging, os, sys, threading, warnings
from ogrom.operations.access.parsers import RateStore
from ogrom.operations.logs import configure, configure_structlog
from ogrom.operations.redaction import Redactor
from ogrom.operations.secrets import Secret, secrets_of
from ogrom.operations.settings import ServiceSettings
settings = ServiceSettings(
    trace_key=Secret({SECRET!r}), rate_store=RateStore("redis://root:p%40ssw%C3%B6rd@host/db"),
)
configure(as_json=sys.argv[1] == "json", release="3f2a9c1", redact=Redactor(secrets_of(settings)))
log = logging.getLogger("some.library")
"""
Said = Callable[..., tuple[str, str]]


@pytest.fixture
def said(environ: dict[str, str], tmp_path: Path) -> Said:
    """What a program prints on stdout and stderr that logs in a form."""

    def said(form: str, program: str) -> tuple[str, str]:
        done = subprocess.run(
            [sys.executable, "-c", HEAD + dedent(program), form],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
            cwd=tmp_path,
            env=environ,
        )
        return done.stdout, done.stderr

    return said


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_of_json_has_what_logstash_reads(said: Said) -> None:
    """When, what, how bad, who, and of which release; then what is the event's own."""
    before = datetime.now(UTC)
    stdout, stderr = said("json", 'log.info("served %d", 7, extra={"ms": 1.5, "of": {"a": [None]}})')
    (line,) = lines(stdout)
    at = datetime.fromisoformat(line.pop("@timestamp"))
    assert abs((at - before).total_seconds()) < 60
    assert isinstance(line.pop("process"), int)
    assert line == {
        "@version": "1",
        "message": "served 7",
        "level": "INFO",
        "logger_name": "some.library",
        "release": "3f2a9c1",
        "ms": 1.5,
        "of": {"a": [None]},
    }
    assert stderr == ""


def test_a_time_is_utc_to_the_millisecond() -> None:
    """As RFC 3339 has it, of always the same length."""
    assert timestamp(1764079200.0) == "2025-11-25T14:00:00.000Z"
    assert timestamp(1764079200.1239) == "2025-11-25T14:00:00.123Z"


def test_structlog_comes_out_the_same_way(said: Said) -> None:
    """Where a service is called; its keywords are fields, and those of a line's own are not overwritten."""
    program = """
        import structlog
        configure_structlog()
        structlog.stdlib.get_logger("a").warning("of %s", "b", args=[2], level="x")
    """
    stdout, _ = said("json", program)
    (line,) = lines(stdout)
    assert (line["message"], line["args"], line["level"], line["logger_name"]) == (
        "of b",
        [2],
        "WARNING",
        "a",
    )


def test_text_is_for_people_and_of_warnings_only(said: Said) -> None:
    """On stderr, where a program's stdout may be piped elsewhere."""
    stdout, stderr = said("text", 'log.info("fine"); log.warning("full", extra={"free": 0})')
    assert (stdout, stderr) == ("", "WARNING some.library: full free=0\n")


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_message_makes_a_second_line(said: Said, form: str) -> None:
    """Nor does it write over one in a terminal: what a client sends may be in it."""
    output = "".join(said(form, r'log.warning("one\ntwo\r\x1b[2Jthree\u2028four %s", "\nfive")'))
    assert output.count("\n") == 1
    assert "\x1b" not in output
    assert "two" in output


def test_an_exception_is_a_field(said: Said) -> None:
    """Its lines are within the one line of JSON; where people read, they are below."""
    program = """
        try:
            1 / 0
        except ZeroDivisionError:
            log.exception("oh")
    """
    (line,) = lines(said("json", program)[0])
    assert line["stack_trace"].startswith("Traceback")
    assert line["stack_trace"].endswith("ZeroDivisionError: division by zero")
    assert said("text", program)[1].startswith("ERROR some.library: oh\nTraceback")


def test_what_nobody_caught_and_warnings_are_logged(said: Said) -> None:
    """They would otherwise be printed in a form of their own."""
    stdout, stderr = said(
        "json",
        """
        warnings.warn("old")
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        """,
    )
    warning, uncaught = lines(stdout)
    assert (warning["level"], warning["logger_name"]) == ("WARNING", "py.warnings")
    assert (uncaught["level"], uncaught["message"]) == ("CRITICAL", "uncaught ZeroDivisionError")
    assert stderr == ""


def test_a_line_that_cannot_be_written_is_told_of_and_hurts_nobody(said: Said) -> None:
    """The program goes on, also when nobody reads its log any more."""
    stdout, stderr = said(
        "json",
        r"""
        class Odd:
            def __repr__(self):
                raise RuntimeError("secret")
        log.warning("odd", extra={"value": Odd()})
        log.warning("half a character: \udc80")
        log.warning("none: %s")
        log.warning("too many: %s", 1, 2)
        log.warning("whole")
        sys.stdout.flush()
        os.close(logging.getLogger().handlers[0]._descriptor)
        log.warning("lost")
        """,
    )
    messages = [line["message"] for line in lines(stdout)]
    raised = "a record could not be formatted: that raised "
    assert messages == [
        raised + "RuntimeError",
        "half a character: \\udc80",
        "none: %s",
        raised + "TypeError",
        "whole",
    ]
    assert "secret" not in stdout + stderr


def test_lines_of_several_processes_do_not_mix(said: Said) -> None:
    """However long they are, and though they go through one pipe."""
    stdout, _ = said(
        "json",
        """
        import ogrom.operations.logs
        ogrom.operations.logs.PATIENCE = 60.0  # for a reader that has no processor
        children = []
        for letter in "abcd":
            child = os.fork()
            if not child:
                for length in range(8_000, 12_000, 40):
                    log.info(letter * length)
                os._exit(0)
            children.append(child)
        for child in children:
            os.waitpid(child, 0)
        """,
    )
    messages = [line["message"] for line in lines(stdout)]
    assert len(messages) == 400
    assert all(len(set(each)) == 1 for each in messages)


@pytest.mark.parametrize("holder", ["process", "thread"])
def test_a_thread_in_a_hurry_waits_for_nobody_and_loses_nothing(said: Said, holder: str) -> None:
    """Another process writes, or another thread, and has no processor: the lines come behind its own, in order."""
    stdout, _ = said(
        "json",
        """
        from fcntl import LOCK_EX, lockf
        import ogrom.operations.logs
        from ogrom.operations.logs import flush, hurry, lost_lines
        ogrom.operations.logs.PATIENCE = 60.0  # for who has no processor
        (handler,) = logging.getLogger().handlers
        hurry()
        held, go_on = os.pipe(), os.pipe()
        def hold():
            os.write(held[1], b"1")
            os.read(go_on[0], 1)
        """
        + {
            "process": """
        if not os.fork():
            lockf(handler._descriptor, LOCK_EX)
            hold()
            os._exit(0)
        """,
            "thread": """
        def run():
            with handler.lock:
                hold()
        threading.Thread(target=run).start()
        """,
        }[holder]
        + """
        os.read(held[0], 1)
        for number in range(30):
            log.info("line %d %s", number, "x" * 200 * number)
        os.write(go_on[1], b"1")
        log.info("last")
        flush()
        assert lost_lines() == 0
        """,
    )
    messages = [line["message"].rstrip("x") for line in lines(stdout)]
    assert messages == [*(f"line {number} " for number in range(30)), "last"]


STUCK = (
    HEAD
    + """
import time
for number in range(3_000):
    log.info("line %d %s", number, "x" * (number % 6000))
print("done", file=sys.stderr, flush=True)
input()
log.info("again")
"""
)


def test_a_reader_that_has_stopped_costs_lines_and_nothing_else(
    environ: dict[str, str], tmp_path: Path
) -> None:
    """They are counted, and told of once somebody reads again; each line that came is whole."""
    with subprocess.Popen(
        [sys.executable, "-c", STUCK, "json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environ,
    ) as program:
        assert program.stdin
        assert program.stdout
        assert program.stderr
        assert program.stderr.readline() == "done\n"  # though nobody has read a line of the log
        found = list[Any]()
        while len(found) < 100:  # there is room again
            found.append(json.loads(program.stdout.readline()))
        program.stdin.write("\n")
        program.stdin.flush()
        rest = program.stdout.read().splitlines()
        assert program.wait(60) == 0
    whole = [json.loads(each) for each in rest if each.startswith("{") and each.endswith("}")]
    assert len(rest) - len(whole) <= 1  # the one that was being written
    *lines_, again, lost = [each["message"] for each in (*found, *whole)]
    assert again == "again"
    number = int(lost.split()[0])
    assert lost == f"{number} lines of this log were lost, because nothing was reading it"
    assert 3_000 - 1 <= len(lines_) + number <= 3_000


PLANTED = """
    import base64
    from urllib.parse import quote
    secrets = [SECRET, "p@sswörd", "p%40ssw%C3%B6rd"]
    def nested():
        try:
            raise ValueError("mysql://root:p%40ssw%C3%B6rd@host/db")
        except ValueError as error:
            raise RuntimeError(f"Authorization: Bearer {SECRET}", {"Cookie": "sid=cookie-monster"}) from error
    for each in secrets:
        log.warning("plain " + each)
        log.warning("argument %s %r", each, {"password": each})
        log.warning("extra", extra={"value": each, "of": [{"x": (each,)}], "token": "short"})
        log.warning("url %s", "https://host/?q=" + quote(each, safe=""))
        log.error("event " + each, extra={"value": each, "authorization": "Bearer tiny"})
        warnings.warn("warned of " + each)
    log.warning("settings %r", settings)
    log.warning("basic %s", "Basic " + base64.b64encode(b"user:hunter2").decode())
    try:
        nested()
    except RuntimeError:
        log.exception("failed with " + SECRET)
        log.warning("stack", stack_info=True)
    thread = threading.Thread(target=nested)
    thread.start()
    thread.join()
    nested()
"""


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_secret_is_in_any_line(environ: dict[str, str], tmp_path: Path, form: str) -> None:
    """Wherever it was planted: in messages, arguments, fields, tracebacks, and in uncaught exceptions."""
    program = HEAD + f"SECRET = {SECRET!r}\n" + dedent(PLANTED)
    done = subprocess.run(
        [sys.executable, "-c", program, form],
        capture_output=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
        env=environ,
    )
    output = (done.stdout + done.stderr).decode()
    assert done.returncode == 1
    assert output.count("RuntimeError") >= 3, output
    assert output.count("plain ***") == 3
    for secret in (
        SECRET,
        "p@ssw",
        "p%40",
        "cookie-monster",
        "tiny",
        "aHVudGVyMg",
        "dXNlcjpodW50ZXIy",
        "'short'",
    ):
        assert secret not in output, (secret, re.findall(f".*{re.escape(secret)}.*", output)[:3])
