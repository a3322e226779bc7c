"""What became of a file's rows: a *refusal* is one cell or row that could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HELD = 1000
"""Refusals a report holds, and those a message lists: enough to see what is wrong in any file."""
LISTED = 20


@dataclass(frozen=True, order=True)
class Refusal:
    """One thing that could not be read. `column` is `` where the row as a whole is at fault."""

    row: int
    column: str
    value: str
    reason: str
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"row {self.row}" + (f", column {self.column!r}" if self.column else "")
        value = f"{_short(self.value)!r} " if self.value else ""
        choices = f": {listed(self.choices)}" if self.choices else ""
        return f"{where}: {value}{self.reason}{choices}"


@dataclass(frozen=True)
class LoadReport:
    """What was read, kept and left out of one file. Counts are rows unless they say cells.

    `refusals` holds the first HELD of all `refused`, in the order of the file; one row may have
    several. `excluded` has reason and rows of each rule. `blank` and `no_opinion` count rating
    cells of the rows kept. `unused` are headings.
    """

    file: str
    read: int
    kept: int
    left_out: int
    refused: int
    refusals: tuple[Refusal, ...]
    excluded: tuple[tuple[str, int], ...]
    blank: int
    no_opinion: int
    unused: tuple[str, ...]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{self.file}: {self.read} rows read, {self.kept} kept"]
        lines += [f"{n} rows excluded: {reason}" for reason, n in self.excluded]
        lines += [f"{self.left_out} rows left out that could not be read:"] * bool(self.left_out)
        lines += self.refusal_lines()
        lines.append(f"rating cells: {self.no_opinion} without an opinion, {self.blank} blank")
        lines += self.notes
        lines += [f"{len(self.unused)} columns not used: {listed(self.unused)}"] * bool(self.unused)
        return "\n  ".join(lines)

    def refusal_lines(self, limit: int = LISTED) -> list[str]:
        """One line for each refusal up to the limit, then how many more there are."""
        shown = [str(refusal) for refusal in self.refusals[:limit]]
        more = self.refused - len(shown)
        return [*shown, *[f"… and {more} more"] * bool(more)]


def listed(texts: Sequence[str], most: int = 12) -> str:
    """`a, b and 3 more`."""
    shown = [_short(text) for text in texts[:most]]
    return ", ".join(shown) + (f" and {len(texts) - most} more" if len(texts) > most else "")


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
