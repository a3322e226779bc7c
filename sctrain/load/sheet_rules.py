"""What a line of a table sheet means, and the rules that lists and notes keep.

A *list* is what one table ranked of one topic. A *fault* is a broken rule, with the *unit* that is
left out for it: a list, a note, or all that a block says.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue, Entry
from sctrain.load.labels import table_number
from sctrain.load.report import Refusal, listed
from sctrain.load.sheet_lines import NOTE, RANK, Line
from sctrain.load.text import caseless

KINDS = ("challenge", "solution", "conclusion")
POSITION = re.compile(r"([1-9]\d{0,3}) ?(=?)")
COUNT = re.compile(r"[1-9]\d{0,5}")
Unit = tuple[str, int | None, int, str]
"""What it is, table, block, topic or number of the note."""


@dataclass(frozen=True, order=True)
class SheetRefusal(Refusal):
    """A refusal that also names the sheet, or the place in a TOML file, where `row` is 0."""

    place: str = ""

    def __str__(self) -> str:
        row = f"row {self.row}" if self.row else ""
        where = ", ".join(filter(None, (self.place, row, f"column {self.column!r}" if self.column else "")))
        value = f"{listed((self.value,))!r} " if self.value else ""
        choices = f": {listed(self.choices)}" if self.choices else ""
        return f"{where}: {value}{self.reason}{choices}"


@dataclass(frozen=True)
class Fault:
    """A broken rule, and what is left out for it."""

    unit: Unit
    refusal: SheetRefusal


@dataclass(frozen=True)
class Names:
    """What a cell may name: the code by its own text, its label, short label or a synonym."""

    entries: tuple[Entry, ...]

    @cached_property
    def texts(self) -> dict[str, tuple[str, str]]:
        """(code, text as the catalogue writes it) by caseless text; a code before a label before a synonym."""
        synonyms = [(t, e) for e in self.entries for t in (*getattr(e, "synonyms", ()), getattr(e, "short", "")) if t]
        labels = [(e.label, e) for e in self.entries]
        codes = [(e.code, e) for e in self.entries]
        return {caseless(text): (entry.code, text) for text, entry in (*synonyms, *labels, *codes)}

    def find(self, text: str) -> str | None:
        """The code that the text names; None if there is none."""
        return self.texts.get(caseless(text), (None,))[0]

    def nearest(self, text: str) -> tuple[str, ...]:
        """Up to three texts much like this one, else every code."""
        close = difflib.get_close_matches(caseless(text), self.texts, 3) if text else ()
        best = dict(self.texts[near] for near in reversed(close))
        return tuple(best.values())[::-1] or tuple(e.code for e in self.entries)


@dataclass(frozen=True)
class Item:
    """A line whose table is known or not (None), as part of a unit."""

    line: Line
    table: int | None
    unit: Unit

    def cell(self, column: str) -> str:
        """The text of a column; `` where it is blank."""
        return self.line.cells.get(column, "")

    def fault(self, column: str, reason: str, choices: Iterable[str] = ()) -> Fault:
        """A fault of this line at a column."""
        line = self.line
        return Fault(self.unit, SheetRefusal(line.row, column, self.cell(column), reason, tuple(choices), line.place))

    def unknown(self, column: str, choices: Iterable[str]) -> Fault:
        """The fault of a cell that names nothing known."""
        return self.fault(column, "is not one of" if self.cell(column) else "is blank; it can be", choices)


@dataclass(frozen=True)
class Ranked(Item):
    """One option on a list. What could not be read is None."""

    topic: str | None
    option: str | None
    position: int | None
    tied: bool


@dataclass(frozen=True)
class Note(Item):
    """One line a table wrote down; `number` counts the notes of its table from 1."""

    number: int
    kind: str
    answers: int | None


@dataclass(frozen=True)
class Speech:
    """All that can be named on a sheet, from one catalogue."""

    catalogue: Catalogue

    @cached_property
    def topics(self) -> Names:
        """The ranked topics."""
        return Names(self.catalogue.topic)

    @cached_property
    def options(self) -> dict[str, Names]:
        """What can be on a list, by topic."""
        return {topic.code: Names(self.catalogue.entries_of(topic.code)) for topic in self.catalogue.topic}

    @cached_property
    def notes(self) -> dict[str, Names]:
        """What a note's column can name; `challenge` and `solution` are what `code` can name."""
        c = self.catalogue
        given = {
            "challenge": c.challenge,
            "solution": c.solution,
            "competencies": c.competency,
            "practices": c.practice,
        }
        return {column: Names(entries) for column, entries in given.items()}


def read_items(lines: Iterable[Line], speech: Speech) -> Iterator[Item]:
    """Each line as Ranked, as Note, or as an Item that only speaks of its table."""
    written: defaultdict[tuple[int | None, int], int] = defaultdict(int)
    for line in lines:
        table = table_number(line.cells.get("table", "")) or None
        if set(RANK) & set(line.cells):
            yield _ranked(line, table, speech)
        elif set(NOTE) & set(line.cells):
            written[table, line.block] += 1
            yield _note(line, table, written[table, line.block])
        else:
            yield Item(line, table, ("table", table, line.block, ""))


def _ranked(line: Line, table: int | None, speech: Speech) -> Ranked:
    text = line.cells.get("topic", "")
    topic = speech.topics.find(text)
    option = speech.options[topic].find(line.cells.get("option", "")) if topic else None
    found = POSITION.fullmatch(caseless(line.cells.get("position", "")))
    position, tied = (int(found[1]), bool(found[2])) if found else (None, False)
    unit = ("list", table, line.block, topic or caseless(text))
    return Ranked(line, table, unit, topic, option, position, tied)


def _note(line: Line, table: int | None, number: int) -> Note:
    answers = count(line.cells.get("answers", ""))
    return Note(
        line, table, ("note", table, line.block, str(number)), number, caseless(line.cells.get("kind", "")), answers
    )


def count(text: str) -> int | None:
    """The whole number from 1 that a cell is; None if it is none."""
    return int(text) if COUNT.fullmatch(caseless(text)) else None


def codes(text: str, names: Names) -> tuple[str, ...]:
    """The codes that a cell names, joined by `+` there; what names none is left out."""
    found = (names.find(part) for part in text.split(JOIN))
    return tuple(sorted({code for code in found if code}))


def item_faults(items: Iterable[Item]) -> Iterator[Fault]:
    """Faults of lines as such: no table, cells beyond the headings, a rank and a note in one."""
    for item in items:
        if item.table is None:
            yield item.fault("table", "is no table number, such as 4 or Table 4")
        if item.line.beyond:
            yield item.fault("", f"{item.line.beyond} cells stand beyond the headings")
        if isinstance(item, Ranked) and set(NOTE) & set(item.line.cells):
            yield item.fault("", "a line holds a rank or a note, not both")


def block_faults(items: Iterable[Item]) -> Iterator[Fault]:
    """A table that two sheets, or two `[[table]]`, speak of."""
    first: dict[int, Item] = {}
    told: set[Unit] = set()
    for item in items:
        if item.table is None:
            continue
        before = first.setdefault(item.table, item).line
        unit = ("block", item.table, item.line.block, "")
        if before.block != item.line.block and unit not in told:
            told.add(unit)
            again = f"; it stands already in {before.spot}" if before.row else ""
            yield Fault(unit, item.fault("table", f"is a table for the second time{again}").refusal)


def list_faults(ranks: list[Ranked], speech: Speech) -> Iterator[Fault]:
    """Faults of one list: topic, options, each once, positions 1, 2=, 2=, 4 without a gap."""
    if ranks[0].topic is None:
        yield ranks[0].unknown("topic", speech.topics.nearest(ranks[0].cell("topic")))
        return
    names, first = speech.options[ranks[0].topic], dict[str, Ranked]()
    for rank in ranks:
        if rank.option is None:
            yield rank.unknown("option", names.nearest(rank.cell("option")))
        elif first.setdefault(rank.option, rank) is not rank:
            yield rank.fault("option", f"is on this list already{_in_row(first[rank.option])}")
        if rank.position is None:
            yield rank.fault("position", "is no rank, such as 2, or 2= for each of a tie")
    if all(rank.position for rank in ranks):
        yield from list(_tie_faults(ranks)) or _gap_fault(ranks)


def _in_row(item: Item) -> str:
    return f" in row {item.line.row}" if item.line.row else ""


def _places(ranks: list[Ranked]) -> list[tuple[int, list[Ranked]]]:
    places: defaultdict[int, list[Ranked]] = defaultdict(list)
    for rank in ranks:
        places[rank.position or 0].append(rank)
    return sorted(places.items())


def _tie_faults(ranks: list[Ranked]) -> Iterator[Fault]:
    for position, same in _places(ranks):
        unmarked = [rank for rank in same if not rank.tied]
        if len(same) > 1 and unmarked:
            other = next(rank for rank in same if rank is not unmarked[-1])
            reason = (
                f"is the same rank as{_in_row(other) or ' another'}, without a tie mark; if it is a tie, write on each"
            )
            yield unmarked[-1].fault("position", reason, [f"{position}="])
        elif len(same) == 1 and not unmarked:
            yield same[0].fault("position", "is a tie with nothing; alone at its rank it is", [str(position)])


def _gap_fault(ranks: list[Ranked]) -> Iterator[Fault]:
    above = 0
    for position, same in _places(ranks):
        if position != above + 1:
            after = f"the next rank after {above} ranked" if above else "the first rank"
            yield same[0].fault("position", f"is not {after}, which is", [f"{above + 1}{'=' * same[0].tied}"])
            return
        above += len(same)


def note_faults(notes: list[Note], speech: Speech) -> Iterator[Fault]:
    """Faults of the notes of one table, in the order they stand there."""
    found = [fault for note in notes for fault in _note_faults(note, notes, speech)]
    yield from found
    bad = {fault.unit for fault in found}
    lost = {note.number for note in notes if note.unit in bad}
    for note in notes:
        if note.unit not in bad and note.answers in lost:
            yield note.fault("answers", "is a challenge that cannot be read")


def _note_faults(note: Note, notes: list[Note], speech: Speech) -> Iterator[Fault]:
    if note.kind not in KINDS:
        yield note.unknown("kind", KINDS)
    if not note.cell("text"):
        yield note.fault("text", "is blank; a note has words")
    if note.cell("code") and note.kind == "conclusion":
        yield note.fault("code", "a conclusion has no code; challenges and solutions have")
    elif note.cell("code") and note.kind in KINDS:
        yield from _unknown_names(note, "code", [note.cell("code")], speech.notes[note.kind])
    for column in ("competencies", "practices"):
        parts = [part for part in note.cell(column).split(JOIN) if part.strip()]
        yield from _unknown_names(note, column, parts, speech.notes[column])
    if note.cell("answers"):
        yield from _answer_faults(note, [str(n.number) for n in notes if n.kind == "challenge"])


def _unknown_names(note: Note, column: str, parts: list[str], names: Names) -> Iterator[Fault]:
    for part in parts:
        if names.find(part) is None:
            which = f"has {part.strip()!r}, which " if len(parts) > 1 else ""
            yield note.fault(column, f"{which}is not one of", names.nearest(part))


def _answer_faults(note: Note, challenges: list[str]) -> Iterator[Fault]:
    if note.kind != "solution":
        yield note.fault("answers", "only a solution answers a challenge")
    elif str(note.answers) not in challenges:
        reason = "is not the number of a challenge among this table's notes"
        yield note.fault("answers", reason if challenges else f"{reason}, which hold none", challenges)


def table_faults(items: Iterable[Item], catalogue: Catalogue) -> Iterator[Fault]:
    """Faults in what lines say of a table's members and their mix; only that is left out."""
    said: dict[tuple[str, int | None], Item] = {}
    for item in items:
        if item.cell("members") and count(item.cell("members")) is None:
            yield _of_table(item, "members", "is no number of people, such as 7")
        for reason, choices in mix_of(item.cell("mix"), catalogue)[1]:
            yield _of_table(item, "mix", reason, choices)
        for column in filter(item.cell, ("members", "mix")):
            first = said.setdefault((column, item.table), item)
            if caseless(first.cell(column)) != caseless(item.cell(column)):
                yield _of_table(item, column, f"is not what is said{_in_row(first)}", [first.cell(column)])


def _of_table(item: Item, column: str, reason: str, choices: Iterable[str] = ()) -> Fault:
    return Fault((column, item.table, item.line.block, ""), item.fault(column, reason, choices).refusal)


def mix_of(text: str, catalogue: Catalogue) -> tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """`city_size=s+m role=elected` with roll-ups as their options, all sorted; reason and choices of what is odd."""
    mix: defaultdict[str, set[str]] = defaultdict(set)
    odd = []
    for part in text.split():
        name, _, given = part.partition("=")
        dimension = catalogue.dimensions.get(name.lower())
        if dimension is None:
            odd.append((f"has {name!r}, which is no profile dimension; there are", tuple(catalogue.dimensions)))
            continue
        for code in given.split(JOIN):
            if (dimension.open and code) or code in dimension.labels:
                mix[dimension.code].update(dimension.members(code))
            else:
                odd.append(
                    (f"has {code!r}, which is no option of {dimension.code}; there are", tuple(dimension.labels))
                )
    said = (f"{name}={JOIN.join(sorted(mix[name]))}" for name in catalogue.dimensions if name in mix)
    return " ".join(said), tuple(odd)
