"""The files of tests lie in memory where a machine has room for them.

A PostgreSQL database is seven hundred files, a SQLite database three, and each test has its own:
most file systems take longer to make and to forget them than most tests take. ext4 in particular
looks, for each new file, at every other that was deleted in the past minutes. Nothing here is
meant to outlive a test, so a disk adds nothing to it. A TMPDIR that somebody set stays.
"""

import os
import tempfile
from pathlib import Path

#: Where Linux keeps a file system in memory.
MEMORY = Path("/dev/shm")
#: Bytes that must be free there, and in memory. A run uses some hundred million.
ROOM = 2 * 1024**3


def move() -> None:
    """Have temporary files made in memory from now on, here and in programs that are started."""
    if os.environ.get("TMPDIR") is None and fits(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


def fits(folder: Path, memory: Path = Path("/proc/meminfo")) -> bool:
    """Say whether a folder has room for a run, and programs may be started from it.

    Tests write programs beside their other files. Containers often have a folder in memory that
    is too small, or where no program may start.
    """
    try:
        found = os.statvfs(folder)
        left = next(
            int(line.split()[1]) * 1024
            for line in memory.read_text(encoding="ascii").splitlines()
            if line.startswith("MemAvailable:")
        )
    except (AttributeError, OSError, StopIteration):
        return False
    return (
        not found.f_flag & os.ST_NOEXEC
        and os.access(folder, os.W_OK | os.X_OK)
        and min(left, found.f_bavail * found.f_frsize) >= ROOM
    )
