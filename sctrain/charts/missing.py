"""Who is missing against the target, and the order of needs as people came beside the order weighted to the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sctrain.charts.gaps import FAINT, hidden_words, of_all, sentence
from sctrain.charts.panels import faded_sign
from sctrain.charts.parts import Drawing, Record, calculate, label_of, layer, one, pixel, records
from sctrain.charts.rows import Rows, Sign
from sctrain.charts.theme import LIGHT, SMALL_N, Look, hidden_for, interval
from sctrain.frames import MISSING, WEIGHTED
from sctrain.numerals import DASH, count, people, percent, two_digits
from sctrain.privacy import THRESHOLD

PERCENT = {"labelExpr": "format(datum.value, '.0%')"}
FIRST = 5
"""The places that are compared."""


def target_mix(
    missing: pd.DataFrame, labels: Mapping[str, str], look: Look = LIGHT, *, title: str, k: int = THRESHOLD
) -> Drawing:
    """One dimension's shares with their 95 % Wilson intervals against the target's, with n and weight.

    Options come in the frame's order; hidden ones say "fewer than `k`".
    """
    found = records(MISSING, one(MISSING, MISSING.check(missing), "dimension"), "kind", *_NUMBERS)
    targets = missing.set_index("option")["target"].to_dict()  # whom the answers should speak for is no secret
    base = _base(found)
    drawn = [_mix_row(r, labels, targets[r["option"]], base, k) for r in found]
    key = [
        Sign("share, 95 % interval", "circle", fill=look.survey),
        Sign("target", "diamond", stroke=look.text, weight=look.px(2)),
    ]
    if any(r["faint"] and r["share"] is not None for r in drawn):
        key.append(faded_sign(look, look.survey))
    rows = Rows(look, [r["name"] for r in drawn], key, columns=166)
    whole = f"{title}: share of {people(base)} within the target" if base else f"{title} against the target"
    return rows.draw(
        whole, _mix_says(found, labels, title, k), rows.place(drawn), _mix_layers(rows, drawn), ("option",)
    )


def _mix_layers(rows: Rows, drawn: Sequence[Record]) -> list[Record]:
    look = rows.look
    ends = [r[name] for r in drawn for name in ("share", "share_high", "aim") if r[name] is not None]
    x = rows.scale((0, max(ends, default=0) or 1), **PERCENT)
    tip = {"name": "answer", "about": "share", "aimed": "target", "more": "missing", "people": "people"}
    whisker = {"type": "rule", "color": look.survey, "strokeWidth": look.px(2)}
    dot = {"type": "point", "shape": "circle", "fill": look.survey, "size": look.px(11) ** 2}
    aim = {"type": "point", "shape": "diamond", "fill": "transparent", "stroke": look.text, "strokeWidth": look.px(2)}
    aim |= {"size": look.px(15) ** 2}
    return [
        rows.back(tip),
        rows.cover(),
        layer(whisker, y=pixel("y"), x={"field": "share_low", **x}, x2={"field": "share_high"}, opacity=FAINT),
        layer(
            dot, transform=[{"filter": "isValid(datum.share)"}], y=pixel("y"), x={"field": "share", **x}, opacity=FAINT
        ),
        layer(
            aim,
            transform=[{"filter": "isValid(datum.aim) && !datum.suppressed"}],
            y=pixel("y"),
            x={"field": "aim", **x},
        ),
        rows.names(),
        *rows.column("people", 116, "n"),
        *rows.column("more", 56, "missing", bold=True),
        *rows.column("weight", 2, "weight"),
        *rows.signs(),
        *rows.notes(),
    ]


_NUMBERS = ("n", "share", "share_low", "share_high", "missing", "weight", "reached")


def target_alt(missing: pd.DataFrame, labels: Mapping[str, str], *, title: str, k: int = THRESHOLD) -> str:
    """What `target_mix` shows, in a sentence."""
    found = records(MISSING, one(MISSING, MISSING.check(missing), "dimension"), "kind", *_NUMBERS)
    return _mix_says(found, labels, title, k)


def _mix_says(found: Sequence[Record], labels: Mapping[str, str], title: str, k: int) -> str:
    lacking = [r for r in found if r["missing"]]
    said = [f"{title} against the target, {len(found)} answers"]
    said += [f"{label_of(labels, r['option'])}: {people(r['missing'])} missing" for r in lacking]
    return sentence("; ".join(said) + hidden_words(found, k))


def _base(found: Sequence[Record]) -> float:
    return next((r["n"] / r["share"] for r in found if r["n"] and r["share"]), 0)


def _mix_row(row: Record, labels: Mapping[str, str], target: float, base: float, k: int) -> Record:
    hidden, aim = bool(row["suppressed"]), None if pd.isna(target) else float(target)
    outside = row["kind"] == "outside"
    share, low, high = (percent(row[f"share{end}"], base) for end in ("", "_low", "_high"))
    note = hidden_for(k) if hidden else "outside the target: keeps its part" if outside else ""
    return {
        "option": row["option"],
        "name": label_of(labels, row["option"]),
        "suppressed": hidden,
        "note": note,
        "faint": (row["n"] or 0) < SMALL_N,
        **{name: row[name] for name in ("share", "share_low", "share_high")},
        "aim": aim,
        "about": note or interval(share, low, high),
        "aimed": DASH if aim is None else percent(aim, base),
        "people": "" if hidden else count(row["n"] or 0),
        "more": "" if row["missing"] is None else count(row["missing"]),
        "weight": "" if row["weight"] is None else two_digits(row["weight"]),
    }


def weighted_ranks(
    weighted: pd.DataFrame, labels: Mapping[str, str], look: Look = LIGHT, *, top: int = 8, k: int = THRESHOLD
) -> Drawing:
    """Ranks as people came, with their 95 % range, beside the ranks weighted to the target.

    Shown are the first `top` of either order. A line stands after the first five.
    """
    found = records(WEIGHTED, WEIGHTED.check(weighted), *_RANKS, "place")
    found.sort(key=lambda r: (r["rank"] is None, r["rank"] or 0))
    shown = [r for r in found if min(r["rank"] or top + 1, r["rank_weighted"] or top + 1) <= top] or found[:top]
    drawn = [_rank_row(r, labels, k) for r in shown]
    key = [
        Sign("as they came, 95 % range", "circle", fill=look.survey),
        Sign("weighted to the target", "diamond", stroke=look.text, weight=look.px(2)),
    ]
    rows = Rows(look, [r["name"] for r in drawn], key, columns=150)
    title = "Rank of need as people came and weighted to the target" + of_all(shown, found)
    return rows.draw(title, _rank_says(found, labels, k), rows.place(drawn), _rank_layers(rows, drawn), ("competency",))


def _rank_layers(rows: Rows, drawn: Sequence[Record]) -> list[Record]:
    look = rows.look
    last = max((r[name] or 0 for r in drawn for name in _RANKS[1:4]), default=0) or 1
    whole = [rank for rank in (1, 5, 10, 15, 20, 25, 30, 35, 40) if rank <= last]
    x = rows.scale((0.5, max(last, FIRST) + 0.5), title="rank of need, 1 = greatest", values=whole)
    tip = {"name": "competency", "ranks": "rank", "weighted": "weighted rank", "people": "people"}
    whisker = {"type": "rule", "color": look.survey, "strokeWidth": look.px(2)}
    came = {"type": "point", "size": look.px(10) ** 2, "shape": "circle", "fill": look.survey}
    aim = {"type": "point", "size": look.px(15) ** 2, "shape": "diamond", "fill": "transparent"}
    return [
        rows.back(tip, "datum.moves"),
        _after_first(rows, x),
        rows.cover(),
        layer(whisker, y=pixel("y"), x={"field": "rank_low", **x}, x2={"field": "rank_high"}),
        layer(came, transform=[{"filter": "isValid(datum.rank)"}], y=pixel("y"), x={"field": "rank", **x}),
        layer(
            {**aim, "stroke": look.text, "strokeWidth": look.px(2)},
            transform=[{"filter": "isValid(datum.rank_weighted)"}],
            y=pixel("y"),
            x={"field": "rank_weighted", **x},
        ),
        rows.names(),
        *rows.column("gaps", 44, "gap → weighted", bold=True),
        *rows.column("n", 2, "n"),
        *rows.signs(),
        *rows.notes(),
    ]


def _after_first(rows: Rows, x: Record) -> Record:
    """A line after the fifth place; where narrow only beside the marks, so that it crosses no label."""
    half = rows.look.px(rows.band / 2 + 2)
    beside = [
        calculate("edge_top", f"wide ? datum.top : datum.y - {half}"),
        calculate("edge_bottom", f"wide ? datum.bottom : datum.y + {half}"),
    ]
    edge: Record = {"y": pixel("edge_top"), "y2": {"field": "edge_bottom"}}
    mark = {"type": "rule", "color": rows.look.quiet, "strokeDash": [4, 3]}
    return layer(mark, transform=beside, x={"datum": FIRST + 0.5, **x}, **edge)


_RANKS = ("n", "rank", "rank_high", "rank_weighted", "rank_low", "gap", "gap_weighted")


def weighted_alt(weighted: pd.DataFrame, labels: Mapping[str, str], *, k: int = THRESHOLD) -> str:
    """What `weighted_ranks` shows, in a sentence."""
    return _rank_says(records(WEIGHTED, WEIGHTED.check(weighted), *_RANKS, "place"), labels, k)


def _rank_says(found: Sequence[Record], labels: Mapping[str, str], k: int) -> str:
    after = sorted((r for r in found if r["rank_weighted"]), key=lambda r: r["rank_weighted"])[:FIRST]
    said = [f"ranks of {len(found)} competencies as people came and weighted to the target"]
    told = [
        f"{label_of(labels, r['competency'])} {count(r['rank_weighted'])}, before {count(r['rank'])}" for r in after
    ]
    return sentence("; ".join([*said, *told]) + hidden_words(found, k))


def _rank_row(row: Record, labels: Mapping[str, str], k: int) -> Record:
    hidden = bool(row["suppressed"])
    best, worst = row["rank_low"] or row["rank"], row["rank_high"] or row["rank"]
    note = hidden_for(k) if hidden else "no answers" if row["gap"] is None else ""
    weighted = DASH if row["rank_weighted"] is None else count(row["rank_weighted"])
    return {
        "competency": row["competency"],
        "name": label_of(labels, row["competency"]),
        "suppressed": hidden,
        "note": note,
        "moves": row["place"] in ("comes in", "goes out"),
        **{name: row[name] for name in ("rank", "rank_low", "rank_high", "rank_weighted")},
        "gaps": "" if note else f"{two_digits(row['gap'])} → {two_digits(row['gap_weighted'])}",
        "ranks": note
        or ("" if best is None else f"{count(row['rank'] or best)} (95 %: {count(best)}{DASH}{count(worst)})"),
        "weighted": weighted,
        "people": hidden_for(k) if hidden else count(row["n"] or 0),
        "n": "" if hidden else count(row["n"] or 0),
    }
