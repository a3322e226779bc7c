"""Pictures of who answered and how: a profile dimension, what was marked, one competency's pairs of marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sctrain.charts.gaps import FAINT, hidden_words, of_all, sentence
from sctrain.charts.parts import Drawing, Record, as_given, label_of, layer, one, pixel, records, words
from sctrain.charts.rows import Rows, Sign
from sctrain.charts.theme import FADED, LIGHT, SMALL_N, Look, hidden_for, ink, interval, mix
from sctrain.frames import ANSWERED, MIX
from sctrain.numerals import count, people, percent
from sctrain.privacy import THRESHOLD

NOT_SAID = "not said"
PARTS = {
    "both": "importance and level",
    "importance_only": "importance only",
    "level_only": "level only",
    "neither": "neither",
}
"""What may be marked, in the order of the bar."""
PERCENT = {"labelExpr": "format(datum.value, '.0%')"}


def who_mix(
    mix: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    title: str,
    ordered: bool = False,
    k: int = THRESHOLD,
) -> Drawing:
    """Shares of one dimension's options with their 95 % Wilson interval and n.

    `ordered` options keep the frame's order, others go from the largest down; "not said" is last.
    """
    found = _mixed(one(MIX, MIX.check(mix), "dimension"), ordered)
    rows = Rows(look, [_option(labels, r["option"]) for r in found], _mix_key(look, found), columns=92)
    x = rows.scale((0, max((r["share_high"] or r["share"] or 0 for r in found), default=0) or 1), **PERCENT)
    tip = {"name": "answer", "about": "share", "people": "people"}
    layers = [
        rows.back(tip),
        rows.cover(),
        rows.bars(x, "zero", "share", fill={"value": look.survey}, opacity=FAINT, tip=tip),
        *_whiskers(look, x),
        rows.names(),
        *rows.column("value", 42, "share", bold=True),
        *rows.column("people", 2, "n"),
        *rows.signs(),
        *rows.notes(),
    ]
    data = [{**r, **_mix_words(r, _option(labels, r["option"]), base_of(found), k), "zero": 0} for r in found]
    return rows.draw(
        f"{title}: share of {people(base_of(found))}" if base_of(found) else title,
        _mix_says(found, labels, title, k),
        rows.place(data),
        layers,
        ("option",),
    )


def _mix_key(look: Look, found: Sequence[Record]) -> list[Sign]:
    """What the line is, and that bars of few people are faded where there are such."""
    key = [Sign("95 % interval", "stroke", stroke=look.text, weight=look.px(1.5))]
    pale = mix(look.background, look.survey, FADED)
    faded = any(r["share"] is not None and r["n"] < SMALL_N for r in found)
    return key + [Sign(f"faded: n below {SMALL_N}", "square", fill=pale)] * faded


def _whiskers(look: Look, x: Record) -> list[Record]:
    """The intervals, on a halo that keeps them apart from their bars."""
    ends: Record = {"y": pixel("y"), "x": {"field": "share_low", **x}, "x2": {"field": "share_high"}}
    paint = ((look.background, 4.5), (look.text, 1.5))
    return [layer({"type": "rule", "color": colour, "strokeWidth": look.px(wide)}, **ends) for colour, wide in paint]


def mix_alt(mix: pd.DataFrame, labels: Mapping[str, str], *, title: str, k: int = THRESHOLD) -> str:
    """What `who_mix` shows, in a sentence."""
    return _mix_says(_mixed(one(MIX, MIX.check(mix), "dimension"), False), labels, title, k)


def _mix_says(found: list[Record], labels: Mapping[str, str], title: str, k: int) -> str:
    base = base_of(found)
    known = sorted((r for r in found if r["n"] is not None and r["option"]), key=lambda r: -r["n"])
    says = f"{title}: {count(base)} people, {len(found)} answers"
    for word, r in zip(("most often", "least often"), (known[0], known[-1]) if known else (), strict=False):
        says += f"; {word} {_option(labels, r['option'])}: {percent(r['share'], base)}, n {count(r['n'])}"
    return sentence(says + hidden_words(found, k))


def _mixed(mix: pd.DataFrame, ordered: bool) -> list[Record]:
    """The options in the order of the rows."""
    found = records(MIX, mix, "n", "share", "share_low", "share_high")
    return sorted(found, key=lambda r: (r["option"] == "", 0 if ordered else -(r["n"] or 0)))


def _option(labels: Mapping[str, str], option: str) -> str:
    return label_of(labels, option) if option else NOT_SAID


def base_of(found: Sequence[Record]) -> float:
    """How many people the shares are shares of; 0 where nothing says it."""
    return next((r["n"] / r["share"] for r in found if r["n"] and r["share"]), 0)


def _mix_words(row: Record, name: str, base: float, k: int) -> Record:
    hidden = bool(row["suppressed"])
    share, low, high = (percent(row[f"share{end}"], base) for end in ("", "_low", "_high"))
    return {
        "name": name,
        "note": hidden_for(k) if hidden else "",
        "faint": (row["n"] or 0) < SMALL_N,
        "value": "" if hidden else share,
        "about": hidden_for(k) if hidden else interval(share, low, high),
        "people": "" if hidden else count(row["n"] or 0),
    }


def who_answered(
    answered: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    top: int | None = None,
    k: int = THRESHOLD,
) -> Drawing:
    """For each competency the shares who marked importance and level, one of them, or neither."""
    found = _most_marked(ANSWERED.check(answered))
    shown = found[:top]
    fills = dict(zip(PARTS, (look.gap, look.importance, look.level, look.background), strict=True))
    edges = {**dict.fromkeys(PARTS, look.background), "neither": look.hatch}
    key = [Sign(said, "square", fill=fills[part], stroke=edges[part]) for part, said in PARTS.items()]
    rows = Rows(look, [label_of(labels, r["competency"]) for r in shown], key, columns=92)
    placed = rows.place(_answer_words(r, label_of(labels, r["competency"]), k) for r in shown)
    bars = [{**place, **part} for place, r in zip(placed, shown, strict=True) for part in _bars(r, fills, edges)]
    x = rows.scale((0, 1), **PERCENT)
    tip = {"name": "competency", "part": "marked", "share": "share", "people": "people"}
    layers = [
        rows.back({name: tip[name] for name in ("name", "people")}),
        rows.cover(),
        rows.bars(x, "start", "end", bars, fill=as_given("fill"), stroke=as_given("edge"), tip=tip),
        _inside(rows, x, bars),
        rows.names(),
        *rows.column("value", 42, "both", bold=True),
        *rows.column("people", 2, "n"),
        *rows.signs(),
        *rows.notes(),
    ]
    title = "What people marked" + of_all(shown, found)
    return rows.draw(title, _answered_says(found, labels, k), placed, layers, ("competency",))


def answered_alt(answered: pd.DataFrame, labels: Mapping[str, str], *, k: int = THRESHOLD) -> str:
    """What `who_answered` shows, in a sentence."""
    return _answered_says(_most_marked(ANSWERED.check(answered)), labels, k)


def _answered_says(found: list[Record], labels: Mapping[str, str], k: int) -> str:
    known = [r for r in found if r["both"] is not None]
    says = f"share of people who marked importance and level of {len(found)} competencies"
    for word, r in zip(("most", "fewest"), (known[0], known[-1]) if known else (), strict=False):
        says += f"; {word} for {label_of(labels, r['competency'])}: {percent(r['both'], r['n'])}, n {count(r['n'])}"
    return sentence(says + hidden_words(found, k))


def _most_marked(answered: pd.DataFrame) -> list[Record]:
    found = records(ANSWERED, answered, "n", *PARTS)
    return sorted(found, key=lambda r: (r["both"] is None, -(r["both"] or 0)))


def _answer_words(row: Record, name: str, k: int) -> Record:
    hidden = bool(row["suppressed"])
    return {
        "competency": row["competency"],
        "suppressed": hidden,
        "name": name,
        "note": hidden_for(k) if hidden else "no answers" if row["both"] is None else "",
        "value": "" if row["both"] is None else percent(row["both"], row["n"]),
        "people": "" if hidden else count(row["n"] or 0),
    }


def _bars(row: Record, fills: Mapping[str, str], edges: Mapping[str, str]) -> list[Record]:
    """The parts of a row's bar, from where to where."""
    if row["both"] is None:
        return []
    found, start = [], 0.0
    for part, said in PARTS.items():
        end = round(start + row[part], 4)
        told = {"part": said, "share": percent(row[part], row["n"])}
        drawn = {"fill": fills[part], "edge": edges[part], "ink": ink(fills[part])}
        found.append({**told, **drawn, "start": start, "end": end, "middle": (start + end) / 2})
        start = end
    return found


def _inside(rows: Rows, x: Record, bars: Sequence[Record]) -> Record:
    """The share in each part that has room for it; that of both stands in its column."""
    room = {"filter": f"datum.start > 0 && (datum.end - datum.start) * (finish - begin) > {rows.look.px(34)}"}
    return layer(
        words(rows.look, align="center", fontSize=rows.look.px(12)),
        data=bars,
        transform=[*rows.transform, room],
        x={"field": "middle", **x},
        y=pixel("y"),
        text={"field": "share"},
        color=as_given("ink"),
    )
