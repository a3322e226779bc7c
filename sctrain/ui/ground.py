"""What the page Common ground says in words, and what its figures stand on."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from sctrain import numerals
from sctrain.analysis.findings import listed
from sctrain.analysis.ground import hidden_with, nobody_with
from sctrain.catalogue import Catalogue
from sctrain.charts.who import who_mix
from sctrain.frames import MIX
from sctrain.ground import WHO, Ground, labels
from sctrain.selection import Selection
from sctrain.ui import data, page, words
from sctrain.ui.base import Base


def of_event(selection: Selection) -> Selection:
    """The people of the first of the selection's events: tables speak for one."""
    return replace(selection, events=(data.note_room(selection).event.code,))


def base(selection: Selection) -> tuple[Base, Base]:
    """What a figure about people stands on, and what one about people and tables."""
    room = data.note_room(selection)
    found, wrote = page.of_people(selection, None), room.noted["table_number"].nunique()
    found = replace(found, labelled=lambda frame: _labelled(frame, labels(room.catalogue)))
    n, rest = found.words.split(" · ", 1)
    told = f"{n} and {numerals.tables(wrote)} that wrote · {rest}"
    facts = {**found.facts, "tables": str(wrote), "lines": str(len(room.noted))}
    return found, replace(found, words=told, facts=facts)


def _labelled(frame: pd.DataFrame, names: dict[str, dict[str, str]]) -> pd.DataFrame:
    """With a label after each column of codes."""
    out = frame.copy()
    for column in [name for name in (*WHO, "challenge", "competency") if name in frame]:
        said = frame[column].map(names[column]).where(frame[column].notna(), "all")
        out.insert(list(out).index(column) + 1, f"{column}_label", said)
    if "code" in frame:
        pairs = zip(frame["kind"], frame["code"], strict=True)
        out.insert(list(out).index("code") + 1, "code_label", [names[kind][code] for kind, code in pairs])
    return out


def shown(selection: Selection, known: Catalogue, name: str) -> dict[str, Any]:
    """What the figure called so is drawn with."""
    names, k = labels(known), data.room(selection).threshold
    if name == "who":
        return {"labels": names["role"], "discipline_labels": names["discipline"], "k": k}
    if name == "challenges":
        return {"labels": names["challenge"], "marked": selection.challenge, "pick": "challenge", "k": k}
    return {"labels": names, "marked": selection.competency, "pick": "competency", "k": k}


def who_is_here(selection: Selection) -> None:
    """The roles and the disciplines of the people, side by side."""
    mix = data.mix(selection)
    asked = [name for name in WHO if name in words.dimensions_answered(mix)]
    for column, name in zip(st.columns(max(len(asked), 1), gap="large"), asked, strict=False):
        with column:
            one, base = words.of(mix, name), page.of_people(selection, None)
            page.figure(f"here_{name}", who_mix, one, MIX, base=base, **words.mix_options(mix, name))


def crossed(met: Ground) -> bool:
    """Whether a quarter of the cells of roles and disciplines may be shown; in a small room they seldom may."""
    inner = met.who.dropna(subset=list(WHO))
    somebody = (inner["n"].fillna(0) > 0) | inner["suppressed"].astype(bool)
    return bool(somebody.any()) and bool(inner.loc[somebody, "n"].notna().mean() >= 0.25)


def about(known: Catalogue) -> None:
    """Say what a programme is made of, as this catalogue speaks of it; its practices, for who wants to read them."""
    disciplines = known.dimensions["discipline"].option if "discipline" in known.dimensions else ()
    parts = {"challenges": known.challenge, "competencies": known.competency}
    parts |= {"work practices": known.practice, "disciplines": disciplines}
    said = listed([f"{len(entries)} {name}" for name, entries in parts.items() if entries])
    st.write(
        "A programme is many projects with one aim, planned, carried out and watched over as a whole by people of "
        f"several disciplines. This one is spoken of in {said}."
    )
    if known.practice:
        with st.expander("The work practices, each in a sentence", key="practices"):
            st.html("".join(f"<p><b>{escape(p.label)}.</b> {escape(p.sentence)}</p>" for p in known.practice))


def missing(met: Ground, known: Catalogue) -> str:
    """Which roles and disciplines nobody has, and which are here with so few that they are not shown, as HTML."""
    names, told = labels(known), []
    starts = {"Who is not here yet": nobody_with, "Here, but too few to show": hidden_with}
    for start, find in starts.items():
        found = [[names[question][code] for code in find(met.who, question)] for question in WHO]
        said = " · ".join(escape("; ".join(some)) for some in found if some)
        told += [f"<li><b>{start}:</b> {said}.</li>"] * bool(said)
    return f'<ul class="depends">{"".join(told)}</ul>' if told else ""


def invited(known: Catalogue, k: int) -> str:
    """The roles and disciplines of the catalogue, where nobody is to be shown yet, as HTML."""
    told = []
    for question in WHO:
        options = known.dimensions[question].option if question in known.dimensions else ()
        names = "; ".join(escape(o.label) for o in options)
        told += [f"<li><b>{escape(known.dimensions[question].label)}:</b> {names}.</li>"] if names else []
    heard = f'Who is to be heard:<ul class="depends">{"".join(told)}</ul>' if told else ""
    return f"Numbers appear from {k} people on. {heard}"


def challenges(known: Catalogue) -> str:
    """The challenges, each in a sentence, where nobody has named one yet, as HTML."""
    told = "".join(f"<li><b>{escape(c.label)}.</b> {escape(c.sentence)}</li>" for c in known.challenge)
    return f'<ul class="depends">{told}</ul>'


def voices_told(met: Ground, known: Catalogue) -> str:
    """What only one voice raises, or what is waited for, in a sentence; empty where there is nothing to say."""
    voices, names = met.voices, labels(known)["challenge"]
    if not len(voices) or not voices["wrote"].iloc[0]:
        return "Tables have not written anything down yet; as soon as sheets come in, their marks stand here."
    if voices["asked"].fillna(0).eq(0).all():
        return "How many people chose each challenge is shown as soon as enough have replied."
    said = []
    for voice, start in (("people only", "Only people raise"), ("tables only", "Only tables raise")):
        only = [f"“{names[code]}”" for code in voices.loc[voices["raised_by"] == voice, "challenge"]]
        said += [f"{start} {listed(only)}."] if only else []
    return " ".join(said)


def somebody(met: Ground) -> bool:
    """Whether any number of people may be shown."""
    return bool((met.who["n"].fillna(0) > 0).any())


def named(met: Ground) -> bool:
    """Whether any voice has named a challenge, as far as may be shown."""
    return bool((met.voices["tables"] > 0).any() or (met.voices["n"].fillna(0) > 0).any())


def joined(met: Ground) -> bool:
    """Whether there is anything that hangs together: a line that names a competency, or a gap."""
    return bool(met.parts["place"].notna().any())


def parts_told(met: Ground) -> str:
    """What the map is drawn from, or what it waits for."""
    if not joined(met):
        return "As soon as tables’ sheets are in, or enough people have marked the competencies, the map is drawn here."
    if not (met.links["tables"] > 0).any():
        return "No table has named a competency for a challenge yet: the lines are the catalogue’s alone."
    return (
        "What tables named together is joined in purple, what the catalogue joins in grey. "
        "Click a part to see what it is joined with."
    )
