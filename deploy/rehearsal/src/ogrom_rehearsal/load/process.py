"""The load generator as a process of its own, so that this one may be busy meanwhile."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import msgspec

from .profile import Profile
from .results import RequestResult, Summary

_PATIENCE = 10.0
_DECODER = msgspec.json.Decoder(RequestResult)


class LoadFailed(RuntimeError):
    """The generator itself has failed, so its figures are useless."""


class Load:
    """Sends a profile's requests to a server; owns the process.

    `with Load(url, profile) as load: ...; summary = load.finish()`
    """

    def __init__(self, url: str, profile: Profile) -> None:
        self._url = url
        self._profile = profile
        self._shots: list[RequestResult] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._reading: threading.Thread | None = None

    @property
    def results(self) -> Sequence[RequestResult]:
        """The requests that have ended so far, in that order; a copy."""
        return tuple(self._shots)

    def start(self) -> None:
        """Start sending."""
        command = (sys.executable, "-m", f"{__package__}.generator", self._url)
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(self._profile) + b"\n")
        self._process.stdin.flush()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def stop(self) -> Summary:
        """Stop sending, wait for the outstanding responses, and sum up."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()  # which tells the generator to stop
        return self._ended(cut=True)

    def finish(self) -> Summary:
        """Wait until everything is sent and answered, and sum up.

        Raises:
            LoadFailed: the generator ended by itself.
        """
        return self._ended(cut=False)

    def _ended(self, *, cut: bool) -> Summary:
        assert self._process is not None
        assert self._reading is not None
        left = self._profile.timeout + _PATIENCE + (0.0 if cut else self._profile.seconds)
        self._reading.join(left)
        code = self._end()
        if code != 0:
            raise LoadFailed(f"the load generator ended with code {code}; what it printed says why")
        return Summary.of(self._shots, None if cut else self._profile.requests)

    def _end(self) -> int:
        assert self._process is not None
        try:
            return self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._shots.append(_DECODER.decode(line))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        assert self._reading is not None
        self._reading.join(_PATIENCE)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()
