"""From a survey file and its mapping to checked submissions, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain import cards
from sctrain.cards import Codes
from sctrain.catalogue import DIMENSIONS, Catalogue
from sctrain.errors import ImportRefused
from sctrain.frames import SUBMISSIONS
from sctrain.load import columns
from sctrain.load.columns import Fault, Part
from sctrain.load.labels import BLANK, NO_OPINION, choice_of
from sctrain.load.mapping import Exclude, Mapping, check_fit
from sctrain.load.reader import Rows, read_rows
from sctrain.load.records import Progress
from sctrain.load.report import HELD, LoadReport, Refusal
from sctrain.replies import write_all

Marks = NDArray[np.int8]


@dataclass(frozen=True)
class Loaded:
    """The SUBMISSIONS frame of a file, and what became of its rows."""

    submissions: pd.DataFrame
    report: LoadReport


def load(
    path: Path | str,
    mapping: Mapping,
    catalogue: Catalogue,
    *,
    skip_bad: bool = False,
    progress: Progress | None = None,
) -> Loaded:
    """SUBMISSIONS and LoadReport of a CSV or XLSX survey file.

    `person` is the respondent's id; without one, a hash of the row's text and which of the rows
    with that text it is, so that equal rows are several people and the same file again is the same
    people. Raises MappingError if the mapping fits the file or the catalogue badly, ImportRefused
    if a row cannot be read: nothing is kept then, unless `skip_bad` leaves such rows out.
    """
    check_fit(mapping, catalogue)
    whole = read_rows(path, mapping, progress)
    rows, excluded = _without_excluded(whole, mapping.exclude)
    parts, replies = _parts(rows, mapping, catalogue), _replies(rows, mapping, catalogue)
    read = (*parts.values(), *replies.values())
    marks, faults = columns.ratings(rows, mapping, catalogue)
    faults = (*(fault for part in read for fault in part.faults), *faults)
    good = ~np.any([np.zeros(rows.number.size, bool), *(fault.bad for fault in faults)], axis=0)
    kept, ragged = marks[:, :, good], len(whole.ragged)
    report = LoadReport(
        file=str(path),
        read=whole.number.size + ragged,
        kept=int(good.sum()),
        left_out=int((~good).sum()) + ragged,
        refused=sum(int(fault.bad.sum()) for fault in faults) + ragged,
        refusals=_first_refusals(whole, faults),
        excluded=excluded,
        blank=int((kept == BLANK).sum()),
        no_opinion=int((kept == NO_OPINION).sum()),
        unused=whole.unused,
        notes=(*whole.notes, *_notes(read, mapping, catalogue, kept)),
    )
    if report.refused and not (skip_bad and good.any()):
        raise ImportRefused(_refusal_text(report))
    table = _submissions(rows, parts, replies, marks, catalogue)
    return Loaded(SUBMISSIONS.check(table.loc[good].reset_index(drop=True)), report)


def _without_excluded(rows: Rows, rules: tuple[Exclude, ...]) -> tuple[Rows, tuple[tuple[str, int], ...]]:
    counts = []
    for rule in rules:
        out = columns.excluded(rows, rule)
        labels = " or ".join(map(repr, rule.values or rule.only))
        reason = f"{rule.column} is {labels if rule.values else f'not {labels}'}"
        counts.append((rule.reason or reason, int(out.sum())))
        rows = rows.only(~out)
    return rows, tuple(counts)


def _parts(rows: Rows, mapping: Mapping, catalogue: Catalogue) -> dict[str, Part]:
    submitted = columns.moments(rows, mapping.submitted)
    return {
        "person": columns.persons(rows, mapping.respondent),
        "submitted_at": submitted,
        "seconds": columns.seconds(rows, mapping, submitted),
        "table_number": columns.tables(rows, mapping.table),
        **{d: columns.chosen(rows, given, choice_of(catalogue.dimensions[d])) for d, given in mapping.profile.items()},
    }


def _replies(rows: Rows, mapping: Mapping, catalogue: Catalogue) -> dict[str, Part]:
    """By question what each row replies."""
    choices = {question.code: choice_of(question) for question in catalogue.question}
    return {code: columns.chosen(rows, given, choices[code]) for code, given in mapping.question.items()}


def _codes(part: Part) -> Codes:
    code, values = pd.factorize(part.values)
    return Codes(tuple(values), code.astype(np.int32))


def _submissions(
    rows: Rows, parts: dict[str, Part], replies: dict[str, Part], marks: Marks, catalogue: Catalogue
) -> pd.DataFrame:
    importance, level = np.maximum(marks, 0).transpose(0, 2, 1)
    table = {
        "person": pd.Series(parts["person"].values, dtype="str"),
        "row": rows.number,
        "submitted_at": pd.Series(parts["submitted_at"].values, dtype="str"),
        "seconds": pd.Series(parts["seconds"].values, dtype="Int64"),
        "table_number": pd.Series(parts["table_number"].values, dtype="Int64"),
        **{d: parts[d].values if d in parts else "" for d in DIMENSIONS},
        "ratings": cards.encode(importance, level, catalogue.scale.low),
        "replies": write_all(rows.number.size, {code: _codes(part) for code, part in replies.items()}),
    }
    return pd.DataFrame(table)


def _first_refusals(rows: Rows, faults: tuple[Fault, ...]) -> tuple[Refusal, ...]:
    wide = len(rows.headings)
    ragged = (Refusal(number, "", "", f"{n} cells, and there are {wide} headings") for number, n in rows.ragged[:HELD])
    given = [*ragged, *(refusal for fault in faults for refusal in fault.refusals)]
    return tuple(sorted(given, key=lambda refusal: refusal.row)[:HELD])


def _notes(parts: Iterable[Part], mapping: Mapping, catalogue: Catalogue, kept: Marks) -> Iterator[str]:
    for part in parts:
        yield from part.notes
    common = catalogue.scale
    for name, scale in mapping.scale.items():
        if scale.span and scale.rescale:
            ends = f"{scale.span[0]:g}..{scale.span[1]:g} stretched to {common.low}..{common.high}"
            yield f"scale {name}: {ends}, rounded to the nearest mark, a half upwards"
    unrated = int((kept <= 0).all(axis=(0, 1)).sum())
    if unrated:
        yield f"{unrated} rows kept hold no rating; they count among the people asked"


def _refusal_text(report: LoadReport) -> str:
    lines = [
        f"{report.file}: {report.left_out} of {report.read} rows cannot be read; nothing was stored",
        *report.refusal_lines(),
        "correct the file or the mapping; --skip-bad leaves such rows out and keeps the others, if there are any",
    ]
    return "\n  ".join(lines)
