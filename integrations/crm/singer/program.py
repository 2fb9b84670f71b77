"""Running another program: its lines, its end, and nothing of it left behind."""

import json
import os
import re
import shlex
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from goals.errors import SourceError
from goals.words import N_, Message

#: A run may take this long (seconds) and write this much; one line no more than this.
LONGEST, MOST_BYTES, MOST_LINE = 600.0, 1 << 30, 16 << 20
#: Seconds that are waited for the last words of a program that has ended.
ENDING = 2.0
#: Characters of the last words of a program that are shown.
TAIL = 600
#: Where the last state stands in a command.
PLACE = "{state}"

_SECRET = re.compile(
    r"(?i)((?:pass\w*|secret\w*|token|api[_-]?key|authorization|bearer|credential\w*|dsn)"
    r"[\"']?\s*[:=]?\s*[\"']?(?:bearer\s+|basic\s+)?)([^\s\"',;&}]+)"
)
_LONG = re.compile(r"(?=[\w~+/=.-]*\d)(?=[\w~+/=.-]*[A-Za-z])[\w~+/=.-]{24,}")
_USERINFO = re.compile(r"//[^/@\s]+@")


def words(command: str) -> list[str]:
    """Return a command's words; raises SourceError where its quotes do not match."""
    try:
        found = shlex.split(command)
    except ValueError:
        found = []
    if not found:
        raise SourceError(
            "setting_wrong",
            Message(
                N_("The setting %(name)s is not written as it should be."), {"name": "command"}
            ),
            fix=Message(
                N_("Write it like this: %(example)s"),
                {"example": "tap-github --config /data/config.json --state {state}"},
            ),
            permanent=True,
            field="command",
        )
    return found


def placed(command: Sequence[str], state: Path | None) -> list[str]:
    """Return a command with the file of the last state in its place.

    Without a state the word goes, and the option before it.
    """
    found: list[str] = []
    for one in command:
        if PLACE not in one:
            found.append(one)
        elif state is not None:
            found.append(one.replace(PLACE, str(state)))
        elif one == PLACE and found and found[-1].startswith("-"):
            found.pop()
    return found


@contextmanager
def running(command: Sequence[str]) -> Iterator[Iterator[bytes]]:
    """Run a program and give its lines; when the block ends it and all its children are dead.

    It gets no shell and nothing of Headway's own settings. Raises SourceError when it cannot be
    started, takes too long, writes too much, or ends with trouble.
    """
    environment = {one: os.environ[one] for one in os.environ if not one.startswith("HEADWAY_")}
    late = threading.Event()
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise _error(
            "command_missing",
            N_("The command %(name)s cannot be started."),
            N_("Install it where the worker runs, or write its whole path."),
            name=command[0],
        ) from error

    def stop() -> None:
        late.set()
        _kill(process)

    assert process.stdout is not None
    assert process.stderr is not None
    said = _Said(process.stderr)
    timer = threading.Timer(LONGEST, stop)
    timer.daemon = True
    timer.start()
    try:
        yield _lines(process.stdout)
        code = process.wait()
    finally:
        timer.cancel()
        _kill(process)
        process.stdout.close()
        process.wait()
        said.end()
    if late.is_set():
        raise _error(
            "command_slow",
            N_("The command took longer than %(n)s seconds and was stopped."),
            N_("Let it read less at once, for example from a later start."),
            n=int(LONGEST),
        )
    if code:
        raise SourceError(
            "command_failed",
            Message(
                N_("The command ended with trouble (%(code)s): %(reason)s"),
                {"code": code, "reason": said.tail(command) or "-"},
            ),
            fix=Message(N_("Run the command by hand to see all it says.")),
        )


class _Said:
    """The end of what a program says beside its lines, however much that is."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._kept = bytearray()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        # Nothing is left waiting for us to read: a program that is not read from stands still.
        with self._output:
            while piece := os.read(self._output.fileno(), 1 << 16):
                self._kept += piece
                del self._kept[: -8 * TAIL]

    def end(self) -> None:
        """Stop listening; what the program started apart from itself may still hold the end."""
        self._thread.join(ENDING)

    def tail(self, command: Sequence[str]) -> str:
        """Return the last words, without secrets."""
        return hidden(bytes(self._kept).decode("utf-8", "replace"), command)[-TAIL:].strip()


def _lines(output: IO[bytes]) -> Iterator[bytes]:
    size = 0
    while line := output.readline(MOST_LINE):
        size += len(line)
        if size > MOST_BYTES or len(line) >= MOST_LINE:
            raise _error(
                "answer_too_large",
                N_("The command wrote more than can be taken at once."),
                N_("Let it read less at once, for example from a later start."),
            )
        yield line


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a program with whatever it started, which is in a group of its own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def hidden(text: str, command: Sequence[str]) -> str:
    """Return a program's words without secrets: those of its settings, and what looks like one."""
    for one in command:
        path = Path(one.partition("=")[2] or one)
        try:
            known = path.suffix == ".json" and path.stat().st_size < 1 << 20
            told = json.loads(path.read_bytes()) if known else None
        except (OSError, ValueError):
            continue
        for secret in sorted(_texts(told), key=len, reverse=True):
            text = text.replace(secret, "***")
    text = _USERINFO.sub("//***@", text)
    text = _SECRET.sub(r"\1***", text)
    return _LONG.sub("***", text)


def _texts(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        for value in told.values():
            yield from _texts(value)
    elif isinstance(told, list):
        for value in told:
            yield from _texts(value)
    elif isinstance(told, str) and len(told) >= 4:
        yield told


def trouble(text: str, command: Sequence[str]) -> SourceError:
    """Return the error of a program that said itself what went wrong."""
    return SourceError(
        "command_failed",
        Message(
            N_("The command ended with trouble (%(code)s): %(reason)s"),
            {"code": "TRACE", "reason": hidden(text, command)[:TAIL] or "-"},
        ),
        fix=Message(N_("Run the command by hand to see all it says.")),
    )


def shown(line: bytes, command: Sequence[str]) -> str:
    """Return the beginning of a line without secrets."""
    text = line[: 8 * TAIL].decode("utf-8", "replace").replace("\0", "").strip()
    return hidden(text, command)[:TAIL]


def unlike(line: bytes, command: Sequence[str]) -> SourceError:
    """Return the error of a program that wrote no message at all; `line` is its first line."""
    return SourceError(
        "not_messages",
        Message(
            N_("The command wrote no message of Singer or Airbyte, but: %(text)s"),
            {"text": shown(line, command)},
        ),
        fix=Message(N_("Run the command by hand to see all it says.")),
    )


def _error(code: str, text: str, fix: str, **params: Any) -> SourceError:
    said = Message(text, params)
    return SourceError(code, said, fix=Message(fix, params), permanent=True, field="command")
