"""A person's words, and a listing's, as weighted concepts. Pure: text in, values out, nothing kept.

People: `concepts_of` (assets), `goal_types_of` (goals), `topics_of` (narrower things), `lives_of`
(whose life is theirs).
Listings: `concepts_of_listing`, `goals_of_listing`, `topics_of_listing`, `affirms`.
Both by the shipped vocabulary or, with `words=`, by it and an agency's own words (`words_of`).
Text evidence: `terms_of`, `weighted_terms`. All take and give folded, stemmed terms (see tokens.py).
"""

from __future__ import annotations

from matching.language.ages import age_words, is_for_grown_ups, meant_for, named_for
from matching.language.ages_told import ages_told
from matching.language.listings import (
    affirms,
    concepts_of_listing,
    goals_of_listing,
    mentions,
    topics_of_listing,
)
from matching.language.people import (
    Concepts,
    GoalTypes,
    Heard,
    Topics,
    concepts_of,
    goal_types_of,
    heard,
    lives_of,
    topics_of,
)
from matching.language.situations import (
    communities_said,
    situations,
    situations_and_communities_said,
    situations_and_communities_wished,
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
    "Heard",
    "Topics",
    "Words",
    "affirms",
    "age_words",
    "ages_told",
    "communities_said",
    "concepts_of",
    "concepts_of_listing",
    "fold",
    "goal_types_of",
    "goals_of_listing",
    "heard",
    "is_for_grown_ups",
    "lives_of",
    "meant_for",
    "mentions",
    "named_for",
    "situations",
    "situations_and_communities_said",
    "situations_and_communities_wished",
    "situations_of_listing",
    "situations_said",
    "sounds_urgent",
    "stem",
    "terms_of",
    "topics_of",
    "topics_of_listing",
    "urgent_note",
    "weighted_terms",
    "words_of",
]
