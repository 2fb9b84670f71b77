"""A worker in a process of its own whose clock is another one's: it can be killed and stopped."""

import multiprocessing
import os
import signal
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from app import jobs
from app.settings import Settings
from app.wiring import Wiring

#: Seconds of real time between two looks for messages; the program itself looks less often.
EVERY = 0.3
#: One process that has loaded everything makes the others, so that each starts at once.
_PLACE = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class SharedClock:
    """A clock that several processes read from one file: seconds since a start."""

    path: Path
    start: datetime

    def __call__(self) -> datetime:
        """Return the time that it shows."""
        return self.start + timedelta(seconds=self.seconds())

    def seconds(self) -> float:
        """Return the seconds since the start."""
        return float(struct.unpack("d", self.path.read_bytes())[0])

    def set(self, seconds: float) -> None:
        """Let it show another time; whoever reads it sees the one or the other, never half."""
        with self.path.open("r+b" if self.path.exists() else "wb") as file:
            os.pwrite(file.fileno(), struct.pack("d", seconds), 0)


def start(settings: Settings, clock: SharedClock) -> BaseProcess:
    """Start a worker: the program's own clockwork, delivering only."""
    _PLACE.set_forkserver_preload([__name__])
    process = _PLACE.Process(target=_work, args=(settings, clock), daemon=True)
    process.start()
    return process


def _work(settings: Settings, clock: SharedClock) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    jobs.EVERY = {"deliver": EVERY}  # type: ignore[dict-item]
    jobs.start(Wiring(settings, clock=clock))
    while True:
        signal.pause()
