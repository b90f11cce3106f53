"""The narrow things that people name and places have: a diploma, a meal at a table, chess (topics.toml)."""

from __future__ import annotations

from typing import Any

import pytest

from matching.language import communities_said, situations_said, topics_of, topics_of_listing
from matching.profile import profile_from
from matching.reading import BROADER, ONLY_MENTIONED, read_profile
from matching.vocabulary import BrokenVocabulary, about, assets, build_topics, goals, topics


def _first(found: Any) -> list[str]:
    return [match.id.removeprefix("t:") for match in found.matches]


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("finish my GED", "diploma"),
        ("become a citizen", "citizenship"),
        ("a hot meal with people round the table", "meal_together"),
        ("talk to people who have lost someone", "grief"),
        ("learn to be a calmer parent, a parenting class maybe", "parenting"),
        ("somewhere warm to take my toddler", "baby_toddler"),
        ("sit with women who know what chemo is like", "cancer_group"),
        ("a job that don't care about my record", "after_prison"),
        ("shown how to use this phone", "computer_class"),
        ("finish the schooling I never got", "diploma"),
        ("someone to mind my two little ones while I work", "childcare"),
        ("see a doctor, no insurance", "health_care"),
        ("find a dentist", "dental"),
        ("get on Medicaid", "health_insurance"),
        ("a free lawyer", "legal_help"),
        ("buy our first home", "home_buying"),
        ("mend my credit", "credit"),
        ("help with PIP", "benefits"),
        ("get to my appointments", "lifts"),
        ("help around the house", "home_help"),
        ("a bed and a cooker", "furniture"),
        ("a winter coat", "clothing"),
        ("eat better", "healthy_eating"),
        ("a day centre for mum", "respite"),
        ("a break from caring for my husband", "respite"),
        ("low cost therapy", "talk_therapy"),
        ("my autistic son", "childs_disability"),
        ("cut down my drinking", "sobriety"),
        ("light bill, shut off notice", "utilities"),
        ("behind on rent, has an eviction letter", "rent_help"),
        ("her husband hits her", "violence"),
        ("a church to belong to", "church"),
        ("meet other young moms", "parenting"),
        ("meet other young moms", "baby_toddler"),
    ],
)
def test_a_wish_in_plain_words_names_its_topic(said: str, topic: str) -> None:
    assert topic in topics_of(said).weights


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("no bingo please", "bingo"),
        ("I don't like jigsaws", "jigsaws"),
    ],
)
def test_a_topic_that_is_refused_is_no_wish(said: str, topic: str) -> None:
    found = topics_of(said)
    assert topic not in found.weights
    assert topic in found.negated


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Open daily in Miami Gardens.", "gardening"),
        ("The centre runs a box scheme and a game park.", "boxing"),
        ("Parents must sign a form.", "parenting"),
        ("Our volunteers will meet you at the door.", "volunteer_role"),
        ("Swimming pool with a hoist.", "snooker"),
        ("There is a large car park.", "cars"),
        ("Credit counselling and housing counselling.", "talk_therapy"),
        ("Baby changing facilities.", "baby_toddler"),
        ("Free child care provided during the class.", "childcare"),
        ("There is public transport close by.", "lifts"),
        ("You may be eligible for an earned income tax credit.", "credit"),
        ("The dog shelter needs blankets.", "housing"),
    ],
)
def test_a_word_in_another_sense_makes_no_topic(text: str, topic: str) -> None:
    assert topic not in topics_of_listing("Any place", (), text)


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("see a therepist", "talk_therapy"),
        ("help with depresion", "mental_health"),
        ("do some volentering", "volunteer_role"),
    ],
)
def test_a_slip_of_the_pen_that_is_mended_for_an_asset_or_a_goal_is_mended_for_a_topic_too(
    said: str, topic: str
) -> None:
    assert 0 < topics_of(said).weights[topic] < 1


@pytest.mark.parametrize("whose", ["my", "her", "his", "their", "our"])
def test_what_a_worker_writes_of_somebody_is_read_as_what_they_say_of_themselves(whose: str) -> None:
    assert "grief" in topics_of(f"lost {whose} husband").weights
    assert "sight_loss" in topics_of(f"losing {whose} sight").weights


def test_another_persons_drinking_is_not_ones_own() -> None:
    assert "sobriety" in topics_of("cut down my drinking").weights
    assert "sobriety" not in topics_of("I cannot stop his drinking").weights
    assert "family_of_addiction" in topics_of("I cannot stop his drinking").weights


def test_a_narrower_topic_counts_before_the_wider_one_that_the_same_words_name() -> None:
    keys = read_profile(profile_from({"goals": ["women who have breast cancer"]})).goals[0].keys
    assert keys["breast_cancer"][0] == 1.0
    assert keys["cancer_group"][0] == BROADER


def test_a_name_that_tells_only_the_form_of_it_does_not_mute_what_the_text_says_it_is_about() -> None:
    welcome = "We have met on Tuesday evenings in the back room since 1987 and everybody is welcome, whoever they are. "
    text = f"{welcome}Groups for those who care for somebody with Alzheimer's."
    assert topics_of_listing("Support groups", (), text)["dementia"] >= 0.6
    assert topics_of_listing("Chess club", (), text)["dementia"] < 0.6


def test_what_a_text_says_first_of_all_it_says_plainly_whatever_it_is_called() -> None:
    text = "Provides translation, English classes, and tutoring for the citizenship test. "
    rest = (
        "We have been here since 1987 and our staff speak Spanish and Creole. We have computer classes too."
    )
    found = topics_of_listing("Immigration services", (), text + rest)
    assert found["esl"] >= 0.6 and found["citizenship"] >= 0.6 > found["computer_class"]


def test_the_name_of_a_church_or_a_library_does_not_mute_what_goes_on_there() -> None:
    welcome = (
        "Our doors have been open to all who live round here since 1887, whatever they believe or do not. "
    )
    english = f"{welcome}On Fridays there is an English class."
    assert topics_of_listing("Christ Church Central", (), english)["esl"] >= 0.6
    assert topics_of_listing("Central Library", (), english)["esl"] >= 0.6
    assert topics_of_listing("Christ Church Choir", (), english)["esl"] < 0.6


def test_the_name_of_a_venue_confirms_what_the_text_says_and_says_nothing_by_itself() -> None:
    told = ("Riverside Hospital", (), "A breastfeeding group for mothers.", "")
    assert topics_of_listing(*told)["breastfeeding"] < 1
    assert topics_of_listing(*told, ["Breastfeeding discussion, Riverside"])["breastfeeding"] == 1
    assert "grief" not in topics_of_listing(*told, ["Bereavement Centre"])
    library = ("Chess club", (), "Bring a book, there are books to borrow.", "")
    assert topics_of_listing(*library, ["Public Library"]) == topics_of_listing(*library)


BLOOD = {
    "name": "Blood disorder support group",
    "description": "A support group for people with blood disorders.",
}


def test_a_group_of_those_who_live_with_something_else_stands_clearly_behind(find: Any, offer: Any) -> None:
    breast = offer("a", "Hillview Hospital", description="A sharing and caring breast cancer support group.")
    found = find({"goals": ["a breast cancer support group"]}, [breast, offer("b", **BLOOD)])
    scores = {match.id: match.score for match in (*found.matches, *found.check_first)}
    assert scores["t:a"] > 1.5 * scores["t:b"]


@pytest.mark.parametrize(
    ("goal", "theirs"),
    [
        ("a support group for vets", "A support group of veterans."),
        ("a support group with other gay men", "A support group for gay men."),
        ("a support group for grandparents raising grandchildren", "For grandparents raising grandchildren."),
    ],
)
def test_a_group_is_of_those_who_share_it_where_that_is_named(
    goal: str, theirs: str, find: Any, offer: Any
) -> None:
    mine = offer("a", "Thursday evening", description=theirs)
    found = find({"goals": [goal]}, [mine, offer("b", **BLOOD)])
    scores = {match.id: match.score for match in (*found.matches, *found.check_first)}
    assert scores["t:a"] > 1.2 * scores.get("t:b", 0.0)


@pytest.mark.parametrize("first", [True, False])
def test_who_names_something_hard_in_one_goal_and_a_group_in_another_means_those_who_know_it(
    first: bool, find: Any, offer: Any
) -> None:
    goals_said = ["help for my autistic son", "meet other parents"]
    theirs = offer("a", "Parents' evening", description="A parents group for parents of autistic children.")
    others = offer("b", "Parents' evening", description="A parents group about behaviour.")
    found = find({"goals": goals_said if first else goals_said[::-1]}, [theirs, others])
    assert (*found.matches, *found.check_first)[0].id == "t:a"
    asked_alone = find({"goals": ["meet other parents"]}, [others])
    assert _first(asked_alone) == ["b"]


def test_a_hard_thing_that_nobody_lives_with_together_narrows_no_group(find: Any, offer: Any) -> None:
    parents = offer("a", "Parents' evening", description="A parents group.")
    said = {"goals": ["help with housing", "meet other parents"]}
    alone = {"goals": ["meet other parents"]}
    [both], [one] = find(said, [parents]).matches, find(alone, [parents]).matches
    assert both.score > one.score / 2


def test_the_thing_itself_comes_before_another_of_its_kind(find: Any, offer: Any) -> None:
    bingo, chess = offer("a", "Bingo afternoon"), offer("b", "Chess club")
    assert _first(find({"assets": ["chess"]}, [bingo, chess])) == ["b", "a"]


def test_the_kind_of_a_topic_is_still_looked_for_and_counts_less(find: Any, offer: Any) -> None:
    reading = read_profile(profile_from({"assets": ["chess"]}))
    assert reading.assets[0].keys["chess"][0] == 1.0
    assert reading.assets[0].keys["cards_board_games"][0] == BROADER
    assert _first(find({"assets": ["chess"]}, [offer("a", "Bingo afternoon")])) == ["a"]


def test_what_other_words_say_of_a_kind_is_not_made_less_by_a_topic() -> None:
    wish = read_profile(profile_from({"goals": ["make friends over a hot meal"]})).goals[0]
    assert wish.types["friend"][0] == 1.0


def test_a_place_with_all_the_narrow_things_of_a_wish_comes_before_one_with_one_of_them(
    find: Any, offer: Any
) -> None:
    said = {"goals": ["get a job, I have been in prison"]}
    jobs = offer("a", "Job placement", description="Help to find employment.")
    both = offer("b", "Job placement for ex-offenders", description="Help to find employment.")
    [first, second] = [*find(said, [jobs, both]).matches, *find(said, [jobs, both]).check_first][:2]
    assert (first.id, second.id) == ("t:b", "t:a")
    assert first.score > second.score


def test_what_is_hard_to_live_with_is_looked_for_when_it_is_wished_and_hardly_when_it_is_mentioned() -> None:
    mentioned = read_profile(profile_from({"assets": ["I drew a lot after my stroke"]})).assets[0]
    wished = read_profile(profile_from({"goals": ["meet others who had a stroke"]})).goals[0]
    assert mentioned.keys["stroke"][0] == ONLY_MENTIONED
    assert wished.keys["stroke"][0] == 1.0


def test_what_is_only_ever_a_wish_is_not_read_from_what_somebody_brings() -> None:
    [asset] = read_profile(profile_from({"assets": ["I talked people through job interviews"]})).assets
    [goal] = read_profile(profile_from({"goals": ["get through a job interview"]})).goals
    assert "job_search" not in asset.keys
    assert "job_search" in goal.keys


def test_one_faith_is_not_another(find: Any, offer: Any) -> None:
    church = offer("a", "Sunday worship", description="Prayer and hymns in the parish church.")
    mandir = offer("b", "Hindu temple", description="Puja and a shared meal.")
    assert _first(find({"assets": ["I help at the temple"]}, [church, mandir])) == ["b"]


def test_a_church_to_belong_to_is_no_mosque_and_no_gurdwara(find: Any, offer: Any) -> None:
    church = offer("a", "St Mark's Church", description="A warm welcome.")
    others = [offer("b", "Central Mosque"), offer("c", "Gurdwara", description="Langar and prayer.")]
    assert _first(find({"goals": ["a church to belong to"]}, [church, *others])) == ["a"]


@pytest.mark.parametrize("said", ["talk to others who have lost a wife", "husband with dementia"])
def test_who_names_a_husband_or_a_wife_looks_for_none(said: str) -> None:
    assert "partner" not in read_profile(profile_from({"goals": [said]})).goals[0].types


def test_the_reason_says_what_the_place_is_about(find: Any, offer: Any) -> None:
    [match] = find({"goals": ["finish my GED"]}, [offer("a", "GED classes")]).matches
    assert match.reasons[0].text == "You'd like “finish my GED”: it's about finishing school as a grown-up"


def test_what_somebody_would_rather_not_is_said_of_a_topic_too(find: Any, offer: Any) -> None:
    [match] = find({"assets": ["chess", "no bingo please"]}, [offer("a", "Chess and bingo")]).matches
    assert "You said you'd rather not: it's about bingo" in match.cautions


def test_a_topic_has_a_sentence_and_belongs_to_what_there_is() -> None:
    assert not topics().keys() & {**assets(), **goals()}.keys()
    assert all(about(key) and not about(key).endswith(".") for key in topics())


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        ({"chess": {"about": "chess", "of": ["no_such"], "words": ["chess"]}}, "'no_such' is not known"),
        (
            {"singing": {"about": "singing", "of": [], "words": ["sing"]}},
            "is the key of an asset or a goal already",
        ),
        ({"chess": {"about": "chess", "of": []}}, "words"),
        ({"chess": {"about": "chess", "of": [], "words": ["a", "a"]}}, "says 'a' twice"),
    ],
)
def test_a_broken_topic_is_named_with_what_is_wrong(raw: dict[str, Any], wrong: str) -> None:
    with pytest.raises(BrokenVocabulary, match=wrong):
        build_topics(raw, {**assets(), **goals()})


def test_a_word_is_part_of_a_phrase_only_as_a_whole_word() -> None:
    """ "Sing" counts whole beside "single mum"; the "baby" of "my first baby" is the new baby."""
    [sing] = read_profile(profile_from({"goals": ["sing, I'm a single mum"]})).goals
    [baby] = read_profile(profile_from({"goals": ["get ready for my first baby"]})).goals
    assert sing.keys["singing"][0] == 1.0 and baby.keys["young_and_old"][0] == BROADER


ORDINARY = (
    "a drink and a chat", "drinking tea with people", "stop using so much plastic", "people who don't use cars",
    "go out after work", "get out after being ill", "my record player", "make a record of my songs",
    "been away on holiday", "just got out of the shower", "locked up my bike", "stay inside when it rains",
    "leave him with a sitter for an hour", "hiding from the world", "a violent film", "not fail my driving test",
    "a stroke of luck", "learn the strokes in the pool", "my heart is set on singing", "a kidney bean recipe",
    "my eyes lit up", "can't see the point", "lost my way", "lost my keys", "losing my confidence",
    "expecting visitors", "my car is due in for a service", "shelter from the rain", "crisis of faith",
    "my nerves before going on stage", "caring for my plants", "look after my cat", "my papers for the quiz",
    "I served tea at the church", "I'm divorced and lonely", "see my daughter more often", "play the electric guitar",
    "get the bailiffs off my back", "stairs are beating me", "sort out his records",
    "a suit for my hearing on the 14th",
    "anywhere that's not the pub", "my partner checks my phone", "polish the brass", "I'd give my right arm to sing",
    "can't see the floor for boxes", "to be left alone but near people",
    "be of some use again", "nobody beats me at dominoes", "blankets for babies", "they kept the trucks running",
    "get clean clothes", "own room for the club", "two years inside because of covid",
)  # fmt: skip


@pytest.mark.parametrize("said", ORDINARY)
def test_an_ordinary_sentence_is_not_taken_for_something_hard(said: str) -> None:
    """Nobody is told that a place is "about starting again after prison" because they would go out after work."""
    assert not {key for key in topics_of(said).weights if topics()[key].hard}
    assert not situations_said(said) - {"parents"} and not communities_said(said)


def test_who_has_a_first_baby_wants_what_is_about_one_and_not_whatever_a_family_does() -> None:
    [wish] = read_profile(profile_from({"goals": ["learn how to look after my first baby"]})).goals
    assert {"new_baby", "pregnancy"} <= set(wish.keys)
    assert "family_time" not in wish.types
    assert "lived_experience" not in wish.keys
    [carer] = read_profile(profile_from({"assets": ["I look after my mum, I was caring for my dad"]})).assets
    assert "lived_experience" in carer.keys
