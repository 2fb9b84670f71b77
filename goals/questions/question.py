"""What was understood of a question (pure)."""

from dataclasses import dataclass, field

from goals.questions.periods import Spoken


@dataclass(frozen=True)
class Question:
    """What was understood: an intent, the goals it may be about, and how sure that is.

    `read_as` is the name a typing error was read as, None where the words were exact. `period`
    is the one that was asked about, `against` the one to compare it with, None for any time.
    `scope` is "me", "others", "team" or "channel" for goals that stand together by who asks and
    where, and `state` one of `intents.LISTED` by which they are chosen;
    with `is_group` the goals are meant all together, as those of a person, with `is_pair` they
    were named one by one. `metrics` are those that were named. With `is_sure` False the goals have
    to be confirmed, and `is_open` tells that the words are a question only after another one.
    `rest` are the words of which one was not understood.
    """

    intent: str
    goals: tuple[int, ...] = ()
    read_as: str | None = None
    near: tuple[int, ...] = field(default=())
    period: Spoken | None = None
    against: Spoken | None = None
    scope: str | None = None
    state: str | None = None
    metrics: frozenset[str] = frozenset()
    is_group: bool = False
    is_pair: bool = False
    is_sure: bool = True
    is_open: bool = False
    rest: str = ""
