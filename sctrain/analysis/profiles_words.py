"""What is said of profiles: their names, the finding, how sure it is, and a rule for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sctrain.analysis.findings import listed
from sctrain.analysis.profiles_choice import CLEAR, FEWEST, FOUND_AGAIN, STABLE, Trial
from sctrain.analysis.profiles_tree import Condition, Rule, Tree
from sctrain.numerals import count, people, percent, two_digits

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven")
NO_LEANING = "No need of its own"
Lines = dict[str, tuple[str, ...]]
"""What is said of each profile, by letter."""


@dataclass(frozen=True)
class Told:
    """Who was grouped, in how many profiles (0: none are reliable), and what was tried; `fewest` are to be in one."""

    n: int
    left_out: int
    fewest: int
    trials: tuple[Trial, ...]
    k: int


def names(telling: Mapping[str, Sequence[str]], labels: Mapping[str, str]) -> dict[str, str]:
    """A name for each profile from the two competencies it leans to most; where that is taken, from three."""
    given: dict[str, str] = {}
    for letter, codes in telling.items():
        offered = [_name([labels.get(c, c) for c in codes[:most]]) for most in (2, 3)]
        free = [name for name in offered if name not in given.values()]
        given[letter] = free[0] if free else f"{offered[-1]} ({letter})"
    return given


def _name(labels: Sequence[str]) -> str:
    """The first label as it is, the others as within a sentence; what begins with an abbreviation stays."""
    within = [x if x[1:2].isupper() else x[:1].lower() + x[1:] for x in labels[1:]]
    return listed([*labels[:1], *within]) or NO_LEANING


def sentence(told: Told, named: Mapping[str, str] | None = None, n: Mapping[str, int] | None = None) -> str:
    """The finding; `named` and `n` by letter, where there are profiles."""
    if not told.k or not named or not n:
        if told.n < FEWEST:
            return f"Too few people to look for groups: {count(told.n)} marked enough, {FEWEST} are needed."
        return f"No reliable groups yet: the needs of these {people(told.n)} differ by degrees, not by kind."
    each = [f"{letter} “{name}” ({people(n[letter])})" for letter, name in named.items()]
    return (
        f"{NUMBERS[told.k].capitalize()} groups of people need different things: {', '.join(each[:-1])} and {each[-1]}."
    )


def sureness(told: Told, found: Tree | None = None) -> str:
    """How sure the finding is, and who was left out."""
    said = [_why_not(told) if not told.k else _why(next(t for t in told.trials if t.k == told.k), told.n)]
    if found and found.accuracy is not None:
        right, guess = percent(found.accuracy, told.n), percent(found.guess, told.n)
        drawn = f", learnt from {count(found.n)} people drawn by lot," if 0 < found.n < told.n else ""
        said.append(
            f"The short rules{drawn} place {right} of people right who were not used to find them; guessing the "
            f"largest group places {guess}."
        )
    if told.left_out:
        verb = "is" if told.left_out == 1 else "are"
        said.append(f"{people(told.left_out)} marked fewer than a quarter of the competencies and {verb} left out.")
    return " ".join(filter(None, said))


def _those(trial: Trial, n: int) -> str:
    """The people on whom a number of profiles was tried, of n who were grouped."""
    return "these people" if len(trial.labels) >= n else f"{count(len(trial.labels))} of these people, drawn by lot,"


def _why(trial: Trial, n: int) -> str:
    return (
        f"Rooms drawn anew from {_those(trial, n)} fall into nearly the same groups (adjusted Rand index "
        f"{two_digits(trial.stability)}; {two_digits(trial.stability_null)} where there are no groups), and people of "
        f"one group are {percent(trial.tight, 1)} closer together than if all degrees in between were as frequent "
        f"(by chance: up to {percent(trial.luck, 1)})."
    )


def _why_not(told: Told) -> str:
    if not told.trials:
        return ""
    again = [t for t in told.trials if t.found_again(told.fewest)]
    if again:
        best = max(again, key=lambda t: t.tight / t.luck)
        return (
            f"{NUMBERS[best.k].capitalize()} groups would be found again in rooms drawn anew, but nothing parts them: "
            f"people of one group are {percent(max(best.tight, 0), 1)} closer together than if all degrees were as "
            f"frequent, and {percent(max(CLEAR, best.luck), 1)} is needed."
        )
    best = max(told.trials, key=lambda t: t.stability)
    if best.stability < STABLE:
        return (
            f"However many groups are tried, rooms drawn anew from {_those(best, told.n)} do not agree on them: the "
            f"adjusted Rand index is {two_digits(best.stability)} at most (with {NUMBERS[best.k]} groups); {STABLE} is "
            f"needed."
        )
    return (
        f"With {NUMBERS[best.k]} groups, one of them has fewer than {people(told.fewest)} or is seldom found again "
        f"(Jaccard {two_digits(float(best.jaccard.min()))}, {FOUND_AGAIN} is needed)."
    )


def rule_words(rules: Sequence[Rule], letters: Sequence[str], labels: Mapping[str, str], fewest: int) -> Lines:
    """Two lines for each letter; `letters` are those of the profiles in the order the rules number them."""
    found = {letters[rule.profile]: _lines(rule, labels, fewest) for rule in rules}
    none = ("No short rule tells who is in it:", "its people are alike in many answers at once.")
    return {letter: found.get(letter, none) for letter in sorted(letters)}


def _lines(rule: Rule, labels: Mapping[str, str], fewest: int) -> tuple[str, ...]:
    said = " and ".join(_condition(c, labels) for c in _strictest(rule.conditions))
    first = f"If you {said}, you are probably in it." if said else "Most people are in it, whatever they answer."
    right = "Nearly all" if rule.others < fewest else f"About {_tenths(rule.right)} in 10"
    return first, f"{right} who answer so are in it; the rule finds about {_tenths(rule.finds)} in 10 of its people."


def _tenths(share: float) -> int:
    return max(1, round(10 * share))


def _strictest(conditions: Sequence[Condition]) -> list[Condition]:
    """One condition for each competency and direction: the last on the way down is the strictest."""
    return list({(c.competency, c.least): c for c in conditions}.values())


def _condition(condition: Condition, labels: Mapping[str, str]) -> str:
    name, points = f"“{labels.get(condition.competency, condition.competency)}”", condition.points
    much = f"{abs(points)} point{'' if abs(points) == 1 else 's'}"
    if condition.least:
        if points > 0:
            return f"lack {name} by {much} or more"
        return f"are above what {name} needs by {much} at most" if points else f"are not above what {name} needs"
    if points > 0:
        return f"lack {name} by {much} at most"
    return f"are above what {name} needs by {much} or more" if points else f"do not lack {name}"
