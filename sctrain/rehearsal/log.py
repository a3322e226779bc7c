"""What is measured while a rehearsal runs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of them does not exceed (nearest rank); NaN of none."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else math.nan


@dataclass(frozen=True)
class Times:
    """How long something took, in seconds; `n` times."""

    n: int
    p50: float
    p95: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Times:
        """The summary of these."""
        return cls(len(values), percentile(values, 0.5), percentile(values, 0.95), max(values, default=math.nan))


@dataclass
class Log:
    """Times by what took them, counts, and what went wrong.

    `committed` says by voice when each data version that may have altered it was first seen.
    """

    began: float = field(default_factory=perf_counter)
    times: dict[str, list[float]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    committed: dict[str, dict[int, float]] = field(default_factory=dict)

    @property
    def now(self) -> float:
        """Seconds since it began."""
        return perf_counter() - self.began

    def took(self, what: str, seconds: float) -> None:
        """Something took so long."""
        self.times.setdefault(what, []).append(seconds)

    def of(self, what: str) -> Times:
        """How long that took."""
        return Times.of(self.times.get(what, []))
