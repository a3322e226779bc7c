"""Choices, words and states of the Programme page: modules within hours, and the evidence of each line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from sctrain import numerals, programme
from sctrain.analysis.programme_choice import choose
from sctrain.analysis.programme_clash import Bound
from sctrain.analysis.programme_robust import Robust
from sctrain.analysis.programme_words import hours as in_hours
from sctrain.catalogue import Catalogue, Module
from sctrain.frames import MEASURES
from sctrain.frames.receipts import EVIDENCE_KINDS
from sctrain.programme import USUAL, Evidence, Form, Programme
from sctrain.receipts import Receipt
from sctrain.report import tables as files
from sctrain.selection import FORM, PROGRAMME, Selection
from sctrain.store.queries import SURVEY
from sctrain.ui import data, live, state
from sctrain.ui.base import Base
from sctrain.ui.page import finding, nobody, veiled
from sctrain.views import people
from sctrain.voices import contents

OFTEN = 0.7
"""Seconds from one look at the progress to the next; a rule that stands as long is taken to be meant."""
GROUPS = 4
"""Most groups that the curve draws."""
WEIGHT = "How much a need in the survey counts beside the tables’ points; at 50 % both count the same"
FLOOR = "No group gets less than this part of the most that any programme in these hours could give it"
LESS = 10
"""How many hours less another budget has, where none is chosen."""


def one_event(selection: Selection) -> Selection:
    """The selection with the tables' event only: both voices are of one."""
    return replace(selection, events=data.planned(selection).events)


def nothing(selection: Selection) -> bool:
    """Say why no programme can be drafted, and how to go on; False where one can."""
    voices = data.planning(selection).voices
    if not np.isnan(voices.need).all() or (np.nan_to_num(voices.points) > 0).any():
        return False
    hidden = data.room(selection).hidden | data.table_room(selection).hidden
    known = state.catalogue()
    if veiled(hidden, known, SURVEY, contents(known) or "") or nobody(selection):
        return True
    finding("Neither survey nor tables name a need that may be shown")
    st.write("As soon as enough people answer, or a table ranks the competencies, a programme is drafted here.")
    return True


@dataclass(frozen=True, eq=False)
class Certainty:
    """What redrawn rooms say of a programme's modules.

    `earlier` is the data version of the rooms where it is not the one that is looked at.
    """

    rooms: Robust
    earlier: int | None = None

    @property
    def told(self) -> str:
        """Of which data version it is, where that is an earlier one."""
        if self.earlier is None:
            return ""
        return f"Certainty of data version {self.earlier}, being worked out anew."

    def of(self, code: str) -> str:
        """In how many of the rooms a module is chosen."""
        share = dict(zip(self.rooms.codes, self.rooms.shares.tolist(), strict=True)).get(code, np.nan)
        n = self.rooms.rooms
        chosen = "" if np.isnan(share) else numerals.count(round(share * n))
        return f"chosen in {chosen} of {numerals.count(n)} redrawn rooms" if chosen else ""


def certainty(selection: Selection) -> Certainty | None:
    """What redrawn rooms of these settings say; those of an earlier data version until the new ones are worked out.

    Rooms of earlier answers know what has been hidden since: they are not told while a voice is.
    """
    if now := data.redrawn_before(selection):
        return Certainty(now)
    known = state.catalogue()
    hidden = data.room(selection).hidden | data.table_room(selection).hidden
    if {SURVEY, contents(known)} & hidden or not (before := data.redrawn_earlier(selection)):
        return None
    return Certainty(before[1], before[0])


def read(selection: Selection) -> tuple[Programme, Certainty | None]:
    """The programme, and how sure its modules are, as far as it is known."""
    found = data.programme_of(selection)
    sure = certainty(selection) if found.feasible else None
    if sure is None:
        return found, None
    return (programme.with_certainty if sure.earlier else programme.with_rooms)(found, sure.rooms), sure


def headline(found: Programme) -> str:
    """The sentence that the page opens with: what is covered, or why no programme is possible."""
    return found.why or found.sentence


def controls(selection: Selection, found: Programme) -> None:
    """The budget and the rules, each a URL parameter."""
    known, asked = state.catalogue(), found.rules
    sizes = [module.hours for module in known.modules]
    with st.container(horizontal=True, vertical_alignment="bottom", key="programme_controls"):
        state.choose_number("hours", "Hours", int(min(sizes)), _whole(sum(sizes)), int(USUAL.hours), width=330)
        weight: Any = {"format": "survey %d%%", "width": 260, "help": WEIGHT}
        state.choose_number("weight", "Tables ↔ survey", 0, 100, USUAL.weight, **weight)
        floor: Any = {"format": "%d%%", "width": 260, "help": FLOOR}
        state.choose_number("floor", "Floor: of each group’s own best", 0, 100, USUAL.floor, **floor)
        more = sum([bool(asked.balance), len(asked.locked), len(asked.left), selection.measure != "mwds"])
        with st.popover(f"More rules ({more})" if more else "More rules", key="programme_rules"):
            _more(known)


def _whole(hours: float) -> int:
    """Hours that are enough, without a part of one."""
    return int(-(-hours // 1))


def _more(known: Catalogue) -> None:
    labels = {module.code: module.label for module in known.modules}
    named = partial(_named, labels)
    state.choose_many("lock", "Locked in", list(labels), named, placeholder="none")
    state.choose_many("left", "Left out", list(labels), named, placeholder="none")
    balance = "Least part of the hours on technology, and on how people lead, work and learn"
    state.choose_number("balance", balance, 0, 50, USUAL.balance, format="%d%%")
    state.choose_one("measure", "Need in the survey by", dict(MEASURES), "mwds")
    st.button("Back to the usual rules", key="usual_rules", on_click=_usual)


def _named(labels: Mapping[str, str], code: str) -> str:
    return labels.get(code, code)


def _usual() -> None:
    for key in (*PROGRAMME, "measure"):
        state.put(key, [])


def rows(selection: Selection, found: Programme, sure: Certainty | None) -> dict[str, Any]:
    """What the chart of modules is drawn with."""
    marked = selection.line if selection.line in found.labels else None
    top = 10 if selection.show == "ten" else None
    return {"labels": found.labels, "rooms": sure and sure.rooms.drawn, "top": top, "marked": marked}


def notes(selection: Selection, found: Programme, sure: Certainty | None) -> None:
    """Who is not heard, how sure modules are as soon as that is known, and whether all are shown."""
    if found.feasible and (sure is None or sure.earlier):
        _working(selection)
    known = len(state.catalogue().modules)
    with st.container(horizontal=True, vertical_alignment="center", key="programme_notes"):
        shown = {"ten": "Show the programme and what is next", "all": f"Show all {known} modules"}
        with st.container(key="programme_show_controls", width=330):  # before a room no choices are shown
            state.choose_one("show", "Show", shown, "ten", label_visibility="collapsed")
        about = f"{sure.told} {SURE}".strip() if sure else "Click a module to read its evidence below."
        st.caption(" ".join([*found.told, about]))


SURE = "Core: chosen in 95 % of the redrawn rooms or more; likely: in half; contested: in 5 %; out: in fewer."


@st.fragment(run_every=OFTEN)
def _working(selection: Selection) -> None:
    """How far the redrawn rooms are; draws the page anew when they are done."""
    said = "How sure is each module? The programme is chosen anew in 1 000 redrawn rooms"
    if not live.redrawing():  # begun a moment later: a slider that still moves begins nothing
        st.progress(0.0, f"{said} …")
        return
    job = data.redrawn(selection)
    if job.failed:
        st.caption("How sure each module is could not be worked out; in half a minute it will be tried again.")
        return
    if job.done:
        st.rerun()
    done, of = job.progress
    step = f"room {numerals.count(done)} of {numerals.count(of)}" if of else "waiting" if job.waiting else "redrawing"
    st.progress(done / of if of else 0.0, f"{said}: {step} …")


def ways_on(selection: Selection, found: Programme) -> None:
    """For each bound that collides, the button that loosens it by as little as it takes; nothing where none does."""
    if found.feasible:
        return
    ways = filter(None, (_way(selection, found, bound) for bound in found.clash))
    each = {label: (key, codes) for label, key, codes in ways}  # two groups may have a floor, and there is one for all
    st.write("**Ways on**, each of them enough by itself:")
    with st.container(horizontal=True, key="ways_on"):
        for place, (label, way) in enumerate(each.items()):
            st.button(label, key=f"way_{place}", on_click=state.put, args=way)
        st.button("Back to the usual rules", key="way_usual", type="tertiary", on_click=_usual)


def _way(selection: Selection, found: Programme, bound: Bound) -> tuple[str, str, list[str]] | None:
    """What to put where, and how the button is called; None where this bound alone cannot be loosened enough."""
    name = found.labels.get(bound.about, "")
    if bound.kind == "locked":
        return f"Unlock “{name}”", "lock", [code for code in found.rules.locked if code != bound.about]
    if bound.kind == "left":
        return f"Take “{name}” back in", "left", [code for code in found.rules.left if code != bound.about]
    if bound.kind == "hours":
        curve = data.programme_curve(selection)
        enough = curve.loc[curve["group"].isna() & curve["spent"].notna(), "hours"]
        enough = enough[enough > found.rules.hours]
        least = None if enough.empty else _whole(enough.min())
        return None if least is None else (f"Give {in_hours(least)}", "hours", [str(least)])
    if bound.kind in ("floor", "balance"):
        most = _most(selection, bound.kind, getattr(found.rules, bound.kind))
        what = {"floor": "floor", "balance": "balance of aspects"}[bound.kind]
        return None if most is None else (f"Lower the {what} to {most} %", bound.kind, [str(most)])
    return None


def _most(selection: Selection, key: str, asked: int) -> int | None:
    """The greatest percentage below the asked one with which a programme is possible; None where none helps."""
    evidence, whole = data.planning(selection), data.planned(selection)

    def possible(percent: int) -> bool:
        return bool(choose(evidence.problem(replace(whole, **{key: percent}))).feasible[0])  # type: ignore[arg-type]

    if not possible(0):
        return None
    low, high = 0, asked
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if possible(middle) else (low, middle)
    return low


def curve_groups(found: Programme, evidence: Evidence) -> dict[str, str]:
    """Label by code of the groups that the curve draws: those with a floor, the largest first."""
    n = found.priorities.dropna(subset=["group"]).groupby("group", sort=False)["n"].max()
    heard = n[n.index.isin(evidence.heard)].astype("Float64").fillna(0)
    return {code: found.groups[code] for code in heard.nlargest(GROUPS).index}


def groups_told(found: Programme, evidence: Evidence) -> str:
    """Which groups the curve leaves out, and why."""
    drawn, labels = curve_groups(found, evidence), found.groups
    more = [labels[code] for code in evidence.heard if code not in drawn]
    hidden = [labels.get(code, code) for code in evidence.unheard]
    said = ["Each group’s line is of its own need; the short lines are the floors that the bounds give them."]
    said += [f"Not drawn, as they are smaller: {'; '.join(more)}; the numbers have them."] * bool(more)
    said += [f"Without a line or a floor, as too few people’s needs may be shown: {'; '.join(hidden)}."] * bool(hidden)
    return " ".join(said)


def instead(found: Programme) -> int:
    """The other budget that the chosen one is set beside."""
    sizes = [module.hours for module in state.catalogue().modules]
    low, high, now = int(min(sizes)), _whole(sum(sizes)), int(found.rules.hours)
    usual = now - LESS if now - LESS >= low else now + LESS
    return state.choose_number("instead", "Set beside it: hours", low, high, min(usual, high), width=330)


def base(selection: Selection, found: Programme) -> Base:
    """What the figures stand on: people and tables of one event, and the rules."""
    one = one_event(selection)
    room, heard, asked = data.room(one), data.table_room(one), found.rules
    n = people(room, one)
    who = "too few people to say" if n is None else numerals.people(n)
    topic = contents(heard.catalogue)
    ranked = heard.ballots(topic).n if topic else 0
    rule = f"{in_hours(asked.hours)}, survey {asked.weight} %, floor {asked.floor} %"
    parts = [f"n = {who} and {numerals.tables(ranked)}", one.words(room.catalogue, room.label), rule]
    if found.by:
        parts.append(f"compared by {room.catalogue.comparisons[found.by].label.lower()}")
    parts += [room.title + " (demo)" * room.is_demo, f"data version {room.version}"]
    facts = files.facts(room, replace(one, by=found.by)) | {"tables": str(ranked), "rules": rule}
    facts |= {"locked_in": ", ".join(asked.locked), "left_out": ", ".join(asked.left)}
    return Base(" · ".join(parts), facts, partial(_labelled, found))


def of_rooms(whole: Base, sure: Certainty | None) -> Base:
    """The same for a figure that shows how sure modules are: it names the data version of that."""
    if not (sure and sure.earlier):
        return whole
    told = f"certainty of data version {sure.earlier}"
    return replace(whole, words=f"{whole.words} · {told}", facts={**whole.facts, "certainty": told})


def _labelled(found: Programme, frame: pd.DataFrame) -> pd.DataFrame:
    known = state.catalogue()
    names = {"module": found.labels, "group": found.groups, "competency": known.labels}
    out = frame.copy()
    for column in names.keys() & set(out):
        at = list(out).index(column) + 1
        out.insert(at, f"{column}_label", [names[column].get(code, "") for code in out[column]])
    return out


def form_base(whole: Base, form: Form) -> Base:
    """The same for the form."""

    def labelled(frame: pd.DataFrame) -> pd.DataFrame:
        pairs = list(zip(frame["topic"], frame["option"], strict=True))
        return frame.assign(topic_label=frame["topic"].map(form.titles), option_label=[form.labels[p] for p in pairs])

    return replace(whole, labelled=labelled)


def form(found: Form) -> str:
    """What is drafted of each topic of the form, what clashes and what would hurt fewer, as HTML."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in found.lines.values())
    told = [("Whom that shuts out: ", found.clash), ("What would hurt fewer: ", found.alternative)]
    more = "".join(f"<p><b>{lead}</b>{escape(text)}</p>" for lead, text in told if text)
    return f"<section class='form'><ul>{lines}</ul>{more}</section>"


def form_part(found: Form) -> str:
    """The part of the form whose options are looked at; `` where there is none."""
    topics = {topic.code for topic in state.catalogue().topic}
    parts = {code: title for code, title in found.titles.items() if code in topics}
    if not parts:
        return ""
    first = "duration" if "duration" in parts else next(iter(parts))
    return state.choose_one("topic", "Part of the form", parts, first, width=330)


def of_part(found: Form, topic: str) -> pd.DataFrame:
    """FORM of one topic."""
    return found.frame[found.frame["topic"] == topic].reset_index(drop=True)


def part(found: Form, topic: str) -> dict[str, Any]:
    """What the chart of one part of the form is drawn with."""
    labels = {option: label for (of, option), label in found.labels.items() if of == topic}
    return {"labels": labels, "title": f"{found.titles[topic]}: what speaks for each option", "k": data.threshold()}


def evidence(selection: Selection, codes: Iterable[str], found: Form) -> pd.DataFrame:
    """EVIDENCE of these lines: modules, and choices of form."""
    chosen, lines = found.chosen, list(codes)
    form = {topic: option for topic, option in chosen.items() if f"{FORM}{topic}" in lines}
    known = {module.code for module in state.catalogue().modules}
    return data.evidence(selection, tuple(code for code in lines if code in known), tuple(form.items()))


def choose_line(found: Programme, drafted: Form) -> str:
    """The line whose evidence is read: the one clicked or chosen, else the first of the programme."""
    others = [code for code in found.labels if code not in found.chosen]
    options = {code: found.labels[code] for code in (*found.chosen, *others)}
    options |= {f"{FORM}{topic}": f"Form: {drafted.titles[topic]}" for topic in drafted.chosen}
    look: Any = {"help": "Or click one in the chart above", "width": 520}
    return state.choose_one("line", "Line of the programme", options, next(iter(options)), **look)


def about(line: str, found: Programme, drafted: Form) -> None:
    """What a line is: of a module its hours and method, and buttons that lock it in or leave it out."""
    known = state.catalogue()
    module = next((one for one in known.modules if one.code == line), None)
    if module is None:
        st.write(drafted.lines[line.removeprefix(FORM)])
        return
    st.html(f"<p class='module'>{escape(module.sentence)}<br><small>{escape(_facts(module, known))}</small></p>")
    with st.container(horizontal=True, key="line_rules"):
        for key, codes, on, off in (
            ("lock", found.rules.locked, "Lock it in", "Unlock it"),
            ("left", found.rules.left, "Leave it out", "Take it back in"),
        ):
            is_on = line in codes
            st.button(off if is_on else on, key=f"line_{key}", on_click=_turn, args=(key, line, not is_on))


def _turn(key: str, line: str, on: bool) -> None:
    """Lock a module in or leave it out, or no longer; not both at once."""
    for other in ("lock", "left"):
        rest = [code for code in state.asked(other) if code != line]
        state.put(other, [*rest, line] if on and other == key else rest)


def _facts(module: Module, known: Catalogue) -> str:
    roles = known.dimensions["role"].labels if "role" in known.dimensions else {}
    labels = {one.code: one.label for one in known.modules}
    method = {option: label for topic in known.topic for option, label in known.options_of(topic.code).items()}
    parts = [in_hours(module.hours), method.get(module.method or "", ""), "; ".join(_taught(module, known))]
    parts += [f"for {', '.join(roles.get(code, code) for code in module.audience)}"] * bool(module.audience)
    parts += [f"after {', '.join(labels[code] for code in module.requires)}"] * bool(module.requires)
    return " · ".join(part for part in parts if part)


def _taught(module: Module, known: Catalogue) -> list[str]:
    return [known.labels[code] for code in module.competencies]


def receipt(found: Receipt, known: Catalogue) -> str:
    """What a line stands on as HTML: piece by piece with links, then what tables wrote."""
    if found.evidence.empty:
        return "<p>No evidence for it may be shown.</p>"
    pieces = found.evidence[found.evidence["kind"] != "quote"]
    cards = "".join(_card(name, rows, known) for name, rows in pieces.groupby("about", sort=False))
    quotes = "".join(f"<li>{escape(quote)}</li>" for quote in found.quotes)
    wrote = f"<h3>What tables wrote</h3><ul class='lines'>{quotes}</ul>" if quotes else ""
    return f"<section class='receipt'><div class='lists'>{cards}</div>{wrote}</section>"


def _card(name: object, rows: pd.DataFrame, known: Catalogue) -> str:
    labels = known.labels | {o: label for t in known.topic for o, label in known.options_of(t.code).items()}
    order = list(EVIDENCE_KINDS)
    items = "".join(
        f"<li>{escape(text)} <a href='{escape(link)}'>see it</a></li>"
        for _, text, link in sorted(
            rows[["kind", "text", "link"]].itertuples(index=False), key=lambda row: order.index(str(row[0]))
        )
    )
    return f"<section><h3>{escape(labels.get(str(name), str(name)))}</h3><ul>{items}</ul></section>"
