"""The made-up rooms as they are stored: whose answers they are, in the order they came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.cards import MISSING, marks
from sctrain.catalogue import Catalogue, Scale
from sctrain.demo import marks as marking
from sctrain.demo import rounds as ordering
from sctrain.demo import tables as tabling
from sctrain.demo.people import PLACES, People, Places, people
from sctrain.demo.replies import replies
from sctrain.demo.truth import ALONE, Change, everybody, usual
from sctrain.frames import SUBMISSIONS, Sheets

PEOPLE_PER_TABLE = 7.5
MOST_TABLES = 40


@dataclass(frozen=True)
class DemoEvent:
    """The event the made-up answers belong to. `threshold` is the smallest group shown, in people."""

    code: str = "demo"
    title: str = "Demonstration: what should smart-city managers learn?"
    held_on: date = date(2018, 11, 15)
    place: str = "Room CC1 – 1.3"
    threshold: int = 5


DEMO_EVENT = DemoEvent()


@dataclass(frozen=True)
class Story:
    """What a room is like: who comes, and what is true of them.

    `differ` is whether groups differ; `change` is what was otherwise than at the workshop; `others` is
    whether other people come than those of the workshop.
    """

    event: DemoEvent = DEMO_EVENT
    participants: int = 60
    places: Places = PLACES
    differ: bool = True
    others: bool = False
    change: Change = field(default_factory=dict)


WORKSHOP = Story()
NULL = Story(
    DemoEvent("demo_null", "Demonstration, if nobody differed", date(2018, 11, 14)),
    differ=False,
)
"""The people of the workshop, with its needs, but without any difference between groups or kinds."""
EARLIER = Story(
    DemoEvent("demo_2017", "Demonstration, one year earlier", date(2017, 11, 16), "Room CC1 – 1.2"),
    participants=36,
    places=PLACES[:6],
    others=True,
    change={
        "technology_trends": (0.1, -0.9),
        "citizen_participation": (0.0, -0.9),
        "agile_management": (0.1, -0.8),
        "data_protection": (-0.6, 0.5),
    },
)
"""A smaller room from three countries: three gaps were larger, that of data protection smaller."""


def demo(
    catalogue: Catalogue, participants: int | None = None, seed: int = 2018, story: Story = WORKSHOP
) -> pd.DataFrame:
    """SUBMISSIONS of one room in the order they came in; equal for an equal seed.

    The last person came 25 minutes late and marked the first third only. A room of another size
    has other people, but with the same needs. ValueError below one participant.
    """
    n = story.participants if participants is None else participants
    if n < 1:
        raise ValueError(f"a room has at least one participant, not {n}")
    tables = max(1, min(MOST_TABLES, round(n / PEOPLE_PER_TABLE)))
    random = _Random(seed, story)
    came, rng = random.people(catalogue, n), random.rng
    frame = {
        "person": [f"p{i:04d}" for i in range(1, n + 1)],
        "row": np.arange(1, n + 1),
        "submitted_at": _times(story.event.held_on, n, rng),
        "seconds": pd.array(_seconds(n, random.paces), "Int64"),
        "table_number": rng.permutation(n) % tables + 1,
        **{d: np.array(codes.values, object)[codes.code] for d, codes in came.profile.items()},
    }
    until = marking.until(n, len(catalogue.codes), rng)
    held, group = usual(catalogue, everybody(catalogue, random.needs, ALONE | story.change), came)
    if not story.differ:
        held, group = np.average(held, axis=1, weights=np.bincount(group, minlength=held.shape[1]))[:, None], group * 0
    frame["ratings"] = marking.ratings(held.astype(np.float32), group, until, catalogue.scale, rng)
    frame["replies"] = replies(catalogue, came, until[0] == len(catalogue.codes), story.differ, random.said)
    return SUBMISSIONS.check(pd.DataFrame(frame))


def demo_kinds(
    catalogue: Catalogue, participants: int | None = None, seed: int = 2018, story: Story = WORKSHOP
) -> list[str]:
    """Of which of KINDS each person of `demo` is, in its order: the truth that an analysis looks for."""
    n = story.participants if participants is None else participants
    kind = _Random(seed, story).people(catalogue, n).kind
    return [kind.values[code] for code in kind.code]


def demo_sheets(catalogue: Catalogue, tables: int = 8, seed: int = 2018) -> Sheets:
    """SHEETS, RANKINGS and NOTES of the tables at which the people of `demo` sat; equal for an equal seed.

    A list is a draw of the Plackett-Luce model (Plackett 1975) from what the room needs: of contents
    the needs that the survey of the same seed shows. From the ninth table on, notes repeat.
    ValueError unless there are 1 to 40 tables.
    """
    if not 1 <= tables <= MOST_TABLES:
        raise ValueError(f"there are 1 to {MOST_TABLES} tables, not {tables}")
    random = _Random(seed, WORKSHOP)
    importance, level = everybody(catalogue, random.needs)
    seated = demo(catalogue, round(tables * PEOPLE_PER_TABLE), seed)
    return tabling.sheets(catalogue, seated, importance - level, random.lists)


def demo_orders(catalogue: Catalogue, participants: int = 60, seed: int = 2018) -> pd.DataFrame:
    """In which order the people of `demo` put a short list before the debate and after it: `rounds.orders`."""
    return ordering.orders(catalogue, demo(catalogue, participants, seed), seed)


class _Random:
    """Streams of random numbers of a seed: one for each thing, so that one more draw moves nothing else."""

    def __init__(self, seed: int, story: Story) -> None:
        self.needs, rng, self.lists, kinds, said, *others, self.paces = np.random.default_rng(seed).spawn(9)
        self.rng, self._kinds, self.said = others if story.others else (rng, kinds, said)
        self._places = story.places

    def people(self, catalogue: Catalogue, n: int) -> People:
        return people(catalogue, n, self._places, self.rng, self._kinds)


def demo_batches(catalogue: Catalogue, participants: int = 60, seed: int = 2018) -> list[pd.DataFrame]:
    """Two SUBMISSIONS in the order they are stored: everybody, then a correction of one answer.

    The correction has the person who marked most, four minutes later and with one mark changed.
    """
    everybody = demo(catalogue, participants, seed)
    fullest = everybody["ratings"].str.count(f"[{MISSING}]").sort_values(kind="stable").index[:1]
    again = everybody.loc[fullest].reset_index(drop=True)
    later = pd.to_datetime(again["submitted_at"]) + pd.Timedelta(minutes=4)
    changed = [_with_one_mark_changed(card, catalogue.scale) for card in again["ratings"]]
    again = again.assign(row=1, submitted_at=later.dt.strftime("%Y-%m-%dT%H:%M:%SZ"), ratings=changed)
    return [everybody, SUBMISSIONS.check(again)]


def _with_one_mark_changed(card: str, scale: Scale) -> str:
    known = marks(scale.low, scale.high)
    at = next((i for i, mark in enumerate(card) if mark != MISSING), 0)
    now = known.index(card[at])
    return card[:at] + known[now - 1 if now > 1 else now + 1] + card[at + 1 :]


def _seconds(n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """How long each person took: most some nine minutes, one in a dozen two or three."""
    usual, hurried = rng.lognormal(np.log(540), 0.25, n), rng.uniform(100, 220, n)
    return np.where(rng.random(n) < 1 / 12, hurried, usual).astype(np.int64)


def _times(held_on: date, n: int, rng: np.random.Generator) -> NDArray[np.str_]:
    """Sorted times within twelve minutes; the last 25 minutes after the others."""
    seconds = np.sort(rng.integers(0, 12 * 60, n))
    seconds[max(n - 1, 1) :] = seconds[: n - 1].max(initial=0) + 25 * 60
    opened = np.datetime64(f"{held_on}T15:40:00")
    return np.datetime_as_string(opened + seconds.astype("timedelta64[s]"), unit="s", timezone="UTC")
