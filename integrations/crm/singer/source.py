"""A Singer tap or Airbyte source: its records by stream, its state as our place."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlmodel import Session

from goals.errors import Refusal, SourceError
from goals.records import kinds
from goals.records.connections import SyncRun
from goals.records.kind import Kind
from goals.records.source import Check, Cursor
from goals.records.table_source import Store, Taken
from goals.words import N_, P_, Message
from integrations.crm.singer import messages, program
from integrations.crm.singer.messages import Row, State, Trouble, Version
from integrations.crm.singer.told import Told, spool
from integrations.files import taking, whole
from integrations.files.importing import kind_of
from integrations.terms import Terms

#: Records of one run.
MOST_ROWS = 500_000


class Source:
    """The program that a connection names; it runs only where the installation allows it."""

    def __init__(self, terms: Terms) -> None:
        """Take a connection's terms; raises Refusal or SourceError for what cannot be read."""
        self._terms = terms
        self._command = program.words(str(terms.settings["command"]))
        record = terms.settings.get("record")
        self._record = kind_of(str(record)) if record else None
        mapping = terms.settings.get("mapping")
        self._mapping = Path(str(mapping)) if mapping else None
        name = self._record.name if self._record is not None else kinds.DEAL.name
        self.streams: Sequence[tuple[str, str]] = (("messages", name),)

    def check(self) -> list[Check]:
        """Look whether commands are allowed, this one is there, and the mapping can be read.

        The program itself is not run: it may take long, and it has no way only to look.
        """
        return [
            _checked("command", self._allowed, N_("The command is there and may be run.")),
            _checked("mapping", self._told, N_("The mapping can be read.")),
        ]

    def close(self) -> None:
        """Nothing stays open."""

    @contextmanager
    def reading(self, cursor: Cursor | None) -> Iterator[Store | None]:
        """Run the program, and give what imports what it told, all of it or nothing.

        Where it did not come to its end, that is what it told by then with the last state, from
        which the next run goes on.
        """
        self._allowed()
        told = self._told()
        before = (cursor or {}).get("state")
        with ExitStack() as stack:
            found = self._read(stack, before)
            state = found.place(before)
            place: Cursor = {} if state is None else {"state": state}
            known = {} if cursor is None else cursor.get("versions")
            versions = found.versions(None if cursor is None else known)
            if versions is not None:
                place |= {"versions": versions}

            def store(session: Session, run: SyncRun) -> Taken:
                n = found.rejected
                total = Taken(n, 0, 0, 0, n, place, self._unlike(found))
                for name, kind, mapping in self._wanted(found, told):
                    stream = found.streams[name]
                    is_whole = self._is_whole(found, told, name, known)
                    if stream.rows:
                        table = stack.enter_context(spool())
                        stream.write(table)
                        one = taking.take(
                            *(session, run, table, kind.name, mapping),
                            now=self._terms.clock(),
                            cursor=place,
                            # A tap may tell of a record again once it has changed.
                            is_in_order=True,
                            is_whole=is_whole,
                            believe=cursor is None,
                        )
                        total = _sum(total, one)
                    elif is_whole:
                        gone, held = whole.sweep(
                            *(session, run, kind, set(), self._terms.clock()),
                            believe=cursor is None,
                        )
                        total = _sum(total, Taken(0, 0, 0, 0, 0, place, (), gone, held))
                return total

            yield store
            if found.cut is not None:
                raise found.cut

    def _is_whole(self, found: Told, told: dict[str, Any], name: str, known: Any) -> bool:
        """Tell whether all that there is of a stream, and of its kind of record, came in this run.

        That is so where it has become another version than when it was read last: taps tell of
        the same again in runs that only tell what changed. What we cannot read may be one of its
        records, and the records of several streams of one kind cannot be told apart. `known` are
        the versions by then: {} where all is read anew, None where nobody noted them.
        """
        stream = found.streams[name]
        if known is None or found.cut is not None or found.rejected or not stream.is_whole():
            return False
        kind = _kind(told, name)
        others = {*told, *found.streams, *known} - {name, ""}
        is_alone = all(_kind(told, one) is not kind for one in others)
        return is_alone and stream.active not in known.get(name, ())

    def _unlike(self, found: Told) -> list[Message]:
        if found.unlike is None:
            return []
        texts = P_(
            "%(n)s line is no message of Singer or Airbyte: %(text)s",
            "%(n)s lines are no messages of Singer or Airbyte; the first: %(text)s",
        )
        text = program.shown(found.unlike, self._command)
        return [Message.counted(texts, found.rejected, {"text": text})]

    def _allowed(self) -> None:
        if not self._terms.allow_commands:
            raise SourceError(
                "commands_not_allowed",
                Message(N_("This installation runs no commands.")),
                fix=Message(
                    N_(
                        "Its administrator can set HEADWAY_ALLOW_COMMANDS=1, which lets every "
                        "owner run programs on this machine."
                    )
                ),
                permanent=True,
            )
        if shutil.which(self._command[0]) is None:
            raise SourceError(
                "command_missing",
                Message(N_("The command %(name)s cannot be started."), {"name": self._command[0]}),
                fix=Message(N_("Install it where the worker runs, or write its whole path.")),
                permanent=True,
                field="command",
            )

    def _told(self) -> dict[str, Any]:
        """Return the mapping of each stream, with the kind of record that it holds.

        The file is `{"streams": {NAME: {"record": ..., "columns": ...}}}`, or where the setting
        `record` tells what all streams hold, a mapping as for a file.
        """
        told = taking.mapping_file(self._mapping)
        if not isinstance(told, dict) or "streams" not in told:
            kind = self._record
            if told is not None and kind is None:
                raise _unmapped()
            return {} if kind is None else {"": (kind, taking.checked(told, kind))}
        found = {}
        for name, one in dict(told["streams"]).items():
            if not isinstance(one, dict):
                raise _unmapped()
            kind = kind_of(str(one.get("record") or (self._record and self._record.name)))
            rest = {key: value for key, value in one.items() if key != "record"}
            found[name] = (kind, taking.checked(rest, kind) if rest else None)
        return found

    def _wanted(
        self, found: Told, told: dict[str, Any]
    ) -> Iterator[tuple[str, Kind, dict[str, Any] | None]]:
        """Yield the streams that are taken, those first that others refer to."""
        chosen: list[tuple[str, Kind, dict[str, Any] | None]] = []
        for name, stream in found.streams.items():
            kind, (_, mapping) = _kind(told, name), told.get(name) or told.get("") or (None, None)
            if kind is not None and (stream.rows or stream.active is not None):
                chosen.append((name, kind, mapping))
        if not chosen and any(one.rows for one in found.streams.values()):
            raise SourceError(
                "streams_unknown",
                Message(
                    N_("None of the streams is a kind of record: %(names)s."),
                    {"names": list(found.streams)},
                ),
                fix=Message(N_("Name them in the mapping file, under streams.")),
                permanent=True,
            )
        order = list(kinds.KINDS)
        yield from sorted(chosen, key=lambda one: order.index(one[1].name))

    def _read(self, stack: ExitStack, before: Any) -> Told:
        found = Told(state=before)
        with _kept(before) as state:
            command = program.placed(self._command, state)
            line, rejected = b"\n", 0
            try:
                with program.running(command) as lines:
                    for line in lines:
                        rejected = found.rejected
                        if line.strip():
                            self._message(stack, found, line, command)
            except SourceError as error:
                # Without rows and another state the next run would come no further.
                if found.place(before) == before or not any(
                    one.rows for one in found.streams.values()
                ):
                    raise
                if not line.endswith(b"\n"):
                    # Where it was killed it was in the middle of a line.
                    found.rejected = rejected
                    found.unlike = found.unlike if rejected else None
                found.cut = self._going_on(error)
        if found.unlike is not None and not found.is_told:
            raise program.unlike(found.unlike, command)
        return found

    def _going_on(self, error: SourceError) -> SourceError:
        """Return what is said of a run that did not come to its end but can go on from there.

        One that was too long goes on at once; what else stops a program may stop it again.
        """
        if error.code not in ("command_slow", "answer_too_large"):
            return error
        return SourceError(
            error.code,
            error.message,
            fix=Message(N_("What it had told by then was kept, and the next run goes on there.")),
            resume_after=self._terms.clock(),
        )

    def _message(self, stack: ExitStack, found: Told, line: bytes, command: Sequence[str]) -> None:
        try:
            message = messages.read(line)
        except (ValueError, RecursionError):
            found.rejected += 1
            found.unlike = found.unlike or line
            return
        found.is_told = True
        if isinstance(message, Row):
            found.stream(message.stream, stack).add(message.values, message.version)
            if sum(one.rows for one in found.streams.values()) > MOST_ROWS:
                raise SourceError(
                    "answer_too_large",
                    Message(N_("The command wrote more than can be taken at once.")),
                    fix=Message(N_("Let it read less at once, for example from a later start.")),
                    permanent=True,
                )
        elif isinstance(message, Version):
            found.stream(message.stream, stack).active = message.version
        elif isinstance(message, State) and message.key is not None:
            found.parts[message.key] = message.value
        elif isinstance(message, State):
            found.state = message.value
        elif isinstance(message, Trouble):
            raise program.trouble(message.text, command)


@contextmanager
def _kept(state: Any) -> Iterator[Path | None]:
    """Write the last state into a file for the program, None without one."""
    if state is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="headway-") as folder:
        path = Path(folder) / "state.json"
        path.write_text(json.dumps(state), encoding="utf-8")
        yield path


def _kind(told: dict[str, Any], name: str) -> Kind | None:
    """Return the kind of record of a stream, by its mapping or else by its name; None: not one."""
    if not told:
        return _named(name)
    found: Kind | None = (told.get(name) or told.get("") or (None, None))[0]
    return found


def _named(stream: str) -> Kind | None:
    """Return the kind of record that a stream is named for, in the singular or plural."""
    name = stream.lower().replace("-", "_")
    singular = f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
    return kinds.KINDS.get(name) or kinds.KINDS.get(singular)


def _sum(one: Taken, other: Taken) -> Taken:
    return Taken(
        one.read + other.read,
        one.created + other.created,
        one.updated + other.updated,
        one.unchanged + other.unchanged,
        one.rejected + other.rejected,
        other.cursor,
        [*one.reasons, *other.reasons],
        one.deleted + other.deleted,
        one.held or other.held,
    )


def _unmapped() -> SourceError:
    return SourceError(
        "bad_mapping",
        Message(N_("The mapping does not say which records the streams hold.")),
        fix=Message(
            N_("Write it like this: %(example)s"),
            {"example": '{"streams": {"opportunities": {"record": "deal", "columns": {}}}}'},
        ),
        permanent=True,
    )


def _checked(name: str, look: Callable[[], object], fine: str) -> Check:
    try:
        look()
    except (SourceError, Refusal) as error:
        return Check(name, False, error.message, error.fix, field=error.field)
    return Check(name, True, Message(fine))
