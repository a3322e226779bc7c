"""A first catalogue for a survey about other competencies, written from its mapping."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from sctrain.load.mapping import Asked, Mapping, Scale
from sctrain.load.text import slug, toml

USUAL = {"low": 1, "high": 5}
"""The ends of the scale where the mapping gives no marks."""


def draft_catalogue(mapping: Mapping) -> str:
    """TOML of a catalogue with the mapping's competencies and profile options, for a person to finish.

    The scale runs from the lowest mark the mapping gives to the highest. Where several labels have
    one code, the first is the option's label and the others are its synonyms. A profile question
    without a table of labels is left open to any answer.
    """
    return "\n".join(_lines(mapping)).lstrip() + "\n"


def _lines(mapping: Mapping) -> Iterator[str]:
    stem = Path(mapping.source).name.removesuffix(".toml")
    title = mapping.event.title if mapping.event else stem
    yield from _table("[catalogue]", code=slug(stem), title=title, source="whose survey this is, and its licence")
    anchors = {side: _anchors(mapping.scale.get(getattr(mapping, f"{side}_scale"))) for side in ("importance", "level")}
    yield from _table("[scale]", **_ends(mapping), **anchors)
    for rating in mapping.rating:
        yield from _table("[[competency]]", code=rating.competency, label=rating.label or rating.competency)
    for code, asked in mapping.profile.items():
        yield from _dimension(code, asked)
    for code, asked in mapping.question.items():
        yield from _table(
            "[[question]]", code=code, label=_spoken(code), kind="multiple" if _several(asked) else "single"
        )
        yield from _options("question", asked)


def _table(head: str, **keys: object) -> Iterator[str]:
    """A TOML table; what is empty is left out. JSON writes texts, numbers and lists as TOML does."""
    yield from ("", head)
    yield from (f"{key} = {toml(value)}" for key, value in keys.items() if value not in ("", []))


def _ends(mapping: Mapping) -> dict[str, int]:
    tables = [tuple(scale.labels.values()) for scale in mapping.scale.values() if scale.labels]
    spans = [scale.span for scale in mapping.scale.values() if scale.span and not scale.rescale]
    shifted = [(min(max(int(low), 0), 1), int(high - low)) for low, high in spans]
    marks = [mark for table in tables for mark in table] + [m for low, length in shifted for m in (low, low + length)]
    return {"low": min(1, *marks), "high": max(marks)} if marks else USUAL


def _anchors(scale: Scale | None) -> list[str]:
    """The labels of the lowest and the highest mark."""
    if scale is None or not scale.labels:
        return []
    ends = sorted(scale.labels, key=lambda label: scale.labels[label], reverse=scale.reversed)
    return [ends[0], ends[-1]]


def _dimension(code: str, asked: Asked) -> Iterator[str]:
    kind = {"multiple": True} if _several(asked) else {}
    kind |= {} if _options_of(asked) else {"open": True}
    yield from _table("[[dimension]]", code=code, label=_spoken(code), **kind)
    yield from _options("dimension", asked)


def _options(of: str, asked: Asked) -> Iterator[str]:
    for option, (label, *synonyms) in _options_of(asked).items():
        yield from _table(f"[[{of}.option]]", code=option, label=label, synonyms=synonyms)


def _options_of(asked: Asked) -> dict[str, list[str]]:
    """The labels by option code."""
    labels: defaultdict[str, list[str]] = defaultdict(list)
    for label, option in (asked.labels or asked.columns).items():
        labels[option].append(label)
    if asked.unknown:
        labels.setdefault(asked.unknown, [_spoken(asked.unknown)])
    return labels


def _several(asked: Asked) -> bool:
    return bool(asked.columns or asked.separator)


def _spoken(code: str) -> str:
    return code.replace("_", " ").capitalize()
