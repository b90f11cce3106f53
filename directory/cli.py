"""The `kith` command (design.md 6, Commands). JSON goes to stdout alone; messages and progress bars to stderr.

Its frame is in `command_line.py`; `kith words` and `kith user` have files of their own.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from directory import cli_accounts, cli_words, terminal
from directory.command_line import COULD_NOT_START, DONE, WITH_PROBLEMS, cli, command, print_json, run_inside
from directory.errors import CannotStart, KithError

__all__ = ["cli", "cli_accounts", "cli_words", "main"]

LARGEST_PROFILE = 1_000_000


def main() -> None:
    """The console script."""
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(COULD_NOT_START)
    except click.Abort:
        terminal.say("Stopped.")
        sys.exit(COULD_NOT_START)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output left; there is nobody to tell
        sys.exit(DONE)


@command("import")
@click.argument("source_path", metavar="SOURCE", type=click.Path(path_type=Path))
@click.option(
    "--format", "format_name", help="sheet, hsds_tabular, geojson, json, a mapping's name, or a mapping file."
)
@click.option(
    "--source", "source_name", help="A short name for where this comes from; the file's name if left out."
)
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def import_command(
    source_path: Path, format_name: str | None, source_name: str | None, dry_run: bool, as_json: bool
) -> int:
    """Load listings from a sheet, an HSDS package, GeoJSON or JSON."""
    from directory import intake

    with terminal.progress() as progress:
        done = intake.run_import(
            source_path,
            actor="cli",
            source=source_name,
            format=format_name,
            dry_run=dry_run,
            progress=progress,
        )
    if as_json:
        print_json(done.to_json())
    else:
        terminal.show_import(done)
    return WITH_PROBLEMS if done.problems or done.conflicts else DONE


@command("duplicates")
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, show_default=True)
@click.option("--afresh", is_flag=True, help="Compare everything again, not only what changed.")
@click.option("--json", "as_json", is_flag=True, help="Print the pairs as JSON.")
def duplicates_command(limit: int, afresh: bool, as_json: bool) -> None:
    """Listings that may be one and the same, the likeliest first. A curator merges them on the site."""
    from directory import duplicates

    told = duplicates.to_json(limit, afresh=afresh)
    if as_json:
        print_json(told)
    else:
        terminal.show_duplicates(told)


@command("search", ignore_unknown_options=True, help_option_names=["--help"])
@click.argument("words", nargs=-1)
@click.option("--near", default="", help="A postcode, a district, a place or lat,lon.")
@click.option("--within", type=click.FloatRange(min=0), help="Kilometres from there.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def search_command(
    words: tuple[str, ...], near: str, within: float | None, limit: int, as_json: bool
) -> None:
    """Search by words and distance: "a phrase" in quotes, -word for what should not be there."""
    from directory import searching
    from matching.types import Criteria

    for word in words:
        if word.startswith("--") and word.strip("-"):
            raise click.NoSuchOption(word)
    criteria = Criteria(words=" ".join(words), near=near, within_km=within, per_page=limit)
    told = searching.to_json(searching.search(criteria))
    if as_json:
        print_json(told)
    else:
        terminal.show_search(told)


@command("match")
@click.argument("profile_path", metavar="PROFILE.json")
@click.option(
    "--with", "other_path", metavar="OTHER.json", help="Someone who would go along: works for both."
)
@click.option("--as", "viewer", type=click.Choice(["public", "staff"]), default="public", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--all-reasons", is_flag=True, help="Every reason and caution, not only the first three.")
@click.option("--explain", "listing", metavar="ID", help="Why one listing stands where it does (for staff).")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def match_command(
    profile_path: str,
    other_path: str | None,
    viewer: str,
    limit: int,
    all_reasons: bool,
    listing: str | None,
    as_json: bool,
) -> None:
    """Places that fit a person: PROFILE.json, or - to read it from standard input."""
    from directory import matchmaking
    from matching.answering import to_json
    from matching.explaining import to_json as explanation_json

    staff = viewer == "staff"
    other = _profile(other_path) if other_path else None
    if listing is not None:
        explained = matchmaking.explain_match(_profile(profile_path), listing, other=other)
        if as_json:
            print_json(explanation_json(explained))
        else:
            terminal.show_explanation(explained)
        return
    found = matchmaking.find_matches(_profile(profile_path), other=other, staff=staff, limit=limit)
    if as_json:
        print_json(to_json(found, staff=staff))
    else:
        terminal.show_matches(found, staff=staff, most=None if all_reasons else terminal.MOST_REASONS)


def _profile(path: str) -> Any:
    """A decoded Profile JSON from a file or standard input."""
    name = "standard input" if path == "-" else Path(path).name
    try:
        raw = sys.stdin.buffer.read(LARGEST_PROFILE + 1) if path == "-" else _read_file(Path(path))
    except OSError as error:
        raise CannotStart(f"{name} cannot be read: {error.strerror}.") from error
    if len(raw) > LARGEST_PROFILE:
        raise CannotStart(f"{name} is larger than a profile can be (1 MB).")
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise CannotStart(f"{name} is not JSON: {error}. See examples/simon.json for the shape.") from error


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_PROFILE + 1)


@cli.command("vocabulary")
@click.option("--data", help="Kith's data folder (or KITH_DATA), where the agency's own words are.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, with the agency's own words.")
def vocabulary_command(data: str | None, as_json: bool) -> None:
    """All keys: assets, goals, topics, barriers, facts."""
    from matching.vocabulary import assets, goals, topics
    from matching.vocabulary.needs import barriers, facts, ladder

    told: dict[str, list[dict[str, Any]]] = {
        "assets": [
            {"key": a.key, "label": a.label, "neighbours": list(a.neighbours)} for a in assets().values()
        ],
        "goals": [{"key": g.key, "label": g.label, "first_step": g.first_step} for g in goals().values()],
        "topics": [{"key": t.key, "label": t.about, "of": list(t.of)} for t in topics().values()],
        "barriers": [{"key": b.key, "label": b.label, "takes": list(b.takes)} for b in barriers().values()],
        "facts": [
            {"key": f.key, "scope": f.scope, "values": list(f.values), "name": f.name, "ask": f.ask}
            for f in facts().values()
        ],
    }
    told["rungs"] = [{"key": str(rung.number), "label": rung.choice} for rung in ladder()]
    if not as_json:
        terminal.show_vocabulary(told)
        return

    def run() -> None:
        from directory import words

        told["words"] = [asdict(one) for one in words.everything()]
        print_json(told)

    from directory.config import Settings

    try:
        has_words = Settings.load(data).has_database()
    except CannotStart as error:
        terminal.say(error.message)
        sys.exit(COULD_NOT_START)
    if has_words:
        sys.exit(run_inside(run, data, {}))
    print_json({**told, "words": []})  # the vocabulary itself needs no data folder, and makes none


@command("export")
@click.argument("format_name", metavar="FORMAT", type=click.Choice(["sheet"]))
@click.argument("target", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--as", "viewer", type=click.Choice(["public", "staff"]), default="public", show_default=True)
@click.option("--source", "source_name", help="Only what came from this source, with its own ids.")
def export_command(format_name: str, target: Path, viewer: str, source_name: str | None) -> None:
    """Write the directory as an agency sheet (CSV)."""
    from directory import exporting

    count = exporting.export(format_name, target, staff=viewer == "staff", source=source_name)
    terminal.say(f"Wrote {count} {'listing' if count == 1 else 'listings'} to {target}.")


@command("reindex")
def reindex_command() -> None:
    """Make the search index and the matching columns anew from the database."""
    from directory import listings, own_middles
    from directory.serving import engines

    own_middles.learn(engines().places)
    count = engines().rebuild()
    engines().catch_up()
    left_out = listings.count() - count
    rest = f" {left_out} that are closed or not to be listed are left out." if left_out else ""
    terminal.say(f"{count} listings indexed.{rest}")


@command("check")
def check_command() -> int:
    """Check database, index and columns."""
    from directory import health, listings

    problems = health.integrity()
    for problem in problems:
        terminal.say(problem)
    if not problems:
        terminal.say(
            f"All is well: {listings.count()} listings, and the index has each one that may be found."
        )
    return WITH_PROBLEMS if problems else DONE


@command("evaluate")
@click.option(
    "--judged",
    "judged_path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A judged set (docs/judging.md); the demo town's if left out.",
)
@click.option("--each", is_flag=True, help="Show every need as well.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def evaluate_command(judged_path: Path | None, each: bool, as_json: bool) -> None:
    """How good the matches are: a judged set against Kith and two plain ways of searching."""
    from directory import evaluating

    report = evaluating.evaluate(evaluating.read(judged_path or evaluating.shipped()))
    if as_json:
        print_json(evaluating.to_json(report))
    else:
        terminal.show_evaluation(evaluating.to_json(report), each=each)


@cli.group("gazetteer")
def gazetteer_group() -> None:
    """Postcodes, districts and place names."""


@gazetteer_group.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--data", help="Kith's data folder (or KITH_DATA).")
def gazetteer_load(file: Path, data: str | None) -> None:
    """Load a gazetteer file: ONSPD, Code-Point Open, OS Open Names, GeoNames and others, by their headings."""

    def run() -> None:
        from directory import gazetteer, own_middles
        from directory.database import db
        from directory.serving import engines

        with terminal.share_of_file() as progress:
            loaded = gazetteer.load(db.engine, file, progress)
        engines().places.forget()
        own_middles.learn(engines().places)
        engines().rebuild()  # places that have only a postcode now have a point
        terminal.say(
            f"{loaded.layout}: {loaded.read} rows read, {loaded.added} added, {loaded.changed} changed, "
            f"{loaded.unchanged} unchanged, {loaded.skipped} without a usable name or point."
        )

    sys.exit(run_inside(run, data, {}))


@cli.group("links")
def links_group() -> None:
    """The web links of listings: which of them work."""


@command("check", links_group)
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
def links_check(limit: int, as_json: bool) -> int:
    """Visit the links that are due (a week after the last visit, a failing one the next day)."""
    from directory import links

    run = links.check(limit)
    if as_json:
        print_json(asdict(run))
    else:
        terminal.show_links(run)
    return WITH_PROBLEMS if run.dead else DONE


@command("demo")
def demo_command() -> None:
    """Load the demo town, and print Simon's matches and whom you can sign in as."""
    from directory import demo

    people = demo.people()  # before the sheet, whose "known by" then means Mina's account
    demo.load()
    terminal.show_matches(demo.simons_matches(), staff=False, whose="Simon")
    if people:
        terminal.say(f"Sign in as {', '.join(people)}. The password of each: {demo.password()}")


@command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
def serve_command(host: str, port: int) -> None:
    """Serve the site."""
    from flask import current_app

    from directory import server

    server.serve(current_app._get_current_object(), host, port, terminal.say)  # type: ignore[attr-defined]


@cli.command("backup")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--data", help="Kith's data folder (or KITH_DATA).")
def backup_command(path: Path, data: str | None) -> None:
    """Write everything the agency knows into one file."""

    def run() -> None:
        from directory import backups

        backups.write(path)
        terminal.say(f"Backed up to {path}. Keep it as safe as the data itself.")

    sys.exit(run_inside(run, data, {}))


@cli.command("restore")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--data", help="Kith's data folder (or KITH_DATA); must be new or empty.")
def restore_command(path: Path, data: str | None) -> None:
    """Bring a backup back, into a new or empty data folder."""
    from directory import backups
    from directory.config import Settings

    try:
        backups.restore(path, Settings.load(data))
    except KithError as error:
        terminal.say(error.message)
        sys.exit(COULD_NOT_START)

    def run() -> None:
        from directory import listings

        terminal.say(f"Restored: {listings.count()} listings.")

    sys.exit(run_inside(run, data, {}))
