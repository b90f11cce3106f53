"""The vocabulary is whole: the contract's keys in order, every cross-reference there, nothing said against itself."""

from __future__ import annotations

import tomllib

import pytest

from matching.language.lexicon import elements
from matching.vocabulary import (
    ASSET_PARTS,
    GOAL_PARTS,
    BrokenVocabulary,
    assets,
    build_assets,
    build_goals,
    build_synonyms,
    goals,
    read,
    synonyms,
    topics,
)

ASSET_KEYS = [
    "humour", "storytelling", "writing", "reading", "acting", "singing", "playing_music", "loving_music",
    "dance", "drawing_painting", "textile_crafts", "making_mending", "photo_film", "cooking_baking", "growing",
    "animals", "nature", "walking", "running_fitness", "water", "team_sport", "gentle_movement",
    "bowls_table_games", "cycling", "cards_board_games", "gaming_fantasy", "computers", "quizzes_facts",
    "history_heritage", "knowing_area", "faith_spirit", "languages_cultures", "teaching", "listening",
    "organising", "leading", "helping_hands", "trade_skills", "lived_experience", "curiosity_learning",
    "screen_radio", "style_beauty", "vehicles", "environment", "young_and_old", "calm",
]  # fmt: skip
GOAL_KEYS = [
    "friend", "shared_interest", "get_out", "confidence", "try_new", "pick_up_again", "show_work", "get_better",
    "learn", "move_more", "calm", "routine", "give_back", "work", "been_there", "reconnect", "partner",
    "neighbourhood", "community_of_identity", "english", "online_skills", "home_money", "independence",
    "break_from_caring", "family_time", "fresh_start", "have_a_say",
    "community_lgbtq", "community_trans", "community_deaf", "community_blind", "community_disabled",
    "community_autistic", "community_veterans", "community_refugees", "community_travellers",
    "community_black", "community_somali", "community_south_asian", "community_chinese", "community_polish",
    "community_irish", "community_kurdish", "community_iranian", "community_afghan", "community_ukrainian",
    "community_muslim", "community_christian", "community_jewish",
]  # fmt: skip

ASSET = {"label": "Chess", "about": "chess", "words": ["chess"], "neighbours": [], "kinds": ["chess club"]}
GOAL = {"label": "Win", "towards": "winning", "words": ["win"], "first_step": "Play one game."}


def test_the_assets_are_the_contracts_in_its_order() -> None:
    assert list(assets()) == ASSET_KEYS


def test_the_goals_are_all_there() -> None:
    assert list(goals()) == GOAL_KEYS


def test_every_neighbour_is_another_asset_and_no_list_is_long() -> None:
    for key, asset in assets().items():
        assert 1 <= len(asset.neighbours) <= 4, key
        assert set(asset.neighbours) <= set(ASSET_KEYS) - {key}


def test_every_fact_that_favours_a_goal_is_a_known_fact() -> None:
    known = set(read("facts.toml"))
    known |= {name for table in read("facts.toml").values() if isinstance(table, dict) for name in table}
    for key, goal in goals().items():
        assert set(goal.favours) <= known, (key, set(goal.favours) - known)


@pytest.mark.parametrize("kind", ["assets", "goals", "topics"])
def test_no_word_both_counts_and_does_not(kind: str) -> None:
    entries, parts = {
        "assets": (assets(), ASSET_PARTS),
        "goals": (goals(), GOAL_PARTS),
        "topics": (topics(), ASSET_PARTS),
    }[kind]
    for key, entry in entries.items():
        against = {elements(phrase) for phrase in entry.not_words}
        for part in parts[:-1]:
            both = {phrase for phrase in getattr(entry, part, ()) if elements(phrase) in against}
            assert not both, f"{kind}.{key}.{part} is denied by its own not_words: {both}"


def test_no_word_of_a_part_is_swallowed_by_a_shorter_not_word() -> None:
    for key, asset in assets().items():
        for phrase in asset.not_words:
            assert len(elements(phrase)) > 1 or phrase.startswith("=") or phrase.isalpha(), (key, phrase)


def test_labels_and_sentences_can_be_read_aloud() -> None:
    for entry in assets().values():
        assert entry.label[0].isupper() and not entry.about[0].isupper() and not entry.about.endswith(".")
    for goal in goals().values():
        assert goal.first_step.endswith(".") and goal.towards and goal.label[0].isupper()


def test_synonyms_go_both_ways_and_never_to_themselves() -> None:
    found = synonyms()
    assert "football" in found["footy"] and "footy" in found["football"]
    for word, others in found.items():
        assert word not in others
        assert all(word in found[other] for other in others)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"neighbours": ["nothing"]}, "assets.toml, chess.neighbours: 'nothing' is not known"),
        ({"neighbours": ["chess"]}, "assets.toml, chess.neighbours: names itself"),
        ({"colour": "red"}, "assets.toml, chess.colour: is not known"),
        ({"words": "chess"}, "assets.toml, chess.words: must be a list of texts"),
        ({"words": ["chess", "chess"]}, "assets.toml, chess.words: says 'chess' twice"),
        ({"label": ""}, "assets.toml, chess.label: must be a text"),
    ],
)
def test_a_broken_asset_names_its_file_and_key(change: dict[str, object], says: str) -> None:
    with pytest.raises(BrokenVocabulary, match=says.replace(".", r"\.")):
        build_assets({"chess": {**ASSET, **change}})


def test_a_missing_part_is_named() -> None:
    with pytest.raises(BrokenVocabulary, match=r"assets\.toml, chess.*'about'"):
        build_assets({"chess": {name: value for name, value in ASSET.items() if name != "about"}})
    with pytest.raises(BrokenVocabulary, match=r"assets\.toml, chess: expected a table"):
        build_assets({"chess": "chess"})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"assets": ["nothing"]}, "win.assets: 'nothing' is not known"),
        ({"group_size": ["many"]}, "win.group_size: 'many' is not known"),
        ({"formats": ["pigeon"]}, "win.formats: 'pigeon' is not known"),
        ({"run_by": ["nobody"]}, "win.run_by: 'nobody' is not known"),
        ({"regular": "yes"}, "win.regular: must be true or false"),
    ],
)
def test_a_broken_goal_names_its_file_and_key(change: dict[str, object], says: str) -> None:
    with pytest.raises(BrokenVocabulary, match=f"goals.toml, {says}"):
        build_goals({"win": {**GOAL, **change}}, {})


def test_broken_synonyms_and_missing_files_are_named() -> None:
    with pytest.raises(BrokenVocabulary, match=r"synonyms\.toml, games: each group"):
        build_synonyms({"games": [["chess"]]})
    with pytest.raises(BrokenVocabulary, match=r"nowhere\.toml"):
        read("nowhere.toml")


def test_the_files_are_plain_toml_without_repeated_keys() -> None:
    for file in ("assets.toml", "goals.toml", "synonyms.toml"):
        assert isinstance(read(file), dict)
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads("[a]\n[a]")
