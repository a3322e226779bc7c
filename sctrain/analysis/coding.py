"""Free text coded to the catalogue: what people say a line is about and, until they do, what it is most like.

A *line* is one that a table wrote down, an *entry* a challenge, solution or competency of the catalogue.
"""

from __future__ import annotations

import unicodedata
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue, Competency, Entry
from sctrain.frames import CODED, NOTED, SUGGESTED

LEAST = 0.25
"""Similarity from which a suggestion is more likely right than wrong.

Measured on the made-up workshop, each of 83 codes and links left out in turn. The best suggestion is right
for 37 (for 33 without what people coded): 9 of 19 challenges, 9 of 15 solutions, 19 of 49 links; one of the
best three for 51. From 0.25 on it is right for 13 of 20, below for 24 of 63; the second best for 7 of 49 links.
"""
LESSON = 0.25
"""Weight of a line that people coded, where the entry's own words weigh 1; 37 are right, with 0.5 33, with 1 29."""
ECHO = 0.5
"""Similarity from which a line that people coded speaks for its entry alone: the same said at another table."""
PIECES = (3, 5)
"""Letters of a piece of a word: right for 37; pieces of 2 to 5 letters for 34, of 4 to 5 for 35, whole words for 25."""
PLACE = list(NOTED.key)
SETTLED = {"code": "code_settled", "competencies": "links_settled"}


class _Ask(NamedTuple):
    """What is asked of the lines of some kinds: which of these entries belong in this column."""

    column: str
    kinds: tuple[str, ...]
    entries: tuple[Entry, ...]


def suggestions(noted: pd.DataFrame, catalogue: Catalogue, most: int = 3, least: float = LEAST) -> pd.DataFrame:
    """SUGGESTED: the `most` entries most like each line of NOTED where people have said nothing, in its order.

    Challenges and solutions without a `code` are offered one of their kind, all lines without
    `competencies` a competency; nothing below `least`, nor where no piece of a word is shared.
    Cosine of TF-IDF weights (Salton & Buckley 1988) to an entry's own words and, lighter, the lines that
    people coded so (Rocchio 1971), or to the nearest such line. Of equals, the catalogue's first.
    """
    lines = noted.sort_values(PLACE, ignore_index=True)
    if not any(map(_plain, lines["text"])):
        return _in_order([SUGGESTED.empty()])
    asks = _asks(catalogue)
    words = [[_words(entry) for entry in ask.entries] for ask in asks]
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=PIECES, preprocessor=_plain)
    written = pieces.fit([*chain(*words), *lines["text"]]).transform(lines["text"])
    ranked = [_ranked(ask, lines, pieces.transform(own), written) for ask, own in zip(asks, words, strict=True)]
    found = _in_order(ranked)
    alike = (found["similarity"] >= least) & (found["similarity"] > 0)
    return found[alike & (found["rank"] <= most)].reset_index(drop=True)


def coded(noted: pd.DataFrame, catalogue: Catalogue, least: float = LEAST) -> pd.DataFrame:
    """CODED: NOTED in its order, with the best suggestion where people have said nothing.

    One competency at most is suggested: a second is seldom right. What people said stays as it is,
    a code that the catalogue lacks too.
    """
    best = suggestions(noted, catalogue, 1, least)
    place = pd.MultiIndex.from_frame(noted[PLACE])
    frame = noted.copy()
    for column, by in (("code", "coded_by"), ("competencies", "linked_by")):
        offered = best[best["column"] == column].set_index(PLACE).reindex(place)
        said, entry = noted[SETTLED[column]].to_numpy(bool), offered["entry"].fillna("").to_numpy(object)
        frame[column] = noted[column].where(said, entry).astype("str")
        frame[by] = np.select([said, entry != ""], ["person", "machine"], "")
        if column == "code":
            frame["similarity"] = offered["similarity"].to_numpy(float)
    return CODED.check(frame)


def _asks(catalogue: Catalogue) -> list[_Ask]:
    asks = (
        _Ask("code", ("challenge",), catalogue.challenge),
        _Ask("code", ("solution",), catalogue.solution),
        _Ask("competencies", ("challenge", "solution", "conclusion"), catalogue.competency),
    )
    return [ask for ask in asks if ask.entries]


def _words(entry: Entry) -> str:
    short = entry.short if isinstance(entry, Competency) else ""
    return " ".join((entry.label, short, entry.sentence))


def _plain(text: str) -> str:
    """Letters, marks and digits of any script in one case; all else parts words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in folded).split())


def _ranked(ask: _Ask, lines: pd.DataFrame, own: csr_matrix, written: csr_matrix) -> pd.DataFrame:
    """SUGGESTED of one ask with every entry; `own` and `written` are weights [entries or lines, pieces]."""
    of_kind, silent = lines["kind"].isin(ask.kinds).to_numpy(bool), ~lines[SETTLED[ask.column]].to_numpy(bool)
    asked = np.flatnonzero(of_kind & silent)
    said = _said(lines[ask.column].where(of_kind, ""), ask.entries)
    known = normalize(own + LESSON * (said @ written))
    similarity = np.maximum((written[asked] @ known.T).toarray(), _echoed(written[asked] @ written.T, said))
    similarity = similarity.round(9)  # so that equal texts are equal in every order
    best = np.argsort(-similarity, axis=1, kind="stable")
    line, rank = (at.ravel() for at in np.indices(best.shape))
    entry = best[line, rank]
    return lines.loc[asked[line], PLACE].assign(
        column=ask.column,
        entry=np.array([e.code for e in ask.entries], dtype=object)[entry],
        rank=rank + 1,
        similarity=similarity[line, entry],
    )


def _said(column: pd.Series, entries: tuple[Entry, ...]) -> csr_matrix:
    """[entries, lines] 1 where people say that the line is about the entry, else 0."""
    codes = [set(text.split(JOIN)) for text in column]
    return csr_matrix(np.array([[entry.code in named for named in codes] for entry in entries], float))


def _echoed(alike: csr_matrix, said: csr_matrix) -> NDArray[np.float64]:
    """[lines asked, entries] similarity of the line most alike that people coded so, 0 below ECHO."""
    near = alike.toarray()
    near[near < ECHO] = 0
    return np.transpose([near[:, row.indices].max(axis=1, initial=0) for row in said])


def _in_order(parts: list[pd.DataFrame]) -> pd.DataFrame:
    numbers = dict.fromkeys(("table_number", "line", "rank"), "int64")
    frame = pd.concat(parts).astype({**numbers, "column": "str", "entry": "str", "similarity": "float64"})
    return SUGGESTED.check(frame.sort_values([*PLACE, "column", "rank"], ignore_index=True))
