"""Which permission each page needs: endpoint -> permission. What is not in the table is open to nobody.

One check before every request keeps it (`init_app`), so that no view has to remember. Who has a permission is in
`directory.permissions`.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from directory.errors import NotAllowed, NotFound
from directory.permissions import is_staff, may, signing_role

ROUTES: Final[dict[str, str]] = {
    # --- everybody -------------------------------------------------------------------------------------------------
    "static": "browse",
    "browse.home": "browse",
    "browse.suggest": "browse",
    "listings.show": "browse",
    "match.ask": "browse",
    "match.answer": "browse",
    "pages.how_matching_works": "browse",
    "pages.privacy": "browse",
    "pages.accessibility": "browse",
    "pages.leaving_quickly": "browse",
    "health.healthz": "browse",
    "health.readyz": "browse",
    "health.robots": "browse",
    "api.search": "browse",
    "api.match": "browse",
    # --- accounts --------------------------------------------------------------------------------------------------
    "security.static": "browse",
    "security.login": "sign_in",
    "security.logout": "own_account",
    "security.verify": "own_account",
    "security.forgot_password": "sign_in",
    "security.reset_password": "sign_in",
    "security.change_password": "own_account",
    "security.tf_select": "sign_in",
    "security.two_factor_token_validation": "sign_in",
    "security.two_factor_rescue": "sign_in",
    "security.mf_recovery": "sign_in",
    "security.two_factor_setup": "own_account",
    "security.two_factor_setup_validate": "own_account",
    "security.mf_recovery_codes": "own_account",
    "security.wan_signin": "sign_in",
    "security.wan_signin_response": "sign_in",
    "security.wan_register": "own_account",
    "security.wan_register_response": "own_account",
    "security.wan_delete": "own_account",
    "security.wan_verify": "own_account",
    "security.wan_verify_response": "own_account",
    "account.show": "own_account",
    "account.sign_out_everywhere": "own_account",
    "account.join": "sign_in",
    "people.index": "manage_people",
    "people.invite": "manage_people",
    "people.show": "manage_people",
    "people.amend": "manage_people",
    "people.set_roles": "manage_people",
    "people.link": "manage_people",
    "people.sign_out": "manage_people",
    "people.remove_second_step": "manage_people",
    "people.disable": "manage_people",
    "people.enable": "manage_people",
    "people.require_second_step": "set_policy",
    # --- editing ---------------------------------------------------------------------------------------------------
    "editing.new": "edit_listings",
    "editing.add": "edit_listings",
    "editing.edit": "edit_listings",
    "editing.amend": "edit_listings",
    "editing.status": "edit_listings",
    "editing.drafts_of_mine": "edit_listings",
    # --- history ---------------------------------------------------------------------------------------------------
    "history.show": "see_history",
    "history.version": "see_history",
    "history.restore": "edit_listings",
    "history.undo": "edit_listings",
    "erasing.ask": "erase_personal",
    "erasing.erase": "erase_personal",
    # --- checking --------------------------------------------------------------------------------------------------
    "checking.show": "check_listing",
    "checking.save": "check_listing",
    "checking.link": "check_listing",
    "checking.suggest": "suggest_change",
    "checking.send": "suggest_change",
    "suggestions.waiting": "approve",
    "suggestions.decide": "approve",
    "suggestions.answers": "approve",
    "yours.ask": "answer_link",
    "yours.send": "answer_link",
    "wrong.ask": "report_wrong",
    "wrong.send": "report_wrong",
    "wrong.thanks": "report_wrong",
    # --- desk ------------------------------------------------------------------------------------------------------
    "desk.show": "work_queue",
    "desk.still_right": "work_queue",
    "desk.close": "work_queue",
    "desk.reopen": "work_queue",
    "desk.differences": "work_queue",
    "desk.settle": "work_queue",
    "desk.keep": "work_queue",
    "desk.dead_links": "work_queue",
    "desk.thin": "work_queue",
    "desk.script": "check_listing",
    "desk.rung": "check_listing",
    "desk.show_policy": "set_policy",
    "desk.set_policy": "set_policy",
    # --- duplicates ------------------------------------------------------------------------------------------------
    "duplicates.queue": "merge",
    "duplicates.seek": "merge",
    "duplicates.compare": "merge",
    "duplicates.merge": "merge",
    "duplicates.apart": "merge",
    "duplicates.told_apart": "merge",
    "duplicates.together": "merge",
    "duplicates.merged": "merge",
    "duplicates.undo": "merge",
    # --- words -----------------------------------------------------------------------------------------------------
    "words.listed": "edit_words",
    "words.preview": "edit_words",
    "words.add": "edit_words",
    "words.remove": "edit_words",
    "words.export_csv": "edit_words",
    "words.export_toml": "edit_words",
    "words.upload": "edit_words",
    "words.activities": "edit_words",
    "words.activity": "edit_words",
    "words.rename_activity": "edit_words",
    "tools.index": "staff_search",
    # --- staff search ----------------------------------------------------------------------------------------------
    "staff_search.search": "staff_search",
    "staff_search.export_csv": "export_staff",
    "staff_search.export_xlsx": "export_staff",
    "staff_search.saved": "staff_search",
    "staff_search.save": "staff_search",
    "staff_search.open_saved": "staff_search",
    "staff_search.amend_saved": "staff_search",
    "staff_search.delete_saved": "staff_search",
    "imports.start": "import_listings",
    "imports.send": "import_listings",
    "imports.show": "import_listings",
    "imports.apply": "import_listings",
    "imports.drop": "import_listings",
    "imports.problems": "import_listings",
    # --- gaps, ideas, board ----------------------------------------------------------------------------------------
    "gaps.show": "see_gaps",
    "ideas.index": "team_board",
    "ideas.new": "team_board",
    "ideas.edit": "team_board",
    "ideas.real": "edit_listings",
    "board.index": "team_board",
    "board.tell": "team_board",
    "board.take_down": "team_board",
    "months.now": "team_measures",
    "months.show": "team_measures",
    "fidelity.show": "team_board",
    "fidelity.answer": "team_measures",
    # --- memory ----------------------------------------------------------------------------------------------------
    "memory.tie": "keep_ties",
    "memory.touch": "keep_ties",
    "memory.end": "keep_ties",
    "memory.tip": "give_tips",
    "memory.agree": "give_tips",
    "memory.retire": "give_tips",
    "memory.visit": "log_visits",
    "memory.introduction": "keep_ties",
    "memory.answer": "keep_ties",
    "memory.promise": "log_visits",
    "memory.let_go": "log_visits",
    "journey.me": "own_journey",
    "journey.claim": "own_journey",
    "journey.bring": "own_journey",
    "journey.share": "own_journey",
    "journey.put_away": "own_journey",
    "journey.known": "keep_ties",
    "journey.team": "keep_ties",
    "journey.patch": "see_staff_notes",
    "leaving.people": "hand_over",
    "leaving.show": "hand_over",
    "leaving.pass_on": "hand_over",
    "leaving.walk": "hand_over",
    "leaving.tell": "hand_over",
    "leaving.finish": "hand_over",
}


def my_roles() -> frozenset[str]:
    """The roles of whoever asks; none where nobody signed in."""
    return current_user.role_names if current_user.is_authenticated else frozenset()


def my_role() -> str:
    """The role that stands with what I find out."""
    return signing_role(my_roles())


def i_may(permission: str) -> bool:
    """Whether whoever asks has the permission."""
    return may(my_roles(), permission)


def may_open(endpoint: str) -> bool:
    """Whether whoever asks may open a page, where there is such a page."""
    permission = ROUTES.get(endpoint)
    return permission is not None and i_may(permission)


def me() -> str:
    """The id of the user who asks, as actor of changes. Raises NotAllowed where nobody signed in."""
    if not current_user.is_authenticated:
        raise NotAllowed("Sign in first.")
    return str(current_user.id)


def check_access() -> ResponseReturnValue | None:
    """Before every request. Strangers are asked to sign in; outsiders get 404, staff without the permission 403.

    Decided before anything is looked up, so that no answer says whether a thing exists.
    """
    endpoint = request.endpoint
    if endpoint is None:
        return None  # no such page: Flask says so
    permission = ROUTES.get(endpoint)
    roles = my_roles()
    if permission is not None and may(roles, permission):
        return None
    if permission is None or (roles and not is_staff(roles)):
        raise NotFound("There is no such page.")
    if roles or current_user.is_authenticated:
        raise NotAllowed("This page is not open to you.")
    if request.path.startswith("/api/"):
        raise NotFound("There is no such page.")
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("security.login", next=wanted))


def init_app(app: Flask) -> None:
    app.before_request(check_access)
    app.jinja_env.globals["i_may"] = i_may
    app.jinja_env.globals["may_open"] = may_open
