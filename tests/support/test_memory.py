import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import memory

PLENTY, LITTLE = memory.ROOM // 512, memory.ROOM // 2048


@pytest.fixture
def left(tmp_path):
    """Makes a file that tells of memory as Linux does, in kibibytes."""

    def tell(size):
        file = tmp_path / "meminfo"
        file.write_text(f"MemTotal: {PLENTY} kB\nMemAvailable: {size} kB\n", encoding="ascii")
        return file

    return tell


@pytest.fixture
def found(monkeypatch):
    """Tells what a file system says of itself: bytes free, and whether programs may start."""

    def say(free, flag=0):
        numbers = [4096, 4096, free // 4096, free // 4096, free // 4096, 9, 9, 9, flag, 255]
        monkeypatch.setattr(os, "statvfs", lambda folder: os.statvfs_result(numbers))

    return say


def test_a_roomy_folder_is_taken(tmp_path, left, found):
    found(memory.ROOM)
    assert memory.fits(tmp_path, left(PLENTY))


def test_a_folder_or_a_machine_with_little_room_is_not(tmp_path, left, found):
    found(memory.ROOM - 4096)
    assert not memory.fits(tmp_path, left(PLENTY))
    found(memory.ROOM)
    assert not memory.fits(tmp_path, left(LITTLE))


def test_nor_is_one_where_no_program_may_start(tmp_path, left, found):
    found(memory.ROOM, os.ST_NOEXEC)
    assert not memory.fits(tmp_path, left(PLENTY))


def test_nor_is_one_that_is_not_there_or_where_nobody_tells_of_memory(tmp_path, left):
    assert not memory.fits(tmp_path / "nowhere", left(PLENTY))
    assert not memory.fits(tmp_path, tmp_path / "nothing")


def test_a_folder_that_somebody_chose_stays(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c",
         "from tests.support import memory; memory.move(); import tempfile;"
         " print(tempfile.gettempdir())"],
        cwd=Path(__file__).parents[2], env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == str(tmp_path)
