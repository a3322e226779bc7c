"""Steps: the data versions at which what people gave goes on, for events whose numbers go on in steps of k people.

Whoever compares the numbers of two data versions learns of the people in whom they differ. With steps, what people
gave is shown at a data version as it stood at the last step at or before it. A *step* is a version at which at least k
people have given something else than at the step before, and nobody or at least k people than at any earlier one. So
the shown states of any two versions are the same or differ in k people.

Steps follow from the rows that are there. Before rows are erased, or k changes, the steps of then are *kept*: whoever
withdraws would else move them, and tell of those who came in between. A kept step that fewer than k people would set
apart from another is left out again, but for the last: it is what everybody saw. When an event is closed, that
version is kept as a step, too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, insert, or_, select, union

from sctrain.cards import JOIN
from sctrain.catalogue import DIMENSIONS
from sctrain.store.lines import MARKS, lines
from sctrain.store.schema import answer, event, ordering, setup, step

ANSWERS, ORDERS = KINDS = ("answers", "orders")
"""What goes on in steps of its own: answers of the survey, and who put the short list in order twice."""
CONTENT = tuple(answer.c[name] for name in ("questionnaire_id", "table_number", *DIMENSIONS, "ratings", "replies"))
"""What of an answer is shown."""
Change = tuple[int, str, Hashable]
"""A data version, a person, and what stands of them from then on."""


@dataclass(frozen=True)
class Given:
    """What people of an event gave: how many once and never again, by data version; every change of the others."""

    once: Mapping[int, int]
    changes: Sequence[Change] = ()


@dataclass(frozen=True)
class _State:
    """What is shown at a step: how many people who gave once, and what stands of each other."""

    version: int = 0
    once: int = 0
    others: Mapping[str, Hashable] = field(default_factory=dict)

    def apart(self, now: _State) -> int:
        """In how many people a later state differs."""
        return now.once - self.once + sum(self.others.get(person) != held for person, held in now.others.items())


def chain(given: Given, k: int, kept: Sequence[int] = ()) -> list[int]:
    """The steps, in order. Up to the last one `kept` they are among those; from there on they follow from `given`."""
    found, last, recent = [_State()], max(kept, default=0), set[str]()
    for now, changed in _states(given, kept):
        recent |= changed
        if now.version == last:
            found = [before for before in found if not (before.version and 0 < before.apart(now) < k)]
        elif now.version < last and now.version not in kept:
            continue
        elif now.once - found[-1].once + len(recent) < k:
            continue  # for most versions this is enough to know
        elif not found[-1].apart(now) or any(0 < before.apart(now) < k for before in reversed(found)):
            continue
        found.append(_State(now.version, now.once, dict(now.others)))
        recent.clear()
    return [one.version for one in found[1:]]


def _states(given: Given, kept: Sequence[int]) -> Iterator[tuple[_State, Set[str]]]:
    """What stands at every version that changes it, and at those kept; and of whom it changed there."""
    by_version: dict[int, dict[str, Hashable]] = defaultdict(dict)
    for version, person, held in given.changes:
        by_version[version][person] = held
    once, others = 0, dict[str, Hashable]()
    for version in sorted({*given.once, *by_version, *kept}):
        once += given.once.get(version, 0)
        others |= by_version.get(version, {})
        yield _State(version, once, others), by_version.get(version, {}).keys()


def thresholds(connection: Connection, codes: Sequence[str]) -> dict[str, int]:
    """Those of these events whose numbers go on in steps, and of how many people."""
    rows = select(event.c.code, event.c.threshold).join(setup, setup.c.event == event.c.code)
    found = connection.execute(rows.where(setup.c.steps, event.c.code.in_(codes)))
    return {row.code: row.threshold for row in found}


def steps(connection: Connection, code: str, k: int, what: str = ANSWERS) -> list[int]:
    """All steps of an event, in order."""
    given = _answers(connection, code) if what == ANSWERS else _orders(connection, code)
    return chain(given, k, _kept(connection, code, what))


def at(connection: Connection, codes: Sequence[str], version: int | None, what: str = ANSWERS) -> dict[str, int]:
    """The last step at or before a data version (None: of all), 0 where there was none; of the events with steps."""
    known = thresholds(connection, codes)
    return {code: _last(steps(connection, code, k, what), version) for code, k in known.items()}


def _last(found: Sequence[int], version: int | None) -> int:
    place = len(found) if version is None else bisect_right(found, version)
    return found[place - 1] if place else 0


def waiting(connection: Connection, code: str, shown: int, version: int | None = None) -> int:
    """How many people of an event have answered or corrected after a step, up to a data version (None: now)."""
    came, went = answer.c.version > shown, answer.c.replaced_in > shown
    if version is not None:
        came, went = came & (answer.c.version <= version), went & (answer.c.replaced_in <= version)
    people = select(func.count(answer.c.person.distinct())).where(answer.c.event == code, or_(came, went))
    return connection.scalar(people) or 0


def silent(connection: Connection) -> set[int]:
    """The data versions in which something was given that no page shows at that version: those that are no step."""
    known = thresholds(connection, list(connection.scalars(select(setup.c.event).where(setup.c.steps))))
    found: set[int] = set()
    for code, k in known.items():
        columns = (column for table in (answer, ordering) for column in (table.c.version, table.c.replaced_in))
        touched = union(*(select(c).where(c.table.c.event == code, c.is_not(None)) for c in columns))
        found |= set(connection.scalars(touched)) - {v for what in KINDS for v in steps(connection, code, k, what)}
    return found


def is_whole(connection: Connection, code: str, shown: int) -> bool:
    """Whether a step is the last one at which the event was closed: all that came before is shown as one."""
    closed = select(func.max(step.c.version)).where(step.c.event == code, step.c.what == ANSWERS, step.c.closed)
    return shown == connection.scalar(closed)


def all_steps(connection: Connection, code: str) -> list[int]:
    """The data versions at which people of an event that was closed were ever shown anew, in order."""
    return _kept(connection, code, ANSWERS)


def late(connection: Connection, code: str, shown: int) -> dict[tuple[str, str], str]:
    """By competency and person the marks that are shown at a step in place of those that wait for the competency's."""
    for k in thresholds(connection, [code]).values():
        return lines(connection, code, k, steps(connection, code, k), shown).late
    return {}


def keep(connection: Connection, code: str, closed_at: int | None = None) -> None:
    """Keep the steps of an event as they are, before what they follow from is gone. For a write transaction.

    With `closed_at` that data version is a step of its answers, too.
    """
    for k in thresholds(connection, [code]).values():
        found = {what: steps(connection, code, k, what) for what in KINDS}
        marked = lines(connection, code, k, found[ANSWERS], _last(found[ANSWERS], None))
        found |= {f"{MARKS}{competency}": versions for competency, versions in marked.steps.items()}
        for what, versions in found.items():
            for version in sorted(set(versions) - set(_kept(connection, code, what))):
                connection.execute(insert(step).values(event=code, what=what, version=version))
    if closed_at is not None:
        connection.execute(insert(step).values(event=code, what=ANSWERS, version=closed_at, closed=True))


def _kept(connection: Connection, code: str, what: str) -> list[int]:
    query = select(step.c.version).where(step.c.event == code, step.c.what == what)
    return list(connection.scalars(query.order_by(step.c.version)))


def _answers(connection: Connection, code: str) -> Given:
    """Counted by the database but for the few who corrected: of 10^6 answers from one file that is a second less."""
    here = answer.c.event == code
    several = select(answer.c.person).where(here, answer.c.replaced_in.is_not(None))
    once = select(answer.c.version, func.count().label("n")).where(here, answer.c.person.not_in(several))
    rows = select(answer.c.version, answer.c.person, *CONTENT).where(here, answer.c.person.in_(several))
    changes = [(row[0], row[1], tuple(row[2:])) for row in connection.execute(rows.order_by(answer.c.id))]
    return Given({row.version: row.n for row in connection.execute(once.group_by(answer.c.version))}, changes)


def _orders(connection: Connection, code: str) -> Given:
    """Who put the same list in order before and after; one order alone is shown nowhere."""
    rows = select(ordering.c.version, ordering.c.person, ordering.c.round, ordering.c.options)
    held: dict[str, dict[str, str]] = defaultdict(dict)
    changes: list[Change] = []
    rows = rows.where(ordering.c.event == code).order_by(ordering.c.version)
    for version, person, name, options in connection.execute(rows):
        held[person][name] = options
        lists = {tuple(sorted(text.split(JOIN))) for text in held[person].values()}
        if len(held[person]) == 2 and len(lists) == 1:
            changes.append((version, person, tuple(sorted(held[person].items()))))
    return Given({}, changes)
