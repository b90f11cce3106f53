"""The people whose matches are timed: unlike each other, and in their own words. And what people type into the box."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Json = dict[str, Any]
HOME = {"lat": 53.38, "lon": -1.47}


@dataclass(frozen=True)
class Asked:
    """One question to the matcher: a Profile JSON, and a second one where two people go together."""

    who: str
    profile: Json
    other: Json | None = None

    @cached_property
    def sent(self) -> bytes:
        """Both as JSON, as whoever asks writes it."""
        return json.dumps([self.profile, self.other]).encode()

    @property
    def words(self) -> str:
        """Everything they said, for engines that know only words; "" where they said nothing."""
        people = [self.profile, self.other or {}]
        said = [one for person in people for part in ("assets", "goals") for one in person.get(part, ())]
        return " ".join(one if isinstance(one, str) else one["say"] for one in said)


COMEDIAN: Json = {
    "assets": ["I like making people laugh", "football", "I used to sing in a choir"],
    "goals": [{"say": "do stand-up comedy", "type": "show_work", "focus": True}, "make a friend"],
    "barriers": [
        {"key": "step_free", "level": "must"},
        {"key": "cost", "level": "must", "limit": 3},
        {"key": "new_people"},
    ],
    "from": HOME,
    "travel": {"max_km": 5},
    "rung": {"comfortable": 4},
}
NEWCOMER: Json = {
    "assets": ["cooking for a lot of people", "I speak Farsi and some Arabic", "sewing and mending clothes"],
    "goals": ["get better at English", "meet other mums in the neighbourhood"],
    "barriers": [
        {"key": "children", "level": "must"},
        {"key": "reading"},
        {"key": "language", "value": "fa"},
    ],
    "from": {"postcode": "S4"},
    "gender": "woman",
    "age": 34,
    "languages": ["fa", "en"],
    "times": [{"days": "mon-fri", "from": "09:15", "to": "14:45"}],
}
MANY_BARRIERS: Json = {
    "assets": ["gardening", "birds and wild flowers", "doing crosswords", "old films"],
    "goals": ["get out of the house once a week", "a bit of routine"],
    "barriers": [
        *({"key": key, "level": "must"} for key in ("step_free", "toilet", "dry", "red_tape", "know_ahead")),
        {"key": "cost", "level": "must", "limit": 2},
        {"key": "stamina", "level": "must", "limit": 2},
        *({"key": key} for key in ("sensory", "new_people", "hearing", "ups_downs", "offline", "label")),
    ],
    "from": HOME,
    "travel": {"max_km": 8, "modes": ["bus"]},
    "rung": {"comfortable": 2},
    "age": 61,
}
GUITARIST: Json = {
    "assets": ["playing the guitar", "quizzes"],
    "barriers": [{"key": "dry", "level": "must"}],
    "from": {"postcode": "S8"},
    "travel": {"max_km": 10},
}
PEOPLE = (
    Asked("comedian", COMEDIAN),
    Asked("only a goal", {"goals": ["make a friend"]}),
    Asked("many barriers", MANY_BARRIERS),
    Asked(
        "no words", {"barriers": [{"key": "step_free", "level": "must"}, {"key": "transport"}], "from": HOME}
    ),
    Asked("newcomer", NEWCOMER),
    Asked("a pair", COMEDIAN, GUITARIST),
    Asked("rare interest", {"assets": ["bell ringing", "batik"], "from": HOME, "travel": {"max_km": 40}}),
    Asked(
        "at home",
        {
            "assets": ["knitting", "chatting on the phone", "reading novels"],
            "goals": ["someone to talk to"],
            "barriers": [{"key": "home", "level": "must"}, {"key": "sight"}],
            "contact_by": ["phone"],
            "from": HOME,
        },
    ),
)
SEARCHES: tuple[Json, ...] = (
    {"words": "comedy choir"},
    {"words": "help with debt and bills"},
    {"words": "walking group for beginners", "near": "S4"},
    {"words": '"lunch club"'},
    {"words": "friendly sewing class tea and cake", "near": "S1", "within_km": 5},
    {"words": "badmington"},
    {"words": ""},
)
"""Parts of `Criteria`: common words, a place, a phrase, a long question, a slip of the pen, and no words at all."""
