"""What a training programme is chosen from: how much each competency counts, and the modules as arrays.

The *priority* of a competency joins both voices: its need in the survey and its points at the tables, each over its
greatest. So that ties are ties, priorities are whole parts of UNITS, their sum, wherever modules are chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import gcd

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.analysis.gaps import Numbers, whole
from sctrain.catalogue import Catalogue
from sctrain.frames import MODULES, PRIORITIES

UNITS = 10**5
"""Parts that the sum of all priorities is split into: a programme that covers one more is better. No more of them, as
HiGHS holds whole variables to 10⁻⁶."""
ASPECTS = ("technology", "human")
Bools = NDArray[np.bool_]
Whole = NDArray[np.int64]


def scaled(given: Numbers) -> Numbers:
    """What is not negative, over its greatest along the last axis; NaN stays NaN, nothing stays nothing."""
    kept = np.maximum(given, 0)
    top = np.fmax.reduce(kept, axis=-1, keepdims=True, initial=0)
    return kept / np.where(top > 0, top, 1)


def priority(need: Numbers, points: Numbers, weight: float) -> Numbers:
    """Priorities 0..1 [..., competencies] of the survey's need and the tables' points, NaN where unknown.

    The survey has `weight`, the tables the rest. Where a voice says nothing at all the other speaks alone; where it
    is missing for a competency the other's word for that one stands, unless it has no weight. NaN where nobody speaks.
    """
    voices = np.stack(np.broadcast_arrays(scaled(need), scaled(points)))
    known = ~np.isnan(voices)
    heard = known.any(axis=-1, keepdims=True)
    given = np.stack([np.full(heard[0].shape, weight), np.full(heard[0].shape, 1 - weight)])
    given = np.where(heard[::-1], given, 1.0) * heard * known
    total = given.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, (given * np.nan_to_num(voices)).sum(axis=0) / total, np.nan)


def units(priorities: Numbers) -> Whole:
    """Whole parts of UNITS, their sum along the last axis; 0 for what is unknown, and where nothing is needed."""
    known = np.nan_to_num(priorities)
    total = known.sum(axis=-1, keepdims=True)
    return np.rint(UNITS * known / np.where(total > 0, total, 1)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Offer:
    """Modules as arrays: `covers[m, c]`, `requires[m, before]`, `aspects[2, m]` shares of ASPECTS, `hours[m]`.

    `hours` are whole halves of an hour.
    """

    codes: tuple[str, ...]
    hours: Whole
    covers: Bools
    requires: Bools
    aspects: Numbers

    @classmethod
    def of(cls, catalogue: Catalogue) -> Offer:
        """The modules of a catalogue."""
        modules, codes = catalogue.modules, [module.code for module in catalogue.modules]
        return cls(
            tuple(codes),
            np.array([round(2 * module.hours) for module in modules], np.int64),
            np.array([[c in module.competencies for c in catalogue.codes] for module in modules], bool),
            np.array([[code in module.requires for code in codes] for module in modules], bool),
            np.array([[catalogue.share_of(module, aspect) for module in modules] for aspect in ASPECTS]),
        )

    @property
    def n(self) -> int:
        """How many modules there are."""
        return len(self.codes)

    @cached_property
    def total(self) -> int:
        """Halves of an hour that all of them take."""
        return int(self.hours.sum())

    @cached_property
    def step(self) -> int:
        """Halves of an hour that the hours of every module are a multiple of."""
        return gcd(*self.hours.tolist())

    def covered(self, chosen: Bools) -> Bools:
        """[..., competencies] that the chosen modules [..., modules] cover."""
        return (chosen.astype(np.float32) @ self.covers.astype(np.float32)) > 0

    def among(self, codes: Sequence[str]) -> Bools:
        """[modules] which of them are among these codes."""
        return np.isin(np.array(self.codes, object), list(codes))

    def lean(self, percent: int) -> Whole:
        """[2, modules] whole numbers whose sum over a programme is negative where an aspect has too few hours.

        Each aspect is to have `percent` of the hours or more.
        """
        shares = np.rint(self.aspects * self.covers.sum(axis=1)).astype(np.int64)
        return self.hours * (100 * shares - percent * self.covers.sum(axis=1)) * self._common

    @cached_property
    def _common(self) -> Whole:
        """[modules] so that shares of competencies have one denominator."""
        sizes = self.covers.sum(axis=1)
        return (np.lcm.reduce(sizes) // sizes).astype(np.int64)


@dataclass(frozen=True)
class Rules:
    """What a programme must keep: `hours`; `weight`, `floor` and `balance` in percent; modules locked in, left out."""

    hours: float = 40
    weight: int = 50
    floor: int = 60
    balance: int = 0
    locked: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def halves(self) -> int:
        """The budget in halves of an hour."""
        return int(2 * self.hours)


@dataclass(frozen=True, eq=False)
class Voices:
    """What both voices say of the competencies: `need[c]` of everyone, `points[c]`, `groups[g, c]` the groups' needs.

    Needs are by a measure that grows with need; NaN is unknown. `n` and `suppressed` are [1 + groups, competencies],
    everyone first. `heard[g]` says which groups have a floor: those of which at least half of the competencies are
    known.
    """

    competencies: tuple[str, ...]
    need: Numbers
    points: Numbers
    names: tuple[str, ...] = ()
    groups: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    n: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    suppressed: Bools = field(default_factory=lambda: np.zeros((0, 0), bool))

    @property
    def heard(self) -> Bools:
        """[groups]: which have a floor."""
        if not self.names:
            return np.zeros(0, bool)
        known = ~np.isnan(self.groups)
        return (known.mean(axis=1) >= ENOUGH) & (np.nan_to_num(self.groups).max(axis=1, initial=0) > 0)

    def priority(self, weight: int) -> Numbers:
        """[competencies] of everyone; the survey has `weight` percent."""
        return priority(self.need, self.points, weight / 100)


ENOUGH = 0.5
"""Share of the competencies that must be known of a group, that it has a floor."""


def priorities(voices: Voices, weight: int) -> pd.DataFrame:
    """PRIORITIES of everyone, then of each group."""
    size, rows = len(voices.competencies), 1 + len(voices.names)
    need = scaled(np.vstack([voices.need, voices.groups.reshape(-1, size)]))
    points = np.full((rows, size), np.nan)
    points[0] = scaled(voices.points)
    counted = need.copy()
    counted[0] = voices.priority(weight)
    frame = pd.DataFrame(
        {
            "competency": list(voices.competencies) * rows,
            "group": np.repeat(np.array([None, *voices.names], object), size),
            "n": whole(voices.n.ravel()),
            "need": need.ravel(),
            "tables": points.ravel(),
            "priority": counted.ravel(),
            "suppressed": voices.suppressed.ravel(),
        }
    )
    return PRIORITIES.check(frame)


def modules(offer: Offer, catalogue: Catalogue, voices: Voices, rules: Rules, chosen: Bools) -> pd.DataFrame:
    """MODULES of a programme, in the catalogue's order; nothing is said of redrawn rooms yet."""
    counted = voices.priority(rules.weight)
    parts = {"priority": counted, "survey": scaled(voices.need), "tables": scaled(voices.points)}
    told = {name: shares(offer.covers, given) for name, given in parts.items()}
    rows, none = catalogue.modules, np.full(offer.n, np.nan)
    frame = pd.DataFrame(
        {
            "module": list(offer.codes),
            "hours": offer.hours / 2,
            "competencies": ["+".join(module.competencies) for module in rows],
            "disciplines": ["+".join(catalogue.disciplines_of(module)) for module in rows],
            "practices": ["+".join(catalogue.practices_of(module)) for module in rows],
            "method": [module.method for module in rows],
            "audience": ["+".join(module.audience) for module in rows],
            "requires": ["+".join(module.requires) for module in rows],
            **dict(zip(ASPECTS, offer.aspects, strict=True)),
            "unknown": whole((offer.covers & np.isnan(counted)).sum(axis=1).astype(float)),
            **told,
            "adds": shares(alone(offer, chosen), counted),
            "chosen": chosen,
            "locked": offer.among(rules.locked),
            "left": offer.among(rules.left),
            "order": whole(ordered(offer, chosen, np.nan_to_num(told["priority"]))),
            "rooms": whole(none),
            "share_chosen": none,
            "certainty": pd.Series([None] * offer.n, dtype="str"),
        }
    )
    return MODULES.check(frame)


def shares(covered: Bools, given: Numbers) -> Numbers:
    """[...] what the covered competencies [..., competencies] are of all that is given; NaN where that is nothing."""
    known = np.nan_to_num(given)
    total = known.sum()
    return covered @ known / total if total > 0 else np.full(covered.shape[:-1], np.nan)


def alone(offer: Offer, chosen: Bools) -> Bools:
    """[modules, competencies] that no chosen module covers but this one: what it adds, or would add."""
    others = (offer.covers & chosen[:, None]).sum(axis=0) - (offer.covers & chosen[:, None])
    return offer.covers & (others == 0)


def ordered(offer: Offer, chosen: Bools, priority: Numbers) -> Numbers:
    """[modules] place of each chosen one, NaN of the others.

    What it requires stands before a module; of those that may come next, the greatest priority does.
    """
    place, left = np.full(offer.n, np.nan), set(np.flatnonzero(chosen).tolist())
    for k in range(len(left)):
        free = [m for m in sorted(left) if not left & set(np.flatnonzero(offer.requires[m]).tolist())]
        best = max(free, key=lambda m: (priority[m], -m))
        place[best] = k + 1
        left.discard(best)
    return place
