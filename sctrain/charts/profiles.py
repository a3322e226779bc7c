"""Pictures of one profile and of why there are so many: its gaps, who is in it, and the numbers that were tried.

A profile is called by its letter, everywhere on a disc of its colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sctrain.charts.gaps import FAINT, about, hidden_words, of_all, sentence
from sctrain.charts.parts import (
    TEXT,
    WIDE,
    Drawing,
    Record,
    as_given,
    calculate,
    label_of,
    layer,
    one,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import Rows, Sign, first
from sctrain.charts.theme import LIGHT, SMALL_N, Look, hidden_for, ink, interval, text_width
from sctrain.charts.who import NOT_SAID, base_of
from sctrain.frames import LETTERS, PROFILE_CHOICE, PROFILE_MIX, PROFILE_NEEDS
from sctrain.numerals import DASH, count, percent, two_digits
from sctrain.privacy import THRESHOLD

DISC = 21
"""Across a profile's disc in px."""
ENDS = ("gap", "gap_low", "gap_high")
SHARES = ("n", "share", "share_low", "share_high", "share_all")
TRIED = ("stability", "stability_null", "tight", "tight_null", "jaccard", "silhouette", "smallest")
PERCENT = {"labelExpr": "format(datum.value, '.0%')"}


def accent(look: Look, letter: str) -> str:
    """The colour of a profile: one of four, grey for those after the fourth."""
    place = LETTERS.index(letter)
    return look.groups[place] if place < len(look.groups) else look.quiet


def discs(look: Look, data: Sequence[Record] | None = None, transform: Sequence[Record] = ()) -> list[Record]:
    """Letters on their discs, of records with `letter`, `paint` and the place `x`, `y` in px."""
    at: Record = {"data": data, "transform": transform, "x": pixel("x"), "y": pixel("y")}
    round_ = {"type": "point", "shape": "circle", "size": look.px(DISC) ** 2, "strokeWidth": 0}
    mark = words(look, align="center", fontWeight="bold")
    return [
        layer(round_, fill=as_given("paint"), stroke=as_given("paint"), **at),
        layer(mark, text={"field": "letter"}, color=as_given("ink"), **at),
    ]


def lettered(look: Look, letter: str) -> Record:
    """What a disc is drawn from, but for its place."""
    paint = accent(look, letter)
    return {"letter": letter, "paint": paint, "ink": ink(paint)}


def profile_gaps(
    needs: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    top: int | None = 10,
    k: int = THRESHOLD,
    marked: str | None = None,
) -> Drawing:
    """One profile's competencies by gap, the largest first: dot, 95 % interval and n.

    Marks fade below n = 10; a hidden number says so. The competency `marked` is
    outlined, and shown even beyond `top`.
    """
    found = _by_gap(needs)
    codes = first([r["competency"] for r in found], top, marked)
    shown = [r for r in found if r["competency"] in codes]
    colour = accent(look, found[0]["profile"]) if found else look.gap
    key = [Sign("95 % interval", "stroke", stroke=colour, weight=look.px(1.5))]
    rows = Rows(look, [label_of(labels, r["competency"]) for r in shown], key, columns=92)
    ends = [r[end] for r in shown for end in ENDS if r[end] is not None]
    x = rows.scale((min([0.0, *ends]), max([0.0, *ends]) or 1), title="scale points")
    layers = [
        rows.back({"name": "competency", "about": "gap", "people": "people"}),
        rows.zero(x),
        rows.cover(),
        _whisker(look, ("gap_low", "gap_high"), x, colour),
        _dot(look, "gap", x, {"shape": "circle", "fill": colour, "stroke": look.background}),
        rows.names(),
        *rows.column("value", 42, "gap", bold=True),
        *rows.column("n", 2, "n"),
        *rows.signs(),
        *rows.notes(),
        rows.outline(),
    ]
    data = [{**_gap_row(r, labels, k), "marked": r["competency"] == marked} for r in shown]
    title = "Gap: mean of importance minus present level" + of_all(shown, found)
    return rows.draw(title, _gaps_say(found, labels, k, marked), rows.place(data), layers, ("competency",))


def _by_gap(needs: pd.DataFrame) -> list[Record]:
    found = records(PROFILE_NEEDS, one(PROFILE_NEEDS, PROFILE_NEEDS.check(needs), "profile"), "n", *ENDS)
    return sorted(found, key=lambda r: (r["gap"] is None, -(r["gap"] or 0)))


def _gap_row(row: Record, labels: Mapping[str, str], k: int) -> Record:
    note = _note(row, "gap", k)
    return {
        **{name: row[name] for name in ("competency", *ENDS)},
        "name": label_of(labels, row["competency"]),
        "suppressed": bool(row["suppressed"]),
        "note": note,
        "faint": (row["n"] or 0) < SMALL_N,
        "value": "" if note else two_digits(row["gap"]),
        "about": note or about(row, "gap"),
        "people": hidden_for(k) if row["suppressed"] else count(row["n"] or 0),
        "n": "" if row["suppressed"] else count(row["n"] or 0),
    }


def _note(row: Record, name: str, k: int) -> str:
    return hidden_for(k) if row["suppressed"] else "no answers" if row[name] is None else ""


def _gaps_say(found: list[Record], labels: Mapping[str, str], k: int, marked: str | None) -> str:
    letter = f" of profile {found[0]['profile']}" if found else ""
    says, known = f"gap of {len(found)} competencies{letter}", [r for r in found if r["gap"] is not None]
    for word, r in zip(("largest", "smallest"), (known[0], known[-1]) if known else (), strict=False):
        says += f"; {word} {label_of(labels, r['competency'])}: {about(r, 'gap')}, n {count(r['n'])}"
    says += hidden_words(found, k)
    for r in found:
        if r["competency"] == marked:
            says += f"; marked {label_of(labels, r['competency'])}: {_gap_row(r, labels, k)['about']}"
    return sentence(says)


def _whisker(look: Look, ends: tuple[str, str], x: Record, colour: str, lift: float = 0) -> Record:
    start, end = ends
    known = [{"filter": f"isValid(datum.{start}) && isValid(datum.{end})"}]
    mark = {"type": "rule", "strokeWidth": look.px(1.5), "color": colour}
    mark |= {"yOffset": look.px(lift), "y2Offset": look.px(lift)} if lift else {}
    across: Record = {"x": {"field": start, **x}, "x2": {"field": end}}
    return layer(mark, transform=known, y=pixel("y"), opacity=FAINT, **across)


def _dot(look: Look, field: str, x: Record, mark: Record, size: float = 11) -> Record:
    known = [{"filter": f"isValid(datum.{field})"}]
    whole = {"type": "point", "size": look.px(size) ** 2, "strokeWidth": look.px(1.5), **mark}
    return layer(whole, transform=known, y=pixel("y"), x={"field": field, **x}, opacity=FAINT)


def profile_mix(
    mix: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    title: str,
    ordered: bool = False,
    k: int = THRESHOLD,
) -> Drawing:
    """Who is in one profile, by one dimension: share of each option with its 95 % Wilson interval, beside that of all.

    `ordered` options keep the frame's order, others go from the largest share down; "not said" is last.
    """
    found = _mixed(mix, ordered)
    colour = accent(look, found[0]["profile"]) if found else look.gap
    key = [
        Sign("in the profile, with 95 % interval", "circle", colour, colour),
        Sign("among all", "M0,-0.7L0,0.7", stroke=look.text, weight=look.px(3)),
    ]
    rows = Rows(look, [_option(labels, r["option"]) for r in found], key, columns=132)
    ends = [r[end] for r in found for end in SHARES[1:] if r[end] is not None]
    x = rows.scale((0, max(ends, default=0) or 1), **PERCENT)
    layers = [
        rows.back({"name": "answer", "about": "share", "all": "among all", "people": "people"}),
        rows.cover(),
        _tick(rows, x),
        _whisker(look, ("share_low", "share_high"), x, colour),
        _dot(look, "share", x, {"shape": "circle", "fill": colour, "stroke": look.background}),
        rows.names(),
        *rows.column("value", 84, "share", bold=True),
        *rows.column("all", 38, "all"),
        *rows.column("n", 2, "n"),
        *rows.signs(),
        *rows.notes(),
    ]
    data = [_mix_row(r, labels, base_of(found), k) for r in found]
    said = f"{title}: share of the {count(base_of(found))} people of the profile" if base_of(found) else title
    return rows.draw(said, _mix_says(found, labels, title, k), rows.place(data), layers, ("option",))


def _mixed(mix: pd.DataFrame, ordered: bool) -> list[Record]:
    frame = PROFILE_MIX.check(mix)
    for column in ("profile", "dimension"):
        one(PROFILE_MIX, frame, column)
    found = records(PROFILE_MIX, frame, *SHARES)
    return sorted(found, key=lambda r: (r["option"] == "", 0 if ordered else -(r["share"] or 0)))


def _option(labels: Mapping[str, str], option: str) -> str:
    return label_of(labels, option) if option else NOT_SAID


def _tick(rows: Rows, x: Record) -> Record:
    """An upright line at the share among all."""
    half = rows.look.px(rows.band / 2 + 1)
    where = [
        {"filter": "isValid(datum.share_all)"},
        calculate("over", f"datum.y - {half}"),
        calculate("under", f"datum.y + {half}"),
    ]
    mark = {"type": "rule", "color": rows.look.text, "strokeWidth": rows.look.px(3)}
    return layer(mark, transform=where, x={"field": "share_all", **x}, y=pixel("over"), y2={"field": "under"})


def _mix_row(row: Record, labels: Mapping[str, str], base: float, k: int) -> Record:
    note = _note(row, "share", k)
    share, low, high = (percent(row[f"share{end}"], base) for end in ("", "_low", "_high"))
    return {
        **{name: row[name] for name in ("option", *SHARES[1:])},
        "name": _option(labels, row["option"]),
        "suppressed": bool(row["suppressed"]),
        "note": note,
        "faint": False,
        "value": "" if note else share,
        "all": "" if note else percent(row["share_all"], base),
        "about": note or interval(share, low, high),
        "n": "" if note else count(row["n"]),
        "people": note or count(row["n"]),
    }


def _mix_says(found: list[Record], labels: Mapping[str, str], title: str, k: int) -> str:
    letter = f" of profile {found[0]['profile']}" if found else ""
    says, base = f"{title}{letter}: {count(base_of(found))} people, {len(found)} answers", base_of(found)
    apart = [r for r in found if stands_out(r)]
    for r in sorted(apart, key=lambda r: -abs(r["share"] - r["share_all"]))[:3]:
        share, everyone = (percent(r[name], base) for name in ("share", "share_all"))
        says += f"; {_option(labels, r['option'])} {share}, among all {everyone}"
    says += "" if apart else "; no share that is clearly another than among all"
    return sentence(says + hidden_words(found, k))


def stands_out(row: Mapping[str, object]) -> bool:
    """Whether the share among all lies outside the interval of an option's share in the profile."""
    low, high, everyone = (row[name] for name in ("share_low", "share_high", "share_all"))
    if row["suppressed"] or low is None or high is None or everyone is None or everyone != everyone:
        return False
    return not float(low) <= float(everyone) <= float(high)  # type: ignore[arg-type]


def profile_choice(choice: pd.DataFrame, look: Look = LIGHT, *, chosen: int | None = None) -> Drawing:
    """How each number of profiles stands the test: found again and tighter than chance, Jaccard, silhouette.

    A full mark far right of the open one on its line does what would not come about without profiles;
    the row of the number `chosen` is outlined.
    """
    found = records(PROFILE_CHOICE, PROFILE_CHOICE.check(choice).assign(suppressed=False), *TRIED, "reliable")
    key = _choice_key(look)
    columns = 118
    wide = max(WIDE, columns + sum(36 + text_width(sign.words, TEXT) for sign in key))
    rows = Rows(look, [f"{r['k']} profiles" for r in found], key, columns, band=30, wide_from=wide)
    ends = [r[name] for r in found for name in TRIED[:-1] if r[name] is not None]
    x = rows.scale((min([0.0, *ends]), 1), title="1 is perfect; 0 is no better than chance")
    tip = {"label": "tried", **{f"{name}_about": said for name, said in TOLD.items()}, "people": "smallest profile"}
    layers = [
        rows.back(tip),
        rows.zero(x),
        rows.cover(),
        _whisker(look, ("stability_null", "stability"), x, look.survey, -LIFT),
        _whisker(look, ("tight_null", "tight"), x, look.survey, LIFT),
        *(_dot(look, name, x, mark) for name, mark in _choice_marks(look).items()),
        rows.names(),
        *rows.column("people", 68, "smallest"),
        *rows.column("verdict", 2, "reliable", bold=True),
        *rows.signs(),
        rows.outline(),
    ]
    data = [_choice_row(r, chosen) for r in found]
    title = "Each number of profiles tried: found again in rooms of people drawn anew, and tighter than chance"
    return rows.draw(title, _choice_says(found, chosen), rows.place(data), layers, ("k",))


LIFT = 8
"""From the middle of a row to either line of marks."""
TOLD = {
    "stability": "found again",
    "stability_null": "found again without profiles",
    "jaccard": "found again of its least stable profile",
    "tight": "tighter than one cloud",
    "tight_null": "tighter by chance",
    "silhouette": "silhouette",
}


def _choice_marks(look: Look) -> dict[str, Record]:
    """The mark of each number: on the upper line what is found again, on the lower how far profiles are apart."""
    over, under = {"yOffset": look.px(-LIFT)}, {"yOffset": look.px(LIFT)}
    full, open_ = {"fill": look.survey, "stroke": look.survey}, {"fill": look.background, "stroke": look.survey}
    quiet = {"fill": look.background, "stroke": look.quiet}
    return {
        "silhouette": {"shape": "triangle-up", **quiet, **under},
        "jaccard": {"shape": "diamond", **quiet, **over},
        "stability_null": {"shape": "circle", **open_, **over},
        "tight_null": {"shape": "square", **open_, **under},
        "stability": {"shape": "circle", **full, **over},
        "tight": {"shape": "square", **full, **under},
    }


def _choice_key(look: Look) -> list[Sign]:
    said = {
        "stability": "found again",
        "jaccard": "its least stable profile",
        "tight": "tighter than one cloud",
        "silhouette": "silhouette",
        "stability_null": "open: without any profiles",
    }
    marks = _choice_marks(look)
    return [Sign(w, marks[n]["shape"], marks[n]["fill"], marks[n]["stroke"], look.px(1.5)) for n, w in said.items()]


def _choice_row(row: Record, chosen: int | None) -> Record:
    return {
        **{name: row[name] for name in ("k", *TRIED[:-1])},
        **{f"{name}_about": two_digits(row[name]) for name in TOLD},
        "people": DASH if row["smallest"] is None else count(row["smallest"]),
        "verdict": "yes" if row["reliable"] else "no",
        "marked": row["k"] == chosen,
        "faint": False,
    }


def _choice_says(found: list[Record], chosen: int | None) -> str:
    says = f"{len(found)} numbers of profiles tried" + (f"; {chosen} chosen" if chosen else "; none is reliable")
    for r in found:
        told = f"found again {two_digits(r['stability'])}, without any profiles {two_digits(r['stability_null'])}"
        says += f"; {r['k']} profiles: {told}, {'reliable' if r['reliable'] else 'not reliable'}"
    return sentence(says)
