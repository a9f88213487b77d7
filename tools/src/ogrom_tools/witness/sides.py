"""A side of a comparison: the description of a release, and how that release can be asked."""

import http.client
import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from tempfile import TemporaryFile
from threading import Timer
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from ogrom_tools.witness.messages import ETAG, READS, Answer, Request

Ask: TypeAlias = Callable[[Request], Answer]

REQUESTS = 30
"""How many requests are sent to a URL at most."""
_SECONDS = 10.0
"""How long one of them may take."""
_ALL_SECONDS = 60.0
_PROGRAM_SECONDS = 600.0
"""How long a release has for all requests."""
_LIMIT = 1_000_000
"""Bytes of an answer that are read."""


class Unasked(Exception):
    """A request that is not sent, or not answered; the text says why."""


@dataclass(frozen=True)
class Side:
    """One of the two releases that are compared.

    Attributes:
        name: what people call it.
        document: its OpenAPI document.
        asking: opens a way to ask it; None where there is none.
        why_not: why it cannot be asked, where it cannot.
        is_url: whether requests go to a service that people use: few, none that writes, none with scripted sources.
    """

    name: str
    document: Mapping[str, Any]
    asking: Callable[[], AbstractContextManager[Ask]] | None = None
    why_not: str = ""
    is_url: bool = False

    def open(self) -> AbstractContextManager[Ask]:
        """A way to ask it.

        Raises:
            Unasked: there is none.
        """
        if self.asking is None:
            raise Unasked(self.why_not)
        return self.asking()


def document_only(name: str, document: Mapping[str, Any]) -> Side:
    """A side of which there is only the description."""
    return Side(name, document, why_not=f"{name} is a description only")


def program(
    name: str, document: Mapping[str, Any], command: Sequence[str], environ: Mapping[str, str] | None = None
) -> Side:
    """A side whose `ogrom-api`, in an environment of its own, answers without a server.

    Args:
        name: what people call it.
        document: its OpenAPI document.
        command: the program.
        environ: the variables of its environment; None for those of this process.
    """
    return Side(name, document, lambda: _asking_program(name, (*command, "answer"), environ))


def url(name: str, document: Mapping[str, Any], token: str | None) -> Side:
    """A side that runs at a URL.

    Args:
        name: the URL of its description.
        document: its OpenAPI document.
        token: the bearer token of requests that need one; None for none.
    """
    return Side(name, document, lambda: _asking_url(name, token), is_url=True)


@contextmanager
def _asking_program(name: str, command: Sequence[str], environ: Mapping[str, str] | None) -> Iterator[Ask]:
    with TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        )
        requests, answers = process.stdin, process.stdout
        assert requests is not None
        assert answers is not None

        def ask(request: Request) -> Answer:
            with suppress(BrokenPipeError):
                requests.write(request.asked() + "\n")
                requests.flush()
            line = answers.readline()
            if not line:
                process.wait()
                errors.seek(0)
                raise Unasked(_why(name, errors.read()))
            said = json.loads(line)
            return Answer(said["status"], said["headers"], said["content"])

        give_up = Timer(_PROGRAM_SECONDS, process.kill)
        give_up.start()
        try:
            yield with_etags(ask)
        finally:
            with suppress(BrokenPipeError):
                requests.close()
            answers.close()
            process.wait()
            give_up.cancel()


def _why(name: str, errors: str) -> str:
    if "No such command" in errors:
        return f"{name} is from before `ogrom-api answer`; compare with the URL of a service that runs it"
    return f"{name} does not answer: {errors.strip().rpartition(chr(10))[2]}"


@contextmanager
def _asking_url(name: str, token: str | None) -> Iterator[Ask]:
    parts = urlsplit(name)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    end = time.monotonic() + _ALL_SECONDS
    left, failure = REQUESTS, ""

    def ask(request: Request) -> Answer:
        nonlocal left, failure
        if why := failure or _unsendable(request, name, token):
            raise Unasked(why)
        seconds = min(_SECONDS, end - time.monotonic())
        if not left or seconds <= 0:
            raise Unasked(f"{REQUESTS} requests, or as many as {_ALL_SECONDS:.0f} s allow, are sent to a URL")
        left -= 1
        headers = {} if request.caller is None else {"Authorization": f"Bearer {token}"}
        connection = kind(parts.hostname or "", parts.port, timeout=seconds)
        try:
            connection.request(request.method, request.target, headers=headers | dict(request.headers))
            response = connection.getresponse()
            content = response.read(_LIMIT).decode(errors="replace")
        except (OSError, http.client.HTTPException) as problem:
            failure = f"{name} does not answer: {problem}"
            raise Unasked(failure) from problem
        finally:
            connection.close()
        names = {each.lower() for each in response.headers}
        fields = {each: ", ".join(response.headers.get_all(each, ())) for each in names}
        return Answer(response.status, fields, content)

    yield with_etags(ask)


def _unsendable(request: Request, name: str, token: str | None) -> str:
    """Why a request is not sent to a service that people use; an empty text if it can be."""
    if request.method not in READS:
        return f"a {request.method} is not sent to a URL"
    if request.sources:
        return f"the sources of {name} cannot be scripted"
    if request.caller is not None and token is None:
        return f"there is no token for {name}"
    return ""


def with_etags(ask: Ask) -> Ask:
    """The same, which puts the entity tag of the target where a request asks for it, and answers twice the same."""
    known: dict[Request, Answer] = {}

    def asked(request: Request) -> Answer:
        if request not in known:
            headers = dict(request.headers)
            if ETAG in headers.values():
                tag = asked(Request("GET", request.path)).headers.get("etag", '"none"')
                filled = {name: tag if value == ETAG else value for name, value in headers.items()}
                known[request] = ask(replace(request, headers=tuple(filled.items())))
            else:
                known[request] = ask(request)
        return known[request]

    return asked
