"""The pages of editing, as templates need them: a form with what was written, two versions side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template

from directory import accounts, listings
from directory.config import current_settings
from directory.drafts import Kept
from directory.formatting import plain_date
from directory.listings import Listing
from directory.seen_before import Before
from directory.web import access
from directory.web.differences import STATUSES
from directory.web.editing import parking
from directory.web.editing.form import Group, Section, overview
from directory.web.editing.parts import Part
from directory.web.editing.reading import Outcome, prints, shown
from directory.web.editing.rows import COSTS, VISIBILITIES, Rows
from directory.web.editing.sessions import DAY_CHOICES, EVERY, MONTH_CHOICES, NTH, place_choices
from directory.web.editing.values import Sent, Shown
from importers.records import ListingRecord

HOW_KNOWN = (
    ("visited", "Visited"),
    ("phoned", "Phoned"),
    ("told", "Somebody told us"),
    ("website", "Website"),
)
CHOICES = {
    "costs": COSTS,
    "visibility": VISIBILITIES,
    "every": EVERY,
    "days": DAY_CHOICES,
    "nth": NTH,
    "off": MONTH_CHOICES,
    "how_known": HOW_KNOWN,
}


@dataclass
class FormPage:
    """One section's form. `values` are what it shows: what stands there, a draft, or what was just sent."""

    section: Section
    record: ListingRecord
    values: Shown
    was: str
    """The prints of what was shown, as JSON (see `reading`)."""
    problems: Mapping[str, str] = field(default_factory=dict)
    listing: Listing | None = None
    request_id: str = ""
    preview: Sequence[str] | None = None
    notes: Sequence[str] = ()
    """What is left open by the times of the preview."""
    draft: Kept | None = None
    before: Sequence[Before] = ()
    """Listings that it may be a second time, for somebody to look at before it is added."""

    def one(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> Sequence[str]:
        return self.values.get(name, ())

    def groups(self) -> list[Group]:
        return self.section.groups(self.record)

    def next_row(self, part: Rows) -> str:
        return part.next_number(self.values)

    def every(self, name: str) -> tuple[tuple[str, str], ...]:
        """How often, with what stands there already though the list has it not."""
        standing = self.one(name)
        if standing == "kept":
            return (("kept", "Leave it as it is"), *EVERY)
        if standing and standing not in dict(EVERY):
            unit = "months" if standing.startswith("m") else "weeks"
            return (*EVERY, (standing, f"Every {standing.removeprefix('m')} {unit}"))
        return EVERY

    def places(self, standing: str) -> tuple[tuple[str, str], ...]:
        found = place_choices(self.record.places)
        return found if standing in dict(found) else (*found, (standing, "A place that is no longer here"))

    def response(self, status: int = 200) -> tuple[str, int]:
        page = render_template(
            "editing/form.html", form=self, token=parking.token_for(access.me()), choices=CHOICES
        )
        return page, status


def fresh(section: Section, record: ListingRecord, **more: Any) -> FormPage:
    """The form of what stands in the record, with an empty row where there is none, and how it is known left open."""
    parts = section.parts(record)
    values = shown(parts, record)
    for part in parts:
        if isinstance(part, Rows) and not part.numbers(values):
            values = part.with_one_more(values)
    values |= {"told_on": [plain_date(current_settings().today())], "told_role": [access.my_role()]}
    return FormPage(section, record, values, json.dumps(prints(parts, record)), **more)


def sent_again(section: Section, record: ListingRecord, sent: Sent, **more: Any) -> FormPage:
    """The form as it was sent."""
    values = {name: list(some) for name, some in sent.items()}
    return FormPage(section, record, values, next(iter(values.get("was", [])), ""), **more)


@dataclass(frozen=True)
class Choice:
    """One part with both versions."""

    part: Part
    theirs: Sequence[str]
    mine: Sequence[str]
    chosen: str
    by: str
    """The colleague who wrote theirs, where that is known."""


def two_versions(
    section: Section, listing: Listing, sent: Sent, outcome: Outcome, was: Mapping[str, str], undecided: bool
) -> tuple[str, int]:
    """The page on which somebody chooses, part by part, between what stands there and what they wrote."""
    writers = listings.last_writers(listing.id)
    names = accounts.names(writers.values())
    choices = [
        Choice(
            part,
            part.say(listing.record),
            part.say(outcome.record),
            next(iter(sent.get(f"keep-{part.name}", ())), ""),
            next((names[writers[name]] for name in part.fields if writers.get(name) in names), ""),
        )
        for part in outcome.clashes
    ]
    seen = {**was, **{part.name: part.print_of(part.show(listing.record)) for part in outcome.clashes}}
    left_out = {"was", "deciding", *(f"keep-{part.name}" for part in outcome.clashes)}
    carried = {name: some for name, some in parking.worth_keeping(sent).items() if name not in left_out}
    page = render_template(
        "editing/two_versions.html",
        section=section,
        listing=listing,
        choices=choices,
        carried=carried,
        was=json.dumps(seen),
        undecided=undecided,
        token=parking.token_for(access.me()),
    )
    return page, 422 if undecided else 409


def overview_page(
    listing: Listing,
    *,
    saved: str,
    drafts_of: Sequence[str],
    problems: Mapping[str, str],
    status: str,
    back_on: str | None,
) -> str:
    """All sections with what is known, and whether the listing is running. `back_on` None: as the listing has it."""
    if back_on is None:
        back_on = plain_date(listing.record.returns_on) if listing.record.returns_on else ""
    return render_template(
        "editing/overview.html",
        listing=listing,
        record=listing.record,
        sections=overview(listing.record),
        saved=saved,
        drafts_of=drafts_of,
        problems=problems,
        statuses=STATUSES,
        status=status,
        back_on=back_on,
        next_year=current_settings().today().year + 1,
    )
