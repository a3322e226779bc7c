"""What came of a rehearsal, as a small table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from sctrain.rehearsal.ledger import Checked
from sctrain.rehearsal.log import Log, Times, percentile
from sctrain.rehearsal.plan import Plan
from sctrain.store.audit import Soundness

TICK, ANSWER = 1.0, 0.3
"""Seconds within which 95 % of viewers' ticks and of answers are to be done."""
SHOWN = 8
"""Faults of one kind that are told."""


@dataclass
class Cost:
    """What the server used: CPU share of one core second by second, resident memory at most in MB; what we used."""

    shares: list[float] = field(default_factory=list)
    rss: float = 0.0
    own: float = 0.0
    late: list[float] = field(default_factory=list)


class Row(NamedTuple):
    """One line of the table; `held` is None where nothing was promised."""

    what: str
    measured: str
    promise: str = ""
    held: bool | None = None


@dataclass(frozen=True)
class Rehearsal:
    """What was promised, and what was found."""

    plan: Plan
    acknowledged: Checked
    answers: Checked
    desks: Checked
    sheets: Checked
    hidden: Checked
    revealed: tuple[int, int]
    people: int
    withdrawn: int
    sound: Soundness
    back_after: float | None
    cost: Cost
    log: Log
    cuts: int

    @property
    def kept(self) -> bool:
        """Whether nothing that was acknowledged is lost, doubled or altered, and nothing hidden was seen."""
        checks = (self.acknowledged, self.answers, self.desks, self.sheets, self.hidden)
        return self.sound.holds and not self.log.errors and not any(check.faults for check in checks)

    @property
    def quick(self) -> bool:
        """Whether answers and ticks were as quick as promised."""
        return all(row.held for row in _speed(self) if row.held is not None)

    @property
    def faults(self) -> tuple[str, ...]:
        """What was not as promised, of what is kept and hidden."""
        checks = (self.acknowledged, self.answers, self.desks, self.sheets, self.hidden)
        return tuple(fault for check in checks for fault in check.faults)


def report(found: Rehearsal) -> str:
    """The table, and under it every fault by name."""
    plan = found.plan
    rows = [*_kept(found), *_speed(found), *_told(found)]
    held = {True: "yes", False: "NO", None: ""}
    lines = [(row.what, row.measured, row.promise, held[row.held]) for row in rows]
    frame = pd.DataFrame(lines, columns=["", "measured", "promised", "held"])
    size = f"{plan.phones} phones, {plan.tables} tables, {plan.viewers} viewers"
    head = f"{size}, {plan.minutes:g} minutes, seed {plan.seed}"
    width = max(len(row.what) for row in rows)
    left = {"": lambda text: f"{text:<{width}}"}
    table = frame.to_string(index=False, formatters=left, justify="left")
    faults = [f"  {fault}" for fault in found.faults[:SHOWN]]
    faults += [f"  {text} ({n} times)" for text, n in found.log.errors.most_common(SHOWN)]
    return "\n".join([head, "", table, *(["", "What went wrong:", *faults] if faults else [])])


def _kept(found: Rehearsal) -> list[Row]:
    seen, lookers = found.revealed
    answers = f"{found.answers.n} told kept, {_wrong(found.answers)}; {found.people} people, {found.withdrawn} withdrew"
    return [
        _row("everybody was acknowledged", f"{found.acknowledged.n}, {_wrong(found.acknowledged)}", found.acknowledged),
        _row("answers are there exactly once", answers, found.answers),
        _row("what tables gave in is there", f"{found.desks.n} told kept, {_wrong(found.desks)}", found.desks),
        _row("sheets show the last lists", f"{found.sheets.n} lists, {_wrong(found.sheets)}", found.sheets),
        _row("hidden until revealed", f"{found.hidden.n} tries, {len(found.hidden.faults)} got through", found.hidden),
        Row("viewers of Tables saw the reveal", f"{seen} of {lookers}", "all", seen == lookers),
        Row("the store is whole", _soundness(found.sound), "ok, FULL", found.sound.holds),
        Row("errors told or shown", str(found.log.errors.total()), "none", not found.log.errors),
    ]


def _row(what: str, measured: str, checked: Checked) -> Row:
    return Row(what, measured, "all", not checked.faults)


def _wrong(checked: Checked) -> str:
    return f"{len(checked.faults)} at fault"


def _soundness(sound: Soundness) -> str:
    settings = [f"synchronous {sound.synchronous}", f"journal {sound.journal}"] if sound.synchronous else []
    return ", ".join([sound.integrity, *settings])


def _speed(found: Rehearsal) -> list[Row]:
    answers = found.log.of("send")
    return [
        Row("answers, from sending to kept", _ms(answers), f"p95 < {ANSWER * 1000:.0f} ms", answers.p95 < ANSWER),
        *_looks(found),
    ]


def _looks(found: Rehearsal) -> list[Row]:
    if not found.plan.viewers:
        return []
    ticks, seen = found.log.of("tick"), found.log.of("seen")
    return [
        Row("viewers’ ticks, to drawn", _ms(ticks), f"p95 < {TICK * 1000:.0f} ms", ticks.p95 < TICK),
        Row("a new data version, to seen", _ms(seen)),
    ]


def _told(found: Rehearsal) -> list[Row]:
    log, counts, cost = found.log, found.log.counts, found.cost
    back = "not killed" if found.back_after is None else f"{found.back_after:.1f} s"
    share = Times.of(cost.shares)
    doubles = counts["twice at once"] + counts["twice late"]
    return [
        Row("drafts", _ms(log.of("draft"))),
        Row("changes of sheets", _ms(log.of("sheet"))),
        Row("pages, first or again", _ms(log.of("page"))),
        Row("from SIGKILL to serving", back),
        Row("sent", f"{counts['requests']}, {doubles} of them twice, {counts['retried']} again as no answer came"),
        Row(
            "clients cut off",
            f"{found.cuts}, {found.plan.cut:g} s each; {counts['connections']} connections of viewers",
        ),
        Row("server: share of a core", f"p50 {share.p50:.0%}, p95 {share.p95:.0%}; {cost.rss:.0f} MB at most"),
        Row(
            "this program: share of a core",
            f"{cost.own:.0%}; late by {percentile(cost.late, 0.95) * 1000:.0f} ms (p95)",
        ),
    ]


def _ms(times: Times) -> str:
    if not times.n:
        return "none"
    p50, p95, most = (f"{1000 * value:,.0f}" for value in (times.p50, times.p95, times.most))
    return f"p50 {p50}, p95 {p95}, most {most} ms; n = {times.n:,}"
