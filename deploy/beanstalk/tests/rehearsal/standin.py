"""A stand-in for `ogrom-api serve` that keeps its contract with who deploys it, and starts in a moment.

Variables let it misbehave: STANDIN_EXIT (ends at once with this code), STANDIN_STATE (never ready: `failing` or
`warming`), STANDIN_DELAY (seconds for each request).
"""

import argparse
import asyncio
import json
import os
import signal
import sys

RELEASE = os.environ.get("OGROM_RELEASE", "")
GRACE = float(os.environ.get("OGROM_DRAIN_GRACE", "0"))
DELAY = float(os.environ.get("STANDIN_DELAY", "0"))


class Service:
    def __init__(self) -> None:
        self.state = os.environ.get("STANDIN_STATE", "ready")
        self.busy = 0
        self.stopping = asyncio.Event()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not self.stopping.is_set():
                head = await reader.readuntil(b"\r\n\r\n")
                self.busy += 1
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

    async def answer(self, path: str) -> bytes:
        status, members = "200 OK", {"status": "ready", "release": RELEASE}
        if path == "/health/ready":
            if self.state != "ready":
                status, members = "503 Service Unavailable", {"state": self.state, "release": RELEASE}
        else:
            await asyncio.sleep(DELAY)  # the work itself
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
        await asyncio.sleep(GRACE)  # as the service does: time for the balancer to see the state
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
