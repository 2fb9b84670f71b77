"""How a person connects a Singer tap or an Airbyte source."""

from goals.words import N_
from integrations.guide import RECORDS, Ask, Guide, Way

GUIDE = Guide(
    reads=(N_("The streams that are named for a kind of record, or that a mapping names"),),
    ways=(
        Way(
            N_("A program on this machine"),
            (
                N_("Install the tap in an environment of its own where the worker runs."),
                N_("Write its settings into a JSON file that only Headway's user can read."),
                N_("Have the administrator set HEADWAY_ALLOW_COMMANDS=1."),
                N_("Write the command below; {state} stands for the file of its last state."),
            ),
            (
                Ask(
                    "command",
                    N_("Command"),
                    example="tap-github --config /data/config.json --state {state}",
                ),
                Ask(
                    "record",
                    N_("Kind of record"),
                    N_("Where the streams are not named for what they hold, such as deals."),
                    choices=RECORDS,
                    is_optional=True,
                ),
            ),
        ),
    ),
    history=N_("Stage history comes from date columns named as events in the mapping."),
    limits=N_(
        "Rows that are gone from the source stay here unless the program says that they were "
        "deleted. A mapping file, which several streams need, is named on the command line of this "
        "machine."
    ),
    needs=N_("You need whoever looks after the machine that Headway runs on."),
)
