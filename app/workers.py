"""Who works: a name for each process, and whether the process behind a name is surely gone."""

import os
import secrets
import socket
from pathlib import Path

_PROCESSES = Path("/proc")
_NAMESPACE = _PROCESSES / "self/ns/pid"
#: Another one for each start of each machine: names of machines are often the same.
_START = _PROCESSES / "sys/kernel/random/boot_id"
#: The states of a process that has ended and that nobody has buried yet.
_DEAD = frozenset("ZX")


def name() -> str:
    """Return a name that no other worker has."""
    return f"{_place()}:{os.getpid()}:{secrets.token_hex(3)}"


def is_gone(worker: str) -> bool:
    """Tell whether a worker's process has ended; False where that cannot be seen from here.

    Only processes that share our numbering can be seen: two containers may count alike.
    """
    place, _, rest = worker.partition(":")
    process = rest.partition(":")[0]
    if place != _place() or "/" not in place or not process.isdecimal():
        return False
    try:
        told = (_PROCESSES / process / "stat").read_text(errors="replace")
    except FileNotFoundError:
        return True
    except OSError:
        return False
    # The name of a program stands in brackets and may hold anything.
    return told.rpartition(")")[2].split()[0] in _DEAD


def _place() -> str:
    try:
        numbering = str(_NAMESPACE.readlink()).strip("pid:[]")
        start = _START.read_text().partition("-")[0]
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()}/{start}/{numbering}"
