"""Who may do what in the live room: signed links that expire and can be taken back.

A *token* is the text in such a link: the number of a row of `access`, signed with a key that only this store has.
What it allows stands in that row alone, so it can end or be taken back while the link is out. `demand` is called
by every function that writes for a role, in the transaction that writes.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from itsdangerous import BadSignature, Signer
from sqlalchemy import Connection, Engine, insert, select, update

from sctrain.errors import AccessError, StoreError
from sctrain.store.engine import writing
from sctrain.store.schema import access, setting
from sctrain.store.schema import event as events

Role = Literal["organiser", "presenter", "table", "participant"]
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs that are not mistaken for each other on paper."""
CODE_LETTERS = 12
"""How long a participant's code is."""
DAYS = {"organiser": 365, "presenter": 30, "table": 14, "participant": 30}
"""How long a link of each role lasts, unless it is said."""
TABLES = 99
"""The highest number of a table."""


@dataclass(frozen=True)
class Access:
    """What a link allows: a role in one event (None: in all of them), and of which table where it is a table's."""

    jti: str
    role: Role
    event: str | None
    table_number: int | None
    expires_at: datetime
    revoked: bool

    def ended(self, now: datetime) -> str:
        """Why it no longer allows anything; `` where it does."""
        if self.revoked:
            return "this link was taken back"
        return f"this link ended on {self.expires_at:%d %B %Y, %H:%M} UTC" if now >= self.expires_at else ""

    def allows(self, role: str, event: str | None, table: int | None = None) -> bool:
        """Whether it is for this role in this event; an organiser may do what presenters, tables and papers do."""
        here = self.event is None or self.event == event
        if self.role == "organiser":
            return here and role in ("organiser", "presenter", "table")
        return here and self.role == role and (role != "table" or self.table_number == table)


def code(letters: int) -> str:
    """A random code of signs that people can read out and type."""
    return "".join(secrets.choice(LETTERS) for _ in range(letters))


def personal_code(given: str) -> str:
    """A participant's code as the store knows it, however it was typed; `` if the text is none."""
    found = re.sub(r"[\s-]", "", given).upper()
    return found if re.fullmatch(f"[{LETTERS}]{{{CODE_LETTERS}}}", found) else ""


def make_link(
    connection: Connection, role: Role, event: str | None, table: int | None = None, lasts: timedelta | None = None
) -> str:
    """A new link of a role: its token. For a write transaction.

    StoreError where there is no such event, or the role needs an event or a table that is not given.
    """
    _can_be(connection, role, event, table)
    _make_key(connection)
    now = datetime.now(UTC)
    jti = code(8)
    row = {"role": role, "event": event, "table_number": table, "made_at": now.isoformat()}
    ends = now + (lasts if lasts is not None else timedelta(days=DAYS[role]))
    connection.execute(insert(access).values(jti=jti, expires_at=ends.isoformat(), **row))
    return token_of(connection, jti)


def token_of(connection: Connection, jti: str) -> str:
    """The token of a link that was made before, to show it again."""
    return _signer(connection).sign(jti).decode()


def read_link(connection: Connection, token: str, now: datetime | None = None) -> Access:
    """What a token allows. AccessError where it was altered, is of another store, has ended or was taken back."""
    try:
        signer = _signer(connection)
        jti = signer.unsign(token)
        # Base64 reads several texts as the same signature; only the one that we made is ours.
        is_ours = secrets.compare_digest(signer.sign(jti), token.encode())
    except (BadSignature, StoreError, UnicodeError) as error:
        raise AccessError("this link is not one of ours, or was altered") from error
    if not is_ours:
        raise AccessError("this link is not one of ours, or was altered")
    return _read(connection, jti.decode(), now)


def _read(connection: Connection, jti: str, now: datetime | None) -> Access:
    row = connection.execute(select(access).where(access.c.jti == jti)).one_or_none()
    if row is None:
        raise AccessError("this link is not known here")
    found = _access(row)
    if reason := found.ended(now or datetime.now(UTC)):
        raise AccessError(reason)
    return found


def demand(connection: Connection, token: str, role: str, event: str | None, table: int | None = None) -> Access:
    """What the token allows, where it allows this; AccessError where it does not."""
    found = read_link(connection, token)
    if not found.allows(role, event, table):
        raise AccessError(f"this link is for {_said(found)}, not for {_what(role, event, table)}")
    return found


def links(connection: Connection, event: str | None) -> list[Access]:
    """Every link of an event (None: of all events), taken back or not, by role, table and age."""
    here = access.c.event.is_(None) if event is None else access.c.event == event
    rows = connection.execute(select(access).where(here).order_by(access.c.made_at))
    return sorted(map(_access, rows), key=lambda a: (list(DAYS).index(a.role), a.table_number or 0))


def standing_link(
    connection: Connection, role: Role, event: str | None, table: int | None = None, now: datetime | None = None
) -> str:
    """The token of a link of this role that still holds, made if there is none. For a write transaction."""
    here = access.c.event.is_(None) if event is None else access.c.event == event
    query = select(access).where(access.c.role == role, here, access.c.revoked_at == "")
    query = query.where(access.c.table_number.is_(None) if table is None else access.c.table_number == table)
    held = [_access(row) for row in connection.execute(query.order_by(access.c.expires_at.desc()))]
    good = next((a for a in held if not a.ended(now or datetime.now(UTC))), None)
    return token_of(connection, good.jti) if good else make_link(connection, role, event, table)


def make_links(connection: Connection, event: str, tables: int) -> None:
    """Make the links that an event of so many tables needs and does not have yet. For a write transaction."""
    standing_link(connection, "presenter", event)
    standing_link(connection, "participant", event)
    for table in range(1, tables + 1):
        standing_link(connection, "table", event, table)


def path_of(connection: Connection, found: Access) -> str:
    """Where a link leads, without the server: a participant's to the form, others through the door."""
    door = "j" if found.role == "participant" else "enter"
    return f"/{door}/{token_of(connection, found.jti)}"


def revoke(connection: Connection, jti: str) -> None:
    """Take a link back; from now on it allows nothing."""
    taken = update(access).where(access.c.jti == jti, access.c.revoked_at == "")
    connection.execute(taken.values(revoked_at=datetime.now(UTC).isoformat()))


def ensure_key(engine: Engine) -> None:
    """Make the key that links are signed with, if this store has none yet."""
    with writing(engine) as connection:
        _make_key(connection)


def events_of(connection: Connection, found: Access) -> Sequence[str]:
    """The codes of the events that a link is for, the newest first."""
    rows = connection.scalars(select(events.c.code).order_by(events.c.held_on.desc(), events.c.code.desc()))
    return [held for held in rows if found.event in (None, held)]


def _can_be(connection: Connection, role: str, event: str | None, table: int | None) -> None:
    if role not in DAYS:
        raise StoreError(f"there is no role {role!r}; there are: {', '.join(DAYS)}")
    if event is None and role != "organiser":
        raise StoreError(f"a link for a {role} is for one event: say which")
    if event is not None and connection.scalar(select(events.c.code).where(events.c.code == event)) is None:
        raise StoreError(f"there is no event {event!r}")
    if role == "table" and (table is None or not 1 <= table <= TABLES):
        raise StoreError(f"a link for a table is for a number from 1 to {TABLES}, not for {table}")
    if role != "table" and table is not None:
        raise StoreError(f"a link for a {role} is for no table")


def _make_key(connection: Connection) -> None:
    if connection.scalar(select(setting.c.value).where(setting.c.name == "signing")) is None:
        connection.execute(insert(setting).values(name="signing", value=secrets.token_hex(32)))


def _signer(connection: Connection) -> Signer:
    key = connection.scalar(select(setting.c.value).where(setting.c.name == "signing"))
    if key is None:
        raise StoreError("this store has made no links yet")
    return Signer(bytes.fromhex(key), salt=b"link", key_derivation="hmac", digest_method=hashlib.sha256)


def _access(row: object) -> Access:
    it = row._mapping  # type: ignore[attr-defined]
    ends = datetime.fromisoformat(it["expires_at"])
    return Access(it["jti"], it["role"], it["event"], it["table_number"], ends, bool(it["revoked_at"]))


def _said(found: Access) -> str:
    return _what(found.role, found.event, found.table_number)


def _what(role: str, event: str | None, table: int | None) -> str:
    where = "every event" if event is None else f"event {event!r}"
    return f"table {table} of {where}" if role == "table" else f"the {role} of {where}"
