"""The load generator as a process of its own, so that this one may be busy meanwhile."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import IO, Self

import msgspec

from .profile import Profile
from .results import RequestResult, Summary

_PATIENCE = 10.0
_DECODER = msgspec.json.Decoder(RequestResult)


class LoadFailed(RuntimeError):
    """The generator itself has failed, so its figures are useless."""


class Load:
    """Sends a profile's requests to a server during a `with` block; owns the process.

    `with Load(url, profile) as load: ...; summary = load.finish()`
    """

    def __init__(self, url: str, profile: Profile) -> None:
        self._url = url
        self._profile = profile
        self._results: list[RequestResult] = []
        self._process: subprocess.Popen[bytes]
        self._input: IO[bytes]
        self._output: IO[bytes]
        self._reader: threading.Thread

    @property
    def results(self) -> Sequence[RequestResult]:
        """The requests that have ended so far, in that order; a copy."""
        return tuple(self._results)

    def stop(self) -> Summary:
        """Stop sending, wait for the outstanding responses, and sum up.

        Raises:
            LoadFailed: the generator ended by itself.
        """
        self._input.close()  # which tells the generator to stop
        return self._ended(self._profile.timeout, None)

    def finish(self) -> Summary:
        """Wait until everything is sent and answered, and sum up.

        Raises:
            LoadFailed: the generator ended by itself.
        """
        return self._ended(self._profile.seconds + self._profile.timeout, self._profile.requests)

    def _ended(self, seconds: float, planned: int | None) -> Summary:
        self._reader.join(seconds + _PATIENCE)
        try:
            code = self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        if code:
            raise LoadFailed(f"the load generator ended with code {code}; what it printed says why")
        return Summary.of(self._results, planned)

    def _read(self) -> None:
        for line in self._output:
            self._results.append(_DECODER.decode(line))

    def __enter__(self) -> Self:
        command = (sys.executable, "-m", f"{__package__}.generator", self._url)
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin
        assert self._process.stdout
        self._input, self._output = self._process.stdin, self._process.stdout
        self._input.write(msgspec.json.encode(self._profile) + b"\n")
        self._input.flush()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()  # unless it has ended
        self._process.wait()
        self._reader.join(_PATIENCE)
        self._input.close()
        self._output.close()
