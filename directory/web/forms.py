"""The match form: its fields, in people's words. What is done with the answers is in `answers.py`.

Every field may be left empty. The order is the order on the page. Labels and keys of needs, strengths and
goals come from the vocabularies, so that a new one appears here by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovCheckboxInput,
    GovRadioInput,
    GovSelect,
    GovTextArea,
    GovTextInput,
)
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, Optional

from matching.vocabulary import assets, goals, needs

LEVELS = (("", "Not a problem"), ("would_help", "It would help"), ("must", "It’s a must"))
DAYS = (
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
)
PARTS = (
    ("morning", "Morning", "00:00", "12:00"),
    ("afternoon", "Afternoon", "12:00", "17:00"),
    ("evening", "Evening", "17:00", "24:00"),
)
MODES = (
    ("walk", "Walk or wheel"),
    ("cycle", "Cycle"),
    ("bus", "Bus"),
    ("tram", "Tram"),
    ("train", "Train"),
    ("car", "Car"),
    ("taxi", "Taxi"),
)
CONTACT_WAYS = (
    ("in_person", "Going there to ask"),
    ("phone", "A phone call"),
    ("text", "A text message"),
    ("email", "Email"),
    ("online", "A form or message online"),
    ("post", "A letter"),
)
EFFORT = (
    ("", "No limit"),
    ("1", "Very little effort"),
    ("2", "Gentle effort"),
    ("3", "Quite active"),
    ("4", "Hard work is fine"),
)
RUNGS = tuple(rung.choice for rung in needs.ladder())
"""The support ladder, rung 0 first, in people's words."""
RUNG_CHOICES = tuple((str(rung), words) for rung, words in enumerate(RUNGS))

FIRST_NEEDS = ("new_people", "cost", "step_free", "transport", "sensory")
"""Asked without opening anything."""
MORE_NEEDS = (
    ("Time and rules", ("times", "ups_downs", "red_tape")),
    ("Toilets, energy and feeling safe", ("toilet", "stamina", "safe_area")),
    ("Hearing, seeing, reading and language", ("hearing", "bsl", "sight", "reading", "language", "offline")),
    ("Feeling comfortable", ("know_ahead", "good_enough", "label", "explain", "gender", "dry", "home")),
    ("People I look after", ("caring", "children")),
)
ASKED_ELSEWHERE = ("travel_range", "avoid")
"""The distance is asked with the place, the avoid list in its own private part."""
WITH_A_VALUE = ("gender", "language", "stamina", "times")
"""Say nothing without a value or times beside them, which are asked of one person only."""
ONLY_FOR = (("only_need", "only_kinds"), ("also_need", "also_kinds"))
"""The pairs of fields that say: this need counts only for these kinds of activity."""
PREFERENCES = (
    ("lgbtq_welcome", "LGBTQ+ people are welcome"),
    ("trans_inclusive", "Trans people are included"),
    ("vegetarian", "Vegetarian food"),
    ("halal", "Halal food"),
    ("dogs_welcome", "Dogs are welcome"),
    ("outdoors", "It is outdoors"),
)
MOST_AVOIDED = 300
"""Characters in each field of the avoid list."""


class Number:
    """Checks for a number from low to high, as people write it ("£3", "2.5 km")."""

    def __init__(self, thing: str, low: float, high: float) -> None:
        self.thing, self.low, self.high = thing, low, high

    def __call__(self, _form: Any, field: Field) -> None:
        if number_of(field.data) is None:
            raise ValidationError(f"Write {self.thing} as a number, like {max(self.low, 3):g}")
        if not self.low <= (number_of(field.data) or 0) <= self.high:
            raise ValidationError(f"Write {self.thing} as a number from {self.low:g} to {self.high:g}")


def number_of(text: str | None) -> float | None:
    """ "£3.50" -> 3.5, "5 km" -> 5.0; None for anything that is no plain number."""
    plain = (text or "").strip().lower().removeprefix("£").removesuffix("km").strip().replace(",", ".")
    return float(plain) if plain.replace(".", "", 1).isdecimal() and plain.isascii() else None


def minutes_of(text: str | None) -> int | None:
    """ "10am", "2:30 pm", "14.30" or "9" -> minutes after midnight; None for anything that is no time."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", (text or "").strip().lower())
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return hour * 60 + minute if hour <= 24 and minute < 60 and hour * 60 + minute <= 1440 else None


def _must_be_time(field: Field) -> None:
    if field.data and field.data.strip() and minutes_of(field.data) is None:
        raise ValidationError(f"“{field.label.text}” must be a time, like 10am or 14:30")


def _choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def _text(label: str, hint: str = "", *checks: Any, limit: int = 200) -> StringField:
    most = Length(max=limit, message=f"{label}: write at most {limit} letters")
    return StringField(label, description=hint, widget=GovTextInput(), validators=[Optional(), most, *checks])


def _long(label: str, hint: str = "") -> TextAreaField:
    most = Length(max=2000, message=f"{label}: write at most 2,000 letters")
    return TextAreaField(label, description=hint, widget=GovTextArea(), validators=[Optional(), most])


def _ticks(label: str, choices: Any, hint: str = "") -> SelectMultipleField:
    return SelectMultipleField(
        label, description=hint, choices=_choices(choices), widget=GovCheckboxesInput()
    )


def _tick(label: str, hint: str = "") -> BooleanField:
    return BooleanField(label, description=hint, widget=GovCheckboxInput())


def _level(label: str) -> RadioField:
    return RadioField(label, choices=_choices(LEVELS), default="", widget=GovRadioInput())


def _pick(label: str, choices: Any, hint: str = "") -> SelectField:
    return SelectField(label, description=hint, choices=_choices(choices), default="", widget=GovSelect())


class MatchFormBase(FlaskForm):  # type: ignore[misc]
    """What stands in the class itself; `match_form_class` adds what the vocabularies list."""

    class Meta:
        locales = ("en",)

    assets = _long(
        "What do you enjoy, or what are you good at?", "For example: I make people laugh. I used to sing."
    )
    goals = _long("What would you like?", "For example: do stand-up comedy. Get out of the house on Fridays.")

    place = _text("Where would you set out from?", "A postcode, or the name of a place. We do not keep it.")
    max_km = _text(
        "How far can you go, in kilometres?",
        "Measured in a straight line. Leave it empty if it depends.",
        Number("how far", 0.1, 1000),
        limit=12,
    )
    modes = _ticks("How could you get there?", MODES)
    lift = _tick("I have someone who can give me a lift")
    bus_pass = _tick("I use a bus pass that is free from 9:30am")
    last_bus = _text("Last bus home", "The time it leaves, like 9:30pm or 00:15", limit=10)

    not_before = _text("Not before", "Like 10am or 14:30", limit=10)
    not_after = _text("Not after", "Like 3pm or 20:00", limit=10)

    limit_cost = _text(
        "The most I can pay each time, in pounds", "", Number("the most you can pay", 0, 1000), limit=12
    )
    limit_stamina = _pick("How much effort is fine", EFFORT)
    value_gender = _pick("Which kind of group", (("", "Choose"), ("women", "Women’s"), ("men", "Men’s")))
    value_language = _text("The language I would like people to speak")

    age = _text(
        "Your age",
        "Some groups are for certain ages. We use it for nothing else.",
        Number("your age", 0, 130),
        limit=5,
    )
    gender = _text(
        "Your gender", "Some groups are only for women or only for men. We use it for nothing else.", limit=60
    )
    languages = _text("Languages you speak", "So that we can tell you where somebody speaks one of them.")
    comfortable = _pick("What feels all right now?", (("", "I would rather not say"), *RUNG_CHOICES))
    stretch = _pick("What could be a next step?", (("", "One step further"), *RUNG_CHOICES))
    contact_by = _ticks("How could you get in touch with a group?", CONTACT_WAYS)
    member = _tick("I belong to this agency, or get support from it")

    with_assets = _long("What do they enjoy, or what are they good at?")
    with_goals = _long("What would they like?")
    with_max_km = _text(
        "How far can they go, in kilometres?", "", Number("how far they can go", 0.1, 1000), limit=12
    )

    avoid_groups = _text("Groups or organisations", "Separate several with a semicolon.", limit=MOST_AVOIDED)
    avoid_venues = _text("Buildings or postcodes", "", limit=MOST_AVOIDED)
    avoid_areas = _text("Areas", "The first half of the postcode, like S3.", limit=MOST_AVOIDED)
    avoid_photos = _tick("Leave out groups that publish photos of people")
    avoid_results = _tick("Leave out groups that publish names or results")
    forget = _tick("Forget the groups, places and areas I wrote before")
    sealed = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field, and then whether a need that counts only for some activities is said whole."""
        fine = bool(super().validate(extra_validators))
        return all([fine, *(self._said_whole(self[need], self[kinds]) for need, kinds in ONLY_FOR)])

    def _said_whole(self, need: Field, kinds: Field) -> bool:
        """A need with its kinds of activity and its level; what is missing becomes a problem where it belongs."""
        if not need.data and not kinds.data:
            return True
        if not need.data:
            need.errors = [*need.errors, "Choose what counts only for the kinds of activity you ticked"]
        elif not kinds.data:
            kinds.errors = [*kinds.errors, "Tick the kinds of activity it counts for, or choose “Nothing”"]
        level = self._fields.get(f"need_{need.data}")
        if level is not None and not level.data and not level.errors:
            level.errors = [f"“{level.label.text}”: choose whether it would help or is a must"]
        return not (need.errors or kinds.errors or (level is not None and level.errors))

    def validate_not_before(self, field: Field) -> None:
        _must_be_time(field)

    def validate_last_bus(self, field: Field) -> None:
        _must_be_time(field)
        minutes = minutes_of(field.data)
        if minutes is not None and 240 <= minutes < 720 and not field.data.strip().lower().endswith("m"):
            raise ValidationError("“Last bus home”: is that am or pm? Write it like 9:30pm or 21:30")

    def validate_not_after(self, field: Field) -> None:
        _must_be_time(field)
        first, last = minutes_of(self.not_before.data), minutes_of(field.data)
        if first is not None and last is not None and last <= first:
            raise ValidationError("“Not after” must be later than “Not before”")


@cache
def match_form_class() -> type[MatchFormBase]:
    """The whole form: with `need_<barrier>`, `prefer_<fact>`, ONLY_FOR, the ticks, `focus` and the grid `free`."""
    goal_labels = [(key, goal.label) for key, goal in goals().items() if not goal.part_of]
    fields: dict[str, Any] = {
        "asset_keys": _ticks("Things you enjoy or are good at", [(k, a.label) for k, a in assets().items()]),
        "goal_keys": _ticks("Things you would like", goal_labels),
        "focus": _pick(
            "Which would you like to start with?",
            (("", "No particular one"), ("own", "The first thing I wrote"), *goal_labels),
        ),
        "free": _ticks("When are you free?", [choice for choice, _ in free_choices()]),
    }
    labels = {key: barrier.label for key, barrier in needs.barriers().items() if key not in ASKED_ELSEWHERE}
    fields["with_needs"] = _ticks(
        "What is a must for them?", [(k, labels[k]) for k in labels if k not in WITH_A_VALUE]
    )
    for key, barrier in needs.barriers().items():
        if key not in ASKED_ELSEWHERE:
            fields[f"need_{key}"] = _level(barrier.label)
    for need_name, kinds_name in ONLY_FOR:
        fields[need_name] = _pick("What counts only for some activities", (("", "Nothing"), *labels.items()))
        fields[kinds_name] = _ticks("It counts only for", [(k, a.label) for k, a in assets().items()])
    for key, label in PREFERENCES:
        fields[f"prefer_{key}"] = _level(label)
    return type("MatchForm", (MatchFormBase,), fields)


def free_choices() -> list[tuple[tuple[str, str], tuple[str, str, str]]]:
    """Each cell of the week: its (value, label), and what it means (day, from, to)."""
    return [
        ((f"{day}-{part}", f"{day_name} {part_name.lower()}"), (day, start, end))
        for day, day_name in DAYS
        for part, part_name, start, end in PARTS
    ]
