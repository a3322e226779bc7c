"""A process that writes is killed at random moments, many times; what it had acknowledged must be there, whole.

Each time a copy of this process (a fork, so that nothing has to be loaded again) writes to one store what a room
writes: answers from phones, corrections, drafts, withdrawals, imports of many answers, changes of a table's sheet. It
says over a pipe what it begins, and after the commit that it is done; then SIGKILL, which no process can hear. This
shows what a process that dies leaves behind. What a power cut leaves is the disk's own promise, which
`synchronous = FULL` waits for.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine

from sctrain import cards
from sctrain.catalogue import DIMENSIONS, Catalogue, read_catalogue
from sctrain.forms import Filled
from sctrain.store import access, audit, desk, health, phones, setup
from sctrain.store.engine import open_store, writing
from sctrain.store.write import NewEvent, add_answers, pseudonyms

EVENT, TABLES, BATCH = "kills", 40, 40
"""The event, its tables (so many that none is full before the end), and how many answers an import has."""
LONGEST = 0.12
"""Seconds after its first commit at which the process is killed at the latest."""
OFTEN = (("answer", 6), ("correct", 2), ("draft", 2), ("withdraw", 1), ("import", 3), ("sheet", 3))
"""What is written, and how often each."""
Deed = dict[str, Any]


@dataclass
class Kills:
    """What came of it. `lost`, `halves` and `faults` say each in words what should not be; all empty is well."""

    times: int = 0
    acknowledged: int = 0
    interrupted: int = 0
    seconds: float = 0.0
    lost: list[str] = field(default_factory=list)
    halves: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Whether nothing was lost, halved or damaged."""
        return not (self.lost or self.halves or self.faults)

    def __str__(self) -> str:
        said = (
            f"{self.times} kills in {self.seconds:.0f} s, {self.interrupted} of them within a write; "
            f"{self.acknowledged} writes acknowledged: {len(self.lost)} lost, {len(self.halves)} imports half written, "
            f"{self.times - len(self.faults)} of {self.times} times the database was whole"
        )
        return "\n".join([said, *self.lost, *self.halves, *self.faults])


@dataclass(frozen=True)
class _Place:
    """The store that is written to, and the links of who writes.

    The engine is the parent's and its forks': its statements need not be compiled anew each time. No connection lives
    on in a fork (https://www.sqlite.org/howtocorrupt.html, 2.6), so it has none as the process forks.
    """

    engine: Engine
    phone: str
    table: str
    catalogue: Catalogue


def run(times: int, folder: Path, seed: int = 1, tell: Callable[[int], None] = lambda _: None) -> Kills:
    """Kill a writing process so many times over one new store in the folder; `tell` hears after each how many."""
    place, rng, found, start = _made(folder), random.Random(seed), Kills(), time.monotonic()
    deeds: list[Deed] = []
    for number in range(times):
        said = _killed(place, number, rng)
        found.times += 1
        found.faults += [
            f"before kill {number}: the writer ended with {deed['error']}" for deed in said if "error" in deed
        ]
        found.acknowledged += sum(deed["done"] for deed in said)
        found.interrupted += any(not deed["done"] for deed in said)
        deeds += said
        _look(place, number, said, found)
        tell(found.times)
    _look(place, times, deeds, found)  # nothing that was there once is lost later
    place.engine.dispose()
    found.seconds = time.monotonic() - start
    return found


def _made(folder: Path) -> _Place:
    catalogue, engine = read_catalogue(), open_store(f"sqlite:///{folder / 'kills.db'}")
    access.ensure_key(engine)
    with writing(engine) as connection:
        setup.make_event(connection, NewEvent(EVENT, "Killed"), catalogue, setup.Setup(tables=TABLES), ())
        phone = access.make_link(connection, "participant", EVENT)
        table = access.make_link(connection, "organiser", EVENT)
    place = _Place(engine, phone, table, catalogue)
    for count, (what, _) in enumerate(OFTEN):  # each once, so that its statements are compiled
        _do(
            place,
            {"what": what, "me": "first", "marks": _marks(place, random.Random(0)), "edit": count + 1, "table": 1},
        )
    return place


def _killed(place: _Place, number: int, rng: random.Random) -> list[Deed]:
    """Let a process write, kill it, and return what it had begun, in order; `done` where it said so."""
    reader, writer = os.pipe()
    place.engine.dispose()
    if (child := os.fork()) == 0:
        try:
            os.close(reader)
            _write(place, number, rng.random(), writer)
        except Exception as error:  # noqa: BLE001 - whatever it is, who kills has to hear that there is nobody to kill
            os.write(writer, f"error {error!r}\n".encode())
        finally:
            os._exit(1)  # whatever happens: a fork must not go on as its parent
    os.close(writer)
    # One in eight is killed as it opens the store, the others some time after their first commit.
    told = b"" if rng.random() < 1 / 8 else _until(reader, time.monotonic() + 30, lambda heard: b"done" in heard)
    told += _until(reader, time.monotonic() + rng.uniform(0, LONGEST), lambda _: False)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as rest:
        told += rest.read()
    return _deeds(told)


def _until(reader: int, end: float, is_enough: Callable[[bytes], bool]) -> bytes:
    heard = b""
    while (left := end - time.monotonic()) > 0 and not is_enough(heard):
        if select.select([reader], [], [], left)[0]:
            if not (some := os.read(reader, 1 << 16)):
                break  # it has ended by itself
            heard += some
    return heard


def _deeds(told: bytes) -> list[Deed]:
    deeds: list[Deed] = []
    for line in told.split(b"\n")[:-1]:  # after the last line end stands what was cut off, or nothing
        if line == b"done":
            deeds[-1]["done"] = True
        elif line.startswith(b"error "):
            deeds[-1]["error"] = line[6:].decode()
        else:
            deeds.append(json.loads(line) | {"done": False})
    return deeds


# In the process that is killed


def _write(place: _Place, number: int, chance: float, pipe: int) -> None:
    """Write until killed; each deed is told before it is begun, and `done` after its commit."""
    rng, people = random.Random(chance), list[str]()
    for count in range(100_000):
        what = rng.choices([name for name, _ in OFTEN], [often for _, often in OFTEN])[0]
        if what in ("correct", "withdraw") and not people:
            continue
        me = rng.choice(people) if what in ("correct", "withdraw") else f"{number}-{count}"
        deed = {"what": what, "me": me, "marks": _marks(place, rng), "edit": count + 1, "table": rng.randint(1, TABLES)}
        os.write(pipe, json.dumps(deed).encode() + b"\n")
        _do(place, deed)
        os.write(pipe, b"done\n")
        people += [me] if what == "answer" else []
        people = [one for one in people if what != "withdraw" or one != me]


def _marks(place: _Place, rng: random.Random) -> str:
    low, high = place.catalogue.scale.low, place.catalogue.scale.high
    return "".join(
        cards.marks(low, high)[rng.randint(1, high - low + 1)] for _ in range(2 * len(place.catalogue.codes))
    )


def _do(place: _Place, deed: Deed) -> None:
    if deed["what"] == "import":
        add_answers(place.engine, EVENT, _batch(deed))
        return
    with writing(place.engine) as connection:
        form = phones.form_of(connection, EVENT)
        if deed["what"] in ("answer", "correct"):
            filled = Filled(marks=_filled(deed["marks"], form.codes))
            phones.send(connection, place.phone, form, deed["me"], deed["edit"], filled)
        elif deed["what"] == "draft":
            phones.save_draft(connection, place.phone, form, deed["me"], deed["edit"], deed["marks"])
        elif deed["what"] == "withdraw":
            phones.withdraw(connection, EVENT, deed["me"])
        else:
            change = desk.Change(f"line.{deed['me']}", 0, {"kind": "challenge", "text": deed["marks"]})
            desk.save(connection, place.table, EVENT, deed["table"], change)


def _filled(marks: str, codes: tuple[str, ...]) -> dict[tuple[str, str], str]:
    places = [(letter, code) for code in codes for letter in "il"]
    return dict(zip(places, marks, strict=True))


def _batch(deed: Deed) -> pd.DataFrame:
    people = [f"{deed['me']}/{k}" for k in range(BATCH)]
    blank = dict.fromkeys((*DIMENSIONS, "submitted_at", "replies"), "")
    frame = pd.DataFrame({"person": people, "ratings": deed["marks"], "row": range(2, BATCH + 2)})
    return frame.assign(seconds=None, table_number=None, **blank)


# What is there afterwards


def _look(place: _Place, number: int, deeds: list[Deed], found: Kills) -> None:
    faults = [f"{one.what}: {one.said}" for one in health.examine(place.engine) if one.is_fault]
    if faults:
        found.faults.append(f"after kill {number}: {'; '.join(faults)}")
    with place.engine.connect() as connection:
        held = {row["person"]: row["ratings"] for row in audit.answers(connection, EVENT) if not row["replaced_in"]}
        found.lost += [f"kill {number}: {lost}" for lost in _lost(connection, deeds, held)]
        found.halves += [f"kill {number}: {half}" for half in _halves(connection, deeds, held)]


def _lost(connection: Connection, deeds: list[Deed], held: dict[str, str]) -> Iterator[str]:
    """What was acknowledged and is not there. Of each person the last that was done counts, or what was begun after."""
    form = phones.form_of(connection, EVENT)
    for me, may_be in _last(deeds).items():
        own = phones.own(connection, form, me)
        card = held.get(pseudonyms(connection, EVENT, [me])[0], "")
        if (own.state, own.draft or card) not in may_be:
            yield f"{me} has {own.state} {card[:8]} in place of {[state for state, _ in may_be]}"
    lines = {(row.table, row.part): row.content for row in audit.revisions(connection, EVENT)}
    for deed in (one for one in deeds if one["done"] and one["what"] == "sheet"):
        content = lines.get((deed["table"], f"line.{deed['me']}"))
        if content is None or content["text"] != deed["marks"]:
            yield f"the line {deed['me']} of table {deed['table']}"


def _last(deeds: list[Deed]) -> dict[str, list[tuple[str, str]]]:
    """In which state each phone may be: that of its last acknowledged deed, or of one begun after it."""
    states = {"answer": "sent", "correct": "sent", "draft": "open", "withdraw": "withdrawn"}
    last: dict[str, list[tuple[str, str]]] = {}
    for deed in (one for one in deeds if one["what"] in states):
        content = "" if deed["what"] == "withdraw" else deed["marks"]
        state = (states[deed["what"]], content)
        before = [] if deed["done"] else last.get(deed["me"], [("none", "")])
        last[deed["me"]] = [*before, state]
    return last


def _halves(connection: Connection, deeds: list[Deed], held: dict[str, str]) -> Iterator[str]:
    """Imports of which some answers are there and some are not, or none though it was acknowledged."""
    for deed in (one for one in deeds if one["what"] == "import"):
        people = pseudonyms(connection, EVENT, [f"{deed['me']}/{k}" for k in range(BATCH)])
        n = sum(held.get(person) == deed["marks"] for person in people)
        if n not in ((BATCH,) if deed["done"] else (0, BATCH)):
            yield f"import {deed['me']}: {n} of {BATCH} answers"
