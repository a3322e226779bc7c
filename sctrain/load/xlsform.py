"""The code book of a KoboToolbox or ODK form: what its question names and choice codes stand for.

An *XLSForm* is a workbook with a sheet `survey` (type, name and label of each question and group) and a sheet `choices`
(list_name, name and label of each choice); labels may be in several languages. https://xlsform.org/en/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sctrain.errors import ImportRefused
from sctrain.load.records import is_workbook, sheet_names, sheet_records
from sctrain.load.text import fold

NEEDED = {"survey": ("type", "name"), "choices": ("list_name", "name")}
"""The sheets of a code book, and the columns that each must have; both need a label besides."""
BETWEEN = "; "
"""Between the labels of several choices in one cell."""
SCORE = "kobo--score-choices"
"""The column that names the choices of a rating grid of KoboToolbox."""
Row = Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """A question or group: its label, the labels of its choices by code, and whether several may be chosen.

    `group` is the label of the group it stands in, where another question has the same label.
    """

    label: str
    choices: Mapping[str, str]
    several: bool = False
    group: str = ""


@dataclass(frozen=True)
class Book:
    """A code book: questions and groups by name."""

    questions: Mapping[str, Question]

    def heading(self, heading: str) -> str:
        """What a heading says in words: each part, between `/`, by its label; as it is where that is not known."""
        *before, last = heading.split("/")
        over, asked = self._of_choice(heading), self.asked(heading)
        called = over.choices[last] if over else self._called(last)
        group = [asked.group] if asked and asked.group and not before else []  # some exports name groups, some do not
        return "/".join([*group, *map(self._called, before), called])

    def asked(self, heading: str) -> Question | None:
        """The question that a column answers, or of which it is a choice; None where the book has none."""
        return self._of_choice(heading) or self.questions.get(heading.rpartition("/")[2])

    def cell(self, heading: str, text: str) -> str:
        """An answer in words; as it is where it is no code of the question."""
        asked = None if self._of_choice(heading) else self.asked(heading)
        if asked is None or not asked.choices:
            return text
        if not asked.several:
            return asked.choices.get(text, text)
        return BETWEEN.join(asked.choices.get(code, code) for code in text.split())

    def _of_choice(self, heading: str) -> Question | None:
        """The question with several choices of which a column is one: 0 or 1."""
        *before, last = heading.split("/")
        over = self.questions.get(before[-1]) if before else None
        return over if over and over.several and last in over.choices else None

    def _called(self, name: str) -> str:
        return self.questions[name].label if name in self.questions else name


def read_book(path: Path) -> Book:
    """The code book in an XLSForm. ImportRefused, with what is missing, where it is none."""
    if not is_workbook(path):
        raise ImportRefused(f"{path}: a code book is an XLSX workbook (an XLSForm), and this is none")
    sheets = {name.casefold(): name for name in sheet_names(path)}
    if missing := [name for name in NEEDED if name not in sheets]:
        there = ", ".join(sheets.values())
        raise ImportRefused(f"{path}: no XLSForm: it has no sheet {missing[0]!r}; there are: {there}")
    language = _language(path, sheets)
    survey, choices = (list(_rows(path, sheets[name], name, language)) for name in NEEDED)
    lists: dict[str, dict[str, str]] = {}
    for row in choices:
        lists.setdefault(row["list_name"], {})[row["name"]] = row["label"] or row["name"]
    return Book(_questions(survey, lists))


def _language(path: Path, sheets: Mapping[str, str]) -> str:
    """The language that the form opens with; `` where its settings do not say."""
    if "settings" not in sheets:
        return ""
    head, *rows = [[fold(cell) for cell in record] for record in sheet_records(path, sheets["settings"])] or [[]]
    return next((dict(zip(head, row, strict=False)).get("default_language", "") for row in rows), "")


def _rows(path: Path, sheet: str, name: str, language: str) -> Iterator[Row]:
    """The rows of a sheet by heading, those without a name left out; `label` is in one language."""
    records = ([fold(cell) for cell in record] for record in sheet_records(path, sheet))
    head = [heading.casefold().replace(" ", "_") if "::" not in heading else heading for heading in next(records, [])]
    label = _label(head, language)
    for column in NEEDED[name]:
        if column not in head:
            there = ", ".join(filter(None, head))
            raise ImportRefused(f"{path}, sheet {sheet!r}: no column {column!r}; there are: {there}")
    if not label:
        raise ImportRefused(f"{path}, sheet {sheet!r}: no column 'label', and none such as 'label::English (en)'")
    for record in records:
        row = dict(zip(head, record, strict=False))
        if row.get("name") or row.get("type"):
            yield {**row, "name": row.get("name", ""), "label": row.get(label, "")}


def _label(head: Sequence[str], language: str) -> str:
    """The column of labels: in the form's own language, else without one, else the first."""
    named = [heading for heading in head if heading.casefold().startswith("label::")]
    wanted = [heading for heading in named if language and heading.partition("::")[2].strip() == language]
    return next(iter([*wanted, *[heading for heading in head if heading == "label"], *named]), "")


def _questions(survey: Sequence[Row], lists: Mapping[str, Mapping[str, str]]) -> dict[str, Question]:
    """By name."""
    shared = Counter(row["label"] for row in survey if row["label"])
    found: dict[str, Question] = {}
    groups: list[tuple[str, str]] = []
    for row in survey:
        kind, _, chosen = row.get("type", "").partition(" ")
        if kind.startswith("end"):
            groups = groups[:-1]
        elif kind.startswith("begin"):
            groups.append((row["label"], row.get(SCORE, "")))
            found[row["name"]] = Question(row["label"] or row["name"], {})
        elif row["name"]:
            over = next((label for label, _ in reversed(groups) if label), "")
            group = over if shared[row["label"]] > 1 else ""
            listed = groups[-1][1] if kind == "score__row" and groups else chosen.split(" ")[0]
            several = kind == "select_multiple"
            found[row["name"]] = Question(row["label"] or row["name"], lists.get(listed, {}), several, group)
    return found
