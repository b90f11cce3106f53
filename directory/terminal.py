"""What the commands show in a terminal: tables and progress bars. Everything but results goes to stderr."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import unescape
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from directory.formatting import count_of, distance

if TYPE_CHECKING:
    from directory.handover import Held, Record
    from directory.intake import Intake
    from directory.links import Run
    from directory.word_effects import Effect
    from directory.words import Addition, Stored
    from matching.explaining import Explanation
    from matching.types import Match, Matches

FIRST_PROBLEMS = 20
WIDE = 110
"""Where nobody watches (a file, a pipe) there is no width to ask for."""
OUT = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
ERR = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else WIDE)


def say(message: str) -> None:
    """One plain message, to stderr."""
    ERR.print(Text(message), soft_wrap=True)


class _Rate(TextColumn):
    """Listings a second, once there is a speed to tell."""

    def render(self, task: Any) -> Text:
        return Text(f"{task.speed:,.0f} a second" if task.speed else "")


@contextmanager
def progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar with rate and time left, one line a stage; silent where nobody is watching."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(""),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=ERR, disable=not ERR.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield tell


@contextmanager
def share_of_file() -> Iterator[Callable[[int, float], None]]:
    """A bar for a file of unknown length: the share of it that is read."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:.0f}%"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=ERR, disable=not ERR.is_terminal) as bar:
        task = bar.add_task("Loading places", total=1.0)

        def tell(rows: int, share: float) -> None:
            bar.update(task, completed=share, description=f"Loading places ({rows:,})")

        yield tell


def show_import(done: Intake) -> None:
    """Counts, the first problems, and where the rest are."""
    title = f"{done.source} ({done.format}){': what would happen' if done.dry_run else ''}"
    say(title)
    table = Table("", "", show_header=False)
    for name, count in done.counts.items():
        table.add_row(name, f"{count:,}")
    ERR.print(table)
    for problem in done.problems[:FIRST_PROBLEMS]:
        field = f", {problem.field}" if problem.field else ""
        say(f"{problem.where}{field}: {problem.message}")
    if len(done.problems) > FIRST_PROBLEMS:
        say(f"... and {len(done.problems) - FIRST_PROBLEMS:,} more.")
    for conflict in done.conflicts[:FIRST_PROBLEMS]:
        say(
            f"{conflict.source_id}, {conflict.field}: kept what was entered here; the source says: {conflict.theirs}"
        )
    if done.report:
        say(f"All of them are in {done.report}")
    if done.likely_duplicates:
        pairs = counted(done.likely_duplicates, "pair")
        say(f"{pairs} of old and new listings may be the same: kith duplicates lists them.")


def show_duplicates(told: dict[str, Any]) -> None:
    """Pairs that may be one listing, the likeliest first, and why."""
    for pair in told["pairs"]:
        OUT.print(Text(f"{pair['verdict']} ({pair['score']:.2f})", style="bold"))
        for side in pair["listings"]:
            closed = "" if side["status"] == "active" else f" ({side['status'].replace('_', ' ')})"
            OUT.print(Text(f"  {side['name']}{closed}  {side['id']}"))
        OUT.print(Text(f"  {'; '.join(reason['text'] for reason in pair['reasons'])}"))
    shown = len(told["pairs"])
    say(f"{counted(told['total'], 'pair')} in all{f', {shown} shown' if shown < told['total'] else ''}.")


def show_search(told: dict[str, Any]) -> None:
    """Results as a table."""
    for note in told["notes"]:
        say(note)
    if told["did_you_mean"]:
        say(f"Did you mean: {told['did_you_mean']}?")
    table = Table(
        "Name",
        "Organization",
        "Away",
        "About",
        "Checked",
        title=f"{told['total']:,} found",
        title_justify="left",
    )
    for row in told["results"]:
        away = distance(row["distance_km"])
        table.add_row(
            *map(
                Text, (row["name"], row["organization"], away, plain(row["snippet"]), row["checked_on"] or "")
            )
        )
    if told["results"]:
        OUT.print(table)
    for choice in told["place_choices"]:
        say(f"  {choice}")


def plain(html: str) -> str:
    """A highlighted snippet without its marks."""
    return unescape(re.sub(r"<[^>]+>", "", html))


MOST_REASONS = 3
"""Reasons, and cautions, that are said where nobody asked for all."""


def show_matches(found: Matches, *, staff: bool, whose: str = "", most: int | None = MOST_REASONS) -> None:
    """The answer as readable tables: what fits, the path, what to ask, later steps, what is hidden. `most` reasons and
    cautions of each."""
    for note in found.notes:
        say(note)
    _match_table(f"Places that fit{' ' + whose if whose else ''}", found.matches, staff, most)
    if found.path:
        steps = Table("Support (0-8)", "Step", "Why", title="One step at a time", title_justify="left")
        for step in found.path:
            steps.add_row(*map(Text, (str(step.rung), step.match.opportunity.name, _why(step.match, most))))
        OUT.print(steps)
    _match_table("Check first", found.check_first, staff, most, questions=True)
    _match_table("Later steps", found.later, staff, most)
    _match_table("Something different", found.something_different, staff, most)
    for hidden in found.hidden:
        OUT.print(Text(f"{hidden.count} hidden: {hidden.reason}"))
    if found.opens_most:
        OUT.print(Text(f"{found.opens_most.change}, {found.opens_most.count} more would fit."))


def _match_table(
    title: str, matches: tuple[Match, ...], staff: bool, most: int | None, *, questions: bool = False
) -> None:
    if not matches:
        return
    columns = ["Place", "Why", "Ask first" if questions else "Good to know", *(["Known by"] if staff else [])]
    table = Table(*columns, title=title, title_justify="left", show_lines=True)
    for match in matches:
        mind = match.questions if questions else match.cautions[:most]
        cells = [_place(match), _why(match, most), "\n".join(mind)]
        if staff:
            cells.append(", ".join(match.opportunity.known_by))
        table.add_row(*map(Text, cells))
    OUT.print(table)


def _place(match: Match) -> str:
    """Name, when and how far, a line each."""
    away = distance(match.distance_km, rough=match.rough)
    more = f"and {len(match.times) - 2} more times" if len(match.times) > 2 else ""
    also = f"also at {count_of(len(match.also_at), 'other place')}" if match.also_at else ""
    return "\n".join(
        filter(None, (match.opportunity.name, *match.times[:2], more, f"{away} away" if away else "", also))
    )


def _why(match: Match, most: int | None) -> str:
    from matching.wording import most_telling  # the whole matcher, which `kith --help` does without (0.4 s)

    return "\n".join(reason.text for reason in most_telling(match)[:most])


def show_explanation(found: Explanation) -> None:
    """Where a listing stands, what each part adds to its score, and what every rule says of it."""
    OUT.print(Text(f"{found.name} ({found.id}): {found.stands}"))
    several = len({part.person for place in found.places for part in place.parts}) > 1
    for place in found.places:
        about = f" at {place.place}" if place.place else ""
        OUT.print(Text(f"By itself{about}: {place.standing}, score {place.score:.3f}"))
        parts = Table("Part", "Weight", "Value", "Adds", title="The score", title_justify="left")
        for part in place.parts:
            name = f"{part.name} (person {part.person})" if several else part.name
            parts.add_row(name, f"{part.weight:.3f}", f"{part.value:.3f}", f"{part.adds:.3f}")
        OUT.print(parts)
        rules = Table("Rule", "Verdict", "Gives", "In words", title="The rules", title_justify="left")
        for said in place.said:
            name = f"{said.rule} (person {said.person})" if several else said.rule
            gives = "" if said.score is None else f"{said.score:.2f}"
            rules.add_row(*map(Text, (name, said.verdict or "nothing to say", gives, "\n".join(said.words))))
        OUT.print(rules)


def show_evaluation(told: dict[str, Any], *, each: bool) -> None:
    """What each way of searching reaches on a judged set; with `each`, the nDCG of every need."""
    for note in told["notes"]:
        say(note)
    title = f"{told['name']}: {told['needs']} needs, {told['graded']:,} judged listings"
    table = Table("", "nDCG@10", "recall@20", "Misplaced", title=title, title_justify="left")
    for one in told["systems"]:
        wrong = one["misplaced"]
        places = f"{wrong['excluded']} excluded, {wrong['unknown']} unknown, of {wrong['places']:,}"
        table.add_row(one["system"], f"{one['ndcg_at_10']:.3f}", f"{one['recall_at_20']:.3f}", places)
    OUT.print(table)
    if each:
        needs = Table("nDCG@10", *(one["system"] for one in told["systems"]))
        for need in told["systems"][0]["each"]:
            needs.add_row(Text(need), *(f"{one['each'][need]:.2f}" for one in told["systems"]))
        OUT.print(needs)


def show_vocabulary(told: dict[str, list[dict[str, Any]]]) -> None:
    """Every key with its words."""
    for kind, entries in told.items():
        table = Table("Key", "In words", title=kind.capitalize(), title_justify="left")
        for entry in entries:
            table.add_row(entry["key"], Text(str(entry.get("label") or entry.get("name"))))
        OUT.print(table)


def show_words(found: Sequence[Stored], unusable: Sequence[Addition]) -> None:
    """The agency's own words, and which of them count for nothing."""
    if not found:
        say("You have added no words yet. kith words add --help says how.")
        return
    table = Table("Kind", "Key", "Phrase", "Part", "Added by", "On")
    for one in found:
        word = one.addition
        cells = (word.kind, word.key, word.phrase, word.part, one.added_by, one.added_on.isoformat())
        table.add_row(*map(Text, cells))
    OUT.print(table)
    for word in unusable:
        say(
            f"{word.phrase!r} counts for nothing: this Kith has no {word.kind} {word.key!r} with {word.part}."
        )


def show_users(found: Sequence[tuple[str, str, str, str]]) -> None:
    """Accounts: name, email, roles, state."""
    if not found:
        say("Nobody can sign in yet. kith user add --help says how.")
        return
    table = Table("Name", "Email", "Roles", "State")
    for one in found:
        table.add_row(*map(Text, one))
    OUT.print(table)


def show_effect(effect: Effect) -> None:
    """What a word would do, before it is added."""
    word = effect.addition
    if word.kind == "synonym":
        OUT.print(Text(f"Searches for {word.key!r} or {word.phrase!r} would find "
                       f"{_more(effect.gained)}."), soft_wrap=True)  # fmt: skip
        return
    about = f"about {word.key}"
    if word.part != "not_words":
        OUT.print(Text(f"{word.phrase!r} would make {_named(effect.gained)} {about}."), soft_wrap=True)
    if effect.lost or word.part == "not_words":
        OUT.print(
            Text(f"{word.phrase!r} would make {_named(effect.lost)} no longer {about}."), soft_wrap=True
        )
    if word.part == "said" or (word.kind == "goal" and word.part == "words"):
        OUT.print(Text("It counts in what people say of themselves, not in listings. For those, use --part shown."),
                  soft_wrap=True)  # fmt: skip


def in_words(word: Addition) -> str:
    """What a word says: "'footers' means the same as 'football' in the search box"."""
    if word.kind == "synonym":
        return f"{word.phrase!r} means the same as {word.key!r} in the search box"
    return f"{word.phrase!r} among the {word.part} of the {word.kind} {word.key}"


def counted(number: int, thing: str) -> str:
    """ "1 word", "2 words"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def show_links(run: Run) -> None:
    """What came of visiting links."""
    say(f"Visited {counted(run.checked, 'link')}: {run.failing} failed once, {run.dead} dead.")
    if run.held_over:
        say(
            f"{counted(run.held_over, 'link')} could not be reached, and nothing else answered either: "
            "is this machine online? Nothing was concluded from that."
        )


FIRST_NAMES = 5


def _named(names: Sequence[str]) -> str:
    return counted(len(names), "listing") + _first(names)


def _more(names: Sequence[str]) -> str:
    return f"{len(names):,} more {'listing' if len(names) == 1 else 'listings'}{_first(names)}"


def _first(names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - FIRST_NAMES:,} more" if len(names) > FIRST_NAMES else ""
    return f" ({'; '.join(names[:FIRST_NAMES])}{more})"


def show_handover(name: str, held: Sequence[Held], record: Record | None) -> None:
    """What a colleague holds, and who has it now where it was passed on."""
    if record:
        for kind, listing, holder in record.lines:
            OUT.print(Text(f"{listing}: {kind}, now with {holder}"))
        say(f"The account of {name} is closed. The record names {record.who} ({record.role}).")
        return
    for one in held:
        where = f" ({one.listing.area})" if one.listing.area else ""
        OUT.print(Text(f"{one.listing.name}{where}: {one.kind}, {one.what}"))
    say(
        f"{name} holds {counted(len(held), 'thing')}. To pass them on: --to COLLEAGUE."
        if held
        else f"{name} holds nothing alone. To close the account: --close."
    )
