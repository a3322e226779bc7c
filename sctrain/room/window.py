"""How often somebody did something lately: the storage of the moving windows that limit it."""

from __future__ import annotations

from collections import deque
from threading import Lock
from time import monotonic

from limits.storage import MemoryStorage

SWEEP = 60.0
"""Seconds between two looks for whom nothing is known of any more."""


class Windows(MemoryStorage):
    """The moving windows of one process.

    The library's own look through everybody a hundred times a second as long as anything comes in: with a few
    thousand phones that takes a core. Here each key is looked at when it is asked for, and all of them once a minute.
    """

    def __init__(self) -> None:
        super().__init__()
        self._turn, self._swept = Lock(), monotonic()
        self._times: dict[str, deque[float]] = {}
        self._ends: dict[str, float] = {}

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Whether `amount` more are within `limit` in the last `expiry` seconds; if so they count."""
        now = monotonic()
        with self._turn:
            if now - self._swept >= SWEEP:
                self._sweep(now)
            times = self._times.setdefault(key, deque())
            while times and times[0] < now - expiry:
                times.popleft()
            if len(times) + amount > limit:
                return False
            times.extend([now] * amount)
            self._ends[key] = now + expiry
            return True

    def _sweep(self, now: float) -> None:
        self._swept = now
        for key in [key for key, end in self._ends.items() if end < now]:
            del self._ends[key], self._times[key]
