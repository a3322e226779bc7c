"""One questionnaire as somebody filled it in: from the fields of a form, to an answer of the store, and back.

The fields are short, for phones: `i3` and `l3` are importance and level of the fourth competency, `p.role` a
profile question, `q.how_long` a question of the session, `t` the table. `?` is "don't know", an answer of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sctrain import replies as session
from sctrain.cards import JOIN, MISSING, marks
from sctrain.catalogue import Catalogue, Dimension, Question
from sctrain.errors import InputError

DONT_KNOW = "?"
ASPECTS = {"i": "importance", "l": "level"}
"""The two things asked of a competency, by the letter of their field."""
UNSURE = {letter: f"dont_know_{name}" for letter, name in ASPECTS.items()}
"""Under which name the replies of an answer list the competencies whose importance or level was not known."""
LONGEST = 40
"""Characters of an answer to an open profile question."""
TABLES = 99
Fields = Mapping[str, Sequence[str]]
"""What a form sends: values by field, as HTML forms send them."""


@dataclass(frozen=True)
class Filled:
    """What somebody filled in; what they left out is not in it.

    `profile` is options by dimension, `marks` the characters of importance (`i`) and level (`l`) by competency,
    `replies` options by question of the session.
    """

    profile: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    marks: Mapping[tuple[str, str], str] = field(default_factory=dict)
    replies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    table: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was filled in."""
        return not (self.profile or self.marks or self.replies)

    def card(self, codes: Sequence[str]) -> str:
        """The rating card of these competencies; "don't know" is not a mark."""
        given = (self.marks.get((letter, code), MISSING) for code in codes for letter in ASPECTS)
        return "".join(MISSING if mark == DONT_KNOW else mark for mark in given)

    def row(self, catalogue: Catalogue, codes: Sequence[str]) -> dict[str, Any]:
        """The columns of an answer that hold what was filled in."""
        unsure = {UNSURE[letter]: [c for c in codes if self.marks.get((letter, c)) == DONT_KNOW] for letter in ASPECTS}
        return {
            **{name: JOIN.join(sorted(self.profile.get(name, ()))) for name in catalogue.dimensions},
            "table_number": self.table,
            "ratings": self.card(codes),
            "replies": session.write({**self.replies, **unsure}),
        }


def asked(catalogue: Catalogue) -> tuple[Question, ...]:
    """The questions of the session that a form can ask: those with options."""
    return tuple(question for question in catalogue.question if question.kind != "text" and question.option)


def read(fields: Fields, catalogue: Catalogue, codes: Sequence[str], slug: Callable[[str], str]) -> Filled:
    """What the fields of a form say; `codes` are the competencies as the form numbered them.

    `slug` makes the code of an answer to an open profile question, as imports of surveys do.

    InputError names the field, the value and the choices where one is not ours: a form of ours sends none such.
    """
    return Filled(
        {d.code: found for d in catalogue.dimensions.values() if (found := _profile(fields, d, slug))},
        dict(_marks(fields, catalogue, codes)),
        {q.code: found for q in asked(catalogue) if (found := _replies(fields, q))},
        _table(fields),
    )


def fields_of(filled: Filled, codes: Sequence[str]) -> dict[str, list[str]]:
    """The fields that say the same."""
    found = {f"p.{name}": list(options) for name, options in filled.profile.items()}
    found |= {f"q.{name}": list(options) for name, options in filled.replies.items()}
    places = {code: place for place, code in enumerate(codes)}
    found |= {f"{letter}{places[code]}": [mark] for (letter, code), mark in filled.marks.items() if code in places}
    return found | ({"t": [str(filled.table)]} if filled.table else {})


def of_answer(row: Mapping[str, Any], catalogue: Catalogue, codes: Sequence[str]) -> Filled:
    """What an answer of the store says; `codes` are the competencies of its questionnaire."""
    said = dict(part.split(session.IS) for part in row["replies"].split(session.NEXT) if part)
    replies = {name: tuple(options.split(JOIN)) for name, options in said.items()}
    places = [(letter, code) for code in codes for letter in ASPECTS]
    given = {place: mark for place, mark in zip(places, row["ratings"], strict=True) if mark != MISSING}
    unsure = {(letter, code): DONT_KNOW for letter, name in UNSURE.items() for code in replies.pop(name, ())}
    profile = {name: tuple(row[name].split(JOIN)) for name in catalogue.dimensions if row[name]}
    return Filled(profile, given | unsure, replies, row["table_number"])


def _profile(fields: Fields, dimension: Dimension, slug: Callable[[str], str]) -> tuple[str, ...]:
    given = tuple(value.strip() for value in fields.get(f"p.{dimension.code}", ()) if value.strip())
    if dimension.open:
        for long in (value for value in given if len(value) > LONGEST):
            raise InputError(f"{dimension.label}: at most {LONGEST} characters, not {len(long)}")
        return tuple(filter(None, (slug(value) for value in given[:1])))
    known = [option.code for option in dimension.option]
    return _chosen(f"p.{dimension.code}", given, known, dimension.multiple)


def _replies(fields: Fields, question: Question) -> tuple[str, ...]:
    known = [option.code for option in question.option]
    given = tuple(filter(None, fields.get(f"q.{question.code}", ())))
    return _chosen(f"q.{question.code}", given, known, question.kind == "multiple")


def _chosen(name: str, given: tuple[str, ...], known: Sequence[str], several: bool) -> tuple[str, ...]:
    for odd in (value for value in given if value not in known):
        raise InputError(f"{name}: {odd[:LONGEST]!r} is not one of {', '.join(known[:12])}")
    if len(set(given)) > 1 and not several:
        raise InputError(f"{name}: one answer is wanted, not {len(set(given))}")
    return tuple(sorted(set(given)))


def _marks(fields: Fields, catalogue: Catalogue, codes: Sequence[str]) -> Iterator[tuple[tuple[str, str], str]]:
    known = marks(catalogue.scale.low, catalogue.scale.high)[1:] + DONT_KNOW
    for place, code in enumerate(codes):
        for letter in ASPECTS:
            for mark in (value for value in fields.get(f"{letter}{place}", ()) if value):
                if len(mark) != 1 or mark not in known:
                    raise InputError(f"{letter}{place}: {mark[:LONGEST]!r} is not one of {', '.join(known)}")
                yield (letter, code), mark


def _table(fields: Fields) -> int | None:
    given = {value.strip() for value in fields.get("t", ())} - {""}
    if not given:
        return None
    text = ", ".join(sorted(given))
    if not re.fullmatch(r"[0-9]{1,2}", text) or not 1 <= int(text) <= TABLES:
        raise InputError(f"t: {text[:LONGEST]!r} is no table number from 1 to {TABLES}")
    return int(text)
