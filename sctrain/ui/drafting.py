"""The saved programme of an event: everybody reads it and its flags, who has the organiser's link edits it.

Every save is a version with the evidence its lines stood on. Who edits goes on from the version they began with, even
if somebody else saves meanwhile: then both are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from sctrain import receipts
from sctrain.analysis.findings import listed
from sctrain.analysis.programme_words import hours as in_hours
from sctrain.catalogue import Catalogue
from sctrain.errors import InputError, SelectionError
from sctrain.programme import Form, Programme
from sctrain.selection import FORM, PROGRAMME, Selection, from_query
from sctrain.store import programmes
from sctrain.store.programmes import Draft, Line, Revision
from sctrain.store.revisions import Head, OutdatedError
from sctrain.ui import data, programme, roles, state

SHOWN = {
    "keep": "in it",
    "place": "place",
    "name": "line",
    "text": "text",
    "hours": "hours",
    "locked": "locked",
    "note": "note",
    "flags": "evidence since",
}
CHANGED = ("keep", "place", "text", "hours", "locked", "note")
NOT_KEPT = ("event", "v", "line", "instead", "show")
"""What of a link is no setting of a programme."""


def standing(event: str, number: int | None = None) -> Revision | None:
    """The version that stands, or the one of this number; None where there is none yet."""
    with data.engine().connect() as connection:
        return programmes.read(connection, event, number)


def settled(selection: Selection, draft: Draft) -> Selection:
    """What a version was saved with, looked at with the answers of this selection's data version."""
    kept, _ = from_query(dict(draft.settings), state.catalogue(), ())
    return replace(kept, events=programme.one_event(selection).events, version=selection.version)


def flags(selection: Selection, draft: Draft) -> dict[str, list[str]]:
    """What has become of the evidence of each line since it was saved, in words, by its code."""
    whole = settled(selection, draft)
    now = programme.evidence(whole, [line.code for line in draft.lines], data.programme_form(whole))
    found = receipts.flags(data.sources(whole), draft.lines, now)
    return {code: [flag.text for flag in of_line] for code, of_line in found.items()}


def receipt(selection: Selection, line: str, form: Form, known: Catalogue) -> None:
    """What one line stands on, and what has become of it since the programme was saved."""
    frame = programme.evidence(selection, [line], form)
    held = standing(programme.one_event(selection).events[0])
    if held and (told := flags(selection, held.draft).get(line)):
        st.html(f"<ul class='flags'>{_flagged(told)}</ul>")
    st.html(programme.receipt(receipts.receipt(data.sources(selection), frame, line), known))


def _flagged(told: Sequence[str]) -> str:
    return "".join(f"<li>⚑ {escape(text)}</li>" for text in told)


def names(form: Form) -> dict[str, str]:
    """Label by code of every line that a programme may have."""
    known = state.catalogue()
    of_form = {f"{FORM}{topic}": f"Form: {form.titles[topic]}" for topic in form.chosen}
    return {module.code: module.label for module in known.modules} | of_form


def kept(selection: Selection, found: Programme, form: Form) -> None:
    """The version that stands, and the organiser's editor."""
    saved(selection, form)
    organise(selection, found, form)


def saved(selection: Selection, form: Form) -> None:
    """The version that stands, read-only: its lines as the organiser wrote them, and flags."""
    event = programme.one_event(selection).events[0]
    held = standing(event)
    if held is None:
        return
    st.header("The saved programme", anchor="saved")
    told = f"Version {held.head.number}, saved on {_time(held.head)} with data version {held.head.version}."
    flagged = flags(selection, held.draft)
    n = sum(len(texts) for texts in flagged.values())
    told += f" {_size(held.draft, form)}"
    told += f" ⚑ {n} {'piece' if n == 1 else 'pieces'} of evidence changed since." if n else " Its evidence stands."
    st.write(told)
    settings = settled(selection, held.draft)
    if is_other := _ruled(settings) != _ruled(selection):
        button: Any = {"on_click": _adopt, "args": (dict(held.draft.settings),)}
        st.button("See the page with the rules it was saved with", key="saved_rules", type="tertiary", **button)
    labels, drafted = names(form), _drafted(form)
    if n := len(unnamed(held.draft, labels)):
        st.caption(f"Not shown, as what they are about is hidden or no longer asked: {n} of its lines.")
    sure = programme.certainty(settings)
    if sure and sure.earlier:  # rooms are redrawn for the rules of the page
        st.caption(f"Certainty of data version {sure.earlier}." if is_other else sure.told)
    shown = [one for one in held.draft.lines if one.code in labels]
    certain = {one.code: sure.of(one.code) for one in shown} if sure else {}
    lines = [_line(one, labels, drafted, flagged.get(one.code, []), certain.get(one.code, "")) for one in shown]
    st.html(f"<ol class='programme'>{''.join(lines)}</ol>")


def _size(made: Draft, form: Form) -> str:
    """How many modules it has, and their hours."""
    drafted = _drafted(form)
    modules = [line for line in made.lines if not line.code.startswith(FORM) and line.code in drafted]
    total = sum(line.hours or drafted[line.code][1] or 0 for line in modules)
    return f"{len(modules)} module{'s' * (len(modules) != 1)} of {in_hours(total)} together."


def unnamed(made: Draft, labels: Mapping[str, str]) -> tuple[Line, ...]:
    """The lines about what is hidden until it is revealed, or is no longer in the catalogue."""
    return tuple(line for line in made.lines if line.code not in labels)


def _ruled(selection: Selection) -> dict[str, str]:
    """The rules that modules are chosen by, written out."""
    return {k: v for k, v in data.planned(selection).query().items() if k in (*PROGRAMME, "measure")}


def _adopt(settings: Mapping[str, str]) -> None:
    for key in (*PROGRAMME, "by", "measure"):
        state.put(key, [settings.get(key, "")])


def _drafted(form: Form) -> dict[str, tuple[str, float | None]]:
    """Text and hours by line, where nobody wrote any."""
    modules = {module.code: (module.sentence, float(module.hours)) for module in state.catalogue().modules}
    return modules | {f"{FORM}{topic}": (text, None) for topic, text in form.words.items()}


def _line(
    line: Line,
    labels: Mapping[str, str],
    drafted: Mapping[str, tuple[str, float | None]],
    flagged: Sequence[str],
    sure: str,
) -> str:
    text, hours = drafted[line.code]
    hours = line.hours or hours
    facts = [in_hours(hours)] if hours else []
    facts += ["locked in"] * line.locked + [sure] * bool(sure)
    note = f"<p class='why'>{escape(line.note)}</p>" if line.note else ""
    flag = f"<ul class='flags'>{_flagged(flagged)}</ul>" if flagged else ""
    head = f"<b>{escape(labels[line.code])}</b>{' · '.join(['', *facts])}"
    return f"<li>{head}<p>{escape(line.text or text)}</p>{note}{flag}</li>"


def organise(selection: Selection, found: Programme, form: Form) -> None:
    """The editor, for who has an organiser's link, and for others where to find one."""
    event = programme.one_event(selection).events[0]
    with st.expander("For the organiser: edit the programme and save it", key="programme_edit"):
        if not (token := roles.token("organiser", event)):
            st.write("Open the organiser’s link, which sctrain prints when it starts, to edit the programme here.")
            return
        if selection.version is not None:
            st.info("The evidence is frozen. Take “Frozen” off above to edit the programme.")
            return
        if told := st.session_state.pop("programme_told", ""):
            st.warning(told)
        held, begun = _begun(event)
        anew = _anew(event, begun, held.draft if held else None, found)
        before = rows(held.draft if held else None, selection, found, form, anew)
        after = _editor(_key(event, begun, before, anew), before)
        if st.button("Save", key="save_programme", type="primary"):
            rest = unnamed(held.draft, names(form)) if held else ()
            _save(event, token, begun, draft(after, selection, form, rest))
        _versions(event, token, names(form))


def _anew(event: str, begun: int, made: Draft | None, found: Programme) -> bool:
    """Say where the page chooses other modules than the saved ones, and offer these; whether they are taken."""
    if made is None or not found.feasible:
        return False
    saved = [line.code for line in made.lines if not line.code.startswith(FORM)]
    more = [found.labels[code] for code in found.chosen if code not in saved]
    less = [found.labels[code] for code in saved if code in found.labels and code not in found.chosen]
    if not more and not less:
        return False
    told = [f"also choose {listed(more)}"] * bool(more) + [f"leave out {listed(less)}"] * bool(less)
    return st.toggle(f"The rules above {' and '.join(told)}: take that over", key=f"programme_anew_{event}_{begun}")


def rows(made: Draft | None, selection: Selection, found: Programme, form: Form, anew: bool = False) -> pd.DataFrame:
    """Every line that a programme may have, one row each: those in it first, in their order.

    Before the first save, and where it is begun `anew`, these are the modules that the page chooses, and the form.
    """
    labels, drafted = names(form), _drafted(form)
    held = made.lines if made else ()
    if anew or made is None:
        written = {line.code: line for line in held}
        usual = [*found.chosen, *(code for code in labels if code.startswith(FORM))]
        held = tuple(written.get(code, Line(code, locked=code in found.rules.locked)) for code in usual)
    kept = [line for line in held if line.code in labels]
    other = {line.code: line for line in made.lines} if made else {}
    rest = [other.get(code, Line(code)) for code in labels if code not in {line.code for line in kept}]
    flagged = flags(selection, made) if made else {}
    table = [
        {
            "keep": line in kept,
            "place": float(place),
            "name": labels[line.code],
            "text": line.text or drafted[line.code][0],
            "hours": line.hours or drafted[line.code][1],
            "locked": line.locked,
            "note": line.note,
            "flags": " · ".join(flagged.get(line.code, [])),
            "code": line.code,
        }
        for place, line in enumerate([*kept, *rest], 1)
    ]
    return pd.DataFrame(table).astype({"hours": "float64", "flags": "str"})


def _key(event: str, begun: int, before: pd.DataFrame, anew: bool) -> str:
    """Of the editor: where the page chooses the modules, each choice begins a table of its own."""
    first = "_".join(before.loc[before["keep"], "code"]) if begun == 0 or anew else ""
    return f"programme_lines_{event}_{begun}_{first}"


def _editor(key: str, before: pd.DataFrame) -> pd.DataFrame:
    st.caption(
        "Tick what is in the programme; lower places come first. A text or hours that you leave as drafted follow the "
        "evidence; what you write stays. Saved with them are the rules above. Modules are chosen by the hours of the "
        "catalogue; yours stand in the saved programme."
    )
    longest = programmes.LONGEST
    fixed: dict[str, Any] = {
        "keep": st.column_config.CheckboxColumn(SHOWN["keep"], width=75),
        "place": st.column_config.NumberColumn(SHOWN["place"], width=80),
        "name": st.column_config.TextColumn(SHOWN["name"], disabled=True, width=225),
        "text": st.column_config.TextColumn(SHOWN["text"], max_chars=longest["text"], width=280),
        "hours": st.column_config.NumberColumn(
            SHOWN["hours"], min_value=0.5, max_value=float(programmes.MOST_HOURS), width=85
        ),
        "locked": st.column_config.CheckboxColumn(SHOWN["locked"], width=90),
        "note": st.column_config.TextColumn(SHOWN["note"], max_chars=longest["note"], width=150),
        "flags": st.column_config.TextColumn(SHOWN["flags"], disabled=True, width=200),
    }
    look: dict[str, Any] = {"hide_index": True, "height": 420, "placeholder": "", "column_order": list(SHOWN)}
    after: pd.DataFrame = st.data_editor(before, key=key, column_config=fixed, **look)
    return after


def draft(after: pd.DataFrame, selection: Selection, form: Form, rest: Sequence[Line] = ()) -> Draft | str:
    """What an edited table says, each line with its evidence as it is shown now; a text says what cannot be.

    `rest` are lines that cannot be shown, and stay.
    """
    drafted = _drafted(form)
    kept = after[after["keep"].astype(bool)].sort_values("place", kind="stable", na_position="last")
    shown = receipts.shown(programme.evidence(selection, kept["code"], form))
    locked = [code for code, is_on in zip(kept["code"], kept["locked"], strict=True) if is_on and code in drafted]
    modules = [code for code in locked if not code.startswith(FORM)]
    rules = replace(data.planned(selection), lock=tuple(modules))
    left = tuple(code for code in rules.left if code not in modules)
    settings = {k: v for k, v in replace(rules, left=left).query().items() if k not in NOT_KEPT}
    try:
        lines = [_edited(row, drafted, shown) for row in kept.astype(object).to_dict("records")]
        return Draft(settings, (*lines, *rest))
    except InputError as error:
        return str(error)


def _edited(row: Mapping[Any, Any], drafted: Mapping[str, tuple[str, float | None]], shown: Mapping[str, Any]) -> Line:
    code = str(row["code"])
    text, hours = drafted[code]
    written = row["text"] if isinstance(row["text"], str) else ""
    given = None if pd.isna(row["hours"]) else float(row["hours"])
    note = row["note"] if isinstance(row["note"], str) else ""
    mine: dict[str, Any] = {"text": "" if written.strip() == text else written}
    mine["hours"] = None if given == hours else given
    return Line(code, locked=bool(row["locked"]), note=note, evidence=tuple(shown.get(code, ())), **mine)


def _begun(event: str) -> tuple[Revision | None, int]:
    """The version that is being edited: the one that stands, unless an older one has been begun with."""
    held, key = standing(event), f"programme_begun_{event}"
    now = held.head.number if held else 0
    begun = st.session_state.setdefault(key, now)
    if begun == now or not _is_edited(event, begun):
        st.session_state[key] = now
        return held, now
    st.warning(
        f"Somebody has saved version {now} while you edit version {begun}. If you save, yours is kept beside it; "
        "then compare the two and restore one."
    )
    st.button("Leave mine, and take theirs", key="take_their_programme", on_click=st.session_state.pop, args=(key, 0))
    return standing(event, begun) if begun else None, begun


def _is_edited(event: str, begun: int) -> bool:
    """Whether there are edits in the table that begins with this version."""
    tables = [key for key in st.session_state if str(key).startswith(f"programme_lines_{event}_{begun}_")]
    return any(st.session_state[key].get("edited_rows") for key in tables)


def _save(event: str, token: str, begun: int, made: Draft | str) -> None:
    """Save a version; what cannot be saved is said, and stays in the editor."""
    if isinstance(made, str):
        st.error(made)
        return
    try:
        head = programmes.save(data.engine(), token, event, made, begun)
        st.toast(f"Saved as version {head.number}.")
    except OutdatedError as error:
        st.session_state["programme_told"] = f"{str(error)[0].upper()}{str(error)[1:]}."
    st.session_state.pop(f"programme_begun_{event}", None)
    st.rerun()


def _versions(event: str, token: str, labels: Mapping[str, str]) -> None:
    """Every version: two compared, and a button that makes the earlier one the one that stands."""
    with data.engine().connect() as connection:
        heads = {head.number: head for head in programmes.history(connection, event)}
    if len(heads) < 2:
        return
    now = max(number for number, head in heads.items() if head.kind != "beside")
    st.write("**Versions compared**")
    label = partial(_named, heads)
    with st.container(horizontal=True, key="programme_versions"):
        others = [number for number in heads if number != now]
        one = st.selectbox("From", others, format_func=label, key=f"programme_from_{now}", width=480)
        two = st.selectbox("To", [now, *others], format_func=label, key=f"programme_to_{now}", width=480)
    before, after = standing(event, one), standing(event, two)
    if before and after:
        changed = receipts.changes(before.draft, after.draft, labels)
        told = receipts.changes_told(changed, labels) or ["They are the same."]
        st.html(f"<ul class='changes'>{''.join(f'<li>{escape(text)}</li>' for text in told)}</ul>")
    again: Any = {"on_click": _restore, "args": (event, token, one, now)}
    st.button(f"Restore version {one}", key="restore_programme", **again)


def _restore(event: str, token: str, number: int, now: int) -> None:
    try:
        head = programmes.restore(data.engine(), token, event, number, now)
        st.toast(f"Version {number} stands again, as version {head.number}.")
    except (OutdatedError, SelectionError) as error:
        st.session_state["programme_told"] = str(error)
    st.session_state.pop(f"programme_begun_{event}", None)


def _named(heads: Mapping[int, Head], number: int) -> str:
    head = heads[number]
    how = {"edit": "edited", "restore": "restored", "beside": "kept beside, as somebody was faster"}[head.kind]
    return f"Version {number} · {_time(head)} · {how} from version {head.based_on}"


def _time(head: Head) -> str:
    return f"{datetime.fromisoformat(head.at):%d %B %Y, %H:%M} UTC"
