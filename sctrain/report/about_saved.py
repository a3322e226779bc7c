"""The part of a report about the programme as its organiser saved it: lines as they were edited, and flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sctrain import receipts
from sctrain.analysis.programme_words import hours as in_hours
from sctrain.catalogue import Catalogue
from sctrain.programme import Form
from sctrain.report.document import Block, Bullets, Heading, Text, stop
from sctrain.report.sources import Sources
from sctrain.selection import FORM, Selection, from_query
from sctrain.store import programmes
from sctrain.store.programmes import Draft, Line


@dataclass(frozen=True)
class _Drafted:
    """A line where nobody has edited it: its label, text and hours."""

    label: str
    text: str
    hours: float | None = None


def saved(of: Sources, view: Selection, form: Form) -> Iterator[Block]:
    """The version of the programme that stands, as it is edited by now; nothing where none was saved."""
    with of.engine.connect() as connection:
        held = programmes.read(connection, view.events[0])
    if held is None:
        return
    drafted = _lines(of.known, form)
    lines = [line for line in held.draft.lines if line.code in drafted]
    modules = [line for line in lines if not line.code.startswith(FORM)]
    total = sum(line.hours or drafted[line.code].hours or 0 for line in modules)
    when = f"{datetime.fromisoformat(held.head.at):%d %B %Y}"
    flags = _flags(of, view, held.draft, form)
    n = sum(map(len, flags.values()))
    yield Heading("As the organiser saved it", 2)
    yield Text(
        f"Version {held.head.number}, saved on {when} with data version {held.head.version}: {len(modules)} "
        f"module{'s' * (len(modules) != 1)} of {in_hours(total)} together. "
        + (f"{n} {'piece' if n == 1 else 'pieces'} of its evidence changed since." if n else "Its evidence stands.")
    )
    yield Bullets(tuple(_told(line, drafted[line.code], flags.get(line.code, ())) for line in lines))


def _lines(known: Catalogue, form: Form) -> dict[str, _Drafted]:
    found = {module.code: _Drafted(module.label, module.sentence, module.hours) for module in known.modules}
    return found | {f"{FORM}{topic}": _Drafted(form.titles[topic], text) for topic, text in form.words.items()}


def _told(line: Line, drafted: _Drafted, flags: Sequence[str]) -> str:
    hours = line.hours or drafted.hours
    facts = ", ".join(([in_hours(hours)] if hours else []) + ["locked in"] * line.locked)
    said = f"{drafted.label}{f' ({facts})' * bool(facts)}: {stop(line.text or drafted.text)}"
    note = f" Note: {stop(line.note)}" if line.note else ""
    return said + note + "".join(f" ⚑ {stop(flag)}" for flag in flags)


def _flags(of: Sources, view: Selection, draft: Draft, form: Form) -> Mapping[str, list[str]]:
    """What has become of the evidence of each line since it was saved, under the rules it was saved with."""
    kept, _ = from_query(dict(draft.settings), of.known, ())
    heard = receipts.read(of.engine, replace(kept, events=view.events, version=of.selection.version))
    codes = {line.code for line in draft.lines}
    modules = {module.code: module.competencies for module in of.known.modules if module.code in codes}
    chosen = {topic: option for topic, option in form.chosen.items() if f"{FORM}{topic}" in codes}
    found = receipts.flags(heard, draft.lines, receipts.evidence(heard, modules, chosen))
    return {code: [flag.text for flag in told] for code, told in found.items()}
