"""Days and times out of running English: "1st & 3rd Sat 10am-1pm; Tue 2-4pm fortnightly, closed for lunch 12-1".

Read left to right, days before their times or times before their days. What is not certain yields nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from importers.clean_time import DATE, day, half_of, minutes_of
from importers.hours_slot import believable, slot
from importers.records import SessionRecord

_DAY_WORDS = (
    r"mon(?:day)?|tue(?:s)?(?:day)?|we(?:d|ds|dn|dnes)(?:day)?|thu(?:r|rs)?(?:day)?|"
    r"fri(?:d|day)?|sat(?:ur|urday)?|sun(?:day)?"
)
_TIME = (
    r"noon|midday|midnight|(?<![\d:.£$])\d{1,2}(?:[:.]\d{1,2}|\d{2})?(?![\d%])(?!\s*(?:st|nd|rd|th|years?|yrs?|weeks?|months?|minutes|mins)\b)"
    r"\s*(?:noon|midday|midnight|a\.?m\b\.?|p\.?m\b\.?|a\b|p\b|m\b|hrs\b)?"
)
_ORDINAL = r"1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last"
_TOKEN = re.compile(
    rf"""(?P<date>{DATE.pattern})
    |(?P<every>\b(?:every\s*day|each\s+day|daily|7\s+days(?:\s+a\s+week)?|seven\s+days(?:\s+a\s+week)?|all\s+week))
    |(?P<weekdays>\bweek\s*days?\b)|(?P<weekends>\bweekends?\b)
    |(?P<months>\bevery\s+(?:(?:two|2|three|3|four|4|six|6|12)\s+months|(?:other|second)\s+month)\b)
    |(?P<interval>\b(?:fortnightly|every\s+(?:two|2|three|3|four|4|six|6)\s+weeks?|every\s+other(?:\s+week)?|alternate|bi-?weekly))
    |(?P<month>\bmonthly\b|\bonce\s+a\s+month\b)
    |(?P<term>\bterm[\s-]*times?(?:\s+only)?\b|\bduring\s+term\b)
    |(?P<closed>\bclosed\b)
    |(?P<ord>\b(?:{_ORDINAL})\b)
    |(?P<day>\b(?:{_DAY_WORDS})(?:['’]?s)?(?![a-z]))
    |(?P<bound>\b(?:from|until|till|starting|beginning|ending|up\s+to|since)\b(?=\s+(?:{DATE.pattern})))
    |(?P<between>\bbetween\b|\bfrom\b)
    |(?P<dash>\s*(?:-|\b(?:to|until|untill|till|til)\b(?!\s+{DATE.pattern})|(?<=\d|m)\s+:\s+(?=\d))\s*)
    |(?P<time>\b(?:{_TIME}))
    |(?P<week>\bweeks?\b)
    |(?P<stop>[;\n])
    |(?P<glue>[,/&+().:]|\b(?:and|or|of|the|each|every|month|on|in|a|the|open|per|at|both|only)\b)
    |(?P<word>[^\W\d_]+|\d+|\S)""",
    re.I | re.X,
)
_INDEX = {"mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6}
_NTH = {
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "5th": 5,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "last": -1,
}
_COUNT = {"two": 2, "three": 3, "four": 4, "six": 6}


@dataclass
class _Token:
    kind: str
    text: str
    match: re.Match[str] | None = None


@dataclass
class _Group:
    """Days named together, with the times that were given for them."""

    days: list[int] = field(default_factory=list)
    nth: list[int] = field(default_factory=list)
    interval: int = 1
    times: list[tuple[int, int | None]] = field(default_factory=list)
    term: bool = False
    monthly: bool = False
    months: int = 1
    one_off: bool = False
    on: date | None = None
    """The one day, where the whole date is given."""
    closed: bool = False
    sure: bool = True
    ranged: bool = False
    start: date | None = None
    end: date | None = None

    def slots(self) -> list[SessionRecord]:
        if self.one_off and self.on and self.sure and not self.nth and self.days in ([], [self.on.weekday()]):
            once = [slot(self.on.weekday(), None, *span) for span in self.times if believable(*span)]
            return [replace(s, valid_from=self.on, valid_to=self.on) for s in once]
        if self.one_off or not self.sure or (self.monthly and not self.nth):
            return []
        nths: list[int | None] = [*self.nth] or [None]
        made = [
            slot(
                d, n, opens, closes, interval=self.interval if n is None else self.months, term_time=self.term
            )
            for n in nths
            for d in self.days
            for opens, closes in self.times
            if believable(opens, closes)
        ]
        return [replace(s, valid_from=self.start, valid_to=self.end) for s in made]


def read_text(written: str, single_times: bool = False) -> list[SessionRecord]:
    """The sessions that running text speaks of, without their original_text; [] where none is certain."""
    return _Reader(single_times).read(written)


class _Reader:
    """Reads running text left to right: days, then their times; or times, then their days."""

    def __init__(self, single_times: bool) -> None:
        self.single_times = single_times
        self.groups: list[_Group] = []
        self.current = _Group()
        self.ordinals: list[int] = []
        self.loose_times: list[tuple[int, int | None]] = []
        self.interval = 1
        self.range_open = False
        self.bound: str | None = None
        self.subtract = False
        self.times_first = False
        self.dressed = False
        """The current group was given the times that stood before it, so more days may still follow."""

    def read(self, written: str) -> list[SessionRecord]:
        for segment in _segments(list(_ranges(_tokens(_prepared(written)), self.single_times))):
            kinds = [t.kind for t in segment if t.kind in {"day", "every", "weekdays", "weekends", "range"}]
            if len(set(kinds)) > 1:
                if self.current.times:
                    self._close()
                self.times_first = kinds[0] == "range"
            for token in segment:
                getattr(self, f"_on_{token.kind}", self._on_other)(token)
        self._close()
        return [slot for group in self.groups for slot in group.slots()]

    # Days ---------------------------------------------------------------------------------------------------------

    def _on_day(self, token: _Token) -> None:
        weekday = _INDEX[token.text[:2].lower()]
        self._begin_if_complete()
        group = self.current
        if self.range_open and group.days:
            start = group.days[-1]
            span = (
                range(start + 1, weekday + 1)
                if weekday >= start
                else [*range(start + 1, 7), *range(weekday + 1)]
            )
            group.days.extend(d for d in span if d not in group.days)
            group.ranged = True
        elif weekday not in group.days:
            group.days.append(weekday)
        self._dress(group)
        self.range_open = False

    def _on_every(self, _token: _Token) -> None:
        self._whole(range(7))

    def _on_weekdays(self, _token: _Token) -> None:
        self._whole(range(5))

    def _on_weekends(self, _token: _Token) -> None:
        self._whole(range(5, 7))

    def _whole(self, days: Iterable[int]) -> None:
        if self.subtract:
            return
        self._begin_if_complete()
        if not self.current.days:
            self.current.days.extend(days)
        self._dress(self.current)

    def _begin_if_complete(self) -> None:
        finished = self.current.times and not (self.times_first and self.dressed)
        if finished or self.current.one_off or self.current.closed or (self.ordinals and self.current.days):
            self._close()

    def _dress(self, group: _Group) -> None:
        if self.ordinals:
            group.nth = list(dict.fromkeys([*group.nth, *self.ordinals]))
            self.ordinals = []
        if self.interval != 1:
            group.interval, self.interval = self.interval, 1
        if self.loose_times:
            if self.times_first or not self.groups:
                group.times.extend(self.loose_times)
                self.dressed = True
            self.loose_times = []

    def _close(self) -> None:
        if self.current.days or self.current.one_off:
            self.groups.append(self.current)
        self.current = _Group()
        self.subtract = self.dressed = False

    # Times --------------------------------------------------------------------------------------------------------

    def _on_range(self, token: _Token) -> None:
        opens, _, closes = token.text.partition("-")
        span = (int(opens), int(closes) if closes else None)
        if self.subtract and span[1] is not None:
            self._take_away((span[0], span[1]))
        elif self.current.one_off:
            if self.single_times:
                self.current.times.append(span)
        elif self.current.days and not (self.times_first and self.current.times):
            self.current.times.append(span)
        elif self.times_first:
            if self.current.days:
                self._close()
            self.loose_times.append(span)
        elif self.groups and not self.current.one_off:
            self.groups[-1].times.append(span)
        self.ordinals = []
        self.range_open = False

    def _on_unsure(self, _token: _Token) -> None:
        """A range like "7-9" that may be morning or evening is not guessed."""
        self.current.sure = False

    def _take_away(self, gap: tuple[int, int]) -> None:
        for group in [*self.groups, self.current]:
            cut: list[tuple[int, int | None]] = []
            for opens, closes in group.times:
                if closes is not None and opens < gap[0] and gap[1] < closes:
                    cut.extend([(opens, gap[0]), (gap[1], closes)])
                else:
                    cut.append((opens, closes))
            group.times = cut
        self.subtract = False

    # The words round them -----------------------------------------------------------------------------------------

    def _on_ord(self, token: _Token) -> None:
        self.ordinals.append(_NTH[token.text.lower()])

    def _on_week(self, _token: _Token) -> None:
        target = self.current if self.current.days else (self.groups[-1] if self.groups else None)
        if self.ordinals and target is not None and target.days and not target.nth:
            target.nth, target.interval = list(dict.fromkeys(self.ordinals)), 1
        self.ordinals = []

    def _on_interval(self, token: _Token) -> None:
        weeks = _how_many(token.text)
        before = (
            token.text.lower().startswith(("alternate", "every other")) and "week" not in token.text.lower()
        )
        target = self.current if self.current.days else None
        if before or target is None:
            if self.current.times:
                self._close()
            self.interval = weeks
        else:
            target.interval = weeks

    def _on_month(self, _token: _Token) -> None:
        target = self.current if self.current.days else (self.groups[-1] if self.groups else self.current)
        target.monthly = True

    def _on_months(self, token: _Token) -> None:
        """Every so many months: only of use with the weekday's place in the month."""
        self._on_month(token)
        target = self.current if self.current.days or not self.groups else self.groups[-1]
        target.months = _how_many(token.text)

    def _on_term(self, _token: _Token) -> None:
        target = self.current if self.current.days else (self.groups[-1] if self.groups else self.current)
        target.term = True

    def _on_closed(self, _token: _Token) -> None:
        if self.current.times or not self.current.days:
            self.subtract = True
        else:
            self.current.closed = True
            self._close()

    def _on_bound(self, token: _Token) -> None:
        self.bound = token.text.lower()

    def _on_date(self, token: _Token) -> None:
        target = self.current if self.current.days else (self.groups[-1] if self.groups else self.current)
        found = day(token.text)
        if self.bound in {"until", "till", "ending", "up to"}:
            target.end = found or target.end
        elif self.bound:
            target.start = found or target.start
        else:
            if self.current.times:
                self._close()
            self.current.one_off, self.current.on = True, found if self.single_times else None
        self.bound = None
        self.ordinals = []

    def _on_dash(self, _token: _Token) -> None:
        self.range_open = bool(self.current.days) and (self.dressed or not self.current.times)

    def _on_stop(self, _token: _Token) -> None:
        self.range_open = self.subtract = False
        if self.current.one_off:
            self._close()

    def _on_glue(self, token: _Token) -> None:
        if token.text not in {",", "&", "and", "/"} and token.text != ":":
            return
        self.range_open = False

    def _on_other(self, token: _Token) -> None:
        self.ordinals = [] if token.kind == "word" else self.ordinals
        self.range_open = False


def _how_many(text: str) -> int:
    """ "every three weeks" -> 3; "fortnightly", "every other month" -> 2."""
    found = re.search(r"two|three|four|six|\d+", text, re.I)
    return (_COUNT.get(found.group().lower()) or int(found.group())) if found else 2


def _segments(tokens: list[_Token]) -> Iterable[list[_Token]]:
    """Pieces between semicolons and line ends, each with its stop."""
    piece: list[_Token] = []
    for token in tokens:
        piece.append(token)
        if token.kind == "stop":
            yield piece
            piece = []
    yield piece


def _prepared(written: str) -> str:
    text = re.sub("[\u2010-\u2015\u2212]", "-", written).replace("\xa0", " ")
    text = re.sub(r"(?<=\d)\s*([ap])\.\s?m\b\.?", r"\1m", text, flags=re.I)
    text = re.sub(r"(?<![:.\d])(\d{1,2})-(00|30|45)(?![:.]?\d)", r"\1:\2", text)
    text = re.sub(r"(\d\d)\.(?=[A-Z])", r"\1. ", text)
    text = re.sub(r"(\d(?:am|pm))(?=\d{1,2} [A-Z])", r"\1 ; ", text)
    text = re.sub(r"\(last entry[^)]*\)", " ", text, flags=re.I)
    text = re.sub(r"\b(\d{1,2}[.:]\d\d)0(?=\b|[ap]m)", r"\1", text)
    return re.sub(
        r"(\+?\d[\d ]{8,}\d)", lambda m: " " if len(re.sub(r"\D", "", m.group())) >= 9 else m.group(), text
    )


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(
            str(m.lastgroup if m.lastgroup else "word"),
            m.group().strip() if m.lastgroup != "stop" else m.group(),
            m,
        )
        for m in _TOKEN.finditer(text)
    ]


_TIME_PARTS = re.compile(
    r"(?P<word>noon|midday|midnight)|(?P<h>\d{1,2})(?:[:.](?P<m>\d{1,2})|(?P<run>\d{2}))?\s*(?P<half>noon|midday|midnight|a\.?m?\.?|p\.?m?\.?|m|hrs)?",
    re.I,
)


def _ranges(tokens: list[_Token], single_times: bool) -> Iterable[_Token]:
    """Two times with a dash (or "between .. and ..") become one "range" token; lone times go unless they count."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "time":
            joined = _joined(tokens, at)
            if joined is not None:
                made, at = joined
                yield made
                continue
            alone = _TIME_PARTS.fullmatch(token.text)
            start = minutes_of(alone) if alone else None
            if (
                single_times
                and alone
                and start is not None
                and (alone["m"] or alone["half"] or alone["word"])
            ):
                yield _Token("range", f"{start}-")
            elif token.text.isdigit():
                yield _Token("word", token.text)
        elif token.kind != "between":
            yield token
        at += 1


_HALF = re.compile(r"\d\s*[ap]\.?m", re.I)


def _closing(tokens: list[_Token], at: int) -> int | None:
    """Where the time stands that closes the one at `at`: after a dash, after the "and" of "between", or next to it."""
    after = at + 1
    if after >= len(tokens):
        return None
    link = tokens[after]
    between = at > 0 and tokens[at - 1].kind == "between"
    if link.kind == "time":
        alone = after + 1 == len(tokens) or tokens[after + 1].kind != "dash"
        return after if alone and _HALF.search(tokens[at].text) and _HALF.search(link.text) else None
    if not (link.kind == "dash" or (between and link.text.lower() == "and")):
        return None
    after += 1
    while after < len(tokens) and tokens[after].kind in {"between", "dash"}:
        after += 1
    return after if after < len(tokens) and tokens[after].kind == "time" else None


def _joined(tokens: list[_Token], at: int) -> tuple[_Token, int] | None:
    """(the range that begins at `at`, where to read on), None when no range begins there."""
    after = _closing(tokens, at)
    if after is None:
        return None
    first, last = _TIME_PARTS.fullmatch(tokens[at].text), _TIME_PARTS.fullmatch(tokens[after].text)
    if first is None or last is None:
        return None
    if _bare(first) and _bare(last) and not _beside_days(tokens, at, after):
        return _Token("word", ""), after + 1
    span = resolve(first, last)
    if span is None:
        return _Token("unsure", ""), after + 1
    return _Token("range", f"{span[0]}-{span[1]}"), after + 1


def _bare(match: re.Match[str]) -> bool:
    return not (match["word"] or match["m"] or match["half"] or match["run"])


def _beside_days(tokens: list[_Token], first: int, last: int) -> bool:
    kinds = {"day", "every", "weekdays", "weekends", "time", "between"}
    before = next((t.kind for t in reversed(tokens[:first]) if t.kind not in {"glue", "dash"}), "")
    after = next((t.kind for t in tokens[last + 1 :] if t.kind not in {"glue", "dash"}), "")
    return before in kinds or after in kinds


def resolve(first: re.Match[str], last: re.Match[str]) -> tuple[int, int] | None:
    """Opening and closing minutes of two written times: "2-3pm", "9.30-12", "11:00-2:00", "10-1pm". None if unsure."""
    opens, closes = minutes_of(first), minutes_of(last)
    if opens is None or closes is None:
        return None
    halves = half_of(first["half"]) or first["word"], half_of(last["half"]) or last["word"]
    leading_zero = (first["h"] or "").startswith("0")
    noon = 12 * 60
    if halves[0] is None and opens < noon and not leading_zero:
        if halves[1] in {"pm", "noon", "midday", "midnight"} and opens + noon < closes:
            opens += noon
        elif halves[1] is None and opens < 7 * 60 and closes <= 12 * 60 and opens >= 60:
            opens, closes = opens + noon, closes + noon if closes < noon else closes
        elif (
            halves[1] is None
            and _bare(first)
            and _bare(last)
            and 7 * 60 <= opens < 9 * 60
            and opens < closes <= 10 * 60
        ):
            return None
    if halves[1] is None and closes < opens and closes <= noon and closes + noon > opens:
        closes += noon if closes < noon else 0
    if halves[1] == "pm" and halves[0] == "pm" and closes == 12 * 60 and opens > closes:
        closes = 24 * 60
    return opens, closes
