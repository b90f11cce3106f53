"""A group that says plainly what its people live with asks before it is offered to somebody who never said so."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from matching.language import (
    communities_said,
    situations,
    situations_of_listing,
    situations_said,
)
from matching.language.tokens import listing_words
from matching.profile import profile_from
from matching.reading import read_profile
from matching.vocabulary import topics
from matching.vocabulary.needs import barriers

situations_module = sys.modules["matching.language.situations"]


@pytest.mark.parametrize(
    ("name", "told", "run_by", "whose"),
    [
        ("Social group", "Crafts, music and trips.", "Harbour Lighthouse for the Blind", "sight"),
        ("Seaside club", "A social club for developmentally disabled adults.", "", "learning_disability"),
        ("Support group", "Tea and talk.", "ALS Society", "illness"),
        ("Sports", "Many outdoor sports, open to adults who are developmentally disabled.", "", "learning_disability"),
        ("Hub", "For autistic adults: to dig, sow, row, walk and sit; volunteer days.", "", "learning_disability"),
        ("Carers centre", "Mon 10am - 12pm coffee. Tue 2pm parents of autistic girls. Wed choir.", "", ""),
        ("Town helpline", "Run by a rape crisis centre.", "", "abuse"),
        ("Sunday circle", "For anyone who has lost a loved one.", "", "loss"),
        ("Evening circle", "A bereavement group for parents who have lost a baby.", "", "loss_of_a_child parents"),
        ("Friday fellowship", "Alcoholics Anonymous meets in the hall.", "", "drink_and_drugs"),
        ("Vet Center", "", "", "service"),
        ("Cancer Society", "We have many volunteers and rely on what people donate.", "", "cancer"),
        ("Memory cafe", "For people with dementia and whoever comes with them.", "", ""),
        ("Rainbow table", "A lunch for LGBTQ+ neighbours.", "", "lgbtq"),
        ("Tuesday choir", "Everyone welcome.", "Moss Beck Community Centre", ""),
        ("Volunteer drivers", "Drive people to cancer clinics.", "", ""),
        ("Bake sale helpers", "Volunteers raise money for people with dementia.", "", ""),
        ("Advice shop", "Help with substance abuse, domestic violence, HIV and housing.", "", ""),
        ("Gardeners", "We dig, sow and rest. " * 5 + "One of us has arthritis.", "", ""),
        ("Family walk", "Hearing aids can be borrowed; aids to daily living too.", "", ""),
        ("Mind", "Family support groups, weekly.", "Alliance on Mental Illness", "mental_illness relatives"),
        ("Story box", "Available to licensed preschools and child care centres.", "", "professionals"),
        ("Job table", "Help with work for eligible Jewish people who look for it.", "", "jewish"),
        ("Football", "Players must register with Special Olympics.", "", "learning_disability"),
        ("Little Lights", "Home visits for parents of blind children.", "", "sight parents"),
        ("Counselling", "Talks for children and parents, individuals, couples and families.", "", ""),
        ("Young club", "An after school club. No parents!", "", ""),
        ("English at work", "English classes to employees of the golf course.", "", "who_work_there"),
        ("After school", "Reading, sums, swims " * 5 + "for incoming students at Moss.", "", "enrolled"),
        ("Lunch", "Dominoes, trips, meals brought home, " * 4 + "to Moss area residents.", "", "locals"),
        ("Way home", "A house for Federal Bureau of Prisons inmates.", "", "in_custody"),
        ("Classes", "For clients who have been arrested for drunk driving.", "", "sent_by_a_court"),
        ("Shop", "Talks for people living with HIV. Also drug and alcohol advice, grief, new mothers.", "", "hiv"),
        ("Roof grants", "Help for homeowners with an old roof.", "", "homeowners"),
        ("Last wishes", "For terminally ill adults and their families.", "", "end_of_life"),
        ("Adoptive parent programme", "Home studies, and advice before a child comes.", "", "parents adopting"),
    ],
)  # fmt: skip
def test_what_a_listing_says_plainly_of_whose_it_is_counts_and_nothing_in_passing(
    name: str, told: str, run_by: str, whose: str
) -> None:
    assert set(situations_of_listing(name, told, run_by)) == set(whose.split())


def test_the_name_of_the_place_counts_where_the_text_says_so_too() -> None:
    told = f"Rooms, meals, {'company in the evening, ' * 5} a worker of your own, to homeless veterans."
    named = ("Volunteers of America", told, "Volunteers of America")
    assert situations_of_listing(*named) == ()
    assert "service" in situations_of_listing(*named, ["Housing for Veterans"])
    assert situations_of_listing("Chess", "Chess for everybody.", "", ["Veterans Hall"]) == ()


@pytest.mark.parametrize(
    ("words", "whose"),
    [
        ("I lost my husband last year", "loss"), ("stay off the drink", "drink_and_drugs"),
        ("mum has cancer", "cancer"), ("so low since my son died", "loss loss_of_a_child parents"),
        ("a break with my twins", "parents"),
        ("dying to meet people", ""), ("play on the tennis court", ""), ("adopt a dog", ""),
        ("read to the children", ""), ("hold a baby again", ""),
        ("my mum is dying", "end_of_life"), ("adopt a child", "parents adopting"),
        ("look after my first baby", ""), ("look after my mum", "relatives"),
        ("get my own place", "nowhere_to_live"), ("sing with other people", ""), ("dogs and fishing", ""),
    ],
)  # fmt: skip
def test_a_person_names_what_is_theirs_in_their_own_words(words: str, whose: str) -> None:
    assert situations_said(words) == set(whose.split())


@pytest.mark.parametrize(
    ("words", "whose"),
    [
        ("twenty-two years in the army", "community_veterans"), ("I'm not blind", ""),
        ("my hearing loss", "community_deaf"), ("I lost my husband", ""),
    ],
)  # fmt: skip
def test_a_life_is_told_by_its_situation_unless_it_is_denied(words: str, whose: str) -> None:
    assert communities_said(words) == set(whose.split())


def test_what_a_person_says_of_themselves_is_kept_in_no_cache_of_words() -> None:
    listing_words.cache_clear()
    words = "since I lost Zebulonia, my wife, I sing"
    situations_said(words)
    read_profile(profile_from({"assets": [words], "goals": [words]}))
    said = situations_module._as_said()
    assert not said._cache and not said._begin_nothing
    assert not listing_words.cache_info().currsize


@pytest.mark.parametrize(
    ("assets", "goal", "kinds"),
    [
        ([], "people who get it, I'm autistic", {"community_autistic", "been_there"}),
        (["two tours in the forces"], "be with people who get it", {"community_veterans", "been_there", "friend"}),
        ([], "find my people, I'm gay and know nobody", {"community_lgbtq", "shared_interest"}),
        (["I'm gay"], "find people into the same things", {"shared_interest"}),
        (["I'm gay"], "get fitter", {"move_more"}),
    ],
)  # fmt: skip
def test_who_looks_for_people_who_get_it_looks_for_their_own(
    assets: list[str], goal: str, kinds: set[str]
) -> None:
    [wish] = read_profile(profile_from({"assets": assets, "goals": [goal]})).goals
    assert set(wish.types) == kinds


def test_of_several_situations_the_one_is_asked_about_that_nobody_said_was_theirs(
    find: Any, offer: Any
) -> None:
    both = offer("a", "Veterans recovery group", meant_for="drink_and_drugs service")
    [asked] = find({"goals": ["stay off the drink"]}, [both]).check_first
    assert asked.questions == ("It is for people who have served in the armed forces. Does that fit?",)
    [asked] = find(
        {"assets": ["ten years in the army"], "goals": ["be with other veterans"]}, [both]
    ).check_first
    assert asked.questions == ("It is for people who want to stay off drink or drugs. Does that fit?",)


def test_a_group_for_families_is_not_for_those_who_are_ill_themselves(find: Any, offer: Any) -> None:
    families = offer("a", "Depression support group", meant_for="mental_illness relatives")
    [asked] = find({"goals": ["help with my depression"]}, [families]).check_first
    assert asked.questions == ("It is for families of people who are ill. Does that fit?",)
    assert find({"goals": ["help with depression, my son has it"]}, [families]).matches


def test_a_group_for_the_families_of_one_illness_asks_those_who_named_another(find: Any, offer: Any) -> None:
    families = offer("a", "Depression support group for families", meant_for="mental_illness relatives")
    other = {"goals": ["a support group, my husband has parkinsons"]}
    [asked] = find(other, [families]).check_first
    assert asked.questions == ("It is for people who live with mental illness. Does that fit?",)


def test_a_group_for_bereaved_parents_is_not_for_a_parent_whose_wife_died(find: Any, offer: Any) -> None:
    group = offer("a", "Grief support group", meant_for="loss_of_a_child parents")
    widower = {"goals": ["a grief group for me and my kids, my wife died"]}
    [asked] = find(widower, [group]).check_first
    assert asked.questions == ("It is for people who have lost a baby or a child. Does that fit?",)


def test_what_somebody_would_like_tells_what_is_theirs_in_whatever_words(find: Any, offer: Any) -> None:
    club = offer("a", "Low vision chess club", meant_for="sight")
    assert find({"goals": ["manage with bad eyes"]}, [club]).matches
    assert find({"goals": ["play chess"]}, [club]).check_first


def test_a_parents_group_asks_who_never_spoke_of_children_and_not_who_expects_one(
    find: Any, offer: Any
) -> None:
    club = offer("c", "Support group for parents of blind children", meant_for="sight parents")
    sight = {"goals": [{"say": "manage with bad eyes"}]}
    [asked] = find(sight, [club]).check_first
    assert "It is for parents, or others who bring up children. Does that fit?" in asked.questions
    theirs = {"goals": [{"say": "other parents whose boy is blind"}]}
    assert [match.id for match in find(theirs, [club]).matches] == [club.id]
    birth = offer("b", "Childbirth classes for expectant parents", meant_for="expecting parents")
    assert [
        match.id for match in find({"goals": [{"say": "pregnant, get ready for the birth"}]}, [birth]).matches
    ]


def test_being_sober_is_no_question_where_people_want_to_stay_so(find: Any, offer: Any) -> None:
    group = offer("a", "Recovery group", description="For people in recovery.", meant_for="drink_and_drugs")
    said = {"goals": ["stay sober"], "barriers": [{"key": "dry", "level": "must"}]}
    assert [match.id for match in find(said, [group]).matches] == ["t:a"]


def test_every_need_and_topic_that_a_situation_names_is_known() -> None:
    assert {need for one in situations().values() for need in one.barriers} <= set(barriers())
    assert {topic for one in situations().values() for topic in one.topics} <= set(topics())


@pytest.mark.parametrize(
    ("whose", "said"),
    [
        ("lgbtq", {"goals": ["meet other gay people"]}), ("lgbtq", {"assets": ["singing", "I'm a gay man"]}),
    ],
)  # fmt: skip
def test_a_community_is_lower_and_named_for_who_never_said_that_it_is_theirs(
    whose: str, said: Any, find: Any, offer: Any
) -> None:
    """However it says so: in its own words as a goal, or in its organization's name."""
    choir = [offer("choir", "Community choir", meant_for=whose)]
    [other] = find({"assets": ["singing"]}, choir).matches
    [mine] = find({"assets": ["singing"], **said}, choir).matches
    assert [c for c in other.cautions if c.startswith("It is mainly for")]
    assert not [c for c in mine.cautions if c.startswith("It is mainly for")]


@pytest.mark.parametrize(
    ("whose", "about", "said"),
    [
        ("hearing", "people who are deaf or hard of hearing", {"goals": ["be with people who sign"]}),
        ("sight", "people who are blind or partially sighted", {"assets": ["singing", "I'm blind"]}),
        ("service", "people who have served in the armed forces", {"goals": ["talk to ex army lads"]}),
        ("service disability", "people who have served", {"assets": ["singing", "I'm a disabled veteran"]}),
    ],
)
def test_who_cannot_be_taken_to_be_of_a_community_is_asked(
    whose: str, about: str, said: Any, find: Any, offer: Any
) -> None:
    choir = [offer("choir", "Community choir", meant_for=whose)]
    [other] = find({"assets": ["singing"]}, choir).check_first
    assert [question for question in other.questions if about in question]
    assert find({"assets": ["singing"], **said}, choir).matches


@pytest.mark.parametrize(
    ("whose", "need"), [("hearing", "hearing"), ("sight", "sight"), ("disability", "step_free")]
)
def test_a_need_is_no_saying_that_somebody_is_of_a_community(
    whose: str, need: str, find: Any, offer: Any
) -> None:
    """Or a must would add to the matches."""
    choir = [offer("choir", "Community choir", meant_for=whose, facts={need: "yes"})]
    found = find({"assets": ["singing"], "barriers": [{"key": need, "level": "would_help"}]}, choir)
    assert [match.id for match in found.check_first] == ["t:choir"]


def test_a_place_for_disabled_veterans_is_asked_about_of_who_is_disabled_and_never_served(
    find: Any, offer: Any
) -> None:
    choir = [offer("choir", "Community choir", meant_for="service disability")]
    assert find({"assets": ["singing"], "goals": ["be with other disabled people"]}, choir).check_first


@pytest.mark.parametrize(
    ("whose", "said", "stands"),
    [
        ("learning_disability disability", "I have Down syndrome", "matches"),
        ("learning_disability disability", "tea", "check_first"),
        ("service nowhere_to_live", "I'm a veteran", "check_first"),
        ("service nowhere_to_live", "I'm homeless", "check_first"),
        ("service nowhere_to_live", "I'm a homeless veteran", "matches"),
    ],
)
def test_who_is_in_one_of_several_situations_need_not_be_asked_but_who_never_served_is(
    whose: str, said: str, stands: str, places: Any, offer: Any
) -> None:
    found = places({"assets": ["singing", said]}, [offer("choir", "Community choir", meant_for=whose)])
    assert [group for group in ("matches", "check_first") if found[group]] == [stands]


LOSS = {"name": "Support group", "goal_signs": {"been_there": 1.0}, "meant_for": "loss"}


def test_a_group_for_others_is_asked_about_and_one_for_the_person_is_offered(places: Any, offer: Any) -> None:
    groups = [
        offer("loss", **LOSS),
        offer("drink", "Support group", goal_signs={"been_there": 1.0}, meant_for="drink_and_drugs"),
    ]
    stand = places({"goals": ["talk to people who've been through it too, I lost my wife"]}, groups)
    assert (stand["matches"], stand["check_first"]) == (["loss"], ["drink"])


def test_people_who_have_been_through_anything_come_after_those_who_have_been_through_it(
    find: Any, offer: Any
) -> None:
    """Who lost somebody and looks for people who get it is not sent to just any support group without a word."""
    groups = [offer("any", "Peer support group"), offer("loss", "Peer support group", meant_for="loss")]
    found = find({"goals": ["people who get it, since I lost my wife"]}, groups).matches
    assert [match.id for match in found] == ["t:loss", "t:any"]
    assert [c for c in found[1].cautions if c.endswith("perhaps something else: does that fit?")]
    [plain] = find({"goals": ["people who get it"]}, groups[:1]).matches
    assert not [c for c in plain.cautions if "perhaps something else" in c]


def test_a_need_that_comes_with_a_situation_is_no_saying_that_it_is_theirs(places: Any, offer: Any) -> None:
    crafts = [offer("crafts", "Craft club", meant_for="drink_and_drugs"), offer("open", "Craft club two")]
    alone = places({"assets": ["knitting"]}, crafts)
    dry = places({"assets": ["knitting"], "barriers": [{"key": "dry", "level": "would_help"}]}, crafts)
    assert alone["check_first"] == dry["check_first"] == ["crafts"] and alone["matches"] == ["open"]


def test_having_been_through_something_is_not_having_a_particular_condition(find: Any, offer: Any) -> None:
    """Who wants to meet people who stopped drinking is told that a memory cafe is for people with a condition."""
    given = {"name": "Support group", "goal_signs": {"been_there": 1.0}, "facts": {"label_specialist": "yes"}}
    wish = {"goals": ["talk to people who've been through it too"]}
    [match] = find(wish, [offer("cafe", **given)]).matches
    assert "It is for people with a particular condition: does that fit?" in match.cautions
    [plain] = find(wish, [offer("cafe", **{**given, "facts": {}})]).matches
    assert match.score == plain.score


@pytest.mark.parametrize(
    ("said", "good_to_know"), [("I lost my wife", False), ("just out of prison", False), ("loyal", True)]
)
def test_nobody_is_told_that_a_loss_is_good_to_know(
    said: str, good_to_know: bool, find: Any, offer: Any
) -> None:
    notes = find({"assets": ["knitting", said]}, [offer("a", "Knit and natter")]).notes
    assert any("good to know" in note for note in notes) == good_to_know


def test_who_would_be_of_use_and_has_lost_somebody_would_not_be_of_use_to_the_bereaved_alone() -> None:
    useful, _ = read_profile(
        profile_from({"goals": ["be of some use again", "company since my wife died"]})
    ).goals
    assert "volunteer_role" in useful.keys and "grief" not in useful.keys


@pytest.mark.parametrize(
    ("said", "never"),
    [
        ("play drums with other people, not just by myself in the garage", "independence"),
        ("swim a little, the doctor says my knees need it", "health_care"),
        ("I do the books for a few farms", "reading"),
        ("friends who know what it is to wait for the papers", "books_here"),
        ("know what to say at his school meetings", "diploma"),
        ("I do not understand the papers", "reading"),
        ("somewhere they understand him", "listening"),
    ],
)
def test_words_that_stand_in_another_sense_lead_nowhere(said: str, never: str) -> None:
    reading = read_profile(profile_from({"assets": [said], "goals": [said]}))
    assert never not in reading.named and "listening" not in reading.refused


def test_what_a_wish_follows_from_counts_half_where_it_names_something_else() -> None:
    said = {
        "goals": ["eat my lunch with people, since Pearl passed", "since Pearl passed the house is too quiet"]
    }
    lunch, house = read_profile(profile_from(said)).goals
    assert (lunch.keys["meal_together"][0], lunch.keys["grief"][0]) == (1.0, 0.5)
    assert house.keys["grief"][0] == 1.0


def test_what_somebody_wants_a_thing_for_counts_half() -> None:
    [wish] = read_profile(
        profile_from({"goals": ["speak English better so I can talk with the teacher"]})
    ).goals
    assert wish.keys["esl"][0] == 1.0 and wish.keys["teaching"][0] == 0.5
