"""A person's words lead to what they meant, a listing's to what it is, and a refusal to nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.language import concepts_of, goal_types_of, terms_of, topics_of, weighted_terms
from matching.language.lexicon import Lexicon
from matching.vocabulary import assets, goals

SAID = [
    ("basket ball", "team_sport"), ("I like to shoot hoops", "team_sport"), ("paperbacks", "reading"),
    ("summat to do with my hands", "making_mending"), ("something to do with my hands", "textile_crafts"),
    ("drag race", "style_beauty"),
    ("making people laugh", "humour"), ("jokes", "humour"), ("banter", "humour"), ("stand up", "humour"),
    ("stand-up", "humour"), ("standup", "humour"), ("comdey", "humour"), ("I make my mates laugh", "humour"),
    ("I'm told I'm funny", "humour"), ("improv", "humour"), ("good at telling stories", "storytelling"),
    ("I love a natter", "storytelling"), ("the gift of the gab", "storytelling"),
    ("writing poems", "writing"),
    ("poetry", "writing"), ("I keep a diary", "writing"), ("song lyrics", "writing"),
    ("I wrote a blog", "writing"),
    ("reading", "reading"), ("books", "reading"), ("a good whodunnit", "reading"), ("audiobooks", "reading"),
    ("am-dram", "acting"), ("acting", "acting"), ("school plays", "acting"), ("panto", "acting"),
    ("singing in the shower", "singing"), ("used to sing", "singing"), ("I sang in a choir", "singing"),
    ("karaoke", "singing"), ("hymns", "singing"), ("play the guitar", "playing_music"),
    ("drums", "playing_music"),
    ("DJing", "playing_music"), ("ukelele", "playing_music"), ("northern soul", "loving_music"),
    ("listening to music", "loving_music"), ("vinyl records", "loving_music"),
    ("I love drum and bass", "loving_music"),
    ("dancing", "dance"), ("ballroom", "dance"), ("bhangra", "dance"), ("I don't mind dancing", "dance"),
    ("drawing", "drawing_painting"), ("I paint a bit", "drawing_painting"),
    ("watercolors", "drawing_painting"),
    ("graffiti", "drawing_painting"), ("crochet", "textile_crafts"),
    ("crocheting blankets", "textile_crafts"),
    ("can't stop knitting", "textile_crafts"), ("I sew my own clothes", "textile_crafts"),
    ("embroidery", "textile_crafts"), ("tinkering with engines", "making_mending"),
    ("fixing things", "making_mending"),
    ("woodwork", "making_mending"), ("good with my hands", "making_mending"), ("taking photos", "photo_film"),
    ("photografy", "photo_film"), ("making little films", "photo_film"),
    ("cooking for people", "cooking_baking"),
    ("I bake a mean cake", "cooking_baking"), ("my mum's recipes", "cooking_baking"),
    ("gardening", "growing"),
    ("my allotment", "growing"), ("green fingers", "growing"), ("dogs", "animals"),
    ("I had horses once", "animals"),
    ("birdwatching", "nature"), ("being out in the woods", "nature"), ("wildlife", "nature"),
    ("long walks", "walking"),
    ("rambling", "walking"), ("hiking", "walking"), ("going to the gym", "running_fitness"),
    ("running", "running_fitness"), ("boxing", "running_fitness"), ("couch to 5k", "running_fitness"),
    ("swimming", "water"), ("I swam for my school", "water"), ("fishing", "water"), ("footy", "team_sport"),
    ("cricket", "team_sport"), ("I used to play netball", "team_sport"), ("five-a-side", "team_sport"),
    ("tai chi", "gentle_movement"), ("yoga", "gentle_movement"), ("chair exercises", "gentle_movement"),
    ("a game of darts", "bowls_table_games"), ("snooker", "bowls_table_games"),
    ("ping pong", "bowls_table_games"),
    ("cycling", "cycling"), ("riding my bike", "cycling"), ("not bad at chess", "cards_board_games"),
    ("dominoes", "cards_board_games"), ("a good jigsaw", "cards_board_games"), ("D&D", "gaming_fantasy"),
    ("dungeons and dragons", "gaming_fantasy"), ("Xbox", "gaming_fantasy"), ("sci-fi", "gaming_fantasy"),
    ("manga comics", "gaming_fantasy"), ("coding", "computers"), ("good with computers", "computers"),
    ("never miss a quiz", "quizzes_facts"), ("crosswords", "quizzes_facts"),
    ("general knowledge", "quizzes_facts"),
    ("local history", "history_heritage"), ("family tree", "history_heritage"),
    ("old photos", "history_heritage"),
    ("I know everyone round here", "knowing_area"), ("lived here all my life", "knowing_area"),
    ("my church", "faith_spirit"), ("prayer", "faith_spirit"), ("the mosque", "faith_spirit"),
    ("I speak Urdu", "languages_cultures"), ("learning languages", "languages_cultures"),
    ("explaining things", "teaching"), ("I was a teacher", "teaching"), ("I'm patient", "teaching"),
    ("a good listener", "listening"), ("people open up to me", "listening"),
    ("planning parties", "organising"),
    ("organising things", "organising"), ("organizing", "organising"), ("making lists", "organising"),
    ("standing up for people", "leading"), ("speaking up", "leading"), ("heavy lifting", "helping_hands"),
    ("not afraid of hard work", "helping_hands"), ("I'm a plumber by trade", "trade_skills"),
    ("hairdresser for 20 years", "trade_skills"), ("lived through addiction", "lived_experience"),
    ("volunteer somewhere green", "nature"),
    ("I've been through it", "lived_experience"), ("caring for my mum", "lived_experience"),
    ("documentaries", "curiosity_learning"), ("astronomy", "curiosity_learning"),
    ("science", "curiosity_learning"),
    ("old films", "screen_radio"), ("watching Corrie", "screen_radio"),
    ("cricket on the radio", "screen_radio"),
    ("doing nails", "style_beauty"), ("fashion", "style_beauty"), ("steam trains", "vehicles"),
    ("classic cars", "vehicles"), ("model railways", "vehicles"), ("recycling", "environment"),
    ("litter picking", "environment"), ("good with kids", "young_and_old"),
    ("my grandchildren", "young_and_old"),
    ("peace and quiet", "calm"), ("mindfulness", "calm"),
    ("no one to play chess with", "cards_board_games"), ("haven't danced in years", "dance"),
    ("can't get enough of gardening", "growing"), ("I hate football but love cricket", "team_sport"),
    ("nothing beats baking", "cooking_baking"), ("I wouldn't mind trying pottery", "drawing_painting"),
    ("not just knitting", "textile_crafts"), ("couldn't live without my guitar", "playing_music"),
    ("knit'n'natter", "textile_crafts"), ("theater", "acting"), ("Café baking", "cooking_baking"),
]  # fmt: skip

AS_PEOPLE_SAY_IT = [
    # slang and dialect
    ("av a larf wi me mates", "humour", ""), ("luv a gud laff", "humour", ""), ("here for the craic", "humour", ""),
    ("a chinwag", "storytelling", ""), ("me nan taught me to knit", "textile_crafts", ""),
    ("kickabout with the lads", "team_sport", ""), ("fitba", "team_sport", ""), ("foot ball", "team_sport", ""),
    ("good wi bairns", "young_and_old", ""), ("proper into me crosswords", "quizzes_facts", ""),
    ("me wee dug", "animals", ""), ("nowt to do with church", "", "faith_spirit"),
    ("owt but football", "", "team_sport"), ("cannae stand bingo", "", "cards_board_games"),
    ("nae football", "", "team_sport"), ("dinnae like dancing", "", "dance"), ("footy? nah", "", "team_sport"),
    ("football does my head in", "", "team_sport"), ("sick to death of bingo", "", "cards_board_games"),
    ("everything bar swimming", "", "water"), ("nah, I love football", "team_sport", ""),
    ("h8 bingo", "", "cards_board_games"), ("footy is boring", "", "team_sport"),
    ("music isn't really me", "", "loving_music playing_music"),
    # flowers and beans, radios that are mended and not heard, songs and voices
    ("I grow runner beans", "growing", "running_fitness"), ("runner beans", "growing", "running_fitness"),
    ("dahlias", "growing", ""), ("I mend old radios", "making_mending", "screen_radio"),
    ("repairing valve radios", "making_mending", "screen_radio"), ("valve amplifiers", "making_mending", ""),
    ("I listen to old radio plays", "screen_radio", ""), ("choreography", "dance", ""),
    ("I know all the old songs", "singing", "knowing_area"),
    ("I know all the shops", "knowing_area", ""), ("silly voices for the baby", "humour", "leading"),
    # English as a second language
    ("I no like football", "", "team_sport"), ("I not like dancing", "", "dance"),
    ("am good in cooking", "cooking_baking", ""), ("play on guitar", "playing_music", ""),
    ("I am liking very much the dance", "dance", ""), ("make photos", "photo_film", ""),
    # slips, shouting, texting
    ("gardenning", "growing", ""), ("singin an dancin", "singing dance", ""), ("swiming", "water", ""),
    ("crotchet", "textile_crafts", ""), ("fotography", "photo_film", ""), ("d and d", "gaming_fantasy", ""),
    ("ANIMALS ARE MY LIFE!!!", "animals", ""), ("DONT LIKE DOGS", "", "animals"), ("all right", "", "leading"),
    # emojis
    ("⚽🎸", "team_sport playing_music", ""), ("me & my 🐶", "animals", ""), ("no ⚽", "", "team_sport"),
    ("football 👎", "", "team_sport"), ("🚫 bingo", "", "cards_board_games"), ("👍 football ❤️", "team_sport", ""),
    # one thing rather than another
    ("prefer chess to football", "cards_board_games", "team_sport"),
    ("chess rather than football", "cards_board_games", "team_sport"),
    ("I'd rather play chess than football", "cards_board_games", "team_sport"),
    ("I'd sooner bake than do sport", "cooking_baking", "team_sport"),
    ("more of a chess person than football", "cards_board_games", "team_sport"),
    ("prefer chess over football and bowls", "cards_board_games", "team_sport bowls_table_games"),
    ("I prefer going to church", "faith_spirit", ""), ("I prefer to paint", "drawing_painting", ""),
    ("I prefer listening to music", "loving_music", ""), ("I'd rather be gardening", "growing", ""),
    ("I prefer singing to my grandchildren", "singing young_and_old", ""),
    # not any more, and after all
    ("used to love football but not any more", "", "team_sport"),
    ("I used to love football, not now", "", "team_sport"), ("loved footy, not any more 😂", "", "team_sport"),
    ("not any more football please", "", "team_sport"),
    ("football was my life but I've gone right off it", "", "team_sport leading"),
    ("I love chess, used to love football but not any more", "cards_board_games", "team_sport"),
    ("I used to sing but not any more", "singing", ""), ("I can't sing but I love it", "singing", ""),
    ("I used to love singing but not since my stroke", "singing", ""),
    ("I'm no good at drawing but I enjoy it", "drawing_painting", ""),
    ("I can't swim but I'd love to learn", "water", ""), ("I can't stand football but I love chess",
     "cards_board_games", "team_sport"),
]  # fmt: skip

REFUSED = [
    ("can't stand crowds", "humour"), ("can't stand up for long", "humour"), ("I don't drink", None),
    ("no football please", "team_sport"), ("not church", "faith_spirit"), ("hate singing", "singing"),
    ("I'm not into crafts", "textile_crafts"), ("anything but bingo", "cards_board_games"),
    ("no good at maths", "organising"), ("I can't sing", "singing"),
    ("I don't like football, cricket or rugby", "team_sport"),
    ("dancing isn't for me", "dance"), ("karaoke? no thanks", "singing"), ("scared of dogs", "animals"),
    ("never liked gardening", "growing"), ("not a fan of yoga", "gentle_movement"),
    ("fed up with quizzes", "quizzes_facts"),
    ("please, no religion", "faith_spirit"), ("I'd rather not cook", "cooking_baking"),
    ("crafts bore me", "textile_crafts"),
    ("everything except swimming", "water"), ("not really into board games", "cards_board_games"),
    ("I love chess but not bingo or football", "team_sport"), ("church is not for me", "faith_spirit"),
    ("no church, no choirs", "singing"), ("I do not enjoy running", "running_fitness"),
    ("rubbish at drawing", "drawing_painting"),
    ("don't want to do yoga", "gentle_movement"), ("allergic to cats", "animals"),
    ("keep away from pubs and quizzes", "quizzes_facts"),
]  # fmt: skip

NO_KEY = [
    "loyal, tidy, brave", "honest", "punctual and polite", "resilient", "cooing", "I don't drink", "can't stand crowds",
    "", "   ", "!!!", "a b c", "the", "generous", "reliable", "determined", "😀", "warm", "modest",
]  # fmt: skip


PASSING_WORDS = [
    ("cooking food from my country", "cooking_baking", ""), ("I like cooking meals for friends", "cooking_baking", ""),
    ("I know all the old songs", "singing", "knowing_area"),
    ("I know all the shops and streets", "knowing_area", ""),
    ("fixing old clocks and radios", "making_mending", "screen_radio"),
    ("I repair old tellies and radios", "making_mending", "screen_radio"),
    ("we grew veg on my grandad's allotment", "growing", "young_and_old"),
    ("my nan taught me to bake", "cooking_baking", "young_and_old"), ("I'm a grandad of five", "young_and_old", ""),
    ("I love Disney films", "screen_radio", "photo_film"), ("watching films", "screen_radio", "photo_film"),
    ("meet gay and trans people", "", "teaching"), ("learn English", "", "curiosity_learning"),
    ("my little girl to play with other children", "", "young_and_old"),
    ("go on the bus on my own", "", "vehicles"), ("I love old buses", "vehicles", ""),
    ("talk to people who have served", "", "storytelling"), ("I love talking to people", "storytelling", ""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "key"), SAID)
def test_what_a_person_says_leads_to_what_they_meant(words: str, key: str) -> None:
    found = concepts_of(words)
    assert key in found.weights, f"{words!r} led to {dict(found.weights)}"
    assert found.because[key] in words


@pytest.mark.parametrize(("words", "key"), REFUSED)
def test_what_a_person_refuses_is_no_interest(words: str, key: str | None) -> None:
    found = concepts_of(words)
    assert key not in found.weights, f"{words!r} led to {found.because}"
    assert "crowd" not in found.terms and "drink" not in found.terms


@pytest.mark.parametrize(("words", "keys", "never"), AS_PEOPLE_SAY_IT)
def test_words_as_people_say_them_lead_where_they_should_and_nowhere_else(
    words: str, keys: str, never: str
) -> None:
    found = concepts_of(words)
    assert set(keys.split()) <= set(found.weights), f"{words!r} led to {found.because}"
    assert not set(never.split()) & set(found.weights), f"{words!r} led to {found.because}"
    assert all(quoted in words for quoted in found.because.values())


def test_who_sang_in_a_church_choir_sings_first_of_all() -> None:
    found = concepts_of("I sang in the church choir for forty years")
    assert found.weights["singing"] > found.weights["faith_spirit"] > 0


@pytest.mark.parametrize(("words", "keys", "never"), PASSING_WORDS)
def test_words_said_in_passing_do_not_become_an_interest(words: str, keys: str, never: str) -> None:
    found = concepts_of(words)
    assert set(keys.split()) <= set(found.weights), f"{words!r} led to {found.because}"
    assert not set(never.split()) & set(found.weights), f"{words!r} led to {found.because}"


@pytest.mark.parametrize("words", ["making people laugh", "jokes", "banter", "stand up", "comdey"])
def test_who_makes_people_laugh_finds_comedy_that_does_not_call_itself_so(
    words: str, places: Any, offer: Any
) -> None:
    offers = [
        offer("mic", "Open mic at the Crown"), offer("improv", "Improv for beginners"),
        offer("jokes", "Tuesday social", description="Swap jokes and have a giggle over tea. Stand-up night monthly."),
        offer("choir", "Sing for joy"),
    ]  # fmt: skip
    stand = places({"assets": [{"say": words}]}, offers)
    found = {id for kind in ("matches", "check_first", "later") for id in stand[kind]}
    assert found == {"mic", "improv", "jokes"}


@pytest.mark.parametrize(
    ("words", "name"),
    [("footy", "Walking football"), ("crochet", "Knit and natter"), ("D&D", "Dungeons and Dragons table")],
)
def test_words_find_what_is_called_otherwise(words: str, name: str, places: Any, offer: Any) -> None:
    stand = places({"assets": [{"say": words}]}, [offer("it", name), offer("tea", "Tea at two")])
    assert "it" in stand["matches"] + stand["check_first"] + stand["later"]
    assert "tea" not in stand["matches"]


@pytest.mark.parametrize("words", NO_KEY)
def test_qualities_and_odd_input_lead_to_no_key_and_no_error(words: str) -> None:
    assert dict(concepts_of(words).weights) == {}


def test_qualities_stay_as_terms() -> None:
    assert concepts_of("loyal, tidy, brave").terms == terms_of("loyal, tidy, brave")


def test_a_refused_key_is_named_as_refused() -> None:
    found = concepts_of("I love chess but not football")
    assert found.negated == {"team_sport"}
    assert "footbal" in found.negated_terms
    assert set(found.weights) == {"cards_board_games"}


def test_a_key_wanted_in_one_way_and_refused_in_another_is_wanted() -> None:
    found = concepts_of("I love cooking but hate baking")
    assert "cooking_baking" in found.weights
    assert found.because["cooking_baking"] == "cooking"
    assert not found.negated


def test_lukewarm_words_weigh_less_than_warm_ones() -> None:
    assert concepts_of("I don't mind dancing").weights["dance"] < concepts_of("dancing").weights["dance"]


def test_a_misspelling_is_mended_and_quoted_as_written() -> None:
    found = concepts_of("I like comdey")
    assert found.because["humour"] == "comdey"
    assert found.weights["humour"] < 1


def test_a_real_word_is_never_taken_for_a_misspelling() -> None:
    assert not concepts_of("cooing").weights
    assert not concepts_of("crowded").weights
    assert concepts_of("chesss").weights and not concepts_of("chesss", real_words={"chesss"}).weights


def test_getting_strong_is_a_wish_to_move_and_not_an_offer_to_lift() -> None:
    assert "helping_hands" in concepts_of("I am strong").weights
    assert "helping_hands" not in concepts_of("get strong again").weights


def test_short_words_are_never_mended() -> None:
    assert not concepts_of("knid").weights
    assert not concepts_of("ches").weights


def test_the_reason_quotes_the_persons_own_words() -> None:
    assert (
        concepts_of("Well, I know EVERYONE round here!").because["knowing_area"] == "know EVERYONE round here"
    )
    assert concepts_of("I make my daft mates laugh a lot").because["humour"] == "make my daft mates laugh"


def test_terms_leave_out_what_led_to_a_key_and_stop_words() -> None:
    found = concepts_of("I love steam trains and brass rubbings")
    assert "vehicles" in found.weights
    assert "train" not in found.terms and "the" not in found.terms
    assert set(found.terms) < set(found.all_terms)


def test_a_word_in_the_name_says_more_than_one_in_passing_and_saying_it_again_says_a_little_more() -> None:
    named, activity, described, silent = (
        weighted_terms("Brass band"),
        weighted_terms("Music", ("brass",)),
        weighted_terms("Music", (), "There is a brass section."),
        weighted_terms("Music"),
    )
    late = weighted_terms("Music", (), "tea " * 60 + "brass")
    assert 1 == named["brass"] > activity["brass"] > described["brass"] > late["brass"] > 0
    assert weighted_terms("Music", (), "brass and brass")["brass"] > described["brass"]
    assert "brass" not in silent


def test_a_long_text_says_no_less_of_a_thing_than_a_short_one() -> None:
    short = weighted_terms("Choir", (), "We sing.")
    long = weighted_terms("Choir", (), "We sing. " + "Tea, biscuits, car park, raffle. " * 50)
    assert long["choir"] == short["choir"]


GOALS = [
    ("meet lasses and lads my age", "friend"), ("be with other blokes", "friend"),
    ("talk to people who lost their husband", "been_there"), ("get out again since I lost her", "been_there"),
    ("be around other vets", "been_there"), ("get strong again", "move_more"),
    ("people who have stopped drinking", "been_there"), ("other people who've given up drinking", "been_there"),
    ("make a friend", "friend"), ("someone to text", "friend"), ("I've no friends", "friend"),
    ("I'm lonely", "friend"),
    ("people into what I'm into", "shared_interest"), ("meet like-minded people", "shared_interest"),
    ("leave the flat each week", "get_out"), ("get out of the house", "get_out"),
    ("I never go out", "get_out"),
    ("manage being in a group", "confidence"), ("feel more confident", "confidence"),
    ("something different", "try_new"), ("find a new hobby", "try_new"), ("I used to sing", "pick_up_again"),
    ("get back into painting", "pick_up_again"), ("start drawing again", "pick_up_again"),
    ("do stand-up comedy", "show_work"), ("perform my songs", "show_work"),
    ("exhibit my paintings", "show_work"),
    ("learn the guitar properly", "get_better"), ("get better at chess", "get_better"),
    ("a qualification", "learn"),
    ("go back to college", "learn"), ("get fitter", "move_more"), ("lose a bit of weight", "move_more"),
    ("switch off", "calm"), ("feel calmer", "calm"), ("a reason to get up", "routine"),
    ("something to look forward to", "routine"), ("be useful", "give_back"), ("volunteer", "give_back"),
    ("get nearer a job", "work"), ("find work", "work"), ("people who get it", "been_there"),
    ("people who've been through the same", "been_there"), ("find old friends", "reconnect"),
    ("get back in touch with my brother", "reconnect"), ("meet someone special", "partner"),
    ("a girlfriend", "partner"),
    ("know my neighbours", "neighbourhood"), ("feel part of the community", "neighbourhood"),
    ("be with other Deaf people", "community_of_identity"), ("LGBTQ+ friends", "community_of_identity"),
    ("practise English", "english"), ("speak better english", "english"), ("get online", "online_skills"),
    ("learn to use my tablet", "online_skills"), ("sort my bills", "home_money"),
    ("get out of debt", "home_money"),
    ("go on the bus by myself", "independence"), ("be more independent", "independence"),
    ("an hour for me", "break_from_caring"), ("a break from caring", "break_from_caring"),
    ("my kids to meet others", "family_time"), ("things to do with the kids", "family_time"),
    ("a fresh start", "fresh_start"), ("stay sober", "fresh_start"), ("have a say", "have_a_say"),
    ("change something round here", "have_a_say"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "key"), GOALS)
def test_what_a_person_would_like_leads_to_its_kind_of_goal(words: str, key: str) -> None:
    found = goal_types_of(words)
    assert key in found.weights, f"{words!r} led to {dict(found.weights)}"
    assert found.because[key] in words


LIVES = [
    ("stay off the drink", "fresh_start", ""), ("keep off the booze", "fresh_start", ""),
    ("meet people who don't drink", "fresh_start", ""),
    ("I'm three months clean and want to stay that way", "fresh_start", ""),
    ("talk to people who have served, ex army like me", "community_of_identity", "confidence"),
    ("meet other lads who were in the forces", "community_of_identity", ""),
    ("an hour to myself", "break_from_caring", ""),
    ("just an hour off from looking after mum", "break_from_caring", ""),
    ("meet other people looking after someone with dementia", "break_from_caring", ""),
    ("talk to others who care for a parent", "break_from_caring", ""),
    ("something to eat and somewhere warm in the day", "home_money get_out", ""),
    ("a roof over my head", "home_money", ""),
    ("go on the bus on my own", "independence", "friend"), ("get about by myself again", "independence", "friend"),
    ("meet other gay lads", "community_of_identity", ""), ("find other trans people", "community_of_identity", ""),
    ("my little boy to play with other kids", "family_time", ""),
    ("tired of being on my own", "friend", ""), ("feel less anxious talking to people", "confidence", ""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "keys", "never"), LIVES)
def test_what_somebody_lives_with_leads_to_those_who_live_with_it_too(
    words: str, keys: str, never: str
) -> None:
    found = goal_types_of(words)
    assert set(keys.split()) <= set(found.weights), f"{words!r} led to {found.because}"
    assert not set(never.split()) & set(found.weights), f"{words!r} led to {found.because}"


def test_every_goal_and_asset_label_leads_to_its_own_key() -> None:
    for key, asset in assets().items():
        assert key in concepts_of(asset.label).weights, asset.label
    for key, goal in goals().items():
        assert key in goal_types_of(goal.label).weights, goal.label


def test_a_refused_goal_is_no_goal() -> None:
    assert "work" not in goal_types_of("I don't want a job").weights
    assert "partner" not in goal_types_of("not looking for a partner").weights


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_no_text_raises_and_weights_stay_in_bounds(text: str) -> None:
    found = concepts_of(text)
    goal = goal_types_of(text)
    for weights, because in ((found.weights, found.because), (goal.weights, goal.because)):
        assert all(0 < weight <= 1 for weight in weights.values())
        assert set(because) == set(weights)
        assert all(words in text for words in because.values())
    assert not set(found.weights) & found.negated
    assert concepts_of(text) == found


_WORDS = (
    "I love hate not no never can't don't stop chess football choir , . ; ? but and or anything & 'n' church without "
    "mind stand-up D&D kids"
)
_PIECES = st.sampled_from([*_WORDS.split(" "), "stand up", "for me", "used to", "bad at"])


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=25).map(" ".join))
def test_any_jumble_of_the_words_that_matter_is_read_the_same_twice(text: str) -> None:
    assert concepts_of(text) == concepts_of(text)
    assert goal_types_of(text) == goal_types_of(text)


_REFUSING = [
    "I hate {}", "no {} please", "not into {}", "I can't stand {}", "anything but {}", "{} isn't for me",
    "I don't like {}",
]  # fmt: skip


@pytest.mark.parametrize("frame", _REFUSING)
def test_a_refusing_sentence_never_yields_the_key_it_refuses(frame: str) -> None:
    for key, asset in assets().items():
        for word in (w for w in asset.words if "_" not in w and "=" not in w):
            assert key not in concepts_of(frame.format(word)).weights, frame.format(word)


def test_a_very_long_text_is_read_only_so_far() -> None:
    assert "humour" in concepts_of("jokes " + "x" * 100_000).weights


@pytest.mark.parametrize(
    ("words", "never"),
    [
        ("I belong to a chess club", "dance"), ("I need a lift", "helping_hands"), ("I sit in a chair", "leading"),
        ("I play the bass in a band", "acting"), ("I was a nurse", "knowing_area"), ("training for work", "vehicles"),
        ("I improve every day", "humour"), ("all sorts of activities", "leading"), ("with my wits about me", "reading"),
        ("I'm in the garden centre a lot", "listening"), ("Stuart is my name", "drawing_painting"),
    ],
)  # fmt: skip
def test_a_word_that_only_looks_alike_leads_nowhere(words: str, never: str) -> None:
    assert never not in concepts_of(words).weights


def test_the_words_that_weigh_most_are_the_reason() -> None:
    assert concepts_of("I was a nurse").because["trade_skills"] == "nurse"


@pytest.mark.parametrize(
    "said",
    ["not eat lunch alone every day", "I don't like eating lunch on my own", "no more lunch by myself"],
)
def test_who_will_not_do_it_alone_wants_to_do_it_with_others(said: str) -> None:
    named = topics_of(said)
    assert named.weights["meal_together"] > 0.5 and not named.negated
    assert "meal_together" not in topics_of("no lunch, thanks").weights


def test_two_words_run_together_are_known_and_so_are_their_other_forms() -> None:
    lexicon = Lexicon([("stand up", "humour", "words"), ("=quiz night", "quiz", "words")])
    assert all(map(lexicon.knows, ("stand", "standing", "standup", "standups", "quiz")))
    assert not lexicon.knows("quiznight") and not lexicon.knows("stanza")
