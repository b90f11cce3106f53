"""Profile JSON (design.md 6) -> Profile. Every key is optional; an unknown key is an error that names it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from matching.types import (
    DAY,
    SMALL_HOURS,
    Asset,
    Avoid,
    Barrier,
    FreeTime,
    Goal,
    InvalidProfile,
    Level,
    Point,
    Preference,
    Profile,
    Travel,
)
from matching.vocabulary import assets, goals
from matching.vocabulary.needs import barriers, facts

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MODES = ("walk", "cycle", "bus", "train", "tram", "car", "taxi")
CONTACT_WAYS = ("phone", "text", "email", "online", "in_person", "post")
MOST_ENTRIES = 200
LONGEST_TEXT = 2000


def profile_from(data: Any) -> Profile:
    """The Profile for a decoded Profile JSON. Raises InvalidProfile naming the key and what is allowed."""
    raw = _object(data, "profile", KEYS)
    return Profile(**{name: value for key in raw for name, value in KEYS[key](raw[key], key).items()})


# --- one small reader per key ----------------------------------------------------------------------------------------


def _assets(value: Any, at: str) -> dict[str, Any]:
    return {"assets": tuple(_asset(item, where) for item, where in _list(value, at) if not _blank(item))}


def _asset(item: Any, at: str) -> Asset:
    if isinstance(item, str):
        return Asset(_text(item, at))
    raw = _object(item, at, ("say", "key"))
    key = _optional(raw, "key", at, _choice_of(assets()))
    say = _optional(raw, "say", at, _text)
    if not say and not key:
        raise InvalidProfile(at, 'give "say" (their own words) or "key"')
    return Asset(say or assets()[str(key)].label, key)


def _goals(value: Any, at: str) -> dict[str, Any]:
    return {"goals": tuple(_goal(item, where) for item, where in _list(value, at) if not _blank(item))}


def _goal(item: Any, at: str) -> Goal:
    if isinstance(item, str):
        return Goal(_text(item, at))
    raw = _object(item, at, ("say", "type", "focus"))
    kind = _optional(raw, "type", at, _choice_of(goals()))
    say = _optional(raw, "say", at, _text)
    if not say and not kind:
        raise InvalidProfile(at, 'give "say" (their own words) or "type"')
    return Goal(say or goals()[str(kind)].label, kind, bool(_optional(raw, "focus", at, _yes_no)))


def _barriers(value: Any, at: str) -> dict[str, Any]:
    found = tuple(_barrier(item, where) for item, where in _list(value, at))
    return {"barriers": found}


def _barrier(item: Any, at: str) -> Barrier:
    if isinstance(item, str):
        item = {"key": item}
    raw = _object(item, at, ("key", "level", "limit", "value", "only_for"))
    if "key" not in raw:
        raise InvalidProfile(f"{at}.key", "is missing; name one of the barriers that `kith vocabulary` lists")
    key = _choice_of(barriers())(raw["key"], f"{at}.key")
    level: Level = _optional(raw, "level", at, _choice_of(("must", "would_help"))) or "would_help"
    value = _optional(raw, "value", at, _text)
    if key == "gender" and value:
        value = _women_or_men(value, f"{at}.value")
    limit = _optional(raw, "limit", at, _amount)
    if key == "stamina" and limit is not None and not 1 <= limit <= 4:
        raise InvalidProfile(f"{at}.limit", "must be from 1 (very little effort) to 4 (hard work)")
    only_for = tuple(
        _choice_of(assets())(i, w) for i, w in _list(raw.get("only_for") or [], f"{at}.only_for")
    )
    return Barrier(key, level, limit, value, only_for)


def _avoid(value: Any, at: str) -> dict[str, Any]:
    raw = _object(value, at, ("listings", "organizations", "venues", "areas", "photos", "results"))

    def texts(key: str) -> tuple[str, ...]:
        return tuple(_text(i, w) for i, w in _list(raw.get(key) or [], f"{at}.{key}"))

    avoid = Avoid(
        listings=texts("listings"),
        organizations=texts("organizations"),
        venues=texts("venues"),
        areas=texts("areas"),
        photos=bool(_optional(raw, "photos", at, _yes_no)),
        results=bool(_optional(raw, "results", at, _yes_no)),
    )
    return {"avoid": avoid}


def _from(value: Any, at: str) -> dict[str, Any]:
    if value is None:
        return {}
    raw = _object(value, at, ("postcode", "lat", "lon", "rough"))
    rough = bool(_optional(raw, "rough", at, _yes_no))
    if "lat" in raw or "lon" in raw:
        point = Point(
            _number(raw.get("lat"), f"{at}.lat", -90, 90),
            _number(raw.get("lon"), f"{at}.lon", -180, 180),
            rough=rough,
        )
        return {"origin": point, "postcode": _optional(raw, "postcode", at, _text)}
    return {"postcode": _optional(raw, "postcode", at, _text)}


def _travel(value: Any, at: str) -> dict[str, Any]:
    raw = _object(value, at, ("max_km", "modes", "lift", "pass_from", "last_bus"))
    modes, caps = _modes(raw.get("modes"), f"{at}.modes")
    travel = Travel(
        max_km=_optional(raw, "max_km", at, _amount),
        modes=modes,
        caps=caps,
        lift=bool(_optional(raw, "lift", at, _yes_no)),
        pass_from=_optional(raw, "pass_from", at, _clock),
        last_bus=_optional(raw, "last_bus", at, _last_bus),
    )
    return {"travel": travel}


def _last_bus(value: Any, at: str) -> int:
    """The small hours belong to the evening before: "00:15" is minute 1455."""
    try:
        minute = _clock(value, at)
    except InvalidProfile:
        raise InvalidProfile(at, "must be a time like 21:30, or 00:15 for past midnight") from None
    return minute + DAY if minute < SMALL_HOURS else minute


def _modes(value: Any, at: str) -> tuple[tuple[str, ...], dict[str, float]]:
    if value is None:
        return (), {}
    if isinstance(value, Mapping):
        caps = {_choice_of(MODES)(mode, at): _amount(km, f"{at}.{mode}") for mode, km in value.items()}
        return tuple(caps), caps
    return tuple(_choice_of(MODES)(i, w) for i, w in _list(value, at)), {}


def _times(value: Any, at: str) -> dict[str, Any]:
    return {"times": tuple(_free_time(item, where) for item, where in _list(value, at))}


def _free_time(item: Any, at: str) -> FreeTime:
    raw = _object(item, at, ("days", "from", "to"))
    days = _days(raw.get("days", "mon-sun"), f"{at}.days")
    start = _optional(raw, "from", at, _clock) or 0
    end = _optional(raw, "to", at, _clock)
    end = 24 * 60 if end is None else end
    if end <= start:
        raise InvalidProfile(f"{at}.to", "must be later than from (for a night, give two times)")
    return FreeTime(days, start, end)


def _days(value: Any, at: str) -> tuple[int, ...]:
    allowed = "must be days like mon, mon-fri, sat-sun or mon;thu"
    if not isinstance(value, str) or not value.strip():
        raise InvalidProfile(at, allowed)
    found: set[int] = set()
    for part in re.split(r"[;,\s]+", value.strip().lower()):
        first, dash, last = part.partition("-")
        try:
            start, end = DAYS.index(first[:3]), DAYS.index((last or first)[:3])
        except ValueError:
            raise InvalidProfile(at, allowed) from None
        span = range(start, end + 1) if start <= end else [*range(start, 7), *range(end + 1)]
        found.update(span if dash else [start])
    return tuple(sorted(found))


def _rung(value: Any, at: str) -> dict[str, Any]:
    raw = _object(value, at, ("comfortable", "stretch"))
    comfortable = _optional(raw, "comfortable", at, _rung_number)
    stretch = _optional(raw, "stretch", at, _rung_number)
    if comfortable is not None and stretch is not None and stretch < comfortable:
        raise InvalidProfile(f"{at}.stretch", "must not be below comfortable")
    return {"comfortable": comfortable, "stretch": stretch}


def _prefers(value: Any, at: str) -> dict[str, Any]:
    return {"prefers": tuple(_preference(item, where) for item, where in _list(value, at))}


def _preference(item: Any, at: str) -> Preference:
    if isinstance(item, str):
        return Preference(_choice_of(facts())(item, at))
    raw = _object(item, at, ("fact", "level"))
    if "fact" not in raw:
        raise InvalidProfile(f"{at}.fact", "is missing; name one of the facts that `kith vocabulary` lists")
    level: Level = _optional(raw, "level", at, _choice_of(("must", "would_help"))) or "would_help"
    return Preference(_choice_of(facts())(raw["fact"], f"{at}.fact"), level)


def _member(value: Any, at: str) -> dict[str, Any]:
    return {"member": _yes_no(value, at)}


def _age(value: Any, at: str) -> dict[str, Any]:
    return {"age": None if value is None else int(_number(value, at, 0, 130))}


def _gender(value: Any, at: str) -> dict[str, Any]:
    return {"gender": None if value is None else _text(value, at)}


def _languages(value: Any, at: str) -> dict[str, Any]:
    return {"languages": tuple(_text(i, w).lower() for i, w in _list(value, at))}


def _done(value: Any, at: str) -> dict[str, Any]:
    return {"done": tuple(_text(i, w) for i, w in _list(value, at))}


def _contact_by(value: Any, at: str) -> dict[str, Any]:
    return {"contact_by": tuple(_choice_of(CONTACT_WAYS)(i, w) for i, w in _list(value, at))}


KEYS = {
    "assets": _assets,
    "goals": _goals,
    "barriers": _barriers,
    "avoid": _avoid,
    "from": _from,
    "travel": _travel,
    "member": _member,
    "times": _times,
    "age": _age,
    "gender": _gender,
    "languages": _languages,
    "rung": _rung,
    "done": _done,
    "prefers": _prefers,
    "contact_by": _contact_by,
}


# --- plain checks ----------------------------------------------------------------------------------------------------


def _object(value: Any, at: str, allowed: Iterable[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidProfile(at, f"must be an object with any of {_listed(allowed)}")
    for key in value:
        if key not in allowed:
            where = str(key)[:80] if at == "profile" else f"{at}.{str(key)[:80]}"
            raise InvalidProfile(where, f"is not a key we know; use any of {_listed(allowed)}")
    return value


def _list(value: Any, at: str) -> list[tuple[Any, str]]:
    if not isinstance(value, list | tuple):
        raise InvalidProfile(at, "must be a list")
    if len(value) > MOST_ENTRIES:
        raise InvalidProfile(at, f"must have at most {MOST_ENTRIES} entries")
    return [(item, f"{at}[{index}]") for index, item in enumerate(value)]


def _blank(item: Any) -> bool:
    """An entry left empty on a form says nothing."""
    return isinstance(item, str) and not item.strip()


def _optional(raw: Mapping[str, Any], key: str, at: str, read: Any) -> Any:
    value = raw.get(key)
    return None if value is None else read(value, f"{at}.{key}")


def _text(value: Any, at: str) -> str:
    if not isinstance(value, str):
        raise InvalidProfile(at, "must be text")
    if len(value) > LONGEST_TEXT:
        raise InvalidProfile(at, f"must be at most {LONGEST_TEXT} characters")
    return value.strip()


def _choice_of(allowed: Iterable[str]) -> Any:
    def read(value: Any, at: str) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise InvalidProfile(at, f"must be one of {_listed(allowed)}")
        return value

    return read


def _yes_no(value: Any, at: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidProfile(at, "must be true or false")
    return value


def _number(value: Any, at: str, low: float, high: float) -> float:
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    if not usable or not math.isfinite(value) or not low <= value <= high:
        raise InvalidProfile(at, f"must be a number from {low:g} to {high:g}")
    return float(value)


def _amount(value: Any, at: str) -> float:
    return _number(value, at, 0, 100_000)


def _rung_number(value: Any, at: str) -> int:
    return int(_number(value, at, 0, 8))


def _clock(value: Any, at: str) -> int:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", value.strip()) if isinstance(value, str) else None
    if not found or int(found[2]) > 59 or int(found[1]) * 60 + int(found[2]) > 24 * 60:
        raise InvalidProfile(at, "must be a time like 09:15")
    return int(found[1]) * 60 + int(found[2])


def _women_or_men(value: str, at: str) -> Literal["women", "men"]:
    word = value.casefold().strip()
    if word.startswith(("women", "woman", "female")):
        return "women"
    if word.startswith(("men", "man", "male")):
        return "men"
    raise InvalidProfile(at, "must be women or men")


def _listed(allowed: Iterable[str]) -> str:
    return ", ".join(allowed)
