"""An event's programme as its organisers edited it: settings and lines, with the evidence each was saved with.

What people wrote stays when the evidence changes; that it has changed is found by comparing what is kept with
what is now. Evidence of a topic that is hidden does not leave the store.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from math import isfinite
from types import MappingProxyType

from sqlalchemy import Connection, Engine

from sctrain.errors import InputError
from sctrain.frames.receipts import EVIDENCE_KINDS, Shown
from sctrain.store import revisions
from sctrain.store.queries import hidden_topics
from sctrain.store.revisions import Head

DOCUMENT: revisions.Document = "programme"
LONGEST = {"text": 500, "note": 1_000, "setting": 2_000}
MOST_LINES, MOST_EVIDENCE, MOST_SETTINGS = 120, 600, 60
MOST_HOURS = 2_000


@dataclass(frozen=True)
class Line:
    """What organisers say of a module, or of a choice of form: `` and None leave it as it is drafted.

    `evidence` is what was shown when it was saved. Lines stand in their order. InputError says what cannot be.
    """

    code: str
    text: str = ""
    hours: float | None = None
    locked: bool = False
    note: str = ""
    evidence: tuple[Shown, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Za-z0-9_]{1,60}", self.code):
            raise InputError(f"{self.code[:40]!r} is no code of a line: letters, digits and _ only")
        if self.hours is not None and not (isfinite(self.hours) and 0 < self.hours <= MOST_HOURS):
            raise InputError(f"{self.code}: {self.hours} hours are not more than 0 and at most {MOST_HOURS}")
        for name in ("text", "note"):
            plain = revisions.text(f"{self.code}, {name}", getattr(self, name), LONGEST[name])
            object.__setattr__(self, name, plain)
        object.__setattr__(self, "evidence", kept(self.code, self.evidence))


@dataclass(frozen=True)
class Draft:
    """A programme: its settings, as the query of its page (hours, weight, floor, locks, left out), and its lines."""

    settings: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()

    def __post_init__(self) -> None:
        if len(self.lines) > MOST_LINES or len(self.settings) > MOST_SETTINGS:
            raise InputError(f"a programme has at most {MOST_LINES} lines and {MOST_SETTINGS} settings")
        for code, times in Counter(line.code for line in self.lines).items():
            if times > 1:
                raise InputError(f"the line {code!r} stands {times} times in the programme")
        settings = {_setting(name): revisions.text(name, v, LONGEST["setting"]) for name, v in self.settings.items()}
        object.__setattr__(self, "settings", MappingProxyType(dict(sorted(settings.items()))))


@dataclass(frozen=True)
class Revision:
    """One version of a programme."""

    head: Head
    draft: Draft


def save(engine: Engine, token: str, event: str, draft: Draft, based_on: int) -> Head:
    """Append a version that was made from the version `based_on` (0: from none). Errors as of `revisions.append`."""
    return revisions.append(engine, token, event, DOCUMENT, based_on, lambda _: _to_json(draft))


def restore(engine: Engine, token: str, event: str, number: int, based_on: int) -> Head:
    """Make an earlier version, or one that was kept beside, the newest; `based_on` is the one that stands."""

    def earlier(connection: Connection) -> str:
        return revisions.read(connection, event, DOCUMENT, number)[1]

    return revisions.append(engine, token, event, DOCUMENT, based_on, earlier, "restore")


def read(connection: Connection, event: str, number: int | None = None) -> Revision | None:
    """A version (None: the one that stands; None where there is none), without evidence of what is hidden now.

    SelectionError where there is no version of this number.
    """
    wanted = revisions.standing(connection, event, DOCUMENT) if number is None else number
    if not wanted and number is None:
        return None
    head, content = revisions.read(connection, event, DOCUMENT, wanted)
    draft, hide = _from_json(content), hidden_topics(connection, [event])
    return Revision(head, replace(draft, lines=tuple(_without(line, hide) for line in draft.lines)))


def history(connection: Connection, event: str) -> list[Head]:
    """Every version, the newest first, those kept beside too."""
    return revisions.history(connection, event, DOCUMENT)


def kept(what: str, evidence: tuple[Shown, ...]) -> tuple[Shown, ...]:
    """The evidence, as it may be kept; InputError where there is too much or it is none."""
    if len(evidence) > MOST_EVIDENCE:
        raise InputError(f"{what}: {len(evidence)} pieces of evidence, of {MOST_EVIDENCE} at most")
    for shown in evidence:
        if shown.kind not in EVIDENCE_KINDS or any(len(str(value)) > 80 for value in vars(shown).values()):
            raise InputError(f"{what}: {shown.kind[:40]!r} about {shown.about[:40]!r} is no piece of evidence")
    return tuple(evidence)


def _setting(name: str) -> str:
    if not re.fullmatch("[a-z_]{1,40}", name):
        raise InputError(f"{name[:40]!r} is no name of a setting: small letters and _ only")
    return name


def _without(line: Line, hide: frozenset[str]) -> Line:
    return replace(line, evidence=tuple(one for one in line.evidence if not revisions.hidden_by(one.topic, hide)))


def _to_json(draft: Draft) -> str:
    lines = [asdict(line) for line in draft.lines]
    return json.dumps({"settings": dict(draft.settings), "lines": lines}, sort_keys=True, ensure_ascii=False)


def _from_json(content: str) -> Draft:
    held = json.loads(content)
    lines = (Line(**line | {"evidence": tuple(Shown(**e) for e in line["evidence"])}) for line in held["lines"])
    return Draft(held["settings"], tuple(lines))
