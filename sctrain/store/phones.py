"""What phones send: drafts while a form is filled in, answers, corrections, withdrawals, short lists in order.

A phone sends again what it is not sure has arrived, and may do so late. So each thing it sends carries an *edit*, a
number that grows with every change; what is not newer than what is held changes nothing, and is acknowledged only
where it says the same.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, insert, select, update

from sctrain import forms
from sctrain.cards import JOIN
from sctrain.catalogue import DIMENSIONS, Catalogue
from sctrain.errors import InputError, StoreError
from sctrain.forms import Filled
from sctrain.store import steps, trail
from sctrain.store.access import demand
from sctrain.store.queries import catalogue_of
from sctrain.store.schema import answer, draft, event, item, ordering, setup
from sctrain.store.setup import event_row
from sctrain.store.write import known_pseudonym, newest_questionnaire, pseudonyms, raise_version

State = Literal["kept", "same", "older", "withdrawn", "closed"]
"""What became of it: kept; held already; older than what is held; its sender has withdrawn; no more is taken."""
LONGEST, LONGEST_NAME = 20_000, 100
"""Characters of a draft, and of a personal code."""
CHANGING = ("questionnaire_id", *DIMENSIONS, "table_number", "ratings", "replies")
"""The columns of an answer that a correction may change."""
LAST = 2**53
"""The highest number of an edit: JavaScript counts no further."""


@dataclass(frozen=True)
class Receipt:
    """What the store did with what a phone sent, and the edit it holds now."""

    state: State
    edit: int

    @property
    def held(self) -> bool:
        """Whether the store holds what was sent."""
        return self.state in ("kept", "same")


@dataclass(frozen=True)
class Form:
    """What an event asks: its catalogue, and the competencies of its newest questionnaire in their order."""

    event: str
    catalogue: Catalogue
    questionnaire: int
    codes: tuple[str, ...]
    closed: bool


def form_of(connection: Connection, code: str) -> Form:
    """The form of an event; StoreError if there is no such event."""
    found = connection.scalar(select(event.c.catalogue).where(event.c.code == code))
    if found is None:
        raise StoreError(f"there is no event {code!r}")
    asked = newest_questionnaire(connection, found)
    closed = bool(connection.scalar(select(setup.c.closed).where(setup.c.event == code)))
    return Form(code, catalogue_of(connection, found), asked, codes_of(connection, asked), closed)


def codes_of(connection: Connection, questionnaire: int) -> tuple[str, ...]:
    """The competencies of a questionnaire, in their order."""
    rows = select(item.c.competency).where(item.c.questionnaire_id == questionnaire).order_by(item.c.position)
    return tuple(connection.scalars(rows))


@dataclass(frozen=True)
class Sent:
    """What one phone sends under an edit: an answer, or else the draft of one."""

    me: str
    edit: int
    answer: Filled | None = None
    draft: str = ""


def take(connection: Connection, token: str, form: Form, given: Sequence[Sent]) -> list[Receipt | InputError]:
    """Keep what several phones send, in its order, with as many statements as one needs. For a write transaction.

    All answers that change something make one data version. Where something is refused its InputError is told in the
    place of a receipt: a draft that is longer than any form or no text, an empty form, no personal code, an edit that
    is none.
    """
    demand(connection, token, "participant", form.event)
    told: dict[int, Receipt | InputError] = {}
    good = {}
    for place, sent in enumerate(given):
        try:
            good[place] = _given(form, sent)
        except InputError as error:
            told[place] = error
    people = pseudonyms(connection, form.event, [given[place].me for place in good]) if good else []
    for turn in _turns({place: replace(good[place], person=who) for place, who in zip(good, people, strict=True)}):
        told |= _take(connection, form, turn)
    return [told[place] for place in range(len(given))]


def save_draft(connection: Connection, token: str, form: Form, me: str, edit: int, content: str) -> Receipt:
    """Keep what a phone has so far; nobody else reads it. For a write transaction.

    InputError where it is longer than any form, or holds signs that are no text.
    """
    return _only(take(connection, token, form, [Sent(me, edit, draft=content)]))


def send(connection: Connection, token: str, form: Form, me: str, edit: int, filled: Filled) -> Receipt:
    """Store an answer, or put a correction in its place. For a write transaction.

    InputError where nothing was filled in: an empty form is no answer.
    """
    return _only(take(connection, token, form, [Sent(me, edit, filled)]))


def _only(told: Sequence[Receipt | InputError]) -> Receipt:
    (one,) = told
    if isinstance(one, InputError):
        raise one
    return one


def withdraw(connection: Connection, code: str, me: str) -> bool:
    """Erase all that somebody sent to an event, at every data version; whether there was anything.

    The pseudonym is kept, so that what their phone may still send is refused, even if none of it has arrived yet.
    StoreError if there is no such event. For a write transaction.
    """
    event_row(connection, code)
    person = _pseudonym(connection, code, me)
    held = connection.scalar(select(draft.c.state).where(draft.c.event == code, draft.c.person == person))
    gone = forget(connection, code, person)
    if gone:
        raise_version(connection, "answers", f"{code}: somebody has withdrawn")
    if held != "withdrawn":
        trail.note(connection, "withdrawal", code, 1)
    return held in ("open", "sent") or gone


def withdraw_for(connection: Connection, code: str, called: Iterable[str]) -> bool:
    """Withdraw for somebody who may be called so, by personal code or id of an import; whether anything was held.

    What nothing is held of is left alone. StoreError if there is no such event. For a write transaction.
    """
    event_row(connection, code)
    held = [me for me in dict.fromkeys(filter(None, called)) if _holds(connection, code, me)]
    for me in held:
        withdraw(connection, code, me)
    return bool(held)


def _holds(connection: Connection, code: str, me: str) -> bool:
    """Whether the store has anything of somebody that can be withdrawn."""
    person = known_pseudonym(connection, code, _checked(me))
    tables = (answer, ordering, draft)
    rows = [select(t.c.person).where(t.c.event == code, t.c.person == person) for t in tables]
    rows[-1] = rows[-1].where(draft.c.state != "withdrawn")
    return any(connection.scalar(query.limit(1)) is not None for query in rows)


def forget(connection: Connection, code: str, person: str) -> bool:
    """Erase what stands under a pseudonym, and keep that it has withdrawn; whether there was an answer or an order."""
    steps.keep(connection, code)
    gone = [connection.execute(_own(table, code, person)).rowcount for table in (answer, ordering)]
    here = (draft.c.event == code) & (draft.c.person == person)
    if not connection.execute(update(draft).where(here).values(state="withdrawn", content="")).rowcount:
        row = {"event": code, "person": person, "edit": 0, "state": "withdrawn", "content": ""}
        connection.execute(insert(draft).values(row))
    return any(gone)


def _own(table: Any, code: str, person: str) -> Any:
    return delete(table).where(table.c.event == code, table.c.person == person)


@dataclass(frozen=True)
class Own:
    """What the store holds of one participant: the fields of their draft, or their answer, and in which state."""

    state: Literal["none", "open", "sent", "withdrawn"]
    edit: int
    draft: str = ""
    answer: Filled | None = None


def own(connection: Connection, form: Form, me: str) -> Own:
    """What somebody has given so far, by their personal code. A draft is newer than the answer it corrects."""
    person = known_pseudonym(connection, form.event, _checked(me))
    query = select(draft).where(draft.c.event == form.event, draft.c.person == person)
    row = connection.execute(query).one_or_none()
    if person is None:
        return Own("none", 0)
    held = connection.execute(select(answer).where(_standing(form, person))).one_or_none()
    codes = codes_of(connection, held.questionnaire_id) if held else ()
    filled = forms.of_answer(dict(held._mapping), form.catalogue, codes) if held else None
    if row is None:
        return Own("sent" if held else "none", 0, "", filled)
    return Own(row.state, row.edit, row.content if row.state == "open" else "", filled)


def put_in_order(connection: Connection, token: str, code: str, me: str, options: Sequence[str]) -> Receipt:
    """Store in which order somebody puts the short list, in the round that is open. For a write transaction.

    InputError where the options are not those of the short list, each once.
    """
    demand(connection, token, "participant", code)
    row = connection.execute(select(setup.c.round, setup.c.shortlist).where(setup.c.event == code)).one_or_none()
    if row is None or not row.round or not row.shortlist:
        return Receipt("closed", 0)
    if sorted(options) != sorted(row.shortlist.split(JOIN)):
        raise InputError("the order must name each entry of the short list once")
    person = _pseudonym(connection, code, me)
    if connection.scalar(select(draft.c.state).where(draft.c.event == code, draft.c.person == person)) == "withdrawn":
        return Receipt("withdrawn", 0)
    same = (ordering.c.event == code) & (ordering.c.person == person) & (ordering.c.round == row.round)
    stands = same & ordering.c.replaced_in.is_(None)
    held, text = connection.scalar(select(ordering.c.options).where(stands)), JOIN.join(options)
    if held == text:
        return Receipt("same", 0)
    version = raise_version(connection, "answers", f"{code}: short list, {row.round}")
    connection.execute(update(ordering).where(stands).values(replaced_in=version))
    values = {"event": code, "person": person, "round": row.round, "options": text, "version": version}
    connection.execute(insert(ordering).values(values))
    return Receipt("kept", 0)


def counts(connection: Connection, code: str) -> dict[str, int]:
    """How many people of an event have sent an answer, and how many have begun and not sent one."""
    sent = select(answer.c.person).where(answer.c.event == code, answer.c.replaced_in.is_(None))
    begun = select(draft.c.person).where(draft.c.event == code, draft.c.state == "open", draft.c.person.not_in(sent))
    return {"sent": len(connection.scalars(sent).all()), "begun": len(connection.scalars(begun).all())}


@dataclass(frozen=True)
class _Given:
    """What is to be held of a person: the state and content of a draft, and the columns of the answer if it is one."""

    edit: int
    state: Literal["open", "sent"]
    content: str
    row: Mapping[str, Any] = field(default_factory=dict)
    person: str = ""


def _given(form: Form, sent: Sent) -> _Given:
    _checked(sent.me)
    if not 0 < sent.edit <= LAST:
        raise InputError(f"an edit is a number from 1 to {LAST}, not {sent.edit}")
    if sent.answer is None:
        if len(sent.draft) > LONGEST or re.search("[\x00\ud800-\udfff]", sent.draft):
            raise InputError(f"a draft has at most {LONGEST} characters, and only text")
        return _Given(sent.edit, "open", sent.draft)
    if sent.answer.is_empty:
        raise InputError("the form is empty: mark at least one competency, or say who you are")
    content = sent.answer.row(form.catalogue, form.codes)
    return _Given(sent.edit, "sent", _digest(content), _row(form, content))


def _turns(given: Mapping[int, _Given]) -> Iterator[dict[int, _Given]]:
    """The same in turns of which none has a person twice: what somebody sends next is held against what they sent."""
    turns: list[dict[int, _Given]] = []
    seen: Counter[str] = Counter()
    for place, one in given.items():
        if seen[one.person] == len(turns):
            turns.append({})
        turns[seen[one.person]][place] = one
        seen[one.person] += 1
    yield from turns


def _take(connection: Connection, form: Form, turn: Mapping[int, _Given]) -> dict[int, Receipt]:
    """Hold each as the newest that its person has given, if it is. A form is sent as it was drafted: under its edit."""
    people = [one.person for one in turn.values()]
    query = select(draft).where(draft.c.event == form.event, draft.c.person.in_(people))
    held = {row.person: row for row in connection.execute(query)}
    # Read here, since a form may be older than the word that no more is taken.
    closed = bool(connection.scalar(select(setup.c.closed).where(setup.c.event == form.event)))
    told = {place: _receipt(held.get(one.person), one, closed) for place, one in turn.items()}
    kept = [one for place, one in turn.items() if told[place].state == "kept"]
    _hold(connection, form.event, kept, held)
    said = {place: one for place, one in turn.items() if one.row and told[place].state in ("kept", "older")}
    stand = _standing_rows(connection, form, [one.person for one in said.values()])
    _replace(connection, form, [one for one in kept if one.row and stand.get(one.person) != one.row], stand)
    for place, one in said.items():
        if told[place].state == "older" and stand.get(one.person) == one.row:
            told[place] = Receipt("same", told[place].edit)  # it arrived before, and only a draft came after it
    return told


def _receipt(held: Any, one: _Given, closed: bool) -> Receipt:
    if held is not None and held.state == "withdrawn":
        return Receipt("withdrawn", held.edit)
    sends_draft = held is not None and (held.state, one.state) == ("open", "sent")
    if held is not None and one.edit < held.edit + (not sends_draft):
        return Receipt("same" if (held.state, held.content) == (one.state, one.content) else "older", held.edit)
    return Receipt("closed", held.edit if held else 0) if closed else Receipt("kept", one.edit)


def _hold(connection: Connection, code: str, kept: Sequence[_Given], held: Mapping[str, Any]) -> None:
    new = [one for one in kept if one.person not in held]
    known = [one for one in kept if one.person in held]
    if new:
        connection.execute(insert(draft), [{"event": code, "person": one.person, **_held(one)} for one in new])
    if known:
        here = (draft.c.event == code) & (draft.c.person == bindparam("who"))
        put = update(draft).where(here).values({name: bindparam(f"new_{name}") for name in _held(known[0])})
        rows = [{f"new_{name}": value for name, value in _held(one).items()} | {"who": one.person} for one in known]
        connection.execute(put, rows)


def _held(one: _Given) -> dict[str, Any]:
    return {"edit": one.edit, "state": one.state, "content": one.content}


def _standing_rows(connection: Connection, form: Form, people: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The columns of the standing answers of these people that a correction may change."""
    if not people:
        return {}
    query = select(answer.c.person, *(answer.c[name] for name in CHANGING))
    stands = (answer.c.event == form.event) & answer.c.person.in_(people) & answer.c.replaced_in.is_(None)
    return {row[0]: dict(zip(CHANGING, row[1:], strict=True)) for row in connection.execute(query.where(stands))}


def _replace(connection: Connection, form: Form, new: Sequence[_Given], stand: Mapping[str, Any]) -> None:
    """Put new answers in the place of those that stand; together they make one data version."""
    if not new:
        return
    told = f"{form.event}: from a phone" if len(new) == 1 else f"{form.event}: from {len(new)} phones"
    version = raise_version(connection, "answers", told)
    old = [one.person for one in new if one.person in stand]
    if old:
        stands = (answer.c.event == form.event) & answer.c.person.in_(old) & answer.c.replaced_in.is_(None)
        connection.execute(update(answer).where(stands).values(replaced_in=version))
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    fixed = {"event": form.event, "version": version, "submitted_at": at}
    connection.execute(insert(answer), [{**fixed, "person": one.person, **one.row} for one in new])


def _row(form: Form, content: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a correction may change; the same card means something else in another questionnaire."""
    return {"questionnaire_id": form.questionnaire, **dict.fromkeys(DIMENSIONS, ""), **content}


def _standing(form: Form, person: str) -> ColumnElement[bool]:
    return and_(answer.c.event == form.event, answer.c.person == person, answer.c.replaced_in.is_(None))


def _pseudonym(connection: Connection, code: str, me: str) -> str:
    (found,) = pseudonyms(connection, code, [_checked(me)])
    return found


def _checked(me: str) -> str:
    if not 0 < len(me) <= LONGEST_NAME or not me.isprintable():
        raise InputError("the personal code is missing, or is none")
    return me


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.blake2b(repr(sorted(content.items())).encode(), digest_size=16).hexdigest()
