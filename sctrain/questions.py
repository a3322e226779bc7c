"""From a selection to what people reply to the session's questions, and whom the format chosen most often shuts out.

A *column* is what is counted of a question: an option, or an option and all later ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain import grids, privacy, views
from sctrain.analysis import clashes as analysis
from sctrain.analysis import questions as replying
from sctrain.analysis.clashes import Counted, Format
from sctrain.analysis.counts import groups_by
from sctrain.cards import Cards, Codes
from sctrain.catalogue import GATHERINGS, Question
from sctrain.differencing import Pool
from sctrain.frames import CLASHES, CONTRASTS, FORMATS, REPLIES
from sctrain.grids import Grid
from sctrain.selection import Selection
from sctrain.views import Room

DURATION, FORM = "how_long", "mainly_elearning"
"""The questions a format is made of."""
PLACE = ("country", "cluster", "region")
"""One of them stands in CLASHES, the first that is answered: side by side they would tell one another's people."""
Replies = Mapping[str, Codes]
Bools = NDArray[np.bool_]


def asked(room: Room, replies: Replies) -> dict[str, Question]:
    """The questions with options to which anybody replied, by code, in the catalogue's order."""
    return {q.code: q for q in room.catalogue.question if q.code in replies and _given(q, replies[q.code])[1].any()}


def _given(question: Question, codes: Codes) -> tuple[Bools, Bools]:
    """([options, n] who chose it, [n] who replied): of a single or ordered question, with one option."""
    held = codes.member(tuple(option.code for option in question.option))
    fits = held.any(axis=0) if question.kind == "multiple" else held.sum(axis=0) == 1
    return (held & fits)[:, codes.code], np.asarray(fits)[codes.code]


@dataclass(frozen=True, eq=False)
class Columns:
    """What is counted of a question: who is in each column, and who replied; `parts` as in `grids`."""

    columns: tuple[replying.Column, ...]
    held: Bools
    replied: Bools
    parts: tuple[tuple[int, ...], ...] = ()
    _known: dict[Selection, Bools] = field(default_factory=dict)
    _guards: list[Pool] = field(default_factory=list)

    def grid(self, room: Room, by: str | None, where: Bools) -> Grid:
        """How many of each profile value are in each column; the groups are those of `_groups`."""
        where = where & self.replied
        if by is None:
            chose = (self.held & where).sum(axis=1)[None, :]
            return Grid(np.array([where.sum()]), chose, np.ones((1, 1), bool), (), ((0,),))
        names = tuple(f"{option}{more:d}" for option, more in self.columns)
        marked = replace(room, cards=Cards(names, 1, 1, self.held.astype(np.uint8) * 3, room.cards.profile))
        first, *others = (marked.split(level, where) for level in _levels(room, by))
        member, n = np.vstack([first.member, *(o.member for o in others)]), len(first.member)
        return Grid(
            first.people,
            first.n,
            member,
            first.margins,
            (tuple(range(n)), *[tuple(range(n, len(member)))] * bool(others)),
        )

    def hidden(self, room: Room, selection: Selection) -> Bools:
        """[groups, columns]: what the gate hides of a selection's view of them."""
        view = Selection(filters=selection.filters, by=selection.by)
        if view not in self._known:
            self._known[view] = self._hidden(room, view)
        return self._known[view]

    def _hidden(self, room: Room, view: Selection) -> Bools:
        grid = self.grid(room, view.by, room.where(view))
        also = np.zeros(grid.chose.shape, bool)
        if views.people(room, view) is None:
            return ~also
        if view.by:
            also |= self.hidden(room, replace(view, by=None))
        if view.filters:
            also |= self._beside(room, view, grid)
        return grids.hide(grid, room.threshold, self.parts, also | self.follow(room, view))

    def follow(self, room: Room, view: Selection) -> Bools:
        """[groups, columns]: where other views would tell of few who are in a column, or replied and are not."""
        if not self._guards:
            self._guards.append(room.guarding(self._side, self.replied))
        levels = _levels(room, view.by) if view.by else [None]
        size = len(self.columns)
        parts = [of for of in (room.parts(view, level) for level in levels) if of]
        if not parts:
            return np.zeros((1, size), bool)
        replied, *sides = np.hstack([self._guards[0].may(of, 1 + 2 * size) for of in parts])
        return np.asarray(~(replied & np.array(sides[:size]) & np.array(sides[size:])).T)

    def _side(self, row: int) -> Bools:
        """[n]: who is in a column, or beyond the last, who is not."""
        size = len(self.columns)
        return np.asarray(self.held[row] if row < size else ~self.held[row - size])

    def _beside(self, room: Room, view: Selection, grid: Grid) -> Bools:
        """What the same view without filters would tell, or the groups of a dimension that is filtered."""
        bare, k = Selection(by=view.by), room.threshold
        whole = self.grid(room, view.by, np.ones(room.cards.n, bool))
        out, outside = whole.chose - grid.chose, (whole.replied - grid.replied)[:, None]
        apart: Bools = privacy.small(out, k) | privacy.small(outside - out, k) | privacy.small(outside, k)
        apart |= (outside == 0) & self.hidden(room, bare)
        for name, codes in view.filters:
            if name in room.compared_by:
                rows = [i for i, (_, group) in enumerate(_groups(room, name)) if group in codes]
                apart |= self.hidden(room, Selection(by=name))[rows].any(axis=0)
        return apart

    def shown(self, room: Room, view: Selection) -> tuple[Grid, Bools, list[int]]:
        """The grid of a view, what of it is hidden, and which of its groups are those of the comparison."""
        rows = [i for i, (by, _) in enumerate(_groups(room, view.by)) if by == view.by]
        return self.grid(room, view.by, room.where(view)), self.hidden(room, view), rows


def _levels(room: Room, by: str) -> list[str]:
    """The comparisons that are gated together, as the groups of one are sums of those of the other."""
    dimension = room.catalogue.comparisons[by].dimension
    return [level for level in (dimension, f"{dimension}_band") if level in room.compared_by]


def _groups(room: Room, by: str | None) -> list[tuple[str | None, str | None]]:
    """(comparison, group) of a grid's rows; one row of everyone where `by` is None."""
    return [(level, group) for level in _levels(room, by) for group in room.members(level)] if by else [(None, None)]


def replied(room: Room, replies: Replies, selection: Selection) -> pd.DataFrame:
    """REPLIES of the selection to every question, by its comparison if it has one, past the gate.

    By groups an ordered question is counted at its middle only: the option that about half of the
    room reaches.
    """
    by = selection.by if selection.by in room.compared_by else None
    view = Selection(filters=selection.filters, by=by)
    parts = [_one(room, code, _counted(room, q, replies[code], view), view) for code, q in asked(room, replies).items()]
    return REPLIES.check(pd.concat(parts, ignore_index=True)) if parts else REPLIES.empty()


def _one(room: Room, code: str, counted: Columns, view: Selection) -> pd.DataFrame:
    grid, hidden, rows = counted.shown(room, view)
    groups = [group for by, group in _groups(room, view.by) if by == view.by]
    return replying.replies(code, counted.columns, groups, grid.chose[rows], grid.replied[rows], hidden[rows])


def _counted(room: Room, question: Question, codes: Codes, view: Selection) -> Columns:
    options = tuple((option.code, False) for option in question.option)
    held, replied = _given(question, codes)
    every = (tuple(range(len(options))),)
    if question.kind != "ordered":
        return Columns(options, held, replied, every if question.kind == "single" else ())
    place = _middle(held)
    middle = Columns(((options[place][0], True),), np.any(held[place:], axis=0, keepdims=True), replied)
    if view.by:
        return middle
    # Both sides of the middle are told: within each, what is hidden has to cover itself.
    sides = every if middle.hidden(room, view).any() else (every[0][:place], every[0][place:])
    return Columns((*options, *middle.columns), np.vstack([held, middle.held]), replied, sides)


def _middle(held: Bools) -> int:
    """The place, not the first, of the option that nearest to half of the people reach."""
    reach = held[::-1].sum(axis=1).cumsum()[::-1]
    return int(np.abs(2 * reach[1:] - reach[0])[::-1].argmin() * -1 + len(reach) - 1)


def contrasts(room: Room, replies: Replies, selection: Selection) -> pd.DataFrame:
    """CONTRASTS of the selection's groups with their rests, past the gate; no row where it compares nothing."""
    if selection.by not in room.compared_by:
        return CONTRASTS.empty()
    alone = replace(selection, by=None)
    return replying.contrasts(replied(room, replies, selection), replied(room, replies, alone))


HIDDEN = "Which format is chosen most often cannot be shown."
TIED = "No format is chosen by so many more people than others that it could be called the room’s."


@dataclass(frozen=True, eq=False)
class Clash:
    """FORMATS of the selection, CLASHES of what it chose most often, CLASHES of a kinder format, and both in words.

    Without rows where nobody replied to both questions or no format stands out or may be shown to: `why` says so.
    The kinder one is without rows where nobody is shut out.
    """

    formats: pd.DataFrame
    clashes: pd.DataFrame
    kinder: pd.DataFrame
    sentences: tuple[str, ...] = ()
    told: str = ""
    why: str = ""

    @property
    def shuts_out(self) -> bool:
        """Whether some group is shut out."""
        return bool(self.clashes["shut_out"].astype(bool).any())


def clash(room: Room, replies: Replies, selection: Selection) -> Clash:
    """Whom the format chosen most often in the selection shuts out, past the gate."""
    found = asked(room, replies)
    if DURATION not in found or FORM not in found:
        return Clash(FORMATS.empty(), CLASHES.empty(), CLASHES.empty())
    both = _Both.of((found[DURATION], found[FORM]), replies)
    view = selection.people
    formats, why = both.formats(room, view)
    chosen = [both.place(row) for row in formats[formats["chosen"].astype(bool)].itertuples()]
    tables = [both.clashes(room, view, at, chosen[:i]) for i, at in enumerate(chosen)]
    out = [table for table in tables if table["shut_out"].astype(bool).any()]
    labels = {(by, g): label for by in both.dimensions(room) for g, label in room.group_labels(by).items()}
    about = (both.labels[0], both.labels[1], labels)
    kinder, told = CLASHES.empty(), ""
    at = both.kinder(room, view) if out else None
    if at is not None and at not in chosen:
        kinder = both.clashes(room, view, at, chosen)
        told = analysis.kinder_sentence(kinder, analysis.worst(out[0]), *about)
    first = sorted(tables, key=lambda table: not table["shut_out"].astype(bool).any())
    said = tuple(analysis.sentence(table, *about) for table in first)
    together = CLASHES.check(pd.concat(tables, ignore_index=True)) if tables else CLASHES.empty()
    formats = both.beside(room, view, formats, pd.concat([together, kinder]))
    return Clash(formats, together, kinder, said, told, why)


@dataclass(frozen=True, eq=False)
class _Both:
    """What people replied to both questions of a format: `chosen[i]` is a place in a question, -1 for no reply."""

    questions: tuple[Question, Question]
    chosen: tuple[NDArray[np.intp], NDArray[np.intp]]

    @classmethod
    def of(cls, questions: tuple[Question, Question], replies: Replies) -> _Both:
        """The replies of the people who gave both."""
        given = [_given(q, replies[q.code]) for q in questions]
        both = given[0][1] & given[1][1]
        duration, form = (np.where(both, held.argmax(axis=0), -1) for held, _ in given)
        return cls(questions, (duration, form))

    @property
    def replied(self) -> Bools:
        return self.chosen[0] >= 0

    @property
    def labels(self) -> tuple[dict[str, str], dict[str, str]]:
        """Label by option of both questions."""
        duration, form = ({o.code: o.label for o in q.option} for q in self.questions)
        return duration, form

    @property
    def open_to_all(self) -> list[int]:
        """The places of the forms that rule none out."""
        return [i for i, o in enumerate(self.questions[1].option) if o.code in analysis.UNSURE]

    def place(self, row: tuple) -> Format:
        """A row of FORMATS as a format."""
        codes = [[o.code for o in q.option] for q in self.questions]
        return codes[0].index(row.duration), codes[1].index(row.form)  # type: ignore[attr-defined]

    def dimensions(self, room: Room) -> list[str]:
        """What people are compared by: one of the places; where they sat does not make a format suit them."""
        of = {by: room.catalogue.comparisons[by].dimension for by in room.compared_by if by not in GATHERINGS}
        others = set(PLACE) - {next((place for place in PLACE if place in of.values()), None)}
        return [by for by, dimension in of.items() if dimension not in others]

    def formats(self, room: Room, view: Selection) -> tuple[pd.DataFrame, str]:
        """FORMATS of a view, past the gate; and why none is chosen, where none is."""
        where = room.where(view)
        grid, whole = self._crossed(where), self._crossed(np.ones(room.cards.n, bool))
        also = privacy.small(whole.n - grid.n, room.threshold) | (views.people(room, view) is None)
        also |= np.logical_or.outer(*(self._alone(room, i, view) for i in (1, 0)))
        also |= self._each.follow(room, view).reshape(also.shape)
        hidden = grids.hide(grid, room.threshold, (tuple(range(grid.n.shape[1])),), also)
        frame = analysis.formats(*self.labels, grid.chose.T, hidden.T)
        if frame["chosen"].any():
            return frame, ""
        return frame, HIDDEN if analysis.most_chosen(self.labels[1], grid.chose.T).any() else TIED

    def beside(self, room: Room, view: Selection, formats: pd.DataFrame, clashes: pd.DataFrame) -> pd.DataFrame:
        """FORMATS without what CLASHES of everyone, shown beside it, would tell of a few people."""
        n = self._crossed(room.where(view)).chose.T
        known = clashes[clashes["group"].isna() & clashes["n"].notna()]
        duration, form = (np.array(at) for at in np.indices(n.shape))
        suited = [analysis.suits(duration, form, self.place(row), self.open_to_all) for row in known.itertuples()]
        hidden = formats["suppressed"].to_numpy(bool).reshape(n.shape)
        return analysis.without(formats, analysis.tell(n, hidden, suited, room.threshold))

    @property
    def _each(self) -> Columns:
        """A column for each duration with each form."""
        duration, form = self.chosen
        at = [(d, f) for f in range(len(self.questions[1].option)) for d in range(len(self.questions[0].option))]
        held = np.array([(duration == d) & (form == f) for d, f in at])
        return Columns(tuple((f"{d}.{f}", False) for d, f in at), held, self.replied)

    def _crossed(self, where: Bools) -> Grid:
        shape = tuple(len(q.option) for q in self.questions)
        duration, form = (chosen[where & self.replied] for chosen in self.chosen)
        n = np.bincount(form * shape[0] + duration, minlength=shape[0] * shape[1]).reshape(shape[::-1])
        return Grid(n.sum(axis=1), n, np.eye(len(n), dtype=bool), (), (tuple(range(len(n))),))

    def _alone(self, room: Room, i: int, view: Selection) -> Bools:
        """[options]: which numbers of one of the questions are hidden by themselves."""
        held = np.arange(len(self.questions[i].option))[:, None] == self.chosen[i]
        codes = Codes(("", *(o.code for o in self.questions[i].option)), (self.chosen[i] + 1).astype(np.int32))
        return _counted(room, self.questions[i], codes, view).hidden(room, view)[0, : len(held)]

    def suited(self, to: Format) -> Bools:
        """[n]: whom a format would suit."""
        return analysis.suits(*self.chosen, to, self.open_to_all)

    def clashes(self, room: Room, view: Selection, to: Format, beside: Sequence[Format]) -> pd.DataFrame:
        """CLASHES of a format, past the gate; hidden too where one it stands `beside` would tell a small number."""
        suited = self.suited(to)
        counted = Columns(((f"{to}", False),), suited[None, :], self.replied)
        there = Columns((("", False),), self.replied[None, :], self.replied)
        others = [self.suited(other) for other in beside]

        def of(by: str | None) -> Counted:
            grouped = replace(view, by=by)
            grid, hidden, rows = counted.shown(room, grouped)
            closed, hidden = there.hidden(room, grouped)[:, 0], hidden[:, 0]
            for other in others:
                hidden = hidden | self._told(room, view, by, suited, other)
            few = grids.few(grid, room.threshold, hidden, closed)
            shown = np.where(hidden, np.nan, grid.chose[:, 0])
            high = np.where(few, room.threshold - 1.0, shown)
            replied = np.where(np.isnan(high), np.nan, grid.replied)
            groups = tuple(group for level, group in _groups(room, by) if level == by)
            return Counted(by, groups, shown[rows], high[rows], replied[rows])

        duration, form = (list(labels)[place] for labels, place in zip(self.labels, to, strict=True))
        return analysis.clashes(duration, form, of(None), map(of, self.dimensions(room)))

    def _told(self, room: Room, view: Selection, by: str | None, one: Bools, other: Bools) -> Bools:
        """[groups]: where one of two formats suits all whom the other suits, and a few more."""
        columns = (("one", False), ("other", False))
        only = Columns(columns, np.vstack([one & ~other, other & ~one]), self.replied)
        n = only.grid(room, by, room.where(view)).chose
        return (privacy.small(n, room.threshold) & (n[:, ::-1] == 0)).any(axis=1)

    def kinder(self, room: Room, view: Selection) -> Format | None:
        """The format that keeps most of the room's wish and shuts no group out."""
        where, shape = room.where(view) & self.replied, tuple(len(q.option) for q in self.questions)
        groups = [groups_by(room.cards.profile[c.dimension], room.members(c.code)) for c in self._compared(room)]
        held = np.vstack([g.member[:, g.value] for g in groups])[:, where]
        held = held[held.sum(axis=1) >= analysis.FEWEST]
        places = [(d, f) for d in range(shape[0]) for f in range(shape[1])]
        suited = np.array([self.suited(at)[where] for at in places], int)
        shares = (suited @ held.T / held.sum(axis=1)).reshape(*shape, len(held))
        real = np.array([f not in self.open_to_all for f in range(shape[1])])
        return analysis.kinder(shares, suited.sum(axis=1).reshape(shape), real)

    def _compared(self, room: Room) -> list:
        return [room.catalogue.comparisons[by] for by in self.dimensions(room)]
