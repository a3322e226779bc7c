"""Frames about what a line of a programme stands on, and what an edited programme or strategy has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sctrain.frames.contract import Column, Frame

EVIDENCE_KINDS = {
    "gap": "gap",
    "score": "mean weighted discrepancy score",
    "rank": "rank in the survey",
    "group_most": "group that needs it most",
    "group_least": "group that needs it least",
    "group_hidden": "group that is too small to be shown",
    "tables": "rank at the tables",
    "methods": "methods that put it first",
    "challenge": "challenge it answers",
    "solution": "solution it takes up",
    "quote": "line that a table wrote",
    "option": "tables that ranked the form",
    "reply": "people who chose the form",
}
"""What a piece of evidence is, and what it is called, in the order it is told."""
STATUSES = {"open": "open", "agreed": "agreed", "doing": "doing", "done": "done", "dropped": "dropped"}
"""How far an item of a strategy is."""
ITEM_KINDS = {
    "challenge": "Challenges",
    "solution": "Solutions",
    "priority": "Priorities",
    "question": "Open questions",
}
"""The parts of a strategy, in their order."""
DRAFT_FIELDS = (
    *("added", "removed", "text", "hours", "order", "lock", "note", "settings", "evidence"),
    *("owner", "next step", "status"),
)
"""What may differ between two versions."""


@dataclass(frozen=True)
class Shown:
    """One piece of evidence as it is shown: its numbers as texts, rounded; `` for none.

    `topic` names what of the event it comes from, joined by +: while one of these is hidden, so is it. Nothing
    that a table wrote is kept in it: of a quoted line, `what` is a mark of its text.
    """

    kind: str
    about: str
    what: str
    topic: str
    value: str = ""
    low: str = ""
    high: str = ""
    n: str = ""
    tables: str = ""
    suppressed: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is evidence of."""
        return self.kind, self.about, self.what


def digest(shown: Iterable[Shown]) -> str:
    """The same for the same values, in whatever order they come: 32 hexadecimal digits."""
    rows = sorted(json.dumps(asdict(one), sort_keys=True, ensure_ascii=False) for one in shown)
    return hashlib.blake2b("\n".join(rows).encode(), digest_size=16).hexdigest()


EVIDENCE = Frame(
    "EVIDENCE",
    "line of a programme and piece of evidence that it stands on",
    ("line", "kind", "about", "what"),
    (
        Column("line", "code", "module, or `form_` and the topic of a choice of form"),
        Column("kind", "text", "what it is", choices=tuple(EVIDENCE_KINDS)),
        Column("about", "code", "competency of the module, or option of the form, that it speaks of"),
        Column("what", "code", "group, challenge or solution; of a quote the mark of its text; else the same again"),
        Column("topic", "code", "what of the event it comes from, joined by +: it is hidden with it"),
        Column(
            "value",
            "number",
            "gap, score, rank, methods that put it first, lines, or share, as the kind says",
            "of the kind",
            missing=True,
        ),
        Column("low", "number", "lower end of its 95 % interval, best rank, where there is one", missing=True),
        Column("high", "number", "upper end of it, worst rank; of methods how many there are", missing=True),
        Column("n", "count", "people behind it", "people", 0, missing=True),
        Column("tables", "count", "tables behind it", "tables", 0, missing=True),
        Column("text", "text", "the evidence in words; of a line that a table wrote only what is cleared for all"),
        Column("suppressed", "yes", "whether the privacy gate hides its numbers"),
        Column("link", "text", "page and query at which it is seen"),
    ),
    "sctrain/analysis/receipts.py",
)

DRAFT_CHANGES = Frame(
    "DRAFT_CHANGES",
    "line of a programme, or item of a strategy, and what has changed of it between two versions",
    ("line", "field"),
    (
        Column("line", "code", "code of the line; of settings the name of the setting"),
        Column("field", "text", "what has changed", choices=DRAFT_FIELDS),
        Column("before", "text", "what it was; empty for nothing. Numbers of evidence are not repeated"),
        Column("after", "text", "what it is; empty for nothing"),
    ),
    "sctrain/analysis/drafts.py",
)

PROPOSED = Frame(
    "PROPOSED",
    "item that the evidence proposes for a strategy",
    ("kind", "code"),
    (
        Column("kind", "text", "part of the strategy", choices=tuple(ITEM_KINDS)),
        Column("code", "code", "challenge, solution or competency of the catalogue"),
        Column("topic", "code", "what of the event it comes from, joined by +: it is hidden with it"),
        Column("rank", "count", "place among those of its kind", "rank", 1),
        Column("n", "count", "people behind it; missing where none are, or they are hidden", "people", 0, missing=True),
        Column("share", "number", "of challenges: share of who replied that chose it", "fraction", 0, 1, True),
        Column("tables", "count", "tables behind it", "tables", 0, missing=True),
        Column("text", "text", "what the item may say"),
        Column("reason", "text", "the evidence in words"),
        Column("link", "text", "page and query at which it is seen"),
    ),
    "sctrain/analysis/strategy.py",
)
