"""The chapters about people: what they need, what groups of them need, what they replied, and who they are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd

from sctrain.analysis.questions import sentence as reply_sentence
from sctrain.catalogue import Question
from sctrain.charts.clashes import formats_matrix
from sctrain.charts.gaps import gaps_priority
from sctrain.charts.gaps_map import gaps_map
from sctrain.charts.heat import gaps_heat
from sctrain.charts.missing import target_mix, weighted_ranks
from sctrain.charts.questions import replies_shares
from sctrain.charts.who import who_answered, who_mix
from sctrain.frames import ANSWERED, FORMATS, GAPS, MEASURES, MISSING, MIX, REPLIES, WEIGHTED
from sctrain.missing import labels as target_labels
from sctrain.questions import DURATION, FORM
from sctrain.report.base import Base
from sctrain.report.document import Bars, Block, Field, Figure, Heading, Numbers, Table, Text, stop
from sctrain.report.sources import Sources
from sctrain.store.queries import REPLIES as REPLIES_TOPIC

TOP = 10
"""Rows of a chart on paper; the table below it has all."""
SHORT = {"mwds": "MWDS", "gap": "Gap", "rds": "RDS"}
FEW = 3
"""Most numbers of formats that are not worth a picture."""


def needs(of: Sources) -> Iterator[Block]:
    """The competencies by need: chart, importance–level map and the whole table."""
    if of.silence:
        yield Text(of.silence)
        return
    measure, known = of.selection.measure, of.known
    yield Text(
        f"{len(known.codes)} competencies were marked twice, from {known.scale.low} to {known.scale.high}: how "
        f"important each is, and how far people have come. They are ranked by {MEASURES[measure]}."
    )
    gaps = Numbers("needs", of.gaps, GAPS, of.of_people())
    about: dict[str, Any] = {"labels": known.labels, "k": of.k}
    bars = Bars("competency_label", measure, f"{measure}_low", f"{measure}_high", MEASURES[measure], _by_need)
    draw = partial(gaps_priority, of.gaps, measure=measure, **about)
    yield Figure("needs", gaps, f"Training needs by {MEASURES[measure]}", draw, stop(of.findings[0]), TOP, bars)
    on: dict[str, Any] = {
        "crosshair": of.crosshair,
        "scale": known.scale,
        "aspects": known.aspects,
        "cross": of.selection.cross,
    }
    on_map = partial(gaps_map, of.gaps, **on, **about)
    yield Figure("importance_and_level", gaps, "Importance and present level of every competency", on_map)
    fields = (
        *(Field("Rank", "rank", "rank_low", "rank_high"), Field("Competency", "competency_label")),
        Field(SHORT[measure], measure, f"{measure}_low", f"{measure}_high"),
        *(Field("Importance", "importance"), Field("Level", "level")),
        *((Field("Gap", "gap"),) if measure != "gap" else ()),
        Field("n", "n"),
    )
    yield Table(gaps, "All competencies by need; in brackets the 95 % intervals", fields, _by_need)


def _by_need(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values("rank", kind="stable", na_position="last")


def by_group(of: Sources) -> Iterator[Block]:
    """The needs of each group: heat map, and the three greatest of each."""
    if of.silence or of.by is None or of.grouped["group"].isna().all():
        yield Text(of.silence or "Nobody said what group they are in, so no groups are compared.")
        return
    label, measure = of.known.comparisons[of.by].label, of.selection.measure
    grouped = Numbers("groups", of.grouped, GAPS, of.of_people(of.by))
    shown: dict[str, Any] = {"labels": of.known.labels, "group_labels": of.groups, "measure": measure, "k": of.k}
    if left := of.grouped["group"].nunique() - len(of.groups):
        yield Text(f"Drawn are the {len(of.groups)} groups with the most people; {left} more are in the workbook.")
    said = next((text for text in of.findings[1:] if any(name in text for name in of.groups.values())), "")
    title = f"{MEASURES[measure].capitalize()} by {label.lower()}"
    yield Figure("groups", grouped, title, partial(gaps_heat, of.grouped, **shown), said, TOP)
    fields = (
        *(Field(label, "group_label"), Field("Rank", "rank", "rank_low", "rank_high")),
        Field("Competency", "competency_label"),
        Field(SHORT[measure], measure, f"{measure}_low", f"{measure}_high"),
        Field("n", "n"),
    )
    yield Table(grouped, "The three greatest needs of each group; in brackets the 95 % intervals", fields, _first_three)
    if hidden := grouped.hidden:
        yield Text(f"{hidden} of {len(of.grouped)} numbers are hidden to protect fewer than {of.k} people.", quiet=True)


def _first_three(rows: pd.DataFrame) -> pd.DataFrame:
    place = {group: i for i, group in enumerate(rows["group"].unique())}
    first = rows[rows["rank"].le(3).fillna(value=False)]
    return first.assign(_group=first["group"].map(place)).sort_values(["_group", "rank"], kind="stable")


def replies(of: Sources) -> Iterator[Block]:
    """What people replied to each question of the session, and whom the usual format does not suit."""
    if of.silence or not of.asked:
        veil = "Replies to the session’s questions are hidden until the presenter reveals them."
        none = veil if REPLIES_TOPIC in of.room.hidden else "Nobody has replied to the questions of the session yet."
        yield Text(of.silence or none)
        return
    for question in of.asked.values():
        yield Heading(question.label, 2)
        yield from _reply(of, question)
    if len(of.clash.formats):
        yield Heading("How long, in which form, and whom that does not suit", 2)
        yield from _formats(of)


def _reply(of: Sources, question: Question) -> Iterator[Block]:
    labels = {option.code: option.label for option in question.option}
    frame = of.replied[of.replied["question"] == question.code].reset_index(drop=True)
    said = stop(reply_sentence(frame, labels))
    yield Text(said)
    numbers = Numbers(f"replies_{question.code}", frame, REPLIES, _with_options(of.of_people(), labels))
    about: dict[str, Any] = {
        "labels": labels,
        "title": question.label,
        "ordered": question.kind == "ordered",
        "k": of.k,
    }
    order = _in_order if question.kind == "ordered" else _largest
    bars = Bars("option_label", "share", "share_low", "share_high", "share of those who replied", order, share=True)
    spoken = said if question.code in (DURATION, FORM) else ""
    yield Figure(numbers.name, numbers, question.label, partial(replies_shares, frame, **about), spoken, None, bars)


def _with_options(base: Base, labels: dict[str, str]) -> Base:
    def labelled(frame: pd.DataFrame) -> pd.DataFrame:
        out = frame.copy()
        out.insert(list(out).index("option") + 1, "option_label", out["option"].map(labels))
        return out

    return base.labelling(labelled)


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[~rows["or_more"].astype(bool)]


def _largest(rows: pd.DataFrame) -> pd.DataFrame:
    return _in_order(rows).sort_values("n", ascending=False, kind="stable", na_position="last")


def _formats(of: Sources) -> Iterator[Block]:
    clash = of.clash
    for text in filter(None, (*clash.sentences, clash.told, clash.why)):
        yield Text(stop(text))
    durations, forms = ({o.code: o.label for o in of.asked[code].option} for code in (DURATION, FORM))
    if int((clash.formats["n"].fillna(0) > 0).sum()) and clash.formats["n"].notna().sum() > FEW:
        labels = {"duration": durations, "form": forms}
        base = of.of_people().labelling(lambda frame: _labelled(frame, labels))
        numbers = Numbers("formats", clash.formats, FORMATS, base)
        draw = partial(formats_matrix, clash.formats, durations, forms, k=of.k)
        yield Figure("formats", numbers, "How many people chose each duration with each form", draw)
    else:
        yield Text("How many people chose each duration with each form is not drawn: too few numbers may be shown.")


def _labelled(frame: pd.DataFrame, labels: dict[str, dict[str, str]]) -> pd.DataFrame:
    out = frame.copy()
    for name, called in labels.items():
        out.insert(list(out).index(name) + 1, f"{name}_label", out[name].map(called))
    return out


def who(of: Sources) -> Iterator[Block]:
    """Who answered, what they left out, and who is missing against the target."""
    if of.silence:
        yield Text(of.silence)
        return
    mix = Numbers("who_answered", of.mix, MIX, of.of_people())
    for name in of.dimensions:
        yield from _mix(of, mix, name)
    yield Heading("What was left out", 2)
    yield Text("What was skipped counts nowhere: it is never taken for a low mark.")
    numbers = Numbers("left_out", of.answered, ANSWERED, of.of_people())
    draw = partial(who_answered, of.answered, of.known.labels, k=of.k)
    yield Figure("left_out", numbers, "Who marked importance and level of each competency", draw, "", TOP)
    yield Heading("Who is missing", 2)
    yield from _missing(of)


def _mix(of: Sources, mix: Numbers, name: str) -> Iterator[Block]:
    dimension, rows = of.known.dimensions[name], of.mix[of.mix["dimension"] == name].reset_index(drop=True)
    labels = {option: of.room.label(name, option) for option in rows["option"]}
    about: dict[str, Any] = {"labels": labels, "title": dimension.label, "ordered": dimension.ordered, "k": of.k}
    yield Figure(f"who_{name}", mix, f"Who answered: {dimension.label.lower()}", partial(who_mix, rows, **about))


def _missing(of: Sources) -> Iterator[Block]:
    met = of.missing
    if met is None:
        yield Text("Nobody has said whom the answers should speak for, so nobody can be called missing.")
        return
    yield Text(stop(met.sentence))
    missing = Numbers("missing", met.missing, MISSING, of.of_people().labelling(lambda frame: _targets(of, frame)))
    for name in met.missing["dimension"].unique():
        rows, labels = (
            met.missing[met.missing["dimension"] == name].reset_index(drop=True),
            target_labels(of.room, name),
        )
        draw = partial(target_mix, rows, labels, title=of.known.dimensions[name].label, k=of.k)
        title = f"Against the target: {of.known.dimensions[name].label.lower()}"
        yield Figure(f"target_{name}", missing, title, draw)
    yield Text(stop(met.told))
    if met.weights.margins:
        weighted = Numbers("weighted", met.weighted, WEIGHTED, of.of_people())
        draw = partial(weighted_ranks, met.weighted, of.known.labels, k=of.k)
        yield Figure("weighted", weighted, "Ranks as people came, and weighted to the target", draw, "", 8)


def _targets(of: Sources, frame: pd.DataFrame) -> pd.DataFrame:
    out = frame.copy()
    called = {name: target_labels(of.room, name) for name in out["dimension"].unique()}
    labels = [called[d].get(o, o) for d, o in zip(out["dimension"], out["option"], strict=True)]
    out.insert(list(out).index("option") + 1, "option_label", labels)
    return out
