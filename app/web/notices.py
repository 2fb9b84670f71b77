"""Which news reach a member, and by which way."""

from flask import flash, redirect, render_template, request, url_for
from sqlmodel import Session, col, delete, select
from werkzeug.wrappers import Response

from app.web import access, frame
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from goals.alerts.rule import EVENTS, WAYS, NoticeOff

LABELS = {
    "alert": (_l("Alerts"), _l("A goal turns bad, gets worse or better.")),
    "recovery": (_l("Good news"), _l("A goal is back on track, reached, or passed a mark.")),
    "checkin": (_l("Missed check-ins"), _l("Nobody checked in on a goal when it was due.")),
    "escalation": (_l("Escalations"), _l("An alert that nobody took on is handed to you.")),
    "source": (_l("Sources"), _l("A source fails, data are old, a rule switched itself off.")),
    "digest": (_l("Digests"), _l("What changed, every day or week.")),
}


@access.needs("viewer")
def page() -> str:
    """Show what reaches the reader."""
    session = frame.session()
    off = _off(session)
    wiring = frame.wiring()
    rows = [
        (event, *LABELS[event], [(way, (event, way) not in off) for way in WAYS])
        for event in EVENTS
    ]
    return render_template("accounts/notices.html", rows=rows, mail=wiring.mail_server is not None)


@access.needs("viewer")
def save() -> Response:
    """Keep what the reader wants."""
    session = frame.session()
    wanted = set(request.form.getlist("wants"))
    member = frame.me()
    session.execute(
        delete(NoticeOff).where(
            col(NoticeOff.workspace_id) == member.workspace_id,
            col(NoticeOff.member_id) == member.id,
        )
    )
    for event in EVENTS:
        for way in WAYS:
            if f"{event}:{way}" not in wanted:
                session.add(
                    NoticeOff(
                        workspace_id=member.workspace_id, member_id=member.id, event=event, way=way
                    )
                )
    session.flush()
    flash(_("Saved."))
    return redirect(url_for("accounts.notices"), 303)


def _off(session: Session) -> set[tuple[str, str]]:
    member = frame.me()
    statement = select(NoticeOff.event, NoticeOff.way).where(
        col(NoticeOff.workspace_id) == member.workspace_id,
        col(NoticeOff.member_id) == member.id,
    )
    return set(session.exec(statement))
