"""What the top of every page links to, and the page that lists every tool of whoever works here.

Endpoints and words only: each is shown to those whom `access.ROUTES` lets in.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.web import access
from directory.web.security import keep_private

bp = Blueprint("tools", __name__)

NAVIGATION = (("browse.home", "Search"), ("match.ask", "Find places that fit"))
STAFF_NAVIGATION = (
    ("desk.show", "Desk"),
    ("journey.me", "My places and people"),
    ("staff_search.search", "Staff search"),
    ("editing.new", "Add a place"),
    ("tools.index", "All tools"),
)


@dataclass(frozen=True, slots=True)
class Tool:
    """A page of the staff, what it is called, and what it is for."""

    endpoint: str
    name: str
    what_for: str


TOOLS: tuple[tuple[str, tuple[Tool, ...]], ...] = (
    (
        "Keep it true",
        (
            Tool("desk.show", "Desk", "Today’s ten: what is most used and longest unchecked"),
            Tool("suggestions.waiting", "Suggestions", "What groups, colleagues and visitors say is wrong"),
            Tool("desk.differences", "Differences", "Where an import and what we know here disagree"),
            Tool("duplicates.queue", "Duplicates", "Places that may be here twice"),
            Tool("desk.thin", "Thin listings", "Places of which we know too little"),
            Tool("desk.dead_links", "Web links that do not work", "Tried on two days, without an answer"),
        ),
    ),
    (
        "Add and bring in",
        (
            Tool("editing.new", "Add a place", "A group, a venue, an event"),
            Tool("editing.drafts_of_mine", "My drafts", "What you began and did not save"),
            Tool("imports.start", "Import a file", "A sheet or a feed, looked at before it counts"),
            Tool("words.listed", "Words", "How people say it here, so that they find it"),
            Tool("words.activities", "Activities", "What places are called, renamed and joined"),
        ),
    ),
    (
        "Search",
        (
            Tool("staff_search.search", "Staff search", "Unchecked, missing a fact, near and stale"),
            Tool("staff_search.saved", "Saved searches", "Yours and the team’s"),
        ),
    ),
    (
        "What we know",
        (
            Tool("journey.me", "My places and people", "Ties, tips, introductions and promises"),
            Tool("journey.known", "Who knows whom", "Groups that only one of us knows"),
            Tool("journey.team", "Ask the team", "Who in the team knows choirs?"),
            Tool("journey.patch", "Patch pack", "An area’s places and people, for whoever is new to it"),
            Tool("leaving.people", "Somebody leaves", "Nothing that only they know is lost"),
        ),
    ),
    (
        "Team",
        (
            Tool("board.index", "Team board", "What worked, new finds, introductions"),
            Tool("gaps.show", "Gaps", "Where and for what there is little"),
            Tool("ideas.index", "Ideas", "What we could start, and what became real"),
            Tool("months.now", "This month", "A page to print"),
            Tool("fidelity.show", "How we work", "The team’s own check on connecting people"),
        ),
    ),
    (
        "Look after Kith",
        (
            Tool("people.index", "People", "Who may sign in, and as what"),
            Tool(
                "desk.show_policy", "How long a check counts", "When we say “ring first”, and when it expired"
            ),
        ),
    ),
)


def links(items: tuple[tuple[str, str], ...]) -> list[dict[str, object]]:
    """Those of the links that whoever asks may follow."""
    return [
        {"href": url_for(endpoint), "text": text, "current": request.endpoint == endpoint}
        for endpoint, text in items
        if access.may_open(endpoint)
    ]


@bp.get("/staff/")
def index() -> ResponseReturnValue:
    """Every tool that whoever asks may use."""
    keep_private()
    groups = [(title, [tool for tool in tools if access.may_open(tool.endpoint)]) for title, tools in TOOLS]
    return render_template("staff/tools.html", groups=[(title, tools) for title, tools in groups if tools])
