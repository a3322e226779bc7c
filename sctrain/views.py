"""From a selection to the frames that may be shown: what pages, command line and reports all call.

A `Room` is the answers of the selected events at one data version; every view of it passes the
privacy gate here, so no caller holds a number that must not be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from sctrain import privacy
from sctrain.analysis import compare as comparing
from sctrain.analysis import findings as sentences
from sctrain.analysis import gaps as gap_analysis
from sctrain.analysis import ranks, who
from sctrain.analysis.counts import Groups, groups_by, joint_counts
from sctrain.cards import Cards, Codes, tally
from sctrain.catalogue import GATHERINGS, Catalogue, Dimension
from sctrain.differencing import STEP, Asked, Guard, Pool
from sctrain.errors import SelectionError, StaleError, StoreError
from sctrain.forms import UNSURE
from sctrain.frames import JointCounts
from sctrain.places import PLACES, Places, hidden_people, places
from sctrain.places import hidden as hidden_places
from sctrain.selection import Selection
from sctrain.store import queries
from sctrain.store.queries import PROFILE, Event

OR_NOT_SAID = " (or not said)"
SEED = 20181115
"""Of every resampling: the day of the session. The same data give the same intervals."""


Given = Callable[[int], NDArray[np.bool_] | NDArray[np.int64]]
"""Who gave each answer of a list, by its place; or how many of each row, where the ratings are elsewhere."""


@dataclass(frozen=True, eq=False)
class Room:
    """Whose answers are looked at: the events, their catalogue and everyone's decoded cards."""

    events: tuple[Event, ...]
    catalogue: Catalogue
    cards: Cards
    version: int
    replaced: int = 0
    opened: Mapping[str, str] = field(default_factory=dict)
    """By dimension the option that holds the few people who left it open as well."""
    hidden: frozenset[str] = frozenset()
    """The topics of it that are hidden until they are revealed."""
    waiting: int = 0
    """How many people have answered or corrected and are shown from the next step on."""
    filling: bool = False
    """Whether it is at a step in the middle of being filled in: then only the room as a whole is shown."""
    asked: Mapping[str, Codes] = field(init=False, repr=False)
    """The profile before that, and at which step people came where numbers went on in steps."""

    def __post_init__(self) -> None:
        """Count the few who left a question open with its most frequent answer, before anything is counted.

        1 to threshold - 1 such people, alone, would follow from the total without the groups; and counted with
        them in one place but not in another, from the difference.
        """
        profile, opened = dict(self.cards.profile), dict(self.opened)
        object.__setattr__(self, "asked", self.cards.profile)
        profile.pop(STEP, None)  # who was shown when is for the guard alone
        for name in self.catalogue.dimensions:
            if name in profile and (top := _top_of_open(profile[name], self.threshold, self.cards.weight)):
                profile[name], opened[name] = profile[name].put("", top), top
        object.__setattr__(self, "cards", replace(self.cards, profile=profile))
        object.__setattr__(self, "opened", opened)

    @property
    def threshold(self) -> int:
        """The strictest threshold of the events."""
        return max(event.threshold for event in self.events)

    @property
    def is_demo(self) -> bool:
        """Whether any of it is made up."""
        return any(event.is_demo for event in self.events)

    @property
    def title(self) -> str:
        """The events by name."""
        return " + ".join(event.title for event in self.events)

    @cached_property
    def offered(self) -> dict[str, tuple[str, ...]]:
        """The filter options of each dimension, roll-ups first: those whose number is shown, with enough outside."""
        everyone = np.ones(self.cards.n, bool)
        found = {}
        for name, dimension in self.catalogue.dimensions.items():
            codes, options = self.cards.profile[name], _options(self, dimension)
            hidden = _hidden_options(self, name, options, everyone)
            open_ = [o for o, h in zip(options, hidden, strict=True) if o and not h]
            given = [(r.code, r.members) for r in dimension.rollup] + [(o, (o,)) for o in open_]
            heads = self.cards.weight
            enough = [(code, m) for code, m in given if privacy.enough(codes.holds(m), self.threshold, heads)]
            shown = self.may([self.part(name, [m for _, m in enough])], people=True)[0] if enough else ()
            found[name] = tuple(code for (code, _), may in zip(enough, shown, strict=True) if may)
        return found

    @cached_property
    def _guard(self) -> Pool:
        """What may be shown of any filters and groups."""
        return self.guarding(self._answered)

    def guarding(self, answered: Given, among: NDArray[np.bool_] | None = None) -> Pool:
        """What may be shown of any filters and groups of those `among` [n] the people, and who answered what of them.

        Several events together show what each of them would.
        """
        if len(self.events) > 1 and "event" in self.asked:
            return Pool(tuple((here, self._of_event(room, here, answered, among)) for here, room in self._by_event))
        here = slice(None) if among is None else np.flatnonzero(among)
        names = [name for name in (*self.catalogue.dimensions, "table") if name in self.asked]
        asked = [self._asked(by) for by in self.compared_by if by != "event"]
        asked += [self.part(name, [("",)]) for name in names if "" in self.cards.profile[name].values]
        if STEP in self.asked and len(self.asked[STEP].values) > 1:
            names, asked = [*names, STEP], [self._came(), *asked]
        guard = Guard(
            {name: self.asked[name].code[here] for name in names},
            [question.among(here) for question in asked],
            lambda row: answered(row)[here],
            self.cards.heads(among),
            self.threshold,
            None if self.cards.weight is None else self.cards.weight[here],
        )
        return Pool(((here, guard),))

    @staticmethod
    def _of_event(
        room: Room,
        here: NDArray[np.intp],
        answered: Given,
        among: NDArray[np.bool_] | None,
    ) -> Pool:
        return room.guarding(lambda row: answered(row)[here], None if among is None else among[here])

    @cached_property
    def _by_event(self) -> tuple[tuple[NDArray[np.intp], Room], ...]:
        """Where the people of each event are, and its own room."""
        found = []
        for event in self.events:
            people = np.flatnonzero(self.asked["event"].holds((event.code,)))
            profile = {name: _among(codes, people) for name, codes in self.asked.items()}
            weight = None if self.cards.weight is None else self.cards.weight[people]
            cards = replace(self.cards, pairs=self.cards.pairs[:, people], profile=profile, weight=weight)
            found.append((people, replace(self, events=(event,), cards=cards, opened={})))
        return tuple(found)

    def marked(self, competency: int) -> Pool:
        """What may be shown of who gave a competency each pair of marks, in the order of a joint table's cells."""
        if competency not in self._marked:
            width, points = self.cards.width, self.cards.width - 1
            marks = [(1 + cell // points) * width + 1 + cell % points for cell in range(points**2)]
            if self.cards.elsewhere is not None:
                counted = self.cards.elsewhere.given([(competency, np.array([mark])) for mark in marks])
                self._marked[competency] = self.guarding(lambda cell: counted[cell])
            else:
                self._marked[competency] = self.guarding(lambda cell: self.cards.pairs[competency] == marks[cell])
        return self._marked[competency]

    @cached_property
    def _marked(self) -> dict[int, Pool]:
        return {}

    @cached_property
    def _complete(self) -> NDArray[np.int64]:
        """[competencies, n]: how many people of each row marked both, where their ratings are elsewhere."""
        importance, level = np.divmod(np.arange(self.cards.width**2), self.cards.width)
        both, elsewhere = np.flatnonzero((importance > 0) & (level > 0)), self.cards.elsewhere
        assert elsewhere is not None
        return elsewhere.given([(c, both) for c in range(len(self.cards.competencies))])

    def _answered(self, competency: int) -> NDArray[np.bool_] | NDArray[np.int64]:
        """[n]: who marked both importance and level of a competency, or how many of each row."""
        if self.cards.elsewhere is not None:
            return self._complete[competency]
        importance, level = np.divmod(self.cards.pairs[competency], self.cards.width)
        return np.asarray((importance > 0) & (level > 0))

    def _came(self) -> Asked:
        """Who was shown at each step of an event that went on in steps, but for the last, at which everybody was."""
        codes = self.asked[STEP]
        number = np.array([int(value or 0) for value in codes.values])
        last = np.sort(number)[:-1]
        return Asked(STEP, codes.code, number <= last[:, None])

    def _asked(self, by: str) -> Asked:
        """A comparison as the guard knows it."""
        groups = self.groups(by)
        return Asked(self.catalogue.comparisons[by].dimension, groups.value, groups.member, self._margins(by))

    def part(self, name: str, options: Sequence[tuple[str, ...]]) -> Asked:
        """A dimension, and who gave any of these options of it."""
        codes = self.cards.profile[name]
        return Asked(name, codes.code, np.array([codes.member(some).any(axis=0) for some in options], bool))

    def may(self, parts: Sequence[Asked], people: bool = False) -> NDArray[np.bool_]:
        """[1 + competencies, groups]: what may be shown of who passes all parts: their number, and each competency’s.

        With `people` only the first row.
        """
        return self._guard.may(parts, 1 if people else 1 + len(self.cards.competencies))

    def parts(self, selection: Selection, by: str | None = None) -> list[Asked]:
        """The selection's filters, and the groups of a comparison, as `may` asks for them."""
        known = self.catalogue.dimensions
        filters = [
            self.part(name, [tuple(m for code in codes for m in known[name].members(code))])
            for name, codes in selection.filters
        ]
        return [*filters, self._asked(by)] if by else filters

    def where(self, selection: Selection) -> NDArray[np.bool_]:
        """[n]: who passes the selection's filters."""
        passes = np.ones(self.cards.n, bool)
        for name, codes in selection.filters:
            members = tuple(m for code in codes for m in self.catalogue.dimensions[name].members(code))
            passes &= self.cards.profile[name].holds(members)
        return passes

    @cached_property
    def _members(self) -> dict[str, dict[str, tuple[str, ...]]]:
        return {by: self._members_of(by) for by in self.catalogue.comparisons}

    def members(self, by: str) -> dict[str, tuple[str, ...]]:
        """What each group of a comparison stands for, in the catalogue's order; groups nobody is in left out."""
        return self._members[by]

    def _members_of(self, by: str) -> dict[str, tuple[str, ...]]:
        comparison = self.catalogue.comparisons[by]
        if by in GATHERINGS:
            return self._gatherings(by) if by in self.cards.profile else {}
        codes = self.cards.profile[comparison.dimension]
        ordered = self.catalogue.dimensions[comparison.dimension].ordered
        known = comparison.members or {option: (option,) for option in codes.options}
        return {g: m for g, m in known.items() if ordered or set(m) & set(codes.options)} if codes.options else {}

    def _gatherings(self, by: str) -> dict[str, tuple[str, ...]]:
        """Tables by number, events by date; a single one sets nobody apart. Who has none is in no group."""
        dates = {event.code: f"{event.held_on or ''}" for event in self.events}
        codes = self.cards.profile[by].options
        ordered = sorted(codes, key=lambda c: (int(c) if by == "table" else 0, dates.get(c, ""), c))
        return {code: (code,) for code in ordered} if len(ordered) > 1 else {}

    @cached_property
    def usual_comparison(self) -> str | None:
        """What is compared where nothing is asked: city size rolled up, else the first that was answered."""
        return "city_size_band" if "city_size_band" in self.compared_by else next(iter(self.compared_by), None)

    def group_labels(self, by: str) -> dict[str, str]:
        """Label by group of a comparison; says where people who left the question open are among them."""
        labels = self.catalogue.comparisons[by].groups
        if by == "event":
            labels = {event.code: event.title for event in self.events}
        elif by == "table":
            labels = {table: f"Table {table}" for table in self.members(by)}
        held = self.opened.get(self.catalogue.comparisons[by].dimension)
        return {g: labels.get(g, g) + OR_NOT_SAID * (held in m) for g, m in self.members(by).items()}

    def label(self, dimension: str, option: str) -> str:
        """What an option is called; says where people who left the question open are among them."""
        if not option:
            return "not said"
        return self.catalogue.dimensions[dimension].label_of(option) + OR_NOT_SAID * self._opens(dimension, option)

    def _opens(self, dimension: str, option: str) -> bool:
        return self.opened.get(dimension) in self.catalogue.dimensions[dimension].members(option)

    @cached_property
    def places(self) -> Places | None:
        """Countries, regions and partners, where more than one of them is known: they are hidden together."""
        found = {name: self.members(name) for name in PLACES if name in self.catalogue.dimensions}
        return places(self.cards.profile, found)

    @cached_property
    def every_place(self) -> Places | None:
        """The same of all their options, small ones too."""
        found = {d: _options(self, asked) for d, asked in self.catalogue.dimensions.items() if d in PLACES}
        return places(self.cards.profile, {d: {o: (o,) for o in codes} for d, codes in found.items()})

    @cached_property
    def compared_by(self) -> dict[str, str]:
        """What the people can be compared by: label by code, of those that set at least one group apart."""
        return {code: c.label for code, c in self.catalogue.comparisons.items() if self.members(code)}

    def split(self, by: str, where: NDArray[np.bool_] | None) -> privacy.Split:
        """Who is in which group, as the privacy gate needs it."""
        codes, members = self.cards.profile[self.catalogue.comparisons[by].dimension], self.members(by)
        groups = groups_by(codes, members)
        values = replace(groups, codes=codes.values, member=np.eye(len(codes.values), dtype=bool))
        counted = joint_counts(self.cards, values, where)
        return privacy.Split(counted.people, counted.n, groups.member, self._margins(by))

    def _margins(self, by: str) -> tuple[tuple[int, ...], ...]:
        """The groups of a comparison that a roll-up is the sum of, by their places."""
        dimension = self.catalogue.dimensions.get(self.catalogue.comparisons[by].dimension)
        rollups = [r.members for r in dimension.rollup] if dimension else []
        margins = [tuple(i for i, g in enumerate(self.members(by)) if g in rollup) for rollup in rollups]
        return tuple(m for m in margins if m)

    def groups(self, by: str) -> Groups:
        """The groups of a comparison."""
        return groups_by(self.cards.profile[self.catalogue.comparisons[by].dimension], self.members(by))


def _among(codes: Codes, people: NDArray[np.intp]) -> Codes:
    """The answers of these people; a value that none of them gave is no value."""
    given, code = np.unique(codes.code[people], return_inverse=True)
    return Codes(tuple(codes.values[i] for i in given), code.astype(np.int32))


def _top_of_open(codes: Codes, threshold: int, weight: NDArray[np.integer] | None) -> str | None:
    """The most frequent answer, if 1 to threshold - 1 people gave none; None where nobody has to be counted with it."""
    people = tally(codes.code, len(codes.values), weight)
    if not codes.options or not 0 < int((codes.member(("",)) @ people)[0]) < threshold:
        return None
    counted = codes.member(codes.options).astype(int) @ people
    return codes.options[int(counted.argmax())]


def choose(events: list[Event], asked: tuple[str, ...]) -> tuple[tuple[Event, ...], list[Event]]:
    """The events to look at (the newest if none is asked), and those left out.

    Events that ask another catalogue's competencies than the first are left out, never merged; so are,
    of several, those with fewer people than their threshold.
    Raises StoreError where the store holds no event, SelectionError where one is unknown.
    """
    if not events:
        raise StoreError("the store holds no event yet: `python -m sctrain demo` makes one, `import` brings yours")
    known = {event.code: event for event in events}
    for code in asked:
        if code not in known:
            raise SelectionError("event", code, known)
    wanted = [known[code] for code in asked] or events[:1]
    same = [event for event in wanted if event.catalogue == wanted[0].catalogue]
    if len(same) > 1:  # the pool without the others would tell a small event
        same = [event for event in same if event.answers >= event.threshold] or same[:1]
    return tuple(same), [event for event in wanted if event not in same]


def whole(connection: Connection, events: Sequence[Event], version: int, competencies: tuple[str, ...]) -> Cards:
    """Everyone's cards, decoded in this process."""
    codes = [event.code for event in events]
    return queries.cards(connection, codes, version, dimensions(events)).laid_out(competencies)


def dimensions(events: Sequence[Event]) -> tuple[str, ...]:
    """What is read of people beside their ratings: where numbers go on in steps, also the step they came with."""
    return (*PROFILE, STEP) if any(event.steps for event in events) else PROFILE


def read(engine: Engine, selection: Selection, cards: Callable[..., Cards] = whole) -> Room:
    """The room of a selection's events, as it stood at the selection's data version; `cards` reads as `whole` does."""
    with engine.connect() as connection:
        # By its number throughout: what comes in between belongs to the next version.
        now = known_version(connection, selection)
        version = now if selection.version is None else selection.version
        chosen, _ = choose(queries.events(connection), selection.events)
        codes = [event.code for event in chosen]
        catalogue = queries.catalogue_of(connection, chosen[0].catalogue)
        return Room(
            chosen,
            catalogue,
            cards(connection, chosen, version, catalogue.codes),
            version,
            queries.replaced(connection, codes, version),
            hidden=queries.hidden_topics(connection, codes),
            waiting=queries.waiting(connection, codes, version),
            filling=bool(queries.filling(connection, codes, version)),
        )


def replies(engine: Engine, room: Room) -> dict[str, Codes]:
    """What the room's people reply to each question of its catalogue, in the order of its cards."""
    questions = [question.code for question in room.catalogue.question]
    return _replies(engine, room, questions)


def _replies(engine: Engine, room: Room, questions: Iterable[str]) -> dict[str, Codes]:
    """Replies in the order of the room's cards; StaleError where somebody of it has withdrawn since it was read."""
    with engine.connect() as connection:
        found = queries.replies(connection, [event.code for event in room.events], room.version, questions)
    if any(codes.code.size != room.cards.n for codes in found.values()):
        raise StaleError("somebody has withdrawn in this moment: please look again")
    return found


def known_version(connection: Connection, selection: Selection) -> int:
    """The store's data version; SelectionError where the selection asks for one that there never was."""
    now = queries.data_version(connection)
    if selection.version is not None and not 0 < selection.version <= now:
        raise SelectionError("data version", str(selection.version), [f"1..{now}"])
    return now


def counts(room: Room, selection: Selection) -> JointCounts:
    """Joint counts of the selection, by its comparison if it has one, past the gate."""
    gated = _gated(room, selection)
    by = selection.by if gated.groups != (None,) else None
    if gated.hidden.all() or not (parts := room.parts(selection, by)):
        return gated
    people, *each = room.may(parts)
    return gated.hide(~(np.array(each) & people).T)


def _gated(room: Room, selection: Selection) -> JointCounts:
    """Joint counts of the selection, past the gate for this selection alone."""
    where = room.where(selection)
    filtered = None if where.all() else where
    total = joint_counts(room.cards, where=filtered)
    everyone = total if filtered is None else joint_counts(room.cards)
    gated = privacy.gate(total, room.threshold, everyone)
    if _refused(room, selection):
        return gated.hide(np.ones_like(gated.hidden))
    if selection.by is None or not room.members(selection.by) or gated.hidden.all():
        return gated
    found = _by_group(room, selection.by, filtered)
    if room.places is None or selection.by not in room.places.at:
        return found
    also = {name: _by_group(room, name, filtered).hidden for name in room.places.at}
    return found.hide(hidden_places(room.places, selection.by, room.cards, filtered, room.threshold, also))


def _by_group(room: Room, by: str, where: NDArray[np.bool_] | None) -> JointCounts:
    """Joint counts by a comparison, past the gate for this comparison alone."""
    groups = room.groups(by)
    grouped = joint_counts(room.cards, groups, where)
    whole = grouped if where is None else joint_counts(room.cards, groups)
    return privacy.gate(grouped, room.threshold, whole, room.split(by, where))


def gaps(room: Room, selection: Selection, resampled: bool = True) -> pd.DataFrame:
    """GAPS of the selection, past the gate, with rank intervals unless told otherwise."""
    gated = counts(room, selection)
    frame = gap_analysis.gaps(gated, selection.measure, selection.cross)
    if not resampled:
        return frame
    grouped = gated.groups != (None,) and selection.by is not None
    groups = room.groups(selection.by) if grouped and selection.by else None
    drawn = ranks.rank_intervals(room.cards, room.where(selection), groups, gated, selection.measure, seed=SEED)
    return ranks.with_ranks(frame, drawn)


def findings(room: Room, selection: Selection, by: str | None) -> list[str]:
    """What can be said of the selection, the greatest need first; groups are compared by `by`."""
    grouped = gaps(room, replace(selection, by=by), resampled=False) if by else None
    return told(room, selection, by, gaps(room, replace(selection, by=None)), grouped, mix(room, selection))


def told(
    room: Room,
    selection: Selection,
    by: str | None,
    gaps: pd.DataFrame,
    grouped: pd.DataFrame | None,
    mix: pd.DataFrame,
) -> list[str]:
    """The findings in these frames of the selection: GAPS of all, GAPS by `by`, and MIX."""
    known = room.catalogue
    options = {(d, o): room.label(d, o) for d, o in zip(mix["dimension"], mix["option"], strict=True)}
    labels = room.group_labels(by) if by else {}
    about = (known.labels, known.scale.points, selection.measure)
    found = sentences.findings(gaps, *about, grouped, labels, mix, options)
    return [finding.text for finding in found]


def crosshair(room: Room, selection: Selection) -> tuple[float, float]:
    """(importance, level) where the importance-level map is divided, for the selection without its comparison."""
    ungrouped = Selection(selection.events, selection.filters, version=selection.version)
    importance, level = gap_analysis.crosshair(counts(room, ungrouped), selection.cross)
    return float(importance[0]), float(level[0])


def people(room: Room, selection: Selection) -> int | None:
    """How many people the selection has; None where the gate hides them."""
    n = room.cards.heads(room.where(selection))
    hidden = 0 < n < room.threshold or 0 < room.cards.heads() - n < room.threshold
    if hidden or _refused(room, selection):
        return None
    return n if not selection.filters or room.may(room.parts(selection), people=True).all() else None


def _refused(room: Room, selection: Selection) -> bool:
    """Whether a filter asks for an option that somebody gave and whose number is hidden without filters."""
    if room.filling:
        return bool(selection.filters)
    asked = ((name, code) for name, codes in selection.filters for code in codes if code not in room.offered[name])
    members = ((room.cards.profile[name], room.catalogue.dimensions[name].members(code)) for name, code in asked)
    return any(codes.holds(options).any() for codes, options in members)


def mix(room: Room, selection: Selection) -> pd.DataFrame:
    """MIX of the selection: each dimension's options with counts, past the gate."""
    where, nobody = room.where(selection), room.filling or people(room, selection) is None
    options = {name: _options(room, dimension) for name, dimension in room.catalogue.dimensions.items()}
    hidden = {name: nobody | _hidden_options(room, name, codes, where) for name, codes in options.items()}
    for name, codes in options.items():
        if codes and not hidden[name].all():
            parts = [*room.parts(selection), room.part(name, [(code,) for code in codes])]
            hidden[name] |= ~room.may(parts, people=True)[0]
    return who.mix(room.cards.profile, where, options, hidden, room.cards.weight)


def _options(room: Room, dimension: Dimension) -> tuple[str, ...]:
    """The options that occur, in the catalogue's order, "not said" last; an ordered dimension shows all of its own."""
    codes = room.cards.profile[dimension.code]
    occurring = codes.options
    listed = tuple(o.code for o in dimension.option if dimension.ordered or o.code in occurring)
    return (*listed, *(code for code in occurring if code not in listed), *[""] * ("" in codes.values))


def _hidden_options(room: Room, name: str, options: tuple[str, ...], where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    alone = _small_options(room, name, options, where)
    if name not in PLACES:
        return alone
    together = room.every_place
    if together is None or name not in together.at:
        return alone
    also = {d: _small_options(room, d, _options(room, room.catalogue.dimensions[d]), where) for d in together.at}
    return hidden_people(together, name, where, room.threshold, also, room.cards.weight)


def _small_options(room: Room, name: str, options: tuple[str, ...], where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which options of one question to hide, if it were the only one."""
    held = room.cards.profile[name].member(options).astype(np.int64)
    code, weight = room.cards.profile[name].code, room.cards.weight
    n, everyone = (
        held @ tally(code[people], held.shape[1], None if weight is None else weight[people])
        for people in (where, np.ones_like(where))
    )
    apart = privacy.small(everyone - n, room.threshold)
    return privacy.hide_small(n, room.threshold, room.cards.heads(where), also=apart)


def unsure(engine: Engine, room: Room) -> tuple[Codes, ...]:
    """Of which competencies the room's people said that they do not know: their importance, their level."""
    return tuple(_replies(engine, room, UNSURE.values()).values())


def answered(room: Room, selection: Selection, unsure: Sequence[Codes] = ()) -> pd.DataFrame:
    """ANSWERED of the selection without its comparison, past the gate; `unsure` as `views.unsure` reads it."""
    if not any(codes.options for codes in unsure):
        return who.answered(counts(room, selection.people))
    where = room.where(selection)
    said = (np.any([codes.holds((c,)) for codes in unsure], axis=0) for c in room.catalogue.codes)
    return who.answered(counts(room, selection.people), np.array([int(s[where].sum()) for s in said]))


def joint(room: Room, selection: Selection, competency: str) -> pd.DataFrame:
    """JOINT of one competency for the selection without its comparison; small cells hidden."""
    gated = counts(room, selection.people)
    c = gated.competencies.index(competency)
    cells, everyone = gated.pairs[0, c].ravel(), joint_counts(room.cards).pairs[0, c].ravel()
    apart = privacy.small(everyone - cells, room.threshold)
    if selection.filters:
        apart |= ~room.marked(c).may(room.parts(selection), 1 + len(cells))[1:, 0]
    hidden = privacy.hide_small(cells, room.threshold, also=apart | room.filling).reshape(gated.pairs.shape[2:])
    return who.joint(gated, competency, hidden | gated.hidden[0, c])


MOST_COMPARED = 3
"""Groups that can be set side by side at once."""


@dataclass(frozen=True)
class Sides:
    """Who is set side by side: each of `groups` against `reference`, or against its own rest where that is None.

    `able` are all groups of the comparison that could be; `left_out` are those asked for that are not compared.
    """

    able: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    reference: str | None = None
    left_out: tuple[str, ...] = ()


def sides(room: Room, selection: Selection) -> Sides:
    """Whom the selection sets side by side: none where no group of its comparison has numbers, and a rest.

    Two groups meet each other, one or three their rest. Where none is asked for it is the two groups of a
    comparison that has only two, else the largest.
    """
    return _sides(selection, *_grouped(room, selection))


def compare(room: Room, selection: Selection) -> pd.DataFrame:
    """DIFFERENCES of the groups that the selection sets side by side, past the gate; no row where there are none."""
    grouped, total = _grouped(room, selection)
    met = _sides(selection, grouped, total)
    return comparing.differences(grouped, met.groups, met.reference, total)


def lens(room: Room, selection: Selection) -> pd.DataFrame:
    """CITY_LENS of the two groups that the selection sets side by side, past the gate.

    SelectionError where it does not set two against each other.
    """
    met = sides(room, selection)
    if met.reference is None:
        raise SelectionError("groups", ", ".join(met.groups), [f"two of: {' '.join(met.able)}"])
    return comparing.lens(gaps(room, selection), met.groups[0], met.reference)


def _grouped(room: Room, selection: Selection) -> tuple[JointCounts, JointCounts]:
    """Counts by the comparison, and of everyone."""
    return counts(room, selection), counts(room, replace(selection, by=None))


def _sides(selection: Selection, grouped: JointCounts, total: JointCounts) -> Sides:
    people = {g: n for g, n in zip(grouped.groups, grouped.people.tolist(), strict=True) if g is not None}
    able = tuple(group for group, n in people.items() if 0 < n < total.people[0])
    asked = tuple(group for group in able if group in selection.groups)[:MOST_COMPARED]
    left_out = tuple(group for group in selection.groups if group not in asked)
    if not asked:
        usual = able if len(people) == 2 else sorted(able, key=people.__getitem__)[-1:]
        asked = tuple(usual)
    first, reference = (asked[:1], asked[1]) if len(asked) == 2 else (asked, None)
    return Sides(able, first, reference, left_out)
