"""The command that prints what people reply to the questions of the session."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click
import pandas as pd

from sctrain import questions as session
from sctrain import views
from sctrain.analysis.questions import contrast_sentence, sentence
from sctrain.catalogue import Question
from sctrain.cli.parts import formats, put, read, selecting
from sctrain.errors import SelectionError
from sctrain.report import tables as files
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.views import Room


@click.command()
@selecting
@click.option("--by", help="Compare by: city_size, city_size_band, discipline, role …")
@click.option("--question", metavar="CODE", help="Only this one: training_needed, how_long …")
@click.option("--clashes", is_flag=True, help="Whom the duration and form chosen most often does not suit, instead.")
@formats
def questions(form: str, question: str | None, clashes: bool, **query: Any) -> None:
    """Print what Session questions shows: replies with n and interval, by group, and clashes of format."""
    selection, room = read(query)
    replies = views.replies(open_store(), room)
    asked = session.asked(room, replies)
    if question is not None and question not in asked:
        raise SelectionError("question that anybody replied to", question, asked)
    if clashes:
        _put_clashes(form, room, selection, session.clash(room, replies, selection))
        return
    chosen = {code: q for code, q in asked.items() if question in (None, code)}
    frame = session.replied(room, replies, selection)
    whole = session.replied(room, replies, replace(selection, by=None))
    against = session.contrasts(room, replies, selection)
    told = {code: _told(q, room, selection, whole, against) for code, q in chosen.items()}
    frame = frame[frame["question"].isin(list(chosen))]
    put(form, _labelled(frame, chosen) if form == "table" else frame, {}, files.facts(room, selection), told)


def _told(question: Question, room: Room, selection: Selection, whole: pd.DataFrame, against: pd.DataFrame) -> str:
    labels = {option.code: option.label for option in question.option}
    said = [question.label, sentence(whole[whole["question"] == question.code], labels)]
    if selection.by in room.compared_by:
        rows = against[against["question"] == question.code]
        said.append(contrast_sentence(rows, labels, room.group_labels(selection.by or "")))
    return " ".join(said)


def _labelled(frame: pd.DataFrame, asked: dict[str, Question]) -> pd.DataFrame:
    """Options by their labels, which are a question's own."""
    labels = {(q.code, option.code): option.label for q in asked.values() for option in q.option}
    keys = zip(frame["question"], frame["option"], frame["or_more"], strict=True)
    names = [labels[question, option] + " or more" * bool(more) for question, option, more in keys]
    return frame.assign(option=names).drop(columns="or_more")


def _put_clashes(form: str, room: Room, selection: Selection, clash: session.Clash) -> None:
    told = {"sentence": " ".join(clash.sentences) or clash.why, "kinder": clash.told}
    frame = clash.clashes
    if form == "table":
        labels = {(by, group): label for by in room.compared_by for group, label in room.group_labels(by).items()}
        keys = zip(frame["dimension"], frame["group"], strict=True)
        names = [labels.get((by, group), "everyone") for by, group in keys]
        frame = frame.assign(option=names)[["duration", "form", "dimension", "option", *list(frame)[4:]]]
    put(form, frame, {}, files.facts(room, selection), told)
