"""How an event's answers grew: what the letters of profiles are carried along by."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from sqlalchemy import Connection, func, select

from sctrain.store.schema import answer


def growth(connection: Connection, codes: Sequence[str], until: int) -> list[tuple[int, int]]:
    """Every data version that changed the answers of these events, and how many stood then, the oldest first."""
    came = select(answer.c.version, func.count()).where(answer.c.event.in_(codes)).group_by(answer.c.version)
    went = select(answer.c.replaced_in, func.count()).where(
        answer.c.event.in_(codes), answer.c.replaced_in.is_not(None)
    )
    added = {int(v): int(n) for v, n in connection.execute(came)}
    gone = {int(v): int(n) for v, n in connection.execute(went.group_by(answer.c.replaced_in))}
    versions = sorted(v for v in {*added, *gone} if v <= until)
    standing = accumulate(added.get(v, 0) - gone.get(v, 0) for v in versions)
    return list(zip(versions, standing, strict=True))
