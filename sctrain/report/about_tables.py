"""The chapters about the World-Café tables: where they meet the survey, what they agreed on, and what they wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd

from sctrain.cards import JOIN
from sctrain.charts.challenges import challenge_heat
from sctrain.charts.consensus import consensus_ranks
from sctrain.charts.robust import methods_agree
from sctrain.charts.voices import voices_slope
from sctrain.frames import CODED, CONSENSUS, RAISED, TOP_FIVE, VOICES
from sctrain.notes import NoteRoom
from sctrain.report.about_people import TOP
from sctrain.report.document import Block, Bullets, Field, Figure, Heading, Numbers, Table, Text, stop
from sctrain.report.sources import Sources
from sctrain.store.queries import NOTES_TOPIC

LISTS = {
    "both": "In the core of both the survey and the tables",
    "tables only": "High at the tables, not high in the survey",
    "survey only": "High in the survey, not high at the tables",
}
"""What a list of competencies means."""


def two_voices(of: Sources) -> Iterator[Block]:
    """Where survey and tables meet: ranks side by side, the lists, and the methods that agree."""
    met, labels = of.meeting, of.known.labels
    if met is None:
        yield Text(_one_voice(of))
        return
    yield Text(stop(met.sentence))
    yield Text(stop(met.told))
    counted, base = met.accord.iloc[0], of.of_both()
    sizes: dict[str, Any] = {"core": int(counted["core"]), "tables": int(counted["tables"])}
    voices = Numbers("voices", met.voices, VOICES, base)
    draw = partial(voices_slope, met.voices, labels=labels, k=of.k, **sizes)
    yield Figure("voices", voices, "Rank in the survey and at the tables", draw, stop(met.sentence), TOP)
    yield Bullets(tuple(_voiced(of, met.voices, voice) for voice in LISTS), spoken=True)
    yield Heading("Whatever the method", 2)
    yield Text(stop(met.robust_told))
    methods = Numbers("methods", met.top_five, TOP_FIVE, base)
    agree = partial(methods_agree, met.top_five, met.robust, labels, k=of.k)
    yield Figure("methods", methods, "Which methods put a competency into their first five", agree)


def _voiced(of: Sources, voices: pd.DataFrame, voice: str) -> str:
    """The competencies that these voices raise, in a sentence, the greatest need first."""
    rows = voices[voices["voice"] == voice]
    rows = rows.sort_values("table_rank" if voice == "tables only" else "survey_rank", kind="stable")
    names = [of.known.labels[code] for code in rows["competency"]]
    return f"{LISTS[voice]} ({len(names)}): {'; '.join(names) or 'none'}."


def _one_voice(of: Sources) -> str:
    if of.contents is None:
        return "No table has ranked the competencies, or their list is hidden: there is one voice only."
    return f"Only the tables can be heard here. {of.silence}".strip()


def agreed_lists(of: Sources) -> Iterator[Block]:
    """What the tables agreed on, a part for each list they ranked."""
    if not of.ranked:
        yield Text("No table has ranked a list that may be shown yet.")
        return
    if of.selection.filters:
        yield Text("Filters choose people. What tables said is not filtered.", quiet=True)
    for topic in of.known.topic:
        if topic.code in of.ranked:
            yield Heading(topic.label, 2)
            yield from _list(of, topic.code, topic.label)


def _list(of: Sources, topic: str, label: str) -> Iterator[Block]:
    agreed, labels = of.agreed(topic), of.table_room.labels(topic)
    said, tables = stop(agreed.sentence), int(agreed.agreement["tables"].iloc[0])
    yield Text(said)
    numbers = Numbers(f"tables_{topic}", agreed.consensus, CONSENSUS, of.of_tables(topic))
    draw = partial(consensus_ranks, agreed.consensus, labels, tables=tables)
    yield Figure(numbers.name, numbers, f"{label}: the order the tables agree on", draw, said, TOP)
    fields = (
        *(Field("Rank", "borda_rank", "rank_low", "rank_high"), Field(label, "option_label")),
        *(Field("Borda points", "borda"), Field("First at", "first"), Field("Ranked by", "ranked_by")),
    )
    caption = f"{label}, in the order of {tables} tables; in brackets the 95 % intervals"
    yield Table(numbers, caption, fields, _by_borda)


def _by_borda(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["ranked_by"] > 0].sort_values("borda_rank", kind="stable", na_position="last")


def challenges(of: Sources) -> Iterator[Block]:
    """What stands in the way, which solutions were offered, and the lines cleared for publication."""
    room = of.notes
    if not len(room.noted):
        veil = "What tables wrote is hidden until the presenter reveals it."
        yield Text(veil if NOTES_TOPIC in room.hidden else "No table has written anything down yet.")
        return
    yield Text(stop(room.sentence))
    if room.coding_told:
        yield Text(room.coding_told, quiet=True)
    labels, solutions = _called(room)
    yield _raised(of, labels)
    base = of.of_lines().labelling(lambda frame: _with_about(frame, labels, solutions, room.catalogue.labels))
    numbers = Numbers("challenges", room.coded, CODED, base)
    draw = partial(challenge_heat, room.coded, labels=labels, solution_labels=solutions)
    shown = "Solutions that tables offered for each challenge"
    yield Figure("challenges", numbers, shown, draw, stop(room.sentence), TOP)
    fields = (
        Field("Table", "table_number"),
        Field("Kind", "kind"),
        Field("As written", "text"),
        Field("About", "about"),
    )
    cleared = int(room.coded["cleared"].astype(bool).sum())
    if cleared:
        yield Table(numbers, "Lines cleared for publication, as the tables wrote them", fields, _cleared)
    if rest := len(room.coded) - cleared:
        yield Text(f"{rest} of {len(room.coded)} lines are not cleared for publication, and not quoted.", quiet=True)


def _raised(of: Sources, labels: Mapping[str, str]) -> Table:
    """The challenges by the number of tables that raised them."""

    def named(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(challenge_label=frame["code"].map(labels).fillna("not coded"))

    numbers = Numbers("raised", of.notes.raised, RAISED, of.of_lines().labelling(named))
    fields = (
        *(Field("Challenge", "challenge_label"), Field("Tables", "tables"), Field("Lines", "lines")),
        Field("Lines with a solution", "answered"),
    )
    return Table(
        numbers, "Challenges, those raised at most tables first", fields, _most_raised, True, stop(of.notes.sentence)
    )


def _most_raised(rows: pd.DataFrame) -> pd.DataFrame:
    raised = rows[(rows["kind"] == "challenge") & (rows["code"] != "") & (rows["lines"] > 0)]
    return raised.sort_values(["tables", "lines"], ascending=False, kind="stable")


def _called(room: NoteRoom) -> tuple[dict[str, str], dict[str, str]]:
    """Label by code of challenges and of solutions; a code that the catalogue no longer has is its own."""
    odd = {code: code for code in room.raised["code"] if code}
    known = room.catalogue
    return odd | {c.code: c.label for c in known.challenge}, odd | {s.code: s.label for s in known.solution}


def _with_about(
    frame: pd.DataFrame, challenges: Mapping[str, str], solutions: Mapping[str, str], competencies: Mapping[str, str]
) -> pd.DataFrame:
    """With a column of what each line is about, in words."""
    about = []
    for row in frame.itertuples():
        labels = solutions if row.kind == "solution" else challenges
        named = [competencies.get(code, code) for code in str(row.competencies).split(JOIN)]
        about.append("; ".join(filter(None, (labels.get(str(row.code), str(row.code)), *named))))
    return frame.assign(about=about)


def _cleared(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["cleared"].astype(bool)].sort_values(["table_number", "line"], kind="stable")
