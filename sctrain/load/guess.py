"""From a file that nobody has described to a mapping: proposed, with a reason for each column and what has to be asked.

Nothing is stored here and nothing is sure: whoever proposes again with `said` corrects it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sctrain.catalogue import Catalogue
from sctrain.errors import ImportRefused, InputError
from sctrain.load.answers import Column, column
from sctrain.load.asking import Ask, Asks
from sctrain.load.draft import draft_catalogue
from sctrain.load.guess_people import UNUSED, People, excluded, profile, system_columns
from sctrain.load.guess_ratings import Rated, rate
from sctrain.load.labels import time_reader
from sctrain.load.look import Look, look
from sctrain.load.mapping import Event, Mapping, Submitted
from sctrain.load.text import slug


@dataclass(frozen=True)
class Found:
    """What one column is proposed to be, why, and which share of its cells is read. `use` is a key of the mapping."""

    place: int
    heading: str
    use: str
    reason: str
    share: float
    cells: int


@dataclass(frozen=True)
class Proposal:
    """A mapping proposed for a file; `catalogue` is the one it speaks of, drafted from the file where `own`."""

    look: Look
    mapping: Mapping
    catalogue: Catalogue
    own: bool
    found: tuple[Found, ...]
    asks: tuple[Ask, ...]


def propose(path: Path | str, given: Catalogue, said: Table[str, str] | None = None, title: str = "") -> Proposal:
    """A mapping for a CSV or XLSX survey file, of this catalogue or of one drafted from the file.

    `said` has answers to what was asked before, by code, and what columns are: `column.3` is a use such as `ignore`,
    `respondent`, `profile.role` or `level:law`. ImportRefused where the file cannot be read or rates nothing;
    InputError where something was said that cannot be.
    """
    return propose_from(look(path), given, said, title)


def propose_from(
    seen: Look, given: Catalogue, said: Table[str, str] | None = None, title: str = "", *, strict: bool = True
) -> Proposal:
    """The same for a file that was looked at before; unless `strict`, answers to nothing are passed over."""
    asks = Asks(said or {})
    columns = [column(heading, cells) for heading, cells in seen.rows.cells.items()]
    forced = _forced(columns, asks.said)
    people = system_columns(columns, seen.rows.number.size, asks, forced)
    excluded(columns, seen.rows.number.size, asks, people)
    people.uses |= {heading: (UNUSED, "said to be left out", 0.0) for heading, use in forced.items() if use == UNUSED}
    marked = [
        one
        for one in columns
        if one.heading not in people.uses and not forced.get(one.heading, "").startswith("profile")
    ]
    rated = rate(marked, [one.heading for one in columns], given, asks, forced)
    if not rated.ratings:
        raise ImportRefused(_nothing_rated(seen, columns, rated))
    profile([one for one in columns if one.heading not in rated.uses], given, rated.own, asks, forced, people)
    if strict:
        asks.check(len(columns))
    mapping = _mapping(seen, rated, people, title)
    known = drafted(mapping) if rated.own else given
    return Proposal(seen, mapping, known, rated.own, tuple(_found(columns, rated, people)), tuple(asks.asked))


def drafted(mapping: Mapping) -> Catalogue:
    """The catalogue that a mapping's own competencies, options and scales make."""
    return Catalogue.model_validate(tomllib.loads(draft_catalogue(mapping)))


def _forced(columns: list[Column], said: Table[str, str]) -> dict[str, str]:
    """By heading what somebody said a column is."""
    forced = {}
    for code, use in said.items():
        if code.startswith("column."):
            place = code.removeprefix("column.")
            if not place.isdigit() or not 0 < int(place) <= len(columns):
                raise InputError(f"{code}: there is no such column; there are {len(columns)}")
            forced[columns[int(place) - 1].heading] = use
    return forced


def _nothing_rated(seen: Look, columns: list[Column], rated: Rated) -> str:
    left = [one.heading for one in columns if one.heading in rated.uses]
    why = (
        f"{len(left)} columns hold answers on a scale (such as {left[0][:60]!r}), but no word tells importance or level"
        if left
        else "no column holds ratings, such as 1 to 5 or “very important”"
    )
    return (
        f"{seen.path}: {why}; if it is a survey, say which columns are importance and level: on the page Import, "
        "or with --say column.5=importance:NAME"
    )


def _mapping(seen: Look, rated: Rated, people: People, title: str) -> Mapping:
    stem = seen.path.name.split(".")[0]
    event = Event(code=slug(title or stem)[:40], title=title or stem, held_on=_day(seen, people))
    return Mapping(
        file=seen.file,
        event=event,
        **people.keys,
        profile=people.profile,
        question=people.question,
        exclude=tuple(people.exclude),
        scale=rated.scales,
        rating=rated.ratings,
    )


def _day(seen: Look, people: People) -> date | None:
    """The last day that answers came in."""
    if "submitted" not in people.keys:
        return None
    read = time_reader(Submitted(**people.keys["submitted"]))
    times = [time for label in seen.rows.cells[people.keys["submitted"]["column"]].labels if (time := read(label))]
    return date.fromisoformat(max(times)[:10]) if times else None


def _found(columns: list[Column], rated: Rated, people: People) -> list[Found]:
    return [Found(place, one.heading, *_use(one, rated, people), one.cells) for place, one in enumerate(columns, 1)]


def _use(one: Column, rated: Rated, people: People) -> tuple[str, str, float]:
    if one.heading in people.uses and people.uses[one.heading][0] != UNUSED:
        return people.uses[one.heading]
    return rated.uses.get(one.heading) or people.uses.get(one.heading) or (UNUSED, _why_unused(one, people), 0.0)


def _why_unused(one: Column, people: People) -> str:
    question = one.heading.rpartition("/")[0]
    if people.uses.get(question, (UNUSED,))[0] != UNUSED:
        return "an option of a question that is read as a whole, and counted once"
    if 2 * len(one.counts) > one.cells > 5:
        return "people’s own words, which are not stored"
    return "no rating, and no profile question that is known by its heading or answers"
