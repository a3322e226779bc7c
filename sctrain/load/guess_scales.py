"""From the scale that a block of columns is answered on to a mapping's `[scale]`, with what has to be asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from sctrain import catalogue
from sctrain.load.answers import ENDS, Column, Scaled, said_none, said_nothing
from sctrain.load.asking import Asks
from sctrain.load.mapping import Scale
from sctrain.load.text import caseless, number, slug
from sctrain.load.words import words

MOST_ASKED = 12
"""Labels beyond a scale that are asked about one by one."""
FEW = 300
"""Answers below which the last step of the catalogue's scale may just not have been chosen."""
NOTHING, REFUSE, STEP = "no_opinion", "refuse", "step"


def scale_for(found: Scaled, columns: Sequence[Column], common: catalogue.Scale, name: str, asks: Asks) -> Scale:
    """The scale of these columns in the marks of a catalogue."""
    given = _numbers if found.kind == "numbers" else _labels
    return given(found, columns, common, name, asks)


def _numbers(found: Scaled, columns: Sequence[Column], common: catalogue.Scale, name: str, asks: Asks) -> Scale:
    low, high = _ask_ends(asks, name, found, columns, common)
    nothing: list[str] = []
    for label, cells in _others(found, columns):
        value = number(label)
        steps = {STEP: f"a step: the scale goes to {label}"} if value is not None and abs(value) <= 10 else {}
        taken = _ask_label(asks, name, label, cells, f"{low:g} to {high:g}", steps, NOTHING)
        if taken == STEP and value is not None:
            low, high = min(low, value), max(high, value)
        elif taken == NOTHING:
            nothing.append(label)
    backwards = _ask_direction(asks, name, found, columns, f"{high:g}")
    whole = all(value == int(value) for value in found.marks.values())
    stretched = high - low != common.high - common.low or not whole
    if stretched:
        _ask_stretch(asks, name, int(high - low) + 1, common, _cells(columns), whole)
    kept = [label for label in nothing if not low <= _as_number(label) <= high]
    return Scale.model_validate({"from": (low, high), "reversed": backwards, "rescale": stretched, "no_opinion": kept})


def _labels(found: Scaled, columns: Sequence[Column], common: catalogue.Scale, name: str, asks: Asks) -> Scale:
    marks = {label: _stretched(step - found.low, found.steps, common) for label, step in found.marks.items()}
    if (common.points - 1) % max(1, found.steps - 1):
        _ask_stretch(asks, name, found.steps, common, _cells(columns), whole=True)
    nothing = []
    choices = {str(mark): f"the mark {mark}" for mark in range(common.low, common.high + 1)}
    for label, cells in _others(found, columns):
        lowest = str(common.low) if said_none(label) else NOTHING
        taken = _ask_label(asks, name, label, cells, "the other answers", choices, lowest)
        if taken in choices:
            marks[label] = int(taken)
        elif taken == NOTHING:
            nothing.append(label)
    backwards = found.kind == "labelled" and _ask_direction(asks, name, found, columns, f"{found.high:g}")
    if backwards:  # what was said of single labels is already as it is meant
        said = {label for label in marks if label not in found.marks}
        marks |= {label: common.low + common.high - marks[label] for label in said}
    labels = {**_same_languages(found, common), **marks} if found.kind == "words" else marks
    silent = set(map(caseless, nothing))
    kept = _once({label: mark for label, mark in labels.items() if caseless(label) not in silent})
    return Scale(labels=kept, reversed=backwards, no_opinion=tuple(nothing))


def _once(labels: dict[str, int]) -> dict[str, int]:
    """Each label once, as the file writes it: labels that differ in case only are one."""
    return {spoken: labels[spoken] for spoken in {caseless(label): label for label in labels}.values()}


def _same_languages(found: Scaled, common: catalogue.Scale) -> dict[str, int]:
    """Every way to say the steps in the languages that the answers are in, so that a later export is read too."""
    scale = next(s for s in words().scales if (s.name, s.length) == (found.name, found.steps))
    bare = [caseless(label).rstrip(".! ") for label in found.marks]
    languages = {scale.language[label] for label in bare}
    return {label: _stretched(step, found.steps, common) for label, step in scale.said_in(languages).items()}


def _stretched(step: float, steps: int, common: catalogue.Scale) -> int:
    """The mark of a step, counted from 0, a half upwards."""
    return common.low + math.floor(step * (common.points - 1) / max(1, steps - 1) + 0.5)


def _others(found: Scaled, columns: Sequence[Column]) -> list[tuple[str, int]]:
    """The labels beyond a scale with their cells, the most frequent first."""
    cells = {label: sum(one.counts.get(label, 0) for one in columns) for label in found.others}
    return sorted(cells.items(), key=lambda pair: (-pair[1], pair[0]))


def _ask_label(asks: Asks, name: str, label: str, cells: int, scale: str, choices: dict[str, str], default: str) -> str:
    """What a label beyond the scale means; those after the first few are no opinion, together."""
    every = {NOTHING: "no opinion, which counts as missing", REFUSE: "a mistake: refuse such rows", **choices}
    code = f"scale.{name}.is.{slug(label)}"
    if code not in asks.said and sum(ask.code.startswith(f"scale.{name}.is.") for ask in asks.asked) >= MOST_ASKED:
        rest = f"scale.{name}.rest"
        if any(ask.code == rest for ask in asks.asked):
            return asks.said.get(rest, NOTHING)
        return asks.ask(rest, "What are the rarer answers beyond the scale?", every, NOTHING, cells)
    sure = "says that somebody has no opinion" if said_nothing(label) else f"is not on the scale ({scale})"
    return asks.ask(code, f"“{label}” {sure}. What is it?", every, default, cells)


def _ask_direction(asks: Asks, name: str, found: Scaled, columns: Sequence[Column], high: str) -> bool:
    choices = {"no": f"{high} is the most", "yes": f"{high} is the least: the scale runs backwards"}
    default = "yes" if found.backwards else "no"
    why = " The words behind the numbers fall as the numbers rise." if found.backwards else ""
    asked = asks.ask(
        f"scale.{name}.reversed",
        f"Does the scale of {_shown(columns)} run backwards?{why}",
        choices,
        default,
        _cells(columns),
    )
    return asked == "yes"


def _ask_ends(
    asks: Asks, name: str, found: Scaled, columns: Sequence[Column], common: catalogue.Scale
) -> tuple[float, float]:
    """Where a scale of numbers begins and ends: in a small room nobody may have chosen its last step."""
    values, cells = found.marks.values(), _cells(columns)
    fit = [ends for ends in ENDS if ends[0] <= min(values) and max(values) <= ends[1]]
    usual = (common.low, common.high)
    if usual in fit and cells < FEW and max(values) >= common.high - 1:
        found = replace(found, low=common.low, high=common.high)
    choices = {f"{low}..{high}": f"from {low} to {high}" for low, high in fit}
    question = f"Where does the scale of {_shown(columns)} begin and end?"
    taken = asks.ask(f"scale.{name}.ends", question, choices, f"{found.low:g}..{found.high:g}", cells)
    low, _, high = taken.partition("..")
    return float(low), float(high)


def _ask_stretch(asks: Asks, name: str, steps: int, common: catalogue.Scale, cells: int, whole: bool) -> None:
    """Say that marks are rounded; there is no other way to have them on the scale that all competencies share."""
    ends = f"{common.low} to {common.high}"
    what = f"The scale has {steps} steps" if whole else "Some answers lie between two steps"
    choices = {"nearest": f"the nearest mark from {ends}, a half upwards"}
    asks.ask(
        f"scale.{name}.stretch",
        f"{what}, the catalogue {common.points}. What does an answer become?",
        choices,
        "nearest",
        cells,
    )


def _shown(columns: Sequence[Column]) -> str:
    """The first of some columns by heading, and how many more there are."""
    return f"“{columns[0].heading[:60]}”" + (f" and {len(columns) - 1} more" if len(columns) > 1 else "")


def _cells(columns: Sequence[Column]) -> int:
    return sum(one.cells for one in columns)


def _as_number(label: str) -> float:
    value = number(label)
    return math.inf if value is None else value
