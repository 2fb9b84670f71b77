"""From a sentence to what it says: a fixed grammar of marks, no models, no guessing (pure)."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from goals.fiscal import FiscalCalendar
from goals.tracking.smart.text import (
    definition,
    folding,
    lexicon,
    moves,
    numbers,
    reckoning,
    reviewed,
    when_en,
    when_th,
    when_zh,
    zones,
)
from goals.tracking.smart.text.lexicon import Lexicon
from goals.tracking.smart.text.numbers import Quantity
from goals.tracking.smart.text.reckoning import Reckoning
from goals.tracking.smart.text.statement import Named, Statement, Words
from goals.tracking.smart.text.when import BY, Clock, When, best
from goals.tracking.smart.text.zones import MEANS, REASON, Marked

#: Below this, a count that is written in letters says how, more often than how much.
_FEW = 5
_TIMES = {"en": when_en.find, "th": when_th.find, "zh": when_zh.find}
_NO_TARGET_BEFORE = re.compile(
    r"(?:within|older than|longer than|top|first|level|version|step|ภายใน|เกินกว่า|超过\s?每|前)\s*$"
)
_MORE = re.compile(r"\s*(?:more|less|fewer|higher|lower|growth|เพิ่ม|มากขึ้น|up)(?![a-z])")
#: Verbs that mean "make it better", whichever way that is.
_BETTER = re.compile(r"improv|ปรับ|พัฒนา|ยกระดับ|改[进善]|加强|strengthen|做大|up$|\+")
#: Marks that may hang over at the ends of quoted words.
_OVERHANG = " ,;:\uff0c\u3001"


def read(text: str, *, today: date, fiscal: FiscalCalendar | None = None) -> Statement:
    """Return what a statement says; the same text always gives the same answer."""
    folded = folding.fold(text)
    languages = folding.languages(folded)
    # Names such as CRM or NPS are written in Latin letters in every language.
    spoken = tuple(lexicon.lexicon(one) for one in languages)
    if not spoken:
        spoken = (lexicon.lexicon("en"),)
    clock = Clock(today, fiscal or FiscalCalendar())
    whens = [when for one in spoken for when in _TIMES[one.language](folded, clock)]
    counted = numbers.quantities(folded)
    # "Two products" in a plan is no sum to be reached, so it does not make a clause the goal.
    plain = [one for one in counted if not _is_aside(one, folded)]
    marked = zones.mark(folded, folding.sentences(folded), spoken, whens, plain)
    return _Reading(text, folded, spoken, whens, counted, marked, today).statement()


def _is_aside(one: Quantity, folded: str) -> bool:
    first = folded[one.start]
    return not one.unit and 1 < one.value < _FEW and first.isalpha() and first < "\u0e80"


class _Reading:
    """One statement while it is read."""

    def __init__(
        self,
        text: str,
        folded: str,
        spoken: tuple[Lexicon, ...],
        whens: list[When],
        counted: list[Quantity],
        marked: Marked,
        today: date,
    ) -> None:
        self.text, self.folded, self.spoken = text, folded, spoken
        self.whens, self.marked, self.today = whens, marked, today
        self.numbers = [one for one in counted if not self._is_time(one)]
        self.deadline = self._deadline()
        self.rhythm = self.first("rhythm", core=False)
        self.assumed = reckoning.assumed(folded, self.numbers)
        self.counted = self._targets([one for one in counted if self._is_target(one)])

    def statement(self) -> Statement:
        metrics = self._metrics()
        move = moves.of(self.folded, self.counted)
        start, quantity = move.start, move.aim
        ordered = moves.nearest(metrics, quantity)
        verb, kind = self._verb(quantity)
        towards = kind if kind in ("up", "down") else None
        if verb is not None and _BETTER.match(verb.text.lower()):
            towards = None
        change, given = self._change(quantity, kind, move.goes_to)
        means, weak = self._means()
        milestone = self._milestone()
        metric = ordered[0].metric if ordered else None
        says_goal = metrics or quantity or means or milestone or verb or self._absolute()
        reason, empty = self._reason() if says_goal else (None, False)
        fields = {
            "metrics": ordered,
            "objectives": self._objectives(metrics, start is not None),
            "verb": verb,
            "kind": kind,
            "towards": towards,
            "milestone": milestone,
            "number": self.words(quantity.start, quantity.end) if quantity else None,
            "quantity": quantity,
            "change": change,
            "given": given,
            "baseline": start.share if start else None,
            "baseline_unit": start.unit if start else "",
            "stated": self._stated(quantity, start),
            "deadline": self.deadline.last if self.deadline else None,
            "when": self.words(self.deadline.start, self.deadline.end) if self.deadline else None,
            "open_time": self.first("open_time", core=False),
            "rhythm": self.rhythm,
            "means": means,
            "means_weak": weak,
            "reason": reason,
            "reason_empty": empty,
            "absolute": self._absolute(),
            "owner": self.first("owner", core=False),
            "reviewed": self._reviewed(),
            "reckoning": self._reckoning(metric, change, (start, quantity)),
            "vague": self.first("vague"),
            "defines": any(one.kind == zones.MEANING for one in self.marked.pieces)
            or definition.is_given(self.folded),
        }
        return Statement(
            text=self.text,
            language=self._language(),
            is_known=self._is_known(any((metrics, verb, means, reason, milestone))),
            is_elsewhere=self.first("elsewhere", core=False) is not None and quantity is None,
            **fields,  # type: ignore[arg-type]
        )

    def _is_known(self, any_word: bool) -> bool:
        """Tell whether anything was understood; a bare number needs no word."""
        if any_word or any(self.first(one, core=False) for one in ("absolute", "vague", "subject")):
            return True
        if self.deadline is not None and self.deadline.rank == BY and self.counted:
            return True
        covered = [(one.start, one.end) for one in self.counted]
        covered += [(one.start, one.end) for one in self.whens]
        letters = [
            place
            for place, one in enumerate(self.folded)
            if one.isalpha() and not any(start <= place < end for start, end in covered)
        ]
        return bool(covered) and not letters

    def words(self, start: int, end: int) -> Words:
        """Return the writer's words of a stretch without what hangs over."""
        part = self.text[start:end]
        lead = len(part) - len(part.lstrip(_OVERHANG))
        cut = part.strip(_OVERHANG + ".。")
        return Words(cut, start + lead, start + lead + len(cut))

    def first(self, kind: str, *, core: bool = True) -> Words | None:
        """Return the first mark of a kind, within the goal itself unless told otherwise."""
        found = [one for one in self.every(kind) if not core or self._in_core(one)]
        start_end = min((one.span() for one in found), default=None)
        return self.words(*start_end) if start_end else None

    def every(self, kind: str) -> Iterator[re.Match[str]]:
        for one in self.spoken:
            yield from one.mark(kind).finditer(self.folded)

    def _in_core(self, one: re.Match[str]) -> bool:
        return self.marked.core(one.start(), max(one.end(), one.start() + 1))

    def _language(self) -> str:
        return self.spoken[0].language

    def _deadline(self) -> When | None:
        outside = [one for one in self.whens if self.marked.zones[one.start] != REASON]
        core = [one for one in outside if self.marked.core(one.start, one.end)]
        return best(core) or best(outside) or best([one for one in self.whens if one.rank > 2])

    def _is_target(self, one: Quantity) -> bool:
        """Tell whether a number may be the goal's: not of a time, a means, a reason, a pace."""
        if not self.marked.core(one.start, one.end):
            return False
        if self._is_time(one):
            return False
        if one.unit == "years" or (one.unit in ("seconds", "minutes") and one.value < 1):
            return False
        return not _NO_TARGET_BEFORE.search(self.folded, max(0, one.start - 14), one.start)

    def _is_time(self, one: Quantity) -> bool:
        return any(when.start < one.end and one.start < when.end for when in self.whens)

    def _targets(self, counted: list[Quantity]) -> list[Quantity]:
        """Return the numbers without those that are counted on, where a sum is to be reached."""
        places = {one.number.start for one in self.assumed}
        kept = [one for one in counted if one.start not in places]
        if any(one.unit in ("", "money") for one in kept):
            return kept
        self.assumed = []
        return counted

    def _metrics(self) -> list[Named]:
        found: list[Named] = []
        # What is counted on, and who sees to it ("Head of Sales"), is no number to be moved.
        apart = [(one.start, one.end) for one in self.assumed]
        apart += [one.span() for one in self.every("owner")]
        for one in self.spoken:
            for name in one.names.finditer(self.folded):
                inside = self.rhythm is not None and name.start() == self.rhythm.start
                aside = any(a < name.end() and name.start() < b for a, b in apart)
                if self.marked.core(*name.span()) and not (inside or aside):
                    id = lexicon.metric_of(one, name.group())
                    found.append(Named(id, self.words(*name.span())))
        return sorted(found, key=lambda named: named.words.start)

    def _change(
        self, quantity: Quantity | None, kind: str | None, goes_to: bool
    ) -> tuple[str | None, Decimal | None]:
        if quantity is None:
            return None, None
        sign = -1 if kind == "down" and quantity.value > 0 else 1
        if quantity.unit == "times":
            return "relative", quantity.value - 1
        if goes_to or self._goes_to(quantity, kind):
            return "target", quantity.share
        if quantity.unit in ("percent", "part"):
            return "relative", sign * quantity.share
        if quantity.unit == "points":
            return "points", sign * quantity.share
        return "delta", sign * quantity.value

    def _goes_to(self, quantity: Quantity, kind: str | None) -> bool:
        """Tell whether a number is where to go, and not how far."""
        before = self.folded[max(0, quantity.start - 16) : quantity.start]
        if quantity.signed or _MORE.match(self.folded, quantity.end):
            return False
        for one in self.spoken:
            last_by = max((m.end() for m in one.mark("by_change").finditer(before)), default=-1)
            last_to = max((m.end() for m in one.mark("to_target").finditer(before)), default=-1)
            if one.language == "en" and re.search(r"(?<![a-z])by\s*$", before):
                return False
            if last_by != last_to:
                return last_to > last_by
        if quantity.unit in ("percent", "points"):
            return kind not in ("up", "down")
        return kind not in ("up", "down") or quantity.unit == ""

    def _stated(self, quantity: Quantity | None, start: Quantity | None) -> Decimal | None:
        """Return a relative change that is said beside "from X to Y"."""
        if start is None or quantity is None:
            return None
        shares = [
            one.share
            for one in self.counted
            if one.unit == "percent" and one.start not in (quantity.start, start.start)
        ]
        if not shares or start.unit == "percent":
            return None
        return shares[0] if quantity.value >= start.value else -abs(shares[0])

    def _verb(self, quantity: Quantity | None) -> tuple[Words | None, str | None]:
        found = [
            (one.start(), one.end(), kind)
            for kind in ("up", "down", "keep", "reach", "create")
            for one in self.every(kind)
            if self._in_core(one)
        ]
        if quantity is not None:
            before = [one for one in found if one[0] <= quantity.start]
            # Of several verbs the one that says which way counts.
            ways = [one for one in before if one[2] in ("up", "down", "keep")]
            found = ways or before or found
        if not found:
            return None, None
        start, end, kind = min(found)
        return self.words(start, end), kind

    def _milestone(self) -> Words | None:
        """Return what is to be made once: a verb of making with a thing behind it."""
        for one in self.spoken:
            for verb in one.mark("create").finditer(self.folded):
                thing = one.mark("thing").match(self.folded, self._past_blanks(verb.end()))
                if thing and self._in_core(verb):
                    return self.words(verb.start(), thing.end())
                if self._in_core(verb) and verb.group() in ("agree on", "统一"):
                    return self.words(verb.start(), verb.end())
        return None

    def _past_blanks(self, place: int) -> int:
        found = re.compile(r"\s*").match(self.folded, place)
        return found.end() if found else place

    def _objectives(self, metrics: list[Named], paired: bool) -> int:
        """Return how many numbers the goal sets for different metrics."""
        names = {one.metric for one in metrics}
        vague = {one.words.text.lower() for one in metrics if one.metric == "productivity"}
        if len(vague) > 1:
            return len(vague)
        amounts = len(self.counted) - (1 if paired else 0)
        return min(len(names), amounts)

    def _zone(self, kind: int) -> Iterable[Words]:
        return (self.words(one.start, one.end) for one in self.marked.pieces if one.kind == kind)

    def _means(self) -> tuple[Words | None, bool]:
        found = [one for one in self._zone(MEANS) if len(one.text) > 1]
        for one in self.every("activity"):
            words = self.words(one.start(), self._clause_end(one.end()))
            hopes = any(
                word.mark("wish").search(self.folded, words.start, words.end)
                for word in self.spoken
            )
            if self.marked.zones[one.start()] == zones.CORE and not hopes:
                found.append(words)
        if not found:
            return None, False
        strong = [one for one in found if not self._is_wish(one)]
        return (strong or found)[0], not strong

    def _is_wish(self, means: Words) -> bool:
        """Tell whether means are only another wish: "by selling more"."""
        if any(
            one.mark("concrete").search(self.folded, means.start, means.end) for one in self.spoken
        ):
            return False
        return any(
            one.mark("wish").search(self.folded, means.start, means.end) for one in self.spoken
        )

    def _reviewed(self) -> Words | None:
        found = reviewed.place(self.folded)
        return self.words(*found) if found is not None else None

    def _reckoning(
        self, metric: str | None, change: str | None, own: tuple[Quantity | None, Quantity | None]
    ) -> Reckoning:
        last = self.deadline.last if self.deadline else None
        days = reckoning.days_until(last, self.today)
        return reckoning.reckon(
            self.folded, self.numbers, own=own, change=change, metric=metric, days=days
        )

    def _clause_end(self, place: int) -> int:
        found = re.compile(r"[,.;。;]|$").search(self.folded, place)
        return found.start() if found else place

    def _reason(self) -> tuple[Words | None, bool]:
        found = [one for one in self._zone(REASON) if len(one.text) > 3]
        if not found:
            return None, False
        full = [
            one
            for one in found
            if not any(
                word.mark("empty_reason").search(self.folded, one.start, one.end)
                for word in self.spoken
            )
        ]
        return (full or found)[0], not full

    def _absolute(self) -> Words | None:
        return self.first("absolute")
