"""What a rule is: one small pure function, and what of an opportunity its verdict and score depend on.

The wide pass asks a rule once for each class of opportunities that are alike in what it depends on, and the words of
its finding are made for the few that are shown. So each rule is written once (decision 0035).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from matching.rules.view import View
from matching.types import Finding, Profile

Said = Finding | None | Iterable[Finding]
Depends = tuple[str, ...]
"""Names of traits (matching/traits.py), of facts ("fact:step_free", or "fact:bsl=led" where one value counts alone), of
what a person makes of a trait ("seen:served", traits.SEEN_AS), or of what the wide pass works out for one person: "km",
"checked", "free", "scope:KEY,KEY"."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule with its name and public words. `subjects`: what of a profile it is asked about, each on its own."""

    ask: Callable[..., Said]
    subjects: Callable[[Profile], Iterable[Any]] | None = None
    depends: Callable[[Any], Depends] | None = None
    """What its verdict and score, and whether it says anything, depend on. None: it only finds words, and changes
    neither standing nor score."""
    part: str = ""
    """The part of the score its findings count towards, where their kind does not say."""
    settled: bool = False
    """Its words too depend on nothing else: what it says of one opportunity it says of all that are alike."""
    when: Callable[[Profile], bool] | None = None
    """Of whom it is asked; it has nothing to say to anybody else. None: of everybody."""
    whoever: bool = False
    """It looks at the opportunity and the day alone: what it says once it says to everybody, so that it is kept."""

    @property
    def name(self) -> str:
        return self.ask.__name__

    @property
    def told(self) -> str:
        """What it does, for the public: its docstring on one line."""
        return " ".join((self.ask.__doc__ or "").split())

    def questions(self, profile: Profile) -> Iterable[Question]:
        """The rule as it is asked about one person."""
        if self.when is not None and not self.when(profile):
            return ()
        if self.subjects is None:
            return (Question(self, None),)
        return tuple(Question(self, subject) for subject in self.subjects(profile))


class Question(msgspec.Struct, frozen=True, eq=False):
    """A rule and the barrier, preference or other part of the profile it is asked about (None: all of it)."""

    rule: Rule
    subject: Any

    @property
    def name(self) -> str:
        """The rule, and what of the profile it is asked about."""
        about = next(
            (x for x in (getattr(self.subject, n, None) for n in ("key", "fact")) if x), self.subject
        )
        return self.rule.name if about is None else f"{self.rule.name}: {about}"

    @property
    def depends(self) -> Depends | None:
        return None if self.rule.depends is None else self.rule.depends(self.subject)

    def answer(self, view: View) -> tuple[Finding, ...]:
        said = self.rule.ask(view) if self.rule.subjects is None else self.rule.ask(view, self.subject)
        if said is None:
            return ()
        return (said,) if isinstance(said, Finding) else tuple(said)


def rule(
    *depends: str,
    part: str = "",
    settled: bool = False,
    when: Callable[[Profile], bool] | None = None,
    whoever: bool = False,
) -> Callable[[Callable[[View], Said]], Rule]:
    """A rule asked once; its verdict and score depend on `depends` alone."""
    return lambda ask: Rule(
        ask, depends=lambda _: depends, part=part, settled=settled, when=when, whoever=whoever
    )


def rule_for_each(
    subjects: Callable[[Profile], Iterable[Any]],
    depends: Callable[[Any], Depends],
    part: str = "",
    settled: bool = False,
) -> Callable[[Callable[[View, Any], Said]], Rule]:
    """A rule asked about each of some parts of a profile."""
    return lambda ask: Rule(ask, subjects=subjects, depends=depends, part=part, settled=settled)


def only_words(ask: Callable[[View], Said]) -> Rule:
    """A rule that finds words to say and changes neither standing nor score."""
    return Rule(ask)


def only_words_for_whoever(ask: Callable[[View], Said]) -> Rule:
    """One that finds the same words for everybody."""
    return Rule(ask, whoever=True)
