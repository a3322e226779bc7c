"""Profiles: groups of people who need the same, found from their leanings; who they are only describes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.special import stdtrit
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.decomposition import PCA
from sklearn.metrics import confusion_matrix
from sklearn.pipeline import Pipeline, make_pipeline
from threadpoolctl import threadpool_limits

from sctrain.analysis.gaps import Numbers, gaps
from sctrain.analysis.profiles_choice import SEED, STARTS, Trial, best, choose
from sctrain.analysis.profiles_people import Gaps, Rows, answering, chunks, drawn, gaps_of, prepared
from sctrain.cards import Cards
from sctrain.frames import LETTERS, PROFILE_NEEDS, PROFILES, JointCounts

FEWEST = 5
"""Least people of a profile, whatever the threshold of what is shown."""
TRIED, FITTED = 1000, 20_000
"""Most people on whom numbers of profiles are tried, and to whom profiles are fitted at once; the rest is streamed."""
ALIKE = 0.5
"""Least correlation of leanings by which a profile is an earlier one."""


@dataclass(frozen=True, eq=False)
class Grouping:
    """How people fall into k profiles, the largest first; none where no number of them is reliable.

    `rows` are those who were grouped, `place[i]` the profile of each (0..k-1), `jaccard` one number a
    profile; `model` goes from gaps to what it calls the profiles.
    """

    rows: Rows
    trials: list[Trial]
    place: NDArray[np.int8]
    jaccard: Numbers
    model: Pipeline | None = None

    @property
    def k(self) -> int:
        """Number of profiles; 0 where there are none."""
        return len(self.jaccard)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """[k]: how many people are in each profile."""
        return np.bincount(self.place, minlength=self.k)[: self.k] if self.k else np.zeros(0, np.int64)


def grouping(
    cards: Cards,
    where: NDArray[np.bool_],
    fewest: int = FEWEST,
    every: bool = True,
    say: Callable[[], None] = lambda: None,
) -> Grouping:
    """The profiles of the people `where`; the same for the same marks, in whatever order they came.

    `fewest` people at least are to be in a profile; without `every`, trials that cannot be chosen are
    cut short. `say` is called after each trial.
    """
    rows = answering(cards, where)
    rng = np.random.default_rng(SEED)
    some = drawn(len(rows), TRIED, rng)
    trials = tried(gaps_of(cards, rows[some]), fewest, every, say)
    none = Grouping(rows, trials, np.zeros(len(rows), np.int8), np.zeros(0))
    found = best(trials, fewest)
    if found is None:
        return none
    with threadpool_limits(1):
        model = _fitted(cards, rows, found.k, rng)
        called = np.concatenate([model.predict(part) for _, part in parts(cards, rows)])
    sizes = np.bincount(called, minlength=found.k)
    if sizes.min() < fewest:  # enough of those it was tried on, too few of all
        return none
    place = np.argsort(np.argsort(-sizes, kind="stable"))[called].astype(np.int8)
    return Grouping(rows, trials, place, jaccard(found, place[some]), model)


def tried(gaps: Gaps, fewest: int, every: bool, say: Callable[[], None]) -> list[Trial]:
    """Each number of profiles tried on these people [people, competencies], as `grouping` has it."""
    if not len(gaps):
        return []
    return choose(make_pipeline(*prepared()).fit_transform(gaps.astype(float)), fewest, every=every, say=say)


def jaccard(found: Trial, place: NDArray[np.integer]) -> Numbers:
    """[k] of each profile that of the group it was in the trial, whose people have these places now."""
    _, same = linear_sum_assignment(-confusion_matrix(place, found.labels, labels=range(found.k)))
    return found.jaccard[same]


def parts(cards: Cards, rows: Rows) -> Iterator[tuple[slice, Gaps]]:
    """The gaps of all rows, a part at a time, and where in the rows it is."""
    return ((part, gaps_of(cards, rows[part])) for part in chunks(len(rows)))


def _fitted(cards: Cards, rows: Rows, k: int, rng: np.random.Generator) -> Pipeline:
    """From gaps to one of k profiles; beyond FITTED people the centres of some are moved by streaming all."""
    some = rows[drawn(len(rows), FITTED, rng)]
    steps = (*prepared(), PCA(k - 1, svd_solver="full"), KMeans(k, n_init=STARTS, random_state=SEED))
    model = make_pipeline(*steps).fit(gaps_of(cards, some).astype(float))
    if len(some) == len(rows):
        return model
    before, mixed = model[:-1], rng.permutation(rows)
    moved = MiniBatchKMeans(k, init=model[-1].cluster_centers_, n_init=1, random_state=SEED)
    for _, part in parts(cards, mixed):
        moved.partial_fit(before.transform(part))
    return make_pipeline(*(step for _, step in before.steps), moved)


# What is told of them


class Sized(Protocol):
    """Profiles from the largest down: how many people are in each, and how surely each is found again."""

    @property
    def sizes(self) -> NDArray[np.int64]:
        """[k] people."""
        ...

    @property
    def jaccard(self) -> Numbers:
        """[k] mean Jaccard indices."""
        ...


class Sums(NamedTuple):
    """Of the leanings of each profile's people [profiles, competencies]: how many, their sum, their squares' sum."""

    n: Numbers
    total: Numbers
    squares: Numbers


def sums(cards: Cards, found: Grouping) -> Sums:
    """The sums of the leanings, as the model sees them."""
    shape = (found.k, len(cards.competencies))
    n, total, squares = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for part, gaps_ in parts(cards, found.rows):
        given = gaps_.astype(float)  # in single precision the sums would depend on the parts
        leaning = found.model[0].transform(given) if found.model else given
        member = np.eye(found.k)[found.place[part]].T
        known = ~np.isnan(leaning)
        filled = np.where(known, leaning, 0)
        n += member @ known
        total += member @ filled
        squares += member @ filled**2
    return Sums(n, total, squares)


def profiles(found: Sized, letters: Sequence[str], names: Mapping[str, str]) -> pd.DataFrame:
    """PROFILES by letter; `letters` are those of the profiles from the largest down."""
    n = found.sizes
    frame = pd.DataFrame(
        {
            "profile": pd.Series(list(letters), dtype="str"),
            "name": pd.Series([names[letter] for letter in letters], dtype="str"),
            "n": pd.array(n, dtype="Int64"),
            "share": n / max(n.sum(), 1),
            "jaccard": found.jaccard,
            "suppressed": np.zeros(len(n), bool),
        }
    )
    return PROFILES.check(frame.sort_values("profile", ignore_index=True))


def needs(gated: JointCounts, leanings: Sums) -> pd.DataFrame:
    """PROFILE_NEEDS by letter and in the catalogue's order; groups of the counts are letters, rows of the sums theirs.

    Leanings are from everyone who was grouped; their intervals (Welch 1947) take the profiles as given,
    though they were found in the same answers: they say what sets a profile apart, and prove nothing.
    """
    frame = gaps(gated, "gap").rename(columns={"group": "profile"})
    hidden = frame["suppressed"].to_numpy(bool)
    for name, values in zip(("leaning", "leaning_low", "leaning_high"), _leanings(leanings), strict=True):
        frame[name] = np.where(hidden, np.nan, values.ravel())
    frame = frame.assign(place=range(len(frame))).sort_values(["profile", "place"], ignore_index=True)
    return PROFILE_NEEDS.check(frame)


def _leanings(of: Sums) -> tuple[Numbers, Numbers, Numbers]:
    """Mean of each profile minus that of all, and its 95 % interval [profiles, competencies]."""
    rest = Sums(*(x.sum(axis=0) - x for x in of))
    with np.errstate(divide="ignore", invalid="ignore"):
        (mean, spread), (other, around) = (_mean(side) for side in (of, rest))
        outside = rest.n / (of.n + rest.n)
        df = (spread + around) ** 2 / (spread**2 / (of.n - 1) + around**2 / (rest.n - 1))
        reach = outside * stdtrit(df, 0.975) * np.sqrt(spread + around)
    leaning = outside * (mean - other)
    return leaning, leaning - reach, leaning + reach


def _mean(of: Sums) -> tuple[Numbers, Numbers]:
    """Mean, and the square of its standard error."""
    mean = of.total / of.n
    return mean, np.maximum(of.squares / of.n - mean**2, 0) / (of.n - 1)


def telling(found: pd.DataFrame, most: int = 3) -> dict[str, tuple[str, ...]]:
    """By profile the competencies it leans to most, of those whose interval leaves out 0; PROFILE_NEEDS in."""
    leaning = found[found["leaning_low"] > 0].sort_values("leaning", ascending=False, kind="stable")
    by_profile = leaning.groupby("profile")["competency"].agg(tuple).to_dict()
    return {str(letter): tuple(by_profile.get(letter, ()))[:most] for letter in sorted(set(found["profile"]))}


# The same letter for the same profile

Centres = Mapping[str, Numbers]
"""Mean leanings of a profile's people by its letter."""


def match(known: Centres, centres: Numbers) -> list[str]:
    """A letter for each of these mean leanings: that of the known profile it is most like, or a new one.

    The pairs with the highest sum of correlations (Kuhn 1955), none of them below ALIKE.
    """
    letters: dict[int, str] = {}
    if known and len(centres):
        alike = np.array([[_correlation(old, new) for new in centres] for old in known.values()])
        old, new = linear_sum_assignment(-np.where(alike >= ALIKE, alike, 0))
        letters = {j: list(known)[i] for i, j in zip(old, new, strict=True) if alike[i, j] >= ALIKE}
    free = [letter for letter in LETTERS if letter not in letters.values()]
    unused = iter(sorted(free, key=lambda letter: letter in known))
    return [letters.get(j) or next(unused) for j in range(len(centres))]


def _correlation(a: Numbers, b: Numbers) -> float:
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size else 0.0


def centres(of: Sums) -> Numbers:
    """[profiles, competencies] mean leanings from those of everyone; 0 where nobody answered."""
    return np.nan_to_num(_leanings(of)[0])
