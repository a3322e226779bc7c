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
from sctrain.catalogue import Catalogue, from_json, read_catalogue
from sctrain.errors import ImportRefused
from sctrain.frames import GAPS
from sctrain.load import keep
from sctrain.load.draft import draft_catalogue
from sctrain.load.guess import Found, Proposal, propose_from
from sctrain.load.held import held
from sctrain.load.keep import Saved, comments, to_toml
from sctrain.load.kobo import Opened
from sctrain.load.kobo import opened as in_words
from sctrain.load.look import Look, look
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


def uploaded(content: bytes, name: str) -> Path:
    """An uploaded file, to be read where a path is asked for; nothing is written to a disk."""
    return held(content, name)


def opened(path: Path, form: Path | None = None) -> Opened:
    """A survey file as one table in words; `form` is the code book of a KoboToolbox form. See `load.kobo`."""
    return in_words(path, form)


def seen(path: Path, form: Path | None = None) -> Look:
    """A first look at a file: how it is written, by which tool, its columns. ImportRefused if it cannot be read.

    `form` is its code book. The look's path is what is read on: the file, or what `opened` makes of it.
    """
    first = opened(path, form)
    found = look(first.path)
    return replace(found, told=(*first.told, *found.told))


def proposal(
    path: Path, given: Catalogue, said: Mapping[str, str] | None = None, title: str = "", form: Path | None = None
) -> Proposal:
    """A mapping proposed for a file, or for what `seen` makes of it; see `load.guess.propose`."""
    return propose_from(seen(path, form), given, said, title)


def again(file: Look, given: Catalogue, said: Mapping[str, str], title: str = "") -> Proposal:
    """The same for a file that was looked at before, corrected by what was said so far."""
    return propose_from(file, given, said, title, strict=False)


def with_saved(file: Look, one: Saved, usual: Catalogue) -> Proposal:
    """A saved mapping as a proposal for a file that it fits."""
    uses = {heading: key for key, heading in one.mapping.headings}
    own = catalogue_of(one)
    known = own or read_catalogue(one.mapping.catalogue_file) if own or one.mapping.catalogue_file else usual
    found = []
    for place, (heading, cells) in enumerate(file.rows.cells.items(), 1):
        use = uses.get(heading, uses.get(f"column {place}", "ignore"))
        filled = int(cells.where(lambda label: bool(label.strip())).sum())
        found.append(Found(place, heading, use, "the saved mapping", float(use != "ignore"), filled))
    return Proposal(file, one.mapping, known, own is not None, tuple(found), ())


def files_of(proposed: Proposal) -> dict[str, str]:
    """A proposed mapping as files: by name the text of the mapping, and of the catalogue where it was drafted."""
    stem = proposed.look.path.name.split(".")[0] or "mapping"
    if not proposed.own:
        return {f"{stem}.toml": to_toml(proposed.mapping, comments(proposed))}
    mapping = proposed.mapping.model_copy(update={"catalogue": Path(f"{stem}.catalogue.toml")})
    return {f"{stem}.toml": to_toml(mapping, comments(proposed)), f"{stem}.catalogue.toml": draft_catalogue(mapping)}


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

    refused, called = loaded.report.left_out, name or path.name
    written = store(engine, new, proposed.catalogue, loaded.submissions, called, progress, allowed, refused)
    return replace(loaded.report, file=called), written


def keep_mapping(engine: Engine, token: str, proposed: Proposal, event: str) -> None:
    """Save a mapping in the store for the next file with the same headings, as the organiser of an event."""
    with writing(engine) as connection:
        demand(connection, token, "organiser", event)
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
