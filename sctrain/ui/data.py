"""Everything a page reads, cached: keyed by store, data version and selection, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from math import inf
from threading import Lock
from time import monotonic

import pandas as pd
import streamlit as st
from sqlalchemy import Engine

from sctrain import (
    courses,
    large,
    notes,
    partitions,
    programme,
    questions,
    receipts,
    regions,
    strategy,
    tables,
    views,
    voices,
)
from sctrain.analysis.programme_robust import Robust
from sctrain.cards import Codes
from sctrain.catalogue import Catalogue, Question
from sctrain.cohorts import Proposed, propose
from sctrain.courses import Covered, Offer
from sctrain.ground import Ground, common_ground
from sctrain.missing import Missing, meet
from sctrain.notes import NoteRoom
from sctrain.peers import Peers
from sctrain.peers import read as read_peers
from sctrain.practices import Practised
from sctrain.practices import read as read_practices
from sctrain.profiles import Person
from sctrain.receipts import Sources
from sctrain.selection import Selection
from sctrain.store import queries
from sctrain.store.access import demand
from sctrain.store.coding import Coding, add_codings
from sctrain.store.engine import open_store, store_url
from sctrain.store.personal import Participant, own, place, read_token
from sctrain.tables import Agreed, ByGroup, TableRoom
from sctrain.ui import memory, state
from sctrain.ui.background import Background, Job
from sctrain.ui.herald import FRESH, Herald
from sctrain.ui.jobs import document_of, profiles_of, redrawn_of
from sctrain.ui.shelf import Kept, Shelf, kept
from sctrain.views import Room, Sides
from sctrain.voices import Debate, Meeting


@kept(8)
def _engine(url: str) -> Engine:
    return open_store(url)


class _Clock:
    """The data version that open pages draw: the store's, as it was read last."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock, self._version, self._at = engine, Lock(), 0, -inf

    def newest(self) -> int:
        """The version that was read last."""
        return self._version or self.read()

    def read(self) -> int:
        """The store's data version, from now on for all."""
        with self._lock, self._engine.connect() as connection:
            self._version, self._at = queries.data_version(connection), monotonic()
            return self._version

    def is_of_now(self) -> bool:
        """Whether it was read a moment ago."""
        return monotonic() - self._at < 2 * FRESH


@kept(8)
def _clock(url: str) -> _Clock:
    return _Clock(_engine(url))


def engine() -> Engine:
    """The store, for what is not cached: who may do what, what the presenter shows."""
    return _engine(store_url())


def refresh() -> None:
    """Ask the store for its data version; to be called once a run, so that a page is of one piece.

    Where many pages are open all draw the one that they are being told of: it is worked out already.
    """
    clock = _clock(store_url())
    take(clock.newest() if herald().are_many() and clock.is_of_now() else clock.read())


def herald() -> Herald:
    """Who tells the open pages what is new."""
    return _herald(store_url())


@kept(8)
def _herald(url: str) -> Herald:
    return Herald(_clock(url).read)


def changed() -> None:
    """Say that this session has just written: whoever looks next sees it."""
    _clock(store_url()).read()


def take(version: int) -> None:
    """Draw the rest of this run from this data version."""
    st.session_state["version"] = version


def newest() -> int:
    """The store's data version as it was read last: what open pages are told of."""
    return _clock(store_url()).newest()


@kept(16)
def _heard(url: str, newest: int, voice: str) -> int:  # noqa: ARG001 - the version is a key
    with _engine(url).connect() as connection:
        return queries.heard(connection, voice)


def heard(newest: int, voice: str) -> int:
    """The last data version up to the newest that may have altered what a voice says."""
    return min(newest, _heard(store_url(), newest, voice))


def version() -> int:
    """The store's data version in this run: it is what makes caches fresh."""
    return st.session_state["version"]


@kept(16)
def _events(url: str, version: int) -> list[queries.Event]:  # noqa: ARG001 - the version is a key
    with _engine(url).connect() as connection:
        return queries.events(connection)


def events() -> list[queries.Event]:
    """Every event of the store, the newest first."""
    return _events(store_url(), version())


@kept(16)
def _catalogue(url: str, version: int, code: str) -> Catalogue:  # noqa: ARG001 - the version is a key
    with _engine(url).connect() as connection:
        return queries.catalogue_of(connection, code)


def catalogue(code: str) -> Catalogue:
    """The catalogue of this code, as the store holds it now."""
    return _catalogue(store_url(), version(), code)


def _sparing(room: Room, worked_out: Kept) -> Kept:
    """What was worked out of a room; the memory that a large one took for it is handed back."""
    if room.cards.n >= large.LARGE:
        memory.hand_back()
    return worked_out


# A room is frozen and its arrays are read-only, so all visitors may share one.
@kept(8, "Reading the answers …")
def _room(url: str, version: int, selection: Selection) -> Room:
    # By its number: an answer that comes in between must not be in the room of the version before.
    room = views.read(_engine(url), replace(selection, version=selection.version or version))
    return _sparing(room, room)


@kept(8, "Reading the answers …")
def _parted(url: str, version: int, selection: Selection, runner: partitions.Runner) -> Room:
    # By the connection too: what a cluster held is gone once that has ended.
    asked = replace(selection, version=selection.version or version)
    return large.in_partitions(_engine(url), asked, runner, large=large.LARGE)


def _counted(url: str, version: int, selection: Selection) -> Room:
    """The same room for what is counted, ranked and offered: single people need not be in this process."""
    runner = partitions.chosen()
    return _room(url, version, selection) if runner is None else _parted(url, version, selection, runner)


def room(selection: Selection) -> Room:
    """The answers of the selection's events at its data version, to be counted."""
    return _counted(store_url(), version(), Selection(selection.events, version=selection.version))


def answers_since(selection: Selection) -> int:
    """How many answers have come in, or were corrected, since the data version of a frozen selection."""
    return _since(store_url(), newest(), selection.events, selection.version or 0)


@kept(64)
def _since(url: str, newest: int, codes: tuple[str, ...], version: int) -> int:  # noqa: ARG001 - newest is a key
    with _engine(url).connect() as connection:
        return queries.answers_since(connection, codes, version)


VIEWS: dict[str, Callable[..., pd.DataFrame]] = {
    "gaps": views.gaps,
    "mix": views.mix,
    "joint": views.joint,
    "compare": views.compare,
    "lens": views.lens,
}


@kept(512)
def _frame(url: str, version: int, selection: Selection, view: str, *rest: str) -> pd.DataFrame:
    whose = _counted(url, version, Selection(selection.events, version=selection.version))
    return _sparing(whose, VIEWS[view](whose, selection, *rest))


def _only(selection: Selection, by: str | None) -> Selection:
    """What decides the numbers; how they are shown does not."""
    return replace(selection.people, by=by, measure=selection.measure, cross=selection.cross)


def gaps(selection: Selection, by: str | None) -> pd.DataFrame:
    """GAPS of the selected people, compared by `by` or not at all."""
    return _frame(store_url(), version(), _only(selection, by), "gaps")


def mix(selection: Selection) -> pd.DataFrame:
    """MIX of the selected people."""
    return _frame(store_url(), version(), selection.people, "mix")


def answered(selection: Selection) -> pd.DataFrame:
    """ANSWERED of the selected people."""
    return _answered(store_url(), version(), selection.people)


@kept(64)
def _answered(url: str, version: int, selection: Selection) -> pd.DataFrame:
    whose = _room(url, version, Selection(selection.events, version=selection.version))
    return _sparing(whose, views.answered(whose, selection, views.unsure(_engine(url), whose)))


def joint(selection: Selection, competency: str) -> pd.DataFrame:
    """JOINT of one competency for the selected people."""
    return _frame(store_url(), version(), selection.people, "joint", competency)


@kept(256)
def _findings(url: str, version: int, selection: Selection) -> list[str]:
    whose, by = _counted(url, version, Selection(selection.events, version=selection.version)), selection.by
    all_ = _frame(url, version, replace(selection, by=None), "gaps")
    grouped = _frame(url, version, selection, "gaps") if by else None
    said = views.told(whose, selection, by, all_, grouped, _frame(url, version, selection.people, "mix"))
    return _sparing(whose, said)


def findings(selection: Selection, by: str | None) -> list[str]:
    """What can be said of the selected people, compared by `by`; the first is the headline."""
    return _findings(store_url(), version(), _only(selection, by))


@kept(256)
def _crosshair(url: str, version: int, selection: Selection) -> tuple[float, float]:
    whose = _counted(url, version, Selection(selection.events, version=selection.version))
    return _sparing(whose, views.crosshair(whose, selection))


def crosshair(selection: Selection) -> tuple[float, float]:
    """(importance, level) where the importance-level map is divided."""
    return _crosshair(store_url(), version(), replace(selection.people, cross=selection.cross))


def filters_offered(selection: Selection) -> Mapping[str, tuple[str, ...]]:
    """The filter options of each dimension that have enough people."""
    return room(selection).offered


@kept(64)
def _surroundings(url: str, version: int, selection: Selection) -> tuple[Hashable, ...]:
    room = _counted(url, version, selection)
    known = [
        (one.code, one.title, one.catalogue, one.is_demo, one.answers < one.threshold) for one in _events(url, version)
    ]
    menus = (tuple(room.offered.items()), tuple(room.compared_by.items()), room.usual_comparison)
    return (room.catalogue.model_dump_json(), tuple(known), *menus)


def surroundings(selection: Selection, version: int) -> tuple[Hashable, ...]:
    """All of the data that is seen around the page: while it stays the same, the bar need not be drawn anew."""
    if not selection.events:
        return ()
    said = heard(version, queries.PEOPLE)  # what tables say offers nobody another filter
    return _surroundings(store_url(), said, Selection(selection.events, version=selection.version))


def threshold() -> int:
    """From how many people on numbers of the current events are shown."""
    return room(state.current()).threshold


# A table room is frozen too.
@kept(8)
def _tables(url: str, version: int, selection: Selection) -> TableRoom:
    return tables.read(_engine(url), replace(selection, version=selection.version or version))


def table_room(selection: Selection) -> TableRoom:
    """The sheets of the selection's first event at its data version."""
    return _tables(store_url(), version(), Selection(selection.events, version=selection.version))


# By what the tables said: answers of people make data versions too, and leave it as it is.
_agreements: Shelf[Agreed] = Shelf(256)
_groupings: Shelf[ByGroup] = Shelf(256)


def _agreed(url: str, version: int, selection: Selection, topic: str) -> Agreed:
    whose = _tables(url, version, selection)
    return _agreements.get((whose.digest, topic), lambda: tables.agreed(whose, topic))


def agreed(selection: Selection, topic: str) -> Agreed:
    """What the tables agreed on about a topic."""
    return _agreed(store_url(), version(), Selection(selection.events, version=selection.version), topic)


def _by_group(url: str, version: int, selection: Selection, topic: str, by: str) -> ByGroup:
    whose = _tables(url, version, selection)
    return _groupings.get((whose.digest, topic, by), lambda: tables.by_group(whose, topic, by))


def by_group(selection: Selection, topic: str, by: str) -> ByGroup:
    """How groups of tables rank a topic."""
    return _by_group(store_url(), version(), Selection(selection.events, version=selection.version), topic, by)


# So is a room of notes, but for what it works out once.
@kept(8)
def _notes(url: str, version: int, selection: Selection) -> NoteRoom:
    return notes.read(_engine(url), replace(selection, version=selection.version or version))


def note_room(selection: Selection) -> NoteRoom:
    """What the tables of the selection's first event wrote down, at its data version."""
    return _notes(store_url(), version(), Selection(selection.events, version=selection.version))


def code_lines(token: str, event: str, codings: list[Coding]) -> None:
    """Store what the organiser says of lines.

    AccessError where the link is no organiser's of this event, SelectionError where a code is of the wrong kind.
    """
    with engine().connect() as connection:
        demand(connection, token, "organiser", event)
    add_codings(engine(), event, codings, "organiser")
    changed()


def _met(selection: Selection) -> Selection:
    """What decides the numbers of survey and tables together: people of the tables' event."""
    return _only(voices.of_one_event(selection, table_room(selection)), None)


@kept(64)
def _meeting(url: str, version: int, selection: Selection) -> Meeting:
    event = Selection(selection.events, version=selection.version)
    agreed = _agreed(url, version, event, voices.contents(_tables(url, version, event).catalogue) or "")
    return voices.meet(_room(url, version, event), _tables(url, version, event), agreed, selection)


def meeting(selection: Selection) -> Meeting:
    """Survey and tables on the competencies, side by side."""
    return _meeting(store_url(), version(), _met(selection))


@kept(16)
def _offered(url: str, version: int, selection: Selection) -> Offer:
    return courses.read(_engine(url), _room(url, version, selection))


def offered(selection: Selection) -> Offer:
    """The courses on offer for what the selection's events ask, as they were listed at its data version."""
    return _offered(store_url(), version(), Selection(selection.events, version=selection.version))


@kept(64)
def _covered(url: str, version: int, selection: Selection) -> Covered:
    event = Selection(selection.events, version=selection.version)
    heard = _tables(url, version, event)
    met = _meeting(url, version, selection) if courses.tables_that_ranked(heard) else None
    return courses.cover(_room(url, version, event), heard, met, selection, _offered(url, version, event))


def covered(selection: Selection) -> Covered:
    """What the courses on offer cover of what people and tables need."""
    return _covered(store_url(), version(), _met(selection))


@kept(128)
def _debate(url: str, version: int, selection: Selection, topic: str, by: str | None) -> Debate:
    event = Selection(selection.events, version=selection.version)
    room, table_room, agreed = (
        _room(url, version, event),
        _tables(url, version, event),
        _agreed(url, version, event, topic),
    )
    return voices.queue(room, table_room, agreed, selection, topic, by)


def debate(selection: Selection, topic: str, by: str | None) -> Debate:
    """What to debate first about a topic."""
    return _debate(store_url(), version(), _met(selection), topic, by)


def _side_by_side(selection: Selection, by: str | None) -> Selection:
    """What decides who is set side by side with whom, and by what ranks."""
    return replace(selection.people, by=by, groups=selection.groups, measure=selection.measure)


@kept(256)
def _sides(url: str, version: int, selection: Selection) -> Sides:
    return views.sides(_counted(url, version, Selection(selection.events, version=selection.version)), selection)


def sides(selection: Selection, by: str | None) -> Sides:
    """Which groups of `by` are set side by side, and which could be."""
    return _sides(store_url(), version(), _side_by_side(selection, by))


def compare(selection: Selection, by: str | None) -> pd.DataFrame:
    """DIFFERENCES of the groups that are set side by side."""
    return _frame(store_url(), version(), _side_by_side(selection, by), "compare")


def lens(selection: Selection, by: str | None) -> pd.DataFrame:
    """CITY_LENS of the two groups that are set side by side."""
    return _frame(store_url(), version(), _side_by_side(selection, by), "lens")


@kept(128)
def _ground(url: str, version: int, selection: Selection) -> Ground:
    event = Selection(selection.events, version=selection.version)
    whose, notes_ = _room(url, version, event), _notes(url, version, event)
    return common_ground(whose, views.replies(_engine(url), whose), notes_, selection)


def ground(selection: Selection) -> Ground:
    """The common ground of the people and tables of the selection's first event."""
    return _ground(store_url(), version(), selection.people)


@st.cache_resource(show_spinner=False)
def _background() -> Background:
    return Background()


def _profiles_key(selection: Selection) -> tuple[str, Selection]:
    return store_url(), replace(selection.people, version=selection.version or version())


def profiles(selection: Selection) -> Job:
    """What works out the profiles of the selected people, for all visitors; to ask for it keeps it alive."""
    url, whose = _profiles_key(selection)
    return _background().ask((url, whose), profiles_of, url, whose)


def profiles_before(selection: Selection) -> tuple[int, Job] | None:
    """The newest profiles of the same people, at an earlier data version, that are worked out, and that version."""
    url, now = _profiles_key(selection)
    done = ((then, job) for (where, then), job in _background().finished() if where == url)
    same = [(then.version, job) for then, job in done if then == replace(now, version=then.version)]
    earlier = [found for found in same if selection.version is None and found[0] < version()]
    return max(earlier, default=None, key=lambda found: found[0])


@kept(256)
def _holder(url: str, version: int, selection: Selection, token: str) -> tuple[Participant | None, Person | None]:
    whose = _counted(url, version, selection)
    look = own if whose.cards.elsewhere else place
    with _engine(url).connect() as connection:
        who = read_token(connection, token)
        return who, look(connection, who, selection.events, selection.version or version) if who else None


def holder(selection: Selection, token: str) -> tuple[Participant | None, Person | None]:
    """Whose personal link this is, and who that is for `profiles.of_person`; None where there is nobody."""
    return _holder(store_url(), version(), Selection(selection.events, version=selection.version), token)


@kept(128, "Working out the cohorts …")
def _peers(url: str, version: int, selection: Selection) -> Peers:
    return read_peers(_room(url, version, Selection(selection.events, version=selection.version)), selection)


def peers(selection: Selection) -> Peers:
    """What the selected people could teach each other in a cohort."""
    return _peers(store_url(), version(), replace(selection.people, by=selection.by, seats=selection.seats))


@kept(64, "Mixing cohorts …")
def _cohorts(url: str, version: int, selection: Selection) -> Proposed:
    return propose(_room(url, version, Selection(selection.events, version=selection.version)), selection)


def cohorts(selection: Selection) -> Proposed:
    """Up to three mixes for a cohort of the selected people."""
    return _cohorts(store_url(), version(), replace(selection.people, by=selection.by, seats=selection.seats))


# Replies are read-only too, and of one room.
@kept(8)
def _replies(url: str, version: int, selection: Selection) -> dict[str, Codes]:
    return views.replies(_engine(url), _room(url, version, selection))


def replies(selection: Selection) -> Mapping[str, Codes]:
    """What the people of the selection's events reply to each question, in the order of their room."""
    return _replies(store_url(), version(), Selection(selection.events, version=selection.version))


def asked(selection: Selection) -> dict[str, Question]:
    """The questions of the session to which anybody replied, by code."""
    return questions.asked(room(selection), replies(selection))


@kept(256)
def _replied(url: str, version: int, selection: Selection, contrasts: bool) -> pd.DataFrame:
    event = Selection(selection.events, version=selection.version)
    make = questions.contrasts if contrasts else questions.replied
    return make(_room(url, version, event), _replies(url, version, event), selection)


def replied(selection: Selection, by: str | None) -> pd.DataFrame:
    """REPLIES of the selected people to every question, compared by `by` or not at all."""
    return _replied(store_url(), version(), replace(selection.people, by=by), False)


def contrasts(selection: Selection, by: str) -> pd.DataFrame:
    """CONTRASTS of the groups of `by` with their rests, in every question."""
    return _replied(store_url(), version(), replace(selection.people, by=by), True)


@kept(64)
def _clash(url: str, version: int, selection: Selection) -> questions.Clash:
    event = Selection(selection.events, version=selection.version)
    return questions.clash(_room(url, version, event), _replies(url, version, event), selection)


def clash(selection: Selection) -> questions.Clash:
    """Whom the format that most of the selected people choose shuts out."""
    return _clash(store_url(), version(), selection.people)


VIEWS["areas"] = regions.areas


def areas(selection: Selection) -> pd.DataFrame:
    """AREAS of the selected people, of every level."""
    return _frame(store_url(), version(), selection.people, "areas")


@kept(128)
def _trend(url: str, version: int, selection: Selection) -> pd.DataFrame | None:
    return regions.trend(_room(url, version, Selection(selection.events, version=selection.version)), selection)


def trend(selection: Selection) -> pd.DataFrame | None:
    """TREND of the selected people over the selection's events; None where they cannot be told apart."""
    return _trend(store_url(), version(), replace(selection.people, own=selection.own))


@kept(256)
def _competency(url: str, version: int, selection: Selection) -> str:
    whole = _room(url, version, Selection(selection.events, version=selection.version))
    return regions.usual_competency(whole, selection)


def competency(selection: Selection) -> str:
    """The competency looked at: the one asked for, else the largest gap of the selected people."""
    return selection.competency or _competency(store_url(), version(), selection.people)


@kept(64)
def _store_events(url: str, version: int, selection: Selection) -> pd.DataFrame:
    return regions.events(_engine(url), _room(url, version, selection))


def store_events(selection: Selection) -> pd.DataFrame:
    """EVENTS: every event of the store, and why it can or cannot be looked at together with the selection's."""
    return _store_events(store_url(), version(), Selection(selection.events, version=selection.version))


@kept(64)
def _missing(url: str, version: int, selection: Selection) -> Missing:
    return meet(_room(url, version, Selection(selection.events, version=selection.version)), selection)


def missing(selection: Selection) -> Missing:
    """Who is missing among the selected people against the target, and their needs weighted to it."""
    return _missing(store_url(), version(), _only(selection, None))


@kept(128)
def _practised(url: str, version: int, selection: Selection) -> Practised:
    return read_practices(_room(url, version, Selection(selection.events, version=selection.version)), selection)


def practised(selection: Selection) -> Practised:
    """What the selected people mark for the work practices and both aspects."""
    return _practised(store_url(), version(), selection.people)


@kept(32)
def _sources(url: str, version: int, selection: Selection) -> Sources:
    event = Selection(selection.events, version=selection.version)
    whose, spoken = _room(url, version, event), _tables(url, version, event)
    agreed = {topic.code: _agreed(url, version, event, topic.code) for topic in whose.catalogue.topic}
    met = _meeting(url, version, replace(selection, by=None)) if voices.contents(whose.catalogue) else None
    written, given = _notes(url, version, event), _replies(url, version, event)
    return receipts.gather(whose, spoken, written, given, agreed, met, selection)


def sources(selection: Selection) -> Sources:
    """What both voices say, of which the receipts of a programme's lines are made."""
    return _sources(store_url(), version(), receipts.of_one_event(selection, table_room(selection)))


@kept(128)
def _evidence(
    url: str, version: int, selection: Selection, lines: tuple[str, ...], form: tuple[tuple[str, str], ...]
) -> pd.DataFrame:
    heard = _sources(url, version, selection)
    modules = {module.code: module.competencies for module in heard.catalogue.modules if module.code in lines}
    return receipts.evidence(heard, {code: modules[code] for code in lines}, dict(form))


def evidence(selection: Selection, modules: tuple[str, ...], form: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """EVIDENCE of these modules, and of these (topic, option) of the form."""
    return _evidence(store_url(), version(), receipts.of_one_event(selection, table_room(selection)), modules, form)


@kept(32)
def _proposed(url: str, version: int, selection: Selection) -> pd.DataFrame:
    heard = _sources(url, version, selection)
    return strategy.propose(heard, strategy.debate(heard))


def proposed(selection: Selection) -> pd.DataFrame:
    """PROPOSED: what the evidence proposes for the strategy of the selection's first event."""
    whole = receipts.of_one_event(strategy.of_event(selection), table_room(selection))
    return _proposed(store_url(), version(), whole)


def planned(selection: Selection) -> Selection:
    """What decides a programme: the people of the tables' event, how they are compared, and every rule, written out."""
    asked = programme.rules(selection)
    whose = voices.of_one_event(selection, table_room(selection)).people
    whose = replace(whose, by=selection.by, measure=selection.measure, lock=asked.locked, left=asked.left)
    return replace(whose, hours=int(asked.hours), weight=asked.weight, floor=asked.floor, balance=asked.balance)


def _unruled(selection: Selection) -> Selection:
    return replace(selection.people, by=selection.by, measure=selection.measure)


@kept(64)
def _planning(url: str, version: int, selection: Selection) -> programme.Evidence:
    event = Selection(selection.events, version=selection.version)
    return programme.evidence(_room(url, version, event), _tables(url, version, event), selection)


def planning(selection: Selection) -> programme.Evidence:
    """What both voices say of the modules that a programme is chosen from."""
    return _planning(store_url(), version(), _unruled(planned(selection)))


@kept(256)
def _programme(url: str, version: int, selection: Selection) -> programme.Programme:
    return programme.read(_planning(url, version, _unruled(selection)), selection)


def programme_of(selection: Selection) -> programme.Programme:
    """The programme of the selection's rules."""
    return _programme(store_url(), version(), planned(selection))


@kept(64)
def _programme_curve(url: str, version: int, selection: Selection) -> pd.DataFrame:
    return programme.curve(_planning(url, version, _unruled(selection)), selection)


def programme_curve(selection: Selection) -> pd.DataFrame:
    """CURVE of the selection's rules, over all budgets."""
    return _programme_curve(store_url(), version(), replace(planned(selection), hours=None))


@kept(256)
def _programme_falls(url: str, version: int, selection: Selection, hours: float) -> programme.Falls:
    return programme.falls(_planning(url, version, _unruled(selection)), selection, hours)


def programme_falls(selection: Selection, hours: float) -> programme.Falls:
    """What falls off and comes in with other hours than the selection's."""
    return _programme_falls(store_url(), version(), planned(selection), hours)


@kept(64)
def _programme_form(url: str, version: int, selection: Selection) -> programme.Form:
    event = Selection(selection.events, version=selection.version)
    room, given = _room(url, version, event), _replies(url, version, event)
    return programme.form(room, _tables(url, version, event), given, selection)


def programme_form(selection: Selection) -> programme.Form:
    """In which form the programme is given."""
    whole = planned(selection)
    return _programme_form(store_url(), version(), replace(whole.people, weight=whole.weight))


def _redrawn_key(selection: Selection) -> tuple[tuple[str, str], Selection]:
    return (store_url(), "programme"), replace(planned(selection), version=selection.version or version())


def redrawn(selection: Selection) -> Job:
    """What works out the programme over redrawn rooms, for all visitors; to ask for it keeps it alive."""
    (url, kind), whole = _redrawn_key(selection)
    return _background().ask(((url, kind), whole), redrawn_of, url, whole)


def redrawn_before(selection: Selection) -> Robust | None:
    """The same where it is worked out already; None where it is not, and nothing is begun."""
    key = _redrawn_key(selection)
    return next((job.result() for other, job in _background().finished() if other == key), None)


def redrawn_earlier(selection: Selection) -> tuple[int, Robust] | None:
    """The newest of the same settings at an earlier data version, where one is worked out, and that version."""
    kind, now = _redrawn_key(selection)
    done = [(key[1], job) for key, job in _background().finished() if key[0] == kind]
    same = [(then.version, job) for then, job in done if then == replace(now, version=then.version)]
    earlier = [found for found in same if selection.version is None and found[0] < version()]
    at, job = max(earlier, default=(0, None), key=lambda found: found[0])
    return (at, job.result()) if job else None


def document(selection: Selection, form: str) -> Job:
    """What makes the report of a selection, which names its data version; to ask for it keeps it alive."""
    url = store_url()
    return _background().ask(((url, form), selection), document_of, url, selection, form)
