"""The JSON doors: the same search and the same match as on the pages (design.md 6, HTTP)."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, Response, jsonify, request

from directory import gaps, matchmaking, searching
from directory.errors import Invalid, KithError, NotAllowed, NotFound
from directory.web.browse import criteria_of
from directory.web.signing_in import without_token
from matching.answering import written

MOST_PER_PAGE = 100
bp = Blueprint("api", __name__, url_prefix="/api")


def register(app: Flask) -> None:
    """Hang the API on the app. It keeps nothing of what is sent, so that no token is needed."""
    app.register_blueprint(bp)
    without_token(app, "api.match")


@bp.get("/search")
def search() -> Response:
    """Search JSON."""
    per_page = request.args.get("per_page", default=20, type=int)
    criteria = replace(criteria_of(request.args), per_page=min(max(per_page or 20, 1), MOST_PER_PAGE))
    answer = searching.search(criteria)
    gaps.note_search(answer)
    return jsonify(searching.to_json(answer))


@bp.post("/match")
def match() -> tuple[Response, int]:
    """Profile JSON -> Match JSON. Nothing of it is kept."""
    try:
        profile = request.get_json(silent=True)
    except RecursionError:  # lists in lists in lists: no profile
        profile = None
    if profile is None:
        return jsonify({"error": "Send a profile as JSON, with Content-Type: application/json."}), 400
    matches = matchmaking.find_matches(profile)
    gaps.note_match(profile, matches)
    return Response(written(matches), mimetype="application/json"), 200


@bp.after_request
def keep_no_answer(response: Response) -> Response:
    """What is said about a person is kept by nobody on the way, an error neither."""
    if request.endpoint == f"{bp.name}.{match.__name__}":
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.errorhandler(Invalid)
def invalid(error: Invalid) -> tuple[Response, int]:
    return jsonify({"error": error.message, "fields": error.fields}), 422


@bp.errorhandler(KithError)
def refused(error: KithError) -> tuple[Response, int]:
    status = {NotFound: 404, NotAllowed: 403}.get(type(error), 400)
    return jsonify({"error": error.message}), status
