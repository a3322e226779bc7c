"""The mappings that an organiser saved for the next file with the same headings: settings of the store."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from sctrain.store.schema import setting

PREFIX = "mapping "
"""Before the fingerprint of the headings, in the name of a setting."""


def save(connection: Connection, fingerprint: str, text: str) -> None:
    """Keep a mapping, in place of the one for the same headings. For a write transaction."""
    name = f"{PREFIX}{fingerprint}"
    connection.execute(delete(setting).where(setting.c.name == name))
    connection.execute(insert(setting).values(name=name, value=text))


def saved(connection: Connection) -> dict[str, str]:
    """The text of every saved mapping by the fingerprint of its headings."""
    rows = connection.execute(select(setting.c.name, setting.c.value).where(setting.c.name.startswith(PREFIX)))
    return {row.name.removeprefix(PREFIX): row.value for row in rows}
