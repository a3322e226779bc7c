"""What differs between two versions of a programme or a strategy, and between evidence then and now."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from sctrain.analysis.findings import listed
from sctrain.frames.receipts import DRAFT_CHANGES, EVIDENCE_KINDS, Shown, digest

Fields = Mapping[str, str]
"""What a line holds, as text, by field of DRAFT_CHANGES; `label` is what it is called."""
OF_PEOPLE = ("gap", "score", "rank", "group_most", "group_least", "group_hidden", "reply", "methods")
"""The kinds of evidence that people's answers are behind."""


def changes(
    before: Mapping[str, Fields],
    after: Mapping[str, Fields],
    settings: tuple[Fields, Fields] = ({}, {}),
    evidence: tuple[Mapping[str, Iterable[Shown]], Mapping[str, Iterable[Shown]]] = ({}, {}),
) -> pd.DataFrame:
    """DRAFT_CHANGES between two versions, each its lines by code in their order, in the order of the newer one.

    Of lines that both have, as few as possible are said to have moved. What evidence was kept with a line is
    compared by its digests, and its numbers are not repeated: who withdrew since must not be told by them.
    """
    both = [code for code in after if code in before]
    rows = [(code, "removed", before[code].get("label", code), "") for code in before if code not in after]
    rows += [(code, "added", "", after[code].get("label", code)) for code in after if code not in before]
    old, new = ({code: str(place) for place, code in enumerate(lines, 1)} for lines in (before, after))
    rows += [(code, "order", old[code], new[code]) for code in moved([c for c in before if c in after], both)]
    for code in both:
        names = [name for name in after[code] if name != "label"]
        rows += [(code, name, before[code].get(name, ""), after[code][name]) for name in names]
        rows.append((code, "evidence", "", _other(evidence[0].get(code, ()), evidence[1].get(code, ()))))
    names = sorted({*settings[0], *settings[1]})
    rows += [(name, "settings", settings[0].get(name, ""), settings[1].get(name, "")) for name in names]
    frame = pd.DataFrame([row for row in rows if row[2] != row[3]], columns=DRAFT_CHANGES.names)
    return DRAFT_CHANGES.check(frame.astype("str"))


def moved(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The fewest codes whose move makes one order of the same codes the other (longest increasing subsequence)."""
    place = {code: at for at, code in enumerate(before)}
    ends: list[int] = []  # of all runs of this length, the lowest last place
    length = {}
    for code in after:
        at = bisect_left(ends, place[code])
        ends[at : at + 1] = [place[code]]
        length[code] = at + 1
    stays, run, last = set(), len(ends), len(before)
    for code in reversed(after):
        if length[code] == run and place[code] < last:
            stays.add(code)
            last, run = place[code], run - 1
    return [code for code in after if code not in stays]


def _other(before: Iterable[Shown], after: Iterable[Shown]) -> str:
    """The kinds of evidence that are not the same, in words."""
    one, two = digests(before), digests(after)
    return ", ".join(said for kind, said in EVIDENCE_KINDS.items() if one.get(kind) != two.get(kind))


def digests(shown: Iterable[Shown]) -> dict[str, str]:
    """A digest of what is shown by kind of evidence."""
    by: dict[str, list[Shown]] = {}
    for one in shown:
        by.setdefault(one.kind, []).append(one)
    return {kind: digest(rows) for kind, rows in by.items()}


def words(frame: pd.DataFrame, labels: Mapping[str, str]) -> list[str]:
    """DRAFT_CHANGES in sentences, one for each line; empty where nothing has changed."""
    found: dict[tuple[bool, str], list[str]] = {}
    for line, name, before, after in DRAFT_CHANGES.check(frame).astype(str).to_numpy().tolist():
        found.setdefault((name == "settings", line), []).append(_told(name, before, after))
    of = {True: "Setting “{}”", False: "“{}”"}
    return [
        f"{of[s].format(code if s else labels.get(code, code))}: {listed(said)}." for (s, code), said in found.items()
    ]


def _told(field: str, before: str, after: str) -> str:
    if field in ("added", "removed"):
        return field
    if field == "order":
        return f"moved from place {before} to {after}"
    if field == "evidence":
        return f"its evidence was saved anew ({after})"
    name = "" if field == "settings" else f"{field} "
    return f"{name}from {_or_nothing(before)} to {_or_nothing(after)}"


def _or_nothing(text: str) -> str:
    return f"“{text}”" if text else "nothing"


@dataclass(frozen=True)
class Flag:
    """One piece of evidence that is no more what it was when a line was saved, and that in words.

    *hidden* is what the privacy gate hides by now, *new* what there was not then.
    """

    state: Literal["changed", "deleted", "hidden", "new"]
    kind: str
    about: str
    what: str
    text: str


def flags(then: Iterable[Shown], now: Iterable[Shown], called: Callable[[Shown], str]) -> list[Flag]:
    """What has become of the evidence that a line was saved with; nothing where it was saved with none.

    `called` names a piece of evidence. A number that people stand behind is said as it was only where no fewer stand
    behind it now: else the two numbers might tell what somebody said who has withdrawn.
    """
    old, new = ({one.key: one for one in shown} for shown in (then, now))
    if not old:
        return []
    found = [_flag(one, new.get(key), called(one)) for key, one in old.items()]
    found += [Flag("new", *key, f"new evidence: {called(one)}") for key, one in new.items() if key not in old]
    return [flag for flag in found if flag is not None]


def _flag(then: Shown, now: Shown | None, called: str) -> Flag | None:
    if now is None:
        return Flag("deleted", *then.key, f"evidence deleted: {called}")
    if now == then or _values(now) == _values(then):
        return None
    if now.suppressed:
        return Flag("hidden", *then.key, f"evidence hidden: {called}, as too few people are behind it now")
    if then.suppressed:
        return Flag("changed", *then.key, f"evidence changed: {called} is no longer hidden")
    if then.kind in OF_PEOPLE and _number(now.n) < _number(then.n):
        return Flag(
            "changed", *then.key, f"evidence changed: {called}, {_now(now)}; fewer people are behind it than then"
        )
    return Flag("changed", *then.key, f"evidence changed: {called}{_parts(then, now)}")


def _values(shown: Shown) -> tuple[str | bool, ...]:
    return shown.value, shown.low, shown.high, shown.n, shown.tables, shown.suppressed


def _number(text: str) -> float:
    """A number of people as it was written."""
    return float("".join(sign for sign in text if sign.isdigit()) or 0)


def _now(shown: Shown) -> str:
    return ", ".join(f"now {name}{value}" for name, value in (("", shown.value), ("n ", shown.n)) if value)


def _parts(then: Shown, now: Shown) -> str:
    """` 1.6 → 1.2, n 58 → 61`."""
    pairs = [("", then.value, now.value), ("n", then.n, now.n), ("tables", then.tables, now.tables)]
    told = [f"{name} {one or 'none'} → {two or 'none'}".strip() for name, one, two in pairs if one != two]
    interval = (f"{then.low} to {then.high}", f"{now.low} to {now.high}")
    if not told and interval[0] != interval[1]:
        told = [f"range {interval[0]} → {interval[1]}"]
    return f" {', '.join(told)}"
