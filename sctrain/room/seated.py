"""People of a file of registrations, seated: what the organiser's browser asks for and gets as a file."""

from __future__ import annotations

from dataclasses import dataclass

from sctrain import seating
from sctrain.catalogue import Catalogue
from sctrain.load import registrations
from sctrain.report import namecards

SECONDS = 8
"""For which a round is worked at, while the organiser waits."""


@dataclass(frozen=True)
class Seated:
    """A seating plan, to be had as files."""

    found: seating.Plan

    def plan(self) -> bytes:
        """The plan as CSV."""
        return namecards.csv(self.found)

    def cards(self, title: str) -> bytes:
        """Name cards and lists, to print."""
        return namecards.html(self.found, title).encode()


def seated(content: bytes, name: str, catalogue: Catalogue, tables: int, rounds: int) -> Seated:
    """The people of a file called `name` at so many tables; SctrainError where file or numbers allow no plan."""
    people = registrations.read(content, name, catalogue).people
    return Seated(seating.seat(people, tables, rounds, seconds=SECONDS))
