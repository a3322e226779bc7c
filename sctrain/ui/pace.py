"""How fast open pages may go from one data version to the next, so that they never take more than they can have.

Each version costs the drawing of every open page. With few pages open a version is shown as it comes. With many, the
next one waits until the last has used no more than `SHARE` of the time since it came: pages are a moment late instead
of all of them slow, and answers from phones are taken meanwhile.
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from time import monotonic

SHARE = 0.35
"""Of one core, at most, for drawing new versions."""
CROWD = 20
"""Open pages from which on they are many."""
WINDOW = 2.0
"""Seconds in which an open page looks once for something new, where it is not one of very many."""
LOOKS = 50.0
"""A second, of all open pages: from 100 on, each that is opened looks more rarely. A look takes 4 ms of a core."""
LONGEST = 15.0
"""Seconds that a version waits at most."""


class Pace:
    """How many pages are open, and what drawing the present version has taken so far."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._looks: deque[tuple[float, float]] = deque()
        self._busy, self._since = 0.0, monotonic()

    def looked(self, every: float = WINDOW) -> None:
        """An open page, which does so every so many seconds, has looked for something new."""
        now = monotonic()
        with self._lock:
            self._looks.append((now, every))
            while self._looks[0][0] < now - WINDOW:
                self._looks.popleft()

    def pages(self) -> float:
        """How many pages are open, by their looks of the last moment."""
        with self._lock:
            return sum(every for at, every in self._looks if at > monotonic() - WINDOW) / WINDOW

    def every(self) -> float:
        """Seconds between two looks of a page that is opened now."""
        return max(WINDOW, self.pages() / LOOKS)

    def are_many(self) -> bool:
        """Whether many pages are open."""
        return self.pages() > CROWD

    def worked(self, seconds: float) -> None:
        """Somebody has drawn a part of the present version, which took so many seconds of a core."""
        with self._lock:
            self._busy += seconds

    def went_on(self) -> None:
        """The next version is the present one from now on."""
        with self._lock:
            self._busy, self._since = 0.0, monotonic()

    def may_go_on(self) -> bool:
        """Whether the next version may be drawn now."""
        waited = monotonic() - self._since
        return not self.are_many() or waited * SHARE >= self._busy or waited >= LONGEST


_pace = Pace()
looked, every, are_many, worked = _pace.looked, _pace.every, _pace.are_many, _pace.worked
went_on, may_go_on = _pace.went_on, _pace.may_go_on
