"""What stands in the way and what may help: challenges and solutions as tables raised and joined them.

A solution line *answers* the challenge line of its table that it names. What is only suggested counts
like what people said, and is counted as suggested too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from sctrain.analysis.findings import listed
from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue, Entry
from sctrain.frames import FLOWS, RAISED
from sctrain.numerals import count

NAMED = 2
"""Most challenges, and most solutions, that the sentence names."""


def flows(coded: pd.DataFrame) -> pd.DataFrame:
    """FLOWS: which solutions CODED lines offer for which challenges, and by which competencies; sorted by key."""
    offered = _solutions(coded)
    offered["suggested"] = (offered[["coded_by", "linked_by", "challenge_by"]] == "machine").any(axis=1)
    offered["competency"] = [sorted(set(text.split(JOIN))) for text in offered["competencies"]]
    offered = offered.explode("competency").rename(columns={"code": "solution"})
    offered["challenge"] = offered["challenge"].fillna("")
    counted = _counted(offered, list(FLOWS.key)).reset_index()
    return FLOWS.check(counted.astype(dict.fromkeys(FLOWS.key, "str")))


def raised(coded: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """RAISED: how often CODED lines speak of every challenge and solution, in the catalogue's order.

    Codes that the catalogue lacks follow, then lines without a code. A challenge is answered by any
    solution line for it, coded or not; a solution by a competency that people name or that is suggested.
    Open is what was raised and is not answered at all; lines without a code are never open.
    """
    challenges, solutions = coded[coded["kind"] == "challenge"], _solutions(coded)
    linked = solutions.loc[solutions["competencies"] != "", "code"]
    parts = [
        _raised("challenge", challenges, solutions["challenge"].dropna(), catalogue.challenge),
        _raised("solution", solutions, linked, catalogue.solution),
    ]
    return RAISED.check(pd.concat(parts, ignore_index=True))


def sentence(raised: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """One sentence about RAISED: what was raised and what stays open.

    Names up to NAMED challenges and solutions by their `labels`, the first of the frame; the rest are counted.
    """
    return f"{'; '.join(_parts(raised, labels))}."


def _solutions(coded: pd.DataFrame) -> pd.DataFrame:
    """Solution lines with `challenge`, the code of the line they answer, missing where they answer none."""
    named = {"line": "answers", "code": "challenge", "coded_by": "challenge_by"}
    challenges = coded.loc[coded["kind"] == "challenge", ["table_number", *named]].rename(columns=named)
    solutions = coded[coded["kind"] == "solution"].astype({"answers": "Int64"})
    return solutions.merge(challenges.astype({"answers": "Int64"}), on=["table_number", "answers"], how="left")


def _counted(lines: pd.DataFrame, by: str | list[str]) -> pd.DataFrame:
    found = lines.groupby(by).agg(
        lines=("line", "size"), tables=("table_number", "nunique"), suggested=("suggested", "sum")
    )
    return found.astype("int64")


def _raised(kind: str, lines: pd.DataFrame, answered: pd.Series, entries: tuple[Entry, ...]) -> pd.DataFrame:
    """RAISED of one kind; `answered` holds a code for each line that answers it."""
    counts = _counted(lines.assign(suggested=lines["coded_by"] == "machine"), "code")
    known = [entry.code for entry in entries]
    others = sorted(set(lines["code"]) - set(known), key=lambda code: (code == "", code))
    frame = counts.reindex(pd.Index([*known, *others], name="code", dtype="str"), fill_value=0).reset_index()
    frame["answered"] = frame["code"].map(answered.value_counts()).fillna(0).astype("int64")
    frame["open"] = (frame["lines"] > 0) & (frame["answered"] == 0) & (frame["code"] != "")
    return frame.assign(kind=kind)


def _parts(raised: pd.DataFrame, labels: Mapping[str, str]) -> Iterator[str]:
    challenge, open_ = raised["kind"] == "challenge", raised["open"].astype(bool)
    yield _heard(raised[challenge])
    if (challenge & open_).any():
        yield f"no table linked a solution to {_names(raised['code'][challenge & open_], labels)}"
    if (~challenge & open_).any():
        yield f"no competency is named yet for {_names(raised['code'][~challenge & open_], labels)}"


def coding_words(raised: pd.DataFrame) -> str:
    """How far the lines are coded, in a sentence; empty where people have coded all."""
    lines, uncoded = int(raised["lines"].sum()), int(raised.loc[raised["code"] == "", "lines"].sum())
    parts = [(int(raised["suggested"].sum()), "coded by suggestion only"), (uncoded, "not coded yet")]
    said = [f"{count(some)} {'is' if some == 1 else 'are'} {how}" for some, how in parts if some]
    return f"Of {_n(lines, 'line')} about challenges and solutions, {listed(said)}." if said else ""


def _heard(challenges: pd.DataFrame) -> str:
    lines, known = challenges["lines"].sum(), challenges[(challenges["lines"] > 0) & (challenges["code"] != "")]
    if lines == 0:
        return "No table wrote down a challenge"
    if known.empty:
        return f"Tables wrote down {_n(lines, 'line')} about challenges, none of them coded"
    few, most = known["tables"].min(), known["tables"].max()
    tables = _n(most, "table") if few == most else f"{count(few)} to {_n(most, 'table')}"
    return f"{_n(len(known), 'challenge')} {'was' if len(known) == 1 else 'were each'} raised at {tables}"


def _n(n: float, what: str) -> str:
    return f"{count(n)} {what}{'' if n == 1 else 's'}"


def _names(codes: pd.Series, labels: Mapping[str, str]) -> str:
    named = [f"“{labels.get(code, code)}”" for code in codes[:NAMED]]
    more = len(codes) - NAMED
    return listed([*named, f"{count(more)} more"] if more > 0 else named)
