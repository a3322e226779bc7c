"""A made-up workshop: the questionnaires and table sheets of a room that looks like a real one.

Competencies differ in how much they matter and are mastered, people in how high they mark; discipline,
role and city size shift both. The sum of these and of noise is rounded to the scale.
Tables rank by the same needs, with noise.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sctrain.cards import JOIN, MISSING, Codes, encode, marks
from sctrain.catalogue import DIMENSIONS, Catalogue, Dimension, Scale
from sctrain.frames import NOTES, RANKINGS, SHEETS, SUBMISSIONS, Sheets


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

WRITTEN = Path(__file__).parents[1] / "data" / "demo" / "notes.toml"
"""What tables wrote down, in the order of their numbers."""

FAVOURED = {
    "methodology": {"elearning_hands_on": 3, "own_project": 2, "mentoring": 2, "study_visits": 1.5, "living_lab": 1.5},
    "duration": {"three_months": 2.5, "month": 2, "week": 1, "six_months": 0.5, "year": -1},
    "framework": {"modules": 2.5, "certified_course": 2, "community": 1.5, "in_service": 0.5},
    "target": {"programme_manager": 3, "head_of_department": 2.5, "elected": 1.5, "municipal_officer": 1.5},
}
"""How much the room likes an option, in the units of Gumbel noise; 0 for an option not named."""
RAISED, UNSAID = "cross_department", "ppp"
"""What tables rank high though few marked it, and what no table ranks though many lack it."""
TASTES = {2: 2.5, 5: -2.5}
"""Tables that would have technology, or anything but that, first: the two do not agree."""
FEW_CONTENTS, NO_DURATION, UNKNOWN_MIX = 6, 4, 7
"""The table that ranked three contents only, the one that left a topic out, the one whose mix nobody noted."""

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
        "replies": "",
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


# What tables bring


def demo_sheets(catalogue: Catalogue, tables: int = 8, seed: int = 2018) -> Sheets:
    """SHEETS, RANKINGS and NOTES of the tables at which the people of `demo` sat; equal for an equal seed.

    A list is a draw of the Plackett-Luce model (Plackett 1975) from what the room needs: of contents
    the needs that the survey of the same seed shows. From the ninth table on, notes repeat.
    ValueError unless there are 1 to 40 tables.
    """
    if not 1 <= tables <= MOST_TABLES:
        raise ValueError(f"there are 1 to {MOST_TABLES} tables, not {tables}")
    needs, _, rng = np.random.default_rng(seed).spawn(3)
    importance, level = _everybody(catalogue, needs)
    liking = {topic.code: _liking(catalogue, topic.code, importance - level) for topic in catalogue.topic}
    lists = [_list(catalogue, n, topic, liking[topic], rng) for n in range(1, tables + 1) for topic in liking]
    rankings = pd.DataFrame([row for rows in lists for row in rows], columns=RANKINGS.names)
    rankings = rankings.astype({"table_number": "int64", "topic": "str", "option": "str", "position": "int64"})
    people = demo(catalogue, round(tables * PEOPLE_PER_TABLE), seed)
    return Sheets(_members(catalogue, people), RANKINGS.check(rankings), _notes(catalogue, tables))


def _liking(catalogue: Catalogue, topic: str, need: NDArray[np.float64]) -> dict[str, float]:
    """How much the room wants each option of a topic."""
    options = tuple(catalogue.options_of(topic))
    if options == catalogue.codes:
        wanted = dict(zip(options, 2 * (need - need.mean()) / (need.std() or 1), strict=True))
        return wanted | {option: liked for option, liked in ((RAISED, 4.0), (UNSAID, -np.inf)) if option in wanted}
    return {option: FAVOURED.get(topic, {}).get(option, 0.0) for option in options}


def _list(
    catalogue: Catalogue, table: int, topic: str, liking: dict[str, float], rng: np.random.Generator
) -> list[tuple[int, str, str, int]]:
    """RANKINGS rows of one table's list; each fourth list has a tie of two."""
    contents = tuple(liking) == catalogue.codes
    taste = TASTES.get(table, 0) * contents
    wanted = [like + taste * (catalogue.aspects.get(o) == "technology") for o, like in liking.items()]
    best = np.argsort(-(np.array(wanted) + rng.gumbel(size=len(wanted))), kind="stable")
    best = best[np.isfinite(np.array(wanted)[best])]
    most = len(wanted) if not contents else 3 if table == FEW_CONTENTS else 12
    length = min(len(wanted), int(rng.integers(min(most, 8 if contents else 3), most + 1)))
    places = np.arange(1, length + 1)
    tie = int(rng.integers(4 * max(length - 1, 1)))
    if tie < length - 1:
        places[tie + 1] = places[tie]
    if topic == "duration" and table == NO_DURATION:
        return []
    options = list(liking)
    return [(table, topic, options[i], int(place)) for i, place in zip(best, places, strict=False)]


def _members(catalogue: Catalogue, people: pd.DataFrame) -> pd.DataFrame:
    """SHEETS of the tables people sat at; the mix has the options that two at least have."""
    rows = []
    for number, seated in people.groupby("table_number"):
        common = {d: _shared(seated[d]) for d in ("role", "city_size") if d in catalogue.dimensions}
        mix = " ".join(f"{d}={options}" for d, options in common.items() if options)
        rows.append((number, len(seated), "" if number == UNKNOWN_MIX else mix, number))
    frame = pd.DataFrame(rows, columns=SHEETS.names)
    return SHEETS.check(frame.astype({"table_number": "int64", "members": "Int64", "mix": "str", "row": "int64"}))


def _shared(codes: pd.Series) -> str:
    counts = codes[codes != ""].value_counts()
    return JOIN.join(sorted(counts.index[counts >= 2]))


def _notes(catalogue: Catalogue, tables: int) -> pd.DataFrame:
    written = tomllib.loads(WRITTEN.read_text(encoding="utf-8"))["table"]
    rows = [
        _note(catalogue, table, line, note)
        for table in range(1, tables + 1)
        for line, note in enumerate(written[(table - 1) % len(written)]["note"], 1)
    ]
    texts = dict.fromkeys(("kind", "text", "code", "competencies", "practices"), "str")
    frame = pd.DataFrame(rows, columns=NOTES.names)
    return NOTES.check(frame.astype({"table_number": "int64", "line": "int64", **texts, "answers": "Int64"}))


def _note(catalogue: Catalogue, table: int, line: int, note: dict[str, Any]) -> tuple[object, ...]:
    """A NOTES row without the codes that the catalogue lacks."""
    known = {e.code for e in (*catalogue.challenge, *catalogue.solution)}
    code = note.get("code", "")
    competencies = sorted(set(note.get("competencies", ())) & set(catalogue.codes))
    practices = sorted(set(note.get("practices", ())) & {p.code for p in catalogue.practice})
    links = (code if code in known else "", JOIN.join(competencies), JOIN.join(practices))
    return table, line, note["kind"], note["text"], *links, note.get("answers")
