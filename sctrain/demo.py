"""A made-up workshop: the submitted questionnaires of a room that looks like a real one.

Competencies differ in how much they matter and are mastered, people in how high they mark; discipline,
role and city size shift both. The sum of these and of noise is rounded to the scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sctrain.cards import MISSING, Codes, encode, marks
from sctrain.catalogue import DIMENSIONS, Catalogue, Dimension, Scale
from sctrain.frames import SUBMISSIONS


@dataclass(frozen=True)
class DemoEvent:
    """The event the made-up answers belong to. `threshold` is the smallest group shown, in people."""

    code: str = "demo"
    title: str = "Demonstration: what should smart-city managers learn?"
    held_on: date = date(2018, 11, 15)
    place: str = "Room CC1 – 1.3"
    threshold: int = 5


DEMO_EVENT = DemoEvent()

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

PLACES = (
    ("ES", "ES51", "seaside", 12),
    ("ES", "ES21", "seaside", 6),
    ("PT", "PT11", "seaside", 8),
    ("PT", "PT15", "", 3),
    ("IT", "ITC4", "hillside", 6),
    ("IT", "ITH5", "hillside", 4),
    ("FR", "FRK2", "hillside", 5),
    ("FR", "FRL0", "", 3),
    ("BE", "BE21", "lowland", 5),
    ("BE", "BE25", "lowland", 2),
    ("DK", "DK04", "lakeside", 4),
    ("DK", "DK01", "", 2),
)
"""Country, NUTS region, cluster partner (invented) and people of 60."""

SCARCE = (
    "innovative_procurement",
    "data_models",
    "infrastructure_models",
    "data_management",
    "data_governance",
    "data_collection",
)
"""What is needed most, and above all in small and medium cities; the greatest need first."""
COMMON = ("technology_tools", "communication", "self_organisation")
"""What most people feel sure of, the surest last."""
LEADERS = ("programme_manager", "head_of_department", "elected")
PEOPLE_PER_TABLE = 7.5
MOST_TABLES = 40
BLOCK = 50_000
"""People whose marks are drawn at once, which bounds the memory in use."""

Floats = NDArray[np.float32]


def demo(catalogue: Catalogue, participants: int = 60, seed: int = 2018) -> pd.DataFrame:
    """SUBMISSIONS of one workshop in the order they came in; equal for an equal seed.

    The last person came 25 minutes late and marked the first third only. A room of another size
    has other people, but with the same needs. ValueError below one participant.
    """
    if participants < 1:
        raise ValueError(f"a room has at least one participant, not {participants}")
    needs, rng = np.random.default_rng(seed).spawn(2)
    profile = _profile(catalogue, participants, rng)
    tables = max(1, min(MOST_TABLES, round(participants / PEOPLE_PER_TABLE)))
    columns = {d: np.array(codes.values, object)[codes.code] for d, codes in profile.items()}
    frame = {
        "person": [f"p{i:04d}" for i in range(1, participants + 1)],
        "row": np.arange(1, participants + 1),
        "submitted_at": _times(participants, rng),
        "table_number": rng.permutation(participants) % tables + 1,
        **columns,
        "ratings": _ratings(_usual(catalogue, profile, needs), profile, catalogue.scale, rng),
    }
    return SUBMISSIONS.check(pd.DataFrame(frame))


def demo_batches(catalogue: Catalogue, participants: int = 60, seed: int = 2018) -> list[pd.DataFrame]:
    """Two SUBMISSIONS in the order they are stored: everybody, then a correction of one answer.

    The correction has the person who marked most, four minutes later and with one mark changed.
    """
    everybody = demo(catalogue, participants, seed)
    fullest = everybody["ratings"].str.count(f"[{MISSING}]").sort_values(kind="stable").index[:1]
    again = everybody.loc[fullest].reset_index(drop=True)
    later = pd.to_datetime(again["submitted_at"]) + pd.Timedelta(minutes=4)
    changed = [_with_one_mark_changed(card, catalogue.scale) for card in again["ratings"]]
    again = again.assign(row=1, submitted_at=later.dt.strftime("%Y-%m-%dT%H:%M:%SZ"), ratings=changed)
    return [everybody, SUBMISSIONS.check(again)]


def _with_one_mark_changed(card: str, scale: Scale) -> str:
    known = marks(scale.low, scale.high)
    at = next((i for i, mark in enumerate(card) if mark != MISSING), 0)
    now = known.index(card[at])
    return card[:at] + known[now - 1 if now > 1 else now + 1] + card[at + 1 :]


def _times(n: int, rng: np.random.Generator) -> NDArray[np.str_]:
    """Sorted times within twelve minutes; the last 25 minutes after the others."""
    seconds = np.sort(rng.integers(0, 12 * 60, n))
    seconds[max(n - 1, 1) :] = seconds[: n - 1].max(initial=0) + 25 * 60
    opened = np.datetime64(f"{DEMO_EVENT.held_on}T15:40:00")
    return np.datetime_as_string(opened + seconds.astype("timedelta64[s]"), unit="s", timezone="UTC")


# Who they are


def _profile(catalogue: Catalogue, n: int, rng: np.random.Generator) -> dict[str, Codes]:
    """Codes of every profile dimension; "not said" throughout where the catalogue lacks it."""
    social = rng.standard_normal(n)
    place = _quota([people for *_, people in PLACES], rng.random(n))
    found = {}
    for d in DIMENSIONS:
        noise = rng.standard_normal(n)
        dimension = catalogue.dimensions.get(d)
        if d in SHARES and dimension:
            options = _options(dimension)
            counts = [SHARES[d].get(o, 1) for o in options]
            found[d] = Codes(options, _quota(counts, noise if d == "city_size" else noise + social))
        else:
            found[d] = Codes(_places(d, dimension), place)
    return found


def _options(dimension: Dimension) -> tuple[str, ...]:
    """The options known here in their order, then the catalogue's others."""
    codes = [o.code for o in dimension.option]
    known = [o for o in SHARES[dimension.code] if o in ("", *codes) or dimension.open]
    return (*known, *(c for c in codes if c not in known)) or ("",)


def _places(d: str, dimension: Dimension | None) -> tuple[str, ...]:
    """One code per place; "not said" where the catalogue lacks the dimension or the option."""
    at = {"country": 0, "region": 1, "cluster": 2}.get(d)
    codes = [str(place[at]) if at is not None and dimension else "" for place in PLACES]
    return tuple(c if dimension and (dimension.open or c in dimension.labels) else "" for c in codes)


def _quota(weights: ArrayLike, order: NDArray[np.float64]) -> NDArray[np.int32]:
    """[n] which option each person has: shares as exact as n allows, handed out along `order`."""
    wanted = np.asarray(weights, float) / np.sum(weights) * len(order)
    counts = np.floor(wanted).astype(int)
    largest_remainders = np.argsort(counts - wanted, kind="stable")
    counts[largest_remainders[: len(order) - counts.sum()]] += 1
    drawn = np.empty(len(order), np.int32)
    drawn[np.argsort(order, kind="stable")] = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return drawn


# What they mark. First axis: importance, level.


def _ratings(usual: Floats, profile: dict[str, Codes], scale: Scale, rng: np.random.Generator) -> list[str]:
    """A rating card per person, from the usual marks of the person's group."""
    members = [profile[d] for d in SHARES]
    group = np.ravel_multi_index(tuple(m.code for m in members), tuple(len(m.values) for m in members))
    n, items = len(group), usual.shape[2]
    until = _until(n, items, rng)
    cards: list[str] = []
    for start in range(0, n, BLOCK):
        block = slice(start, start + BLOCK)
        drawn = _marks(usual[:, group[block]], scale, rng)
        drawn[_skipped(until[:, block], items, rng)] = 0
        cards += encode(drawn[0], drawn[1], scale.low)
    return cards


def _usual(catalogue: Catalogue, profile: dict[str, Codes], rng: np.random.Generator) -> Floats:
    """[2, role x discipline x city size, competencies] usual marks of a group, on a scale of 1..5."""
    role, discipline, size = (_shifts(catalogue, d, profile[d].values) for d in SHARES)
    shifts = role[:, :, None, None] + discipline[:, None, :, None] + size[:, None, None, :]
    groups = shifts.reshape(2, -1, len(catalogue.codes))
    return (groups + _everybody(catalogue, rng)[:, None]).astype(np.float32)


def _everybody(catalogue: Catalogue, rng: np.random.Generator) -> NDArray[np.float64]:
    """[2, competencies] usual marks in the whole room: the need falls from what is scarce to what is common."""
    codes = catalogue.codes
    between = rng.permutation([c for c in codes if c not in SCARCE + COMMON])
    falling = [c for c in (*SCARCE, *between, *COMMON) if c in codes]
    need = np.linspace(1, 0, len(codes))[[falling.index(c) for c in codes]]
    importance = 3.55 + 0.65 * need + rng.uniform(-0.25, 0.25, len(codes))
    return np.array([importance, importance - 1.75 * need**1.2])


def _shifts(catalogue: Catalogue, d: str, options: tuple[str, ...]) -> NDArray[np.float64]:
    """[2, options, competencies] by how much an option's people mark higher or lower than the room."""
    technology, citizens, scarce = _traits(catalogue)
    own = np.array([[o == c.discipline for c in catalogue.competency] for o in options], float)
    shifts = np.array([0.2 * own, 0.5 * own])
    size = catalogue.dimensions.get("city_size") if d == "city_size" else None
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
    """[3, competencies] 1 where it is about technology, about citizens, scarce."""
    entries = catalogue.competency
    return np.array(
        [(c.aspect == "technology", c.discipline == "citizens", c.code in SCARCE) for c in entries], float
    ).T


def _until(n: int, items: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """[2, people] how many competencies a person marks, from the first on."""
    until = np.full((2, n), items)
    few = n // 30
    who = rng.permutation(max(n - 1, 0))
    until[:, who[:few]] = items // 2  # stopped half-way
    until[1, who[few : 2 * few]] = 0  # importance only
    until[:, max(n - 1, 1) :] = items // 3  # came late
    return until


def _marks(usual: Floats, scale: Scale, rng: np.random.Generator) -> NDArray[np.uint8]:
    """[2, people, competencies] marks counted from 1 at the low end of the scale."""
    person_sd, noise_sd = np.array([[0.35, 0.45], [0.75, 0.85]], np.float32)[:, :, None, None]
    person = rng.standard_normal((2, usual.shape[1], 1), np.float32) * person_sd
    noise = rng.standard_normal(usual.shape, np.float32) * noise_sd
    marked = 1 + (usual + person + noise - 1) * ((scale.points - 1) / 4)
    return np.clip(np.rint(marked), 1, scale.points).astype(np.uint8)


def _skipped(until: NDArray[np.intp], items: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """[2, people, competencies] what was not answered; more is passed over towards the end."""
    chance = np.linspace(0.005, 0.04, items, dtype=np.float32)
    drawn = rng.random((3, until.shape[1], items), np.float32)
    passed: NDArray[np.bool_] = (drawn[:2] < chance / 3) | (drawn[2] < chance)
    return passed | (np.arange(items) >= until[:, :, None])
