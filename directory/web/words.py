"""The agency's own words, and the names of activities: what there is, what a change would do, and the change."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from directory import accounts, formatting, terms, word_effects
from directory import words as agency_words
from directory.errors import CannotStart, Conflict, Invalid, NotFound
from directory.serving import engines
from directory.web import uploading
from directory.web.access import i_may, me
from directory.web.security import keep_private
from directory.web.staff_search import download
from directory.words import Addition
from importers.records import UnreadableSource
from matching.vocabulary import assets, goals

bp = Blueprint("words", __name__, url_prefix="/staff")

LARGEST_FILE = 300_000
"""Bytes of a file of words: some six thousand of them."""
MOST_TERMS = 300
PARTS = {
    "words": "Wherever people or listings say it",
    "said": "Only when people say it",
    "shown": "Only when listings say it",
    "named": "Only in a listing’s name",
    "weak": "A little, wherever it is said",
    "not_words": "Never: here it means something else",
}
TYPES = {"csv": "text/csv; charset=utf-8", "toml": "application/toml; charset=utf-8"}
TOO_LARGE = (
    f"That file is larger than {LARGEST_FILE // 1000} KB, too large for a list of words. Nothing changed"
)


@bp.url_value_preprocessor
def _allow_a_file(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    uploading.allow(LARGEST_FILE, "edit_words")


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Said on the page it was sent from."""
    return uploading.refusal() or words_page({"file": [TOO_LARGE]}, status=413)


# --- words --------------------------------------------------------------------------------------------------------


@bp.get("/words")
def listed() -> ResponseReturnValue:
    """What the agency has added, with how many listings say it."""
    return words_page()


def words_page(
    wrong: Mapping[str, list[str]] | None = None, written: Addition | None = None, status: int = 200
) -> ResponseReturnValue:
    """`wrong`: messages by field of the forms; `written`: what stood in them."""
    keep_private()
    stored = agency_words.listed()
    said = word_effects.saying([one.addition for one in stored])
    names = accounts.names(one.added_by for one in stored)
    rows = [
        {
            "addition": one.addition,
            "means": meaning(one.addition),
            "part": PARTS.get(one.addition.part, "") if one.addition.kind != "synonym" else "",
            "said": said[one.addition],
            "by": names.get(one.added_by, ""),
            "on": formatting.plain_date(one.added_on),
        }
        for one in stored
    ]
    errors = [
        {"text": message, "href": f"#{at}"} for at, messages in (wrong or {}).items() for message in messages
    ]
    page = render_template(
        "staff/words.html",
        rows=rows,
        errors=errors,
        wrong={at: messages[0] for at, messages in (wrong or {}).items()},
        written=written or Addition("", "", ""),
        kinds=_kinds(),
        parts=PARTS,
        gone=_addition(request.args) if request.method == "GET" and "gone" in request.args else None,
        did=request.args.get("did", "") if request.method == "GET" else "",
        meaning=meaning,
    )
    return page, status


@bp.get("/words/try")
def preview() -> ResponseReturnValue:
    """What a word would do to listings and to saved searches; nothing is changed."""
    keep_private()
    addition = _addition(request.args)
    try:
        effect = word_effects.effect_of(addition)
        searches = word_effects.effect_on_searches(addition, me(), editor=i_may("edit_listings"))
    except Invalid as error:
        return _wrong_word(error, addition)
    return render_template(
        "staff/word_preview.html",
        effect=effect,
        addition=effect.addition,
        means=meaning(effect.addition),
        searches=searches,
        parts=PARTS,
    )


@bp.post("/words")
def add() -> ResponseReturnValue:
    """Add a word; one that is there already in just that way stays."""
    addition = _addition(request.form)
    if addition not in agency_words.everything():
        try:
            word_effects.add(addition, actor=me())
        except Invalid as error:
            return _wrong_word(error, addition)
        except Conflict as error:
            return words_page({"phrase": [error.message]}, addition, 409)
    return redirect(url_for("words.listed", did="added"), 303)


@bp.post("/words/remove")
def remove() -> ResponseReturnValue:
    """Take a word away; the page then offers to bring it back. One that is gone already is no error."""
    addition = _addition(request.form)
    try:
        gone = word_effects.remove(addition.kind, addition.key, addition.phrase, actor=me())
    except NotFound:
        return redirect(url_for("words.listed"), 303)
    told = urlencode({"gone": "yes", **asdict(gone)})
    return redirect(f"{url_for('words.listed')}?{told}", 303)


@bp.get("/words/export.csv")
def export_csv() -> Response:
    """All of the agency's words as CSV."""
    return _export("csv")


@bp.get("/words/export.toml")
def export_toml() -> Response:
    """All of the agency's words as TOML."""
    return _export("toml")


def _export(kind: Literal["csv", "toml"]) -> Response:
    keep_private()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"words.{kind}"
        agency_words.export(path)
        return download(path.read_bytes(), path.name, TYPES[kind])


@bp.post("/words/upload")
def upload() -> ResponseReturnValue:
    """Add what a file has: all of it, or none where a word is wrong."""
    file = request.files.get("file")
    suffix = Path(file.filename or "").suffix.lower() if file else ""
    if file is None or not file.filename:
        return words_page({"file": ["Choose a file of words"]}, status=400)
    if suffix not in (".csv", ".toml"):
        return words_page({"file": ["The file must be CSV or TOML, and its name end so"]}, status=400)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{suffix}"
        file.save(path)
        try:
            done = word_effects.load(path, actor=me())
        except Invalid as error:
            return words_page(
                {"file": [f"{where}: {why}" for where, why in error.fields.items()]}, status=400
            )
        except (UnreadableSource, CannotStart, Conflict) as error:
            return words_page({"file": [f"{error} Nothing changed"]}, status=400)
    return redirect(url_for("words.listed", did="loaded" if done.added else "nothing"), 303)


def meaning(addition: Addition) -> str:
    """What a word is a word for, as people read it; a synonym's other word as it is."""
    known: Mapping[str, Any] = assets() if addition.kind == "asset" else goals()
    if addition.kind == "synonym" or addition.key not in known:
        return addition.key
    return str(known[addition.key].label)


def _addition(sent: Mapping[str, str]) -> Addition:
    """What a form says of a word. `about` ("asset:humour") says kind and key at once."""
    kind, _, key = sent.get("about", "").partition(":")
    return Addition(
        (sent.get("kind", "") or kind).strip(),
        (sent.get("key", "") or key).strip(),
        sent.get("phrase", "").strip(),
        sent.get("part", "").strip() or "words",
    )


def _wrong_word(error: Invalid, addition: Addition) -> ResponseReturnValue:
    """The page with what is wrong at the field of the form that it was written in."""
    names = {"key": "same-key", "phrase": "same-phrase"} if addition.kind == "synonym" else {}
    if not names:
        names = {"kind": "about", "key": "about"}
    wrong = {names.get(field, field): [why] for field, why in error.fields.items()}
    if "about" in wrong:
        wrong["about"] = ["Choose what the word is for"]
    return words_page(wrong, addition, 400)


def _kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything a word can be for: (heading, [("asset:humour", what people call it)])."""
    return [
        (
            "Things people enjoy or are good at",
            [(f"asset:{key}", one.label) for key, one in assets().items()],
        ),
        ("Things people would like", [(f"goal:{key}", one.label) for key, one in goals().items()]),
    ]


# --- activities ---------------------------------------------------------------------------------------------------


@bp.get("/activities")
def activities() -> ResponseReturnValue:
    """The activities and other terms in use, most used first."""
    keep_private()
    words = request.args.get("q", "").strip()[:200]
    found = terms.listed(words)
    return render_template(
        "staff/activities.html",
        words=words,
        terms=found[:MOST_TERMS],
        total=len(found),
        did=request.args.get("did"),
    )


@bp.get("/activities/<uuid:term_id>")
def activity(term_id: UUID) -> ResponseReturnValue:
    """One activity; with `name`, what that new name would do."""
    name = request.args.get("name")
    if name is None:
        return _activity_page(terms.by_id(str(term_id)))
    try:
        effect = terms.effect_of(str(term_id), name, me(), editor=i_may("edit_listings"))
    except Invalid as error:
        return _activity_page(terms.by_id(str(term_id)), name, error.fields)
    return _activity_page(effect.term, name, effect=effect)


@bp.post("/activities/<uuid:term_id>")
def rename_activity(term_id: UUID) -> ResponseReturnValue:
    """Give an activity another name on every listing; where another has that name, the two become one."""
    name = request.form.get("name", "")
    try:
        terms.rename(str(term_id), name, actor=me())
    except Invalid as error:
        return _activity_page(terms.by_id(str(term_id)), name, error.fields)
    except Conflict as error:
        return _activity_page(terms.by_id(str(term_id)), name, {"name": error.message})
    engines().catch_up()
    return redirect(url_for("words.activities", q=name[:200], did="renamed"), 303)


def _activity_page(
    term: terms.Term,
    name: str = "",
    wrong: Mapping[str, str] | None = None,
    effect: terms.TermEffect | None = None,
) -> ResponseReturnValue:
    keep_private()
    page = render_template("staff/activity.html", term=term, name=name, wrong=wrong or {}, effect=effect)
    return page, 400 if wrong else 200
