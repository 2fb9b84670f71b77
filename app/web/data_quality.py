"""The quality of the data: what the checks found, and the records to mend."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, render_template, request
from sqlmodel import Session, col, func, select

from app.web import downloads, frame, texts
from goals.metrics import quality
from goals.metrics.checks import agreed
from goals.metrics.quality import Fault, Faulty, Score
from goals.records import kinds
from goals.records.sales import Owner
from goals.table import workspace_of
from goals.words import Message

#: Records on a page, and how many are fetched at once for a file.
PAGE = 50
BATCH = 2000
#: The last page that is looked for; no number of records reaches beyond it.
LAST_PAGE = 10**9
#: Whose records are looked at, where they are the reader's own.
MINE = "me"


@dataclass(frozen=True)
class Whose:
    """Whose records are looked at: everybody's (`ids` None), the reader's, or one owner's."""

    word: str
    ids: frozenset[int] | None


@dataclass(frozen=True)
class Panel:
    """What was found of one kind of record; `changes` by check since the sync before the last."""

    title: Message
    score: Score
    changes: dict[str, int]

    @property
    def passed(self) -> list[Fault]:
        """Return the checks that every record passes."""
        return [one for one in self.score.faults if not one.n]


def page() -> str:
    """Show how sound the records are, and what is wrong with how many."""
    session = frame.session()
    whose = _whose(session)
    scores = quality.of_all(session, frame.today(), owners=whose.ids)
    changes = quality.changes(session) if whose.ids is None else {}
    panels = [
        Panel(
            kinds.called(one.records[0]),
            one,
            {name: n for (record, name), n in changes.items() if record == one.records[0]},
        )
        for one in scores
    ]
    return render_template(
        "data/quality.html",
        panels=panels,
        whole=quality.together(scores),
        whose=whose,
        owners=_owners(session),
        is_owner=bool(_mine(session)),
        unchecked=[(kinds.called(record), field) for record, field in agreed.unknown(session)],
        gate=frame.here().quality_gate,
    )


def records_page() -> str:
    """List the records that fail a check, with what to do."""
    session = frame.session()
    check = quality.check_of(session, request.args.get("record", ""), request.args.get("check", ""))
    whose = _whose(session)
    number = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    total, shown = quality.records(
        session,
        check,
        frame.today(),
        owners=whose.ids,
        offset=(number - 1) * PAGE,
        limit=PAGE,
    )
    return render_template(
        "data/quality_records.html",
        check=check,
        said=check.say(total),
        title=kinds.called(check.record),
        whose=whose,
        owners=_owners(session) if quality.has_owner(check.record) else [],
        is_owner=bool(_mine(session)),
        records=shown,
        total=total,
        page=number,
        pages=max(1, -(-total // PAGE)),
        first=(number - 1) * PAGE + 1,
    )


def records_csv() -> Response:
    """Return all records that fail a check, not only those on the page."""
    session = frame.session()
    record, name = request.args.get("record", ""), request.args.get("check", "")
    check = quality.check_of(session, record, name)
    whose = _whose(session)
    fix = texts.say(check.fix)

    def every() -> Iterator[Faulty]:
        offset = 0
        while True:
            _total, batch = quality.records(
                session, check, frame.today(), owners=whose.ids, offset=offset, limit=BATCH
            )
            yield from batch
            if len(batch) < BATCH:
                return
            offset += BATCH

    columns = "external_id name owner account day url".split()
    lines = ([*(getattr(one, column) for column in columns), fix] for one in every())
    return downloads.as_csv(f"quality-{check.record}.csv", [*columns, "fix"], lines)


def _whose(session: Session) -> Whose:
    """Return whose records were asked for; a word that names nobody means everybody."""
    word = request.args.get("owner", "")
    if word == MINE:
        return Whose(MINE, frozenset(_mine(session)))
    if word in {str(one.id) for one in _owners(session)}:
        return Whose(word, frozenset({int(word)}))
    return Whose("", None)


def _owners(session: Session) -> list[Owner]:
    statement = select(Owner).where(
        col(Owner.workspace_id) == workspace_of(session), col(Owner.deleted_at).is_(None)
    )
    return list(session.exec(statement.order_by(col(Owner.name), col(Owner.id))))


def _mine(session: Session) -> list[int]:
    """Return the owners in the CRM who have the reader's e-mail address."""
    found = frame.signed_in()
    if found is None:
        return []
    statement = select(Owner.id).where(
        col(Owner.workspace_id) == workspace_of(session),
        func.lower(col(Owner.email)) == found.person.email.lower(),
    )
    return list(session.exec(statement))
