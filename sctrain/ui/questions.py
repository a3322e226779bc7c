"""Words, choices and options of the page Session questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from sctrain.analysis.questions import contrast_sentence, sentence
from sctrain.catalogue import Question
from sctrain.questions import DURATION, FORM, Clash
from sctrain.selection import Selection
from sctrain.store.queries import REPLIES
from sctrain.ui import data, state, words
from sctrain.ui.base import Base
from sctrain.ui.controls import QUIET
from sctrain.ui.page import finding, of_people, veiled


def nothing(selection: Selection) -> bool:
    """Say that there are no replies, and how they come in; False where there are some."""
    if data.asked(selection):
        return False
    if not state.catalogue().question:
        finding("This survey has no questions of the session")
        st.write("A catalogue lists them as `[[question]]`, as `data/catalogue/questions.toml` does.")
        return True
    if veiled(data.room(selection).hidden, state.catalogue(), REPLIES):
        return True
    finding("Nobody has replied to the questions of the session yet")
    st.write("Replies come in with a survey whose mapping says which column holds them, one table for each question:")
    st.code('[question.training_needed]\ncolumn = "Is training necessary?"', language="toml")
    return True


@dataclass(frozen=True)
class Asked:
    """The question that the page is about, and the labels of its options."""

    question: Question
    labels: Mapping[str, str]

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of this question."""
        return frame[frame["question"] == self.question.code].reset_index(drop=True)


def choose(selection: Selection, clash: Clash) -> Asked:
    """The question looked at: the one chosen, else where somebody is shut out the one of duration, else the first."""
    found = data.asked(selection)
    first = DURATION if clash.shuts_out else next(iter(found))
    return _asked(found[selection.question if selection.question in found else first])


def control(selection: Selection, asked: Asked) -> None:
    """Which question is looked at."""
    labels = {code: question.label for code, question in data.asked(selection).items()}
    state.choose_one("question", "Question", labels, asked.question.code, width=560, **QUIET)


def _asked(question: Question) -> Asked:
    return Asked(question, {option.code: option.label for option in question.option})


def told(selection: Selection, asked: Asked, clash: Clash) -> tuple[str, str]:
    """The finding, and what else is to be said above the chart."""
    said = sentence(asked.of(data.replied(selection, None)), asked.labels)
    said = said if said.endswith(".") else f"{said}."
    if clash.shuts_out and asked.question.code in (DURATION, FORM):
        return clash.sentences[0], said
    return said, asked.question.sentence


def shares(asked: Asked) -> dict[str, Any]:
    """What everyone's replies are drawn with."""
    ordered = asked.question.kind == "ordered"
    return {"labels": asked.labels, "title": asked.question.label, "ordered": ordered, "k": data.threshold()}


def groups(selection: Selection, asked: Asked, by: str) -> dict[str, Any]:
    """What the replies of groups are drawn with."""
    named = words.groups(by, asked.of(data.replied(selection, by)))
    given = {"labels": asked.labels, "group_labels": named, "title": asked.question.label, "k": data.threshold()}
    if asked.question.kind == "ordered":
        whole = asked.of(data.replied(selection, None))
        middle = whole[whole["or_more"].astype(bool) & ~whole["suppressed"].astype(bool)]
        given["everyone"] = float(middle["share"].iloc[0]) if len(middle) else None
    return given


def differences(selection: Selection, asked: Asked, by: str) -> str:
    """Which groups reply otherwise than the rest."""
    labels = data.room(selection).group_labels(by)
    return contrast_sentence(asked.of(data.contrasts(selection, by)), asked.labels, labels)


def formats(selection: Selection) -> dict[str, Any]:
    """What formats are drawn with: the labels of both questions."""
    found = data.asked(selection)
    durations, forms = (_asked(found[code]).labels for code in (DURATION, FORM))
    return {"durations": durations, "forms": forms, "k": data.threshold()}


def suited(selection: Selection, clash: Clash) -> list[tuple[pd.DataFrame, dict[str, Any]]]:
    """CLASHES of each format chosen most often, and what they are drawn with."""
    room, given = data.room(selection), formats(selection)
    labels = {(by, group): label for by in room.compared_by for group, label in room.group_labels(by).items()}
    shown = {"labels": dict(room.compared_by), "group_labels": labels, "k": data.threshold()}
    shown["top"] = 10 if selection.show == "ten" else None
    parts = []
    for (duration, form), part in clash.clashes.groupby(["duration", "form"], sort=False):
        title = f"“{given['durations'][duration]}”, “{given['forms'][form]}”."
        parts.append((part.reset_index(drop=True), {**shown, "title": title}))
    return parts


MEANING = (
    "A format would suit those who chose this form or were not sure about one, and a duration at least as long. "
    "Whoever has three months has one week, too. It “does not suit” a group where that can be told of most of it. "
)
FEW = 3
"""Most numbers of formats that are told in words alone."""


def drawn(formats: pd.DataFrame) -> bool:
    """Whether so many numbers of FORMATS may be shown that they are drawn; else how many may be is said."""
    numbers = int((formats["n"].fillna(0) > 0).sum())
    if numbers and formats["n"].notna().sum() > FEW:
        return True
    shown = f"only {numbers} of {len(formats)} numbers" if numbers else "no number of people"
    st.write(f"How many people chose each duration with each form is not drawn: {shown} may be shown.")
    return False


def say(clash: Clash) -> None:
    """Whom the format would suit, what that means, which would suit more; and how many groups are shown."""
    if not clash.sentences:
        st.write(clash.why)
        return
    for text in filter(None, (*clash.sentences, clash.told)):
        st.write(text)
    without = clash.clashes["n"].isna() & clash.clashes["n_high"].notna()
    few = f" A line without a dot: fewer than {data.threshold()} people of the group are suited." * bool(without.any())
    st.caption(f"{MEANING}Groups it does not suit stand first, then those with the smallest share.{few}")
    groups = int(clash.clashes["group"].notna().sum())
    state.choose_one("show", "Show", {"ten": "Show ten groups", "all": f"Show all {groups}"}, "ten", width=190, **QUIET)


def base(selection: Selection, asked: Asked | None = None, by: str | None = None) -> Base:
    """What a figure of the page stands on: the people of the selection and the question."""
    people, room = of_people(selection, by), data.room(selection)
    facts = {**people.facts, "question": asked.question.label if asked else "how long, and in which form"}
    groups = {(d, g): label for d in room.compared_by for g, label in room.group_labels(d).items()}
    found = {code: _asked(question).labels for code, question in data.asked(selection).items()}

    def labelled(frame: pd.DataFrame) -> pd.DataFrame:
        out = frame.copy()
        if asked and "option" in out:
            out.insert(list(out).index("option") + 1, "option_label", out["option"].map(asked.labels))
        for name, code in (("duration", DURATION), ("form", FORM)):
            if name in out:
                out.insert(list(out).index(name) + 1, f"{name}_label", out[name].map(found[code]))
        if "group" in out:
            given = out["dimension"] if "dimension" in out else [by] * len(out)
            names = [groups.get((d, g)) for d, g in zip(given, out["group"], strict=True)]
            out.insert(list(out).index("group") + 1, "group_label", names)
        return out

    return Base(people.words, facts, labelled)
