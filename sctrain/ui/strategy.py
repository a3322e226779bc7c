"""The strategy of an event: everybody reads it, who has the organiser's link edits it.

Every save is a version. Who edits goes on from the version they began with, even if somebody else saves meanwhile:
then both are kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from sctrain import numerals, strategy
from sctrain.errors import InputError, SelectionError
from sctrain.frames.receipts import ITEM_KINDS, STATUSES
from sctrain.selection import Selection
from sctrain.store import strategies
from sctrain.store.access import code as random_code
from sctrain.store.revisions import Head, OutdatedError
from sctrain.store.strategies import Item, Revision, Strategy
from sctrain.ui import data, roles
from sctrain.ui.base import Base
from sctrain.views import people

OWNERS = (
    "An owner is a role or an organisation, never a person: everybody may read this page, and names are personal "
    "data. E-mail addresses are refused."
)
FIRST = 3
"""Of each part, the proposals that are ticked for the first version."""
FOREMOST = 5
"""Of each part, the proposals that are listed; the rest is among the numbers."""
QUOTED = 3
"""Lines of tables under an item; the rest is on the page Challenges."""
SHOWN = {
    "place": "place",
    "kind": "part",
    "text": "what",
    "owner": "owner (role or organisation)",
    "next_step": "next step",
    "status": "status",
}
PROPOSALS = {"take": "take up", "kind": "part", "text": "what", "reason": "why"}


def of_event(selection: Selection) -> Selection:
    """The whole first event of a selection: nobody's filter changes a strategy."""
    return strategy.of_event(selection)


def standing(event: str, number: int | None = None) -> Revision | None:
    """The version that stands, or the one of this number; None where there is none yet."""
    with data.engine().connect() as connection:
        return strategies.read(connection, event, number)


def finding(revision: Revision | None) -> str:
    """The sentence that the page opens with."""
    return strategy.told(revision) if revision else "There is no strategy yet"


def rest(revision: Revision | None, proposed: pd.DataFrame) -> pd.DataFrame:
    """PROPOSED that nobody has taken up."""
    return strategy.open_proposals(proposed, revision.strategy) if revision else proposed


def explained(selection: Selection, revision: Revision | None, proposed: pd.DataFrame) -> None:
    """Which version it is, and what is not shown of it; or how one is made."""
    if selection.filters:
        st.caption("The strategy is of the whole event: filters do not change it.")
    if revision is None:
        st.write(f"{strategy.proposed_told(proposed)} The organiser takes up what is to be done, and says who owns it.")
        return
    told = f"Version {revision.head.number}, saved on {_time(revision.head)} with data version {revision.head.version}."
    if revision.left_out:
        some = "1 item rests" if revision.left_out == 1 else f"{revision.left_out} items rest"
        told += (
            f" {some} on what is hidden until it is revealed, and so {'is' if revision.left_out == 1 else 'are'} it."
        )
    if selection.version is not None:
        told += " “Frozen” holds the evidence, not the strategy."
    st.write(told)


def parts(selection: Selection, made: Strategy, proposed: pd.DataFrame) -> str:
    """The strategy as HTML: each item with its owner, next step and status, and the evidence as it is now."""
    sources, why = data.sources(selection), strategy.reasons(proposed)
    return "".join(
        f"<section class='strategy'><h2 id='{kind}'>{ITEM_KINDS[kind]}</h2>"
        f"{''.join(_item(one, why, strategy.quotes(sources, one)) for one in items)}</section>"
        for kind, items in strategy.in_parts(made).items()
    )


def _item(one: Item, why: Mapping[tuple[str, str], tuple[str, str]], quotes: list[str]) -> str:
    told = [f"<b class='{one.status}'>{STATUSES[one.status]}</b>"]
    told += [f"Owner: {escape(one.owner) or '<i>nobody yet</i>'}", f"Next: {escape(one.next_step) or '<i>open</i>'}"]
    lines = "".join(f"<li>{escape(quote)}</li>" for quote in quotes[:QUOTED])
    if (more := len(quotes) - QUOTED) > 0:
        lines += f"<li>and {more} more on the page Challenges</li>"
    below = f"<ul>{lines}</ul>" if lines else ""
    return (
        f"<article class='item {one.status}'><h3>{escape(one.text)}</h3><p>{' · '.join(told)}</p>"
        f"<p class='why'>{_why(one, why)}</p>{below}</article>"
    )


def _why(one: Item, why: Mapping[tuple[str, str], tuple[str, str]]) -> str:
    if not one.source:
        return "Written by the organiser."
    if (one.kind, one.source) not in why:
        return "⚑ Its evidence is no longer there."
    reason, link = why[one.kind, one.source]
    return f"{escape(reason)} <a href='{escape(link)}'>See it</a>"


def proposals(proposed: pd.DataFrame, heading: bool) -> None:
    """What the evidence proposes and nobody has taken up yet, by part."""
    if heading and len(proposed):
        st.header("Not taken up yet", anchor="proposed")
    for kind, label in ITEM_KINDS.items():
        rows = proposed[proposed["kind"] == kind]
        items = "".join(
            f"<li>{escape(text)} <small>{escape(reason)} <a href='{escape(link)}'>See it</a></small></li>"
            for text, reason, link in rows[["text", "reason", "link"]].head(FOREMOST).itertuples(index=False)
        )
        if (more := len(rows) - FOREMOST) > 0:
            items += f"<li><small>and {more} more, in the numbers below</small></li>"
        if items:
            st.html(f"<section class='proposed'><h3>{label}</h3><ul>{items}</ul></section>")


def changed(event: str, revision: Revision) -> None:
    """What has changed since the version before."""
    with data.engine().connect() as connection:
        before = strategy.last_version(connection, event, revision.head.number)
    if before is None:
        return
    st.header("Changes since the last version", anchor="changes")
    told = strategy.changes_told(before.strategy, revision.strategy)
    items = "".join(f"<li>{escape(one)}</li>" for one in told) or "<li>Nothing that is shown.</li>"
    st.html(f"<ul class='changes'>{items}</ul><p class='base'>Version {before.head.number}: {_time(before.head)}</p>")


def base(selection: Selection) -> Base:
    """What the proposals stand on."""
    room, tables = data.room(selection), data.table_room(selection)
    n = people(room, selection)
    who = "too few people to say" if n is None else numerals.people(n)
    event = room.title + " (demo)" * room.is_demo
    words = f"n = {who} and {numerals.tables(len(tables.tables))} · everyone · {event} · data version {room.version}"
    facts = {"event": room.title, "tables": str(len(tables.tables)), "data_version": str(room.version)}
    return Base(words, facts, lambda frame: frame)


def organise(selection: Selection, proposed: pd.DataFrame) -> None:
    """The editor, for who has an organiser's link, and for others where to find one."""
    event = selection.events[0]
    with st.expander("For the organiser: edit the strategy", key="strategy_edit"):
        if not (token := roles.token("organiser", event)):
            st.write("Open the organiser’s link, which sctrain prints when it starts, to edit the strategy here.")
            return
        if selection.version is not None:
            st.info("The evidence is frozen. Take “Frozen” off above to edit the strategy.")
            return
        if told := st.session_state.pop("strategy_told", ""):
            st.warning(_plain(told))
        begun = _begun(event)
        held = standing(event, begun) if begun else None
        after = _editor(event, begun, held.strategy if held else Strategy())
        taken = _takes(event, begun, proposed)
        if st.button("Save", key="save_strategy", type="primary"):
            _save(event, token, begun, after, proposed[taken])
        _versions(event, token)


def _begun(event: str) -> int:
    """The version that is being edited: the one that stands, unless an older one has been begun with."""
    now, key = _number(event), f"strategy_begun_{event}"
    begun = st.session_state.setdefault(key, now)
    edits = st.session_state.get(_key(event, begun), {})
    if begun == now or not any(edits.get(name) for name in ("edited_rows", "added_rows", "deleted_rows")):
        st.session_state[key] = now
        return now
    st.warning(
        f"Somebody has saved version {now} while you edit version {begun}. If you save, yours is kept beside it; "
        "then compare the two and restore one."
    )
    st.button("Leave mine, and take theirs", key="take_theirs", on_click=st.session_state.pop, args=(key, None))
    return begun


def _number(event: str) -> int:
    found = standing(event)
    return found.head.number if found else 0


def _key(event: str, begun: int) -> str:
    return f"strategy_items_{event}_{begun}"


def _editor(event: str, begun: int, made: Strategy) -> pd.DataFrame:
    st.caption(OWNERS)
    fixed = {
        "place": st.column_config.NumberColumn(SHOWN["place"], help="Lower comes first within its part", width="small"),
        "kind": st.column_config.SelectboxColumn(SHOWN["kind"], options=list(ITEM_KINDS.values()), required=True),
        "text": st.column_config.TextColumn(SHOWN["text"], max_chars=strategies.LONGEST["text"], width="large"),
        "owner": st.column_config.TextColumn(SHOWN["owner"], max_chars=strategies.LONGEST["owner"], help=OWNERS),
        "next_step": st.column_config.TextColumn(SHOWN["next_step"], max_chars=strategies.LONGEST["next_step"]),
        "status": st.column_config.SelectboxColumn(SHOWN["status"], options=list(STATUSES)),
    }
    look: dict[str, Any] = {"hide_index": True, "num_rows": "dynamic", "placeholder": "", "column_order": list(SHOWN)}
    after: pd.DataFrame = st.data_editor(rows(made), key=_key(event, begun), column_config=fixed, **look)
    return after


def rows(made: Strategy) -> pd.DataFrame:
    """The items as the editor has them: a row each, by part and place; `id`, `source` and `topic` are not shown."""
    order = list(ITEM_KINDS)
    held = sorted(made.items, key=lambda one: order.index(one.kind))
    given = [vars(one) | {"place": float(at), "kind": ITEM_KINDS[one.kind]} for at, one in enumerate(held, 1)]
    names = [*SHOWN, "id", "source", "topic"]
    types = dict.fromkeys(names, "object") | {"place": "float64"}
    return pd.DataFrame(given, columns=names).astype(types)


def items(after: pd.DataFrame) -> tuple[Item, ...]:
    """The items that an edited table says, in the order of their places; a row without any text is left out.

    InputError says what cannot be.
    """
    kinds = {label: kind for kind, label in ITEM_KINDS.items()}
    ordered = after.sort_values("place", kind="stable", na_position="last")
    found = []
    for row in ordered.astype(object).to_dict("records"):
        given = {name: value if isinstance(value, str) else "" for name, value in row.items()}
        if not any(given[name].strip() for name in ("text", "owner", "next_step")):
            continue
        said = {name: given[name] for name in ("text", "source", "topic", "owner", "next_step")}
        status, kind = given["status"] or "open", kinds.get(given["kind"], "question")
        found.append(Item(given["id"] or f"own_{random_code(8)}", kind, status=status, **said))
    return tuple(found)


def _takes(event: str, begun: int, proposed: pd.DataFrame) -> pd.Series:
    """Which proposals are ticked."""
    if not len(proposed):
        return pd.Series(dtype=bool)
    first = proposed.groupby("kind").cumcount() < FIRST if begun == 0 else pd.Series(False, index=proposed.index)
    shown = proposed[["kind", "text", "reason"]].assign(take=first, kind=proposed["kind"].map(ITEM_KINDS))
    st.write("**What the evidence proposes**: tick what you take up, and save.")
    fixed = {name: st.column_config.Column(label, disabled=name != "take") for name, label in PROPOSALS.items()}
    fixed["take"] = st.column_config.CheckboxColumn(PROPOSALS["take"], width="small")
    key = f"strategy_take_{event}_{begun}_{pd.util.hash_pandas_object(shown['text']).sum()}"
    after = st.data_editor(shown[list(PROPOSALS)], key=key, hide_index=True, height=300, column_config=fixed)
    return after["take"].astype(bool)


def _save(event: str, token: str, begun: int, after: pd.DataFrame, taken: pd.DataFrame) -> None:
    """Save a version; what cannot be saved is said, and stays in the editor."""
    try:
        more = [strategy.item(row) for row in taken.to_dict("records")]
        strategies.save(data.engine(), token, event, Strategy((*items(after), *more)), begun)
    except InputError as error:
        st.error(_plain(str(error)))
        return
    except OutdatedError as error:
        st.session_state["strategy_told"] = str(error)
    st.session_state.pop(f"strategy_begun_{event}", None)
    st.rerun()


def _versions(event: str, token: str) -> None:
    """Every version, what has changed since, and a button that makes it the one that stands."""
    with data.engine().connect() as connection:
        heads = {head.number: head for head in strategies.history(connection, event)}
    now = _number(event)
    older = [number for number in heads if number != now]
    if not older:
        return
    st.write("**Earlier versions**")
    label = lambda number: _named(heads[number])  # noqa: E731
    chosen = st.selectbox("Version", older, format_func=label, key=f"strategy_version_{event}_{now}")
    before, after = standing(event, chosen), standing(event)
    if before and after:
        told = strategy.changes_told(before.strategy, after.strategy) or ["It is the same as the one that stands."]
        heading = f"From version {chosen} to version {now}:"
        st.html(f"<p>{heading}</p><ul class='changes'>{''.join(f'<li>{escape(one)}</li>' for one in told)}</ul>")
    st.button(f"Restore version {chosen}", key="restore_strategy", on_click=_restore, args=(event, token, chosen, now))


def _restore(event: str, token: str, number: int, now: int) -> None:
    try:
        strategies.restore(data.engine(), token, event, number, now)
    except (OutdatedError, SelectionError) as error:
        st.session_state["strategy_told"] = str(error)
    st.session_state.pop(f"strategy_begun_{event}", None)


def _plain(text: str) -> str:
    """A text in which nothing is Markdown, and no address is made a link."""
    return re.sub(r"([^\w\s“”,.])", r"\\\1", text)


def _named(head: Head) -> str:
    how = {"edit": "edited", "restore": "restored", "beside": "kept beside, as somebody was faster"}[head.kind]
    return f"Version {head.number} · {_time(head)} · {how} from version {head.based_on}"


def _time(head: Head) -> str:
    return f"{datetime.fromisoformat(head.at):%d %B %Y, %H:%M} UTC"
