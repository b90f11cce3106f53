"""The agency sheet's columns and what may stand in them (design.md section 6): the one place that lists them."""

from __future__ import annotations

_words = str.split

YES_NO = ("yes", "no")

COLUMNS = _words(
    "id name organization description what_to_expect activities run_by audience status format venue "
    "address postcode latitude longitude withheld_location sessions price price_note referral "
    "booking wait_weeks min_age max_age gender languages group_size rungs contact_name contact_role "
    "contact_visibility phone email url checked_on checked_how checked_by_role tips known_by "
    "service_area goals returns_on"
)

STAFF_ONLY = frozenset({"tips", "known_by"})

CHOICES: dict[str, tuple[str, ...]] = {
    "run_by": ("agency", "specialist", "open", "peer"),
    "audience": ("members", "agency_and_public", "public"),
    "status": ("active", "paused", "closed", "do_not_list"),
    "format": ("in_person", "online", "phone", "post", "home_visit"),
    "withheld_location": YES_NO,
    "referral": ("none", "self", "professional"),
    "booking": ("none", "phone", "email", "online", "in_person"),
    "gender": ("any", "women", "men"),
    "group_size": ("1", "2-5", "6-12", "13-30", "30+"),
    "contact_visibility": ("public", "staff", "link"),
    "checked_how": ("visited", "phoned", "told", "website", "import"),
}

SAME: dict[str, dict[str, str]] = {
    "gender": {
        "woman": "women",
        "female": "women",
        "man": "men",
        "male": "men",
        "all": "any",
        "everyone": "any",
        "mixed": "any",
    },
    "status": {
        "open": "active",
        "inactive": "closed",
        "temporarily_closed": "paused",
        "on_hold": "paused",
        "defunct": "closed",
    },
    "format": {"face_to_face": "in_person", "telephone": "phone", "virtual": "online", "zoom": "online"},
    "referral": {"no": "none", "not_needed": "none", "self_referral": "self", "gp": "professional"},
    "booking": {"no": "none", "not_needed": "none", "telephone": "phone", "website": "online"},
    "checked_how": {"visit": "visited", "phone": "phoned", "web": "website", "called": "phoned"},
}
"""Other words for the same value, per column."""

GOALS = _words(
    "friend shared_interest get_out confidence try_new pick_up_again show_work get_better learn "
    "move_more calm routine give_back work been_there reconnect partner neighbourhood "
    "community_of_identity english online_skills home_money independence break_from_caring "
    "family_time fresh_start have_a_say "
    "community_lgbtq community_trans community_deaf community_blind community_disabled "
    "community_autistic community_veterans community_refugees community_travellers "
    "community_black community_somali community_south_asian community_chinese community_polish "
    "community_irish community_kurdish community_iranian community_afghan community_ukrainian "
    "community_muslim community_christian community_jewish"
)

_OTHER_VALUES: dict[str, tuple[str, ...]] = {
    "step_free": ("yes", "partial", "no"),
    "bsl": ("led", "interpreter", "on_request", "no"),
    "alcohol": ("none", "on_site", "central"),
    "faith_setting": ("none", "building", "led"),
    "effort": ("1", "2", "3", "4"),
}
_VENUE = _words(
    "step_free lift accessible_toilet changing_place parking near_stop lit_route hearing_loop "
    "seating quiet_room"
)
_SESSION = _words(
    "quiet quiet_slot step_out_space small_groups same_faces named_host greeted meet_first buddy "
    "bring_someone beginners watch_first no_performing audition competitive drop_in free_taster "
    "kit_lent fares_help fee_help dogs_welcome door_to_door lift_offered missed_ok leave_any_time "
    "fixed_course id_needed form_needed someone_fills_form no_disclosure label_specialist "
    "supporter_free supporter_welcome assistance_dog plain_pace seated_option breaks reading_needed "
    "bsl captions large_print audio_or_guide interpreter children_welcome creche adults_only "
    "bring_person_cared_for sitting_help alcohol gambling faith_setting vegetarian halal "
    "lgbtq_welcome trans_inclusive photos_published results_published what_to_expect_page "
    "group_checked outdoors effort"
)

FACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    **{key: ("venue", _OTHER_VALUES.get(key, YES_NO)) for key in _VENUE},
    **{key: ("session", _OTHER_VALUES.get(key, YES_NO)) for key in _SESSION},
}
"""Fact key -> (scope "venue" or "session", the values it may have)."""

VENUE_FACTS, SESSION_FACTS = frozenset(_VENUE), frozenset(_SESSION)

OTHER_HEADINGS = {
    "organisation": "organization",
    "group": "name",
    "title": "name",
    "post_code": "postcode",
    "lat": "latitude",
    "lng": "longitude",
    "lon": "longitude",
    "long": "longitude",
    "website": "url",
    "web": "url",
    "telephone": "phone",
    "tel": "phone",
    "e_mail": "email",
    "minimum_age": "min_age",
    "maximum_age": "max_age",
    "language": "languages",
    "what_to_expect_text": "what_to_expect",
    "times": "sessions",
    "cost": "price",
    "activity": "activities",
    "formats": "format",
    "known_by_staff": "known_by",
    "place": "venue",
}
"""Headings that people write for ours."""
