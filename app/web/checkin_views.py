"""What pages show of check-ins: on a goal's page, and the list of those that are owed."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlmodel import Session

from app.web import frame, texts
from app.web.forms.checkins import CheckinForm
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals import words
from goals.table import new_id
from goals.tracking import cadence
from goals.tracking.cadence import DUE
from goals.tracking.checkins import reading
from goals.tracking.checkins.reading import Book, Entry, Inbox, Owed
from goals.tracking.standing import Standing

#: Check-ins shown at once; the earlier ones are a click away.
SHOWN = 3
#: Missed days that are written out.
LISTED = 6


@dataclass(frozen=True)
class Panel:
    """The check-ins on a goal's page."""

    rhythm: str
    due: str
    missed: str
    entries: list[Entry]
    earlier: list[Entry]
    form: CheckinForm | None
    is_open: bool
    mine: frozenset[int] = field(default=frozenset())


def panel(session: Session, one: Standing) -> Panel:
    """Return what a goal's page shows of its check-ins."""
    today = frame.today()
    book = reading.of_goal(session, one, today)
    entries = list(book.entries)
    may = frame.may("commenter") and not (one.evaluation is not None and one.evaluation.final)
    return Panel(
        rhythm=_rhythm(one, book),
        due=_due(book, today),
        missed=_missed(book),
        entries=entries[:SHOWN],
        earlier=entries[SHOWN:],
        form=new_form(one) if may else None,
        is_open=may and book.open is not None and one.goal.owner_id == frame.me().id,
        mine=frozenset(each.row.id for each in entries if can_change(each.row.made_by)),
    )


def can_change(made_by: int | None) -> bool:
    """Tell whether the reader may change what somebody said: their own, or as an editor."""
    return frame.may("editor") or (frame.may("commenter") and made_by == frame.me().id)


def new_form(one: Standing) -> CheckinForm:
    """Return an empty form over the goal as it stands."""
    seen = one.evaluation
    begun = {"begun": str(new_id()), "evaluation": "" if seen is None else str(seen.id)}
    return CheckinForm(formdata=None, data=begun)


def _rhythm(one: Standing, book: Book) -> str:
    said = texts.say(words.Message(cadence.WORDS[one.goal.cadence]))
    if book.next is None:
        return said
    return _("%(rhythm)s, next on %(day)s", rhythm=said, day=texts.day(book.next))


def _due(book: Book, today: date) -> str:
    wanted = book.open
    if wanted is None:
        return ""
    day = texts.day(wanted.on)
    if wanted.on == today:
        return _("A check-in is due today.")
    if wanted.state == DUE:
        return _("A check-in is due since %(day)s.", day=day)
    late = (today - wanted.on).days
    return ngettext(
        "The check-in of %(day)s was missed, %(num)d day ago.",
        "The check-in of %(day)s was missed, %(num)d days ago.",
        late,
        day=day,
    )


def _missed(book: Book) -> str:
    """Return the days without a check-in, apart from the one that is still wanted."""
    days = [day for day in book.missed if book.open is None or day != book.open.on]
    if not days:
        return ""
    listed = texts.written([words.Day(day) for day in days[:LISTED]])
    if len(days) > LISTED:
        more = len(days) - LISTED
        return ngettext(
            "No check-in on %(days)s and %(num)d more.",
            "No check-in on %(days)s and %(num)d more.",
            more,
            days=listed,
        )
    return _("No check-in on %(days)s.", days=listed)


@dataclass(frozen=True)
class Line:
    """A check-in that is owed, as the list shows it."""

    one: Standing
    when: str
    is_missed: bool
    more: str
    last: str
    is_mine: bool


@dataclass(frozen=True)
class Lists:
    """The page of check-ins: mine first, then everybody else's, then what is to come."""

    mine: list[Line]
    others: list[Line]
    coming: list[Line]

    @property
    def total(self) -> int:
        """Return how many are owed."""
        return len(self.mine) + len(self.others)

    @property
    def missed(self) -> int:
        """Return how many of them were missed."""
        return sum(one.is_missed for one in [*self.mine, *self.others])


def lists(found: Inbox, team: int | None) -> Lists:
    """Return the owed check-ins as lists, of one team's goals or of all."""

    def kept(owed: tuple[Owed, ...]) -> list[Line]:
        return [_line(one) for one in owed if team is None or one.one.goal.team_id == team]

    waiting = kept(found.open)
    return Lists(
        [one for one in waiting if one.is_mine],
        [one for one in waiting if not one.is_mine],
        kept(found.coming),
    )


def _line(owed: Owed) -> Line:
    today = frame.today()
    more = ""
    if owed.missed:
        more = ngettext(
            "%(num)d earlier one was missed too",
            "%(num)d earlier ones were missed too",
            len(owed.missed),
        )
    last = _("No check-in yet")
    if owed.last is not None:
        last = f"{texts.say(owed.last.confidence)}, {texts.day(owed.last.row.day)}"
    return Line(
        one=owed.one,
        when=_when(owed, today),
        is_missed=owed.on < today and owed.state != DUE,
        more=more,
        last=last,
        is_mine=owed.one.goal.owner_id == frame.me().id,
    )


def _when(owed: Owed, today: date) -> str:
    day = texts.day(owed.on)
    if owed.on == today:
        return _("Due today")
    if owed.on == today + timedelta(days=1):
        return _("Tomorrow")
    if owed.on > today:
        return day
    if owed.state == DUE:
        return _("Due since %(day)s", day=day)
    return _("Missed on %(day)s", day=day)
