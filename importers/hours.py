"""When: from what people write ("1st & 3rd Sat 10am-1pm; Tue 2-4pm fortnightly") to weekly and monthly sessions.

Two grammars: running English as agencies and councils write it, and OpenStreetMap's opening_hours (validated by
opening-hours-py). What cannot be turned into sessions is kept as `original_text` and never guessed at.
Times that cannot be (09:30-09:30, 19:30-18:30) stay text; past midnight is believed from 17:00 to 06:00.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

import opening_hours

from importers.clean_text import text as clean_text
from importers.clean_time import DATE, day, half_of, hhmm, minutes_of
from importers.records import SessionRecord

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ALWAYS = ("00:00", "23:59")
"""Opening and closing time of a place that never closes."""
_ANY_TIME = re.compile(
    r"(?:24\s*/\s*7|any\s?time|(?:open\s+)?24\s*(?:hours|hrs|h)(?:\s*(?:a|per)\s*day)?(?:,?\s*(?:7 days(?: a week)?|every ?day|daily|365 days a year))?"
    r"|(?:open\s+)?7 days a week,?\s*24 hours(?: a day)?|always open|whenever you like)\W*", re.I,
)


def sessions(value: object, *, single_times: bool = False) -> tuple[SessionRecord, ...]:
    """The sessions in a text. Each keeps the text as original_text; nothing understood gives one text-only record.

    `single_times`: "Tue 19:00" is a session with only a start (a sheet's column, not an advert's prose).
    """
    written = clean_text(value)
    if not written:
        return ()
    return _sessions(written, single_times)


@lru_cache(maxsize=8192)
def _sessions(written: str, single_times: bool) -> tuple[SessionRecord, ...]:
    shown = " ".join(written.split()) if len(written) < 200 else written
    if _ANY_TIME.fullmatch(shown):
        if "any" in shown.lower() or "like" in shown.lower():
            return (SessionRecord(original_text=shown),)
        return tuple(_slot(d, None, 0, 24 * 60, shown) for d in range(7))
    found = _from_osm(shown) if _looks_like_osm(shown) else None
    if found is None:
        found = _Reader(single_times).read(written)
    kept = tuple(dict.fromkeys(replace(s, original_text=shown) for s in found))
    return kept or (SessionRecord(original_text=shown),)


def sheet_sessions(value: object) -> tuple[SessionRecord, ...]:
    """The sheet's `sessions` column: parts between semicolons, each with its own original_text."""
    written = clean_text(value)
    if not written:
        return ()
    shown = " ".join(written.split())
    if _looks_like_osm(shown):
        return sessions(shown)
    parts = (part.strip() for part in re.split(r"[;\n]", written))
    found: list[SessionRecord] = []
    for part in parts:
        if part:
            found.extend(sessions(part, single_times=True))
    return tuple(dict.fromkeys(found))


def understood(found: Iterable[SessionRecord]) -> bool:
    """Is every session more than its text (or said to be at any time)?"""
    return all(s.freq is not None or is_any_time(s) for s in found)


def is_any_time(session: SessionRecord) -> bool:
    """Said to be open whenever someone comes ("24/7", "any time")."""
    return bool(session.original_text and _ANY_TIME.fullmatch(session.original_text)) or (
        (session.opens_at, session.closes_at) == ALWAYS
    )


def write_sessions(found: Iterable[SessionRecord]) -> str:
    """Sessions as the sheet's column; reading it back gives the same sessions where they can be written at all."""
    kept = tuple(found)
    texts = list(dict.fromkeys(s.original_text for s in kept if s.original_text))
    joined = "; ".join(texts)
    if joined and set(sheet_sessions(joined)) == set(kept):
        return joined
    return "; ".join(dict.fromkeys(_written(s) for s in kept))


_SHORT = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _written(session: SessionRecord) -> str:
    if session.freq is None or session.byday is None:
        return (session.original_text or "").replace(";", ",")
    nth, weekday = re.fullmatch(r"(-?\d*)([A-Z]{2})", session.byday).groups()  # type: ignore[union-attr]
    ordinals = {"": "", "1": "1st ", "2": "2nd ", "3": "3rd ", "-1": "last "}
    start = ordinals.get(nth, f"{nth}th ") + _SHORT[DAYS.index(weekday)]
    clock = f" {session.opens_at}" if session.opens_at else ""
    clock += f"-{session.closes_at}" if session.opens_at and session.closes_at else ""
    every = {1: "", 2: " fortnightly"}.get(session.interval, f" every {session.interval} weeks")
    bounds = f" from {session.valid_from}" if session.valid_from else ""
    bounds += f" until {session.valid_to}" if session.valid_to else ""
    return f"{start}{clock}{every}{' term time' if session.term_time else ''}{bounds}"


def _slot(
    weekday: int, nth: int | None, opens: int, closes: int | None, shown: str | None = None, *, interval: int = 1,
    term_time: bool = False,
) -> SessionRecord:
    always = opens == 0 and closes == 24 * 60
    return SessionRecord(
        freq="WEEKLY" if nth is None else "MONTHLY", interval=interval,
        byday=f"{nth or ''}{DAYS[weekday]}", opens_at=ALWAYS[0] if always else hhmm(opens),
        closes_at=ALWAYS[1] if always else (hhmm(closes) if closes is not None else None),
        term_time=term_time, original_text=shown,
    )


def believable(opens: int, closes: int | None) -> bool:
    """Does it open before it closes, or close in the small hours after an evening?"""
    return closes is None or opens < closes or (opens >= 17 * 60 and closes <= 6 * 60)


# --- OpenStreetMap opening_hours -----------------------------------------------------------------------------------

_OSM_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_OSM_HINT = re.compile(rf"(?:{_OSM_DAY}|PH|SH|24/7|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))\b(?![a-z])")
_OSM_RULE = re.compile(
    rf"(?P<days>(?:(?:{_OSM_DAY}(?:\[[-\d,]+\])?(?:-{_OSM_DAY})?|PH|SH),?\s*)+):?\s+(?P<times>\d\d?:\d\d.*|off|closed)", re.S
)
_OSM_TIMES = re.compile(r"(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)")
_OSM_PART = re.compile(rf"({_OSM_DAY})(?:-({_OSM_DAY}))?(?:\[([-\d,]+)\])?")


def _looks_like_osm(text: str) -> bool:
    return bool(_OSM_HINT.match(text)) and (re.search(r"\d\d?:\d\d|off|closed|24/7", text) is not None) and (
        opening_hours.validate(text)
    )


def _from_osm(text: str) -> list[SessionRecord]:
    """Rules with plain weekdays and times. Seasons, sunrise and the like stay text; a later rule replaces the same days,
    but the very same days named twice ("Tu 10:00-11:00; Tu 14:00-15:00") are added together, as people mean it."""
    by_day: dict[tuple[int, int | None], list[SessionRecord]] = {}
    said: dict[tuple[int, int | None], str] = {}
    for rule in text.split(";"):
        match = _OSM_RULE.fullmatch(rule.strip())
        if match is None:
            continue
        spans = [(int(a) * 60 + int(b), int(c) * 60 + int(d)) for a, b, c, d in _OSM_TIMES.findall(match["times"])]
        for key in _osm_days(match["days"]):
            if said.get(key) != match["days"] or not spans:
                by_day[key] = []
            said[key] = match["days"]
            by_day[key] += [_slot(*key, o, c % 1440 if c > 1440 else c) for o, c in spans if believable(o, c % 1440 or c)]
    return [s for slots in by_day.values() for s in slots]


def _osm_days(written: str) -> list[tuple[int, int | None]]:
    found: list[tuple[int, int | None]] = []
    codes = [d.title() for d in DAYS]
    for first, last, nths in _OSM_PART.findall(written):
        start = codes.index(first)
        end = codes.index(last) if last else start
        span = range(start, end + 1) if end >= start else [*range(start, 7), *range(end + 1)]
        nth = [int(n) for n in nths.split(",") if n.strip("-").isdigit()] if nths else [None]
        found.extend((weekday, n) for n in nth for weekday in span)
    return found


# --- running English -----------------------------------------------------------------------------------------------

_DAY_WORDS = (
    r"mon(?:day)?|tue(?:s)?(?:day)?|we(?:d|ds|dn|dnes)(?:day)?|thu(?:r|rs)?(?:day)?|fri(?:d|day)?|sat(?:ur|urday)?|sun(?:day)?"
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
_NTH = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
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
    one_off: bool = False
    closed: bool = False
    sure: bool = True
    ranged: bool = False
    start: date | None = None
    end: date | None = None

    def slots(self) -> list[SessionRecord]:
        if self.one_off or not self.sure or (self.monthly and not self.nth):
            return []
        made = [
            _slot(d, n, opens, closes, interval=self.interval if n is None else 1, term_time=self.term)
            for n in (self.nth or [None]) for d in self.days for opens, closes in self.times if believable(opens, closes)
        ]
        return [replace(s, valid_from=self.start, valid_to=self.end) for s in made]


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
                getattr(self, f"on_{token.kind}", self.on_other)(token)
        self._close()
        return [slot for group in self.groups for slot in group.slots()]

    # Days ---------------------------------------------------------------------------------------------------------

    def on_day(self, token: _Token) -> None:
        weekday = _INDEX[token.text[:2].lower()]
        self._begin_if_complete()
        group = self.current
        if self.range_open and group.days:
            start = group.days[-1]
            span = range(start + 1, weekday + 1) if weekday >= start else [*range(start + 1, 7), *range(weekday + 1)]
            group.days.extend(d for d in span if d not in group.days)
            group.ranged = True
        elif weekday not in group.days:
            group.days.append(weekday)
        self._dress(group)
        self.range_open = False

    def on_every(self, token: _Token) -> None:
        self._whole(range(7))

    def on_weekdays(self, token: _Token) -> None:
        self._whole(range(5))

    def on_weekends(self, token: _Token) -> None:
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

    def on_range(self, token: _Token) -> None:
        opens, _, closes = token.text.partition("-")
        span = (int(opens), int(closes) if closes else None)
        if self.subtract and span[1] is not None:
            self._take_away((span[0], span[1]))
        elif self.current.one_off:
            return
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

    def on_unsure(self, token: _Token) -> None:
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

    def on_ord(self, token: _Token) -> None:
        self.ordinals.append(_NTH[token.text.lower()])

    def on_week(self, token: _Token) -> None:
        target = self.current if self.current.days else (self.groups[-1] if self.groups else None)
        if self.ordinals and target is not None and target.days and not target.nth:
            target.nth, target.interval = list(dict.fromkeys(self.ordinals)), 1
        self.ordinals = []

    def on_interval(self, token: _Token) -> None:
        found = re.search(r"two|three|four|six|\d", token.text, re.I)
        weeks = (_COUNT.get(found.group().lower()) or int(found.group())) if found else 2
        before = token.text.lower().startswith(("alternate", "every other")) and "week" not in token.text.lower()
        target = self.current if self.current.days else None
        if before or target is None:
            if self.current.times:
                self._close()
            self.interval = weeks
        else:
            target.interval = weeks

    def on_month(self, token: _Token) -> None:
        target = self.current if self.current.days else (self.groups[-1] if self.groups else self.current)
        target.monthly = True

    def on_term(self, token: _Token) -> None:
        target = self.current if self.current.days else (self.groups[-1] if self.groups else self.current)
        target.term = True

    def on_closed(self, token: _Token) -> None:
        if self.current.times or not self.current.days:
            self.subtract = True
        else:
            self.current.closed = True
            self._close()

    def on_bound(self, token: _Token) -> None:
        self.bound = token.text.lower()

    def on_date(self, token: _Token) -> None:
        target = self.current if self.current.days else (self.groups[-1] if self.groups else self.current)
        found = day(token.text)
        if self.bound in {"until", "till", "ending", "up to"}:
            target.end = found or target.end
        elif self.bound:
            target.start = found or target.start
        elif self.current.times:
            self._close()
            self.current.one_off = True
        else:
            self.current.one_off = True
        self.bound = None
        self.ordinals = []

    def on_dash(self, token: _Token) -> None:
        self.range_open = bool(self.current.days) and (self.dressed or not self.current.times)

    def on_stop(self, token: _Token) -> None:
        self.range_open = self.subtract = False
        if self.current.one_off:
            self._close()

    def on_glue(self, token: _Token) -> None:
        if token.text not in {",", "&", "and", "/"} and token.text != ":":
            return
        self.range_open = False

    def on_other(self, token: _Token) -> None:
        self.ordinals = [] if token.kind == "word" else self.ordinals
        self.range_open = False


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
    text = re.sub(r"\b(\d{1,2})-(00|30|45)\b", r"\1:\2", text)
    text = re.sub(r"(\d\d)\.(?=[A-Z])", r"\1. ", text)
    text = re.sub(r"(\d(?:am|pm))(?=\d{1,2} [A-Z])", r"\1 ; ", text)
    text = re.sub(r"\(last entry[^)]*\)", " ", text, flags=re.I)
    text = re.sub(r"\b(\d{1,2}[.:]\d\d)0\b", r"\1", text)
    return re.sub(r"(\+?\d[\d ]{8,}\d)", lambda m: " " if len(re.sub(r"\D", "", m.group())) >= 9 else m.group(), text)


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(str(m.lastgroup if m.lastgroup else "word"), m.group().strip() if m.lastgroup != "stop" else m.group(), m)
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
            if single_times and alone and start is not None and (alone["m"] or alone["half"] or alone["word"]):
                yield _Token("range", f"{start}-")
            elif token.text.isdigit():
                yield _Token("word", token.text)
        elif token.kind != "between":
            yield token
        at += 1


def _joined(tokens: list[_Token], at: int) -> tuple[_Token, int] | None:
    between = at > 0 and tokens[at - 1].kind == "between"
    after = at + 1
    if after >= len(tokens):
        return None
    link = tokens[after]
    linked = link.kind == "dash" or (link.text == ":" and link.kind == "glue") or (between and link.text.lower() == "and")
    after += 1
    while linked and after < len(tokens) and (tokens[after].kind == "between" or tokens[after].kind == "dash"):
        after += 1
    if not linked or after >= len(tokens) or tokens[after].kind != "time":
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
    after = next((t.kind for t in tokens[last + 1:] if t.kind not in {"glue", "dash"}), "")
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
        elif halves[1] is None and _bare(first) and _bare(last) and 7 * 60 <= opens < 9 * 60 and opens < closes <= 10 * 60:
            return None
    if halves[1] is None and closes < opens and closes <= noon and closes + noon > opens:
        closes += noon if closes < noon else 0
    if halves[1] == "pm" and halves[0] == "pm" and closes == 12 * 60 and opens > closes:
        closes = 24 * 60
    return opens, closes
