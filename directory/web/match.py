"""Find places that fit: a form that may stay empty, and its answer. Nothing a person writes is kept anywhere
(where little fits, a gap is counted without them: directory/gaps.py).

Answers come only to a POST, are never cached, and carry nothing in their address or title. To change an
answer the page sends the form back to us; the private avoid list travels sealed (seal.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from directory import gaps, listings, matchmaking, usage
from directory.config import current_settings
from directory.errors import Invalid
from directory.geocoder import Ambiguous, Place
from directory.serving import engines
from directory.web import access, answers, avoiding, forms, results, seal
from directory.web.forms import MatchFormBase, match_form_class
from directory.web.printed import OnPaper, on_paper
from directory.web.security import keep_private
from matching.language import sounds_urgent, urgent_note
from matching.types import Avoid, Matches

bp = Blueprint("match", __name__)

NOT_SENT_BACK = {
    "csrf_token",
    "sealed",
    "forget",
    "action",
    "avoid_groups",
    "avoid_venues",
    "avoid_areas",
    "done",
}
OPEN_TOO_LONG = (
    "This page was open for too long, so we could not be sure it was you. Your answers are still here: "
    "send them again. If this happens every time, allow cookies for this site."
)
WRITE_AGAIN = (
    "Write again any groups, buildings or areas to avoid: we do not keep them for more than half a day."
)
LIMIT = 10


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary: what to do, and the field it is about."""

    text: str
    href: str


@bp.before_request
def _private() -> None:
    keep_private()


@bp.get("/match")
def ask() -> ResponseReturnValue:
    """The form, empty."""
    return _form_page(match_form_class()(formdata=None), {}, [])


@bp.post("/match")
def answer() -> ResponseReturnValue:
    """The places that fit; or the form again, to change an answer or to mend one."""
    form = match_form_class()()
    problems: list[Problem] = []
    try:
        earlier = seal.opened(form.sealed.data or "", _secret())
    except seal.Unreadable:
        earlier = {}
        problems.append(Problem(WRITE_AGAIN, "#avoid_groups"))
    avoided = answers.avoid_written(form.data, earlier)
    done = _done(avoided)
    if request.form.get("action") == "change" and not problems:
        return _form_page(form, avoided, [], done)
    if not form.validate():
        problems += _problems_of(form)
    place = _place(form, problems)
    if problems:
        return _form_page(form, avoided, problems, done), 422
    return _matches_page(form, avoided, place, done)


def _matches_page(
    form: MatchFormBase, avoided: Mapping[str, list[str]], place: Place | None, done: list[str]
) -> ResponseReturnValue:
    staff = access.i_may("see_staff_notes")
    profile = answers.profile_of(form.data, _from(place), done)
    other = answers.companion_of(form.data, _from(place))
    avoid = answers.avoid_of(avoided, form.data)
    try:
        whole = profile | ({"avoid": avoid} if avoid else {})
        matches = matchmaking.find_matches(
            whole, other=other, avoid=_meant(avoided), staff=staff, limit=LIMIT
        )
        sealed = seal.shut(dict(avoided), _secret())
    except Invalid as error:
        problems = [_problem_of(key, text) for key, text in error.fields.items()]
        return _form_page(form, avoided, problems, done), 422
    except seal.TooLong:
        problems = [Problem("Write fewer groups, buildings and areas to avoid.", "#avoid_groups")]
        return _form_page(form, {}, problems, done), 422
    if not avoid:
        _count(matches)
    today = current_settings().today()
    page = results.page_of(
        matches, place.label if place else "", place.point if place else None, today, staff=staff
    )
    if other is None:
        gaps.note_match(whole, matches, place)
    return render_template(
        "match/results.html",
        form=form,
        page=page,
        place_note=place.note if place else None,
        for_two=other is not None,
        only_for=[] if other else answers.only_for_words(form.data),
        on_paper=_on_paper([card.ref for card in (page.top or page.check_first[: results.TOP])], today),
        hidden_fields=[*_hidden_fields(), *(("done", ref) for ref in done)],
        sealed=sealed,
        done=_names(done),
    )


def _count(matches: Matches) -> None:
    """That these were suggested, for the desk: ids alone (see usage.py for what is never counted)."""
    shown = (match.id for match in (*matches.matches, *matches.check_first))
    usage.note(listings.ids(shown).values(), "suggested")


def _form_page(
    form: MatchFormBase, avoided: Mapping[str, list[str]], problems: list[Problem], done: Sequence[str] = ()
) -> str:
    """The form with its answers in it, all but the avoid list, which goes back sealed."""
    try:
        sealed = seal.shut(dict(avoided), _secret())
    except seal.TooLong:
        sealed = seal.shut({}, _secret())
    for field in (form.avoid_groups, form.avoid_venues, form.avoid_areas):
        field.data = ""
    return render_template(
        "match/form.html",
        form=form,
        sealed=sealed,
        problems=problems,
        again=request.method == "POST",
        done=_names(done),
        forms=forms,
        urgent_note=urgent_note() if _sounds_urgent(form) else "",
    )


def _sounds_urgent(form: MatchFormBase) -> bool:
    """Does the form say that someone wants to die? It may come back to be mended before anything is matched."""
    return any(
        sounds_urgent(written.data or "")
        for written in (form.assets, form.goals, form.with_assets, form.with_goals)
    )


def _problems_of(form: MatchFormBase) -> list[Problem]:
    found = []
    for name, messages in form.errors.items():
        if name == "csrf_token":
            found.append(Problem(OPEN_TOO_LONG, "#assets"))
        else:
            found.append(Problem(str(messages[0]), f"#{name}"))
    return found


FIELDS_OF = {
    "from": "place",
    "travel": "max_km",
    "times": "free",
    "rung": "comfortable",
    "avoid": "avoid_groups",
}


def _problem_of(key: str, text: str) -> Problem:
    """A problem that matching found: pointed at the field that the part of the profile came from."""
    part = key.split("[")[0].split(".")[0]
    field = FIELDS_OF.get(part, part)
    href = f"#{field}" if field in match_form_class().__dict__ or hasattr(MatchFormBase, field) else "#assets"
    return Problem(text[:1].upper() + text[1:], href)


def _place(form: MatchFormBase, problems: list[Problem]) -> Place | None:
    """Where the person sets out from; what cannot be found becomes a problem of the field."""
    text = (form.place.data or "").strip()
    if not text:
        return None
    found = engines().places.locate(text)
    if isinstance(found, Place):
        return found
    if isinstance(found, Ambiguous):
        names = "; ".join(choice.label for choice in found.choices[:5])
        message = f"There is more than one place with that name. Write a postcode, or one of these: {names}."
    else:
        message = found.message
    form.place.errors = [*form.place.errors, message]
    problems.append(Problem(message, "#place"))
    return None


def _from(place: Place | None) -> dict[str, Any] | None:
    """Where the person sets out from. A postcode goes along: some groups serve certain districts only."""
    if place is None:
        return None
    postcode = {"postcode": place.label} if place.kind in ("postcode", "outcode") else {}
    return {"lat": place.point.lat, "lon": place.point.lon, "rough": place.point.rough, **postcode}


def _hidden_fields() -> list[tuple[str, str]]:
    """The answers as they were sent, to be sent again; never the avoid list, nor steps taken (`_done`)."""
    return [
        (name, value) for name, value in request.form.items(multi=True) if name not in NOT_SENT_BACK and value
    ]


def _on_paper(refs: list[str], today: date) -> dict[str, OnPaper]:
    """What the printed answer says beside each of the first places."""
    ids = listings.ids(refs)
    known = listings.fetch(ids.values())
    return {ref: on_paper(known[ids[ref]].record, today) for ref in refs if ref in ids and ids[ref] in known}


def _done(avoided: Mapping[str, list[str]]) -> list[str]:
    """Refs of the listings taken already; one that is avoided now is named nowhere, in no hidden field either."""
    refs = list(dict.fromkeys(request.form.getlist("done")))
    if not refs or not any(avoided.values()):
        return refs
    named = Avoid(
        organizations=tuple(avoided["groups"]),
        venues=(*avoided["venues"], *avoided["groups"]),
        areas=tuple(avoided["areas"]),
    )
    return matchmaking.not_avoided(refs, named, _meant(avoided))


def _meant(avoided: Mapping[str, list[str]]) -> Avoid:
    """What the names of groups and venues mean here."""
    return avoiding.meant([*avoided["groups"], *avoided["venues"]], engines().columns())


def _names(refs: Sequence[str]) -> list[tuple[str, str]]:
    """(ref, name) of the listings taken already, in order; what is not here any more, or asked not to be listed, is
    left out."""
    ids = listings.ids(ref for ref in refs if "\0" not in ref)
    known = listings.fetch(ids.values())
    return [
        (ref, known[ids[ref]].record.name)
        for ref in dict.fromkeys(refs)
        if ref in ids and ids[ref] in known and known[ids[ref]].record.status != "do_not_list"
    ]


def _secret() -> str | bytes:
    secret = current_app.secret_key
    assert secret, "create_app sets a secret key"
    return secret
