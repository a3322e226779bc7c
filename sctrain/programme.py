"""From a selection to a training programme: what both voices need, the modules that cover it, and in which form.

Both voices are of one event. All that is told comes from frames past the privacy gate; only redrawn rooms look at
people, and tell in how many rooms a module is chosen, no more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sctrain import questions as session
from sctrain import views
from sctrain.analysis import consensus as lists
from sctrain.analysis import programme as analysis
from sctrain.analysis import programme_curve as budgets
from sctrain.analysis import programme_form as forms
from sctrain.analysis import programme_robust as rooms
from sctrain.analysis import programme_words as words
from sctrain.analysis.ballots import Ballots, borda, points
from sctrain.analysis.gaps import Numbers, need
from sctrain.analysis.programme import Offer, Rules, Voices
from sctrain.analysis.programme_choice import Problem, Tell, choose
from sctrain.analysis.programme_clash import Bound, colliding
from sctrain.analysis.programme_robust import Robust
from sctrain.catalogue import Catalogue
from sctrain.questions import Replies
from sctrain.selection import Selection
from sctrain.tables import TableRoom
from sctrain.views import SEED, Room
from sctrain.voices import contents

USUAL = Rules()
"""What a programme keeps where nothing else is asked."""
DAY = 8
"""Hours of a day: what falls off is shown of a programme that is a day shorter."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What both voices of one event say, and the modules to choose from: all that does not change with the rules.

    `groups` are the labels of those whose needs are known at all or hidden, by code; `measure` is that of need.
    """

    catalogue: Catalogue
    offer: Offer
    voices: Voices
    by: str | None
    groups: dict[str, str]
    measure: str

    @property
    def labels(self) -> dict[str, str]:
        """Label by module code."""
        return {module.code: module.label for module in self.catalogue.modules}

    @property
    def heard(self) -> tuple[str, ...]:
        """The groups that have a floor."""
        return tuple(name for name, kept in zip(self.voices.names, self.voices.heard, strict=True) if kept)

    @property
    def unheard(self) -> tuple[str, ...]:
        """The groups without a floor, as too little of their needs may be shown."""
        return tuple(name for name in self.voices.names if name not in self.heard)

    def problem(self, selection: Selection) -> Problem:
        """What is to be solved under the selection's rules."""
        return budgets.problem_of(self.offer, self.voices, rules(selection))


@dataclass(frozen=True, eq=False)
class Programme:
    """The programme of a selection: PRIORITIES, MODULES, CURVE at its own hours, and what may be said of it.

    `chosen` are the modules in their order, `spent` their hours. `why` says which bounds collide, `clash` has them,
    where there is no programme; `told` are notes on who is not heard.
    """

    rules: Rules
    by: str | None
    groups: dict[str, str]
    labels: dict[str, str]
    chosen: tuple[str, ...]
    spent: float
    priorities: pd.DataFrame
    modules: pd.DataFrame
    covered: pd.DataFrame
    sentence: str
    told: tuple[str, ...] = ()
    why: str = ""
    clash: tuple[Bound, ...] = ()

    @property
    def feasible(self) -> bool:
        """Whether a programme keeps the bounds."""
        return not self.clash


@dataclass(frozen=True, eq=False)
class Falls:
    """FALLS from the selection's hours to others, and in words."""

    frame: pd.DataFrame
    sentence: str


def rules(selection: Selection) -> Rules:
    """The rules that the selection asks for, the usual ones where it asks for none."""
    given = {
        "hours": selection.hours,
        "weight": selection.weight,
        "floor": selection.floor,
        "balance": selection.balance,
    }
    asked = {name: number for name, number in given.items() if number is not None}
    return replace(USUAL, locked=selection.lock, left=selection.left, **asked)


def evidence(room: Room, table_room: TableRoom, selection: Selection) -> Evidence:
    """What both voices say; the groups are those of the selection's comparison, or of the usual one."""
    by = selection.by if selection.by in room.compared_by else room.usual_comparison
    frame = views.gaps(room, replace(selection, by=None), resampled=False)
    if by:
        split = views.gaps(room, replace(selection, by=by), resampled=False)
        frame = pd.concat([frame, split[split["group"].notna()]])
    names, size = tuple(frame["group"].dropna().unique().tolist()), len(room.catalogue.codes)
    needs = need(selection.measure, frame[selection.measure].to_numpy(float)).reshape(-1, size)
    voices = Voices(
        room.catalogue.codes,
        needs[0],
        _points(table_room),
        names,
        needs[1:],
        frame["n"].to_numpy(float, na_value=np.nan).reshape(-1, size),
        frame["suppressed"].to_numpy(bool).reshape(-1, size),
    )
    labels = room.group_labels(by) if by else {}
    return Evidence(room.catalogue, Offer.of(room.catalogue), voices, by, labels, selection.measure)


def _points(table_room: TableRoom) -> Numbers:
    """Borda points of the competencies in the catalogue's order; 0 for what no table ranked, NaN without any list."""
    given = _ballots(table_room)
    size = len(table_room.catalogue.codes)
    if given is None or not given.n:
        return np.full(size, np.nan)
    scores = borda(points(given), given.weight[None])[0]
    return np.where((given.positions > 0).any(axis=0), scores, 0)


def _ballots(table_room: TableRoom) -> Ballots | None:
    topic = contents(table_room.catalogue)
    return table_room.ballots(topic) if topic else None


def read(found: Evidence, selection: Selection) -> Programme:
    """The programme of the selection's rules."""
    problem = found.problem(selection)
    choice, asked = choose(problem), problem.rules
    chosen, labels = choice.chosen[0], found.labels
    clash = () if choice.feasible[0] else colliding(problem, choice)
    covered = budgets.covering(problem, [asked.hours], choice)
    modules = analysis.modules(found.offer, found.catalogue, found.voices, asked, chosen)
    ordered = modules[modules["chosen"]].sort_values("order")
    unknown = int(np.isnan(found.voices.priority(asked.weight)).sum())
    voiced = [bool((np.nan_to_num(voice) > 0).any()) for voice in (found.voices.need, found.voices.points)]
    return Programme(
        rules=asked,
        by=found.by,
        groups=found.groups,
        labels=labels,
        chosen=tuple(ordered["module"]),
        spent=float(ordered["hours"].sum()),
        priorities=analysis.priorities(found.voices, asked.weight),
        modules=modules,
        covered=covered,
        sentence=words.sentence(covered, modules, labels),
        told=words.notes(voiced[0], voiced[1], found.unheard, unknown, found.groups),
        why=words.why(clash, labels, found.groups),
        clash=clash,
    )


def curve(found: Evidence, selection: Selection) -> pd.DataFrame:
    """CURVE over all budgets up to what every module takes; the selection's own hours do not matter."""
    return budgets.curve(found.problem(selection), budgets.budgets(found.offer))


def falls(found: Evidence, selection: Selection, to_hours: float) -> Falls:
    """What falls off and what comes in with other hours than the selection's, and whom that hurts."""
    frame = budgets.falls(found.problem(selection), to_hours)
    return Falls(frame, words.falls_sentence(frame, found.labels, found.groups))


def robust(
    room: Room,
    table_room: TableRoom,
    found: Evidence,
    selection: Selection,
    tell: Tell | None = None,
    draws: int = 1000,
) -> Robust:
    """The programme solved in `draws` redrawn rooms of people and tables; `tell` hears of the progress."""
    problem, where = found.problem(selection), room.where(selection)
    groups = room.groups(found.by) if found.by else None
    among = [groups.holds(groups.codes.index(code)) for code in found.heard] if groups else []
    member = np.array(among, bool).reshape(len(among), room.cards.n)
    people = rooms.redrawn(room.cards, where, member, np.random.default_rng([SEED]), draws)
    everyone, *of_groups = (drawn.need(found.measure) for drawn in people)
    split = np.stack(of_groups, axis=1) if of_groups else np.zeros((draws, 0, everyone.shape[1]))
    given = _ballots(table_room)
    listed = lists.rooms(given, draws, SEED)["borda"] if given is not None else np.full(everyone.shape, np.nan)
    return rooms.robust(problem, found.voices, choose(problem).chosen[0], everyone, split, listed, tell)


def with_rooms(programme: Programme, found: Robust) -> Programme:
    """The programme with what redrawn rooms say of its modules, and its sentence with how sure it is."""
    drawn = with_certainty(programme, found)
    return replace(drawn, sentence=words.sentence(drawn.covered, drawn.modules, drawn.labels, found))


def with_certainty(programme: Programme, found: Robust) -> Programme:
    """The programme with what redrawn rooms, also those of other answers, say of its modules; its sentence stays."""
    return replace(programme, modules=rooms.with_rooms(programme.modules, found))


FORM_QUESTIONS = ("mainly_elearning", "mixing_benefit", "mixing_kinds")
"""Questions about the form that tables rank no list of."""


@dataclass(frozen=True, eq=False)
class Form:
    """FORM, its labels by topic and by (topic, option), what is drafted of each topic, and what clashes.

    `clash` says whom the format that most people chose shuts out, or that it cannot be told, `alternative` what would
    shut fewer out; empty where there is nothing to say.
    """

    frame: pd.DataFrame
    titles: dict[str, str]
    labels: dict[tuple[str, str], str]
    lines: dict[str, str]
    sentence: str
    clash: str = ""
    alternative: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        """The option drafted of each topic that is a line of the programme; of several the one with most for it."""
        best = self._drafted.sort_values("score", ascending=False, kind="stable").drop_duplicates("topic")
        found = zip(best["topic"], best["option"], strict=True)
        return {str(topic): str(option) for topic, option in found if topic in forms.FORMS}

    @property
    def words(self) -> dict[str, str]:
        """What is drafted of each such topic, without numbers: these are in its receipt, and change."""
        drafted = self._drafted.groupby("topic", sort=False)["option"]
        return {
            topic: "; ".join(self.labels[topic, option] for option in drafted.get_group(topic)) for topic in self.chosen
        }

    @property
    def _drafted(self) -> pd.DataFrame:
        return self.frame[self.frame["chosen"].astype(bool)]


def form(room: Room, table_room: TableRoom, replies: Replies, selection: Selection) -> Form:
    """In which form the programme is given: the tables' lists and the replies of the selected people."""
    asked = _asked(room, table_room, replies, selection)
    clash = session.clash(room, replies, selection)
    weight = rules(selection).weight
    frame = forms.form(asked, clash.clashes, clash.kinder, weight, session.DURATION, session.FORM)
    known = room.catalogue
    entries = {e.code: (e.label, known.options_of(e.code)) for e in known.topic}
    entries |= {q.code: (q.label, {o.code: o.label for o in q.option}) for q in known.question if q.code not in entries}
    titles = {one.code: entries[one.code][0] for one in asked}
    labels = {(one.code, option): entries[one.code][1][option] for one in asked for option in one.options}
    return Form(
        frame,
        titles,
        labels,
        forms.lines(frame, titles, labels),
        forms.sentence(frame, titles, labels),
        " ".join(clash.sentences) or clash.why,
        clash.told,
    )


def _asked(room: Room, table_room: TableRoom, replies: Replies, selection: Selection) -> list[forms.Asked]:
    known, view = session.asked(room, replies), replace(selection, by=None)
    said = session.replied(room, replies, view)
    options = {code: [o.code for o in q.option] for code, q in known.items()}
    found = []
    for topic in room.catalogue.topic:
        given = tuple(room.catalogue.options_of(topic.code))
        if topic.options_from == "competency" or not given:
            continue
        same = forms.same_question(given, options)
        ballots = table_room.ballots(topic.code)
        found.append(
            forms.Asked(
                topic.code,
                given,
                lists.consensus(ballots, seed=SEED),
                ballots.n,
                same,
                said[said["question"] == same] if same else None,
                several=topic.options_from != "",
                ordered=same is not None and known[same].kind == "ordered",
            )
        )
    for code in FORM_QUESTIONS:
        if code in known:
            of_it = said[said["question"] == code]
            several = known[code].kind == "multiple"
            found.append(forms.Asked(code, tuple(options[code]), None, 0, code, of_it, several))
    return found
