"""A figure as a picture that tells its base when it is copied alone: SVG and PNG, drawn without browser or network."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import altair as alt
import vl_convert

from sctrain.charts.theme import FONT, LIGHT, Look, text_width
from sctrain.errors import SelectionError
from sctrain.report.document import Document, Figure, Tell

GRAMMAR = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
"""The version of Vega-Lite that Altair writes and vl-convert is asked to read."""
FOOT = 11
"""Type size of the line under a chart, in px."""
SHARP = 2.0
"""Pixels of a PNG for each px: 210 to the inch over 17 cm."""
CLIP = re.compile(r'(id="|url\(#)(\w+)')


@dataclass(frozen=True)
class Picture:
    """An SVG of this size in px."""

    svg: str
    width: float
    height: float

    def png(self, sharp: float = SHARP) -> bytes:
        """The same as a PNG with `sharp` pixels for each px."""
        return vl_convert.svg_to_png(self.svg, scale=sharp)

    def inline(self, name: str) -> str:
        """The same for a page that holds several: no two may share the names of their parts."""
        return CLIP.sub(rf"\g<1>{name}-\g<2>", self.svg)


def picture(
    figure: Figure,
    look: Look = LIGHT,
    width: int | None = None,
    top: int | None = None,
    *,
    titled: bool = True,
    based: bool = True,
) -> Picture:
    """A figure as a browser of this width (px; its own if not given) would draw it, its base on a line under it.

    The alternative text is the SVG's description. `top` is the most rows it may have. A figure that is not `titled`
    leaves its title, and one that is not `based` its base, to what stands beside it.
    """
    chart = figure.chart(look, top)
    if not titled:
        chart.pop("title", None)
    return drawn(chart, figure.numbers.base.words, look, width or figure.width, based=based)


def drawn(chart: Mapping[str, Any], base: str, look: Look = LIGHT, width: int = 700, *, based: bool = True) -> Picture:
    """A Vega-Lite specification as a picture with its base on lines under it, `description` as alternative text.

    Fonts are those of this machine and vl-convert's own; nothing is fetched.
    """
    inner = vl_convert.vegalite_to_svg({**chart, "width": width}, vl_version=GRAMMAR, allowed_base_urls=[])
    wide, height, size = _side(inner, "width"), _side(inner, "height"), look.px(FOOT)
    lines = _lines(base, size, width - 4) if based else []
    foot = "".join(
        f'<text x="2" y="{height + size * (1.2 + 1.35 * i):.1f}">{escape(line)}</text>' for i, line in enumerate(lines)
    )
    tall = round(height + (size * (0.9 + 1.35 * len(lines)) if lines else 0))
    alternative = escape(f"{chart.get('description', '')} {base}".strip())
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{tall}" viewBox="0 0 {wide:g} {tall}"'
    svg = (
        f'{head} role="img"><desc>{alternative}</desc><rect width="{wide:g}" height="{tall}" fill="{look.background}"/>'
        f'{inner}<g font-family="{escape(FONT)}" font-size="{size}px" fill="{look.quiet}">{foot}</g></svg>'
    )
    return Picture(svg, wide, tall)


def alternative(figure: Figure) -> str:
    """What the figure shows, in sentences: its alternative text, with what it stands on."""
    return f"{figure.chart().get('description', '')} {figure.numbers.base.words}".strip()


def _side(svg: str, side: str) -> float:
    found = re.search(rf'<svg[^>]*? {side}="([0-9.]+)"', svg)
    assert found  # vl-convert writes both
    return float(found[1])


def _lines(text: str, size: float, width: float) -> list[str]:
    """The text in lines of at most this width, broken between words."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def chosen(document: Document, name: str | None) -> Figure:
    """The figure called so, the first if not given. SelectionError with the names there are if there is none."""
    figures = {figure.name: figure for figure in document.figures}
    found = figures.get(name or next(iter(figures), ""))
    if found is None:
        raise SelectionError("figure", name or "first", figures)
    return found


def one(figure: Figure, form: str) -> bytes:
    """A figure as the bytes of an `svg` or `png` file."""
    made = picture(figure)
    return made.png() if form == "png" else made.svg.encode("utf-8")


def archive(document: Document, tell: Tell | None = None, forms: Sequence[str] = ("svg", "png")) -> bytes:
    """Every figure of the document in each of the forms, in one ZIP file."""
    out, figures = io.BytesIO(), document.figures
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for done, figure in enumerate(figures, 1):
            for form in forms:
                packed.writestr(f"{figure.name}.{form}", one(figure, form))
            if tell:
                tell(done, len(figures))
    return out.getvalue()
