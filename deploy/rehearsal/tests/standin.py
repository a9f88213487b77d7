"""A stand-in for `ogrom-api serve` that keeps its contract with who deploys it, and starts in a moment.

Variables let it misbehave: STANDIN_EXIT (ends at once with this code), STANDIN_STATE (never ready: `failing` or
`warming`). `/held` is never answered. With STANDIN_LOOKS it serves on after SIGTERM until the balancer has looked so
often, instead of for the seconds of OGROM_DRAIN_GRACE.
"""

import argparse
import asyncio
import json
import os
import signal
import sys

RELEASE = os.environ.get("OGROM_RELEASE", "")
GRACE = float(os.environ.get("OGROM_DRAIN_GRACE", "0"))
LOOKS = int(os.environ.get("STANDIN_LOOKS", "0"))


class Service:
    def __init__(self) -> None:
        self.state = os.environ.get("STANDIN_STATE", "ready")
        self.busy = 0
        self.looks = 0
        self.seen = asyncio.Event()
        self.stopping = asyncio.Event()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not self.stopping.is_set():
                head = await reader.readuntil(b"\r\n\r\n")
                self.busy += 1
                self.count(head)
                try:
                    writer.write(await self.answer(head.split(b" ")[1].decode()))
                    await writer.drain()
                finally:
                    self.busy -= 1
                if self.state == "draining":
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def count(self, head: bytes) -> None:
        """The balancer looks again when it has taken in what it saw before."""
        self.looks += self.state == "draining" and b"host: rehearsal" in head.lower()
        if self.looks >= LOOKS:
            self.seen.set()

    async def answer(self, path: str) -> bytes:
        status, members = "200 OK", {"status": "ready", "release": RELEASE}
        if path == "/health/ready":
            if self.state != "ready":
                status, members = "503 Service Unavailable", {"state": self.state, "release": RELEASE}
        elif path == "/held":
            await asyncio.Event().wait()
        content = json.dumps(members).encode()
        last = "close" if self.state == "draining" else "keep-alive"
        fields = f"Content-Length: {len(content)}\r\nConnection: {last}\r\nOgrom-Release: {RELEASE}\r\n"
        return f"HTTP/1.1 {status}\r\n{fields}\r\n".encode() + content

    async def run(self, host: str, port: int) -> None:
        server = await asyncio.start_server(self.connected, host, port)
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        await stop.wait()
        self.state = "draining"
        # As the service does: time for the balancer to see the state.
        await (self.seen.wait() if LOOKS else asyncio.sleep(GRACE))
        self.stopping.set()
        server.close()
        while self.busy:  # noqa: ASYNC110 - the simplest thing for a stand-in
            await asyncio.sleep(0.01)  # between two looks


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("command", choices=["serve", "migrate", "demo"])
    options.add_argument("--products")
    options.add_argument("--host")
    options.add_argument("--port", type=int)
    said = options.parse_args()
    if said.command != "serve":
        return  # it has no tables
    if code := int(os.environ.get("STANDIN_EXIT", "0")):
        sys.exit(code)
    asyncio.run(Service().run(said.host, said.port))


if __name__ == "__main__":
    main()
