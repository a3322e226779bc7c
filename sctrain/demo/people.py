"""Who comes: roles, disciplines, city sizes, places, and the kind of needs each person has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sctrain.cards import Codes
from sctrain.catalogue import DIMENSIONS, Catalogue, Dimension

SHARES = {
    "role": {
        "solution_provider": 9,
        "municipal_company": 2,
        "academic": 3,
        "cluster_organisation": 8,
        "municipal_officer": 11,
        "programme_manager": 12,
        "head_of_department": 9,
        "elected": 3,
        "other": 1,
        "citizen": 2,
    },
    "discipline": {"ict": 14, "finance": 6, "": 2, "planning": 11, "law": 3, "management": 15, "citizens": 9},
    "city_size": {"town": 12, "s": 16, "m": 15, "l": 8, "xl": 5, "xxl": 3, "global": 0, "": 1},
}
"""People of 60 by option, `` for "not said". Roles and disciplines run from technical to social, so
that a person near one end of the first is mostly near that end of the second."""

Places = tuple[tuple[str, str, str, int], ...]
PLACES: Places = (
    ("ES", "ES51", "seaside", 12),
    ("ES", "ES21", "seaside", 6),
    ("PT", "PT11", "seaside", 8),
    ("PT", "PT15", "seaside", 3),
    ("IT", "ITC4", "hillside", 6),
    ("IT", "ITH5", "hillside", 4),
    ("FR", "FRK2", "hillside", 5),
    ("FR", "FRL0", "hillside", 3),
    ("BE", "BE21", "lowland", 5),
    ("BE", "BE25", "lowland", 2),
    ("DK", "DK04", "lakeside", 4),
    ("DK", "DK01", "lakeside", 2),
)
"""Country, NUTS region, cluster partner (invented) and people of 60."""

KINDS = {"people": 14, "money": 20, "data": 26}
"""People of 60 by kind: whose greatest needs are people and leadership, money and procurement, data and
technology. In this order since technical people tend to lack the first and social people the last."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class People:
    """Codes of every profile dimension of n people, and of their kind."""

    n: int
    profile: dict[str, Codes]
    kind: Codes
    members: dict[str, dict[str, tuple[str, ...]]]
    """By dimension the options that each option or roll-up of the catalogue stands for."""

    def are(self, name: str) -> Bools:
        """[n] who is of this kind, option or roll-up; `` is everybody, a name that none has is nobody."""
        if name in ("", *self.kind.values):
            return self.kind.holds((name,)) if name else np.ones(self.n, bool)
        given = [self.profile[d].holds(known[name]) for d, known in self.members.items() if name in known]
        return np.any(given, axis=0) if given else np.zeros(self.n, bool)


def people(
    catalogue: Catalogue, n: int, places: Places, rng: np.random.Generator, kinds: np.random.Generator
) -> People:
    """n people with the shares of a real room; `rng` says who they are, `kinds` of what kind."""
    social = rng.standard_normal(n)
    profile = _profile(catalogue, social, places, rng)
    kind = Codes(
        tuple(KINDS), quota([*KINDS.values()], _spread(social + kinds.standard_normal(n), profile["city_size"]))
    )
    members = {
        d: {code: dimension.members(code) for code in dimension.labels} for d, dimension in catalogue.dimensions.items()
    }
    return People(n, profile, kind, members)


def _spread(order: NDArray[np.float64], over: Codes) -> NDArray[np.float64]:
    """[n] each person's place among those of the same code, 0..1: shares along it are alike in every code."""
    alike = pd.Series(order).groupby(over.code)
    return ((alike.rank() - 0.5) / alike.transform("size")).to_numpy()


def _profile(
    catalogue: Catalogue, social: NDArray[np.float64], places: Places, rng: np.random.Generator
) -> dict[str, Codes]:
    """Codes of every profile dimension; "not said" throughout where the catalogue lacks it."""
    n = social.size
    place = quota([people for *_, people in places], rng.random(n))
    found = {}
    for d in DIMENSIONS:
        noise = rng.standard_normal(n)
        dimension = catalogue.dimensions.get(d)
        if d in SHARES and dimension:
            options = _options(dimension)
            counts = [SHARES[d].get(o, 1) for o in options]
            found[d] = Codes(options, quota(counts, noise if d == "city_size" else noise + social))
        else:
            found[d] = Codes(_places(d, dimension, places), place)
    return found


def _options(dimension: Dimension) -> tuple[str, ...]:
    """The options known here in their order, then the catalogue's others."""
    codes = [o.code for o in dimension.option]
    known = [o for o in SHARES[dimension.code] if o in ("", *codes) or dimension.open]
    return (*known, *(c for c in codes if c not in known)) or ("",)


def _places(d: str, dimension: Dimension | None, places: Places) -> tuple[str, ...]:
    """One code per place; "not said" where the catalogue lacks the dimension or the option."""
    at = {"country": 0, "region": 1, "cluster": 2}.get(d)
    codes = [str(place[at]) if at is not None and dimension else "" for place in places]
    return tuple(c if dimension and (dimension.open or c in dimension.labels) else "" for c in codes)


def quota(weights: ArrayLike, order: NDArray[np.float64]) -> NDArray[np.int32]:
    """[n] which option each person has: shares as exact as n allows, handed out along `order`."""
    wanted = np.asarray(weights, float) / np.sum(weights) * len(order)
    counts = np.floor(wanted).astype(int)
    largest_remainders = np.argsort(counts - wanted, kind="stable")
    counts[largest_remainders[: len(order) - counts.sum()]] += 1
    drawn = np.empty(len(order), np.int32)
    drawn[np.argsort(order, kind="stable")] = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return drawn
