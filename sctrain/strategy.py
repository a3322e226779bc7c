"""From a selection to an event's strategy: what the evidence proposes, and what organisers made of it.

Nobody's filter changes it: it is of the whole event. What is hidden proposes nothing, and what tables wrote is
quoted only where it is cleared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from sctrain import voices
from sctrain.analysis import drafts
from sctrain.analysis import strategy as analysis
from sctrain.analysis.strategy import Called, Raised
from sctrain.cards import JOIN
from sctrain.frames.receipts import ITEM_KINDS, STATUSES
from sctrain.receipts import Sources, address
from sctrain.selection import Selection
from sctrain.store import strategies
from sctrain.store.queries import NOTES_TOPIC, REPLIES, SURVEY
from sctrain.store.revisions import BESIDE, Head
from sctrain.store.strategies import Item, Revision, Strategy
from sctrain.voices import Debate


def of_event(selection: Selection) -> Selection:
    """The whole first event of a selection, at its data version."""
    return Selection(selection.events[:1], version=selection.version)


def debate(sources: Sources) -> Debate | None:
    """What to debate first about the competencies; None where tables rank none."""
    if not sources.contents:
        return None
    agreed = sources.agreed[sources.contents]
    return voices.queue(
        sources.room, sources.table_room, agreed, sources.selection, sources.contents, sources.room.usual_comparison
    )


def propose(sources: Sources, debated: Debate | None) -> pd.DataFrame:
    """PROPOSED: every item that the evidence of the event proposes, without what is hidden."""
    known, met, hidden = sources.catalogue, sources.meeting, sources.hidden
    # What is hidden is not heard; but an order of the one voice is no debate of both.
    both = {SURVEY, sources.contents}
    cards = debated.cards if debated and not both & hidden else ()
    raised = Raised(sources.challenges, sources.notes.raised, met.voices if met else None, cards)
    called = Called(
        {entry.code: entry.label for entry in known.challenge},
        {entry.code: entry.label for entry in known.solution},
        known.labels,
        SURVEY,
        REPLIES,
        NOTES_TOPIC,
        sources.contents,
        lambda page, anchor="", **parameters: address(sources.selection, page, anchor, **parameters),
    )
    frame = analysis.proposed(raised, called)
    shown = [not hidden & set(topic.split(JOIN)) for topic in frame["topic"]]
    return frame[pd.Series(shown, index=frame.index, dtype=bool)].reset_index(drop=True)


def item(row: Mapping[Any, Any]) -> Item:
    """The item that a row of PROPOSED makes."""
    text = row["text"][: strategies.LONGEST["text"]]
    return Item(f"{row['kind']}_{row['code']}", row["kind"], text, row["code"], row["topic"])


def open_proposals(frame: pd.DataFrame, strategy: Strategy) -> pd.DataFrame:
    """PROPOSED that no item of the strategy was made of."""
    taken = {(one.kind, one.source) for one in strategy.items}
    here = [(kind, code) not in taken for kind, code in zip(frame["kind"], frame["code"], strict=True)]
    return frame[pd.Series(here, index=frame.index, dtype=bool)].reset_index(drop=True)


def reasons(frame: pd.DataFrame) -> dict[tuple[str, str], tuple[str, str]]:
    """Of PROPOSED by kind and code: the evidence in words as it is now, and where it is seen."""
    keys = zip(frame["kind"], frame["code"], strict=True)
    return dict(zip(keys, zip(frame["reason"], frame["link"], strict=True), strict=True))


def quotes(sources: Sources, one: Item) -> list[str]:
    """The lines about an item's challenge, solution or competency that all may read, with their tables."""
    if not one.source or NOTES_TOPIC in sources.hidden:
        return []
    coded = sources.notes.coded
    if one.kind in ("challenge", "solution"):
        about = (coded["kind"] == one.kind) & (coded["code"] == one.source)
    elif one.kind == "priority":
        about = coded["competencies"].map(lambda codes: one.source in codes.split(JOIN))
    else:
        return []
    rows = coded[about.astype(bool) & (coded["text"] != "")]
    return [f"Table {row.table_number}: “{row.text}”" for row in rows.itertuples()]


def told(revision: Revision) -> str:
    """The finding about a strategy."""
    return analysis.sentence((one.status for one in revision.strategy.items), revision.head.number)


def proposed_told(frame: pd.DataFrame) -> str:
    """What is proposed, in a sentence."""
    return analysis.proposed_told(frame)


def last_version(connection: Connection, event: str, number: int) -> Revision | None:
    """The version that stood before this one; None where it is the first."""
    found = [head.number for head in strategies.history(connection, event) if head.number < number and _stood(head)]
    return strategies.read(connection, event, found[0]) if found else None


def _stood(head: Head) -> bool:
    return head.kind != BESIDE


def changes(one: Strategy, other: Strategy) -> pd.DataFrame:
    """DRAFT_CHANGES from one version of a strategy to another."""
    before, after = ({item.id: _fields(item) for item in strategy.items} for strategy in (one, other))
    return drafts.changes(before, after)


def changes_told(one: Strategy, other: Strategy) -> list[str]:
    """What has changed from one version to another, a sentence for each item; empty where nothing has."""
    return drafts.words(changes(one, other), {item.id: item.text for item in (*one.items, *other.items)})


def _fields(one: Item) -> dict[str, str]:
    held = {"text": one.text, "owner": one.owner, "next step": one.next_step, "status": STATUSES[one.status]}
    return {"label": one.text, **held}


def in_parts(strategy: Strategy) -> dict[str, list[Item]]:
    """The items by the part of the strategy that they are in, parts without any left out."""
    found = {kind: [one for one in strategy.items if one.kind == kind] for kind in ITEM_KINDS}
    return {kind: items for kind, items in found.items() if items}
