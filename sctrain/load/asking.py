"""What a proposal does not decide by itself: questions with their choices, and how many cells hang on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sctrain.errors import InputError


@dataclass(frozen=True)
class Ask:
    """One question about a file. `choices` has the words of each, `taken` is the one the proposal goes by."""

    code: str
    question: str
    choices: dict[str, str]
    default: str
    taken: str
    cells: int

    def __str__(self) -> str:
        others = "; ".join(f"{code}: {words}" for code, words in self.choices.items() if code != self.taken)
        how = "said" if self.taken != self.default else "assumed"
        rest = f" Or {others}." if others else ""
        return f"{self.code}: {self.question} ({self.cells} cells) {how}: {self.choices[self.taken]}.{rest}"


@dataclass
class Asks:
    """The questions of a proposal as they come up; `said` has what somebody answered, by code."""

    said: Mapping[str, str] = field(default_factory=dict)
    asked: list[Ask] = field(default_factory=list)

    def ask(self, code: str, question: str, choices: dict[str, str], default: str, cells: int) -> str:
        """The answer to a question, its default where nobody said any. InputError where it is none of the choices."""
        taken = self.said.get(code, default)
        if taken not in choices:
            raise InputError(f"{code}: {taken!r} is no answer to “{question}”; there are: {', '.join(choices)}")
        self.asked.append(Ask(code, question, choices, default, taken, cells))
        return taken

    def check(self, columns: int) -> None:
        """InputError where something was said that nothing asks for."""
        known = {ask.code for ask in self.asked} | {f"column.{place + 1}" for place in range(columns)}
        for code in self.said:
            if code not in known:
                raise InputError(f"{code!r} is not asked of this file; there are: {', '.join(sorted(known)[:40])}")
