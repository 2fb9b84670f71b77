"""How a person connects a query of another database."""

from goals.words import N_
from integrations.guide import RECORDS, Ask, Guide, Way

GUIDE = Guide(
    reads=(N_("The rows of one SELECT, as one kind of record"),),
    ways=(
        Way(
            N_("A user that may only read"),
            (
                N_("Make a database user that may read the tables of the query and nothing else."),
                N_("Write one SELECT whose columns are named as the record's fields."),
                N_(
                    "Where rows have a column that grows, such as updated_at, name it as watermark."
                ),
            ),
            (
                Ask(
                    "dsn",
                    N_("Address of the database"),
                    hint=N_("PostgreSQL or SQLite; MySQL and SQL Server need their driver."),
                    example="postgresql://user:password@host:5432/name",
                    is_secret=True,
                ),
                Ask("record", N_("Kind of record"), choices=RECORDS),
                Ask(
                    "query",
                    N_("Query"),
                    hint=N_(
                        "Write AS and the field behind each column that is called otherwise. The "
                        "test shows which column is which field, and lists the fields."
                    ),
                    example=(
                        "SELECT id AS external_id, title AS name, phase AS stage, value AS amount, "
                        "opened AS created_on, closed AS closed_on FROM opportunities"
                    ),
                    is_long=True,
                ),
                Ask("watermark", N_("Watermark"), example="updated_at", is_optional=True),
            ),
        ),
    ),
    history=N_("Stage history comes from date columns named as events in the mapping."),
    limits=N_(
        "Rows that are gone from the query stay here. At most 500,000 rows are read at once. A "
        "mapping file is named on the command line of this machine."
    ),
    needs=N_("You need the address of the database and a user who may only read it."),
)
