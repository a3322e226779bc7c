"""The Import page: a file is uploaded, a mapping proposed, corrected and tried, and the answers brought in.

Only for who has an organiser's link, which is asked for again where it is written. What takes long is done in
callbacks, which come before a page's turn to be drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from sctrain import importing
from sctrain.catalogue import DIMENSIONS, Catalogue
from sctrain.errors import SctrainError
from sctrain.importing import Look, Preview, Proposal, Saved
from sctrain.numerals import count, two_digits
from sctrain.ui import data, roles, state

FILE, FORM, SEEN, SAID, DONE = "import_file", "import_form", "import_seen", "import_said", "import_done"
COLUMNS = {
    "place": "column",
    "heading": "heading",
    "use": "is",
    "share": "share read",
    "cells": "answers",
    "reason": "since",
}
KINDS = (
    *("ignore", "respondent", "submitted", "started", "duration", "importance", "level"),
    *(f"profile.{name}" for name in DIMENSIONS),
)
NEEDS = {"competency": "competency", "importance": "importance", "level": "level", "gap": "gap", "n": "n"}


def closed() -> None:
    """What somebody reads who has no organiser's link."""
    st.write(
        "Open the organiser’s link, which sctrain prints when it starts, to bring in a survey here. "
        "On the command line: `python -m sctrain guess FILE`, then `python -m sctrain import FILE`."
    )


def is_open() -> bool:
    """Whether this browser's link allows to bring something in here; an empty store has no event yet."""
    return bool(token(next(iter(state.current().events), "")))


def token(event: str) -> str:
    """This browser's organiser's link for an event, new or not; `` if it has none."""
    return roles.token("organiser", event)


def upload() -> Look | None:
    """The uploader, and what was seen of the file; None until there is one that can be read."""
    st.file_uploader(
        "A survey as EUSurvey, LimeSurvey, Google Forms, Microsoft Forms, KoboToolbox or SurveyMonkey exports it "
        "(CSV, XLSX or XLS). It stays in memory until you import it.",
        key=FILE,
        on_change=_look,
    )
    if done := st.session_state.get(DONE):
        st.success(done)
    found = st.session_state.get(SEEN)
    if st.session_state.get(FORM) or (isinstance(found, Look) and found.has_form):
        st.file_uploader("Its code book (XLSForm), if it holds codes and not words", key=FORM, on_change=_look)
    if isinstance(found, str):
        st.error(found)
    return None if isinstance(found, str) else found


def _look() -> None:
    """Read what was just uploaded; before the page's turn to be drawn."""
    given, form = st.session_state[FILE], st.session_state.get(FORM)
    st.session_state[SAID], st.session_state[DONE], st.session_state[SEEN] = {}, "", None
    if given is not None:
        try:
            file, *book = [importing.uploaded(one.getvalue(), one.name) for one in (given, form) if one]
            st.session_state[SEEN] = importing.seen(file, *book)
        except SctrainError as error:
            st.session_state[SEEN] = str(error)


def proposed(seen: Look, known: Catalogue) -> Proposal | None:
    """The mapping for a file: the saved one if it fits and is wanted, else what is proposed; None if nothing is."""
    for line in seen.told:
        st.caption(line)
    if (saved := _saved(seen)) and st.toggle(
        "Read it with the mapping saved for these headings", value=True, key=_key(seen, "saved")
    ):
        return importing.with_saved(seen, saved, known)
    try:
        return importing.again(seen, known, st.session_state[SAID])
    except SctrainError as error:
        st.error(str(error))
        _columns(
            seen, [(place, heading, "ignore", "", 0.0, 0) for place, heading in enumerate(seen.rows.headings, 1)], known
        )
    return None


def _saved(seen: Look) -> Saved | None:
    with data.engine().connect() as connection:
        kept = importing.saved(connection)
    try:
        return importing.fitting(seen.path, kept)
    except SctrainError:
        return None


def _key(seen: Look, name: str) -> str:
    """Of a widget: another file begins with widgets of its own."""
    file = hashlib.blake2b(f"{seen.path.name} {seen.file.fingerprint}".encode(), digest_size=6).hexdigest()
    return f"import_{file}_{name}"


def explained(proposal: Proposal) -> str:
    """The sentence that the page opens with."""
    rated = proposal.mapping.rating
    pairs = sum(bool(rating.importance and rating.level) for rating in rated)
    what = "a catalogue drafted from the file" if proposal.own else "the competencies of the catalogue"
    share = round(100 * importing.shares(proposal))
    told = f"{count(len(rated))} competencies are rated, {count(pairs)} of them both ways"
    return f"{told}; {share} % of the answers are explained, by {what}"


def ask(proposal: Proposal) -> None:
    """What is not sure, each with the answers that hang on it; another choice proposes anew."""
    if not proposal.asks:
        return
    st.header("Please check", anchor="check")
    places = st.columns(2, gap="medium")
    for place, one in enumerate(proposal.asks):
        answers = "1 answer" if one.cells == 1 else f"{count(one.cells)} answers"
        places[place % 2].selectbox(
            f"{one.question} ({answers})",
            list(one.choices),
            index=list(one.choices).index(one.taken),
            format_func=one.choices.__getitem__,
            key=(key := _key(proposal.look, one.code)),
            on_change=_say,
            args=(one.code, key),
        )


def _say(code: str, key: str) -> None:
    st.session_state[SAID] = {**st.session_state[SAID], code: st.session_state[key]}


def columns(proposal: Proposal, known: Catalogue) -> None:
    """What each column is taken for, to be corrected in place."""
    st.header("The columns", anchor="columns")
    _columns(proposal.look, [tuple(vars(found).values()) for found in proposal.found], known)


def _columns(seen: Look, rows: list[tuple[Any, ...]], known: Catalogue) -> None:
    names = ("place", "heading", "use", "reason", "share", "cells")
    frame = pd.DataFrame(rows, columns=list(names))[list(COLUMNS)]
    codes = dict.fromkeys([*known.codes, *(use.partition(":")[2] for use in frame["use"] if ":" in use)])
    uses = [*KINDS, *(f"{side}:{code}" for code in codes for side in ("importance", "level"))]
    shown = {name: st.column_config.Column(label, disabled=name != "use") for name, label in COLUMNS.items()}
    shown["use"] = st.column_config.SelectboxColumn(
        COLUMNS["use"], options=list(dict.fromkeys([*uses, *frame["use"]])), required=True, format_func=_spoken(known)
    )
    shown["share"] = st.column_config.NumberColumn(COLUMNS["share"], format="percent", disabled=True)
    # What was corrected belongs to this very proposal: the next one begins a table of its own.
    key = _key(seen, hashlib.blake2b(frame.to_json().encode(), digest_size=6).hexdigest())
    after = st.data_editor(frame, key=key, column_config=shown, hide_index=True, height=320)
    changed = corrected(frame, after)
    if changed and st.button("Propose again with these columns", key=f"{key}_again"):
        st.session_state[SAID] = {**st.session_state[SAID], **changed}
        st.rerun()


def _spoken(known: Catalogue) -> Callable[[object], str]:
    """What a use is called in the table."""
    plain = {"ignore": "not used", "respondent": "whose answer it is", "submitted": "when it was sent"}
    plain |= {"started": "when it was begun", "duration": "how many seconds it took"}
    plain |= {"exclude": "tells rows to leave out"}
    plain |= {side: f"{side} of what its heading says" for side in ("importance", "level")}

    def spoken(use: object) -> str:
        kind, _, code = str(use).partition(":")
        if code:
            return f"{kind} of {known.labels.get(code, code.replace('_', ' '))}"
        return plain.get(kind, kind.replace(".", ": ").replace("_", " "))

    return spoken


def corrected(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, str]:
    """What was said of columns in the table: `column.3` and what it is."""
    differs = before["use"] != after["use"]
    return {f"column.{place}": str(use) for place, use in after.loc[differs, ["place", "use"]].itertuples(index=False)}


def tried(proposal: Proposal) -> Preview:
    """What would come of it: rows kept and left out, and the gaps."""
    st.header("What would come of it", anchor="preview")
    is_bad = st.session_state.get(_key(proposal.look, "skip"), False)
    found = importing.preview(proposal.look.path, proposal, skip_bad=is_bad)
    if found.report is None:
        st.error(found.refused)
    else:
        st.text(str(found.report))
        needs = found.gaps[found.gaps["n"] > 0].copy()
        labels = proposal.catalogue.labels
        needs["competency"] = needs["competency"].map(labels)
        for name in ("importance", "level", "gap"):
            needs[name] = needs[name].map(two_digits)
        st.dataframe(
            needs[list(NEEDS)].rename(columns=NEEDS), hide_index=True, alt="The gaps that would come of this file"
        )
    st.checkbox("Leave out rows that cannot be read, and list them", key=_key(proposal.look, "skip"))
    return found


def bring_in(proposal: Proposal, preview: Preview) -> None:
    """Ask what the event is called, offer the mapping as files, and import."""
    st.header("Bring it in", anchor="bring-in")
    given = proposal.mapping.event
    title = st.text_input("The event’s title", value=given.title if given else "", key=_key(proposal.look, "title"))
    code = st.text_input(
        "Its code, which stands in links", value=given.code if given else "", key=_key(proposal.look, "code")
    )
    least = st.number_input("Hide numbers of fewer people than", 3, 20, 5, key=_key(proposal.look, "least"))
    for name, text in importing.files_of(proposal).items():
        st.download_button(f"Save {name}", text, name, "application/toml", key=_key(proposal.look, name))
    ready = preview.report is not None and bool(title.strip() and code.strip())
    given_args = (proposal, code.strip(), title.strip(), int(least))
    st.button(
        "Import", key=_key(proposal.look, "go"), type="primary", disabled=not ready, on_click=_store, args=given_args
    )


def _store(proposal: Proposal, code: str, title: str, least: int) -> None:
    """Write; before the page's turn to be drawn. The organiser's link is asked for in the transaction that writes."""
    skip = st.session_state.get(_key(proposal.look, "skip"), False)
    try:
        new = importing.event_of(proposal, code, title, least)
        report, written = importing.bring_in(
            data.engine(), token(code), proposal.look.path, proposal, new, skip_bad=skip
        )
    except SctrainError as error:
        st.session_state[DONE], st.session_state[SEEN] = "", str(error)
        return
    data.changed()
    told = (
        f"{count(written.added)} added, {count(written.corrected)} corrected, {count(written.unchanged)} there already"
    )
    left = f"; {count(report.left_out)} rows left out" if report.left_out else ""
    st.session_state[DONE] = f"{title}: {told}{left}. The mapping is kept for the next file with these headings."
    st.session_state[SEEN] = None
