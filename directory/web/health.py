"""For machines that watch: is the process there, and can it serve?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from directory.health import readiness

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process answers; looks at nothing else."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Database, migrations and index are usable: 200, or 503 with what is not, in plain words."""
    problems = readiness()
    return jsonify(
        status="not ready" if problems else "ready", problems=list(problems)
    ), 503 if problems else 200


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Search engines may read the listings, not answers to searches, the match form or accounts."""
    shut = ("/match", "/api/", "/account", "/staff/", "/join/", "/reset-password", "/sign-in", "/*?")
    lines = ("User-agent: *", *(f"Disallow: {path}" for path in shut), "")
    return Response("\n".join(lines), mimetype="text/plain")
