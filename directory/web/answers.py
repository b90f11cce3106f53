"""The match form's answers -> Profile JSON (design.md 6). Pure: no request, no database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from directory.web.forms import (
    FIRST_NEEDS,
    MORE_NEEDS,
    ONLY_FOR,
    PREFERENCES,
    free_choices,
    minutes_of,
    number_of,
)
from importers.languages import language
from matching.vocabulary import assets, needs

NEEDS = (*FIRST_NEEDS, *(key for _, keys in MORE_NEEDS for key in keys))
FREE_BUS_FROM = "09:30"
OUTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?", re.IGNORECASE)

Answers = Mapping[str, Any]


def profile_of(answers: Answers, place: Mapping[str, Any] | None, done: list[str]) -> dict[str, Any]:
    """The Profile JSON of cleaned answers; empty parts are left out.

    `place` is what the geocoder made of the place ({"postcode": ..} or {"lat": .., "lon": ..}). The private
    lists are not in it: `avoid_of` makes them, and the view joins both just before matching.
    """
    parts = {
        "assets": [{"say": line} for line in _lines(answers["assets"])]
        + [{"key": key} for key in answers["asset_keys"] or ()],
        "goals": _goals(answers),
        "barriers": _barriers(answers),
        "from": dict(place or {}),
        "travel": _travel(answers),
        "member": bool(answers["member"]),
        "times": _times(answers),
        "age": _whole(answers["age"]),
        "gender": (answers["gender"] or "").strip(),
        "languages": codes_in(answers["languages"]),
        "rung": _rung(answers),
        "prefers": _preferences(answers),
        "contact_by": list(answers["contact_by"] or ()),
        "done": done,
    }
    return {key: value for key, value in parts.items() if value not in ([], {}, "", None, False)}


def companion_of(answers: Answers, place: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The Profile JSON of somebody who goes along, from the same place; None where nothing was said of anybody."""
    max_km = number_of(answers["with_max_km"])
    parts = {
        "assets": [{"say": line} for line in _lines(answers["with_assets"])],
        "goals": [{"say": line} for line in _lines(answers["with_goals"])],
        "barriers": [{"key": key, "level": "must"} for key in answers["with_needs"] or ()],
        "travel": {} if max_km is None else {"max_km": max_km},
    }
    found = {key: value for key, value in parts.items() if value}
    return {**found, **({"from": dict(place)} if place else {})} if found else None


def avoid_written(answers: Answers, earlier: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What to avoid, as written: now, after what was sealed before unless that is to be forgotten."""
    now = {kind: _items(answers[f"avoid_{kind}"]) for kind in ("groups", "venues", "areas")}
    kept: Mapping[str, list[str]] = {} if answers["forget"] else earlier
    return {kind: list(dict.fromkeys([*kept.get(kind, []), *items])) for kind, items in now.items()}


def avoid_of(written: Mapping[str, list[str]], answers: Answers) -> dict[str, Any]:
    """The profile's avoid part: the names themselves. What they mean here (avoiding.py) never stands in a profile."""
    groups = written.get("groups", [])
    parts: dict[str, Any] = {
        "organizations": groups,
        "venues": [*written.get("venues", []), *groups],
        "areas": [area.upper() if OUTCODE.fullmatch(area) else area for area in written.get("areas", [])],
        "photos": bool(answers["avoid_photos"]),
        "results": bool(answers["avoid_results"]),
    }
    return {key: value for key, value in parts.items() if value}


def _lines(text: str | None) -> list[str]:
    """One thing a line, or a sentence: people write both."""
    parts = re.split(r"[\n;]+|(?<=[.!?])\s+", text or "")
    return [part.strip().removesuffix(".") for part in parts if part.strip().strip(" .")]


def _items(text: str | None) -> list[str]:
    return [item.strip() for item in re.split(r"[;\n]", text or "") if item.strip()]


def codes_in(text: str | None) -> list[str]:
    """ISO 639-1 codes of the languages named ("Farsi and English"); one without a code stays as written."""
    found = (language(name) for name in re.split(r"[,;/\n]|\band\b", text or ""))
    return list(dict.fromkeys(one.code or (one.name or "").lower() for one in found if one))


def _whole(text: str | None) -> int | None:
    number = number_of(text)
    return None if number is None else int(number)


def _goals(answers: Answers) -> list[dict[str, Any]]:
    """Written goals first, then ticked ones; the one to start with carries focus, ticked or not."""
    focus = answers["focus"] or ""
    own = [{"say": line} for line in _lines(answers["goals"])]
    keys = list(answers["goal_keys"] or ())
    if focus and focus != "own" and focus not in keys:
        keys.append(focus)
    goals: list[dict[str, Any]] = [*own, *({"type": key} for key in keys)]
    chosen = next((goal for goal in goals if goal.get("type") == focus), None)
    if focus == "own" and own:
        chosen = goals[0]
    if chosen:
        chosen["focus"] = True
    return goals


def only_for(answers: Answers) -> dict[str, list[str]]:
    """Barrier key -> the kinds of activity (asset keys) that it counts for; what counts for all is not in it."""
    found: dict[str, list[str]] = {}
    for need, kinds in ONLY_FOR:
        if answers[need] and answers[kinds]:
            found[answers[need]] = list(dict.fromkeys([*found.get(answers[need], ()), *answers[kinds]]))
    return found


def only_for_words(answers: Answers) -> list[tuple[str, list[str]]]:
    """The same for the answer page, in the form's own words: what the person said, and the kinds of activity."""
    return [
        (needs.barriers()[key].label, [assets()[kind].label for kind in kinds])
        for key, kinds in only_for(answers).items()
    ]


def _barriers(answers: Answers) -> list[dict[str, Any]]:
    found = []
    scopes = only_for(answers)
    for key in NEEDS:
        more = _more_about(key, answers)
        level = answers[f"need_{key}"] or ("would_help" if more else "")
        if level:
            scope = {"only_for": scopes[key]} if key in scopes else {}
            found.append({"key": key, "level": level, **more, **scope})
    return found


def _more_about(key: str, answers: Answers) -> dict[str, Any]:
    """The limit or value written beside a need; writing one without choosing a level means it would help."""
    if key == "cost" and (limit := number_of(answers["limit_cost"])) is not None:
        return {"limit": limit}
    if key == "stamina" and (limit := number_of(answers["limit_stamina"])) is not None:
        return {"limit": limit}
    if key == "gender" and answers["value_gender"]:
        return {"value": answers["value_gender"]}
    if key == "language" and (codes := codes_in(answers["value_language"])):
        return {"value": codes[0]}
    return {}


def _travel(answers: Answers) -> dict[str, Any]:
    last_bus = minutes_of(answers["last_bus"])
    parts = {
        "max_km": number_of(answers["max_km"]),
        "modes": list(answers["modes"] or ()),
        "lift": bool(answers["lift"]),
        "pass_from": FREE_BUS_FROM if answers["bus_pass"] else None,
        "last_bus": None if last_bus is None else _clock(last_bus),
    }
    return {key: value for key, value in parts.items() if value not in (None, [], False)}


def _times(answers: Answers) -> list[dict[str, str]]:
    """Free time a day, neighbouring parts joined, trimmed to "not before" and "not after"."""
    first = minutes_of(answers["not_before"]) or 0
    last = minutes_of(answers["not_after"])
    last = 24 * 60 if last is None else last
    chosen = set(answers["free"] or ())
    spans: list[tuple[str, int, int]] = []
    for (value, _), (day, opens, closes) in free_choices():
        if chosen and value not in chosen:
            continue
        start, end = max(first, _minutes(opens)), min(last, _minutes(closes))
        if start >= end:
            continue
        if spans and spans[-1][0] == day and spans[-1][2] == start:
            spans[-1] = (day, spans[-1][1], end)
        else:
            spans.append((day, start, end))
    if not chosen and (first, last) == (0, 24 * 60):
        return []
    return [{"days": day, "from": _clock(start), "to": _clock(end)} for day, start, end in spans]


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _rung(answers: Answers) -> dict[str, int]:
    parts = {"comfortable": _whole(answers["comfortable"]), "stretch": _whole(answers["stretch"])}
    if parts["comfortable"] is not None and parts["stretch"] is not None:
        parts["stretch"] = max(parts["stretch"], parts["comfortable"])
    return {key: value for key, value in parts.items() if value is not None}


def _preferences(answers: Answers) -> list[dict[str, str]]:
    levels = ((key, answers[f"prefer_{key}"]) for key, _ in PREFERENCES)
    return [{"fact": key, "level": level} for key, level in levels if level]
