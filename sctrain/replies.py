"""Replies to the questions of the session: one short text per answer, and the same as codes.

A *reply* is the options somebody chose of one question. The text of an answer holds them as
`how_long=week;mixing_kinds=cultures+domains`; a question nobody was asked, or that was passed over,
is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sctrain.cards import JOIN, Codes

NEXT, IS = ";", "="


def write(replies: Mapping[str, Iterable[str]]) -> str:
    """The text of one answer's replies: option codes by question code, sorted; `` for none."""
    chosen = {question: sorted(set(options)) for question, options in sorted(replies.items())}
    return NEXT.join(f"{question}{IS}{JOIN.join(options)}" for question, options in chosen.items() if options)


def write_all(n: int, replies: Mapping[str, Codes]) -> list[str]:
    """What `write` makes of each of n answers, whose replies are given as `Codes` by question."""
    columns = [pa.array([""] * n, pa.string())]
    for question, codes in sorted(replies.items()):
        texts = [write({question: filter(None, value.split(JOIN))}) for value in codes.values]
        ended = pa.array([text and text + NEXT for text in texts], pa.string())
        columns.append(ended.take(pa.array(codes.code)))
    joined: list[str] = pc.utf8_rtrim(pc.binary_join_element_wise(*columns, ""), NEXT).to_pylist()
    return joined


def lay_out(texts: pa.ChunkedArray, questions: Iterable[str]) -> dict[str, Codes]:
    """The replies of n texts as `Codes` by question; `` where the question has no reply."""
    return {question: _codes(texts, question) for question in questions}


def _codes(texts: pa.ChunkedArray, question: str) -> Codes:
    found = pc.extract_regex(texts, f"(?:^|{NEXT}){question}{IS}(?P<chosen>[A-Za-z0-9_{JOIN}]+)")
    chosen = pc.fill_null(pc.struct_field(found, "chosen"), "")
    code, names = pd.factorize(pd.Series(chosen, dtype="str"), sort=True)
    return Codes(tuple(map(str, names)), code.astype(np.int32))
