"""A person's words, and a listing's, as weighted concepts. Pure: text in, values out, nothing kept.

People: `concepts_of` (assets), `goal_types_of` (goals), `lives_of` (whose life is theirs).
Listings: `concepts_of_listing`, `goals_of_listing`, `affirms`.
Both by the shipped vocabulary or, with `words=`, by it and an agency's own words (`words_of`).
Text evidence: `terms_of`, `weighted_terms`. All take and give folded, stemmed terms (see tokens.py).
"""

from __future__ import annotations

from matching.language.ages import age_words, meant_for
from matching.language.listings import affirms, concepts_of_listing, goals_of_listing, mentions
from matching.language.people import Concepts, GoalTypes, concepts_of, goal_types_of, lives_of
from matching.language.situations import (
    communities_said,
    situations,
    situations_and_communities_said,
    situations_of_listing,
    situations_said,
)
from matching.language.tokens import STOP_WORDS, fold, stem, terms_of, weighted_terms
from matching.language.urgent import sounds_urgent, urgent_note
from matching.language.words import SHIPPED, Addition, BadWord, Words, words_of

__all__ = [
    "SHIPPED",
    "STOP_WORDS",
    "Addition",
    "BadWord",
    "Concepts",
    "GoalTypes",
    "Words",
    "affirms",
    "age_words",
    "communities_said",
    "concepts_of",
    "concepts_of_listing",
    "fold",
    "goal_types_of",
    "goals_of_listing",
    "lives_of",
    "meant_for",
    "mentions",
    "situations",
    "situations_and_communities_said",
    "situations_of_listing",
    "situations_said",
    "sounds_urgent",
    "stem",
    "terms_of",
    "urgent_note",
    "weighted_terms",
    "words_of",
]
