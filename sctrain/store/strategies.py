"""An event's strategy: challenges, solutions, priorities and open questions, with owners, next steps and a status.

An owner is a role or an organisation, never a person. An item that rests on a hidden topic does not leave the
store while that is hidden; who saves meanwhile does not lose it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Engine

from sctrain.errors import InputError
from sctrain.frames.receipts import ITEM_KINDS, STATUSES
from sctrain.store import revisions
from sctrain.store.queries import hidden_topics
from sctrain.store.revisions import Head

DOCUMENT: revisions.Document = "strategy"
LONGEST = {"text": 300, "owner": 80, "next_step": 300}
MOST_ITEMS = 150
ADDRESS = re.compile(r"\S@\S")


@dataclass(frozen=True)
class Item:
    """One item of a strategy. `source` is the catalogue's code of what proposed it; `` for one's own.

    `id` stays when the rest is changed. InputError says what cannot be: an e-mail address in any of the texts too.
    """

    id: str
    kind: str
    text: str
    source: str = ""
    topic: str = ""
    owner: str = ""
    next_step: str = ""
    status: str = "open"

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Za-z0-9_]{1,160}", self.id) or not re.fullmatch("[A-Za-z0-9_]{0,120}", self.source):
            raise InputError(f"{self.id[:40]!r} ({self.source[:40]!r}) is no item: letters, digits and _ only")
        for name, known in (("kind", ITEM_KINDS), ("status", STATUSES)):
            if getattr(self, name) not in known:
                raise InputError(f"{self.id}: the {name} {getattr(self, name)[:40]!r} is none of {', '.join(known)}")
        for name, longest in LONGEST.items():
            plain = revisions.text(f"“{self.text[:40]}”, {name.replace('_', ' ')}", getattr(self, name), longest)
            object.__setattr__(self, name, plain)
            _no_address(name, plain)
        if not self.text:
            raise InputError(f"an item of “{ITEM_KINDS[self.kind]}” says nothing: write a text, or take it away")


def _no_address(name: str, text: str) -> None:
    if ADDRESS.search(text):
        what = name.replace("_", " ")
        raise InputError(f"{what}: “{text[:40]}” has an e-mail address in it: name a role or an organisation instead")


@dataclass(frozen=True)
class Strategy:
    """The items of a strategy, in their order within each part."""

    items: tuple[Item, ...] = ()

    def __post_init__(self) -> None:
        if len(self.items) > MOST_ITEMS:
            raise InputError(f"a strategy has at most {MOST_ITEMS} items, not {len(self.items)}")
        for code, times in Counter(item.id for item in self.items).items():
            if times > 1:
                raise InputError(f"the item {code!r} stands {times} times in the strategy")


@dataclass(frozen=True)
class Revision:
    """One version of a strategy; `left_out` items rest on what is hidden now."""

    head: Head
    strategy: Strategy
    left_out: int = 0


def save(engine: Engine, token: str, event: str, strategy: Strategy, based_on: int) -> Head:
    """Append a version that was made from the version `based_on` (0: from none). Errors as of `revisions.append`.

    Items of that version which are hidden from whoever saves stay where they were.
    """

    def whole(connection: Connection) -> str:
        before = _items(connection, event, based_on) if based_on else []
        return _to_json(_with_hidden(strategy.items, before, hidden_topics(connection, [event])))

    return revisions.append(engine, token, event, DOCUMENT, based_on, whole)


def restore(engine: Engine, token: str, event: str, number: int, based_on: int) -> Head:
    """Make an earlier version, or one that was kept beside, the newest; `based_on` is the one that stands."""

    def earlier(connection: Connection) -> str:
        return revisions.read(connection, event, DOCUMENT, number)[1]

    return revisions.append(engine, token, event, DOCUMENT, based_on, earlier, "restore")


def read(connection: Connection, event: str, number: int | None = None) -> Revision | None:
    """A version (None: the one that stands; None where there is none), without items that are hidden now.

    SelectionError where there is no version of this number.
    """
    wanted = revisions.standing(connection, event, DOCUMENT) if number is None else number
    if not wanted and number is None:
        return None
    head, content = revisions.read(connection, event, DOCUMENT, wanted)
    items, hide = _from_json(content), hidden_topics(connection, [event])
    shown = tuple(item for item in items if not revisions.hidden_by(item.topic, hide))
    return Revision(head, Strategy(shown), len(items) - len(shown))


def history(connection: Connection, event: str) -> list[Head]:
    """Every version, the newest first, those kept beside too."""
    return revisions.history(connection, event, DOCUMENT)


def _items(connection: Connection, event: str, number: int) -> list[Item]:
    return _from_json(revisions.read(connection, event, DOCUMENT, number)[1])


def _with_hidden(given: Sequence[Item], before: Sequence[Item], hide: frozenset[str]) -> tuple[Item, ...]:
    """What is given, with the hidden items of before at the places they had."""
    whole = list(given)
    for place, item in enumerate(before):
        if revisions.hidden_by(item.topic, hide):
            whole.insert(place, item)
    return Strategy(tuple(whole)).items


def _to_json(items: Sequence[Item]) -> str:
    return json.dumps([asdict(item) for item in items], sort_keys=True, ensure_ascii=False)


def _from_json(content: str) -> list[Item]:
    return [Item(**item) for item in json.loads(content)]
