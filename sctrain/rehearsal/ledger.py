"""What clients were told is kept, and whether the store holds just that.

Nothing here uses the code that reads forms and writes answers: what an answer should look like in the store is put
together anew from the fields that were sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from sctrain.cards import JOIN, MISSING
from sctrain.catalogue import DIMENSIONS
from sctrain.frames import Sheets
from sctrain.store import audit
from sctrain.store.write import known_pseudonym

Fields = Mapping[str, Sequence[str]]
"""What a form sends: values by field."""
KEPT = ("kept", "same")
"""What a client is told when the store holds what it sent."""


@dataclass(frozen=True)
class Ack:
    """An answer of which somebody was told that it is kept."""

    edit: int
    fields: Fields


@dataclass
class Ledger:
    """What clients were told.

    `answers` by personal code; `desks` contents by table and part, then by revision; `beside` the newest edit and
    text that was put beside somebody else's, by table and part.
    """

    answers: dict[str, list[Ack]] = field(default_factory=dict)
    sent: dict[str, list[Fields]] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    desks: dict[tuple[int, str], dict[int, Any]] = field(default_factory=dict)
    beside: dict[tuple[int, str], tuple[int, Any]] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)

    def answered(self, me: str, edit: int, fields: Fields, state: str, newest: int) -> None:
        """Somebody was told what became of an answer; `newest` is the edit they knew to be kept as they sent it."""
        if state in KEPT:
            self.answers.setdefault(me, []).append(Ack(edit, fields))
        if state == "kept" and edit < newest:
            self.odd.append(f"an answer that came late ({edit}) took the place of a newer one ({newest})")

    def saved(self, table: int, part: str, edit: int, content: Any, told: Mapping[str, Any]) -> None:
        """A scribe was told what became of a change."""
        if told["state"] in KEPT and told["revision"]:
            held = self.desks.setdefault((table, part), {})
            if held.setdefault(told["revision"], content) != content:
                self.odd.append(f"table {table}, {part}: revision {told['revision']} was two contents")
        if told["state"] == "other" and told["beside"]:
            key = table, told["beside"]  # of one device: an older edit that comes after a newer one is not put there
            self.beside[key] = max(self.beside.get(key, (-1, None)), (edit, content), key=lambda held: held[0])

    def newest(self, me: str) -> int:
        """The newest edit that somebody was told is kept."""
        return max((ack.edit for ack in self.answers.get(me, ())), default=0)


@dataclass(frozen=True)
class Asked:
    """What a form asked: competencies in their order."""

    codes: tuple[str, ...]


def answer_of(fields: Fields, asked: Asked) -> dict[str, Any]:
    """The columns of the answer that these fields make."""
    marks = [(letter, place, (*fields.get(f"{letter}{place}", ()), MISSING)[0]) for place, letter in _places(asked)]
    replies = {name[2:]: set(chosen) for name, chosen in fields.items() if name.startswith("q.") and chosen}
    for letter, name in (("i", "dont_know_importance"), ("l", "dont_know_level")):
        if unsure := {asked.codes[place] for at, place, mark in marks if at == letter and mark == "?"}:
            replies[name] = unsure
    profile = {name: JOIN.join(sorted(fields.get(f"p.{name}", ()))) for name in DIMENSIONS}
    table = int(fields["t"][0]) if fields.get("t") else None
    card = "".join(MISSING if mark == "?" else mark for _, _, mark in marks)
    return {**profile, "table_number": table, "ratings": card, "replies": replies}


def _places(asked: Asked) -> Iterable[tuple[int, str]]:
    return ((place, letter) for place in range(len(asked.codes)) for letter in "il")


def _stored(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same columns of a row of the store."""
    parts = [part.split("=") for part in row["replies"].split(";") if part]
    kept = {name: row[name] for name in (*DIMENSIONS, "table_number", "ratings")}
    return kept | {"replies": {name: set(options.split(JOIN)) for name, options in parts}}


@dataclass(frozen=True)
class Checked:
    """How many things were looked at, and what is wrong with them."""

    n: int
    faults: tuple[str, ...]


def check_answers(connection: Connection, event: str, asked: Asked, ledger: Ledger) -> Checked:
    """Whether each person's newest answer stands exactly once, and every other one that was kept, once in history."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in audit.answers(connection, event):
        rows.setdefault(row["person"], []).append(row)
    faults = [*ledger.odd]
    for me in {*ledger.sent, *ledger.answers}:
        person = known_pseudonym(connection, event, me) or ""
        faults += [f"{me}: {fault}" for fault in _faults(rows.pop(person, []), me, asked, ledger)]
    faults += [f"an answer of nobody we know: {person}" for person in rows]
    return Checked(sum(map(len, ledger.answers.values())), tuple(faults))


def _faults(rows: list[dict[str, Any]], me: str, asked: Asked, ledger: Ledger) -> Iterable[str]:
    acks = {ack.edit: ack.fields for ack in ledger.answers.get(me, ())}
    if me in ledger.withdrawn:
        if rows:
            yield "is there, though it was withdrawn"
        return
    standing = [_stored(row) for row in rows if row["replaced_in"] is None]
    if len(standing) > 1 or (acks and not standing):
        yield f"{len(standing)} answers stand, not one"
    newest = answer_of(acks[max(acks)], asked) if acks else None
    if standing and newest is not None and newest not in standing:
        yield "what stands is not what was kept last"
    held = [_stored(row) for row in rows]
    for fields in acks.values():
        times = held.count(answer_of(fields, asked))
        if times != 1:
            yield f"an answer that was kept is there {times} times"
    sent = [answer_of(fields, asked) for fields in ledger.sent.get(me, acks.values())]
    if any(row not in sent for row in held):
        yield "there is an answer that was never sent"


def check_desks(connection: Connection, event: str, ledger: Ledger) -> Checked:
    """Whether the newest content of each part stands that a scribe was told is kept, and nothing was lost before."""
    held: dict[tuple[int, str], dict[int, Any]] = {}
    for row in audit.revisions(connection, event):
        held.setdefault((row.table, row.part), {})[row.number] = row.content
    faults = [fault for key, told in ledger.desks.items() for fault in _desk_faults(key, told, held.get(key, {}))]
    for (table, part), (_, content) in ledger.beside.items():
        if content not in held.get((table, part), {}).values():
            faults.append(f"table {table}: the text beside another, {part}, is not there")
    return Checked(sum(map(len, ledger.desks.values())) + len(ledger.beside), tuple(faults))


def _desk_faults(key: tuple[int, str], told: Mapping[int, Any], held: Mapping[int, Any]) -> Iterable[str]:
    where = f"table {key[0]}, {key[1]}"
    for revision, content in told.items():
        if revision not in held:
            yield f"{where}: revision {revision} is not there"
        elif held[revision] != content:
            yield f"{where}: revision {revision} is another than was told"
    if held and max(held) > max(told):
        yield f"{where}: revision {max(held)} stands, {max(told)} is the newest that was told"


def check_sheets(sheets: Sheets, ledger: Ledger, topics: Iterable[str]) -> Checked:
    """Whether the tables' sheets, which pages show, have each list as it was kept last."""
    ranked: dict[tuple[int, str], Counter[tuple[str, int]]] = {}
    for table, topic, option, position in sheets.rankings.itertuples(index=False, name=None):
        ranked.setdefault((table, topic), Counter())[option, position] += 1
    faults, n = [], 0
    for (table, part), told in ledger.desks.items():
        if part in topics:
            n += 1
            if ranked.get((table, part), Counter()) != positions(told[max(told)]):
                faults.append(f"table {table}, {part}: its sheet has another list than was kept last")
    return Checked(n, tuple(faults))


def positions(ties: Sequence[Sequence[str]]) -> Counter[tuple[str, int]]:
    """Options with their positions, as sports are ranked: after a tie of two for first comes third."""
    found, above = Counter[tuple[str, int]](), 0
    for tie in ties:
        found.update((option, above + 1) for option in tie)
        above += len(tie)
    return found
