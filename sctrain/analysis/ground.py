"""The common ground of a workshop: who is here, which challenges both voices name, how the parts hang together.

People's numbers come with what the privacy gate hides; tables speak as groups, and nothing of theirs is hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.analysis.findings import listed
from sctrain.analysis.gaps import whole
from sctrain.analysis.who import wilson
from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue
from sctrain.frames import CHALLENGE_VOICES, LINKS, PARTS, WHO_HERE
from sctrain.frames.ground import PARTS_OF
from sctrain.numerals import count, people, percent

NAMED = 3
"""Most challenges that the sentence names."""
FOREMOST = 6
"""Competencies that come first by rank, whatever they join."""
ABOUT = ["kind", "code"]
SEVERAL = "+"
"""Who names several roles, or several disciplines: it occurs in no code."""


def who_here(
    table: NDArray[np.int64], hidden: NDArray[np.bool_], roles: Sequence[str], disciplines: Sequence[str]
) -> pd.DataFrame:
    """WHO_HERE of a table [roles + 1, disciplines + 1] with its totals, the last row and column, and what is hidden."""
    rows, columns = (np.array([*codes, None], object) for codes in (roles, disciplines))
    frame = pd.DataFrame(
        {
            "role": np.repeat(rows, len(columns)),
            "discipline": np.tile(columns, len(rows)),
            "n": whole(np.where(hidden, np.nan, table).ravel()),
            "suppressed": hidden.ravel(),
        }
    )
    return WHO_HERE.check(frame)


def nobody_with(who: pd.DataFrame, question: str) -> list[str]:
    """The options of `question` (role or discipline) of WHO_HERE that nobody gave."""
    totals = _totals(who, question)
    return totals.loc[~totals["suppressed"].astype(bool) & (totals["n"] == 0), question].tolist()


def hidden_with(who: pd.DataFrame, question: str) -> list[str]:
    """The options of `question` (role or discipline) of WHO_HERE whose number is hidden."""
    totals = _totals(who, question)
    return totals.loc[totals["suppressed"].astype(bool), question].tolist()


def _totals(who: pd.DataFrame, question: str) -> pd.DataFrame:
    other = "discipline" if question == "role" else "role"
    return who[who[other].isna() & who[question].notna() & ~who[question].isin(["", SEVERAL])]


def challenge_voices(
    replied: pd.DataFrame, few: Sequence[str], raised: pd.DataFrame, wrote: int, challenges: Sequence[str]
) -> pd.DataFrame:
    """CHALLENGE_VOICES: how many people, and how many of the tables that `wrote`, name each of the `challenges`.

    `replied` are REPLIES to the question about them, RAISED what tables wrote. Tables raise what one of them names;
    people what is chosen by as many as are shown, so not what is hidden as only a `few` people chose it.
    """
    codes = list(challenges)
    chosen = replied.set_index("option").reindex(codes)
    tables = (
        raised[raised["kind"] == "challenge"]
        .set_index("code")["tables"]
        .reindex(codes, fill_value=0)
        .to_numpy(np.int64)
    )
    kinds = {"n": "Int64", "asked": "Int64", "share": "float64", "share_low": "float64", "share_high": "float64"}
    frame = chosen.rename_axis("challenge").reset_index().rename(columns={"respondents": "asked"})
    frame = frame[["challenge", *kinds]].astype(kinds)
    hidden = chosen["suppressed"].fillna(False).to_numpy(bool)
    low, high = wilson(tables, wrote)
    share = tables / wrote if wrote else np.full(len(codes), np.nan)
    frame = frame.assign(suppressed=hidden, tables=tables, wrote=wrote)
    frame = frame.assign(tables_share=share, tables_share_low=low, tables_share_high=high)
    people = ~hidden & (chosen["n"].fillna(0) > 0).to_numpy(bool)
    cannot_tell = (hidden & ~np.isin(codes, list(few))) | (chosen["suppressed"].isna().to_numpy() & (tables > 0))
    known = [cannot_tell, people & (tables > 0), people, tables > 0]
    frame["raised_by"] = np.select(known, ["cannot tell", "both", "people only", "tables only"], "neither")
    return CHALLENGE_VOICES.check(frame)


def links(coded: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """LINKS of every competency: with the challenges it is named for, and its practices and its discipline.

    CODED lines name a competency for a challenge where they are about the challenge, or answer a line that is.
    """
    about = _about(coded)
    named = about[(about["challenge"] != "") & (about["competency"] != "")]
    said = _counted(named, ["competency", "challenge"]).reset_index().rename(columns={"challenge": "code"})
    laid_down = [(c.code, "practice", code) for c in catalogue.competency for code in c.practices]
    laid_down += [(c.code, "discipline", c.discipline) for c in catalogue.competency if c.discipline]
    rest = pd.DataFrame(laid_down, columns=list(LINKS.key)).assign(lines=0, tables=0, suggested=0)
    found = pd.concat([said.assign(kind="challenge"), rest], ignore_index=True)
    found = found.astype({"lines": "int64", "tables": "int64", "suggested": "int64"})
    return LINKS.check(found[found["competency"].isin(catalogue.codes)].reset_index(drop=True))


def parts(coded: pd.DataFrame, gaps: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """PARTS: every challenge, competency, practice and discipline of the catalogue, in its order.

    `gaps` are GAPS of everyone selected. Competencies come by the better of two ranks: by tables
    that name them (none: no rank) and by mean gap, equals by the sum of both; but after the FOREMOST come those
    that join the most challenges not joined yet, until all are (greedy set cover).
    """
    about = _about(coded)
    lines = pd.concat([_lines_of(about, kind, catalogue) for kind in PARTS_OF], ignore_index=True)
    measured = gaps.rename(columns={"competency": "code"}).assign(kind="competency")
    measured = measured[["kind", "code", "n", "gap", "gap_low", "gap_high", "suppressed"]]
    frame = lines.merge(measured, on=ABOUT, how="left")
    frame["suppressed"] = frame["suppressed"].fillna(False).astype(bool)
    frame["n"] = frame["n"].astype("Int64")
    return PARTS.check(frame.assign(place=_places(frame, about)))


def _about(coded: pd.DataFrame) -> pd.DataFrame:
    """One row for each line and competency it names: table, line, challenge, competency; empty where there is none."""
    challenges = coded.loc[coded["kind"] == "challenge", ["table_number", "line", "code", "coded_by"]]
    challenges = challenges.set_axis(["table_number", "of", "challenge", "challenge_by"], axis=1)
    of = coded["line"].where(coded["kind"] == "challenge", coded["answers"]).astype("Int64")
    lines = coded[["table_number", "line", "competencies", "linked_by"]].assign(of=of)
    found = lines.merge(challenges.astype({"of": "Int64"}), on=["table_number", "of"], how="left")
    found["competency"] = [sorted(set(text.split(JOIN))) for text in found["competencies"]]
    found = found.explode("competency").fillna({"challenge": ""})
    return found.assign(suggested=(found[["linked_by", "challenge_by"]] == "machine").any(axis=1))


def _counted(lines: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Lines and tables by what they are about; a line counts once, suggested where all that says so is."""
    once = lines.groupby([*by, "table_number", "line"])["suggested"].min().reset_index()
    found = once.groupby(by).agg(
        lines=("line", "size"), tables=("table_number", "nunique"), suggested=("suggested", "sum")
    )
    return found.astype("int64")


def _lines_of(about: pd.DataFrame, kind: str, catalogue: Catalogue) -> pd.DataFrame:
    """Lines and tables of every part of a kind."""
    members: dict[str, list[str]] = {}
    for c in catalogue.competency:
        for code in {"competency": (c.code,), "practice": c.practices, "discipline": (c.discipline,)}.get(kind, ()):
            members.setdefault(code, []).append(c.code)
    disciplines = catalogue.dimensions["discipline"].option if "discipline" in catalogue.dimensions else ()
    entries = {"challenge": catalogue.challenge, "competency": catalogue.competency, "practice": catalogue.practice}
    rows = []
    for entry in entries.get(kind, disciplines):
        held = about["challenge"] == entry.code
        held = held if kind == "challenge" else about["competency"].isin(members.get(entry.code, []))
        lines = about.loc[held, ["table_number", "line"]].drop_duplicates()
        rows.append((kind, entry.code, len(lines), lines["table_number"].nunique()))
    return pd.DataFrame(rows, columns=["kind", "code", "lines", "tables"]).astype({"lines": "int64", "tables": "int64"})


def _places(parts: pd.DataFrame, about: pd.DataFrame) -> pd.Series:
    """The place of each competency, missing for other parts and where neither tables nor people speak of it."""
    of = parts["kind"] == "competency"
    ranks = pd.DataFrame(
        {
            "tables": parts["tables"].where(of & (parts["tables"] > 0)).rank(ascending=False, method="min"),
            "gap": parts["gap"].where(of).rank(ascending=False, method="min"),
        }
    )
    best = ranks.assign(best=ranks.min(axis=1), both=ranks.fillna(len(parts)).sum(axis=1)).dropna(subset="best")
    waiting = best.sort_values(["best", "both"], kind="stable").index.tolist()
    joins = about[about["challenge"] != ""].groupby("competency")["challenge"].agg(set).to_dict()
    joined: set[str] = set()
    ordered: list[int] = []
    while waiting:  # of equals, max takes the first
        new = {i: len(joins.get(parts["code"][i], set()) - joined) for i in waiting}
        ordered.append(waiting[0] if len(ordered) < FOREMOST else max(waiting, key=new.__getitem__))
        waiting.remove(ordered[-1])
        joined |= joins.get(parts["code"][ordered[-1]], set())
    return pd.Series(range(1, len(ordered) + 1), index=ordered).reindex(parts.index).astype("Int64")


def sentence(
    who: pd.DataFrame,
    voices: pd.DataFrame,
    n: int | None,
    threshold: int,
    labels: Mapping[str, Mapping[str, str]],
) -> str:
    """What the common ground is so far: who is here, and which challenge is chosen most often, as far as can be told.

    `n` people answered, None where too few to be shown; `labels` by kind of what has a code.
    """
    if n is None:
        return f"The first answers are in: numbers appear from {threshold} people on."
    if n == 0:
        return "Nobody has answered yet"
    return f"Who is here so far: {_who_words(who, n, labels)}. {_challenge_words(voices, labels['challenge'])}".rstrip()


def _who_words(who: pd.DataFrame, n: int, labels: Mapping[str, Mapping[str, str]]) -> str:
    said = people(n)
    roles = _totals(who, "role")
    here = int((roles["suppressed"].astype(bool) | (roles["n"].fillna(0) > 0)).sum())
    said += f" in {here} role{'s' * (here > 1)}" if here else ""
    of = _totals(who, "discipline")
    of = of[of["n"].fillna(0) > 0].sort_values("n", ascending=False, kind="stable")
    top = of.head(2)
    if top.empty:
        return said
    names = listed([f"“{labels['discipline'][code]}”" for code in top["discipline"]]).replace(" and “", " or “")
    return f"{said}; {count(top['n'].sum())} of them work in {names}"


def _challenge_words(voices: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """The challenge most people chose; several where the interval of the first holds the share of others."""
    known = voices[~voices["suppressed"].astype(bool) & (voices["n"].fillna(0) > 0)]
    if known.empty:
        return ""
    known = known.sort_values("share", ascending=False, kind="stable")
    first, asked = known.iloc[0], int(known["asked"].iloc[0])
    # What is hidden may be large as well, unless it is known to be few.
    start = (
        "Of the challenges that may be shown, the"
        if (voices["suppressed"].astype(bool) & (voices["raised_by"] == "cannot tell")).any()
        else "The"
    )
    near = known[known["share"] >= first["share_low"]]
    if len(near) == 1:
        share, low, high = (percent(first[f"share{end}"], asked) for end in ("", "_low", "_high"))
        span = f"95\u202f%: {low.removesuffix('%').strip()}–{high}"
        one = "one" if start != "The" else "challenge"
        return f"{start} {one} chosen most often is “{labels[first.challenge]}” ({share} of {people(asked)}; {span})."
    names = [f"“{labels[row.challenge]}” ({percent(row.share, asked)})" for row in near.head(NAMED).itertuples()]
    if len(near) > NAMED:
        names = [*names[:-1], f"{count(len(near) - NAMED + 1)} more"]
    many = "ones" if start != "The" else "challenges"
    return (
        f"{start} {many} chosen most often, of {people(asked)}, are {listed(names)}: which comes first cannot be told."
    )
