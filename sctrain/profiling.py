"""Whether profiles are found where there are some, and only there: made-up rooms whose groups are known.

In a *planted* room people of each group lack a part of the competencies more than the others do; in a
*null* room nobody belongs to a group, whatever else makes people alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from sctrain.analysis.profiles import grouping
from sctrain.cards import Cards

POINTS = 5
SEED = 2018
ROOMS = 100
ALIKE = 0.8
"""Least adjusted Rand index of what is found with what was planted."""
AIM = {"null": 0.95, "planted": 0.9}
"""Least share of rooms with the right answer."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Scene:
    """A population of rooms. Standard deviations are in scale points.

    People of group g, `sizes[g]` of them, mark the level of their own share of the competencies lower by
    `shift`; without sizes there are no groups. `person` is how much people differ in importance and level
    throughout, `noise` that of a mark (0.64 makes 0.9 of a gap), `spread` how much people differ in the
    noise of theirs (logarithm). Every smooth `trait` moves levels up here and down there, by so much for a
    person one standard deviation from the mean, `even` ones by as much at most as 1.7 of it.
    A share of people, `same`, give one mark throughout; `open_` is the share of marks left open.
    """

    what: str
    competencies: int
    sizes: tuple[int, ...] = ()
    shift: float = 0.0
    n: int = 60
    person: tuple[float, float] = (0.35, 0.45)
    noise: float = 0.64
    spread: float = 0.0
    traits: tuple[float, ...] = ()
    even: bool = False
    same: float = 0.0
    open_: float = 0.02

    @property
    def kind(self) -> str:
        """`planted` or `null`."""
        return "planted" if self.sizes else "null"


PLANTED = (26, 20, 14)
SCENES = (
    *(Scene("nothing in common", p, noise=0.8) for p in (12, 20, 30)),
    Scene("people mark very differently", 30, person=(0.7, 0.9), noise=0.8, spread=0.4),
    Scene("one in five marks the same throughout", 20, noise=0.8, spread=0.3, same=0.2),
    *(Scene("a smooth trait", p, traits=(t,)) for p, t in ((12, 1.0), (20, 0.8), (30, 0.5))),
    *(
        Scene("a smooth trait, all degrees of it as frequent", p, traits=(t,), even=True)
        for p, t in ((20, 0.8), (30, 0.5))
    ),
    *(Scene("two smooth traits", p, traits=(t, t)) for p, t in ((12, 0.8), (30, 0.5))),
    *(Scene("three groups, 1 point apart", p, PLANTED, 1.0) for p in (20, 30)),
    *(Scene("three groups, 1.25 points apart", p, PLANTED, 1.25) for p in (12, 20, 30)),
    *(Scene("three groups, 1.5 points apart", p, PLANTED, 1.5) for p in (12, 20, 30)),
)


@dataclass(frozen=True)
class Row:
    """One line of the report: in how many rooms the answer was right, and how alike it was to what was planted."""

    scene: Scene
    rooms: int
    right: int
    alike: float

    @property
    def met(self) -> bool:
        """Whether the share of right answers reaches the aim."""
        return self.right >= AIM[self.scene.kind] * self.rooms


def run(rooms: int = ROOMS, scenes: Sequence[Scene] = SCENES, say: Callable[[str], None] = print) -> list[Row]:
    """A row for each scene; `say` hears what is going on. Equal for equal rooms."""
    rows = []
    for scene in scenes:
        found = [_found(scene, seed) for seed in range(rooms)]
        right = sum(k == len(scene.sizes) and alike >= ALIKE for k, alike in found)
        rows.append(Row(scene, rooms, right, float(np.mean([alike for _, alike in found]))))
        say(f"{scene.kind}, {scene.competencies} competencies, {scene.what}: {right} of {rooms}")
    return rows


def report(rows: Sequence[Row]) -> str:
    """The rows as a table of text."""
    lines = [
        {
            "rooms": row.scene.kind,
            "what": row.scene.what,
            "competencies": row.scene.competencies,
            "right": f"{row.right} of {row.rooms}",
            "adjusted Rand": f"{row.alike:.2f}" if row.scene.sizes else "",
            "aim": f"{AIM[row.scene.kind]:.0%}",
            "met": "yes" if row.met else "no",
        }
        for row in rows
    ]
    return pd.DataFrame(lines).to_string(index=False)


def _found(scene: Scene, seed: int) -> tuple[int, float]:
    """How many profiles were found in a room, and their adjusted Rand index with what was planted."""
    cards, planted = room(scene, seed)
    found = grouping(cards, np.ones(cards.n, bool), every=False)
    return found.k, float(adjusted_rand_score(planted[found.rows], found.place))


def room(scene: Scene, seed: int) -> tuple[Cards, NDArray[np.int64]]:
    """The marks of one room's people, and the group of each (0 where there are none)."""
    rng = np.random.default_rng([SEED, seed, *scene.what.encode(), scene.competencies])
    shape = (scene.n, scene.competencies)
    need = rng.permutation(np.linspace(1, 0, scene.competencies))
    importance = 3.55 + 0.65 * need + rng.uniform(-0.25, 0.25, scene.competencies)
    usual = np.broadcast_to(np.array([importance, importance - 1.75 * need**1.2])[:, None], (2, *shape)).copy()
    planted, lacking = _planted(scene, rng)
    usual[1] += _traits(scene, rng) - scene.shift * lacking
    person = rng.standard_normal((2, scene.n, 1)) * np.array(scene.person)[:, None, None]
    own = scene.noise * np.exp(scene.spread * rng.standard_normal((scene.n, 1)))
    marked = usual + person + own * rng.standard_normal(usual.shape)
    same = rng.random(scene.n) < scene.same
    marked[:, same] = marked[:, same].mean(axis=2, keepdims=True)
    marks = np.clip(np.rint(marked), 1, POINTS).astype(np.uint8)
    pairs = marks[0] * np.uint8(POINTS + 1) + marks[1]
    pairs[rng.random(shape) < scene.open_] = 0
    return Cards(tuple(f"c{c:02}" for c in range(scene.competencies)), 1, POINTS, pairs.T.copy()), planted


def _planted(scene: Scene, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The group of each person, and [people, competencies] what the group lacks more."""
    if not scene.sizes:
        return np.zeros(scene.n, np.int64), np.zeros((scene.n, scene.competencies), bool)
    group = rng.permutation(np.repeat(np.arange(len(scene.sizes)), scene.sizes))
    owner = rng.permutation(np.arange(scene.competencies) % len(scene.sizes))
    return group, group[:, None] == owner


def _traits(scene: Scene, rng: np.random.Generator) -> Numbers:
    """[people, competencies] by how much smooth traits move the level."""
    moved = np.zeros((scene.n, scene.competencies))
    for sd in scene.traits:
        own = rng.uniform(-np.sqrt(3), np.sqrt(3), scene.n) if scene.even else rng.standard_normal(scene.n)
        towards = rng.choice([-1, 1], scene.competencies) * rng.uniform(0.5, 1.5, scene.competencies)
        moved += sd * np.outer(own, towards)
    return moved
