"""What a worker does with files that people sent: the long ones are brought in here."""

from collections.abc import Callable
from datetime import datetime

import structlog

from app import queue, rebuilding
from app.queue import Claim
from app.uploads import Uploads
from app.wiring import Wiring
from goals.errors import Refusal
from goals.messages import Reader
from goals.records import undo
from goals.words import N_, Message
from integrations.connections import Begin
from integrations.files import worked
from integrations.files.rejects import RejectsFile
from integrations.files.result import ImportResult

log = structlog.get_logger()

#: After so many failures for a reason that nobody foresaw an import is given up.
MOST_ATTEMPTS = 3


def bring_all(
    wiring: Wiring,
    workspace_id: int,
    claim: Claim,
    clock: Callable[[], datetime],
    alive: Callable[[], None],
) -> int:
    """Bring in the files that wait, and undo what is to be undone; returns how many there were.

    Raises what `alive` raises, and what nobody foresaw; then the file is tried again later.
    """
    begin = wiring.database.begin(workspace_id)
    uploads = Uploads.of(wiring.settings.data_dir, workspace_id)
    done = 0
    while True:
        with begin() as session:
            run = worked.waiting(session)
            told = None if run is None else (run.id, dict(run.result or {}))
        if told is None:
            return done
        run_id, about = told
        if undo.UNDOING in about:
            worked.go_back(begin, run_id, clock=clock, alive=alive)
            _count(begin, clock, alive)
            done += 1
            continue
        try:
            result = _bring(begin, uploads, run_id, about, clock, alive)
        except Refusal as error:
            _give_up(begin, uploads, run_id, about, error.message, error.fix, clock())
        except Exception as error:
            alive()
            if claim.attempts + 1 < MOST_ATTEMPTS:
                raise
            log.exception("import_failed", run=run_id)
            text = Message(N_("An error stopped this import: %(name)s."), {"name": _name(error)})
            fix = Message(N_("Whoever runs Headway finds it in the log of the worker."))
            _give_up(begin, uploads, run_id, about, text, fix, clock())
        else:
            if result.failed:
                uploads.give_back(about[worked.FILE])
            else:
                uploads.forget(about[worked.FILE])
        _count(begin, clock, alive)
        done += 1


def _count(begin: Begin, clock: Callable[[], datetime], alive: Callable[[], None]) -> None:
    rebuilding.count_in_turns(begin, clock, alive)
    with begin() as session:
        queue.schedule(session, "review", "", clock())


def _bring(
    begin: Begin,
    uploads: Uploads,
    run_id: int,
    about: dict[str, str],
    clock: Callable[[], datetime],
    alive: Callable[[], None],
) -> ImportResult:
    token = about[worked.FILE]
    path = uploads.queued(token)
    base = uploads.folder / f"{token}-{run_id}"
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Refusal(
            "file_gone",
            N_("The file is not here any more."),
            fix=Message(
                N_("Send it again. Where the worker runs elsewhere, share the data folder.")
            ),
        ) from None
    with file, RejectsFile(base, Reader(**about[worked.READER])) as rejects:  # type: ignore[arg-type]
        result = worked.go_on(begin, run_id, file, rejects.add, clock=clock, alive=alive)
    uploads.keep_rejects(rejects.path, run_id)
    return result


def _give_up(
    begin: Begin,
    uploads: Uploads,
    run_id: int,
    about: dict[str, str],
    message: Message,
    fix: Message | None,
    now: datetime,
) -> None:
    with begin() as session:
        worked.fail(session, run_id, message, fix, now)
    uploads.give_back(about[worked.FILE])


def _name(error: Exception) -> str:
    return type(error).__name__
