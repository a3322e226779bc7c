"""A survey file to its gaps: propose a mapping, preview what would come of it, bring it in as the organiser.

What the command line and the Import page share. Nothing is stored before `bring_in`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine

from sctrain import cards
from sctrain.analysis.counts import joint_counts
from sctrain.analysis.gaps import gaps
from sctrain.cards import Cards
from sctrain.catalogue import Catalogue, from_json
from sctrain.errors import ImportRefused
from sctrain.frames import GAPS
from sctrain.load import keep
from sctrain.load.guess import Proposal, propose
from sctrain.load.keep import Saved
from sctrain.load.report import LoadReport
from sctrain.load.survey import Loaded, load
from sctrain.store import mappings
from sctrain.store.access import demand
from sctrain.store.engine import writing
from sctrain.store.write import NewEvent, Written
from sctrain.store.write import bring_in as store

MAPPINGS = Path(__file__).parents[1] / "data" / "mappings"


@dataclass(frozen=True, eq=False)
class Preview:
    """What would come of a file: the report on its rows and GAPS of everybody, or why it would be refused."""

    report: LoadReport | None
    gaps: pd.DataFrame
    refused: str = ""


def proposal(path: Path, given: Catalogue, said: Mapping[str, str] | None = None, title: str = "") -> Proposal:
    """A mapping proposed for a file; see `load.guess.propose`."""
    return propose(path, given, said, title)


def preview(path: Path, proposed: Proposal, *, skip_bad: bool = False) -> Preview:
    """The gaps that a proposal would give. Of whoever holds the file: the privacy gate is not asked."""
    try:
        loaded = load(path, proposed.mapping, proposed.catalogue, skip_bad=skip_bad)
    except ImportRefused as error:
        return Preview(None, GAPS.empty(), str(error))
    return Preview(loaded.report, gaps_of(loaded.submissions, proposed.catalogue))


def gaps_of(submissions: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """GAPS of everybody in SUBMISSIONS, the greatest need first."""
    low, high = catalogue.scale.low, catalogue.scale.high
    pairs = cards.decode("".join(submissions["ratings"]).encode(), len(catalogue.codes), low, high)
    found = gaps(joint_counts(Cards(catalogue.codes, low, high, pairs)))
    return found.sort_values("rank", na_position="last", kind="stable").reset_index(drop=True)


def saved(connection: Connection | None, *folders: Path) -> list[Saved]:
    """Every mapping saved in the store or in these folders, the newest of the store first."""
    kept = keep.saved_from(mappings.saved(connection)) if connection is not None else []
    return [*kept, *keep.saved_in(dict.fromkeys((*folders, MAPPINGS)))]


def fitting(path: Path, known: Iterable[Saved]) -> Saved:
    """The saved mapping that fits a file; ImportRefused where none does, or several do."""
    return keep.fitting(path, known)


def event_of(proposed: Proposal, code: str, title: str, threshold: int = 5) -> NewEvent:
    """The event that a proposal's answers would belong to."""
    given = proposed.mapping.event
    return NewEvent(code, title, given.held_on if given else None, "", threshold)


def bring_in(
    engine: Engine,
    token: str,
    path: Path,
    proposed: Proposal,
    new: NewEvent,
    *,
    skip_bad: bool = False,
    name: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> tuple[LoadReport, Written]:
    """Store a file's answers and its mapping, in one transaction, all or nothing.

    `token` is an organiser's link for this event, or for all where the event is new; AccessError where it is not.
    """
    with engine.connect() as connection:  # before the work; asked again where it is written
        demand(connection, token, "organiser", new.code)
    loaded: Loaded = load(path, proposed.mapping, proposed.catalogue, skip_bad=skip_bad)

    def allowed(connection: Connection) -> None:
        demand(connection, token, "organiser", new.code)
        mappings.save(connection, proposed.mapping.file.fingerprint, _kept(proposed))

    written = store(engine, new, proposed.catalogue, loaded.submissions, name or path.name, progress, allowed)
    return replace(loaded.report, file=name or path.name), written


def keep_mapping(engine: Engine, proposed: Proposal) -> None:
    """Save a mapping in the store for the next file with the same headings."""
    with writing(engine) as connection:
        mappings.save(connection, proposed.mapping.file.fingerprint, _kept(proposed))


def _kept(proposed: Proposal) -> str:
    catalogue = proposed.catalogue.to_json() if proposed.own else ""
    return json.dumps({"mapping": keep.to_toml(proposed.mapping), "catalogue": catalogue}, ensure_ascii=False)


def catalogue_of(one: Saved) -> Catalogue | None:
    """The catalogue that was drafted with a saved mapping; None where it is the usual one, or in a file beside it."""
    return from_json(one.catalogue) if one.catalogue else None


def shares(proposed: Proposal) -> float:
    """Which share of a file's cells the proposal explains: those of columns it uses."""
    cells = np.array([found.cells for found in proposed.found], float)
    share = np.array([found.share for found in proposed.found])
    return float(cells @ share / cells.sum()) if cells.sum() else 0.0
