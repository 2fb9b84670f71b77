"""Whether the program is alive and ready, for whatever watches it."""

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from app.web import access, frame
from goals.workspace import Workspace

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@access.public
def alive() -> tuple[dict[str, bool], int]:
    """Tell that the process answers."""
    return {"ok": True}, 200


@blueprint.get("/readyz")
@access.public
def ready() -> tuple[dict[str, bool], int]:
    """Tell whether the database answers and is prepared."""
    try:
        with frame.wiring().database.system() as session:
            session.execute(select(col(Workspace.id)).limit(1))
    except SQLAlchemyError:
        return {"ok": False}, 503
    return {"ok": True}, 200
