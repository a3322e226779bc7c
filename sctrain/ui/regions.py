"""Choices, words and lists of the Regions page."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from sctrain import regions
from sctrain.analysis import regions as analysis
from sctrain.analysis.findings import listed
from sctrain.catalogue import Catalogue
from sctrain.charts.regions import ATTRIBUTION
from sctrain.numerals import people
from sctrain.selection import Selection
from sctrain.ui import data, state
from sctrain.ui.base import Base
from sctrain.ui.controls import QUIET
from sctrain.ui.page import finding, of_people

LEVELS = {"region": "By region", "country": "By country", "cluster": "By cluster partner"}
STATES = {
    "shown": "looked at here",
    "can be added": "can be added in the bar above",
    "other questionnaire": "asks other competencies, so it is never mixed in",
    "too few people": "too few people to be looked at together with others",
}
EVENTS_NAMED = 12
NAMED = 8
"""Most areas a line names."""


def nothing(selection: Selection) -> bool:
    """Say that nobody gave a region, country or cluster partner; False where someone did."""
    if regions.levels(data.room(selection)):
        return False
    finding("Nobody said which region, country or cluster partner they are from")
    st.write("Regions are shown as soon as the answers come with one of them.")
    return True


def level(selection: Selection) -> str:
    """The kind of area looked at: the bar's comparison where it is one, else the first there is."""
    levels = regions.levels(data.room(selection))
    return selection.by if selection.by in levels else next(iter(levels))


def mapped(selection: Selection) -> bool:
    """Whether anybody said their country."""
    return "country" in regions.levels(data.room(selection))


def names(selection: Selection, known: Catalogue) -> analysis.Names:
    """How sentences call competencies and areas."""
    return analysis.Names(known.labels, regions.labels(data.room(selection)), known.scale.points)


def sentence(selection: Selection, known: Catalogue, areas: pd.DataFrame, competency: str) -> str:
    """Where the gap looked at is larger or smaller than elsewhere."""
    at = "country" if mapped(selection) else level(selection)
    return analysis.sentence(areas, competency, at, names(selection, known))


def controls(selection: Selection, known: Catalogue, competency: str) -> None:
    """Which competency is mapped, and which region is the reader's own."""
    labels = regions.labels(data.room(selection))
    own = {"": "Your region: none"} | {code: f"Your region: {label}" for code, label in labels.items()}
    with st.container(horizontal=True, key="region_controls"):
        state.choose_one("competency", "Competency", dict(known.labels), competency, width=420, **QUIET)
        state.choose_one("own", "Your region", own, "", width=330, **QUIET)


def own_words(selection: Selection, areas: pd.DataFrame) -> None:
    """What the reader's own area needs, or what stands in for it."""
    if told := regions.own_words(data.room(selection), selection, areas):
        st.html(f"<p>{escape(told)}</p>")


def levels(selection: Selection) -> None:
    """Which areas have a panel."""
    offered = [code for code in LEVELS if code in regions.levels(data.room(selection))]
    st.session_state["pick_level"] = level(selection)
    st.selectbox(
        "Areas", offered, format_func=LEVELS.__getitem__, key="pick_level", on_change=_adopt, width=260, **QUIET
    )


def _adopt() -> None:
    state.put("by", [st.session_state["pick_level"]])
    state.put("groups", [])


def own(selection: Selection, level: str | None = None) -> str | None:
    """The reader's own area where it is shown, else its country; of one level only, if that is given."""
    area = regions.own_area(data.room(selection), selection)
    if level == "country" and selection.own and area and area[0] == "region":
        return regions.country_of(selection.own)
    return area[1] if area else None


def on_map(areas: pd.DataFrame, competency: str) -> pd.DataFrame:
    """The rows of the map: countries, one competency."""
    return areas[(areas["level"] == "country") & (areas["competency"] == competency)].reset_index(drop=True)


def map_options(selection: Selection, known: Catalogue, competency: str) -> dict[str, Any]:
    """What the map is drawn with."""
    called = {"labels": regions.labels(data.room(selection)), "competency": known.labels[competency]}
    return called | {"own": own(selection, "country"), "k": data.threshold()}


def panels(selection: Selection, areas: pd.DataFrame) -> pd.DataFrame:
    """The areas that have a panel, the reader's own first."""
    return analysis.panels(areas, level(selection), own(selection))


def panel_options(selection: Selection, known: Catalogue) -> dict[str, Any]:
    """What the panels are drawn with."""
    labels = {"labels": {c.code: c.brief for c in known.competency}, "points": known.scale.points}
    called = {"area_labels": regions.labels(data.room(selection)), "own": own(selection)}
    return labels | called | {"k": data.threshold()}


def too_small(selection: Selection, areas: pd.DataFrame) -> None:
    """Say which areas have too few people, by country, and what stands in for them."""
    at = level(selection)
    small, labels = analysis.hidden(areas, at), regions.labels(data.room(selection))
    if not small:
        return
    within = dict(zip(areas["area"], areas["within"], strict=True)) if at == "region" else {}
    by_country: dict[str, list[str]] = {}
    for code in small:
        by_country.setdefault(within.get(code, ""), []).append(code if code in within else labels[code])
    called = [f"{labels.get(c, c)} ({', '.join(codes)})" if c else ", ".join(codes) for c, codes in by_country.items()]
    instead = " Where their country has enough people, it stands in for them." if at == "region" else ""
    total = "their country’s total" if at == "region" else "the total"
    kind = analysis.KINDS[at] if len(small) > 1 else LEVELS[at].removeprefix("By ")
    told = (
        f"Hidden ({len(small)} {kind}): fewer than {data.threshold()} people, "
        f"or they could be worked out from {total}: {'; '.join(called)}.{instead}"
    )
    st.html(f'<p class="base">{escape(told)}</p>')


def base(selection: Selection, of_map: bool = False) -> Base:
    """What a figure about areas stands on."""
    of, labels = of_people(selection, None), regions.labels(data.room(selection))
    words = f"{of.words} · {ATTRIBUTION}" if of_map else of.words

    def labelled(frame: pd.DataFrame) -> pd.DataFrame:
        frame = of.labelled(frame)
        if "area" in frame:
            frame.insert(list(frame).index("area") + 1, "area_label", frame["area"].map(labels))
        return frame

    return Base(words, of.facts, labelled)


def narrowed(selection: Selection) -> Selection:
    """The people whose change is shown: those of the own area where it has enough, else everyone selected."""
    area = regions.own_area(data.room(selection), selection)
    return selection.where(area[0], [area[1]]) if area else selection


def no_trend(selection: Selection) -> None:
    """Say why there is no change to be shown, and which events could be added."""
    held = data.store_events(selection)
    more = held.loc[held["state"] == "can be added", "title"].tolist()
    if len(selection.events) > 1:
        st.write("These events cannot be told apart: at one of them too few people are in this selection.")
    elif more:
        called = listed([f"“{title}”" for title in more[:NAMED]])
        st.write(f"One event is no trend. Choose another in the bar above to see what has changed: {called}.")
    else:
        st.write("One event is no trend, and no other event of the store asks about the same competencies.")


def trend_words(selection: Selection, known: Catalogue, trend: pd.DataFrame) -> None:
    """What changed, of whom, and what that supposes."""
    st.write(regions.trend_words(data.room(selection), selection, trend))
    whose = narrowed(selection).words(known)
    st.caption(
        f"Whose answers: {whose}. People who answered at several events count as different people at each; intervals "
        "would be narrower, could they be matched. Another mix of people can change a gap as well as learning can."
    )


def trend_options(selection: Selection, known: Catalogue) -> dict[str, Any]:
    """What the change from event to event is drawn with."""
    held = regions.in_time(data.room(selection).events)
    years = {e.code: str(e.held_on.year) if e.held_on else e.code for e in held}
    short = years if len(set(years.values())) == len(held) else {e.code: str(e.held_on or e.code) for e in held}
    short = short if len(set(short.values())) == len(held) else {e.code: e.code for e in held}
    top = 8 if selection.show == "ten" else None
    return {
        "labels": known.labels,
        "event_labels": short,
        "points": known.scale.points,
        "top": top,
        "k": data.threshold(),
    }


def event_list(selection: Selection) -> pd.DataFrame:
    """EVENTS; says of each how many people it has, and whether it is, or can be, looked at here."""
    held = data.store_events(selection)
    lines = [f"<li>{escape(_event_line(row))}</li>" for row in held.head(EVENTS_NAMED).itertuples()]
    more = f"<li>and {len(held) - EVENTS_NAMED} more</li>" if len(held) > EVENTS_NAMED else ""
    st.html(f'<ul class="depends">{"".join(lines)}{more}</ul>')
    return held


def _event_line(row: Any) -> str:
    when = f", {row.held_on}" if isinstance(row.held_on, str) else ""
    n = f"fewer than {data.threshold()} people" if row.suppressed else people(row.n)
    return f"{row.title} ({row.event}{when}): {n}, {row.common} competencies in common; {STATES[row.state]}"


def events_base(selection: Selection) -> Base:
    """What the list of events stands on."""
    held = data.store_events(selection)
    facts = {"events": str(len(held)), "data_version": str(data.version())}
    return Base(f"{len(held)} events in the store · data version {data.version()}", facts, lambda frame: frame)
