"""Needs by area and by event: whose gaps are largest, where they lie, how they change from event to event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sctrain.analysis import compare, gaps
from sctrain.analysis.findings import FEWEST, listed, named
from sctrain.frames import AREAS, TREND, JointCounts
from sctrain.frames.regions import CHANGES
from sctrain.numerals import DASH, count, two_digits

KINDS = {"region": "regions", "country": "countries", "cluster": "cluster partners"}
NAMED = 3
"""Most competencies or areas a sentence names."""


def areas(by_level: Mapping[str, JointCounts], total: JointCounts, within: Mapping[str, str]) -> pd.DataFrame:
    """AREAS of the counts of each level, past the gate; `total` is everyone, `within` the country of a region."""
    everyone = gaps.gaps(total, "gap").set_index("competency")["gap"]
    parts = [_areas(level, counts, total, within) for level, counts in by_level.items() if counts.groups != (None,)]
    if not parts:
        return AREAS.empty()
    frame = pd.concat(parts, ignore_index=True)
    return AREAS.check(frame.assign(gap_all=frame["competency"].map(everyone)))


def _areas(level: str, counts: JointCounts, total: JointCounts, within: Mapping[str, str]) -> pd.DataFrame:
    named = [group for group in counts.groups if group is not None]
    differs = compare.differences(counts, named, None, total)[["competency", "group", "differs"]]
    frame = gaps.gaps(counts, "gap").merge(differs, on=["competency", "group"]).rename(columns={"group": "area"})
    country = frame["area"].map(lambda area: within.get(area, "") if level == "region" else "")
    return frame.assign(level=level, within=country)


def hidden(areas: pd.DataFrame, level: str) -> list[str]:
    """The areas of a level that have people, and no number that is shown."""
    of = areas[areas["level"] == level].groupby("area", sort=False)
    return [str(area) for area, rows in of if rows["suppressed"].all()]


def panels(areas: pd.DataFrame, level: str, own: str | None = None) -> pd.DataFrame:
    """AREAS of the areas that can be shown: `own` first, then those with the most people.

    Where a country has regions too small to show, the country itself stands in for them, if it can be shown.
    """
    small = set(hidden(areas, level))
    within = areas[(areas["level"] == level) & areas["area"].isin(small)]["within"]
    instead = (areas["level"] == "country") & areas["area"].isin(set(within)) & (level == "region")
    shown = areas[(areas["level"] == level) | instead]
    shown = shown[~shown.groupby(["level", "area"])["suppressed"].transform("all").astype(bool)]
    most = shown.groupby(["level", "area"])["n"].transform("max").astype(float)
    keys = pd.DataFrame({"own": shown["area"] != own, "most": -most, "area": shown["area"]})
    return AREAS.check(shown.loc[keys.sort_values(["own", "most", "area"], kind="stable").index])


def trend(by_event: JointCounts, order: Sequence[str]) -> pd.DataFrame:
    """TREND of counts by event, past the gate; `order` are the events from the earliest on.

    A change is told where it `differs` as in DIFFERENCES, adjusted over all competencies and later events.
    The largest change at the last event comes first, whatever its sign; hidden ones are last.
    """
    earliest, *later = order
    found = gaps.gaps(by_event, "gap").rename(columns={"group": "event"})
    changed = compare.differences(by_event, later, earliest).rename(columns={"group": "event"})
    ends = {f"difference{end}": f"change{end}" for end in ("", "_low", "_high")}
    changed = changed[["competency", "event", "differs", *ends]].rename(columns=ends)
    frame = found.merge(changed, on=["competency", "event"], how="left")
    frame = frame.assign(changed=_changed(frame), place=frame["event"].map({e: i for i, e in enumerate(order, 1)}))
    frame = frame.drop(columns="differs")
    last = changed[changed["event"] == order[-1]].set_index("competency")["change"].abs()
    size = -frame["competency"].map(last).fillna(-1).round(gaps.SAME)
    asked = frame["competency"].map(by_event.competencies.index)
    keys = pd.DataFrame({"size": size, "asked": asked, "place": frame["place"]})
    return TREND.check(frame.loc[keys.sort_values(["size", "asked", "place"]).index].reset_index(drop=True))


def _changed(frame: pd.DataFrame) -> pd.Series:
    differs = frame["differs"].eq(True)
    told = np.select([differs & (frame["change"] > 0), differs, frame["change_low"].notna()], CHANGES, "")
    return pd.Series(told, index=frame.index, dtype="str").mask(told == "")


# Sentences


@dataclass(frozen=True)
class Names:
    """How sentences call competencies, areas and events, and the scale's marks."""

    labels: Mapping[str, str]
    areas: Mapping[str, str]
    points: int


def sentence(areas: pd.DataFrame, competency: str, level: str, names: Names) -> str:
    """Where the gap of one competency is largest and smallest, as far as intervals tell; one true sentence."""
    rows = areas[(areas["level"] == level) & (areas["competency"] == competency) & ~areas["suppressed"].astype(bool)]
    rows = rows[rows["n"].fillna(0) > 0].sort_values(["gap", "area"], ascending=[False, True])
    about = f"“{names.labels[competency]}”"
    if len(rows) < 2:
        return f"Too few {KINDS[level]} have enough people to say where the gap in {about} is largest."
    sure = rows[rows["differs"].astype(bool)]
    sides = {"larger": sure[sure["gap"] > sure["gap_all"]], "smaller": sure[sure["gap"] < sure["gap_all"]]}
    told = [f"{word} in {_named(side, names)}" for word, side in sides.items() if len(side)]
    if told:
        return f"The gap in {about} is {' and '.join(told)} than elsewhere."
    ends = f"{two_digits(rows['gap'].iloc[-1])} to {two_digits(rows['gap'].iloc[0])} of {names.points - 1} points"
    few = f"with so few answers ({_n(rows['n'])}) we cannot say that any of them differs from the others"
    return f"In {len(rows)} {KINDS[level]} the gap in {about} is {ends}; {few}."


def own_sentence(areas: pd.DataFrame, area: tuple[str, str], names: Names) -> str:
    """The largest gaps of one area (its level and code), and which of them differ from everyone else’s."""
    here = areas[(areas["level"] == area[0]) & (areas["area"] == area[1])]
    rows = here[here["gap"].notna()].sort_values("rank", kind="stable")
    if rows.empty:
        return f"{names.areas[area[1]]}: nobody marked both importance and level."
    largest = named(rows["competency"][:NAMED], names.labels)
    sure = rows.loc[rows["differs"].astype(bool), "competency"]
    differs = f"beyond chance the gap differs from the rest in {named(sure, names.labels)}"
    few = rows["n"].max() < FEWEST
    none = "with so few answers we cannot say that any of them differs from the rest"
    end = differs if len(sure) else none if few else "none differs from the rest beyond chance"
    of = f" of the {len(rows)} of {len(here)} that may be shown" if here["suppressed"].any() else ""
    return f"{names.areas[area[1]]} ({_n(rows['n'])}): its largest gaps{of} are {largest}; {end}."


def _n(people: pd.Series) -> str:
    """`n 12`, `n 8–18`."""
    return "n " + DASH.join(dict.fromkeys((count(people.min()), count(people.max()))))


def _named(rows: pd.DataFrame, names: Names) -> str:
    codes = [names.areas.get(code, code) for code in rows["area"]]
    return listed([*codes[:NAMED], *([f"{len(codes) - NAMED} more"] if len(codes) > NAMED else [])])


def trend_sentence(trend: pd.DataFrame, names: Names, area: str | None = None, everyone: int | None = None) -> str:
    """What changed from the earliest event to the last, and for how many competencies it cannot be told.

    `area` is whose change it is where it is not everyone's, `everyone` how many gaps changed among all.
    """
    last = trend[trend["place"] == trend["place"].max()]
    known = last[last["changed"].notna()]
    where = f"In {names.areas.get(area, area)} " if area else ""
    among = f"; among everyone, {count(everyone)} changed" if everyone is not None else ""
    if known.empty:
        return f"{_capital(f'{where}too few people answered at both events to tell a change')}{among}."
    told = []
    for word in CHANGES[:2]:
        labels = [names.labels[c] for c in known.loc[known["changed"] == word, "competency"]]
        more = [f"{len(labels) - NAMED} more"] if len(labels) > NAMED else []
        told += [f"{word} in {listed([*labels[:NAMED], *more])}"] * bool(labels)
    unsure = int((known["changed"] == CHANGES[2]).sum())
    if not told:
        none = f"{where}none of {count(len(known))} gaps that can be compared has changed beyond chance"
        return f"{_capital(none)}{among}."
    rest = f"; {count(unsure)} of {count(len(known))} may be the same" if unsure else ""
    since = f"{where}the gap has since the earliest event become {' and '.join(told)}"
    return f"{_capital(since)}{rest}{among}."


def changed(trend: pd.DataFrame) -> int:
    """How many gaps differ at the last event from the earliest, beyond chance."""
    last = trend[trend["place"] == trend["place"].max()]
    return int(last["changed"].isin(CHANGES[:2]).sum())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
