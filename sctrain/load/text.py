"""How texts of a survey file are compared: headings exactly, labels without regard to case.

Exports scatter no-break spaces, line breaks and `4.0` for `4`; none of these makes a difference.
"""

import hashlib
import json
import re
import unicodedata

NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200e\u200f\u00ad"))
_CODE = re.compile(r"\s*\(ID\d+\)")
_WHOLE = re.compile(r"([+-]?\d+)[.,]0{1,2}")


def fold(text: str) -> str:
    """The text with every run of white space as one space, none at the ends."""
    if text.isascii() and text.isprintable() and " " not in text:
        return text  # a number or an id, of which a file may hold a million
    return " ".join(text.translate(_INVISIBLE).split())


def without_codes(text: str) -> str:
    """The text folded and without the codes that EUSurvey puts behind questions and answers, such as ` (ID289)`."""
    return fold(_CODE.sub("", text))


def caseless(text: str) -> str:
    """What two labels share if they mean the same: folded, lower case, `4.0` as `4`."""
    folded = fold(text).casefold()
    whole = _WHOLE.fullmatch(folded)
    return whole[1] if whole else folded


def number(text: str) -> float | None:
    """The number a text is, with a decimal point or comma; None if it is none."""
    folded = fold(text)
    return float(folded.replace(",", ".")) if NUMBER.fullmatch(folded) else None


def slug(text: str) -> str:
    """A code made of a label: `AUG 7-8 (Online)` gives `aug_7_8_online`.

    A label without a Latin letter or digit gives `x` and eight digits of its hash.
    """
    plain = unicodedata.normalize("NFKD", fold(text)).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    return "_".join(words) or "x" + hashlib.blake2b(caseless(text).encode(), digest_size=4).hexdigest()


def toml(value: object) -> str:
    """A text, number, truth or list of these as TOML writes it: as JSON, but for the sign that JSON leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
