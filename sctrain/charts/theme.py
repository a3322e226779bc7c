"""How every chart looks: colours by role, type size, and how numbers and names are written.

A *look* is one theme's colours and the size of its type. A *role* is what a colour stands for.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace
from functools import lru_cache

from sctrain.numerals import NARROW_SPACE

FONT = '"Source Sans", "Source Sans Pro", "Liberation Sans", Arial, sans-serif'
LABEL_CHARS = 34
"""Where the name of a competency breaks into a second line."""
SMALL_N = 10
"""Below this many people marks are faded."""
FADED = 0.6
"""Opacity of faded marks: the gap's colour keeps 3:1 against the background."""


@dataclass(frozen=True)
class Look:
    """Colours by role, and `scale`, the type size: 1 on a page, 1.7 (22 px) before a room.

    Text has a contrast of at least 4.5:1 and marks of 3:1 with `background` and `band`.
    """

    name: str
    background: str
    text: str
    quiet: str
    """Text and lines that step back."""
    grid: str
    band: str
    """Behind rows that belong together."""
    hatch: str
    importance: str
    level: str
    gap: str
    tables: str
    survey: str
    groups: tuple[str, str, str, str]
    technology: str
    human: str
    shades: tuple[str, str]
    """The sequential scale's ends: no need, highest need."""
    differences: tuple[str, str, str]
    scale: float = 1.0

    def px(self, length: float) -> float:
        """A length that grows with the type."""
        return round(length * self.scale, 1)

    def larger(self, scale: float) -> Look:
        """The same look with type of this scale."""
        return replace(self, scale=scale)

    def shade(self, share: float) -> str:
        """The sequential colour at 0 (no need) .. 1 (highest); what lies outside is clipped."""
        return mix(*self.shades, min(max(share, 0.0), 1.0))


LIGHT = Look(
    name="light",
    background="#FFFFFF",
    text="#262730",
    quiet="#5F6270",
    grid="#E6E7EB",
    band="#EBEDF2",
    hatch="#7D808C",
    importance="#0072B2",
    level="#D55E00",
    gap="#333333",
    tables="#7A4EAB",
    survey="#00796B",
    groups=("#0072B2", "#AD7700", "#008F68", "#BA5E91"),
    technology="#008F68",
    human="#BA5E91",
    shades=("#F2F3F6", "#2D323D"),
    differences=("#762A83", "#FFFFFF", "#1B7837"),
)
"""On white. Two of the four group colours are darker than Okabe & Ito's, which lack contrast here."""

DARK = Look(
    name="dark",
    background="#0E1117",
    text="#FAFAFA",
    quiet="#A3A8B4",
    grid="#2A2E38",
    band="#222732",
    hatch="#858A97",
    importance="#56B4E9",
    level="#FF8D33",
    gap="#DDDDDD",
    tables="#BD9CE2",
    survey="#2EB8A8",
    groups=("#56B4E9", "#E69F00", "#00B383", "#CC79A7"),
    technology="#00B383",
    human="#CC79A7",
    shades=("#1A1E27", "#DCE0E8"),
    differences=("#C2A5CF", "#0E1117", "#A6DBA0"),
)
"""On near-black: the same hues, lighter; the highest need is the lightest shade."""


def channels(colour: str) -> tuple[float, ...]:
    """Red, green and blue of `#rrggbb`, 0..1."""
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1..21 (WCAG 2.2, 1.4.3)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def ink(fill: str) -> str:
    """Black or white, whichever reads better on this fill: always at least 4.5:1."""
    return max(("#000000", "#FFFFFF"), key=lambda colour: contrast(colour, fill))


def mix(one: str, other: str, share: float) -> str:
    """The colour `share` of the way from one to the other."""
    pairs = zip(channels(one), channels(other), strict=True)
    return "#" + "".join(f"{round(255 * (a + (b - a) * share)):02X}" for a, b in pairs)


def interval(value: str, low: str, high: str) -> str:
    """A value and its 95 % interval in words."""
    return f"{value} (95{NARROW_SPACE}%: {low} to {high})"


@lru_cache(4096)
def wrap(text: str, chars: int = LABEL_CHARS) -> tuple[str, ...]:
    """The text in as few lines of at most `chars` as it takes, the lines about equally long.

    Only a single longer word makes a longer line.
    """
    lines = _fill(text, chars)
    for narrower in range(chars - 1, 0, -1):
        tighter = _fill(text, narrower)
        if len(tighter) > len(lines) or max(map(len, tighter)) > narrower:
            break
        lines = tighter
    return lines


def _fill(text: str, chars: int) -> tuple[str, ...]:
    return tuple(textwrap.wrap(text, chars, break_long_words=False, break_on_hyphens=False)) or ("",)


def text_width(text: str, size: float) -> float:
    """About how wide a line is in px, rather too wide than too narrow (Arial's widths)."""
    return size * sum(_width(char) for char in text)


def _width(char: str) -> float:
    if char in "fijlrtI|.,:;!'()[]/- ":
        return 0.3
    if char in "mwMW@%":
        return 0.88
    return 0.7 if char.isupper() else 0.55


HIDDEN = "hidden"
"""What stands for a number the privacy gate hides where there is little room."""


def hidden_for(k: int) -> str:
    """What stands for a hidden number: it, or what it would tell with others, is of fewer than k people."""
    return f"{HIDDEN} to protect fewer than {k}"
