"""What was measured, as rows, and the rows as a table of text or of Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple

from sctrain.errors import SctrainError

HEAD = (
    "what",
    "n",
    "ours",
    "spread",
    "against",
    "baseline",
    "spread",
    "times faster",
    "by CPU",
    "target",
    "met",
    "load",
)
NUMBERS = {1, 2, 3, 5, 6, 7, 8, 11}
"""Columns that are set to the right."""
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
"""Between these lines a page holds what a run wrote."""


class BenchError(SctrainError):
    """No comparison is possible: a package is absent, two sides answer differently, or a server does not serve."""


class Clock(NamedTuple):
    """What a side took once: seconds on the wall (or MB), and seconds of processor time over all threads."""

    wall: float
    cpu: float = 0.0


@dataclass(frozen=True)
class Side:
    """One way to an answer, and what it took each time."""

    name: str
    clocks: tuple[Clock, ...]

    def __post_init__(self) -> None:
        if not self.clocks:
            raise BenchError(f"{self.name or 'ours'}: nothing was measured")

    @property
    def wall(self) -> float:
        """The median."""
        return median(clock.wall for clock in self.clocks)

    @property
    def cpu(self) -> float:
        """The median."""
        return median(clock.cpu for clock in self.clocks)

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the most on the wall."""
        walls = [clock.wall for clock in self.clocks]
        return min(walls), max(walls)

    def times(self, factor: float) -> Side:
        """The same, had it been so many times as much."""
        return Side(self.name, tuple(Clock(wall * factor, cpu * factor) for wall, cpu in self.clocks))


@dataclass(frozen=True)
class Result:
    """One row of the report: both sides, and the target where there is one.

    A target is to be so many times `faster` than the baseline, or to stay `within` so much, on the wall or `of_cpu`.
    `unit` is `s` or `MB`; `load` the machine's load average when it had been measured.
    """

    what: str
    ours: Side
    baseline: Side | None = None
    faster: float | None = None
    within: float | None = None
    of_cpu: bool = False
    unit: str = "s"
    load: float = field(default_factory=lambda: load())

    @property
    def ratio(self) -> float | None:
        """How many times as much the baseline takes; missing without one."""
        return self.baseline.wall / self.ours.wall if self.baseline else None

    @property
    def cpu_ratio(self) -> float | None:
        """The same by processor time; missing where either side has none."""
        return self.baseline.cpu / self.ours.cpu if self.baseline and self.ours.cpu and self.baseline.cpu else None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; missing where there is none."""
        if self.within is not None:
            return (self.ours.cpu if self.of_cpu else self.ours.wall) < self.within
        return None if self.faster is None or self.ratio is None else self.ratio >= self.faster


def load() -> float:
    """How many processes want a core, as an average over the last minute; NaN where the system does not say."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def report(results: Sequence[Result]) -> str:
    """The results as a table of text, with the machine they are true of."""
    rows = [HEAD, *map(_row, results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    lines = [
        "  ".join(c.rjust(w) if i in NUMBERS else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join([*(line.rstrip() for line in lines), "", machine(results)])


def markdown(results: Sequence[Result]) -> str:
    """The results as a table of Markdown, with the machine they are true of."""
    lines = [HEAD, tuple("--:" if i in NUMBERS else "---" for i in range(len(HEAD))), *map(_row, results)]
    return "\n".join([*("| " + " | ".join(line) + " |" for line in lines), "", machine(results)])


def write(path: Path, results: Sequence[Result]) -> None:
    """Put the results into a page of Markdown, between its two marks.

    BenchError where it cannot be read, or does not have each of the marks once, in their order.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BenchError(f"{path}: {error.strerror}") from error
    before, begin, rest = text.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(END)
    if not (begin and end) or BEGIN in after or END in before + after:
        raise BenchError(f"{path}: the lines {BEGIN} and {END} must stand in it once, in this order")
    path.write_text(f"{before}{BEGIN}\n{markdown(results)}\n{END}{after}", encoding="utf-8")


def machine(results: Sequence[Result]) -> str:
    """What the numbers are true of."""
    loads = [result.load for result in results]
    busy = f", load average {min(loads):.1f} to {max(loads):.1f}" if loads else ""
    return (
        f"Medians of n times, with the least and the most. {platform.machine()}, {os.cpu_count()} cores{busy}, "
        f"Python {platform.python_version()}."
    )


def _row(result: Result) -> tuple[str, ...]:
    said: Callable[[float], str] = megabytes if result.unit == "MB" else seconds
    ours, baseline = result.ours, result.baseline
    target = f">= {result.faster:g} x" if result.faster else f"< {said(result.within)}" if result.within else ""
    return (
        result.what,
        str(len(ours.clocks)),
        said(ours.wall),
        _spread(ours, said),
        baseline.name if baseline else "",
        said(baseline.wall) if baseline else "",
        _spread(baseline, said) if baseline else "",
        f"{result.ratio:.3g} x" if result.ratio else "",
        f"{result.cpu_ratio:.3g} x" if result.cpu_ratio else "",
        target + " of CPU" * result.of_cpu,
        {True: "yes", False: "no", None: ""}[result.met],
        f"{result.load:.1f}",
    )


def _spread(side: Side, said: Callable[[float], str]) -> str:
    return "–".join(dict.fromkeys(map(said, side.spread))) if len(side.clocks) > 1 else ""


def seconds(value: float) -> str:
    """Seconds, or below one milliseconds, to three digits."""
    return f"{_digits(value)} s" if value >= 1 else f"{_digits(value * 1000)} ms"


def megabytes(value: float) -> str:
    """Megabytes, whole."""
    return f"{value:.0f} MB"


def _digits(value: float) -> str:
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"


def rows_of(results: Iterable[Result], met: bool) -> list[Result]:
    """The rows whose target is met, or missed."""
    return [result for result in results if result.met is met]
