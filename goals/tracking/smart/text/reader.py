"""From a sentence to what it says: a fixed grammar of marks, no models, no guessing (pure)."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from goals.fiscal import FiscalCalendar
from goals.tracking.smart.text import folding, lexicon, numbers, when_en, when_th, when_zh, zones
from goals.tracking.smart.text.lexicon import Lexicon
from goals.tracking.smart.text.numbers import Quantity
from goals.tracking.smart.text.statement import Named, Statement, Words
from goals.tracking.smart.text.when import BY, Clock, When, best
from goals.tracking.smart.text.zones import MEANS, REASON, Marked

_TIMES = {"en": when_en.find, "th": when_th.find, "zh": when_zh.find}
_BETWEEN = re.compile(
    r"\s*(?:[^\s\d,]{0,9}\s)?\s*(?:to|->|→|=>|down to|up to|เป็น|เหลือ|ถึง|ไปที่"
    r"|[^\d,。]{0,8}[到至为])\s*(?:under|below|at least|over|about|ประมาณ|ต่ำกว่า)?\s*"
)
_NO_TARGET_BEFORE = re.compile(
    r"(?:within|older than|longer than|top|first|level|version|step|ภายใน|เกินกว่า|超过\s?每|前)\s*$"
)
_MORE = re.compile(r"\s*(?:more|less|fewer|higher|lower|growth|เพิ่ม|มากขึ้น|up)(?![a-z])")
#: Verbs that mean "make it better", whichever way that is.
_BETTER = re.compile(r"improv|ปรับ|พัฒนา|ยกระดับ|改[进善]|加强|strengthen|做大|up$|\+")
#: Marks that may hang over at the ends of quoted words.
_OVERHANG = " ,;:\uff0c\u3001"
#: A scale, or the words that say what counts as lost or as new.
_DEFINED = re.compile(
    r"scale|1\s?[-–to]+\s?(?:5|7|10)\b|0\s?-\s?10|out of (?:5|7|10|100)\b"
    r"|มาตรา|สเกล|คะแนนเต็ม|分制|满分|count(?:s|ed)? as|นับว่า|นับเป็น|ถือว่า|[即才]?算(?:作|为)?流失|视为"
    r"|first (?:\w+ )?(?:months|year)\b|เดือนแรก|[前头]\S{1,2}个月"
)
#: What stands before the number of today, where that comes after the target or by itself.
_TODAY = re.compile(
    r"(?:(?:up|down) from|rather than|instead of|currently(?: at)?|จากเดิม(?:ที่)?|จากปัจจุบัน(?:ที่)?"
    r"|ปัจจุบัน(?:อยู่ที่)?|目前[为是]?|现在[为是]?|现为)\s*(?:about|only|ประมาณ|只有|约)?\s*[$€£฿¥]?\s*$"
)


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
    marked = zones.mark(folded, folding.sentences(folded), spoken, whens, counted)
    return _Reading(text, folded, spoken, whens, counted, marked).statement()


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
    ) -> None:
        self.text, self.folded, self.spoken = text, folded, spoken
        self.whens, self.marked = whens, marked
        self.deadline = self._deadline()
        self.rhythm = self.first("rhythm", core=False)
        self.counted = [one for one in counted if self._is_target(one)]

    def statement(self) -> Statement:
        metrics = self._metrics()
        start, quantity = self._target()
        ordered = _nearest(metrics, quantity)
        verb, kind = self._verb(quantity)
        towards = kind if kind in ("up", "down") else None
        if verb is not None and _BETTER.match(verb.text.lower()):
            towards = None
        change, given = self._change(quantity, kind, start is not None)
        means, weak = self._means()
        milestone = self._milestone()
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
            "vague": self.first("vague"),
            "defines": any(one.kind == zones.MEANING for one in self.marked.pieces)
            or bool(_DEFINED.search(self.folded)),
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
        if any(when.start < one.end and one.start < when.end for when in self.whens):
            return False
        if one.unit == "years" or (one.unit in ("seconds", "minutes") and one.value < 1):
            return False
        return not _NO_TARGET_BEFORE.search(self.folded, max(0, one.start - 14), one.start)

    def _metrics(self) -> list[Named]:
        found: list[Named] = []
        for one in self.spoken:
            for name in one.names.finditer(self.folded):
                inside = self.rhythm is not None and name.start() == self.rhythm.start
                if self.marked.core(*name.span()) and not inside:
                    id = lexicon.metric_of(one, name.group())
                    found.append(Named(id, self.words(*name.span())))
        return sorted(found, key=lambda named: named.words.start)

    def _target(self) -> tuple[Quantity | None, Quantity | None]:
        """Return where the number starts from and where it is to be."""
        for one, other in zip(self.counted, self.counted[1:], strict=False):
            if _BETWEEN.fullmatch(self.folded, one.end, other.start) and other.unit != "times":
                unit = one.unit or other.unit
                start = Quantity(one.value, unit, one.start, one.end)
                return start, Quantity(other.value, other.unit or unit, other.start, other.end)
        today = next((one for one in self.counted if self._is_today(one)), None)
        aim = next((one for one in self.counted if one is not today), None)
        if today is None or aim is None or aim.unit == "times":
            return None, next(iter(self.counted), None)
        unit = aim.unit or today.unit
        return (
            Quantity(today.value, today.unit or unit, today.start, today.end),
            Quantity(aim.value, unit, aim.start, aim.end),
        )

    def _is_today(self, one: Quantity) -> bool:
        """Tell whether a number says where it stands now: "85%, up from 70%"."""
        return _TODAY.search(self.folded, max(0, one.start - 28), one.start) is not None

    def _change(
        self, quantity: Quantity | None, kind: str | None, paired: bool
    ) -> tuple[str | None, Decimal | None]:
        if quantity is None:
            return None, None
        sign = -1 if kind == "down" and quantity.value > 0 else 1
        if quantity.unit == "times":
            return "relative", quantity.value - 1
        if paired or self._goes_to(quantity, kind):
            return "target", quantity.share
        if quantity.unit == "percent":
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


def defines(text: str) -> bool:
    """Tell whether a text says how its number is meant: a scale, "... means ..."."""
    folded = folding.fold(text)
    spoken = [lexicon.lexicon(one) for one in folding.languages(folded)]
    meant = any(one.mark("definition").search(folded) for one in spoken)
    return meant or _DEFINED.search(folded) is not None


def _nearest(metrics: list[Named], quantity: Quantity | None) -> tuple[Named, ...]:
    """Return the metrics, the one that the number belongs to first."""
    if quantity is None or len(metrics) < 2:
        return tuple(metrics)

    def distance(named: Named) -> int:
        place = named.words
        if place.end <= quantity.start:
            return quantity.start - place.end
        # A count stands before what it counts: "40 contracts".
        return (place.start - quantity.end) * (1 if quantity.unit == "" else 3) + 2

    nearest = min(metrics, key=distance)
    return (nearest, *(one for one in metrics if one is not nearest))
