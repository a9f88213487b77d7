"""Logs: the standard library's logging, for people or for logstash, and never with a secret.

It takes every log of the process: ours, Waitress's, SQLAlchemy's, warnings and uncaught exceptions.
"""

import logging
import os
import select
import stat
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from fcntl import F_SETPIPE_SZ, LOCK_EX, LOCK_NB, LOCK_UN, fcntl, lockf
from types import TracebackType
from typing import Any

import msgspec

from .secrets import KnownSecrets

CURRENT: ContextVar[tuple[str, str]] = ContextVar("ogrom.operations.logs.current", default=("", ""))
"""The ids of the request that is being served and of its trace; each line about it has them."""

FIELDS = "ogrom_fields"
"""The attribute of a LogRecord that holds all fields of its event, whatever their names."""

STDOUT, STDERR = 1, 2

# These log each call, each connection and each plugin; metrics and traces say more.
_TALKATIVE = ("alembic.runtime.plugins", "httpx2", "ogrom.sources.database.pool", "sqlalchemy")

# Characters of a text; more would not help anybody.
_LONGEST = 16_000

PATIENCE = 0.1
"""How long a line waits for its reader, in seconds."""

# Seconds for which another process's lock on the file is waited for; it is held for microseconds.
_MOMENT = 0.001

# Lines of the thread in a hurry that another thread has still to write.
_MOST_WAITING = 1000
_AT_ONCE = float("-inf")

# Bytes that a pipe holds: the usual 65,536 are soon full. An unprivileged user may have this many.
_PIPE = 1024 * 1024

# What breaks a line, or overwrites one in a terminal. In the text form a traceback keeps its lines.
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
_CONTROLS |= {ord("\t"): "\t", ord("\n"): "\\n", ord("\r"): "\\r", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_TRACEBACK = _CONTROLS | {ord("\n"): "\n"}

_log = logging.getLogger("ogrom.operations")


def configure(*, as_json: bool, release: str = "", redact: KnownSecrets | None = None) -> None:
    """Have every log of this process written in one form; call it before anything logs.

    Args:
        as_json: lines of JSON on stdout, of everything; otherwise text for people on stderr, of warnings.
        release: what is deployed, named in each line of JSON.
        redact: takes secrets out of each line; None where there is nothing secret.
    """
    handler = Lines(STDOUT if as_json else STDERR)
    redact = redact or KnownSecrets()
    handler.setFormatter(Json(release, redact) if as_json else Text(redact))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO if as_json else logging.WARNING)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A log that cannot be written must not print its arguments, as logging otherwise does.
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def redact_with(redact: KnownSecrets) -> None:
    """Replace what takes secrets out of each line.

    Args:
        redact: takes them out.
    """
    for each in _logs():
        if isinstance(each.formatter, Json | Text):
            each.formatter.redact = redact


def configure_structlog() -> None:
    """Have structlog's events written by logging, for libraries that use it; needs the extra `structlog`."""
    import structlog  # takes rich along

    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            _to_logging,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _to_logging(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """An event of structlog's as the arguments of logging's methods.

    Its fields stay together: logging refuses an `extra` that a LogRecord has already, such as `args`.
    """
    passed = {name: event.pop(name) for name in ("exc_info", "stack_info") if name in event}
    return {"msg": event.pop("event"), "extra": {FIELDS: event}, **passed}


class Json(logging.Formatter):
    """Formats a record as a line of JSON, as logstash's codec `json` reads it."""

    def __init__(self, release: str, redact: KnownSecrets) -> None:
        """Name the release in each line.

        Args:
            release: what is deployed; may be empty.
            redact: takes out what is secret.
        """
        super().__init__()
        self._release = release
        self.redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        event = {
            "@timestamp": timestamp(record.created),
            "@version": "1",
            "message": _message(record),
            "level": record.levelname,
            "logger_name": record.name,
            "process": record.process,
            "release": self._release,
        }
        request_id, trace_id = CURRENT.get()
        if request_id:
            event |= {"request_id": request_id, "trace_id": trace_id}
        if record.exc_info or record.stack_info:
            event["stack_trace"] = _stack_trace(record)
        for name, value in _own(record):
            event.setdefault(name, value)
        line = _encoded(event)
        # A secret would show in the line. Most lines have none, and are done.
        return _encoded(self.redact.value(event)) if self.redact.suspects(line) else line


class Text(logging.Formatter):
    """Formats a record for people: a line, and a traceback below it."""

    def __init__(self, redact: KnownSecrets) -> None:
        """Take out secrets.

        Args:
            redact: takes out what is secret.
        """
        super().__init__()
        self.redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The text, without its end."""
        own = "".join(f" {name}={self.redact.named(name, value)}" for name, value in _own(record))
        line = f"{record.levelname} {record.name}: {self.redact(_message(record))}{own}".translate(_CONTROLS)
        if not (record.exc_info or record.stack_info):
            return line
        return f"{line}\n{self.redact(_stack_trace(record)).translate(_TRACEBACK)}"


_STANDARD = frozenset({*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"})


def _own(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    """The event's own fields: `extra`, those of a request's line, or structlog's keywords."""
    own = [each for each in record.__dict__.items() if each[0] not in _STANDARD]
    for name, value in own:
        if name == FIELDS:
            yield from value.items()
        else:
            yield name, value


def _message(record: logging.LogRecord) -> str:
    text = record.getMessage()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _stack_trace(record: logging.LogRecord) -> str:
    """The traceback; the end of a very long one, since that says what happened."""
    raised = _FORMATTER.formatException(record.exc_info) if record.exc_info else ""
    text = "\n".join(filter(None, (raised, record.stack_info)))
    return text if len(text) <= _LONGEST else "…" + text[1 - _LONGEST :]


_FORMATTER = logging.Formatter()


def timestamp(seconds: float) -> str:
    """A Unix time as RFC 3339 has it, in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _encoded(event: dict[str, Any]) -> str:
    try:
        return msgspec.json.encode(event, enc_hook=repr).decode()
    except UnicodeEncodeError:  # half a character, such as from a file's name
        return msgspec.json.encode(_whole(event)).decode()


def _whole(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_whole(str(name)): _whole(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(each) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else repr(value)
    return text.encode("utf-8", "backslashreplace").decode()


class Lines(logging.Handler):
    """Writes each record at once and in one piece, though several processes write to the same file.

    A reader that has stopped is waited for once, for a moment; from then on lines are lost until it reads again.

    One thread may be in a hurry, because many requests wait with it: where it would have to wait for the reader, a
    thread or another process, another thread writes its lines, in their order.
    """

    def __init__(self, descriptor: int) -> None:
        """Write to a descriptor that all processes of the service have.

        Args:
            descriptor: of stdout or stderr.
        """
        super().__init__()
        self._descriptor = _without_waiting(descriptor)
        self._locks = _can_be_locked(self._descriptor)
        self._is_torn = False
        self._told = self._lost = self._refused = 0
        self._hurried = 0
        self._waiting = deque[bytes]()
        self._has_waiting = threading.Event()

    @property
    def lost(self) -> int:
        """How many lines could not be written."""
        return self._lost + self._refused

    def hurry(self) -> None:
        """Never let this thread wait."""
        self._hurried = threading.get_ident()
        threading.Thread(target=self._write_waiting, name="ogrom-log", daemon=True).start()

    def flush(self) -> None:
        """Wait a moment for the lines that another thread is to write."""
        deadline = time.monotonic() + PATIENCE
        while self._waiting and time.monotonic() < deadline:
            time.sleep(0.001)

    def handle(self, record: logging.LogRecord) -> bool:
        """Write the record; True, as of every handler that takes it."""
        if threading.get_ident() != self._hurried:
            return super().handle(record)
        line = self._line_of(record)
        if self._waiting or not self._is_written_at_once(line):
            if len(self._waiting) < _MOST_WAITING:
                self._waiting.append(line)
                self._has_waiting.set()
            else:
                self._refused += 1
        return True

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record; what cannot be written is lost and counted, and the request goes on."""
        self._put(self._line_of(record))

    def _line_of(self, record: logging.LogRecord) -> bytes:
        try:
            text = self.format(record)
        except Exception as error:  # noqa: BLE001  # a value's repr may raise anything
            text = self.format(_unwritten(record, error))
        return text.encode("utf-8", "backslashreplace") + b"\n"

    def _is_written_at_once(self, line: bytes) -> bool:
        # A longer one could be written by half (PIPE_BUF).
        if len(line) > select.PIPE_BUF or self.lock is None or not self.lock.acquire(blocking=False):
            return False
        try:
            self._write(line, _AT_ONCE)
        except OSError:
            return False
        finally:
            self.lock.release()
        return True

    def _write_waiting(self) -> None:
        while self._has_waiting.wait():
            self._has_waiting.clear()
            while self._waiting:
                self.acquire()
                try:
                    self._put(self._waiting[0])
                finally:
                    self.release()
                self._waiting.popleft()  # not before, so that no other line of that thread overtakes it

    def _put(self, line: bytes) -> None:
        # A log that is gone or full is no reason to fail a request.
        patience = 0.0 if self.lost > self._told else PATIENCE
        try:
            self._write(line, time.monotonic() + patience)
        except OSError:
            self._lost += 1
        else:
            self._tell_of_lost()

    def _tell_of_lost(self) -> None:
        lost = self.lost
        if number := lost - self._told:
            self._told = lost
            said = f"{number} lines of this log were lost, because nothing was reading it"
            self.emit(logging.LogRecord("ogrom.operations", logging.WARNING, __file__, 0, said, None, None))

    def _write(self, line: bytes, deadline: float) -> None:
        """Write a line.

        Raises:
            OSError: it is lost, or what is left of it.
        """
        line = b"\n" + line if self._is_torn else line
        rest = memoryview(line)
        # The system keeps a pipe's writes apart up to 4096 bytes (PIPE_BUF); a traceback is longer.
        with self._alone(deadline):
            while rest:
                try:
                    rest = rest[os.write(self._descriptor, rest) :]
                except BlockingIOError:
                    if not _waited(self._descriptor, deadline):
                        self._is_torn = self._is_torn or len(rest) < len(line)
                        raise
            self._is_torn = False

    @contextmanager
    def _alone(self, deadline: float) -> Iterator[None]:
        """Lock the file, so that no other process writes meanwhile.

        Raises:
            BlockingIOError: another process keeps it locked.
        """
        if not self._locks:
            yield
            return
        deadline += _MOMENT
        while True:
            try:
                lockf(self._descriptor, LOCK_EX | LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise
            time.sleep(0.0005)  # another process writes
        try:
            yield
        finally:
            lockf(self._descriptor, LOCK_UN)


def _waited(descriptor: int, deadline: float) -> bool:
    """Wait until something can be written; whether it can."""
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    return bool(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))


def hurry() -> None:
    """Never let this thread wait for the log, since many requests would wait with it."""
    for each in _logs():
        each.hurry()


def flush() -> None:
    """Wait a moment for what is still to be written, before the process ends."""
    for each in _logs():
        each.flush()


def lost_lines() -> int:
    """How many lines of its log this process could not write."""
    return sum(each.lost for each in _logs())


def _logs() -> list[Lines]:
    return [each for each in logging.getLogger().handlers if isinstance(each, Lines)]


def _unwritten(record: logging.LogRecord, error: Exception) -> logging.LogRecord:
    said = f"a record could not be formatted: that raised {type(error).__name__}"
    return logging.LogRecord(record.name, logging.ERROR, record.pathname, record.lineno, said, None, None)


def _without_waiting(descriptor: int) -> int:
    """A non-blocking descriptor of the same file; that of other processes still blocks.

    A socket cannot be opened again, so there the flag holds for every process.
    """
    kind = os.fstat(descriptor).st_mode
    if stat.S_ISSOCK(kind):
        os.set_blocking(descriptor, False)
        return descriptor
    if not (stat.S_ISFIFO(kind) or stat.S_ISCHR(kind)):
        return descriptor  # a file takes what it is given, or fails
    try:
        again = os.open(
            f"/proc/self/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        )
    except OSError:  # no /proc, another user's terminal, or no reader
        return descriptor
    with suppress(OSError):  # it is no pipe, or the user's pipes have enough already
        fcntl(again, F_SETPIPE_SZ, _PIPE)
    return again


def _can_be_locked(descriptor: int) -> bool:
    try:
        lockf(descriptor, LOCK_EX | LOCK_NB)
        lockf(descriptor, LOCK_UN)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return True


def _uncaught(
    kind: type[BaseException], error: BaseException | None, traceback: TracebackType | None
) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    _log.critical("uncaught %s", kind.__name__, exc_info=(kind, error, traceback))
