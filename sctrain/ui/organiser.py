"""The organiser's table: say what lines are about, confirm what is suggested, clear what all may read.

Who opened this browser with an organiser's link is the organiser.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pandas as pd
import streamlit as st

from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue
from sctrain.notes import NoteRoom
from sctrain.numerals import two_digits
from sctrain.store.coding import Coding, mark
from sctrain.ui import data, roles, state

LIKELY = 0.15
"""Similarity from which a suggestion is offered to be confirmed by one tick."""
SHOWN = {
    "table_number": "table",
    "line": "line",
    "kind": "kind",
    "text": "what the table wrote",
    "suggested": "suggested",
    "confirm": "confirm",
    "none": "none of it",
    "cleared": "all may read it",
    "code": "it is",
    "competencies": "about",
}
CHANGED = ("confirm", "none", "code", "competencies", "cleared")


def coding(room: NoteRoom) -> None:
    """The table, for who has an organiser's link, and for others where to find one."""
    with st.expander("For the organiser: code lines and clear them", key="organiser"):
        if not (token := roles.token("organiser", room.event.code)):
            st.write(
                "Open the organiser’s link, which sctrain prints when it starts, to code lines here. "
                "On the command line: `python -m sctrain notes`."
            )
            return
        if state.current().version is not None:
            st.info("These are the lines of an older data version. Take “Frozen” off above to code them.")
            return
        before = _rows(room)
        # What is ticked belongs to these very lines: other lines, or another event, begin a table of their own.
        key = hashlib.blake2b(f"{room.event.code} {before.to_json()}".encode(), digest_size=8).hexdigest()
        look: dict[str, Any] = {"hide_index": True, "height": 420, "placeholder": ""}
        after = st.data_editor(before, key=f"coding_{key}", column_config=_columns(room.catalogue), **look)
        if st.button("Save", key="save_coding", type="primary"):
            changed = list(_codings(before, after, room.suggested))
            data.code_lines(token, room.event.code, changed)
            st.toast(f"Saved: {len(changed)} lines." if changed else "Nothing was changed.")
            if changed:
                st.rerun()


def _rows(room: NoteRoom) -> pd.DataFrame:
    """One row a line, those that nobody has coded first."""
    frame = room.noted[["table_number", "line", "kind", "text", "code", "competencies", "cleared"]].copy()
    best = room.suggested[(room.suggested["rank"] == 1) & (room.suggested["similarity"] >= LIKELY)].copy()
    names = {"code": _entries(room.catalogue), "competencies": room.catalogue.labels}  # they share codes
    told = zip(best["column"], best["entry"], best["similarity"], strict=True)
    best["said"] = [f"{names[column][entry]} ({two_digits(alike)})" for column, entry, alike in told]
    words = best.groupby(["table_number", "line"])["said"].agg(" · ".join).rename("suggested")
    frame = frame.join(words, on=["table_number", "line"]).fillna({"suggested": ""})
    frame["competencies"] = [text.split(JOIN) if text else [] for text in frame["competencies"]]
    frame = frame.assign(confirm=False, none=False, code=frame["code"].replace("", None))
    order = frame.assign(done=(frame["suggested"] == ""), seen=frame["cleared"])
    order = order.sort_values(["done", "seen", "table_number", "line"])
    return frame.loc[order.index, list(SHOWN)].reset_index(drop=True)


def _entries(known: Catalogue) -> dict[str, str]:
    return {entry.code: entry.label for entry in (*known.challenge, *known.solution)}


def _columns(known: Catalogue) -> dict[str, Any]:
    entries = _entries(known)
    fixed = {name: st.column_config.Column(label, disabled=name not in CHANGED) for name, label in SHOWN.items()}
    return fixed | {
        "text": st.column_config.TextColumn(SHOWN["text"], disabled=True, width="large"),
        "confirm": st.column_config.CheckboxColumn(SHOWN["confirm"], help="Take what is suggested"),
        "none": st.column_config.CheckboxColumn(SHOWN["none"], help="It is nothing that the catalogue has"),
        "code": st.column_config.SelectboxColumn(
            SHOWN["code"], options=list(entries), format_func=lambda code: entries[str(code)]
        ),
        "competencies": st.column_config.MultiselectColumn(
            SHOWN["competencies"], options=list(known.codes), format_func=lambda code: known.labels[str(code)]
        ),
        "cleared": st.column_config.CheckboxColumn(SHOWN["cleared"]),
    }


def _codings(before: pd.DataFrame, after: pd.DataFrame, suggested: pd.DataFrame) -> Iterator[Coding]:
    """What was changed; what is confirmed is taken where nothing else was chosen."""
    likely = (suggested["rank"] == 1) & (suggested["similarity"] >= LIKELY)
    best = suggested[likely].set_index(["table_number", "line", "column"])["entry"].to_dict()
    for (_, old), (_, new) in zip(before.iterrows(), after.iterrows(), strict=True):
        place = int(new["table_number"]), int(new["line"])
        offered = {column: best.get((*place, column)) for column in ("code", "competencies")} if new["confirm"] else {}
        code = _text(new["code"]) or offered.get("code") or ""
        competencies = tuple(new["competencies"]) or tuple(filter(None, [offered.get("competencies")]))
        said: dict[str, Any] = {"code": "", "competencies": ()} if new["none"] else {}
        if code != _text(old["code"]):
            said["code"] = code
        if set(competencies) != set(old["competencies"]):
            said["competencies"] = competencies
        if bool(new["cleared"]) != bool(old["cleared"]):
            said["cleared"] = bool(new["cleared"])
        if said:
            yield Coding(*place, **said, mark=mark(str(new["kind"]), str(new["text"])))


def _text(value: object) -> str:
    """A cell's text; an empty one may be None or NaN."""
    return value if isinstance(value, str) else ""
