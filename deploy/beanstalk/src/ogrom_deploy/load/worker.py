"""The generator's process: reads a profile from its input, writes each shot as a line of JSON.

`python -m ogrom_deploy.load.worker URL`; the end of its input says that enough is sent.
"""

import asyncio
import gc
import os
import sys

import msgspec

from .generator import Generator
from .profile import Profile
from .shots import Shot

_ENCODER = msgspec.json.Encoder()


async def run(url: str, profile: Profile) -> None:
    """Send a profile's requests, and print what becomes of each."""
    generator = Generator(url, profile, _tell)
    loop = asyncio.get_running_loop()

    def heard() -> None:
        if not os.read(sys.stdin.fileno(), 1):
            loop.remove_reader(sys.stdin)
            generator.stopped.set()

    loop.add_reader(sys.stdin, heard)
    await generator.run()
    loop.remove_reader(sys.stdin)
    sys.stdout.flush()


def _tell(shot: Shot) -> None:
    sys.stdout.buffer.write(_ENCODER.encode(shot) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    gc.freeze()
    asyncio.run(run(sys.argv[1], msgspec.json.decode(sys.stdin.buffer.readline(), type=Profile)))
