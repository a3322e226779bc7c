"""The options of one part of a programme's form: what speaks for each, by people and by tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sctrain.charts.gaps import hidden_words, sentence
from sctrain.charts.parts import Drawing, Record, label_of, one, records
from sctrain.charts.rows import Rows, Sign
from sctrain.charts.theme import LIGHT, Look, hidden_for
from sctrain.frames import FORM
from sctrain.numerals import DASH, count, percent
from sctrain.privacy import THRESHOLD

SIDE = 330
"""How far from the right edge the bars end where wide, in px."""
PEOPLE, TABLES, STATE = 232, 130, 2
"""How far from it the columns end."""
_NUMBERS = ("ranked_by", "tables", "table_rank", "rank_low", "rank_high", "n", "respondents", "share", "score")


def form_rows(
    form: pd.DataFrame, labels: Mapping[str, str], look: Look = LIGHT, *, title: str, k: int = THRESHOLD
) -> Drawing:
    """What speaks for each option of a topic as a bar, what is drafted on a band and first, then by score.

    Beside it the share of people who chose it and its rank at the tables; a hidden share says so.
    """
    frame = one(FORM, FORM.check(form), "topic")
    kept = frame[["option", "chosen", "kinder", "clashes"]].to_dict("records")
    found = [{**r, **more} for r, more in zip(records(FORM, frame, *_NUMBERS), kept, strict=True)]
    found = [{**r, **_tables(frame, i)} for i, r in enumerate(found)]
    found.sort(key=lambda r: (not r["chosen"], -(r["score"] or 0)))
    rows = Rows(look, [label_of(labels, r["option"]) for r in found], _key(look), columns=0)
    x = rows.scale((0, 1), grid=True, values=[0, 0.5, 1], labelExpr="['little', '', 'most'][2 * datum.value]")
    data = [{**_row(r, k), "name": label_of(labels, r["option"])} for r in found]
    tip = {"name": "option", "people": "people", "ranked": "tables", "word": "in the draft"}
    layers = [
        rows.back(tip, shaded="datum.chosen"),
        rows.cover(),
        rows.bars(x, "zero", "score", fill={"value": look.gap}),
        rows.names(),
        *_wide(rows.column("people", PEOPLE, "people")),
        *_wide(rows.column("ranked", TABLES, "tables")),
        *rows.column("word", STATE, ""),
        *rows.signs(),
    ]
    ends = {"finish": f"width - (wide ? {look.px(SIDE)} : 6)"}
    return rows.draw(title, _says(data, found, title, k), rows.place(data), layers, ("option",), ends)


def _tables(frame: pd.DataFrame, place: int) -> Record:
    """What the gate of people’s answers does not hide: the tables’ ranks, and a score that is of these alone."""
    names = ("ranked_by", "tables", "table_rank", "rank_low", "rank_high")
    told: Record = {name: None if pd.isna(value := frame[name].iloc[place]) else int(value) for name in names}
    score = frame["score"].iloc[place]
    return {**told, "score": None if pd.isna(score) else round(float(score), 6)}


def _key(look: Look) -> list[Sign]:
    return [
        Sign("what speaks for it, of both voices", "M-1,-0.5L1,-0.5L1,0.5L-1,0.5Z", fill=look.gap),
        Sign("drafted", "square", fill=look.band, stroke=look.quiet),
    ]


def _row(row: Record, k: int) -> Record:
    share, rank = row["share"], row["table_rank"]
    people = hidden_for(k) if row["suppressed"] else DASH
    if share is not None:
        people = f"{percent(share, row['respondents'])} of {count(row['respondents'])}"
    ranked = f"not ranked by {count(row['tables'])}" if row["tables"] else DASH
    if rank is not None:
        ranked = f"rank {count(rank)} ({count(row['rank_low'])}{DASH}{count(row['rank_high'])})"
    word = "shuts out some" if row["clashes"] else "hurts fewer" if row["kinder"] else ""
    return {
        "option": row["option"],
        "chosen": bool(row["chosen"]),
        "zero": 0,
        "score": row["score"],
        "people": "hidden" if row["suppressed"] else people,
        "ranked": ranked,
        "word": word,
        "said": f"{people}; {ranked}",
    }


def _wide(parts: Sequence[Record]) -> list[Record]:
    return [{**part, "transform": [*part.get("transform", ()), {"filter": "wide"}]} for part in parts]


def _says(data: Sequence[Record], found: Sequence[Record], title: str, k: int) -> str:
    drafted = [f"{r['name']} ({r['said']})" for r in data if r["chosen"]]
    says = f"{title}: {len(data)} options by how much speaks for them; drafted: {', '.join(drafted) or 'none'}"
    says += "".join(f"; {r['name']} {r['word']}" for r in data if r["word"])
    return sentence(says + hidden_words(found, k))
