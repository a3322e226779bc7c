"""What tables bring: lists ranked by the needs of the room, with noise, and what they wrote down."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue
from sctrain.frames import NOTES, RANKINGS, SHEETS, Sheets

WRITTEN = Path(__file__).parents[2] / "data" / "demo" / "notes.toml"
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


def sheets(catalogue: Catalogue, people: pd.DataFrame, need: NDArray[np.float64], rng: np.random.Generator) -> Sheets:
    """SHEETS, RANKINGS and NOTES of the tables at which these SUBMISSIONS sat; `need` is by competency."""
    tables = int(people["table_number"].max())
    liking = {topic.code: _liking(catalogue, topic.code, need) for topic in catalogue.topic}
    lists = [_list(catalogue, n, topic, liking[topic], rng) for n in range(1, tables + 1) for topic in liking]
    rankings = pd.DataFrame([row for rows in lists for row in rows], columns=RANKINGS.names)
    rankings = rankings.astype({"table_number": "int64", "topic": "str", "option": "str", "position": "int64"})
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
