"""How numbers are written, in charts, sentences and captions alike."""

from __future__ import annotations

import math

MINUS, DASH, NARROW_SPACE = "−", "–", "\u202f"


def two_digits(value: float | None) -> str:
    """A number with two significant digits and at most two decimals: 1.6, 0.43, −12, 120."""
    if value is None or math.isnan(value):
        return DASH
    power = int(f"{value:.1e}".partition("e")[2])
    decimals = min(max(1 - power, 0), 2)
    text = f"{round(value, 1 - power if power > 1 else decimals):.{decimals}f}"
    return "0" if float(text) == 0 else text.replace("-", MINUS)


def count(n: float) -> str:
    """A number of people, thousands apart."""
    return f"{round(n):,}".replace(",", NARROW_SPACE)


def percent(share: float | None, n: float) -> str:
    """A fraction as a percentage of n people: whole below n = 200, else two significant digits."""
    if share is None or math.isnan(share):
        return DASH
    hundredths = 100 * share
    whole = n < 200 or hundredths >= 9.95
    if 0 < hundredths < 0.5 and whole:
        return f"<1{NARROW_SPACE}%"
    return f"{round(hundredths) if whole else two_digits(hundredths)}{NARROW_SPACE}%"


def people(n: float) -> str:
    """`1 person`, `60 people`."""
    return f"{count(n)} {'person' if round(n) == 1 else 'people'}"


def tables(n: float) -> str:
    """`1 table`, `14 tables`."""
    return f"{count(n)} table{'' if round(n) == 1 else 's'}"
