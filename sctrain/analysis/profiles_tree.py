"""A short rule for each profile: two questions about gaps that tell, nearly, who is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.tree import DecisionTreeClassifier

from sctrain.analysis.profiles_people import Gaps

SEED = 2018
FOLDS = 5
DEPTH = 2


@dataclass(frozen=True)
class Condition:
    """The gap of a competency is at least `points`, or, where `least` is false, at most."""

    competency: str
    least: bool
    points: int


@dataclass(frozen=True)
class Rule:
    """Who answers so is mostly in this profile: `right` of those who do, `finds` of those who are in it (fractions).

    `others` is how many who answer so are in another profile.
    """

    profile: int
    conditions: tuple[Condition, ...]
    right: float
    finds: float
    others: int


@dataclass(frozen=True)
class Tree:
    """The rules, at most one a profile; the share of people they place right, cross-validated, and without any rule.

    Without any rule everyone is placed in the largest profile. `accuracy` is None where a profile is too small to try.
    All of it is of the `n` people it was learnt from (0 where that is not said).
    """

    rules: tuple[Rule, ...]
    accuracy: float | None
    guess: float
    n: int = 0


def tree(gaps: Gaps, place: NDArray[np.integer], competencies: Sequence[str], fewest: int) -> Tree:
    """Rules from gaps [people, competencies] (NaN: not answered) to profiles; `fewest` people follow each."""
    classifier = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=fewest, random_state=SEED)
    sizes = np.bincount(place)
    folds = min(FOLDS, int(sizes[sizes > 0].min()))
    accuracy = None
    if folds > 1:
        cut = StratifiedKFold(folds, shuffle=True, random_state=SEED)
        accuracy = float(cross_val_score(classifier, gaps, place, cv=cut).mean())
    classifier.fit(gaps, place)
    leaves = [_rule(classifier, path, competencies, sizes) for path in _paths(classifier)]
    longest = sorted(leaves, key=lambda rule: -rule.finds)
    rules = {rule.profile: rule for rule in reversed(longest)}
    return Tree(
        tuple(rules[profile] for profile in sorted(rules)), accuracy, float(sizes.max() / sizes.sum()), len(place)
    )


Path = tuple[int, tuple[tuple[int, bool], ...]]
"""A node, and the way to it: the nodes passed, and whether to the side of the larger gaps."""


def _paths(found: DecisionTreeClassifier, node: int = 0, way: tuple[tuple[int, bool], ...] = ()) -> list[Path]:
    """The ends of the tree, two that say the same taken as one."""
    inner = found.tree_
    if inner.children_left[node] < 0:
        return [(node, way)]
    low = _paths(found, inner.children_left[node], (*way, (node, False)))
    high = _paths(found, inner.children_right[node], (*way, (node, True)))
    said = {int(inner.value[end].argmax()) for end, _ in low + high}
    return [(node, way)] if len(said) == 1 else low + high


def _rule(found: DecisionTreeClassifier, path: Path, competencies: Sequence[str], sizes: NDArray[np.integer]) -> Rule:
    inner, (end, way) = found.tree_, path
    people = np.rint(inner.value[end][0] * inner.n_node_samples[end]).astype(int)
    best = int(people.argmax())
    conditions = tuple(_condition(competencies[inner.feature[n]], high, inner.threshold[n]) for n, high in way)
    profile = int(found.classes_[best])
    inside, everyone = int(people[best]), int(people.sum())
    return Rule(profile, conditions, inside / everyone, inside / int(sizes[profile]), everyone - inside)


def _condition(competency: str, high: bool, threshold: float) -> Condition:
    return Condition(competency, high, int(np.ceil(threshold)) if high else int(np.floor(threshold)))
