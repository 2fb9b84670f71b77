"""Importing goals: each row adds a goal or changes the one that it names, or is left out."""

import io
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO

import msgspec
from sqlmodel import Session, select

from goals import workspace
from goals.errors import Refusal
from goals.records import mapping as mappings
from goals.records.connections import SyncRun
from goals.table import id_from, new_id, workspace_of
from goals.tracking import carrying, goals, visibility
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal
from goals.words import N_, Message
from integrations.files import choosing, importing, planning
from integrations.files.goals import drafting
from integrations.files.goals.columns import GOAL
from integrations.files.goals.drafting import Hand
from integrations.files.importing import Rejects
from integrations.files.planning import Plan
from integrations.files.result import ImportResult, NotImported, Problem
from integrations.files.rows import Parsed, RowReader


def import_goals(
    session: Session,
    file: BinaryIO | bytes,
    mapping: Any = None,
    *,
    hand: Hand,
    now: datetime,
    dry_run: bool = False,
    sheet: str | None = None,
    label: str | None = None,
    rejects: Rejects | None = None,
) -> ImportResult:
    """Import a table of goals; the caller commits.

    The arguments are those of `import_file`, and so is the result. Rows are told apart by
    `external_id`, which is also the id of a goal that is there, else by the name.
    Raises Refusal, most often `NotImported`, if the file cannot be imported at all.
    """
    given = None if mapping is None else mappings.read(mapping, GOAL.name, GOAL.all_fields())
    source = io.BytesIO(file) if isinstance(file, bytes) else file
    plan = planning.plan(session, source, GOAL, given, sheet)
    _check(plan)
    with session.begin_nested() if dry_run else nullcontext() as point:
        found = _Import(session, plan, hand, now, dry_run, label, rejects)
        result = found.run()
        if point is not None:
            point.rollback()
    return result


def _check(plan: Plan) -> None:
    """Raise NotImported for what a file of goals cannot be mapped to."""
    mapping = plan.mapping
    others = [one for one in mapping.key if one not in ("external_id", "name")]
    others += [one for one in mapping.columns if mappings.is_custom(one)]
    if others:
        raise NotImported(
            "bad_mapping",
            N_("A goal has no field %(names)s to be told apart or kept by."),
            {"names": others},
            fix=Message(N_("Goals are told apart by external_id or name.")),
            field="mapping",
        )


@dataclass(eq=False)
class _Row:
    """A row with the goal that it is about, None for a new one."""

    parsed: Parsed
    goal: Goal | None
    parent: "_Row | None" = None
    is_done: bool = False

    @property
    def values(self) -> dict[str, Any]:
        """Return the values by the names of columns."""
        return self.parsed.values


class _Refused(Exception):
    """A row is left out; carries what is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems


class _Import:
    """One file of goals on its way in."""

    def __init__(
        self,
        session: Session,
        plan: Plan,
        hand: Hand,
        now: datetime,
        dry_run: bool,
        label: str | None,
        rejects: Rejects | None,
    ) -> None:
        self.session = session
        self.plan = plan
        self.hand = hand
        self.now = now
        self.label = label
        self.rejects = rejects
        self.result = ImportResult(GOAL.name, plan.converter.format, dry_run)
        self.result.letters = plan.sheet.letters()
        self.result.problems.add(plan.problems)
        self.reader = RowReader(GOAL, plan.mapping, plan.sheet.header, plan.converter)
        self.left_out: list[tuple[Parsed, Sequence[Problem]]] = []
        self.first: dict[str, Parsed] = {}
        #: What undoing needs: each goal with its terms before (None: added) and after.
        self.told: list[dict[str, Any]] = []

    def run(self) -> ImportResult:
        """Take all rows and close the run."""
        # Two people who import at a time take turns, or both would add the same goals.
        workspace.hold(self.session)
        self.there = list(
            self.session.exec(
                select(Goal).where(visibility.sees(workspace_of(self.session), self.hand.who))
            )
        )
        rows = self._matched(self._read())
        for row in rows:
            row.parent = self._parent_row(row, rows)
        for row in _parents_first(rows):
            self._take(row)
        for parsed, problems in sorted(self.left_out, key=lambda one: one[0].line):
            self.result.rejected += 1
            self.result.problems.add(problems)
            if self.rejects is not None:
                self.rejects(self.plan.sheet, parsed.cells, problems)
        self._close()
        return self.result

    # --- Rows --------------------------------------------------------------------------------

    def _read(self) -> list[Parsed]:
        found = []
        for line in self.plan.sheet.rows():
            self.result.rows += 1
            if line.problem is not None and line.fix is not None:
                trouble = Problem(line.number, None, None, line.problem, line.fix)
                self.left_out.append((Parsed(line.number, line.cells), [trouble]))
                continue
            row, problems = self.reader.read(line)
            if problems:
                self.left_out.append((row, problems))
            elif self._is_first(row):
                found.append(row)
        return found

    def _key(self, row: Parsed) -> tuple[str, str]:
        """Return the field that names the goal of a row, and its text."""
        named = [*self.plan.mapping.key, "external_id", "name"]
        return next(((one, row.values[one]) for one in named if row.values.get(one)), ("", ""))

    def _is_first(self, row: Parsed) -> bool:
        """Tell whether a row is the first with its key; one that says otherwise is left out."""
        field, text = self._key(row)
        before = self.first.setdefault(f"{field}={text}", row)
        if before is row or not text:
            return True
        if before.values == row.values:
            self.result.unchanged += 1
            return False
        problem = Problem(
            row.line,
            self.reader.column_of(field),
            text,
            Message(N_("Line %(line)s has the same key with other values."), {"line": before.line}),
            Message(N_("Remove one of the two, or give each an external_id of its own.")),
        )
        self.left_out.append((row, [problem]))
        return False

    def _matched(self, found: Sequence[Parsed]) -> list[_Row]:
        rows = []
        for parsed in found:
            field, text = self._key(parsed)
            goals_ = self._named(field, text)
            if len(goals_) > 1:
                ids = ", ".join(sorted(str(one.id) for one in goals_))
                problem = Message(N_("More than one goal is named %(name)s."), {"name": text})
                fix = Message(N_("Say which under external_id: %(ids)s."), {"ids": ids})
                column = self.reader.column_of(field)
                self.left_out.append((parsed, [Problem(parsed.line, column, text, problem, fix)]))
                continue
            rows.append(_Row(parsed, goals_[0] if goals_ else None))
        return rows

    def _named(self, field: str, text: str) -> list[Goal]:
        if field == "name":
            return [one for one in self.there if one.name == " ".join(text.split())]
        known = [one for one in self.there if one.external_id == text]
        number = id_from(text)
        return known or [one for one in self.there if number is not None and one.id == number]

    # --- Parents -----------------------------------------------------------------------------

    def _parent_row(self, row: _Row, rows: Sequence[_Row]) -> _Row | None:
        """Return the row of the same file that is named as a row's parent, None if none is."""
        text = row.values.get("parent")
        if not text:
            return None
        for field in ("external_id", "name"):
            named = [one for one in rows if one.values.get(field) == text]
            if len(named) == 1:
                return named[0]
        return None

    def _parent(self, row: _Row, before: Draft | None) -> int | None:
        """Return the id of a row's parent; raises Refusal for one that there is not."""
        text = row.values.get("parent")
        was = before.parent_id if before is not None else None
        if "parent" not in row.values:
            return was
        if not text:
            # A parent that is not seen cannot have been meant to go.
            return was if was is not None and was not in {one.id for one in self.there} else None
        if row.parent is not None and row.parent.goal is not None:
            return row.parent.goal.id
        known = [one for one in self.there if one.external_id == text]
        if len(known) == 1:
            return known[0].id
        return goals.find(self.session, text, self.hand.who, field="parent").id

    # --- Keeping -----------------------------------------------------------------------------

    def _take(self, row: _Row) -> None:
        """Add or change the goal of a row, or leave both as they were."""
        point = self.session.begin_nested()
        try:
            if row.goal is None:
                self._add(row)
            else:
                self._change(row)
        except _Refused as refused:
            point.rollback()
            self.left_out.append((row.parsed, refused.problems))
        except Refusal as error:
            point.rollback()
            column = drafting.column_of(error, row.values)
            self.left_out.append((row.parsed, [self._problem(row, column, error)]))
        else:
            point.commit()

    def _draft(self, row: _Row, before: Draft | None) -> Draft:
        draft, wrong = drafting.drafted(row.values, before, self.hand)
        try:
            draft = replace(draft, parent_id=self._parent(row, before))
        except Refusal as error:
            wrong.append(("parent", error))
        if named := row.values.get("continues"):
            try:
                continued = goals.find(self.session, named, self.hand.who, field="continues")
                draft = replace(draft, continues_id=continued.id)
            except Refusal as error:
                wrong.append(("continues", error))
        if before is not None and not wrong:
            draft, wrong = drafting.identified(self.session, before, draft)
        if wrong:
            raise _Refused([self._problem(row, column, error) for column, error in wrong])
        return draft

    def _add(self, row: _Row) -> None:
        draft = self._draft(row, None)
        goal = goals.add(self.session, draft, by=self.hand.by, today=self.hand.today, now=self.now)
        goal.external_id = row.values.get("external_id")
        self.session.add(goal)
        self.session.flush()
        row.goal = goal
        self.there.append(goal)
        self._note(goal, None, carrying.kept(self.session, goal))
        self.result.created += 1

    def _change(self, row: _Row) -> None:
        assert row.goal is not None
        before = carrying.kept(self.session, row.goal)
        draft = self._draft(row, before)
        if drafting.same(self.session, before, draft):
            self.result.unchanged += 1
            return
        goals.change(
            self.session,
            row.goal,
            draft,
            reason=row.values.get("reason"),
            by=self.hand.by,
            today=self.hand.today,
            now=self.now,
        )
        self.session.flush()
        self._note(row.goal, before, carrying.kept(self.session, row.goal))
        self.result.updated += 1

    def _note(self, goal: Goal, before: Draft | None, after: Draft) -> None:
        drafts = {"before": before, "after": after}
        self.told.append({"id": str(goal.id), **msgspec.to_builtins(drafts)})

    def _problem(self, row: _Row, name: str | None, error: Refusal) -> Problem:
        column = self.reader.column_of(name) if name is not None else None
        shown = None
        if column is not None:
            shown = row.parsed.cells[self.plan.sheet.header.index(column)].strip() or None
        fix = error.fix or Message(N_("Correct the cell."))
        if error.code == "reason_missing":
            fix = Message(N_("Write into the column reason why it changes."))
        return Problem(row.parsed.line, column, shown, error.message, fix)

    def _close(self) -> None:
        """Write down what the run did; goals say nothing of how new the records are."""
        result = self.result
        run = SyncRun(
            id=new_id(),
            workspace_id=workspace_of(self.session),
            connection_id=importing.files(self.session, self.now).id,
            kind="import",
            status="failed" if result.failed else "done",
            started_at=self.now,
            finished_at=self.now,
            label=self.label,
            result={"record": GOAL.name, **result.counts(), "goals": self.told},
            streams=[{"record": GOAL.name, "read": result.rows, **result.counts()}],
        )
        self.session.add(run)
        if self.plan.chosen is not None and not result.failed:
            header = self.plan.sheet.header
            choosing.remember(self.session, GOAL, header, self.plan.chosen, self.now)
        self.session.flush()
        if not result.dry_run:
            result.import_id = run.id


def _parents_first(rows: Sequence[_Row]) -> list[_Row]:
    """Return rows so that each comes after its parent; those in a circle come last."""
    ordered: list[_Row] = []
    for row in rows:
        chain = []
        at: _Row | None = row
        while at is not None and not at.is_done and at not in chain:
            chain.append(at)
            at = at.parent
        for one in reversed(chain):
            one.is_done = True
            ordered.append(one)
    return ordered
