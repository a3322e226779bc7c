"""Personal links: who holds one sees where their own answers belong, and nobody else does.

A *token* is the text in such a link: an event and a participant's pseudonym, signed with a key that only this
store has. It never holds the id that came with the survey.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Connection, select

from sctrain.cards import Cards
from sctrain.errors import SelectionError, StoreError
from sctrain.store.queries import cards_of, place_of
from sctrain.store.schema import answer, setting
from sctrain.store.schema import event as events
from sctrain.store.write import pseudonyms


@dataclass(frozen=True)
class Participant:
    """Somebody who answered: the event, and the pseudonym that the store has for them there."""

    event: str
    person: str


def make_token(connection: Connection, event: str, person: str) -> str:
    """The token of who answered an event under this id.

    SelectionError if nobody did, StoreError if there is no such event or nobody has answered anything.
    """
    if connection.scalar(select(events.c.code).where(events.c.code == event)) is None:
        raise StoreError(f"there is no event {event!r}")
    serializer = _serializer(connection)
    (pseudonym,) = pseudonyms(connection, event, [person])
    if not _answered(connection, Participant(event, pseudonym)):
        raise SelectionError(f"participant of {event!r}", person, ["the ids as they stood in the survey file"])
    return str(serializer.dumps([event, pseudonym]))


def read_token(connection: Connection, token: str) -> Participant | None:
    """Whose token it is; None if it was altered, is of another store, or is of nobody who answered."""
    try:
        event, person = _serializer(connection).loads(token)
    except (BadSignature, StoreError):
        return None
    found = Participant(event, person)
    return found if _answered(connection, found) else None


def place(connection: Connection, who: Participant, codes: tuple[str, ...], version: int | None) -> int | None:
    """The participant's place among the cards of these events at a data version; None if it has none."""
    return place_of(connection, codes, version, who.event, who.person)


def own(connection: Connection, who: Participant, codes: tuple[str, ...], version: int | None) -> Cards | None:
    """The participant's own cards, of one person; None where these events have none of them at a data version."""
    return cards_of(connection, codes, version, who.event, who.person)


def _answered(connection: Connection, who: Participant) -> bool:
    held = select(answer.c.id).where(answer.c.event == who.event, answer.c.person == who.person)
    return connection.scalar(held.limit(1)) is not None


def _serializer(connection: Connection) -> URLSafeSerializer:
    """Signs with a key made from the store's salt; StoreError where nobody has answered yet, so that there is none."""
    salt = connection.scalar(select(setting.c.value).where(setting.c.name == "salt"))
    if salt is None:
        raise StoreError("the store holds no answers yet")
    key = hashlib.blake2b(b"personal link", key=bytes.fromhex(salt)).digest()
    return URLSafeSerializer(key, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256})
