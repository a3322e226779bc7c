"""What is true of the room: how much each competency matters and is mastered, in whom more and in whom less."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sctrain.catalogue import Catalogue
from sctrain.demo.people import KINDS, SHARES, People

Floats = NDArray[np.float32]
Change = dict[str, tuple[float, float]]
"""Importance and level that competencies have more or less of, by code."""

SCARCE = (
    "innovative_procurement",
    "data_models",
    "infrastructure_models",
    "data_management",
    "data_governance",
    "data_collection",
)
"""What is needed most, the greatest need first; all but one above all in small and medium cities."""
EVERYWHERE = "infrastructure_models"
"""The one that is needed as much in large cities."""
COMMON = ("technology_tools", "communication", "self_organisation")
"""What most people feel sure of, the surest last."""
ALONE: Change = {"ppp": (0.05, -0.1)}
"""What people lack more than their tables know of."""
LEADERS = ("programme_manager", "head_of_department", "elected")
NEEDS = {
    "data": (
        "technology_trends",
        "technology_tools",
        "data_collection",
        "data_management",
        "analytical_skills",
        "data_governance",
        "data_protection",
        "systems_thinking",
        "agile_management",
    ),
    "money": (
        "investment_appraisal",
        "infrastructure_models",
        "data_models",
        "joint_investment",
        "resources_backing",
        "ppp",
        "innovative_procurement",
        "programme_management",
        "strategic_management",
    ),
    "people": (
        "stakeholder_mapping",
        "shared_vision",
        "team_leadership",
        "innovation_leadership",
        "collective_leadership",
        "cross_department",
        "organisational_learning",
        "self_organisation",
        "citizen_participation",
        "service_redesign",
        "communication",
    ),
}
"""What each kind of people needs more than the others do."""
MORE_NEEDED = (0.4, -0.95)
"""By how much higher they mark its importance, and lower their level."""


def everybody(catalogue: Catalogue, rng: np.random.Generator, change: Change | None = None) -> NDArray[np.float64]:
    """[2, competencies] usual marks in the whole room: the need falls from what is scarce to what is common."""
    codes = catalogue.codes
    between = rng.permutation([c for c in codes if c not in SCARCE + COMMON])
    falling = [c for c in (*SCARCE, *between, *COMMON) if c in codes]
    need = np.linspace(1, 0, len(codes))[[falling.index(c) for c in codes]]
    importance = 3.55 + 0.65 * need + rng.uniform(-0.25, 0.25, len(codes))
    changed = np.array([(change or {}).get(c, (0, 0)) for c in codes])
    return np.array([importance, importance - 1.75 * need**1.2]) + changed.T


def usual(catalogue: Catalogue, room: NDArray[np.float64], people: People) -> tuple[Floats, NDArray[np.intp]]:
    """[2, groups, competencies] usual marks of each group on a scale of 1..5, and the group of each person."""
    codes = [people.profile[d] for d in SHARES]
    shifts = [_shifts(catalogue, d, c.values) for d, c in zip(SHARES, codes, strict=True)]
    codes, shifts = [*codes, people.kind], [*shifts, _kind_shifts(catalogue)]
    table = np.zeros((2, 1, len(catalogue.codes)))
    for shift in shifts:
        table = (table[:, :, None] + shift[:, None]).reshape(2, -1, len(catalogue.codes))
    group = np.ravel_multi_index(tuple(c.code for c in codes), tuple(len(c.values) for c in codes))
    return (table + room[:, None]).astype(np.float32), group


def _kind_shifts(catalogue: Catalogue) -> NDArray[np.float64]:
    """[2, kinds, competencies] by how much a kind marks higher or lower; zero over the whole room."""
    needed = np.array([[c in NEEDS[kind] for c in catalogue.codes] for kind in KINDS], float)
    share = np.array([*KINDS.values()]) / sum(KINDS.values())
    return np.multiply.outer(MORE_NEEDED, needed - share @ needed)


def _shifts(catalogue: Catalogue, d: str, options: tuple[str, ...]) -> NDArray[np.float64]:
    """[2, options, competencies] by how much an option's people mark higher or lower than the room."""
    technology, citizens, scarce, everywhere = _traits(catalogue)
    own = np.array([[o == c.discipline for c in catalogue.competency] for o in options], float)
    shifts = np.array([0.2 * own, 0.5 * own])
    size = catalogue.dimensions.get("city_size") if d == "city_size" else None
    if size:
        shifts[1] -= 0.2 * everywhere
    for i, option in enumerate(options):
        if option == "ict":
            shifts[1, i] += 0.5 * technology - 0.7 * citizens
        elif option in LEADERS:
            shifts[1, i] += 0.5 * citizens - 0.4 * technology
        elif size and option in size.members("small_medium"):
            shifts[:, i] += np.outer((0.1, -0.4), scarce)
        elif size and option in size.members("large"):
            shifts[1, i] += 0.5 * scarce
    return shifts


def _traits(catalogue: Catalogue) -> NDArray[np.float64]:
    """[4, competencies] 1 where it is about technology, about citizens, scarce in small cities, scarce in all."""
    traits = [
        (
            c.aspect == "technology",
            c.discipline == "citizens",
            c.code in SCARCE and c.code != EVERYWHERE,
            c.code == EVERYWHERE,
        )
        for c in catalogue.competency
    ]
    return np.array(traits, float).T
