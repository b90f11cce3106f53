"""Sentences as listings have them: everyday words, and a long tail of the names of people, streets and villages.

Ranks are drawn log-uniformly (the n-th word is n times as rare as the first), so the number of different words goes on
growing with the directory, as it does in real ones.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from importlib import resources
from string import Formatter
from typing import NamedTuple

from matching.vocabulary import assets


class Field(NamedTuple):
    """A kind of thing that a directory lists."""

    titles: Sequence[str]
    words: Sequence[str]
    kind: str
    """group (comes together), help (someone helps you), place (open to all)."""


_HELP = """
debt advice|money worries, bills, budgeting, bailiffs, loans, council tax, benefit checks, arrears, pensions
food bank|parcels, tins, cooking oil, nappies, vouchers, fresh bread, surplus food, larder, hot meals
housing advice|tenancies, landlords, repairs, damp, eviction, homelessness, deposits, hostels, rent
job club|interviews, applications, CVs, apprenticeships, training, employers, interview clothes, work experience
carers' support|respite, looking after somebody, young carers, assessments, dementia, a listening ear, short breaks
counselling|bereavement, anxiety, low mood, talking therapy, trauma, relationships, grief, sleep
legal advice|immigration, family law, employment, tribunals, forms, appeals, solicitors, consumer rights
health visiting|babies, weaning, breastfeeding, immunisation, weighing, new parents, toddlers
stop smoking|patches, vaping, lungs, cravings, inhalators, a plan, twelve weeks
patient transport|hospital appointments, wheelchairs, minibuses, volunteer drivers, mileage, escorts
home visits|shopping, handyman, grab rails, key safes, befriending, prescriptions, hospital discharge
sight loss|talking books, magnifiers, guide dogs, canes, large print, low vision, eye clinic
hearing aids|batteries, retubing, lip-reading, subtitles, tinnitus, hearing loops, amplifiers
recovery|alcohol, drugs, twelve steps, relapse, detox, families, sponsors, meetings
early help|parenting, school attendance, behaviour, routines, autism, assessments, keyworkers
"""
_PLACE = """
library|books, computers, printing, study space, storytime, newspapers, local history, maps
leisure centre|swimming, gym, squash, badminton, saunas, crèche, changing rooms, lanes
community centre|rooms for hire, stage, kitchen, notice board, hall, car park, committee
warm space|hot drinks, blankets, heating, soup, board games, a chat, phone charging, wifi
park|ponds, bandstand, bowling green, playground, toilets, benches, ducks, paths
cafe|toast, cakes, soup, jacket potatoes, all-day breakfast, coffee, pay as you feel
museum|galleries, exhibitions, steam engines, looms, tools, school visits, archives
charity shop|furniture, clothes, bric-a-brac, donations, volunteers, collections, vans
church hall|chapel, vestry, organ, flowers, bazaar, sunday, parish, font
"""
_GROUP = """
lunch club|roast dinner, pudding, dominoes, minibus, raffle, pensioners, two courses, entertainers
toddler group|toys, songs, snack time, mums, dads, grandparents, messy play, sand tray
youth club|table tennis, pool table, tuck shop, trips, teenagers, music studio, homework
residents' association|planning, litter, traffic, allotments, newsletters, councillors, street parties
scouts|badges, camping, knots, hikes, cubs, beavers, campfires, parade
women's group|coffee, talks, outings, crafts, guest speakers, wellbeing, sisterhood
men's breakfast|bacon, banter, speakers, sheds, mates, football talk, mugs of tea
English conversation|grammar, speaking, vocabulary, citizenship, newcomers, neighbours, listening
support group|diabetes, stroke, arthritis, fibromyalgia, Parkinson's, epilepsy, peer support, survivors
"""
SENTENCES = (
    "All about {word} and {word2}, for people who like {thing}.", "We meet at {venue}, just off {street}.",
    "Come as you are; tea and biscuits after.", "New faces are always welcome.", "No experience needed.",
    "Started by {person} in {year}, and still run by volunteers.", "Ask for {first} at the front desk.",
    "Bring {stuff} if you have some; otherwise we lend it.", "There is {word}, {word2} and often {tail}.",
    "The {bus} bus from {village} stops outside.", "Suggested donation of {number} pounds towards {stuff}.",
    "People come from {village}, {village2} and further away.", "Funded by the {surname} Trust until {year2}.",
    "We also do {tail} when there is enough interest.", "Ring {first} or leave a message with {person}.",
    "Not during school holidays.", "Please book, as there are only {number} places.", "It is {how} and {how2}.",
    "Everyone over {age} is welcome, with or without {stuff}.", "Last year we put on {word2} at {venue}.",
    "We work with {organization} and the {surname} Centre.", "The room is up {number} steps behind the {place}.",
    "In summer we go out to {village} for {tail}.", "Children must come with a grown-up.", "It is free to try.",
    "Doors open {number} minutes early for a chat about {word}.", "You can do as much or as little as you like.",
    "Our {worker} can tell you more about {word} and {tail}.", "Held in memory of {person}.",
    "Referrals come from {worker2}s, {worker}s and people themselves.", "We speak English and {tongue}.",
    "A {how} session of {word2} with {person}.", "For anyone in {village} who wants help with {word}.",
    "Parking in {street} is difficult; try behind the {place}.", "Winner of the {surname} award for {tail}.",
    "You will be met by {first}, who has been coming for {number} years.", "Wear something {how} and warm.",
    "There are {number} of us, mostly from {village}.", "We have {stuff}, {stuff2} and room for {tail}.",
    "Each week has a theme: last time it was {tail}.", "Please say beforehand if you need {stuff}.",
    "It began as {word} and has grown into {word2}, {tail} and {tail2}.", "Pay what you can.", "See our page.",
    "Under the care of {organization}.", "Sessions last about {number} hours, with a break for {stuff2}.",
    "If you are not sure, come and watch; nobody minds.", "Part of the {surname} and {surname2} partnership.",
    "There is a waiting list of about {number} weeks in {month}.", "First visit? Say hello to {first} or {first2}.",
)  # fmt: skip
_SLOTS = """
stuff: a mug, your own mat, sensible shoes, a towel, a lunch, paper and pens, a blanket, wool, an old shirt,
  gloves, a chair, a torch, a story, photographs, an instrument, scissors, tea, cake, squash, sandwiches, a
  hearing loop
how: friendly, gentle, lively, relaxed, informal, welcoming, quiet, busy, structured, noisy, cheerful, calm,
  comfortable, slow, steady, small, casual, inclusive, old-fashioned, creative, practical, sociable
worker: link worker, nurse, coordinator, organiser, tutor, coach, caretaker, youth worker, receptionist,
  chaplain, adviser, warden, librarian, physiotherapist, health visitor, support worker, trustee, social
  worker, teacher
place: chapel, chip shop, library, post office, school, surgery, pub, supermarket, bandstand, fire station,
  market, railway bridge, garage, bakery, bowling green, war memorial, playground, town hall, old mill,
  pharmacy
tongue: Polish, Urdu, Somali, Arabic, Welsh, Farsi, Romanian, Cantonese, Bengali, Punjabi, Ukrainian,
  Tigrinya, French, Spanish, Portuguese, Kurdish, Pashto, Slovak, Yoruba, British Sign Language
month: January, February, March, April, May, June, July, August, September, October, November, December
thing: being outdoors, good company, learning, making things, music, talking, food, history, keeping fit, a
  quiet hour, helping others, a laugh, animals, games, stories, a routine, old friends, a challenge, peace,
  the arts
first: Mary, John, Aisha, Tom, Susan, David, Margaret, Mohammed, Linda, Peter, Jean, Fatima, Brian, Carol,
  Wei, Ann, Paul, Precious, Keith, Joan, Ali, Pat, Helen, George, Zofia, Derek, Maureen, Abdi, Sheila, Ivan,
  Nora, Grace
"""
_SYLLABLES = """
    Ab Al Ash Bar Beck Bex Birch Black Brad Brack Bram Bur Cal Carl Chat Clay Cold Crom Dan Dart Den Dun
    East Eck Elm Fal Far Fen Gar Glos Grim Hal Har Hart Hes Hol Horn Ing Kel Ken Kirk Lang Led Lin Long Mal
    Marl Mel Mor Nether Nor Old Os Pen Pick Rad Raw Red Ros Row Sal Scar Sel Shel Skel Stan Stock Sut Thorn
    Thur Tin Up Wal Wark West Whit Win Wood Wor Wy
|
    a en er ing le den ber ken ter mans s der ston wor ches al in o e ley
|
    bank beck bottom bridge brook bury by combe cote croft dale den don fell field ford gate green grove ham
    head hill holme hurst ington land leigh ley low mere mill moor more ness over pool port royd shaw
    side stead stone thorpe ton tree wall water well wick wood worth
"""
_STARTS, _MIDDLES, _ENDS = (part.split() for part in _SYLLABLES.split("|"))
NAMES = len(_STARTS) * len(_MIDDLES) * len(_ENDS)
_FORMATTER = Formatter()


def ranked(chance: random.Random, among: int) -> int:
    """A rank from 0: the n-th is about n times as rare as the first."""
    return int(among ** chance.random()) - 1


def name(chance: random.Random) -> str:
    """The name of a village or of a family; some are heard everywhere, most hardly anywhere."""
    return name_of(ranked(chance, NAMES))


def name_of(rank: int) -> str:
    """The name of this rank, the same in every directory."""
    at = rank * 48_611 % NAMES
    at, end = divmod(at, len(_ENDS))
    start, middle = divmod(at, len(_MIDDLES))
    return _STARTS[start] + _MIDDLES[middle] + _ENDS[end]


def street(chance: random.Random) -> str:
    """A street's name."""
    return f"{name(chance)} {chance.choice(('Road', 'Street', 'Lane', 'Close', 'Avenue', 'Terrace'))}"


def venue(chance: random.Random) -> str:
    """A building's name."""
    kind = chance.choice(
        ("Hall", "Chapel", "Centre", "Library", "Institute", "School", "House", "Rooms", "Club")
    )
    return (
        f"{name(chance)} {kind}" if chance.random() < 0.7 else f"St {chance.choice(slot('first'))}'s {kind}"
    )


@cache
def fields_of_life() -> tuple[Field, ...]:
    """What directories list, commonest first: help of all sorts, places, groups, and every asset of the vocabulary."""
    asked = [Field(one.kinds + one.words[:4], one.words, "group") for one in assets().values()]
    told = [
        Field((title,), words.split(", "), kind)
        for kind, text in (("help", _HELP), ("place", _PLACE), ("group", _GROUP))
        for title, _, words in (line.partition("|") for line in text.strip().splitlines())
    ]
    mixed = [*asked, *told]
    random.Random(7).shuffle(mixed)
    return tuple(mixed)


@cache
def slot(name_: str) -> tuple[str, ...]:
    """What may stand in a slot of a sentence."""
    return slots()[name_]


@cache
def slots() -> dict[str, tuple[str, ...]]:
    """What may stand in the slots of sentences, by slot."""
    lines = (line.partition(": ") for line in _SLOTS.strip().replace("\n  ", " ").splitlines())
    return {name_: tuple(values.split(", ")) for name_, _, values in lines}


@cache
def rarer_words() -> tuple[str, ...]:
    """Plain English words that have nothing to do with the vocabulary."""
    text = resources.files("matching.vocabulary").joinpath("lookalikes.txt").read_text(encoding="utf-8")
    words = [line for line in text.splitlines() if line and not line.startswith("#")]
    random.Random(8).shuffle(words)
    return tuple(words)


@cache
def _slots_of(sentence: str) -> tuple[str, ...]:
    return tuple(part for _, part, _, _ in _FORMATTER.parse(sentence) if part)


def _filled(chance: random.Random, which: str, field: Field, organization: str) -> str:
    kind = which.rstrip("2")
    if kind == "word":
        return chance.choice(field.words).lstrip("=").replace(" _ ", " ")
    if kind in slots():
        return chance.choice(slot(kind))
    if kind == "tail":
        words = rarer_words()
        return f"{words[ranked(chance, len(words))]} {words[ranked(chance, len(words))]}"
    if kind == "person":
        return f"{chance.choice(slot('first'))} {name(chance)}"
    made = {"street": street, "venue": venue}.get(kind)
    if made:
        return made(chance)
    if kind == "organization":
        return organization
    if kind in ("village", "surname"):
        return name(chance)
    return str({"year": chance.randrange(1950, 2026), "age": chance.choice((16, 18, 50, 55, 60)),
                "bus": chance.randrange(1, 200), "number": chance.randrange(2, 30)}[kind])  # fmt: skip


def sentences(chance: random.Random, field: Field, organization: str, number: int) -> str:
    """`number` different sentences (at most all there are) about a field, one after another."""
    chosen = chance.sample(SENTENCES, min(number, len(SENTENCES)))
    return " ".join(
        sentence.format_map(
            {which: _filled(chance, which, field, organization) for which in _slots_of(sentence)}
        )
        for sentence in chosen
    )
