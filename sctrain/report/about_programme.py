"""The chapter about the programme: its modules and how sure they are, its form, and the receipt of each line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from sctrain import numerals, programme, receipts, views
from sctrain.analysis.programme_words import hours as in_hours
from sctrain.catalogue import Module
from sctrain.charts.programme import programme_rows
from sctrain.charts.programme_curve import programme_curve
from sctrain.frames import CURVE, FORM, MODULES
from sctrain.frames.receipts import EVIDENCE
from sctrain.programme import Evidence, Form, Programme
from sctrain.report import tables as files
from sctrain.report.about_people import TOP
from sctrain.report.about_saved import saved
from sctrain.report.base import Base
from sctrain.report.document import Block, Bullets, Data, Field, Figure, Heading, Numbers, Table, Text, stop
from sctrain.report.sources import Sources
from sctrain.selection import PROGRAMME, Selection
from sctrain.voices import contents, of_one_event

SURE = "Core: chosen in 95 % of the redrawn rooms or more; likely: in half; contested: in 5 %; out: in fewer."
NARROW = 620
"""Width of figures in px whose heads would meet on a page's width."""
GROUPS = 4
"""Most groups that the curve draws."""


def planned(of: Sources) -> Selection:
    """What decides a programme: the people of the tables' event, how they are compared, and every rule."""
    given: dict[str, Any] = {name: getattr(of.selection, name) for name in PROGRAMME}
    whose = of_one_event(of.selection, of.table_room).people
    return replace(whose, by=of.by, measure=of.selection.measure, **given)


def modules(of: Sources) -> Iterator[Block]:
    """What is taught within the hours, how sure that is, what more hours would buy, the form, and the receipts."""
    if not of.known.modules:
        yield Text("The catalogue of this event has no modules, so no programme is drafted.")
        return
    view = planned(of)
    evidence = programme.evidence(of.of_event, of.table_room, view)
    if np.isnan(evidence.voices.need).all() and not (np.nan_to_num(evidence.voices.points) > 0).any():
        yield Text("Neither survey nor tables name a need that may be shown, so no programme is drafted.")
        return
    found = programme.read(evidence, view)
    form = programme.form(of.of_event, of.table_room, _replies(of), view)
    by_hand = [*saved(of, view, form)]
    yield from by_hand
    if by_hand:
        yield Heading("As the rules choose it", 2)
    if found.why:
        yield Text(stop(found.why))
    else:
        yield from _chosen(of, view, evidence, found)
    yield from _form(of, view, found, form)
    yield from _receipts(of, view, found)


def _chosen(of: Sources, view: Selection, evidence: Evidence, found: Programme) -> Iterator[Block]:
    rooms = programme.robust(of.of_event, of.table_room, evidence, view)
    found, base = programme.with_rooms(found, rooms), _base(of, view, found)
    yield Text(stop(found.sentence))
    for note in found.told:
        yield Text(note, quiet=True)
    numbers = Numbers("modules", found.modules, MODULES, base)
    draw = partial(programme_rows, found.modules, found.labels, rooms=rooms.drawn)
    shown, said = "What each module covers of the need by itself", stop(found.sentence)
    yield Figure("programme", numbers, shown, draw, said, TOP, width=NARROW)
    fields = (
        *(Field("No.", "order"), Field("Module", "module_label"), Field("Hours", "hours")),
        *(Field("Covers", "priority"), Field("Only it", "adds")),
        *(Field("How sure", "certainty"), Field("In rooms", "share_chosen")),
    )
    caption = "The modules in their order: what each covers of the need, and what no other of them covers"
    yield Table(numbers, caption, fields, _in_order, spoken=True, finding=said)
    yield Text(f"The programme was chosen anew in {numerals.count(rooms.drawn)} redrawn rooms. {SURE}", quiet=True)
    yield Heading("What more hours would buy", 2)
    less = programme.falls(evidence, view, max(found.rules.hours - programme.DAY, 0))
    yield Text(stop(less.sentence))
    curve = programme.curve(evidence, view)
    drawn = partial(programme_curve, curve, _largest(found, evidence), hours=found.rules.hours)
    shown = "Share of the need that is covered, by the hours of the programme"
    yield Figure("curve", Numbers("curve", curve, CURVE, base), shown, drawn, stop(less.sentence), width=NARROW)


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["chosen"].astype(bool)].sort_values("order")


def _largest(found: Programme, evidence: Evidence) -> dict[str, str]:
    """The groups that the curve draws: those with a floor, the largest first."""
    n = found.priorities.dropna(subset=["group"]).groupby("group", sort=False)["n"].max()
    heard = n[n.index.isin(evidence.heard)].astype("Float64").fillna(0)
    return {code: found.groups[code] for code in heard.nlargest(GROUPS).index}


def _base(of: Sources, view: Selection, found: Programme) -> Base:
    """People and tables of one event, and the rules."""
    room, asked, n = of.of_event, found.rules, views.people(of.of_event, view)
    who = "too few people to say" if n is None else numerals.people(n)
    topic = contents(of.known)
    ranked = of.table_room.ballots(topic).n if topic else 0
    rule = f"{in_hours(asked.hours)}, survey {asked.weight} %, floor {asked.floor} %"
    parts = [f"n = {who} and {numerals.tables(ranked)}", view.words(of.known, room.label), rule]
    if found.by:
        parts.append(f"compared by {of.known.comparisons[found.by].label.lower()}")
    parts += [room.title + " (demo)" * room.is_demo, f"data version {room.version}"]
    facts = files.facts(room, replace(view, by=found.by), of.today) | {"tables": str(ranked), "rules": rule}
    facts |= {"locked_in": ", ".join(asked.locked), "left_out": ", ".join(asked.left)}
    return Base(" · ".join(parts), facts, partial(_labelled, found)).on(of.today)


def _labelled(found: Programme, frame: pd.DataFrame) -> pd.DataFrame:
    out = frame.copy()
    for name, labels in (("module", found.labels), ("group", found.groups)):
        if name in out:
            said = out[name].map(labels).where(out[name].notna(), "everyone")
            out.insert(list(out).index(name) + 1, f"{name}_label", said)
    return out


def _form(of: Sources, view: Selection, found: Programme, form: Form) -> Iterator[Block]:
    yield Heading("In which form", 2)
    said = [*form.lines.values()]
    said += [f"Whom that shuts out: {form.clash}"] * bool(form.clash)
    said += [f"What would hurt fewer: {form.alternative}"] * bool(form.alternative)
    yield Bullets(tuple(map(stop, said)), spoken=True) if said else Text("Nobody has said in which form.")
    base = _base(of, view, found).labelling(
        lambda frame: frame.assign(
            topic_label=frame["topic"].map(form.titles),
            option_label=[form.labels[pair] for pair in zip(frame["topic"], frame["option"], strict=True)],
        )
    )
    yield Data(Numbers("form", form.frame, FORM, base), "What speaks for each form")


def _receipts(of: Sources, view: Selection, found: Programme) -> Iterator[Block]:
    """Each chosen module: what it is, and the evidence it stands on, in sentences and cleared lines."""
    if not found.chosen:
        return
    known = {module.code: module for module in of.known.modules}
    heard = receipts.read(of.engine, replace(view, version=of.selection.version))
    frame = receipts.evidence(heard, {code: known[code].competencies for code in found.chosen})
    yield Heading("The receipt of each line", 2)
    yield Text("Every module with the evidence it stands on, as the page Programme opens it.")
    for code in found.chosen:
        shown = receipts.receipt(heard, frame, code)
        yield Heading(f"{known[code].label} ({in_hours(known[code].hours)})", 3)
        yield Text(_about(of, known[code]))
        yield Bullets((*shown.sentences, *shown.quotes))
    base = _base(of, view, found).labelling(lambda rows: rows.assign(line_label=rows["line"].map(found.labels)))
    yield Data(Numbers("evidence", frame, EVIDENCE, base), "The evidence of each module, piece by piece")


def _about(of: Sources, module: Module) -> str:
    """What a module is, how and for whom it is given, and what comes before it."""
    known, labels = of.known, {one.code: one.label for one in of.known.modules}
    methods = known.options_of("methodology") if any(t.code == "methodology" for t in known.topic) else {}
    roles = known.dimensions.get("role")
    said = [module.sentence and stop(module.sentence)]
    said.append(f"Method: {methods[module.method]}." if module.method in methods else "")
    if module.audience and roles:
        said.append(f"For: {'; '.join(map(roles.label_of, module.audience))}.")
    if module.requires:
        said.append(f"After: {'; '.join(labels[code] for code in module.requires)}.")
    said.append(f"Competencies: {'; '.join(known.labels[code] for code in module.competencies)}.")
    return " ".join(filter(None, said))


def _replies(of: Sources) -> Any:
    """The replies of the people of the tables' event."""
    return of.replies if of.of_event is of.room else views.replies(of.engine, of.of_event)
