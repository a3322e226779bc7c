"""In which form the programme is given: what tables ranked and people replied, side by side, and what is drafted of it.

The score of an option joins both voices as a competency's priority does. A format that shuts a group out is named, and
so is the one that would not (`sctrain/analysis/clashes.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sctrain.analysis.clashes import UNSURE
from sctrain.analysis.findings import listed
from sctrain.analysis.gaps import Numbers, whole
from sctrain.analysis.programme import priority
from sctrain.frames import CLASHES, CONSENSUS, FORM, REPLIES
from sctrain.numerals import DASH, count, people, percent

FORMS = ("duration", "methodology", "framework", "target")
"""The topics of tables whose options make the form of a programme: each is a line of it, with a receipt."""
SAME = 0.5
"""Share of a question's options that must be a topic's, that both ask the same."""
MAJORITY = 0.5
_TABLE = {"table_rank": "borda_rank", "rank_low": "rank_low", "rank_high": "rank_high"}


@dataclass(frozen=True, eq=False)
class Asked:
    """A topic or question about the form: its options, what tables ranked, the question that asks the same.

    `consensus` is CONSENSUS of `tables` tables, `replies` REPLIES of everyone to `question`; None where there is none.
    `several` says that more than one option may be drafted, `ordered` that an option holds for who chose a later one.
    """

    code: str
    options: tuple[str, ...]
    consensus: pd.DataFrame | None = None
    tables: int = 0
    question: str | None = None
    replies: pd.DataFrame | None = None
    several: bool = False
    ordered: bool = False


def same_question(options: Iterable[str], questions: Mapping[str, Sequence[str]]) -> str | None:
    """The question, by code, that has most of its options from these; None where none has SAME of them."""
    known = set(options)
    shares = {code: sum(o in known for o in given) / len(given) for code, given in questions.items() if given}
    best = max(shares, key=lambda code: shares[code], default=None)
    return best if best is not None and shares[best] >= SAME else None


def form(
    asked: Iterable[Asked], clashes: pd.DataFrame, kinder: pd.DataFrame, weight: int, duration: str, form: str
) -> pd.DataFrame:
    """FORM of these topics and questions.

    `clashes` and `kinder` are CLASHES of the format most people chose, and of the kinder one; `duration` and `form` the
    questions they are made of.
    """
    parts = [_one(one, weight / 100) for one in asked]
    if not parts:
        return FORM.empty()
    frame = pd.concat(parts, ignore_index=True)
    made_of = {"duration": duration, "form": form}
    out = CLASHES.check(clashes)[clashes["shut_out"].astype(bool)]
    for column, question in made_of.items():
        of_it = frame["question"].eq(question)
        for option, rows in out.groupby(column):
            groups = "+".join(f"{d}.{g}" for d, g in zip(rows["dimension"], rows["group"], strict=True))
            frame.loc[of_it & frame["option"].eq(option), "clashes"] = groups
        frame.loc[of_it & frame["option"].isin(kinder[column]), "kinder"] = True
    return FORM.check(frame)


def _one(one: Asked, weight: float) -> pd.DataFrame:
    size, none = len(one.options), np.full(len(one.options), np.nan)
    table = dict.fromkeys(("ranked_by", "borda", *_TABLE), none)
    if one.consensus is not None and one.tables:
        rows = CONSENSUS.check(one.consensus).set_index("option").reindex(list(one.options))
        ranked = (rows["ranked_by"].fillna(0) > 0).to_numpy(bool)
        table = {name: np.where(ranked, _numbers(rows[of]), np.nan) for name, of in _TABLE.items()}
        table |= {"ranked_by": _numbers(rows["ranked_by"]), "borda": np.where(ranked, _numbers(rows["borda"]), 0)}
    people = _people(one)
    score = priority(people["share"], table["borda"], weight)
    return pd.DataFrame(
        {
            "topic": [one.code] * size,
            "option": list(one.options),
            "ranked_by": whole(np.nan_to_num(table["ranked_by"])),
            "tables": one.tables,
            **{name: whole(table[name]) for name in _TABLE},
            "question": np.array([one.question] * size, object),
            **{name: whole(people[name]) for name in ("n", "respondents")},
            **{name: people[name] for name in ("share", "share_low", "share_high", "reach")},
            "score": score,
            "chosen": _chosen(one, score, people["share"]),
            "kinder": False,
            "clashes": "",
            "suppressed": people["suppressed"].astype(bool),
        }
    )


def _numbers(column: pd.Series) -> Numbers:
    return column.to_numpy(float, na_value=np.nan)


def _people(one: Asked) -> dict[str, Numbers]:
    names = ("n", "respondents", "share", "share_low", "share_high")
    found = {name: np.full(len(one.options), np.nan) for name in (*names, "reach")} | {
        "suppressed": np.zeros(len(one.options))
    }
    if one.replies is None:
        return found
    rows = (
        REPLIES.check(one.replies)[~one.replies["or_more"].astype(bool)].set_index("option").reindex(list(one.options))
    )
    found |= {name: _numbers(rows[name]) for name in names}
    found["suppressed"] = rows["suppressed"].fillna(False).to_numpy(float)
    if one.ordered:
        with np.errstate(invalid="ignore"):
            found["reach"] = found["n"][::-1].cumsum()[::-1] / found["respondents"]
    return found


def _chosen(one: Asked, score: Numbers, share: Numbers) -> np.ndarray:
    real = np.array([option not in UNSURE for option in one.options])
    found = np.zeros(len(score), bool)
    if (np.nan_to_num(score) * real).max(initial=0) > 0:
        found[int(np.where(real, np.nan_to_num(score), -1).argmax())] = True
    return found | (one.several & real & (np.nan_to_num(share) > MAJORITY))


def lines(frame: pd.DataFrame, titles: Mapping[str, str], labels: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """What is drafted of each topic, in a sentence with what it stands on; topics of which nothing is are left out."""
    said = {}
    for topic, rows in FORM.check(frame).groupby("topic", sort=False):
        chosen = rows[rows["chosen"].astype(bool)]
        if len(chosen):
            told = [f"“{labels[str(row['topic']), str(row['option'])]}”{_stands(row)}" for _, row in chosen.iterrows()]
            said[str(topic)] = f"{titles[str(topic)]}: {listed(told)}."
    return said


def _stands(r: pd.Series) -> str:
    said = []
    if pd.notna(r.table_rank):
        sure = f", 95\u202f%: {count(r.rank_low)}{DASH}{count(r.rank_high)}" if pd.notna(r.rank_low) else ""
        said.append(f"rank {count(r.table_rank)} of {count(r.tables)} table{'' if r.tables == 1 else 's'}{sure}")
    if pd.notna(r.share):
        low, high = percent(r.share_low, r.respondents), percent(r.share_high, r.respondents)
        span = f"{low.removesuffix('%').strip()}{DASH}{high}"
        said.append(f"{percent(r.share, r.respondents)} of {people(r.respondents)}, 95\u202f%: {span}")
    if pd.notna(r.reach):
        said.append(f"{percent(r.reach, r.respondents)} would take as long, or longer")
    return f" ({'; '.join(said)})" if said else ""


def sentence(frame: pd.DataFrame, titles: Mapping[str, str], labels: Mapping[tuple[str, str], str]) -> str:
    """The form that is drafted, in one sentence; says so where neither voice speaks of it."""
    chosen = FORM.check(frame)[frame["chosen"].astype(bool)]
    if chosen.empty:
        return "Neither tables nor replies say in which form the training should be given."
    told = [
        f"{titles[str(topic)].lower()} {listed([f'“{labels[str(topic), o]}”' for o in rows['option']])}"
        for topic, rows in chosen[chosen["tables"] > 0].groupby("topic", sort=False)
    ]
    return f"Drafted from both voices: {'; '.join(told)}." if told else "No table has ranked a form; replies are below."
