"""Exchange rates know the base currency that they are for."""

import json

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import Json, key

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_BETWEEN = " | "


def upgrade() -> None:
    with op.batch_alter_table("rate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("base", sqlmodel.AutoString(), nullable=True))
    # Until now all rates were for the currency that their workspace has.
    own = "(SELECT currency FROM workspace WHERE workspace.id = rate.workspace_id)"
    op.execute(f"UPDATE rate SET base = {own}")
    _rename()
    _tell_versions()


def _rename() -> None:
    """Give the rates of files the names, and the ids, by which a file finds them from now on."""
    found = op.get_bind().execute(
        sa.text(
            "SELECT rate.workspace_id, rate.id, rate.connection_id, rate.external_id, rate.base "
            "FROM rate JOIN connection ON connection.workspace_id = rate.workspace_id "
            "AND connection.id = rate.connection_id "
            "WHERE connection.provider = 'file' "
            "AND rate.external_id = rate.currency || ' | ' || CAST(rate.day AS varchar(10))"
        )
    )
    for workspace_id, old, connection_id, named, base in found.all():
        name = f"{named}{_BETWEEN}{base}"
        of = {"here": workspace_id, "old": old, "new": key(connection_id, "rate", name)}
        op.get_bind().execute(
            sa.text(
                "UPDATE rate SET id = :new, external_id = :name "
                "WHERE workspace_id = :here AND id = :old"
            ),
            {**of, "name": name},
        )
        op.get_bind().execute(
            sa.text(
                "UPDATE record_version SET record_id = :new "
                "WHERE workspace_id = :here AND record = 'rate' AND record_id = :old"
            ),
            of,
        )


def _tell_versions() -> None:
    """Have earlier versions of rates say what they were for as well."""
    found = op.get_bind().execute(
        sa.text(
            "SELECT record_version.workspace_id, record_version.id, record_version.data, "
            "workspace.currency FROM record_version JOIN workspace "
            "ON workspace.id = record_version.workspace_id WHERE record_version.record = 'rate'"
        )
    )
    told = sa.text(
        "UPDATE record_version SET data = :data WHERE workspace_id = :here AND id = :one"
    ).bindparams(sa.bindparam("data", type_=Json))
    for workspace_id, one, data, currency in found.all():
        known = json.loads(data) if isinstance(data, str) else dict(data)
        changed = {**known, "base": currency}
        op.get_bind().execute(told, {"here": workspace_id, "one": one, "data": changed})


def downgrade() -> None:
    with op.batch_alter_table("rate", schema=None) as batch_op:
        batch_op.drop_column("base")
