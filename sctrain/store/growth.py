"""How an event's answers grew: what the letters of profiles are carried along by."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from sqlalchemy import Connection, func, select

from sctrain.store import steps
from sctrain.store.schema import answer


def growth(connection: Connection, codes: Sequence[str], until: int) -> list[tuple[int, int]]:
    """Every data version that changed what is shown of these events, and how many answers were then, the oldest first.

    Where numbers go on in steps, an answer is shown from the step on that is at or after its version.
    """
    stepping = {code: steps.steps(connection, code, k) for code, k in steps.thresholds(connection, codes).items()}
    change: Counter[int] = Counter()
    for column, sign in ((answer.c.version, 1), (answer.c.replaced_in, -1)):
        here = select(answer.c.event, column, func.count()).where(answer.c.event.in_(codes), column.is_not(None))
        for code, version, n in connection.execute(here.group_by(answer.c.event, column)):
            if (shown := _shown_at(version, stepping.get(code))) is not None:
                change[shown] += sign * n
    versions = sorted(version for version in change if version <= until)
    return list(zip(versions, accumulate(change[version] for version in versions), strict=True))


def _shown_at(version: int, found: Sequence[int] | None) -> int | None:
    """The first of these steps that shows what was given at a version; None where none does yet."""
    if found is None:
        return version
    place = bisect_left(found, version)
    return found[place] if place < len(found) else None
