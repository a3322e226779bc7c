"""How large a rehearsal is, and what happens when."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sctrain.errors import InputError

EVENT = "rehearsal"
"""The code of the event that is made for it."""
WITH_TWO = 2
"""Every second table has two scribes."""


@dataclass(frozen=True)
class Plan:
    """A rehearsal: people by number, `cut` in seconds, `twice` a share of requests. Times are seconds from its start.

    InputError where a number cannot be.
    """

    minutes: float = 5
    phones: int = 80
    tables: int = 10
    viewers: int = 150
    cut: float = 60
    twice: float = 0.3
    kill: bool = True
    seed: int = 1

    def __post_init__(self) -> None:
        bounds = {"minutes": (0.5, 60), "phones": (1, 500), "tables": (1, 99), "viewers": (0, 500), "twice": (0, 1)}
        for name, (low, high) in bounds.items():
            if not low <= getattr(self, name) <= high:
                raise InputError(f"{name}: {getattr(self, name)} is not within {low}..{high}")
        if not 0 <= self.cut <= self.seconds / 5:
            raise InputError(f"cut: {self.cut:g} s is not within 0..{self.seconds / 5:g}, a fifth of the time")

    @property
    def seconds(self) -> float:
        """How long people send and look."""
        return self.minutes * 60

    @property
    def kill_at(self) -> float:
        """When the server is killed."""
        return self.seconds / 2

    @property
    def reveal_at(self) -> float:
        """When the lists of the tables are revealed."""
        return self.seconds * 0.8

    @property
    def patience(self) -> float:
        """After how long people who have not been told that theirs is kept are given up."""
        return self.seconds + self.cut + 90

    def random(self, *who: object) -> Random:
        """Chance for one client: the same for the same seed, whatever the others do."""
        return Random(repr((self.seed, *who)))

    def phone_times(self, chance: Random) -> tuple[float, float]:
        """When somebody opens the form, and for how long they fill it in."""
        return chance.uniform(0.01, 0.35) * self.seconds, chance.uniform(0.25, 0.45) * self.seconds

    def late(self, chance: Random, now: float) -> float:
        """How many seconds after the first time something is sent a second time; before the time is over."""
        return chance.uniform(2, max(3, min(0.3 * self.seconds, self.seconds - now)))

    def cut_at(self, chance: Random, begin: float, end: float) -> float:
        """When a client that is busy between these times is cut off; the cut is over before the time is."""
        return chance.uniform(begin, max(begin, min(end, self.seconds - self.cut)))
