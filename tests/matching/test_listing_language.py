"""What a listing says leads to what it is about, and a word that only looks like it does not."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.language import affirms, concepts_of_listing, goals_of_listing, topics_of_listing

# name, description, keys it is about, keys it must not be taken to be about
LISTINGS: list[tuple[str, str, str, str]] = [
    ("Coach and Horses", "A pub with a warm corner.", "", "animals"),
    ("Riding stables", "Meet the horses.", "animals", ""),
    ("Heart Gallery", "Portraits of children in foster care.", "", "drawing_painting"),
    ("St Anne's", "The church choir meets on Fridays.", "faith_spirit", ""),
    ("Baker Hospital", "Cardiology and surgery.", "", "cooking_baking"),
    ("Baking club", "For any home baker.", "cooking_baking", ""),
    ("Friday table", "We are cooking meals together.", "cooking_baking", ""),
    ("Friday lunch", "Cooked meals are served from twelve.", "", "cooking_baking"),
    ("Surf Medical", "Oxygen and wheelchairs.", "", "water"),
    ("Surf school", "Surfing for beginners.", "water", ""),
    ("Brain institute", "Research from novel points of view.", "", "reading"),
    ("Page one", "We read novels.", "reading", ""),
    ("Hill hospice", "Nurses, music therapy and spiritual support.", "", "faith_spirit playing_music"),
    ("Detox ward", "Detoxification with a spirituality group.", "", "faith_spirit"),
    ("Quiet day", "A spiritual retreat day with prayer.", "faith_spirit", ""),
    ("The Listeners", "Volunteers who wish to be trained as listeners sit with pupils.", "listening", ""),
    ("Knit and natter", "Bring your wool and have a cuppa.", "textile_crafts", "storytelling"),
    ("Open mic at the Fox", "All acts welcome.", "humour playing_music", "photo_film"),
    ("Gong Show", "New acts get three minutes before the gong.", "humour", "calm"),
    ("Tuesday improvisers", "Learn improv games in a friendly room.", "humour acting", ""),
    ("Beginners' English", "Be a class helper: help the tutor, hand out, cheer on.", "teaching", ""),
    ("Broad Beans", "Sow runner beans with us.", "growing", "running_fitness"),
    ("Laughter yoga", "Giggle and stretch.", "humour gentle_movement", ""),
    ("Talking heads", "A story circle for anyone with a tale.", "storytelling", "style_beauty"),
    ("Pen and Ink", "A creative writing group that meets over tea.", "writing", "drawing_painting"),
    ("CV club", "Help with writing a CV and applications.", "", "writing"),
    ("Page Turners", "A book club for crime fiction.", "reading", ""),
    ("Hillside Library", "", "reading", "nature walking"),
    ("Tool library", "Borrow a drill.", "making_mending", "reading"),
    ("Summer play scheme", "Book your place early.", "", "reading acting"),
    ("Reading Borough welfare desk", "Benefits advice in Reading.", "", "reading"),
    ("The Masquers", "An amateur dramatics society.", "acting", ""),
    ("Day surgery", "Operating theatre on the second floor.", "", "acting screen_radio"),
    ("Acting manager's surgery", "Speak to the acting manager.", "", "acting"),
    ("Sing for Joy", "A community choir with no audition.", "singing", ""),
    ("Hope choir", "No singing experience needed, just come.", "singing", ""),
    ("Silent retreat", "There is no singing and no dancing.", "", "singing dance"),
    ("Ukes United", "A ukulele group for beginners.", "playing_music", ""),
    ("Broadband help", "Get a better broadband deal.", "", "playing_music"),
    ("Vinyl Night", "Bring your records and listen.", "loving_music", "making_mending"),
    ("Tea dance", "Ballroom and sequence dancing.", "dance", ""),
    ("Advice and guidance", "In attendance every Monday.", "", "dance"),
    ("Lap of honour", "Not a dance group.", "", "dance"),
    ("Saturday sketchers", "Urban sketching for all.", "drawing_painting", "humour"),
    ("Stuart Hall", "A room for hire.", "", "drawing_painting"),
    ("Handy help", "Painting and decorating for older residents.", "", "drawing_painting"),
    ("Self-defence", "Martial arts for women.", "running_fitness", "drawing_painting"),
    ("Craft Cafe", "Making things with friends.", "textile_crafts", ""),
    ("Craft beer tasting", "Local ales.", "", "textile_crafts"),
    ("Knitting the community together", "A new project.", "", "textile_crafts"),
    ("Family hub", "We are a close-knit team.", "", "textile_crafts"),
    ("Men's Shed", "Woodwork and a brew.", "making_mending", ""),
    ("Repair cafe", "Bring your broken items.", "making_mending environment", ""),
    ("Home repairs", "Home repairs for tenants.", "", "making_mending"),
    ("Shutterbugs", "A photography group.", "photo_film", ""),
    ("Pass office", "Bring photo ID.", "", "photo_film"),
    ("Community kitchen", "Cook together and eat.", "cooking_baking", ""),
    ("Lunch club", "A home cooked meal for £3.", "", "cooking_baking"),
    ("Hall for hire", "Kitchen facilities and parking.", "", "cooking_baking"),
    ("Dig for Joy", "A community garden with raised beds.", "growing", ""),
    ("Garden centre cafe", "Coffee and cake.", "", "growing"),
    ("Garden House surgery", "GP practice.", "", "growing"),
    ("Trustee board", "Help run the charity; growing need for skills.", "", "growing cards_board_games"),
    ("Humane Society", "Homes for companion animals.", "animals", ""),
    ("Hounds Together", "A weekly dog walk.", "animals walking", ""),
    ("Cosy corner", "Assistance dogs welcome.", "", "animals"),
    ("City farm", "Feed the goats.", "animals", ""),
    ("Hot dog stall", "Hot dogs on Friday.", "", "animals"),
    ("Early Birds breakfast", "Toast from 8.", "", "nature animals"),
    ("Wild about wildlife", "Bird watching at the ponds.", "nature", ""),
    ("The nature of grief", "Talks about loss.", "", "nature"),
    ("Health walks", "A gentle group walk from the library.", "walking", ""),
    ("Walk-in clinic", "No appointment; five minute walk from the station.", "", "walking"),
    ("Equipment loans", "Walking frames and wheelchairs.", "", "walking"),
    ("Walking football", "For over 50s.", "team_sport", "walking"),
    ("Couch to 5k", "A running group for beginners.", "running_fitness", ""),
    ("Grants desk", "Help with running costs.", "", "running_fitness"),
    ("Coffee morning", "The group has been running since 1998.", "", "running_fitness"),
    ("Boxing Day lunch", "For anyone alone.", "", "running_fitness"),
    ("Splash", "Swimming for adults who are nervous of water.", "water", "bowls_table_games"),
    ("Youth night", "Pool table and table tennis.", "bowls_table_games", "water team_sport"),
    ("Car pool", "Share lifts to work.", "", "water bowls_table_games"),
    ("Chippy tea", "Fish and chips on Fridays.", "", "water"),
    ("Hotspurs", "Five-a-side football on Thursdays.", "team_sport", ""),
    ("Toddler tea", "Orange squash and biscuits.", "", "team_sport"),
    ("Bend and Breathe", "Chair yoga.", "gentle_movement", ""),
    ("Money matters", "Check your bank balance.", "", "gentle_movement"),
    ("Bowls club", "Crown green bowls; come and try.", "bowls_table_games", ""),
    ("Soup kitchen", "Bowls of soup for anyone.", "", "bowls_table_games cooking_baking"),
    ("Spokes", "A social cycle ride on quiet roads.", "cycling", ""),
    ("Freedom project", "Breaking the cycle of violence.", "", "cycling"),
    ("Station hub", "Cycle parking outside.", "", "cycling"),
    ("Chess club", "Boards provided.", "cards_board_games", ""),
    ("Housing board", "Join our trustee board.", "", "cards_board_games"),
    ("Contactless welcome", "Bank cards accepted.", "", "cards_board_games"),
    ("Bridge Street hub", "Drop in.", "", "cards_board_games"),
    ("Bridge club", "Duplicate bridge on Mondays.", "cards_board_games", ""),
    ("Dice and Dragons", "Tabletop role play, D&D and more.", "gaming_fantasy", "acting"),
    ("Gaming harm clinic", "Help with gaming addiction.", "", "gaming_fantasy"),
    ("Safe space", "A safe space to talk.", "", "gaming_fantasy curiosity_learning"),
    ("Code club", "Coding for all ages.", "computers", ""),
    ("Billing office", "Medical coding and billing.", "", "computers"),
    ("Quiz night", "Teams of four.", "quizzes_facts", ""),
    ("Past Times", "The local history society.", "history_heritage", ""),
    ("Clinic", "We take a medical history.", "", "history_heritage"),
    ("Community connectors", "Help newcomers find their feet.", "knowing_area", ""),
    ("Bible study", "Tea and prayer.", "faith_spirit", ""),
    ("St Agnes church hall", "A hall for hire.", "", "faith_spirit"),
    ("Day centre", "People of all faiths and none.", "", "faith_spirit"),
    ("Conversation exchange", "Swap Spanish conversation for English.", "languages_cultures", ""),
    ("Speech and language therapy", "For children.", "", "languages_cultures"),
    ("Homework heroes", "Volunteer tutors wanted.", "teaching", ""),
    ("Outpatients", "Patient transport from here.", "", "teaching"),
    ("Phone Friends", "Befriending by telephone.", "listening", ""),
    ("Event crew", "Stewarding at the festival.", "organising", ""),
    ("Residents' association", "Have your say.", "leading", ""),
    ("Leading provider of care", "A leading charity.", "", "leading"),
    ("Van crew", "Volunteer drivers take shopping round.", "helping_hands", ""),
    ("Peer support group", "Led by people in recovery.", "lived_experience", ""),
    ("Storm fund", "Hurricane recovery grants.", "", "lived_experience"),
    ("U3A", "Talks and visits.", "curiosity_learning", ""),
    ("Learning disability team", "Assessments.", "", "curiosity_learning"),
    ("Film club", "A film and a chat.", "screen_radio", "photo_film"),
    ("Radiotherapy", "Hospital department.", "", "screen_radio"),
    ("Swap and Style", "A clothes swap.", "style_beauty", ""),
    ("Healthy lifestyle", "Make up your own mind.", "", "style_beauty"),
    ("Loco shed", "Model railways and steam trains.", "vehicles", ""),
    ("Skills for work", "Training and a train station nearby.", "", "vehicles"),
    ("Canal tidy", "A litter pick along the towpath.", "environment", ""),
    ("Calm space", "A supportive environment.", "calm", "environment"),
    ("Generations", "Intergenerational lunches.", "young_and_old", ""),
    ("Still Minds", "Mindfulness and guided relaxation.", "calm", ""),
    ("Tenants' notice", "Please be mindful of neighbours.", "", "calm"),
    ("Youth drop-in", "Swimming: no. Chess: yes.", "cards_board_games", "water"),
    ("Social club", "This is not a sports club.", "", "team_sport"),
    ("Quiet lounge", "Football not allowed.", "", "team_sport"),
    ("Bingo cancelled", "Bingo is cancelled until spring.", "", "reading"),
    ("Rose Gardens Health Centre", "Lovely gardens all round.", "", "growing"),
    ("Sobriety circle", "Felt lonely? Follow the code of conduct.", "", "textile_crafts computers"),
    ("The Hub", "No gardening required, but come and sit.", "", "growing"),
    ("Art for all", "No art skills needed.", "drawing_painting", ""),
    ("Sewing bee", "No sewing experience necessary.", "textile_crafts", ""),
    ("Gardeners' rest", "Not just for gardeners: gardening talks too.", "growing", ""),
    ("Warm hub", "Board games, jigsaws and knitting.", "cards_board_games textile_crafts", ""),
    ("Improve your home", "We improve streets and activities.", "", "humour leading"),
    ("The organisation", "Our organisation is organised by staff.", "", "organising"),
    ("Stand up to bullying", "A campaign in schools.", "", "humour"),
    ("Paddle power", "Stand-up paddleboarding.", "water", "humour"),
]


@pytest.mark.parametrize(("name", "description", "about", "not_about"), LISTINGS)
def test_a_listing_is_about_what_it_says(name: str, description: str, about: str, not_about: str) -> None:
    found = concepts_of_listing(name, (), description)
    assert set(about.split()) <= set(found), found
    assert not set(not_about.split()) & set(found), found
    assert all(0 < strength <= 1 for strength in found.values())


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(LISTINGS) >= 120


def test_a_name_says_more_than_a_description_and_a_hint_least() -> None:
    named = concepts_of_listing("Chess club")["cards_board_games"]
    described = concepts_of_listing("Social club", (), "There is chess.")["cards_board_games"]
    hinted = concepts_of_listing("Social afternoon with cards and games")["cards_board_games"]
    in_passing = concepts_of_listing("Social club", (), "Tea and games.").get("cards_board_games", 0)
    assert named == hinted == 1.0 > described > in_passing


def test_an_activity_speaks_as_plainly_as_a_name() -> None:
    assert concepts_of_listing("Tuesdays", ("chess", "knitting")) == {
        "cards_board_games": 1.0,
        "textile_crafts": 1.0,
    }


def test_games_played_on_a_stage_are_not_games_played_at_a_table() -> None:
    assert "cards_board_games" not in concepts_of_listing("First steps", ("improv", "drama games"))
    assert "cards_board_games" in concepts_of_listing("First steps", ("games",))


def test_the_organizations_name_counts_for_half() -> None:
    assert concepts_of_listing("Tuesday rehearsal", (), "", "Harbour Community Choir") == {"singing": 0.5}


def test_american_spelling_and_hyphens_make_no_difference() -> None:
    for name in ("Stand-up night", "Stand up night", "Standup night"):
        assert "humour" in concepts_of_listing(name)
    assert "acting" in concepts_of_listing("Community theater")
    assert "style_beauty" in concepts_of_listing("Hair & beauty")


@pytest.mark.parametrize(
    ("description", "wanted"),
    [
        ("Volunteers needed on Fridays.", True), ("Volunteers: no volunteers needed.", False),
        ("Volunteers: No", False),
        ("No volunteers needed at present.", False), ("We welcome volunteers; no experience needed.", True),
        ("Volunteer opportunities in our shop.", True), ("Run by volunteers.", False),
    ],
)  # fmt: skip
def test_a_listing_that_needs_no_volunteers_is_no_volunteering_role(description: str, wanted: bool) -> None:
    assert ("give_back" in goals_of_listing("The shop", (), description)) is wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Home visits: No", False), ("Home visits: yes", True), ("We offer home visits.", True),
        ("No home visits.", False),
        ("We do not offer home visits", False), ("Home visits not available", False),
        ("Home visits - none", False),
        ("Home visits (no)", False), ("Nothing of the kind", False), ("", False),
    ],
)  # fmt: skip
def test_a_denied_service_is_not_affirmed(text: str, said: bool) -> None:
    assert affirms(text, ("home visit", "home visits")) is said


GOAL_SIGNS = [
    ("Open mic", "", "show_work"), ("Coffee morning", "Make new friends.", "friend"),
    ("ESOL class", "", "english"), ("Job club", "", "work"), ("Stay and play", "", "family_time"),
    ("Carers' cafe", "", "break_from_caring"), ("Debt advice", "", "home_money"),
    ("Taster day", "", "try_new"),
    ("Digital drop-in", "", "online_skills"), ("Travel training", "", "independence"),
    ("Deaf club", "", "community_of_identity"),
    ("Residents' association", "", "have_a_say"), ("Peer support group", "", "been_there"),
    ("Guitar lessons", "", "get_better"),
    ("Adult learning", "", "learn"), ("Keep fit", "", "move_more"), ("Mindfulness", "", "calm"),
    ("Bereavement walk", "", "been_there"), ("Sunday circle", "For anyone who has lost a loved one.", "been_there"),
    ("Recovery cafe", "", "been_there"),
    ("Vet Center", "", "been_there"), ("Tea by telephone", "A telephone group of five.", "friend"),
    ("Friday table", "A community meal.", "friend"),
    ("Sober socials", "", "fresh_start"), ("Warm hub", "", "get_out"), ("Speed dating", "", "partner"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "description", "goal"), GOAL_SIGNS)
def test_a_listing_shows_which_goals_it_serves(name: str, description: str, goal: str) -> None:
    assert goal in goals_of_listing(name, (), description)


@pytest.mark.parametrize(
    ("name", "description", "goal", "never"),
    [
        ("Lost children", "Photos go to companies and corporations.", "", "friend"),
        ("Tuesday tea", "Good company and cake.", "friend", ""),
        ("Fellowship", "Alcoholics Anonymous is for anyone who wants to stop drinking.", "fresh_start been_there", ""),
        ("Ex-forces breakfast", "For former soldiers.", "community_of_identity", ""),
        ("Trained ears", "For interested volunteers who wish to be trained.", "give_back", ""),
        ("Adult partners", "Matching volunteer mentors with boys and girls.", "give_back", ""),
        ("Long term care", "Trained volunteers visit homes and resolve complaints.", "", "give_back"),
        ("Rafters", "A homeless shelter with hot meals.", "home_money", ""),
        ("After-school club", "Children get hot meals.", "", "home_money"),
        ("Two Fish", "A soup kitchen.", "home_money", ""),
        ("Books for babies", "We counsel parents and caregivers on reading aloud.", "", "break_from_caring"),
        ("Tea for caregivers", "Support for caregivers, and respite care.", "break_from_caring", ""),
        ("Memory support", "A caregiver support group.", "break_from_caring been_there", ""),
        ("Grief circle", "For people who are grieving.", "fresh_start been_there", ""),
        ("Job centre", "Careersource offices help with resumes.", "work", ""),
        ("White cane school", "Orientation and mobility for blind adults.", "independence", "move_more"),
        ("Advice line", "Bilingual staff speak English.", "", "english"),
        ("Pride hotline", "Peer support for isolated LGBTQ people.", "", "friend been_there community_of_identity"),
        ("Debt helpline", "Debt advice by phone.", "home_money", ""),
        ("Monday phone friends", "A telephone group for isolated people.", "friend", ""),
    ],
)  # fmt: skip
def test_a_listing_shows_whom_and_what_it_serves_and_nothing_in_passing(
    name: str, description: str, goal: str, never: str
) -> None:
    found = goals_of_listing(name, (), description)
    assert set(goal.split()) <= set(found), found
    assert not set(never.split()) & set(found), found


@pytest.mark.parametrize(
    ("name", "told", "still"),
    [
        ("Consulate General of Ruritania", "Covers culture, football, education and passports.", ""),
        ("Probate", "The court hears cases on mental health and substance abuse.", ""),
        ("Substance abuse", "Under the statutes the Guardianship Division will hear cases on drinking.", ""),
        ("Hillview Police Department", "A choir for veterans sings at the station; friendship for older people.", ""),
        ("Ruritanian Advisory Board", "Have your say in what the council does. Ruritanians welcome.", "have_a_say"),
        ("Public Defender", "Free legal representation for people accused of a crime.", "legal_help"),
    ],
)  # fmt: skip
def test_an_office_of_the_state_is_no_place_to_belong(name: str, told: str, still: str) -> None:
    found = {
        **concepts_of_listing(name, (), told),
        **topics_of_listing(name, (), told),
        **goals_of_listing(name, (), told),
    }
    assert set(found) == set(still.split())


def test_a_club_that_an_office_runs_is_one() -> None:
    assert "team_sport" in concepts_of_listing("Police Athletic League", (), "Football for young people.")
    assert "singing" in concepts_of_listing("Court Street choir", (), "We sing on Mondays.")
    hall = "A choir and a chess club meet in the old hall of a village where, long ago, a magistrate would hear cases."
    assert "singing" in concepts_of_listing("Old hall", (), hall)


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=60),
    st.lists(st.text(max_size=20), max_size=3),
    st.text(max_size=200),
    st.text(max_size=30),
)
def test_no_listing_text_raises(
    name: str, activities: list[str], description: str, organization: str
) -> None:
    for reader in (concepts_of_listing, goals_of_listing):
        found: Mapping[str, float] = reader(name, tuple(activities), description, organization)
        assert all(0 < strength <= 1 for strength in found.values())
        assert reader(name, tuple(activities), description, organization) == found


@pytest.mark.shared_data
def test_real_services_are_read_quickly_and_mostly_are_not_hobbies(shared_data: Path) -> None:
    import csv

    path = shared_data / "miami_open211" / "data" / "services.csv"
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        rows = [(row["name"] or "", row["description"] or "") for row in csv.DictReader(file)]
    began = time.perf_counter()
    found = [concepts_of_listing(name, (), description) for name, description in rows]
    took = time.perf_counter() - began
    assert len(rows) > 4000
    assert sum(1 for keys in found if not keys) > len(rows) / 2, "most 211 services are help, not pastimes"
    assert took < 30 or os.environ.get("CI"), f"{took:.1f} s"


TAX = (
    "People with low incomes are helped to fill in what the tax office wants of them, on computers in the hall, with a "
    "coding club next door; bring your letters."
)


def test_a_name_that_its_own_long_text_never_takes_up_says_less() -> None:
    """The library where tax forms are filled in is no place for readers first of all."""
    named = concepts_of_listing("North Library")["reading"]
    assert concepts_of_listing("North Library", (), TAX)["reading"] < named
    assert concepts_of_listing("North Library", (), f"{TAX} A reading group on Mondays.")["reading"] == named
    assert concepts_of_listing("North Library", (), "Quiet and warm.")["reading"] == named


def test_whom_a_text_is_for_counts_beside_whatever_its_name_says() -> None:
    served = goals_of_listing("Support group", (), "For carers of people with dementia.")
    assert served["been_there"] == 1.0 and served["break_from_caring"] >= 0.6
