"""From a selection to what the tables agreed on: the second voice, read like the first.

Tables speak as groups and by number; who sat at one is told only as far as its sheet says.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd
from sqlalchemy import Engine

from sctrain.analysis import table_groups
from sctrain.analysis.agreement import agreement, distances
from sctrain.analysis.ballots import Ballots, ballots
from sctrain.analysis.consensus import consensus, sentence
from sctrain.catalogue import Catalogue
from sctrain.errors import SelectionError
from sctrain.frames import Sheets
from sctrain.selection import Selection
from sctrain.store import queries
from sctrain.store.queries import Event
from sctrain.store.sheets import sheets
from sctrain.views import SEED, choose, known_version


@dataclass(frozen=True, eq=False)
class TableRoom:
    """The sheets of one event as they stood at a data version."""

    event: Event
    catalogue: Catalogue
    sheets: Sheets
    version: int
    hidden: frozenset[str] = frozenset()
    """The topics of it that are hidden until they are revealed."""

    @cached_property
    def digest(self) -> str:
        """The same for rooms whose tables said the same of the same lists: what is worked out of them is the same."""
        said = (self.sheets.rankings.to_json(), self.sheets.sheets.to_json(), self.catalogue.to_json(), self.event.code)
        return hashlib.blake2b("".join(said).encode(), digest_size=16).hexdigest()

    @property
    def tables(self) -> tuple[int, ...]:
        """The numbers of the tables that gave in a sheet."""
        return tuple(map(int, self.sheets.sheets["table_number"]))

    def labels(self, topic: str) -> dict[str, str]:
        """Label by option of a topic; SelectionError where the catalogue has no such topic."""
        known = [entry.code for entry in self.catalogue.topic]
        if topic not in known:
            raise SelectionError("topic", topic, known)
        return self.catalogue.options_of(topic)

    def ballots(self, topic: str) -> Ballots:
        """How the tables ranked a topic's options."""
        return ballots(self.ranked(topic), topic, tuple(self.labels(topic)), self.tables)

    def ranked(self, topic: str) -> pd.DataFrame:
        """RANKINGS of one topic; options that the catalogue no longer has are left out."""
        rows = self.sheets.rankings
        return rows[(rows["topic"] == topic) & rows["option"].isin(list(self.labels(topic)))].reset_index(drop=True)

    def forgotten(self, topic: str) -> int:
        """How many places of a topic were given to options that the catalogue no longer has."""
        return int((self.sheets.rankings["topic"] == topic).sum()) - len(self.ranked(topic))


def read(engine: Engine, selection: Selection) -> TableRoom:
    """The tables of the selection's first event, at the selection's data version."""
    with engine.connect() as connection:
        now = known_version(connection, selection)
        event = choose(queries.events(connection), selection.events)[0][0]
        return TableRoom(
            event,
            queries.catalogue_of(connection, event.catalogue),
            sheets(connection, event.code, selection.version),
            now if selection.version is None else selection.version,
            queries.hidden_topics(connection, [event.code]),
        )


@dataclass(frozen=True, eq=False)
class Agreed:
    """What the tables agreed on about one topic: CONSENSUS, AGREEMENT, TABLE_DISTANCES and a sentence."""

    consensus: pd.DataFrame
    agreement: pd.DataFrame
    distances: pd.DataFrame
    sentence: str


def agreed(room: TableRoom, topic: str) -> Agreed:
    """The consensus about a topic with its intervals, how far it reaches, and one sentence for the presenter."""
    given = room.ballots(topic)
    found, reach = consensus(given, seed=SEED), agreement(given, seed=SEED)
    return Agreed(found, reach, distances(given), sentence(found, reach, room.labels(topic)))


@dataclass(frozen=True, eq=False)
class ByGroup:
    """How groups of tables rank a topic: GROUP_RANKS, the groups' labels and a sentence."""

    ranks: pd.DataFrame
    labels: dict[str, str]
    sentence: str


def by_group(room: TableRoom, topic: str, by: str) -> ByGroup:
    """The topic as ranked by the tables where a group of a comparison sat, as far as their sheets say who did.

    A table is in every group that its sheet names.
    """
    comparison, sheets = room.catalogue.comparisons[by], room.sheets.sheets
    mixes = dict(zip(sheets["table_number"].astype(int), sheets["mix"].astype(str), strict=True))
    members = table_groups.members(mixes, comparison.dimension, comparison.members)
    ranks = table_groups.group_ranks(room.ballots(topic), members, seed=SEED)
    labels = {group: comparison.groups.get(group, group) for group in members}
    return ByGroup(ranks, labels, table_groups.sentence(ranks, room.labels(topic), labels))


def facts(room: TableRoom, topic: str) -> dict[str, str]:
    """What a table of this topic is based on, in words, in the order it is told."""
    ranked = room.ranked(topic)["table_number"].nunique()
    return {
        "event": room.event.title + (" (made-up demo data)" if room.event.is_demo else ""),
        "topic": next(t.label for t in room.catalogue.topic if t.code == topic),
        "tables": str(len(room.tables)),
        "tables_that_ranked": str(ranked),
        "data_version": str(room.version),
        "retrieved": date.today().isoformat(),
    }
