"""A mapping as TOML text, and which of the saved ones fits a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sctrain.errors import ImportRefused, MappingError
from sctrain.load.guess import Proposal
from sctrain.load.mapping import Mapping, fingerprint, mapping_of, read_mapping
from sctrain.load.reader import headings_of
from sctrain.load.text import toml


@dataclass(frozen=True)
class Saved:
    """A mapping that was saved, with the catalogue drafted for it; `catalogue` is `` where it has none of its own."""

    name: str
    mapping: Mapping
    catalogue: str = ""


def to_toml(mapping: Mapping, comments: Iterable[str] = ()) -> str:
    """A mapping as text that `read_mapping` reads as the same mapping."""
    data = mapping.model_dump(mode="python", by_alias=True, exclude_defaults=True)
    lines = [f"# {_printable(line)}" for comment in comments for line in comment.splitlines()]
    return "\n".join([*lines, *_table((), data)]).strip() + "\n"


def _printable(line: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in line)


def _table(path: tuple[str, ...], data: Table[str, Any]) -> Iterator[str]:
    """Plain keys first, then tables, then lists of tables: TOML takes no plain key after them."""
    given = {key: value for key, value in data.items() if value is not None}
    tables = {key: value for key, value in given.items() if isinstance(value, dict)}
    lists = {key: value for key, value in given.items() if _is_list_of_tables(value)}
    plain = {key: value for key, value in given.items() if key not in tables and key not in lists}
    if path and (plain or not tables):
        yield from ("", f"[{'.'.join(map(_key, path))}]")
    yield from (f"{_key(key)} = {_value(value)}" for key, value in plain.items())
    for key, value in tables.items():
        yield from _table((*path, key), value)
    for key, rows in lists.items():
        for row in rows:
            yield from ("", f"[[{'.'.join(map(_key, (*path, key)))}]]")
            yield from (f"{_key(name)} = {_value(value)}" for name, value in row.items() if value is not None)


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(row, dict) for row in value)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _value(key)


def _value(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return _value(value.as_posix())
    return toml(value)


def comments(proposal: Proposal) -> list[str]:
    """What a person should read before trusting a proposed mapping."""
    return [
        f"Proposed by `python -m sctrain guess` for {proposal.look.path.name}; read it before you trust it.",
        *proposal.look.told,
        *(f"Asked. {ask}" for ask in proposal.asks),
    ]


def saved_in(folders: Iterable[Path]) -> list[Saved]:
    """The mappings among the TOML files of some folders; other TOML files are passed over."""
    found = []
    for file in (file for folder in folders if folder.is_dir() for file in sorted(folder.glob("*.toml"))):
        try:
            found.append(Saved(str(file), read_mapping(file)))
        except MappingError:
            continue
    return found


def saved_from(texts: Table[str, str]) -> list[Saved]:
    """The mappings that a store keeps: JSON with `mapping` and `catalogue`, by name."""
    found = []
    for name, text in texts.items():
        kept = json.loads(text)
        found.append(Saved(name, mapping_of(kept["mapping"], name), kept["catalogue"]))
    return found


def fitting(path: Path, saved: Iterable[Saved]) -> Saved:
    """The saved mapping for a file: one made for the same headings, else the one whose columns are all in it.

    ImportRefused where none fits, or several do; the file itself is not read further than its headings.
    """
    near = []
    for one in saved:
        headings = headings_of(path, one.mapping)
        if headings and one.mapping.file.fingerprint == fingerprint(headings):
            return one
        named = {heading for _, heading in one.mapping.headings}
        if headings and named <= {*headings, *(f"column {place}" for place in range(1, len(headings) + 1))}:
            near.append(one)
    if len(near) == 1:
        return near[0]
    if near:
        names = ", ".join(one.name for one in near[:5])
        raise ImportRefused(f"{path}: several saved mappings fit it: {names}; choose one with --mapping")
    raise ImportRefused(
        f"{path}: no saved mapping fits its headings; `python -m sctrain guess {path.name} --out MAP.toml` proposes one"
    )
