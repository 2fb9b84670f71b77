"""Which transactions leave a mark for the next review of goals: those that wrote what may matter.

Whatever is written counts, unless it is named here: what follows from a review or a pull by
itself, and says nothing new of a goal. What is not named costs a review that finds nothing
changed; what is named and matters after all would be missed until the next day.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlmodel import Session

from goals.table import WRITTEN
from goals.tracking import unreviewed

#: Tables of what is worked out, sent, looked at, or kept about the work itself.
FOLLOWING = frozenset(
    "due sync_run checkpoint reading rollup customer dirty_day fault_count evaluation status_change"
    " outbox alert_story alert_act rule_check channel comment last_place share_link notice_off"
    " slack_inbound sign_in_session sign_in_link sign_in_attempt unreviewed".split()
)
#: Columns of other tables that are such; how fresh a source is, a review looks at by itself.
FOLLOWING_COLUMNS = {
    "goal": frozenset({"evaluation_id"}),
    "connection": frozenset({"last_success_at", "newest_on", "needs_reconnect", "secrets"}),
    "alert_rule": frozenset({"failures", "last_on"}),
}


def install(engine: Engine) -> None:
    """Have it noted which tables the statements of a session's transaction write."""
    event.listen(engine, "before_cursor_execute", _note)


def begin(session: Session, connection: Connection) -> None:
    """Forget what an earlier transaction wrote, on this connection or in this session."""
    connection.info[WRITTEN] = session.info[WRITTEN] = set()


def mark(session: Session) -> None:
    """Leave a mark if this transaction wrote what goals may be judged by."""
    session.flush()
    if session.info.get(WRITTEN, frozenset()) - FOLLOWING:
        unreviewed.mark(session)


def _note(
    connection: Connection, cursor: Any, statement: str, values: Any, context: Any, many: bool
) -> None:
    written = connection.info.get(WRITTEN)
    if written is None or not (context.isinsert or context.isupdate or context.isdelete):
        return
    compiled = context.compiled
    table = compiled.statement.table
    if table.name in written or table.name in FOLLOWING:
        return
    following = FOLLOWING_COLUMNS.get(table.name)
    if following is None or not context.isupdate or not _set(compiled) <= following:
        written.add(table.name)


def _set(compiled: Any) -> set[str]:
    """Return the columns that an UPDATE sets."""
    given = compiled.compile_state._dict_parameters
    if given is None:
        # The ORM hands its values over when the statement runs, beside those it looks rows up by.
        return set(compiled.column_keys) & {one.key for one in compiled.statement.table.columns}
    return {getattr(one, "key", one) for one in given}
