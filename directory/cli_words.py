"""`kith words`: the agency's own words."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from directory import terminal
from directory.command_line import cli, command, print_json


@cli.group("words")
def words_group() -> None:
    """The agency's own words: what people and listings here say for an asset, a goal, or another word."""


_KIND = click.Choice(["asset", "goal", "synonym"])


@command("list", words_group)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def words_list(as_json: bool) -> None:
    """What the agency added."""
    from directory import words

    unusable = words.current().unusable
    found = words.listed()
    if as_json:
        print_json(
            [{**asdict(one.addition), "added_by": one.added_by, "added_on": one.added_on.isoformat(),
              "counts": one.addition not in unusable} for one in found]
        )  # fmt: skip
    else:
        terminal.show_words(found, unusable)


@command("add", words_group)
@click.argument("kind", metavar="KIND", type=_KIND)
@click.argument("key", metavar="KEY")
@click.argument("phrase", metavar="PHRASE")
@click.option(
    "--part", default="words", show_default=True, help="words, said, shown, named, weak or not_words."
)
@click.option("--dry-run", is_flag=True, help="Say what it would do; change nothing.")
def words_add(kind: str, key: str, phrase: str, part: str, dry_run: bool) -> None:
    """Add a word or phrase. KIND: asset, goal (KEY: one of `kith vocabulary`) or synonym (KEY: a word that PHRASE
    means the same as, in the search box).

    The part says where it counts: words with people and listings; said with people only, shown in listings only,
    named in a listing's name only; weak a little; not_words never.
    """
    from directory import word_effects, words

    addition = words.Addition(kind, key, phrase, part)
    if dry_run:
        terminal.show_effect(word_effects.effect_of(addition))
    else:
        tidy = word_effects.add(addition, actor="cli")
        terminal.say(f"Added: {terminal.in_words(tidy)}.")


@command("remove", words_group)
@click.argument("kind", metavar="KIND", type=_KIND)
@click.argument("key", metavar="KEY")
@click.argument("phrase", metavar="PHRASE")
def words_remove(kind: str, key: str, phrase: str) -> None:
    """Take away a word that the agency added."""
    from directory import word_effects

    gone = word_effects.remove(kind, key, phrase, actor="cli")
    terminal.say(f"Removed: {terminal.in_words(gone)}.")


@command("export", words_group)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
def words_export(path: Path) -> None:
    """Write the agency's words to a .toml or .csv file."""
    from directory import words

    terminal.say(f"Wrote {terminal.counted(words.export(path), 'word')} to {path}.")


@command("load", words_group)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
def words_load(path: Path) -> None:
    """Add the words of a .toml or .csv file: all of them, or none where one is wrong."""
    from directory import word_effects

    done = word_effects.load(path, actor="cli")
    there = f" {done.unchanged} of them you had already." if done.unchanged else ""
    terminal.say(f"Added {terminal.counted(done.added, 'word')}.{there}")
