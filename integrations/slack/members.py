"""Choosing a member in a form: found by their name while it is typed, however many there are."""

from typing import Any

from slack_bolt import App
from sqlmodel import Session, col, select

from goals.table import id_from, workspace_of
from goals.words import Message, Reader
from goals.workspace import Member, Person
from integrations.slack import acting
from integrations.slack.blocks import inputs
from integrations.slack.blocks.mrkdwn import Block
from integrations.slack.conversation import Exchange

#: What the menu is called; it stands in forms of several kinds.
MENU = "member_menu"

Body = dict[str, Any]


def install(app: App) -> None:
    """Listen to what is typed into the menu."""

    @app.options(MENU)
    def offered(ack: Any, body: Body, context: Any) -> None:
        ack(options=_offered(context["exchange"], body))


def field(
    session: Session,
    label: Message,
    reader: Reader,
    chosen: int | None,
    *,
    name: str = "owner",
    is_optional: bool = False,
) -> Block:
    """Return the field of a form in which a member is chosen; `chosen` is so at first."""
    element: Block = {
        "type": "external_select",
        "action_id": MENU,
        "min_query_length": 0,
    }
    known = None if chosen is None else named(session, chosen)
    if known is not None:
        element["initial_option"] = inputs.option((str(chosen), known, None), reader)
    return {
        "type": "input",
        "block_id": name,
        "label": inputs.plain(label, inputs.LABEL, reader),
        "element": element,
        "optional": is_optional,
    }


def named(session: Session, member_id: int | None) -> str | None:
    """Return the name of a member who may still sign in, None for anybody else."""
    statement = _everybody(session).where(col(Member.id) == member_id)
    found = session.exec(statement).first()
    return None if found is None else found[1]


def _offered(exchange: Exchange, body: Body) -> list[Block]:
    who = acting.who(exchange, body)
    typed = str(body.get("value") or "").strip().casefold()
    if who is None or who.viewer is None:
        return []
    with exchange.parts.session(exchange.team.workspace_id) as session:
        if acting.refused(session, who) is not None:
            return []
        found = [
            (str(member), name, None)
            for member, name in session.exec(_everybody(session))
            if typed in name.casefold()
        ]
    return [inputs.option(one, who.reader) for one in found[: inputs.MOST_CHOICES]]


def _everybody(session: Session) -> Any:
    return (
        select(Member.id, Person.name)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(col(Member.workspace_id) == workspace_of(session), col(Person.disabled_at).is_(None))
        .order_by(col(Person.name), col(Member.id))
    )


def chosen(session: Session, value: object) -> int | None:
    """Return the id of the member that was chosen, None for none that is there."""
    member = id_from(value)
    return member if member is not None and named(session, member) is not None else None
