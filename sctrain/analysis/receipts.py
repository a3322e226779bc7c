"""What a line of a programme stands on: the evidence of both voices for its competencies, or for a choice of form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from sctrain.analysis.findings import listed
from sctrain.cards import JOIN
from sctrain.frames import CODED, CONSENSUS, GAPS, LINKS, REPLIES, ROBUST, TOP_FIVE
from sctrain.frames.receipts import EVIDENCE, Shown
from sctrain.numerals import DASH, count, people, percent, tables, two_digits

FORM = "form_"
"""What the code of a line that is a choice of form begins with; the topic follows."""
ROW: dict[str, Any] = {
    **dict.fromkeys(("value", "low", "high", "n", "tables")),
    "suppressed": False,
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Topics:
    """What of an event evidence comes from, as the store names it; `contents` is `` where tables rank no competency."""

    survey: str
    replies: str
    notes: str
    contents: str


@dataclass(frozen=True, eq=False)
class Heard:
    """What both voices say, each frame past its gate; None where nothing was heard.

    `grouped` are GAPS by a comparison. `consensus` is CONSENSUS by topic, `listing` how many tables ranked it.
    `marks` are the marks of the CODED lines' texts, in their order. `answers` names, for an option of a topic, the
    question and the option of the session that mean the same.
    """

    topics: Topics
    gaps: pd.DataFrame
    grouped: pd.DataFrame | None
    consensus: Mapping[str, pd.DataFrame]
    listing: Mapping[str, int]
    robust: pd.DataFrame | None
    top_five: pd.DataFrame | None
    links: pd.DataFrame
    coded: pd.DataFrame
    marks: Sequence[str]
    replies: pd.DataFrame
    answers: Callable[[str, str], tuple[str, str] | None]
    points: int
    measure: str = "mwds"

    @cached_property
    def of(self) -> dict[str, Any]:
        """GAPS of everyone by competency."""
        return {row.competency: row for row in _rows(GAPS.check(self.gaps))}

    @cached_property
    def ranked(self) -> dict[str, dict[str, Any]]:
        """CONSENSUS by topic and option, of topics that a table ranked."""
        heard = {topic: frame for topic, frame in self.consensus.items() if self.listing[topic]}
        return {topic: {row.option: row for row in _rows(CONSENSUS.check(frame))} for topic, frame in heard.items()}

    @cached_property
    def methods(self) -> dict[str, tuple[int, Any]]:
        """By competency how many methods speak of it, and its row of ROBUST, None where no method puts it first."""
        if self.robust is None or self.top_five is None:
            return {}
        speaking = TOP_FIVE.check(self.top_five).groupby("competency")["inside"].count()
        first = {row.competency: row for row in _rows(ROBUST.check(self.robust))}
        return {str(code): (int(n), first.get(code)) for code, n in speaking.items() if n}

    @cached_property
    def named(self) -> dict[str, list[Any]]:
        """By competency the challenges that lines name it for, of LINKS."""
        rows = LINKS.check(self.links)
        found: dict[str, list[Any]] = {}
        for row in _rows(rows[(rows["kind"] == "challenge") & (rows["lines"] > 0)]):
            found.setdefault(row.competency, []).append(row)
        return found

    @cached_property
    def parts(self) -> dict[str, list[Any]]:
        """GAPS of every group by competency."""
        found: dict[str, list[Any]] = {}
        for row in _rows(self.grouped) if self.grouped is not None else []:
            if pd.notna(row.group):
                found.setdefault(row.competency, []).append(row)
        return found

    @cached_property
    def lines(self) -> list[tuple[Any, str, list[str]]]:
        """The CODED lines, each with the mark of its text and its competencies."""
        rows = _rows(CODED.check(self.coded))
        return [(row, mark, str(row.competencies).split(JOIN)) for row, mark in zip(rows, self.marks, strict=True)]


@dataclass(frozen=True)
class Names:
    """What things are called, by code, and where a piece of evidence is seen: `link(page, anchor, **parameters)`."""

    competencies: Mapping[str, str]
    groups: Mapping[str, str]
    challenges: Mapping[str, str]
    solutions: Mapping[str, str]
    measures: Mapping[str, str]
    link: Callable[..., str]
    by: str | None = None
    hidden: frozenset[str] = field(default_factory=frozenset)


def evidence(modules: Mapping[str, Sequence[str]], form: Mapping[str, str], heard: Heard, names: Names) -> pd.DataFrame:
    """EVIDENCE of modules (competencies by code) and of a form (option by topic), in their order.

    A competency that the survey does not ask about has the tables' evidence only. Nothing of a hidden topic is told.
    """
    known = {c: list(_of_competency(c, heard, names)) for codes in modules.values() for c in codes}
    rows = [{"line": line, **row} for line, codes in modules.items() for c in dict.fromkeys(codes) for row in known[c]]
    rows += [{"line": f"{FORM}{t}", **row} for t, option in form.items() for row in _of_form(t, option, heard, names)]
    told = [row for row in rows if not names.hidden & set(row["topic"].split(JOIN))]
    frame = pd.DataFrame(told, columns=EVIDENCE.names)
    texts = ("line", "kind", "about", "what", "topic", "text", "link")
    kinds = dict.fromkeys(("value", "low", "high"), "float64") | dict.fromkeys(("n", "tables"), "Int64")
    return EVIDENCE.check(frame.astype({**dict.fromkeys(texts, "str"), **kinds, "suppressed": bool}))


def _of_competency(code: str, heard: Heard, names: Names) -> Iterator[Row]:
    yield from _survey(code, heard, names)
    yield from _groups(code, heard, names)
    yield from _ranked(heard.topics.contents, code, "tables", heard, names)
    yield from _methods(code, heard, names)
    yield from _challenges(code, heard, names)
    yield from _solutions(code, heard, names)
    yield from _quotes(code, heard, names)


def _row(kind: str, about: str, what: str, topic: str, text: str, link: str, **numbers: Any) -> Row:
    numbers = {name: None if pd.isna(value) else value for name, value in numbers.items()}
    return {**ROW, "kind": kind, "about": about, "what": what, "topic": topic, "text": text, "link": link, **numbers}


def _survey(code: str, heard: Heard, names: Names) -> Iterator[Row]:
    """Gap, score and rank; one row that says so where they are hidden, or nobody marked the competency."""
    told = heard.of.get(code)
    if told is None:
        return
    topic, link = heard.topics.survey, names.link("gaps", "one", competency=code, measure="gap")
    if told.suppressed:
        yield _row("gap", code, code, topic, "The gap is hidden: too few people.", link, suppressed=True)
        return
    n = told.n
    if not n:
        yield _row("gap", code, code, topic, "Nobody marked both importance and level.", link, n=0)
        return
    between = _between(told.gap_low, told.gap_high)
    text = f"Gap {two_digits(told.gap)} of {heard.points - 1} points ({between}n = {count(n)})."
    yield _row("gap", code, code, topic, text, link, value=told.gap, low=told.gap_low, high=told.gap_high, n=n)
    between = _between(told.mwds_low, told.mwds_high)
    text = f"Mean weighted discrepancy score {two_digits(told.mwds)} ({between}n = {count(n)})."
    link = names.link("gaps", "", competency=code, measure="mwds")
    yield _row("score", code, code, topic, text, link, value=told.mwds, low=told.mwds_low, high=told.mwds_high, n=n)
    if pd.notna(told.rank):
        of = f"Rank {told.rank:.0f} of {len(heard.of)} in the survey by {names.measures[heard.measure]}"
        text, link = f"{of}{_ranks(told.rank_low, told.rank_high)}.", names.link("gaps", "", competency=code)
        yield _row("rank", code, code, topic, text, link, value=told.rank, low=told.rank_low, high=told.rank_high, n=n)


def _between(low: float, high: float) -> str:
    return "" if pd.isna(low) or pd.isna(high) else f"95 % interval {two_digits(low)} to {two_digits(high)}, "


def _ranks(low: float, high: float) -> str:
    if pd.isna(low) or pd.isna(high):
        return ""
    return f" (95 % interval {low:.0f} to {high:.0f})"


def _groups(code: str, heard: Heard, names: Names) -> Iterator[Row]:
    """The shown groups with the largest and the smallest gap, and each group that is hidden."""
    rows = heard.parts.get(code, [])
    seen = [row for row in rows if not row.suppressed and pd.notna(row.gap)]
    link = names.link("gaps", "groups", competency=code, by=names.by or "", measure="gap")
    of = {"group_most": "Most", "group_least": "Least"}
    for (kind, said), best in zip(of.items(), (max, min), strict=True):
        if len(seen) > 1:
            row = best(seen, key=lambda one: one.gap)
            numbers = {"value": row.gap, "low": row.gap_low, "high": row.gap_high, "n": row.n}
            told = f"gap {two_digits(row.gap)} ({_between(row.gap_low, row.gap_high)}n = {count(row.n)})"
            text = f"{said} in “{names.groups.get(row.group, row.group)}”: {told}."
            yield _row(kind, code, row.group, heard.topics.survey, text, link, **numbers)
    for group in (row.group for row in rows if row.suppressed):
        text = f"“{names.groups.get(group, group)}” is hidden: too few people in it, or outside it."
        yield _row("group_hidden", code, group, heard.topics.survey, text, link, suppressed=True)


def _ranked(topic: str, option: str, kind: str, heard: Heard, names: Names) -> Iterator[Row]:
    """How high the tables put an option of a topic."""
    rows = heard.ranked.get(topic, {})
    if option not in rows:
        return
    row, n = rows[option], heard.listing[topic]
    link = names.link("tables", "", topic=topic, option=option)
    if not row.ranked_by:
        yield _row(kind, option, option, topic, f"None of {tables(n)} ranked it.", link, tables=0)
        return
    rank, low, high = row.borda_rank, row.rank_low, row.rank_high
    by = f"{count(row.ranked_by)} of {tables(n)} ranked it"
    text = f"Rank {rank:.0f} of {len(rows)} at the tables{_ranks(low, high)}; {by}."
    yield _row(kind, option, option, topic, text, link, value=rank, low=low, high=high, tables=row.ranked_by)


def _methods(code: str, heard: Heard, names: Names) -> Iterator[Row]:
    """How many of the methods that have numbers for it put it into their top five."""
    if code not in heard.methods:
        return
    speaking, found = heard.methods[code]
    inside = found.inside if found else 0
    text = f"None of {count(speaking)} methods puts it into its top five."
    if found:
        depends = "" if found.robust else f"; it depends {found.depends}"
        text = f"{count(inside)} of {count(speaking)} methods put it into their top five{depends}."
    topic = JOIN.join((heard.topics.survey, heard.topics.contents))
    yield _row("methods", code, code, topic, text, names.link("voices", "methods"), value=inside, high=speaking)


def _challenges(code: str, heard: Heard, names: Names) -> Iterator[Row]:
    for row in heard.named.get(code, []):
        link = names.link("challenges", "lines", challenge=row.code)
        text = f"Answers “{names.challenges.get(row.code, row.code)}”: {_lines(row.lines, row.tables, row.suggested)}."
        yield _row("challenge", code, row.code, heard.topics.notes, text, link, value=row.lines, tables=row.tables)


def _solutions(code: str, heard: Heard, names: Names) -> Iterator[Row]:
    by: dict[str, list[Any]] = {}
    for line, _, about in heard.lines:
        if line.kind == "solution" and line.code and code in about:
            by.setdefault(line.code, []).append(line)
    for solution, lines in by.items():
        at, guessed = {line.table_number for line in lines}, sum("machine" in (x.coded_by, x.linked_by) for x in lines)
        text = f"Takes up “{names.solutions.get(solution, solution)}”: {_lines(len(lines), len(at), guessed)}."
        link = names.link("challenges", "flow")
        yield _row("solution", code, solution, heard.topics.notes, text, link, value=len(lines), tables=len(at))


def _lines(lines: int, at: int, guessed: int) -> str:
    some = f"{count(lines)} {'line' if lines == 1 else 'lines'} of {tables(at)}"
    return f"{some}, {'it is' if lines == 1 else f'{count(guessed)} of them'} only suggested" if guessed else some


def _quotes(code: str, heard: Heard, names: Names) -> Iterator[Row]:
    """Lines about it that all may read; the same text is quoted once, with the tables that wrote it."""
    by: dict[str, list[Any]] = {}
    for line, mark, about in heard.lines:
        if line.text and code in about:
            by.setdefault(mark, []).append(line)
    for mark, lines in by.items():
        at = sorted({int(line.table_number) for line in lines})
        who = f"Table{'s' * (len(at) > 1)} {listed([str(table) for table in at])}"
        guess = " (about this by suggestion only)" * all(line.linked_by == "machine" for line in lines)
        link = names.link("challenges", "lines", challenge=lines[0].code if lines[0].kind == "challenge" else "")
        text = f"{who}, {lines[0].kind}{guess}: “{lines[0].text}”"
        yield _row("quote", code, mark, heard.topics.notes, text, link, tables=len(at))


def _of_form(topic: str, option: str, heard: Heard, names: Names) -> Iterator[Row]:
    yield from _ranked(topic, option, "option", heard, names)
    asked = heard.answers(topic, option)
    if asked is None:
        return
    rows = REPLIES.check(heard.replies)
    rows = rows[(rows["question"] == asked[0]) & (rows["option"] == asked[1]) & rows["group"].isna()]
    for row in _rows(rows[~rows["or_more"].astype(bool)]):
        link, survey = names.link("questions", "", question=asked[0]), heard.topics.replies
        if row.suppressed:
            text = "How many people chose it is hidden: too few chose it, or did not."
            yield _row("reply", option, asked[0], survey, text, link, suppressed=True)
            continue
        share = [percent(x, row.respondents) for x in (row.share, row.share_low, row.share_high)]
        text = f"{count(row.n)} of {people(row.respondents)} chose it ({share[0]}, {share[1]} to {share[2]})."
        numbers = {"value": row.share, "low": row.share_low, "high": row.share_high, "n": row.respondents}
        yield _row("reply", option, asked[0], survey, text, link, **numbers)


def shown(frame: pd.DataFrame) -> dict[str, tuple[Shown, ...]]:
    """EVIDENCE as it is shown, by line: what an edited line is saved with. No text that a table wrote is in it."""
    found: dict[str, list[Shown]] = {}
    for row in _rows(EVIDENCE.check(frame)):
        value, low, high = (_as_shown(row.kind, number, row.n) for number in (row.value, row.low, row.high))
        n, at = ("" if pd.isna(number) else count(number) for number in (row.n, row.tables))
        one = Shown(row.kind, row.about, row.what, row.topic, value, low, high, n, at, bool(row.suppressed))
        found.setdefault(row.line, []).append(one)
    return {line: tuple(rows) for line, rows in found.items()}


def _as_shown(kind: str, value: float, n: float) -> str:
    if pd.isna(value):
        return ""
    if kind == "reply":
        return percent(value, n).replace(DASH, "")
    return two_digits(value) if kind in ("gap", "score", "group_most", "group_least") else count(value)


def sentences(frame: pd.DataFrame, labels: Mapping[str, str]) -> tuple[str, ...]:
    """EVIDENCE of one line in words: a paragraph for each competency or option, quoted lines left out."""
    rows = frame[frame["kind"] != "quote"]
    told = {about: rows.loc[rows["about"] == about, "text"] for about in _in_order(rows["about"])}
    return tuple(f"{labels.get(about, about)}: {' '.join(texts)}" for about, texts in told.items())


def _in_order(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _rows(frame: pd.DataFrame) -> list[Any]:
    return list(frame.itertuples(index=False))
