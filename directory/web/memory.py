"""What colleagues know of one listing: ties, tips, visits, introductions, promised checks. For staff alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import formatting, knowledge
from directory.asking import facts_of
from directory.config import current_settings
from directory.errors import Conflict, Invalid, NotFound
from directory.listings import Listing, by_ref, fetch
from directory.serving import engines
from directory.web import access, known
from directory.web.days import day_of
from directory.web.security import keep_private
from importers.records import ListingRecord
from matching.vocabulary import needs

bp = Blueprint("memory", __name__)

WARMTHS = {
    "ring_any_time": "I can ring them any time",
    "know_well": "I know them well",
    "have_met": "I have met them",
    "know_of": "I know of them",
}
WARM = {
    "ring_any_time": "can ring any time",
    "know_well": "knows them well",
    "have_met": "has met them",
    "know_of": "knows of them",
    None: "knows them",
}
"""The same, of a colleague."""
NO_YES_OR_NO = ("Who", "What", "How", "Which", "When", "Where")
"""A question that begins so is answered by sentences."""
VALUES = {"yes": "Yes", "no": "No", "partial": "Partly", "none": "Not at all"}
PROMISED_IN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Ask:
    """One fact to find out on a visit: its form field, the question, the answers, and what we have now ("")."""

    name: str
    ask: str
    answers: tuple[tuple[str, str], ...]
    now: str


@dataclass(frozen=True, slots=True)
class OnListing:
    """What staff see on a listing's page beside what everybody sees."""

    id: str
    knowers: Sequence[knowledge.Knower]
    tips: Sequence[knowledge.TipTold]
    visits: Sequence[knowledge.Been]
    mine: knowledge.Knower | None
    me: str
    promised: date | None
    """By when I said that I would check it."""
    asked: Mapping[str, date]
    """Colleagues whom I asked for an introduction, and when; they have not answered yet."""
    sent: bool
    """A draft of this browser has arrived and may be forgotten."""


def on_listing(listing: Listing) -> OnListing | None:
    """For the listing's page; None where whoever asks does not work here."""
    if not access.i_may("see_staff_notes"):
        return None
    keep_private()
    me = access.me()
    unnamed = _unnamed(listing)
    promise = knowledge.open_promise(listing.id, me)
    knowers = [
        replace(one, whom="") if one.whom in unnamed and one.user_id != me else one
        for one in knowledge.who_knows(listing.id)
    ]
    return OnListing(
        id=listing.id,
        knowers=knowers,
        tips=knowledge.tips_of([listing.id]).get(listing.id, []),
        visits=knowledge.visits_of(listing.id),
        mine=next((one for one in knowers if one.user_id == me), None),
        me=me,
        promised=promise.due if promise else None,
        asked=knowledge.waiting_for(listing.id, me),
        sent="logged" in request.args,
    )


def _unnamed(listing: Listing) -> set[str]:
    """Names of contacts that whoever asks does not see: they are for the colleague who knows them, and for editors."""
    if access.i_may("edit_listings"):
        return set()
    return {one.name for one in listing.record.contacts if one.name and one.visibility == "link"}


# --- forms ----------------------------------------------------------------------------------------------------------


def the_listing(listing_id: UUID) -> Listing:
    """The listing of a staff page. Raises NotFound."""
    keep_private()
    return by_ref(str(listing_id))


def written(name: str, most: int = 5000) -> str:
    """What was written in a field."""
    return request.form.get(name, "")[:most].strip()


def day_written(name: str, problems: dict[str, str]) -> date | None:
    """The day in a field; None for none, and (with what is wrong in `problems`) for what is no day."""
    try:
        return day_of(written(name, 40), name)
    except Invalid as error:
        problems.update(error.fields)
        return None


def form_page(template: str, act: Callable[[dict[str, str]], str], **shown: Any) -> ResponseReturnValue:
    """GET shows a form; POST does `act(problems)` and goes where it says, or shows the form again with what is wrong.

    Nothing that was written is lost by a mistake: the form comes back with all of it.
    """
    keep_private()
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            target = act(problems)
            if not problems:
                engines().catch_up()
                return redirect(target, 303)
        except Invalid as error:
            problems.update(error.fields)
        except Conflict as error:
            problems["form"] = error.message
    page = render_template(
        template,
        problems=problems,
        form=request.form,
        names_someone=knowledge.NAMES_SOMEONE in problems.values(),
        today=current_settings().today(),
        **shown,
    )
    return page, 400 if problems else 200


def done(act: Callable[[], Any], target: str) -> ResponseReturnValue:
    """Do it, tell the indexes, and go to a page."""
    act()
    engines().catch_up()
    return redirect(target, 303)


def page_of(listing: Listing, **query: Any) -> str:
    """The address of a listing's page, at what the team knows; of my own page where it has none."""
    if listing.record.status == "do_not_list":
        return url_for("journey.me")
    return url_for("listings.show", ref=listing.ref, _anchor="team", **query)


def back_to(listing_id: str) -> str:
    """The page that a button was pressed on: the colleague's own, or the listing's."""
    if request.form.get("back") == "me" or not is_uuid(listing_id):
        return url_for("journey.me")
    listing = fetch([listing_id]).get(listing_id)
    return page_of(listing) if listing else url_for("journey.me")


def is_uuid(text: str) -> bool:
    """Whether it can be an id at all: PostgreSQL does not even look for what cannot."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def sure() -> bool:
    """They said that nobody whom they support is named."""
    return request.form.get("sure") == "yes"


# --- ties -----------------------------------------------------------------------------------------------------------


@bp.route("/staff/listings/<uuid:listing_id>/tie", methods=["GET", "POST"])
def tie(listing_id: UUID) -> ResponseReturnValue:
    """Say that I know somebody there."""
    listing = the_listing(listing_id)
    mine = next((one for one in knowledge.who_knows(listing.id) if one.user_id == access.me()), None)
    unnamed = set() if mine else _unnamed(listing)
    people = [one.name for one in listing.record.contacts if one.name and one.name not in unnamed]

    def act(problems: dict[str, str]) -> str:
        since, last = day_written("since", problems), day_written("last_contact", problems)
        if problems:
            return ""
        about, _, whom = written("about").partition(":")
        knowledge.tie(
            listing.id,
            access.me(),
            warmth=written("warmth") or "none",
            about=about or "group",
            whom=whom,
            since=since,
            last_contact=last,
            began=written("began"),
            note=written("note"),
            sure=sure(),
        )
        return page_of(listing)

    return form_page("memory/tie.html", act, listing=listing, people=people, mine=mine, warmths=WARMTHS)


@bp.post("/staff/ties/<uuid:tie_id>/touch")
def touch(tie_id: UUID) -> ResponseReturnValue:
    """I was in touch with them today."""
    keep_private()
    return done(lambda: knowledge.warm(str(tie_id), access.me()), url_for("journey.me"))


@bp.post("/staff/ties/<uuid:tie_id>/end")
def end(tie_id: UUID) -> ResponseReturnValue:
    """I do not know them any more."""
    keep_private()
    return done(lambda: knowledge.cool(str(tie_id), access.me()), url_for("journey.me"))


# --- tips -----------------------------------------------------------------------------------------------------------


@bp.route("/staff/listings/<uuid:listing_id>/tips", methods=["GET", "POST"])
def tip(listing_id: UUID) -> ResponseReturnValue:
    """Leave a tip in one line."""
    listing = the_listing(listing_id)

    def act(_problems: dict[str, str]) -> str:
        knowledge.tip(listing.id, written("text"), access.me(), sure=sure())
        return page_of(listing)

    return form_page("memory/tip.html", act, listing=listing)


@bp.post("/staff/tips/<uuid:tip_id>/agree")
def agree(tip_id: UUID) -> ResponseReturnValue:
    """It is (still) so."""
    keep_private()
    target = back_to(request.form.get("listing", ""))
    return done(lambda: knowledge.agree(str(tip_id), access.me()), target)


@bp.post("/staff/tips/<uuid:tip_id>/retire")
def retire(tip_id: UUID) -> ResponseReturnValue:
    """It is not so any more."""
    keep_private()
    target = back_to(request.form.get("listing", ""))
    return done(lambda: knowledge.retire_tip(str(tip_id), access.me()), target)


# --- visits and calls -----------------------------------------------------------------------------------------------


@bp.route("/staff/listings/<uuid:listing_id>/visit", methods=["GET", "POST"])
def visit(listing_id: UUID) -> ResponseReturnValue:
    """Log a visit or a call in under a minute."""
    listing = the_listing(listing_id)

    def act(problems: dict[str, str]) -> str:
        day = day_written("on", problems)
        if problems:
            return ""
        knowledge.visit(
            listing.id,
            access.me(),
            kind=written("kind") or "none",
            on=day,
            note=written("note"),
            facts=facts_written(),
            as_listed=written("as_listed") == "yes",
            with_someone=written("with_someone") == "yes",
            warmth=written("warmth") or None,
            token=written("token"),
            sure=sure(),
        )
        return page_of(listing, logged=1)

    first, more = to_ask(listing.record)
    return form_page(
        "memory/visit.html",
        act,
        listing=listing,
        first=first,
        more=more,
        warmths=WARMTHS,
        token=request.form.get("token") or uuid4().hex,
    )


def facts_written() -> dict[str, str]:
    """The facts ticked on a form: {key: value}."""
    names = (name for name in request.form if name.startswith("fact_"))
    return {name.removeprefix("fact_"): written(name, 40) for name in names if written(name, 40)}


def to_ask(record: ListingRecord) -> tuple[list[Ask], list[tuple[str, list[Ask]]]]:
    """What to look out for: the unknowns that matter to most, then all else in groups, what we have beside it."""
    facts = facts_of(record)
    at_a_place = bool(record.places) and (not record.formats or "in_person" in record.formats)

    def askable(key: str) -> bool:
        return at_a_place or needs.facts()[key].scope != "venue"

    first = [key for key in known.ASK_FIRST if key not in facts and askable(key)]
    groups = [
        (title, [_ask(key, facts) for key in keys if key not in first and askable(key)])
        for title, keys in known.GROUPS
    ]
    return [_ask(key, facts) for key in first], [(title, some) for title, some in groups if some]


def _ask(key: str, facts: Mapping[str, Any]) -> Ask:
    entry = needs.facts()[key]
    open_question = entry.ask.startswith(NO_YES_OR_NO)
    answers = tuple(
        (
            value,
            entry.say(value) if open_question else VALUES.get(value, value.replace("_", " ").capitalize()),
        )
        for value in entry.values
    )
    now = formatting.sentence(entry.say(facts[key].value)) if key in facts else ""
    return Ask(f"fact_{key}", entry.ask, answers, now)


# --- introductions and promises -------------------------------------------------------------------------------------


@bp.route("/staff/listings/<uuid:listing_id>/introduction", methods=["GET", "POST"])
def introduction(listing_id: UUID) -> ResponseReturnValue:
    """Ask a colleague to introduce me, or to go along and meet them too."""
    listing = the_listing(listing_id)
    me = access.me()

    def act(_problems: dict[str, str]) -> str:
        kind = written("kind") or "introduce"
        knowledge.ask_introduction(listing.id, me, written("of"), written("words"), kind=kind, sure=sure())
        return url_for("journey.known") if request.form.get("back") == "known" else page_of(listing)

    knowers = [one for one in knowledge.who_knows(listing.id) if one.user_id]
    others = {key: name for key, name in knowledge.colleagues().items() if key != me}
    wanted = request.values.get("of", "")
    kind = request.values.get("kind", "introduce")
    return form_page(
        "memory/introduction.html",
        act,
        listing=listing,
        kind=kind if kind in ("introduce", "go_along") else "introduce",
        choices=_choices(knowers if kind == "introduce" else [], others),
        wanted=wanted or next((one.user_id for one in knowers if one.user_id != me), ""),
    )


def _choices(knowers: Sequence[knowledge.Knower], others: Mapping[str, str]) -> list[tuple[str, str]]:
    """Colleagues to ask: those who know them first, with how well."""
    first = {one.user_id: f"{one.name}, {WARM[one.warmth]}" for one in knowers if one.user_id in others}
    return [(str(key), text) for key, text in first.items()] + [
        (key, name) for key, name in others.items() if key not in first
    ]


@bp.route("/staff/introductions/<uuid:introduction_id>", methods=["GET", "POST"])
def answer(introduction_id: UUID) -> ResponseReturnValue:
    """Answer a colleague who asked me."""
    me, key = access.me(), str(introduction_id)
    keep_private()
    asked = next((one for one in knowledge.introductions_of(me) if one.id == key), None)
    if asked is None:
        raise NotFound("There is no such introduction.")

    def act(_problems: dict[str, str]) -> str:
        declined = "decline" in request.form
        knowledge.answer_introduction(key, me, written("answer"), declined=declined, sure=sure())
        return url_for("journey.me")

    return form_page("memory/answer.html", act, asked=asked)


@bp.route("/staff/listings/<uuid:listing_id>/promise", methods=["GET", "POST"])
def promise(listing_id: UUID) -> ResponseReturnValue:
    """Promise to check a listing by a day."""
    listing = the_listing(listing_id)

    def act(problems: dict[str, str]) -> str:
        due = day_written("due", problems)
        if due is None:
            problems.setdefault("due", "Write the day, like 22/11/2026.")
            return ""
        knowledge.promise(listing.id, access.me(), due)
        return page_of(listing)

    suggested = current_settings().today() + PROMISED_IN
    return form_page("memory/promise.html", act, listing=listing, suggested=suggested)


@bp.post("/staff/promises/<uuid:promise_id>/let-go")
def let_go(promise_id: UUID) -> ResponseReturnValue:
    """I will not make this check after all."""
    keep_private()
    return done(lambda: knowledge.let_go(str(promise_id), access.me()), url_for("journey.me"))
