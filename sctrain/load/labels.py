"""What one label of a survey file means: a mark, codes of a profile question, a tick, a time.

Each function here makes a reader of labels from a part of the mapping. A *choice* is a label that
could have been read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from sctrain import catalogue
from sctrain.cards import JOIN
from sctrain.catalogue import Dimension, Option, Question
from sctrain.load.mapping import Asked, Scale, Submitted
from sctrain.load.text import caseless, fold, number, slug

BLANK, NO_OPINION, UNREADABLE = -1, -2, -3
"""What a rating can be instead of a mark; marks count 1.. from the low end of the scale."""
TICKED = ("1", "x", "yes", "true", "selected", "checked")
UNTICKED = ("", "0", "no", "false", "not selected", "unchecked")
ISO = "%Y-%m-%dT%H:%M:%SZ"


def mark_reader(scale: Scale, common: catalogue.Scale) -> Callable[[str], int]:
    """Gives 1.. from the low end of the common scale, or BLANK, NO_OPINION, UNREADABLE."""
    known = {caseless(label): mark - common.low + 1 for label, mark in scale.labels.items()}
    if scale.reversed:
        known = {label: common.points + 1 - mark for label, mark in known.items()}
    known |= {caseless(label): NO_OPINION for label in scale.no_opinion} | {"": BLANK}

    def mark(label: str) -> int:
        text = caseless(label)
        return known[text] if text in known else _mark_of_number(_number(text, scale), scale, common)

    return mark


def _number(text: str, scale: Scale) -> float | None:
    """The number of a label; `4/5` is 4 where the scale ends at 5."""
    top, over, end = text.partition("/")
    return number(top) if over and scale.span and number(end) == scale.span[1] else number(text)


def _mark_of_number(value: float | None, scale: Scale, common: catalogue.Scale) -> int:
    if value is None or scale.span is None or not scale.span[0] <= value <= scale.span[1]:
        return UNREADABLE
    low, high = scale.span
    above = high - value if scale.reversed else value - low
    if scale.rescale:
        above = math.floor(above * (common.high - common.low) / (high - low) + 0.5 + 1e-9)
    return int(above) + 1 if above == int(above) else UNREADABLE


def same_marks(common: catalogue.Scale) -> Scale:
    """The scale of a column that holds the catalogue's marks as they are."""
    return Scale.model_validate({"from": (common.low, common.high)})


def mark_choices(scale: Scale) -> tuple[str, ...]:
    """The labels with a mark, then those without an opinion."""
    none = tuple(f"{label} (no opinion)" for label in scale.no_opinion)
    if scale.span is None:
        return (*scale.labels, *none)
    low, high = scale.span
    if low.is_integer() and high - low <= 10:
        return (*(f"{low + step:g}" for step in range(int(high - low) + 1)), *none)
    return (f"{low:g} to {high:g}", *none)


@dataclass(frozen=True)
class Choice:
    """What the catalogue lets people choose: of a profile dimension, or of a question of the session.

    `open` takes any label, `multiple` several; `name` is how messages call it.
    """

    name: str
    options: tuple[Option, ...]
    multiple: bool
    open: bool = False


def choice_of(asked: Dimension | Question) -> Choice:
    """The choice that a dimension or a question gives."""
    if isinstance(asked, Dimension):
        return Choice(asked.code, asked.option, asked.multiple, asked.open)
    return Choice(asked.code, asked.option, asked.kind == "multiple")


@dataclass(frozen=True)
class Answer:
    """An answer to a question with options: codes joined by `+`, `` for not said.

    `odd` is the first part that could not be read; `loose` has label and code of each part that no
    table knows, where the mapping or an open dimension lets it pass.
    """

    codes: str
    odd: str = ""
    loose: tuple[tuple[str, str], ...] = ()


def answer_reader(asked: Asked, choice: Choice) -> Callable[[str], Answer]:
    """Gives the codes of a cell that holds one label, or several between separators.

    The mapping's table comes first, then the catalogue's labels, synonyms and codes.
    """
    known = {**_catalogue_labels(choice), **{caseless(text): "" for text in ("", *asked.not_said)}}
    known |= {caseless(label): code for label, code in asked.labels.items()}

    def code(label: str) -> str | None:
        made = slug(label) if choice.open else None
        return known.get(caseless(label), asked.unknown or made)

    def answer(cell: str) -> Answer:
        found = {label: code(label) for label in _split(cell, asked.separator, known)}
        odd = next((label for label, c in found.items() if c is None), "")
        loose = ((fold(label), c) for label, c in found.items() if c and caseless(label) not in known)
        return Answer(JOIN.join(sorted({c for c in found.values() if c})), odd, tuple(loose))

    return answer


def answer_choices(asked: Asked, choice: Choice) -> tuple[str, ...]:
    """The labels of the mapping's table, then those of the catalogue, each once."""
    labels = (*asked.labels, *(option.label for option in choice.options), *asked.not_said)
    return tuple({caseless(label): label for label in reversed(labels)}.values())[::-1]


def _catalogue_labels(choice: Choice) -> dict[str, str]:
    synonyms = {caseless(text): o.code for o in choice.options for text in (o.code, *o.synonyms)}
    return synonyms | {caseless(o.label): o.code for o in choice.options}


def _split(cell: str, separator: str, known: Container[str]) -> Iterator[str]:
    """The labels of a cell; one that is known may itself contain the separator."""
    parts = cell.split(separator) if separator else [cell]
    start = 0
    while start < len(parts):
        ends = range(len(parts), start, -1)
        end = next((e for e in ends if caseless(separator.join(parts[start:e])) in known), start + 1)
        yield separator.join(parts[start:end])
        start = end


def tick_reader(asked: Asked, heading: str, option: Option | None) -> Callable[[str], bool | None]:
    """Gives whether a cell of an option's own column is ticked; None if that cannot be told.

    A tick is one of TICKED, the mapping's `ticked`, or the option's text as the heading ends in it.
    """
    given = () if asked.ticked == "any" else asked.ticked
    names = (option.code, option.label, *option.synonyms) if option else ()
    ticked = {caseless(text) for text in (*TICKED, *names)} - {""}
    wanted, unwanted = set(map(caseless, given)), set(map(caseless, (*UNTICKED, *asked.unticked)))

    def tick(cell: str) -> bool | None:
        text = caseless(cell)
        if text in wanted or text in unwanted:
            return text in wanted
        ends_heading = re.search(rf"(?:^|[\s\[/:]){re.escape(text)}\]?$", caseless(heading))
        return True if asked.ticked == "any" or text in ticked or ends_heading else None

    return tick


def time_reader(submitted: Submitted) -> Callable[[str], str | None]:
    """Gives a moment as ISO 8601 in UTC, `` for a blank cell, None if it is no moment."""
    zone = ZoneInfo(submitted.timezone)

    def moment(cell: str) -> str | None:
        text = fold(cell)
        found = _time(text, submitted.format) if text else None
        if found is None:
            return None if text else ""
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC).strftime(ISO)

    return moment


def _time(text: str, form: str) -> datetime | None:
    # A workbook holds real times, which come as ISO 8601 whatever the form shows.
    asked = [partial(datetime.strptime, text, form)] if form else []
    for read in (*asked, partial(datetime.fromisoformat, text)):
        try:
            return read()
        except ValueError:
            continue
    return None


def table_number(cell: str) -> int | None:
    """The number of a table: of `4`, `Table 4`; 0 for a blank cell, None if there is not one."""
    text = caseless(cell)
    found = re.fullmatch(r"\D*?(0*[1-9]\d{0,3})\D*", text)
    return int(found[1]) if found else (None if text else 0)
