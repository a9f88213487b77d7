"""What a rehearsal ran on, so that its figures can be judged."""

import os
import platform
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from ogrom_deploy.ports import PlatformError

from .. import programs


def facts(command: str) -> Mapping[str, str]:
    """About this machine and what runs on it.

    Args:
        command: what was typed.
    """
    return {
        "command": command,
        "time": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processors": f"{len(os.sched_getaffinity(0))} x {_processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "load of the last minute, before": f"{os.getloadavg()[0]:.2f}",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "HAProxy": _version("haproxy", "-v"),
        "MariaDB": _version("mariadbd", "--version"),
    }


def _processor() -> str:
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return found[1] if found else platform.machine()


def _version(program: str, option: str) -> str:
    try:
        command = (programs.find(program, program), option)
    except PlatformError:
        return "not installed"
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=10)
    found = re.search(r"\d+\.\d+\.\d+\S*", done.stdout)
    return found[0] if found else "unknown"
