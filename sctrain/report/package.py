"""Frames as a Frictionless Data Package: tidy CSV files, and one JSON file that says what every column means.

Source of the format: the Tabular Data Package profile, version 1 (specs.frictionlessdata.io). What may be published
is decided before: the frames come past the privacy gate (`sctrain/public.py`).
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sctrain.errors import FrameError
from sctrain.frames import Column, Frame
from sctrain.report.tables import to_csv

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip: the earliest there is, so that the same numbers give the same bytes."""
TYPES = {"code": "string", "text": "string", "count": "integer", "number": "number", "yes": "boolean"}
"""What a column's kind is called in a table schema."""
LICENCES = {
    "CC0-1.0": ("Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "CC-BY-4.0": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC-BY-SA-4.0": ("Creative Commons Attribution Share-Alike 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "ODbL-1.0": ("Open Data Commons Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}
"""Under which a package can be given away: title and address by name."""

LABELS = Frame(
    "LABELS",
    "code and what it is a code of",
    ("kind", "code"),
    (
        Column("kind", "code", "what it is: competency, question, a profile dimension, a comparison, a ranked list …"),
        Column("code", "code", "the code, as it stands in the other files"),
        Column("label", "text", "what it is called"),
    ),
    "catalogue",
)
DICTIONARY = Frame(
    "DICTIONARY",
    "file and column",
    ("file", "column"),
    (
        Column("file", "text", "file of this package"),
        Column("column", "text", "column of it"),
        Column("type", "text", "type of its values", choices=tuple(dict.fromkeys(TYPES.values()))),
        Column("unit", "text", "unit; empty for none"),
        Column("meaning", "text", "what it says"),
        Column("formula", "text", "how it is worked out; empty where it is counted or named"),
        Column("source", "text", "where the method comes from; empty for none"),
        Column("may_be_missing", "yes", "whether it may be empty"),
    ),
    "sctrain/report/package.py",
)


@dataclass(frozen=True, eq=False)
class Table:
    """One file of a package: a frame that keeps its contract, without some columns if they say nothing.

    `blank` is what an empty text of a column stands for: a key must not be empty.
    """

    name: str
    title: str
    frame: pd.DataFrame
    contract: Frame
    without: tuple[str, ...] = ()
    blank: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where it stands in the zip."""
        return f"data/{self.name}.csv"

    @property
    def columns(self) -> list[Column]:
        """The columns that are written."""
        return [column for column in self.contract.columns if column.name not in self.without]

    @property
    def key(self) -> list[str]:
        """The columns that tell its rows apart."""
        return [name for name in self.contract.key if name not in self.without]

    def rows(self) -> pd.DataFrame:
        """What is written; FrameError where the frame breaks its contract or a key would be empty."""
        rows = self.contract.check(self.frame)[[column.name for column in self.columns]]
        filled = {
            name: rows[name].mask(rows[name].isna() | (rows[name] == ""), word) for name, word in self.blank.items()
        }
        rows = rows.assign(**filled)
        empty = [name for name in self.key if (rows[name].isna() | (rows[name].astype("str") == "")).any()]
        if empty or (self.key and rows.duplicated(self.key).any()):
            raise FrameError(f"{self.name}: the key {', '.join(empty or self.key)} does not tell its rows apart")
        return rows.assign(
            **{c.name: rows[c.name].map(_said, na_action="ignore") for c in self.columns if c.kind == "yes"}
        )


def _said(value: bool) -> str:
    return "true" if value else "false"


@dataclass(frozen=True)
class About:
    """What a package is of: its name and title, whom it speaks of and how far it may be believed.

    `sources` are the titles of where it comes from; `facts` are told as they are.
    """

    name: str
    title: str
    description: str
    version: int
    licence: str | None = None
    sources: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def package(tables: Sequence[Table], about: About) -> bytes:
    """The zip of a Tabular Data Package: `datapackage.json` and a CSV for each table; the same input, the same bytes.

    FrameError where a table breaks its contract. Texts that a spreadsheet would take for formulas are marked.
    """
    ordered = sorted(tables, key=lambda table: table.name)
    given = sorted((*ordered, dictionary(ordered)), key=lambda table: table.name)
    files = {table.path: to_csv(table.rows(), {}) for table in given}
    head = _descriptor(about) | {"resources": [_resource(table, files[table.path]) for table in given]}
    files["datapackage.json"] = (json.dumps(head, ensure_ascii=False, indent=1) + "\n").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as held:
        for path in sorted(files):
            info = zipfile.ZipInfo(path, EPOCH)
            info.create_system, info.external_attr, info.compress_type = 3, 0o644 << 16, zipfile.ZIP_DEFLATED
            held.writestr(info, files[path])
    return out.getvalue()


def dictionary(tables: Sequence[Table]) -> Table:
    """What every column of every file means, as a file of the package itself."""
    rows = [
        (t.path, c.name, TYPES[c.kind], c.unit, c.says, c.formula, c.cites, c.missing)
        for t in tables
        for c in t.columns
    ]
    frame = pd.DataFrame(rows, columns=DICTIONARY.names)
    return Table("dictionary", "What every column means", frame, DICTIONARY)


def _descriptor(about: About) -> dict[str, Any]:
    found: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": re.sub("[^-a-z0-9._/]", "-", about.name.lower()),
        "title": about.title,
        "description": about.description,
        "version": f"{about.version}.0.0",
    }
    if about.licence:
        title, path = LICENCES[about.licence]
        found["licenses"] = [{"name": about.licence, "title": title, "path": path}]
    if about.sources:
        found["sources"] = [{"title": title} for title in about.sources]
    return found | dict(about.facts)


def _resource(table: Table, content: bytes) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": table.path,
        "title": table.title,
        "description": f"One row for each {table.contract.grain}.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [_field(column, table) for column in table.columns],
            "missingValues": [""],
            **({"primaryKey": table.key} if table.key else {}),
        },
    }


def _field(column: Column, table: Table) -> dict[str, Any]:
    """A column as a table schema has it; unit, formula and source of the method stand beside the standard's own."""
    told = {"unit": column.unit, "formula": column.formula, "cites": column.cites}
    found = {"name": column.name, "type": TYPES[column.kind], "title": column.name, "description": column.says}
    limits: dict[str, Any] = {"required": True} if _required(column, table) else {}
    ends = {"minimum": column.low, "maximum": column.high} if column.kind in ("count", "number") else {}
    limits |= {name: _whole(value) for name, value in ends.items() if value is not None}
    choices = [choice for choice in column.choices if choice]
    limits |= {"enum": choices} if choices else {}
    return found | {name: text for name, text in told.items() if text} | ({"constraints": limits} if limits else {})


def _required(column: Column, table: Table) -> bool:
    """Whether it is in every row; a text may be empty, which reads as missing."""
    return column.name in table.key or not (column.missing or column.kind in ("code", "text"))


def _whole(value: float) -> float | int:
    return int(value) if value == int(value) else value
