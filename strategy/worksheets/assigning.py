"""Who works on which section."""

from datetime import datetime

from sqlmodel import Session, col, delete, select

from goals import workspace
from goals.errors import Refusal
from goals.table import key, workspace_of
from goals.words import N_
from strategy.worksheets import library
from strategy.worksheets.setting import Setting
from strategy.worksheets.tables import SectionAssignee


def assigned(session: Session) -> dict[str, int]:
    """Return the member who works on each section that has one."""
    found = session.exec(
        select(SectionAssignee.section, SectionAssignee.member_id).where(
            col(SectionAssignee.workspace_id) == workspace_of(session)
        )
    ).all()
    return dict(found)


def assign(
    session: Session,
    section: str,
    member: str,
    setting: Setting,
    *,
    by: int | None,
    now: datetime,
) -> None:
    """Say who works on a section, "" for nobody.

    Raises Refusal for an unknown section and for somebody who is no member now.
    """
    library.worksheets().section(section)
    if member and member not in setting.members:
        raise Refusal("not_a_member", N_("Choose somebody who is a member now."), field="member")
    workspace.hold(session)
    here = workspace_of(session)
    id = key("section_assignee", here, section)
    if not member:
        session.exec(
            delete(SectionAssignee).where(
                col(SectionAssignee.workspace_id) == here, col(SectionAssignee.id) == id
            )
        )
        return
    session.merge(
        SectionAssignee(
            workspace_id=here,
            id=id,
            section=section,
            member_id=int(member),
            assigned_by=by,
            assigned_at=now,
        )
    )
    session.flush()
