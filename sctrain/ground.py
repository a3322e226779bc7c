"""From a selection to the common ground: who is here, what challenges both voices name, how the parts hang together.

It is of one event, the selection's first. Filters choose people; tables speak whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain import privacy, questions, views
from sctrain.analysis import ground as analysis
from sctrain.cards import JOIN, Codes
from sctrain.catalogue import Catalogue
from sctrain.crosstab import hide_cells, whole_table
from sctrain.differencing import Asked
from sctrain.frames import WHO_HERE
from sctrain.notes import NoteRoom
from sctrain.selection import Selection
from sctrain.views import Room

QUESTION = "main_challenges"
"""The session's question about challenges: its options share their codes."""
WHO = ("role", "discipline")
SEVERAL = analysis.SEVERAL


@dataclass(frozen=True, eq=False)
class Ground:
    """WHO_HERE, CHALLENGE_VOICES, PARTS and LINKS of a selection, and what may be said of them."""

    who: pd.DataFrame
    voices: pd.DataFrame
    parts: pd.DataFrame
    links: pd.DataFrame
    sentence: str


def common_ground(room: Room, replies: Mapping[str, Codes], notes: NoteRoom, selection: Selection) -> Ground:
    """The common ground of one event's people and tables; `replies` are in the order of the room's cards."""
    who, voices = who_here(room, selection), challenge_voices(room, replies, notes, selection)
    gaps = views.gaps(room, selection.people, resampled=False)
    parts = analysis.parts(notes.coded, gaps, room.catalogue)
    people = views.people(room, selection)
    told = analysis.sentence(who, voices, people, room.threshold, _called(room))
    return Ground(who, voices, parts, analysis.links(notes.coded, room.catalogue), told)


def labels(known: Catalogue) -> dict[str, dict[str, str]]:
    """Label by code of roles, disciplines, challenges, competencies and practices: they may share codes."""
    dimensions = {name: known.dimensions[name].labels if name in known.dimensions else {} for name in WHO}
    rest = {"": "not said", SEVERAL: "several of these"}
    return {
        **{name: {**given, **rest} for name, given in dimensions.items()},
        "challenge": {entry.code: entry.label for entry in known.challenge},
        "competency": known.labels,
        "practice": {entry.code: entry.label for entry in known.practice},
    }


def _called(room: Room) -> dict[str, dict[str, str]]:
    """The same labels; those of roles and disciplines say where people who left the question open are among them."""
    found = labels(room.catalogue)
    for name, top in room.opened.items():
        if name in WHO:
            found[name] = found[name] | {top: room.label(name, top)}
    return found


def who_here(room: Room, selection: Selection) -> pd.DataFrame:
    """WHO_HERE of the selection past the gate, without rows where a question is not in the catalogue.

    Totals are hidden where the page Who answered hides them. Under filters what is left without the
    selected people is a table, too, and is not told either.
    """
    if any(name not in room.catalogue.dimensions for name in WHO):
        return WHO_HERE.empty()
    where = room.where(selection)
    asked = [_asked(room, name) for name in WHO]
    everyone, n = (_crossed(asked[0], asked[1], some) for some in (np.ones(room.cards.n, bool), where))
    known = [codes for codes, _ in asked]
    hidden, totals = _hidden(room, selection, everyone, n, known)
    hidden = hidden | _apart(room, selection, known)
    veil = np.zeros(whole_table(n).shape, bool)
    veil[:-1, :-1], veil[:-1, -1], veil[-1, :-1] = hidden, *totals
    if views.people(room, selection) is None:
        veil[:] = True
    return analysis.who_here(whole_table(n), veil, *known)


def _apart(room: Room, selection: Selection, known: list[list[str]]) -> NDArray[np.bool_]:
    """[rows, columns]: which cells would, beside other views of the room, tell of few people."""
    rows, columns = (_values(room, name, codes) for name, codes in zip(WHO, known, strict=True))
    filters = room.parts(selection)
    each = [replace(rows, held=rows.held[[i]]) for i in range(len(rows.held))]
    return ~np.array([room.may([*filters, row, columns], people=True)[0] for row in each])


def _values(room: Room, name: str, known: list[str]) -> Asked:
    """Who gave each of the answers that `_asked` names."""
    codes = room.cards.profile[name]
    single = [SEVERAL if JOIN in value else value for value in codes.values]
    return Asked(name, codes.code, np.array([[value == code for value in single] for code in known], bool))


def _asked(room: Room, name: str) -> tuple[list[str], NDArray[np.intp]]:
    """What can be answered, the catalogue's options first, and the place of everyone's answer in it."""
    codes, dimension = room.cards.profile[name], room.catalogue.dimensions[name]
    single = [SEVERAL if JOIN in value else value for value in codes.values]
    options = dict.fromkeys([*(o.code for o in dimension.option), *sorted(set(single) - {"", SEVERAL})])
    known = [*options, *(rest for rest in (SEVERAL, "") if rest in single)]
    return known, np.array([known.index(value) for value in single], np.intp)[codes.code]


def _crossed(
    rows: tuple[list[str], NDArray[np.intp]], columns: tuple[list[str], NDArray[np.intp]], where: NDArray[np.bool_]
) -> NDArray[np.int64]:
    shape = len(rows[0]), len(columns[0])
    return np.bincount(rows[1][where] * shape[1] + columns[1][where], minlength=shape[0] * shape[1]).reshape(shape)


Totals = tuple[NDArray[np.bool_], NDArray[np.bool_]]


def _hidden(
    room: Room, selection: Selection, everyone: NDArray[np.int64], n: NDArray[np.int64], known: list[list[str]]
) -> tuple[NDArray[np.bool_], Totals]:
    """Which cells and which totals to hide: of everyone, of who is selected, and of who is not."""
    of_all = _totals(room, Selection(selection.events, version=selection.version), everyone, known)
    hidden = hide_cells(everyone, room.threshold, of_all)
    if (n == everyone).all():
        return hidden, of_all
    of_some, rest = _totals(room, selection, n, known), everyone - n
    totals = of_all[0] | of_some[0], of_all[1] | of_some[1]
    while True:
        before = hidden
        for part in (n, rest):
            hidden = hidden | hide_cells(part, room.threshold, totals, hidden)
        if (hidden == before).all():
            return hidden, totals


def _totals(room: Room, selection: Selection, n: NDArray[np.int64], known: list[list[str]]) -> Totals:
    """Which totals of roles and of disciplines are hidden: where the page Who answered hides them, or would tell a few.

    That page counts who names several roles under each of them: beside a total here, it tells how many these are.
    """
    mix = views.mix(room, selection)
    found = []
    for axis, (name, codes) in enumerate(zip(WHO, known, strict=True)):
        one, total = mix[mix["dimension"] == name].set_index("option"), n.sum(axis=1 - axis)
        hidden = np.isin(codes, one.index[one["suppressed"].astype(bool)]) | privacy.small(total, room.threshold)
        also = one["n"].reindex(codes).to_numpy(float, na_value=np.nan) - total
        tells = (also >= 1) & (also < room.threshold)
        found.append(_covered(hidden | tells, total) if tells.any() else hidden)
    return found[0], found[1]


def _covered(hidden: NDArray[np.bool_], total: NDArray[np.integer]) -> NDArray[np.bool_]:
    """With the smallest total shown beside a single hidden one, which all the others would tell."""
    shown = np.flatnonzero(~hidden & (total > 0))
    if (hidden & (total > 0)).sum() != 1 or not len(shown):
        return hidden
    covered = hidden.copy()
    covered[shown[total[shown].argmin()]] = True
    return covered


def challenge_voices(room: Room, replies: Mapping[str, Codes], notes: NoteRoom, selection: Selection) -> pd.DataFrame:
    """CHALLENGE_VOICES of the selected people and of all tables, past the gate."""
    asked = {code: codes for code, codes in replies.items() if code == QUESTION}
    replied = questions.replied(room, asked, selection.people)
    challenges = [entry.code for entry in room.catalogue.challenge]
    few = [code for code in challenges if asked and _few(room, asked[QUESTION], selection, code)]
    wrote = notes.noted["table_number"].nunique()
    return analysis.challenge_voices(replied, few, notes.raised, wrote, challenges)


def _few(room: Room, codes: Codes, selection: Selection, option: str) -> bool:
    """Whether one may say that fewer people than the threshold chose it.

    Of one choice each, who knows which hidden numbers are small might work them out from their sum.
    """
    several = any(question.kind == "multiple" for question in room.catalogue.question if question.code == QUESTION)
    return several and bool((codes.holds((option,)) & room.where(selection)).sum() < room.threshold)
