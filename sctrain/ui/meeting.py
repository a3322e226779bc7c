"""Words and lists for the pages where survey and tables meet."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from sctrain import numerals, tables
from sctrain.analysis.agenda import Card
from sctrain.catalogue import Catalogue
from sctrain.report import tables as files
from sctrain.selection import Selection
from sctrain.tables import TableRoom
from sctrain.ui import data
from sctrain.ui.base import Base
from sctrain.views import people
from sctrain.voices import Debate, Meeting, contents, of_one_event

LISTS = {
    "both": ("Both voices", "in the core of the survey and of the tables"),
    "tables only": ("Tables only", "high at the tables, not high in the survey"),
    "survey only": ("Survey only", "high in the survey, not high at the tables"),
}
"""What a list of competencies is called, and what it means."""
REST = {"cannot tell": "It cannot be told of", "neither": "In neither core"}


def sizes(met: Meeting) -> dict[str, int]:
    """How many competencies are the core, and how many tables ranked them."""
    told = met.accord.iloc[0]
    return {"core": int(told["core"]), "tables": int(told["tables"])}


def threshold(selection: Selection, room: TableRoom) -> int:
    """From how many people on numbers of the tables' event are shown."""
    return data.room(of_one_event(selection, room)).threshold


def base(selection: Selection, room: TableRoom, topic: str | None = None, by: str | None = None) -> Base:
    """What a figure about both voices stands on."""
    topic = topic or contents(room.catalogue) or ""
    facts, labels = tables.facts(room, topic), room.labels(topic)
    one = of_one_event(selection, room)
    n = people(data.room(one), one)
    who = "too few people to say" if n is None else numerals.people(n)
    facts |= files.facts(data.room(one), one) | {"compared_by": by or ""}
    event = room.event.title + " (demo)" * room.event.is_demo
    told = [
        f"n = {who} and {numerals.tables(int(facts['tables_that_ranked']))}",
        facts["filters"],
        facts["topic"].lower(),
    ]
    if by:
        told.append(f"people compared by {room.catalogue.comparisons[by].label.lower()}")
    words = " · ".join([*told, event, f"data version {room.version}"])
    return Base(words, facts, lambda frame: _labelled(frame, labels))


def _labelled(frame: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    column = "competency" if "competency" in frame else "option"
    return frame.assign(**{f"{column}_label": frame[column].map(labels)})


def lists(met: Meeting, known: Catalogue) -> str:
    """The lists of competencies as HTML, each with what it means, then the rest in a line each."""
    told = "".join(_list(met.voices, voice, known) for voice in LISTS)
    return f'<div class="lists">{told}</div>{"".join(_rest(met.voices, voice, known) for voice in REST)}'


def _rest(voices: pd.DataFrame, voice: str, known: Catalogue) -> str:
    names = [escape(known.labels[code]) for code in voices.loc[voices["voice"] == voice, "competency"]]
    return f'<p class="base">{REST[voice]} ({len(names)}): {"; ".join(names)}.</p>' if names else ""


def _list(voices: pd.DataFrame, voice: str, known: Catalogue) -> str:
    rows = voices[voices["voice"] == voice]
    rows = rows.sort_values("table_rank" if voice == "tables only" else "survey_rank", kind="stable")
    names = "".join(f"<li>{escape(known.labels[code])}</li>" for code in rows["competency"])
    title, meaning = LISTS[voice]
    body = f"<ul>{names}</ul>" if names else "<p>none</p>"
    return f"<section><h3>{title} ({len(rows)})</h3><p>{meaning}</p>{body}</section>"


def depends(met: Meeting, known: Catalogue) -> None:
    """Tell on what it depends whether a competency is in the top five, where they are not robust."""
    rows = met.robust[~met.robust["robust"].astype(bool)]
    items = [
        f"<li><b>{escape(known.labels[str(row.competency)])}</b> ({row.inside} of {row.methods}): "
        f"it depends {escape(str(row.depends))}.</li>"
        for row in rows.itertuples()
    ]
    if items:
        st.html(f'<ul class="depends">{"".join(items)}</ul>')


def asked(known: Catalogue, topic: str) -> bool:
    """Whether the survey asks about the options of a topic, too."""
    return topic == contents(known)


def explained(known: Catalogue, by: str | None, asked: bool) -> str:
    """In which order the cards come."""
    if not asked:
        return "The more points an option has and the further tables are apart on it, the earlier its card."
    groups = f" Groups of people: by {known.comparisons[by].label.lower()}." if by else ""
    return f"The greater the need and the wider the disagreement, the earlier the card.{groups}"


def cards(debate: Debate, selection: Selection, room: TableRoom, topic: str, by: str | None) -> None:
    """The first options to debate, each with its sentence, who is furthest apart, a question and a link."""
    selection = replace(selection, events=(room.event.code,))
    found = [_card(place, card, selection, topic, by) for place, card in enumerate(debate.cards, 1)]
    if found:
        st.html(f'<div class="cards">{"".join(found)}</div>')


def _card(place: int, card: Card, selection: Selection, topic: str, by: str | None) -> str:
    paragraphs = {"why": card.sentence, "apart": card.apart, "question": card.question, "place": card.place}
    told = "".join(f'<p class="{name}">{escape(text)}</p>' for name, text in paragraphs.items())
    link = f'<a href="{escape(_link(card, selection, topic, by))}">{_SEE[card.view]}</a>'
    return f'<article class="card"><h3>{place}. {escape(card.title)}</h3>{told}{link}</article>'


_SEE = {"tables": "See every table’s list", "groups": "See the groups side by side"}


def _link(card: Card, selection: Selection, topic: str, by: str | None) -> str:
    """The address of the chart that a card speaks of, with the same people and data version."""
    query = selection.query()
    if card.view == "tables":
        return f"tables?{urlencode(query | {'topic': topic, 'option': card.option})}#tables"
    return f"gaps?{urlencode(query | {'by': by or '', 'measure': 'gap', 'competency': card.option})}#groups"
