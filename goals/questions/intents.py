"""From the meanings of a question's phrases to the one intent that they have together (pure)."""

from collections.abc import Iterable, Sequence

from goals.metrics import catalogue
from goals.questions.naming import Meant
from goals.questions.periods import Spoken
from goals.questions.spans import Piece

#: What goals do not tell: the name of a customer, what is somebody's at home.
BEYOND = "beyond"
#: Intents that a phrase alone has.
STRONG = frozenset(
    (
        *("why", "forecast", "compare", "owner", "due", "changed", "stale", "definition"),
        *("remedies", "my_number", "help", "language", "courtesy"),
    )
)
#: Intents that are about one goal and mean nothing without any.
NEED_GOAL = frozenset(("status", "why", "forecast", "compare", "owner", "remedies", "what"))
#: Of two intents in one question the first is meant where both stand; others are no question.
_BEATS = (
    ("my_number", "forecast"), ("my_number", "due"), ("my_number", "compare"),
    ("my_number", "remedies"), ("stale", "why"), ("stale", "due"), ("stale", "changed"),
    ("why", "changed"), ("why", "forecast"), ("remedies", "forecast"),
    ("definition", "language"), ("definition", "stale"), ("compare", "changed"),
    ("why", "remedies"), ("why", "definition"), ("language", "help"), ("language", "changed"),
)  # fmt: skip
_STATES = {"off": "off_track", "risk": "off_track", "ahead": "ahead"}
#: A state that goals may be listed by -> the statuses that it is.
LISTED = {
    "risk": ("at_risk",),
    "on": ("on_track",),
    "reached": ("achieved",),
    "not_off": ("on_track", "ahead", "achieved", "too_early"),
    "open": ("on_track", "ahead", "too_early", "at_risk", "off_track", "missed"),
}
_OF_GOALS = frozenset(
    (
        *("off", "risk", "on", "ahead", "reached", "not_off", "open"),
        *("goals", "all", "me", "others", "team", "status"),
    )
)
#: Phrases that ask for reasons or remedies only of something: "what is behind" churn, and alone.
_EITHER = (
    {"why", "off"}, {"why", "changed"}, {"remedies", "help"}, {"status", "my_number"},
    {"status", "courtesy"},
)  # fmt: skip
_OF_SOMETHING = frozenset(("why", "remedies", "status"))
_SAYING = frozenset(("now", "status", "off", "risk", "on", "ahead", "reached", "goals"))
#: Metrics that count who comes.
_COMING = frozenset(("leads_new", "new_customers", "opportunities_new", "referrals", "web_traffic"))
#: Metrics that are a length of time.
_TIMES = frozenset(("sales_cycle", "resolution_time", "stage_length", "cac_payback"))
#: Metrics that are an amount of money.
_MONEY = frozenset(one.id for one in catalogue.METRICS.values() if one.unit == "money")
_COME = frozenset(("新增", "增加", "添加", "กําหนด", "กําหนดเป้า", "กําหนดเป้าหมาย"))
#: Words that ask of somebody who they are, or whether they are there.
_BEING = frozenset(("who", "whether", "now"))
_SCOPES = ("channel", "team", "others", "me")


def is_change(telling: Sequence[Piece]) -> bool:
    """Tell whether a question wants something changed: it begins with such a word.

    In Chinese that word may come later.
    """
    is_counted = any(one.meanings & {"amount", "due"} for one in telling)
    for number, one in enumerate(telling):
        # "Should we drop it" is a wish, "did it drop" is not.
        is_wish = "change" in one.meanings and one.meanings <= {"change", "off"} and not one.exact
        # "新增多少" asks how many have come, "กำหนดเป้าวันไหน" when it is due.
        is_wish = is_wish and not (is_counted and one.words in _COME)
        if is_wish and (number == 0 or "\u2e80" <= one.words[0] <= "\u9fff"):
            return True
        if number == 0 and one.meanings and one.meanings <= {"also", "help", "pair"}:
            return is_change(telling[1:])
    return False


def together(
    phrases: Iterable[frozenset[str]], *, has_content: bool, has_period: bool
) -> frozenset[str]:
    """Return the meanings of phrases, of those that have two the one that is meant."""
    found: set[str] = set()
    reached: set[str] = set()
    ended: set[str] = set()
    is_due = False
    for meanings in phrases:
        is_due = is_due or meanings == {"due"}
        if "end" in meanings:
            # "Days left until year end" and "who owns them at year end" foresee nothing.
            ended = {"forecast"}
            continue
        if meanings == {"forecast", "reach"}:
            # Beside how it stands this asks whether it is on target, alone whether it will be.
            reached = {"forecast"}
            continue
        if "versus" in meanings:
            # "Against what target" compares nothing with another period.
            plain = "status" if "status" in meanings else "versus"
            found.add("compare" if has_period else plain)
            continue
        if meanings == {"why", "changed"} and has_period:
            # What happened in some days is what changed in them.
            found.add("changed")
        elif meanings in _EITHER:
            found |= meanings & _OF_SOMETHING if has_content else meanings - _OF_SOMETHING
        else:
            found |= meanings
    if not has_content or not found & (STRONG - {"help", "courtesy"}):
        found |= ended
    if is_due or found & {"goals", "target"}:
        found.discard("when")
    return frozenset(found if "status" in found else found | reached)


def intent_of(
    meanings: frozenset[str], meant: Meant, *, has_content: bool, metrics: frozenset[str]
) -> str | None:
    """Return the intent of a question, None where its phrases do not go together."""
    strong = _strongest(meanings, metrics)
    if meant.is_group and len(strong) > 1:
        # "What does she own" asks for no meaning.
        strong.discard("definition")
    is_own = not meant.ids and metrics == {"quota_attainment"} and "me" in meanings
    if is_own or ("my_number" in strong and not meant.ids and metrics <= {"quota_attainment"}):
        return "my_number"
    is_elsewhere = _is_elsewhere(strong, meanings, meant, metrics, has_content=has_content)
    if len(strong) > 1 or meanings & {"versus", BEYOND} or is_elsewhere:
        return None
    if meanings & {"owner", "who"} and "ahead" in meanings and has_content:
        # Who does best is not who is responsible.
        return "ahead" if meant.is_group else None
    if "who" in meanings and has_content and "owner" not in strong and not meant.is_group:
        return None
    if meant.is_group and not strong and meanings - {"now"} and meanings <= _BEING:
        # "Who is Ann" and "is Ann in" ask for no goals of hers.
        return None
    if strong:
        return _alone(strong.pop(), meanings, meant, has_content=has_content)
    if has_content and not meant.is_group:
        is_bare = "what" in meanings and not meanings & _SAYING
        return "what" if is_bare and metrics and meant.is_alias else "status"
    return _of_several(meanings, meant)


def _is_elsewhere(
    strong: set[str],
    meanings: frozenset[str],
    meant: Meant,
    metrics: frozenset[str],
    *,
    has_content: bool,
) -> bool:
    """Tell whether words ask for what no goal tells: a price, people by name, or where they are."""
    if "origin" in meanings and metrics & _COMING:
        # Where leads come from is a question about leads.
        return True
    if meant.is_place and "price" in meanings and strong <= {"stale"}:
        # How big it is, or how old.
        return True
    if "cost" in meanings and (metrics or meant.read_as) and not metrics & _MONEY:
        # What a repair costs is not how long it takes.
        return True
    if strong or "goals" in meanings:
        return False
    if not has_content:
        return bool(meanings) and meanings <= {"where", "status"} and "where" in meanings
    if meant.is_place and (meanings & {"where", "heads"} or meanings == {"what"}):
        # Where it is, or what it is.
        return True
    return "names" in meanings and bool(metrics) and meant.is_alias


def _strongest(meanings: frozenset[str], metrics: frozenset[str]) -> set[str]:
    """Return the intents that are left where some of them say no more than others."""
    strong = set(meanings & STRONG)
    if {"count", "whether"} <= meanings:
        # "Does a renewal count" asks what is counted, the "lead count" how many there are.
        strong.add("definition")
    if "span" in meanings and metrics and metrics <= _TIMES:
        # Of a length of time "how many days" asks for it, not when it is due.
        strong.discard("due")
    if len(strong) > 1 or meanings & _OF_GOALS:
        strong -= {"help", "courtesy"}
    for winner, loser in _BEATS:
        if winner in strong:
            strong.discard(loser)
    return strong


def _alone(found: str, meanings: frozenset[str], meant: Meant, *, has_content: bool) -> str | None:
    if found == "owner" and meant.is_group:
        # "Which that she owns are off track": what somebody owns may be asked for by its state.
        if not meanings & (_OF_GOALS | {"what", "definition"}):
            # Who leads a team is no goal of it.
            return None
        return _of_several(meanings, meant)
    if has_content and found in ("help", "courtesy"):
        return "status" if meant.ids else None
    if found == "definition" and meant.is_place:
        # A person, a team or a product is nothing that is measured.
        return None
    return None if has_content and found in ("language", "my_number") else found


def _of_several(meanings: frozenset[str], meant: Meant) -> str | None:
    """Return the intent of a question about goals that stand together, or about all."""
    states = {_STATES[one] for one in _STATES if one in meanings}
    if meanings & {"not_off", "open"}:
        return "list" if not states else None
    # "Are all goals on track?" asks for those that are not, "goals on track" for these.
    is_doubt = "whether" in meanings or not meanings & {"goals", "all"}
    if "on" in meanings and "what" not in meanings and is_doubt:
        states.add("off_track")
    if states:
        return states.pop() if len(states) == 1 else None
    if meanings & {"on", "reached"}:
        return "list" if meanings & {"what", "goals"} else None
    if {"target", "me"} <= meanings:
        # In Chinese one word is a goal and a quota.
        return None
    if meant.is_group or meanings & {"goals", "target", "all", "team", "channel"}:
        return "list"
    if "status" in meanings and "amount" not in meanings:
        return "list"
    return "list" if meanings & {"me", "others"} else "status"


def state_of(intent: str, meanings: frozenset[str]) -> str | None:
    """Return the state by which the goals of a list are chosen, None for any."""
    kinds = {"list": ("on", "reached", "not_off", "open"), "off_track": ("risk",)}.get(intent, ())
    found = [one for one in kinds if one in meanings]
    return found[0] if len(found) == 1 and "off" not in meanings else None


def scope_of(meanings: frozenset[str]) -> str | None:
    """Return whose goals are meant by who asks and where, None for those of everybody."""
    return next((one for one in _SCOPES if one in meanings), None)


def sides(intent: str, said: Sequence[Spoken]) -> tuple[Spoken | None, Spoken | None]:
    """Return the period that is asked about and the one it is compared with."""
    if intent == "compare":
        if len(said) == 1:
            return None, said[0]
        return (said[0], said[1]) if said else (None, None)
    said = [one for one in said if one.unit != "day" or one.ahead or intent == "changed"]
    return (said[0], None) if len(said) == 1 else (None, None)
