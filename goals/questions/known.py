"""What the goals of a workspace are known by, prepared once for as long as nothing changes."""

import json
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from sqlmodel import Session, col, select

from goals import words
from goals.metrics import catalogue, library
from goals.metrics.catalogue import Metric
from goals.questions import lexicon, naming, nouns, places, text
from goals.questions.aliases import Alias
from goals.questions.naming import Name
from goals.questions.seen import Seen
from goals.questions.spans import Names
from goals.table import workspace_of

#: So many workspaces and audiences are kept ready.
MOST_KEPT = 64

#: What a goal's name says of where its number shall go.
_BETTER = frozenset(
    "more less fewer faster slower bigger smaller shorter longer better higher lower".split()
    + "grow increase reduce improve cut raise lower boost double".split()
)

#: Another word for a goal, a member or a team: the word and the three ids.
Called = tuple[str, int | None, int | None, int | None]
#: All that the names are made from.
_Key = tuple[tuple[tuple[object, ...], ...], tuple[Called, ...], tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Known:
    """The goals with what they are known by, and these words ready to be found in a question."""

    goals: tuple[Name, ...]
    names: Names


_kept: "OrderedDict[_Key, Known]" = OrderedDict()
_turn = Lock()


def of(session: Session, seen: Sequence[Seen]) -> Known:
    """Return what goals are known by.

    It is made anew only where a row that it is made from differs, whoever changed it.
    """
    called = _called(session)
    metrics = library.named(session, {one.metric for one in seen})
    own = tuple(sorted((one.id, words.render(one.name, "en")) for one in metrics.values()
                       if one.id not in catalogue.METRICS))  # fmt: skip
    # How a goal stands changes none of its names.
    key = (tuple(one[:-4] for one in sorted(seen)), called, own)
    with _turn:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    found = _made(seen, called, metrics)
    with _turn:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def _called(session: Session) -> tuple[Called, ...]:
    statement = (
        select(Alias.word, Alias.goal_id, Alias.member_id, Alias.team_id)
        .where(col(Alias.workspace_id) == workspace_of(session))
        .order_by(col(Alias.word), col(Alias.id))
    )
    return tuple((word, goal, member, team) for word, goal, member, team in session.exec(statement))


def _made(seen: Sequence[Seen], called: Sequence[Called], metrics: dict[str, Metric]) -> Known:
    people = {one.owner_name for one in seen if one.owner_name}
    firsts = Counter(word.casefold() for name in people for word in name.split()[:1])
    shared = frozenset(word for word, many in firsts.items() if many > 1)
    others: dict[tuple[int, int], list[str]] = {}
    for word, *ids in called:
        for kind, target in enumerate(ids):
            if target is not None:
                others.setdefault((kind, target), []).append(word)
    teams = {one.team_name for one in seen if one.team_name}
    parts = Counter(word for name in teams for word in set(name.split()))
    found = tuple(
        name_of(
            one,
            metrics.get(one.metric, catalogue.MILESTONE),
            *(
                others.get(key, [])
                for key in enumerate((one.id, one.owner_id or 0, one.team_id or 0))
            ),
            shared=shared,
            team_part=_part(one.team_name, parts),
        )
        for one in sorted(seen)
    )
    return Known(found, naming.names(found))


def name_of(
    one: Seen,
    metric: Metric,
    called: Sequence[str] = (),
    owner_called: Sequence[str] = (),
    team_called: Sequence[str] = (),
    *,
    shared: frozenset[str] = frozenset(),
    team_part: str | None = None,
) -> Name:
    """Return what a goal goes by, with the other words for it, its owner and its team.

    A first name that several owners have (`shared`) does not say which of them is meant.
    `team_part` is the first word of the team's name, where no other team has it in its own.
    """
    owner = one.owner_name or ""
    first = owner.split()[:1] if len(owner.split()) > 1 and len(owner.split()[0]) > 1 else []
    both = tuple(one for one in first if one.casefold() in shared)
    first = [one for one in first if one.casefold() not in shared]
    params, segment = json.loads(one.params), json.loads(one.segment)
    # A variant does not go by the plain name of its metric.
    given = catalogue.filled(metric, {}) if params else {}
    is_plain = all(given.get(name, word) == word for name, word in params.items())
    members = tuple(segment.values())
    return Name(
        one.id,
        one.name,
        metric_words(metric) if is_plain else (),
        called=tuple(called),
        segment=members,
        places=tuple(_also(member) for member in members),
        owners=(owner, *first, *owner_called) if owner else (),
        shared=both,
        abroad=(*_abroad(one.name, members), *_sales(metric, members)),
        translated=nouns.single(one.name),
        is_sum=metric.kind in ("flow", "stock"),
        teams=(*team_words(one.team_name), *_short(team_part), *team_called),
    )


def _also(member: str) -> tuple[str, ...]:
    """Return what else a member is called: a country elsewhere, one implant of several."""
    other = lexicon.other_number(text.canonical(member))
    return (*places.elsewhere(member), *nouns.elsewhere(member), *((other,) if other else ()))


def _abroad(name: str, members: Sequence[str]) -> tuple[str, ...]:
    """Return a goal's name in other languages, without what it is narrowed to."""
    narrowed = {word for one in members for word in text.canonical(one).split()}
    rest = [one for one in text.canonical(name).split() if one not in narrowed | _BETTER]
    return nouns.elsewhere(" ".join(rest)) if len(rest) > 1 else ()


def _sales(metric: Metric, members: Sequence[str]) -> tuple[str, ...]:
    """Return what sales in a place are called in Thai, where the word alone is any amount."""
    if metric.id != "revenue":
        return ()
    said = (word for one in members for word in _also(one))
    return tuple(f"ยอด{word}" for word in said if "\u0e00" <= word[0] <= "\u0eff")


def _part(team: str | None, many: Counter[str]) -> str | None:
    """Return the first word of a team's name where it is one of several and no other team's."""
    words = (team or "").split()
    return words[0] if len(words) > 1 and many[words[0]] == 1 else None


def _short(part: str | None) -> tuple[str, ...]:
    """Return what a team is called by the first word of its name: always as a team."""
    if part is None:
        return ()
    abroad = (one for one in nouns.elsewhere(part) if len(one) > 1)
    around = ("%s team", "team %s", "ทีม %s", "%s团队", "%s组", "%s部")
    named = [each % part for each in around]
    there = (
        each % one for one in abroad for each in (around[3:] if one[0] > "\u2e80" else ("ทีม%s",))
    )
    return (*named, *there)


def metric_words(metric: Metric) -> tuple[str, ...]:
    """Return what a metric goes by; one of the workspace's own, by its id and its name."""
    own = tuple(map(text.canonical, (metric.id, words.render(metric.name, "en"))))
    return lexicon.metric_words().get(metric.id, own)


def team_words(name: str | None) -> tuple[str, ...]:
    """Return what a team is called in each language."""
    if name is None:
        return ()
    around = ("%s", "%s team", "team %s", "%s department", "ทีม %s", "ฝ่าย %s", "แผนก %s", "ห้อง %s",
              "ช่อง %s", "%s channel", "%s room")  # fmt: skip
    han = ("%s团队", "%s组", "%s小组", "%s部", "%s部门", "%s频道", "%s群")
    said = (*around, *han)
    abroad = [one for one in nouns.elsewhere(name) if len(one) > 1]
    thai = ("ทีม%s", "ฝ่าย%s", "แผนก%s")
    there = (each % one for one in abroad for each in (han if one[0] > "\u2e80" else thai))
    return (*(each % name for each in said), *there)
