"""What people mark: rating cards drawn around what is usual for them, and what they pass over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sctrain.cards import encode
from sctrain.catalogue import Scale

BLOCK = 50_000
"""People whose marks are drawn at once, which bounds the memory in use."""

Floats = NDArray[np.float32]


def ratings(
    usual: Floats, group: NDArray[np.intp], until: NDArray[np.intp], scale: Scale, rng: np.random.Generator
) -> list[str]:
    """A rating card per person, from [2, groups, competencies] usual marks; first axis importance, level."""
    n, items = group.size, usual.shape[2]
    cards: list[str] = []
    for start in range(0, n, BLOCK):
        block = slice(start, start + BLOCK)
        drawn = _marks(usual[:, group[block]], scale, rng)
        drawn[_skipped(until[:, block], items, rng)] = 0
        cards += encode(drawn[0], drawn[1], scale.low)
    return cards


def until(n: int, items: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """[2, people] how many competencies a person marks, from the first on."""
    until = np.full((2, n), items)
    few = n // 30
    who = rng.permutation(max(n - 1, 0))
    until[:, who[:few]] = items // 2  # stopped half-way
    until[1, who[few : 2 * few]] = 0  # importance only
    until[:, max(n - 1, 1) :] = items // 3  # came late
    return until


def _marks(usual: Floats, scale: Scale, rng: np.random.Generator) -> NDArray[np.uint8]:
    """[2, people, competencies] marks counted from 1 at the low end of the scale."""
    person_sd, noise_sd = np.array([[0.35, 0.45], [0.65, 0.75]], np.float32)[:, :, None, None]
    person = rng.standard_normal((2, usual.shape[1], 1), np.float32) * person_sd
    noise = rng.standard_normal(usual.shape, np.float32) * noise_sd
    marked = 1 + (usual + person + noise - 1) * ((scale.points - 1) / 4)
    return np.clip(np.rint(marked), 1, scale.points).astype(np.uint8)


def _skipped(until: NDArray[np.intp], items: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """[2, people, competencies] what was not answered; more is passed over towards the end."""
    chance = np.linspace(0.005, 0.04, items, dtype=np.float32)
    drawn = rng.random((3, until.shape[1], items), np.float32)
    passed: NDArray[np.bool_] = (drawn[:2] < chance / 3) | (drawn[2] < chance)
    return passed | (np.arange(items) >= until[:, :, None])
