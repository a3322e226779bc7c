"""What a database says when it cannot go on, as a sentence: disk full, locked, read-only, damaged, not there.

SQLite tells by a code (https://www.sqlite.org/rescode.html), of which the low eight bits are the kind. PostgreSQL has
five signs (https://www.postgresql.org/docs/current/errcodes-appendix.html), or none where it is not reached. All errors
pass here, as `engine.open_store` listens for them; so no caller has to know the codes.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.engine import ExceptionContext

from sctrain.errors import StorageError

KINDS = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_READONLY: "readonly",
    sqlite3.SQLITE_PERM: "readonly",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_CANTOPEN: "missing",
    sqlite3.SQLITE_IOERR: "disk",
}
STATES = {
    "53100": "full",
    "25006": "readonly",
    "58030": "disk",
    "55P03": "busy",
    "25P03": "gone",
    "53300": "gone",
    "57P01": "gone",
    "57P02": "gone",
    "57P03": "gone",
}
SAID = {
    "full": "the disk is full, so nothing of this was stored; what was stored before is safe. Free some space where "
    "{where} lies: it goes on by itself",
    "busy": "another program has held {where} for too long, so nothing of this was stored; close what has it open "
    "(a database browser, a copy program) and try again",
    "readonly": "{where} may only be read, so nothing of this was stored; give the account that runs sctrain the "
    "right to write the file and its folder, or see whether the disk was set to read-only",
    "damaged": "{where} is damaged, or is no database; what is stored is not altered any further. Keep a copy of it, "
    "let `python -m sctrain check` say where, and bring back the newest backup with `python -m sctrain restore FILE`",
    "missing": "{where} cannot be opened; see that its folder is there and may be read and written",
    "disk": "the disk of {where} reports an error, or lets the file grow no further, so nothing of this was stored; "
    "what was stored before is safe. See to the disk and its limits, then try again",
    "gone": "the database server of {where} cannot be reached, or takes no more connections; see that it runs, and "
    "that SCTRAIN_DB names it, its user and its password. Then try again: nothing is stored twice",
}


def translate(context: ExceptionContext) -> StorageError | None:
    """The error to raise in place of the driver's; None where it is none of the database's state.

    Nor where a connection was only tried that waited in the pool: another is made then.
    """
    if context.is_pre_ping:
        return None
    where = str(context.engine.url.database or "the database") if context.engine else "the database"
    return told(context.original_exception, where)


def told(error: BaseException, where: str) -> StorageError | None:
    """What an error of a driver means, where it is one of the file, disk or server; None for all others."""
    code = getattr(error, "sqlite_errorcode", None)
    kind = KINDS.get(code & 0xFF) if isinstance(code, int) else _of_server(error)
    return StorageError(kind, SAID[kind].format(where=where)) if kind else None


def _of_server(error: BaseException) -> str | None:
    """The kind of an error of psycopg, which is not loaded for this: SQLite does without it."""
    if not hasattr(error, "sqlstate"):
        return None
    if error.sqlstate is None:  # the connection was not made, or broke off
        return "gone" if any(kind.__name__ == "OperationalError" for kind in type(error).__mro__) else None
    return STATES.get(error.sqlstate) or ("gone" if error.sqlstate.startswith("08") else None)
