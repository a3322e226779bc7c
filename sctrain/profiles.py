"""From a selection to its profiles: groups of people who need the same, past the gate, named and lettered.

A profile's *letter* is kept while answers come in: it is handed on from the room at earlier data versions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sqlalchemy import Engine

from sctrain import privacy, views
from sctrain.analysis import profiles as analysis
from sctrain.analysis.counts import joint_counts
from sctrain.analysis.profiles import FEWEST
from sctrain.analysis.profiles_choice import choice, tries
from sctrain.analysis.profiles_map import places
from sctrain.analysis.profiles_mix import mix
from sctrain.analysis.profiles_people import gaps_of, least
from sctrain.analysis.profiles_placed import Placed, placed
from sctrain.analysis.profiles_tree import Tree, tree
from sctrain.analysis.profiles_words import Told, names, rule_words, sentence, sureness
from sctrain.cards import Cards, tally
from sctrain.catalogue import DIMENSIONS
from sctrain.crosstab import hide_cells
from sctrain.frames import LETTERS, PROFILE_MAP, PROFILE_MIX, PROFILE_NEEDS, PROFILES, JointCounts
from sctrain.places import PLACES
from sctrain.selection import Selection
from sctrain.store.growth import growth
from sctrain.views import Room

Tell = Callable[[int, int], None]
"""Hears how many steps are done, of how many."""
FIRST, STEP = 20, 1.5
"""Answers at which letters are first handed out, and by what factor they grow until they are handed on."""


@dataclass(frozen=True, eq=False)
class Found:
    """What was found: PROFILES, PROFILE_NEEDS, PROFILE_MIX, PROFILE_CHOICE, PROFILE_MAP, and what may be said.

    All but the choice have no row where there are no reliable profiles. `rules` are the lines for each
    letter that tell who is in it; `told` how sure it is and who was left out; `accuracy` the share of people
    whom the rules place right, cross-validated, None where there are none. `n` people were grouped and
    `left_out` not; 0 and 0 where the gate hides everyone. `place` and `closest` are for `of_person` only:
    of each of the room's people the place in LETTERS, -1 for none; and, where people are in partitions, what
    tells it from a person's own answers.
    """

    profiles: pd.DataFrame
    needs: pd.DataFrame
    mix: pd.DataFrame
    choice: pd.DataFrame
    map: pd.DataFrame
    sentence: str
    rules: dict[str, tuple[str, ...]]
    told: str
    accuracy: float | None
    n: int
    left_out: int
    place: NDArray[np.int8] = field(repr=False)
    closest: Closest | None = field(default=None, repr=False)


@dataclass(frozen=True, eq=False)
class Closest:
    """From a person's gaps to a profile, each with its letter, for who marked enough of `asked` competencies."""

    model: Pipeline
    asked: int
    letters: tuple[str, ...]

    def letter(self, own: Cards) -> str | None:
        """The letter of the only person of these cards; None who marked too few."""
        gaps = gaps_of(own, np.arange(1))
        if (~np.isnan(gaps)).sum() < least(self.asked):
            return None
        return self.letters[int(self.model.predict(gaps)[0])]


def lineage(
    engine: Engine, room: Room, selection: Selection, read: Callable[[Engine, Selection], Room] = views.read
) -> tuple[Room, ...]:
    """The room at the earlier data versions that its letters come from, the oldest first; `read` as the room was.

    They are the versions that first reached FIRST answers, and STEP times as many, and so on.
    """
    with engine.connect() as connection:
        grown = growth(connection, [event.code for event in room.events], room.version)
    anchors, size = [], float(FIRST)
    while any(n >= size for _, n in grown):
        anchors.append(next(version for version, n in grown if n >= size))
        size *= STEP
    before = sorted({version for version in anchors if version < grown[-1][0]})
    return tuple(read(engine, replace(selection, version=version)) for version in before)


FILLING = "Groups are shown as soon as no more answers are taken: this event's numbers go on in steps."


def find(room: Room, selection: Selection, lineage: Sequence[Room] = (), tell: Tell | None = None) -> Found:
    """The profiles of the selection's people; can be pickled, and the same for the same data."""
    if views.people(room, selection) is None:
        return _nothing(room, Told(0, 0, _fewest(room), (), 0), "Fewer people than may be shown.")
    if room.filling:
        return _nothing(room, Told(0, 0, _fewest(room), (), 0), FILLING)
    say = _steps(tell, [room, *lineage], selection)
    known: dict[str, analysis.Numbers] = {}
    for earlier in lineage:
        known |= _lettered(_placed(earlier, selection, False, say), known)
    found = _placed(room, selection, True, say)
    told = Told(found.n, found.none, _fewest(room), tuple(found.trials), found.k)
    if not found.k:
        return _nothing(room, told, sentence(told))
    made = _described(room, selection, found, told, list(_lettered(found, known)))
    say()
    return made


Person = int | Cards
"""A participant: their place among the room's cards or, where those are elsewhere, their own."""


def of_person(room: Room, selection: Selection, found: Found, person: Person) -> str | None:
    """The letter of the profile that a participant is in; None for none."""
    if not selected(room, selection, person):
        return None
    if isinstance(person, Cards):
        return found.closest.letter(person.laid_out(room.cards.competencies)) if found.closest else None
    place = int(found.place[person])
    return LETTERS[place] if place >= 0 else None


def selected(room: Room, selection: Selection, person: Person) -> bool:
    """Whether a participant of the room passes the selection's filters."""
    if isinstance(person, Cards):
        own = [room.asked[name].code == room.asked[name].values.index(_only(person, name)) for name in person.profile]
        return bool(room.where(selection)[np.all(own, axis=0)].all())
    return bool(room.where(selection)[person])


def _only(own: Cards, dimension: str) -> str:
    codes = own.profile[dimension]
    return codes.values[int(codes.code[0])]


def _fewest(room: Room) -> int:
    return max(room.threshold, FEWEST)


def _steps(tell: Tell | None, rooms: Sequence[Room], selection: Selection) -> Callable[[], None]:
    """A call that says one more step is done: each number of profiles tried in each room, and the last."""
    of = 1 + sum(len(tries(room.cards.heads(room.where(selection)), _fewest(room))) for room in rooms)
    done = 0

    def say() -> None:
        nonlocal done
        done = min(done + 1, of)
        if tell:
            tell(done, of)

    return say


def _placed(room: Room, selection: Selection, every: bool, say: Callable[[], None]) -> Placed:
    return placed(room.cards, room.where(selection), _fewest(room), every, say)


def _lettered(found: Placed, known: analysis.Centres) -> dict[str, analysis.Numbers]:
    """The mean leanings of each profile by letter, the largest profile first."""
    centres = analysis.centres(found.sums) if found.k else np.zeros((0, 0))
    return dict(zip(analysis.match(known, centres), centres, strict=True))


def _nothing(room: Room, told: Told, said: str) -> Found:
    """What is left to show where there are no profiles."""
    frames = (PROFILES.empty(), PROFILE_NEEDS.empty(), PROFILE_MIX.empty(), choice(told.trials, told.fewest))
    nowhere = np.full(room.cards.n if room.cards.elsewhere is None else 0, -1, np.int8)
    return Found(*frames, PROFILE_MAP.empty(), said, {}, sureness(told), None, told.n, told.left_out, nowhere)


def _described(room: Room, selection: Selection, found: Placed, told: Told, letters: list[str]) -> Found:
    """The frames of the profiles, `letters` from the largest down."""
    labels = {c.code: c.brief for c in room.catalogue.competency}
    needs = analysis.needs(_counts(room, selection, found, letters), found.sums)
    told_by = analysis.telling(needs)
    named = names(told_by, labels)
    profiles = analysis.profiles(found, letters, named)
    n = dict(zip(profiles["profile"], profiles["n"], strict=True))
    short, map_ = _pictured(room, found, letters, told_by)
    return Found(
        profiles,
        needs,
        _mix(room, selection, found, letters),
        choice(told.trials, told.fewest),
        map_,
        sentence(told, named, n),
        rule_words(short.rules, letters, labels, told.fewest),
        sureness(told, short),
        short.accuracy,
        told.n,
        told.left_out,
        *_own(found, letters),
    )


def _own(found: Placed, letters: Sequence[str]) -> tuple[NDArray[np.int8], Closest | None]:
    """What tells a single person's profile: everybody's place in LETTERS, or how to place one's own answers."""
    if found.everyone is not None:
        return np.array([*map(LETTERS.index, letters), -1, -1], np.int8)[found.everyone], None
    assert found.model is not None
    return np.zeros(0, np.int8), Closest(found.model, found.asked, tuple(letters))


def _counts(room: Room, selection: Selection, found: Placed, letters: Sequence[str]) -> JointCounts:
    """Counts by profile, hidden where few answered, or where everyone's answers without the shown tell of few.

    A competency is shown for all profiles or for none: the leanings of all add up to nothing, so all but one
    of them tell the last.
    """
    counted, everyone = found.counts(letters), joint_counts(room.cards, where=room.where(selection))
    columns = zip(counted.n.T, everyone.n[0], strict=True)
    hidden = np.array([privacy.hide_small(n, room.threshold, int(total)).any() for n, total in columns])
    return counted.hide(np.broadcast_to(hidden, counted.hidden.shape))


def _pictured(
    room: Room, found: Placed, letters: Sequence[str], told_by: dict[str, tuple[str, ...]]
) -> tuple[Tree, pd.DataFrame]:
    """The short rules and the map, from a sample of the people."""
    gaps, place = found.gaps.astype(float), found.place
    asked = sorted({c for codes in told_by.values() for c in codes}) or list(room.cards.competencies)
    columns = [room.cards.competencies.index(c) for c in asked]
    short = tree(gaps[:, columns], place, asked, _fewest(room))
    return short, places(gaps, place, found.sizes, letters, room.cards.competencies)


def _mix(room: Room, selection: Selection, found: Placed, letters: Sequence[str]) -> pd.DataFrame:
    """PROFILE_MIX, hidden so that its rows and the numbers of Who answered together tell of nobody."""
    sizes = dict(zip(letters, found.sizes.tolist(), strict=True))
    # Of countries, partners and regions one: in a profile, they would tell one another by subtraction.
    given = [name for name in PLACES if name in room.catalogue.dimensions and room.members(name)]
    place = next(iter(given), None)
    shown = (place, *set(DIMENSIONS) - set(PLACES))
    asked = [name for name in room.cards.profile if name in room.catalogue.dimensions and name in shown]
    made = []
    for name, people in zip(asked, found.given([room.cards.profile[name] for name in asked]), strict=True):
        options, member, share = _options(room, selection, name, people.sum(axis=0))
        hidden = _hide_crossed(people, member, room.threshold, np.isnan(share))
        made.append(mix(name, options, sizes, people[:-1] @ member.T, hidden, share))
    if not made:
        return PROFILE_MIX.empty()
    frame = pd.concat(made, ignore_index=True).sort_values("profile", kind="stable", ignore_index=True)
    return PROFILE_MIX.check(frame)


def _options(
    room: Room, selection: Selection, name: str, people: NDArray[np.integer]
) -> tuple[tuple[str, ...], NDArray[np.bool_], analysis.Numbers]:
    """A dimension's roll-ups, or else its options: who is in them [options, values], and their shares (NaN: hidden).

    `people[v]` of all who are looked at gave value v.
    """
    codes, rollups = room.cards.profile[name], room.catalogue.dimensions[name].rollup
    if not rollups:
        shown = views.mix(room, selection)
        rows = shown[shown["dimension"] == name]
        return tuple(rows["option"]), codes.member(tuple(rows["option"])), rows["share"].to_numpy(float)
    member = np.array([codes.member(r.members).any(axis=0) for r in rollups])
    n, everyone = member @ people, member @ tally(codes.code, len(codes.values), room.cards.weight)
    closed = np.array([r.code not in room.offered[name] for r in rollups])
    hidden = privacy.hide_groups(people, member, room.threshold, privacy.small(everyone - n, room.threshold) | closed)
    return tuple(r.code for r in rollups), member, np.where(hidden, np.nan, n / max(people.sum(), 1))


def _hide_crossed(
    people: NDArray[np.integer], member: NDArray[np.bool_], threshold: int, shut: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """[profiles, options] which numbers to hide; those of each option over all people are shown unless it is `shut`.

    `people[g, v]` of profile g gave value v, and in the last row of those in no profile; `member[option, v]`.
    People fall into parts, whose every member is in the same options; what holds a hidden part is hidden.
    """
    parts, part = np.unique(member, axis=1, return_inverse=True)
    n = people @ np.eye(parts.shape[1], dtype=np.int64)[part.ravel()]
    rows, columns = n.sum(axis=1), n.sum(axis=0)
    closed = (parts & shut[:, None]).any(axis=0) | privacy.small(columns, threshold)
    also = privacy.small(rows[:, None] - n, threshold) | privacy.small(columns - n, threshold)
    also[privacy.small(rows, threshold)] = True  # of so few, who is none of something is told too
    hidden = hide_cells(n, threshold, (np.zeros(len(n), bool), closed), also)
    return (hidden[:-1] @ parts.T) & (people[:-1] @ member.T > 0)
