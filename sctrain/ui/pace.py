"""How fast open pages may go from one data version to the next, so that they never take more than they can have.

Each version costs the drawing of every open page. With few pages open a version is shown as it comes. With many, the
next one waits until the last has used no more than `SHARE` of the time since it came: pages are a moment late instead
of all of them slow, and answers from phones are taken meanwhile.
"""

from __future__ import annotations

from threading import Lock
from time import monotonic

SHARE = 0.5
"""Of one core, at most, for drawing new versions."""
CROWD = 20
"""Drawings of one version from which on the next one may have to wait."""
LONGEST = 15.0
"""Seconds that a version waits at most."""


class Pace:
    """What drawing the present version has taken so far."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._before, self._drawn, self._busy, self._since = 0, 0, 0.0, monotonic()

    def worked(self, seconds: float) -> None:
        """Somebody has drawn a part of it, which took so many seconds of a core."""
        with self._lock:
            self._drawn += 1
            self._busy += seconds

    def went_on(self) -> None:
        """The next version is the present one from now on."""
        with self._lock:
            self._before, self._drawn, self._busy, self._since = self._drawn, 0, 0.0, monotonic()

    def are_many(self) -> bool:
        """Whether many pages are open, by who has drawn this version or drew the last."""
        return max(self._before, self._drawn) > CROWD

    def is_crowded(self) -> bool:
        """Whether so many have drawn it that the next may have to wait."""
        return self._drawn > CROWD

    def may_go_on(self) -> bool:
        """Whether the next version may be drawn now."""
        waited = monotonic() - self._since
        return not self.is_crowded() or waited * SHARE >= self._busy or waited >= LONGEST


_pace = Pace()
worked, went_on, may_go_on = _pace.worked, _pace.went_on, _pace.may_go_on
is_crowded, are_many = _pace.is_crowded, _pace.are_many
