"""What the answers of a column are: a scale of words, of numbers, countries, moments, ticks, or people's own words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np

from sctrain.load.reader import Cells
from sctrain.load.text import caseless, fold, number
from sctrain.load.words import WordScale, words

COVERED = 0.8
"""Share of a column's answers that a scale must explain."""
CODES = (0, 6, 7, 8, 9, 77, 88, 99, 98, 999, -1, -9, -99)
"""Numbers that forms use for no opinion."""
ENDS = ((1, 5), (1, 3), (1, 4), (0, 4), (1, 6), (1, 7), (0, 5), (0, 6), (0, 7), (0, 10), (1, 10), (0, 100))
"""The scales of numbers that forms have, the likeliest first."""
POINTS = 5
"""Steps that scales mostly have."""
MOST_LABELS = 40
DAYS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m/%d/%y", "%d/%m/%y")
HOURS = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p")
FORMATS = (
    *("%Y/%m/%d %I:%M:%S %p", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M"),
    *(f"{day}{hour}" for day in DAYS for hour in HOURS),
)
"""How forms write a moment, beside ISO 8601."""
_LABELLED = re.compile(r"([+-]?\d{1,2})\s*(?:[-–—.:=)(]|\s)\s*(?=\D)(.*)")
_OF = re.compile(r"(\d{1,2})\s*/\s*(\d{1,2})")


@dataclass(frozen=True)
class Column:
    """The answers of one column: how many cells each label has, blank ones left out."""

    heading: str
    counts: dict[str, int]

    @property
    def cells(self) -> int:
        """How many cells are not blank."""
        return sum(self.counts.values())

    def share(self, labels: Iterable[str]) -> float:
        """Which share of the cells these labels have."""
        return sum(self.counts.get(label, 0) for label in set(labels)) / self.cells if self.cells else 0.0


def column(heading: str, cells: Cells[str]) -> Column:
    """The answers of a column, white space folded."""
    counts: Counter[str] = Counter()
    for label, n in zip(cells.labels, np.bincount(cells.code, minlength=len(cells.labels)), strict=True):
        if text := fold(label):
            counts[text] += int(n)
    return Column(heading, dict(counts))


@dataclass(frozen=True)
class Scaled:
    """A scale that a block of columns is answered on, as far as its answers tell.

    `kind` is `words`, `labelled` (such as `5 - essential`) or `numbers`. `marks` has the step of each label of words,
    or the number of each labelled one; `low`..`high` are the steps or numbers. `others` are labels beyond it.
    """

    kind: str
    name: str
    side: str
    low: float
    high: float
    marks: dict[str, float]
    others: tuple[str, ...]
    backwards: bool = False

    @property
    def steps(self) -> int:
        """How many steps it has."""
        return int(self.high - self.low) + 1


def scale_of(columns: Iterable[Column]) -> Scaled | None:
    """The scale that columns share; None where their answers are on none."""
    counts: Counter[str] = Counter()
    for one in columns:
        counts.update(one.counts)
    if not counts or len(counts) > 2000:
        return None
    block = Column("", dict(counts))
    return _words(block) or _labelled(block) or _numbers(block)


def said_nothing(label: str) -> bool:
    """Whether a label says that somebody has no opinion, in any language."""
    return (
        caseless(label) in words().answers["no_opinion"] or caseless(label).strip(".") in words().answers["no_opinion"]
    )


def said_none(label: str) -> bool:
    """Whether a label is `None`, which may be an answer or none."""
    return caseless(label) in words().answers["none"]


def _bare(label: str) -> str:
    return caseless(label).rstrip(".! ")


def _words(block: Column) -> Scaled | None:
    if len(block.counts) > MOST_LABELS:
        return None

    def worth(scale: WordScale) -> tuple[float, int, int]:
        known = [label for label in block.counts if _bare(label) in scale.steps]
        steps = {scale.steps[_bare(label)] for label in known}
        return block.share(known), len(steps), -scale.length

    said = Column("", {label: n for label, n in block.counts.items() if not said_nothing(label)})
    best = max(words().scales, key=worth)
    known = {label: float(best.steps[_bare(label)]) for label in block.counts if _bare(label) in best.steps}
    agreed = words().answers["yes"] | words().answers["no"]  # alone they are ticks
    if len(set(known.values())) < 2 or all(_bare(label) in agreed for label in known) or said.share(known) < COVERED:
        return None
    others = tuple(label for label in block.counts if label not in known)
    return Scaled("words", best.name, best.side, 0, best.length - 1, known, others)


def _labelled(block: Column) -> Scaled | None:
    """Numbers with words behind some of them."""
    found = {label: m for label in block.counts if (m := _LABELLED.fullmatch(label)) and m[2].strip("() ")}
    if len(found) < 2 or len(block.counts) > MOST_LABELS:
        return None
    marks = {label: float(m[1]) for label, m in found.items()}
    marks |= {label: value for label in block.counts if (value := number(label)) is not None}
    spoken = {label: m[2].strip("() ") for label, m in found.items()}
    silent = {label for label, text in spoken.items() if said_nothing(text)}
    marks = {label: value for label, value in marks.items() if label not in silent}
    if len(set(marks.values())) < 2 or block.share({*marks, *silent}) < COVERED:
        return None
    low, high = min(marks.values()), max(marks.values())
    if high - low > 10:
        return None
    others = tuple(label for label in block.counts if label not in marks)
    return Scaled("labelled", "numbers_and_words", "", low, high, marks, others, _backwards(spoken, marks))


def _backwards(spoken: dict[str, str], marks: dict[str, float]) -> bool:
    """Whether the words behind the numbers fall as the numbers rise."""
    for scale in words().scales:
        known = [
            (marks[label], scale.steps[_bare(text)])
            for label, text in spoken.items()
            if _bare(text) in scale.steps and label in marks
        ]
        if len({step for _, step in known}) > 1:
            (_, first), (_, last) = min(known), max(known)
            return first > last
    return False


def _numbers(block: Column) -> Scaled | None:
    values = {label: value for label in block.counts if (value := value_of(label)) is not None}
    if len(set(values.values())) < 3 or block.share(values) < COVERED:
        return None
    common = [value for label, value in values.items() if block.counts[label]]
    whole = int(min(common)), math.ceil(max(common))
    # Five steps are five steps, wherever they begin; else what stands beside a shorter scale may be a code.
    for low, high in (whole, *ENDS) if whole in ENDS and whole[1] - whole[0] == POINTS - 1 else ENDS:
        beyond = {value for value in common if not low <= value <= high}
        inside = [value for value in common if low <= value <= high]
        if (
            beyond <= set(map(float, CODES))
            and inside
            and math.ceil(max(inside)) == high
            and _few(block, values, beyond)
        ):
            marks = {label: value for label, value in values.items() if low <= value <= high}
            others = tuple(label for label in block.counts if label not in marks)
            return Scaled("numbers", f"from_{low}_to_{high}", "", low, high, marks, others)
    return None


def _few(block: Column, values: dict[str, float], beyond: set[float]) -> bool:
    """Whether codes beyond a scale are rare: no code is chosen more often than a fifth of the answers."""
    return block.share(label for label, value in values.items() if value in beyond) <= 0.2


def value_of(label: str) -> float | None:
    """The number of an answer; `4/5` is 4. None if it is none."""
    of = _OF.fullmatch(label)
    return float(of[1]) if of and int(of[1]) <= int(of[2]) <= 10 else number(label)


def time_formats(one: Column) -> list[str]:
    """How a column writes moments: `` is ISO 8601. Several where day and month could be the other way round."""
    texts = list(one.counts)
    if not texts:
        return []
    if all(_is_time(text, "") for text in texts):
        return [""]
    likely = [form for form in FORMATS if _is_time(texts[0], form)]
    return [form for form in likely if all(_is_time(text, form) for text in texts)]


def _is_time(text: str, form: str) -> bool:
    try:
        if form:
            datetime.strptime(text, form)
        else:
            datetime.fromisoformat(text)
    except ValueError:
        return False
    return len(text) >= 8 or bool(form)


def separator_of(one: Column) -> str:
    """What stands between several answers in a cell; `` where each holds one."""
    for between in (";", ", "):
        several = [label for label in one.counts if between in label.rstrip("; ")]
        whole = Counter(part.strip() for label in several for part in label.split(between) if part.strip())
        if (
            several
            and one.share(several) >= 0.05
            and len(whole) < 0.6 * sum(whole.values())
            and len(whole) <= MOST_LABELS * 2
        ):
            return between
        if between == ";" and sum(label.endswith(";") for label in one.counts) > 1:
            return between
    return ""


def options_of(one: Column, between: str) -> dict[str, int]:
    """How often each option was chosen. Parts that never stand without each other are one option with a comma in it."""
    if not between:
        return one.counts
    lists = [([part.strip() for part in label.split(between) if part.strip()], n) for label, n in one.counts.items()]
    single, pairs, follows = Counter[str](), Counter[tuple[str, str]](), Counter[str]()
    for parts, n in lists:
        single.update(dict.fromkeys(parts, n))
        pairs.update(dict.fromkeys(pairwise(parts), n))
    glued = {
        first: second
        for (first, second), n in pairs.items()
        if n == single[first] == single[second] and _is_rest(second)
    }
    for parts, n in lists:
        follows.update(dict.fromkeys(_glue(parts, glued, between), n))
    return dict(follows)


def _is_rest(part: str) -> bool:
    """Whether a text goes on with one before it: it begins in lower case."""
    return part[:1].islower()


def _glue(parts: list[str], glued: dict[str, str], between: str) -> list[str]:
    whole: list[str] = []
    for part in parts:
        if whole and glued.get(whole[-1].split(between)[-1].strip()) == part:
            whole[-1] += between + part
        else:
            whole.append(part)
    return whole
