"""A document as PPTX for the debate: one finding a slide, one figure that proves it, and what it stands on.

Simple bars are native charts with their intervals, so that they can be edited; other figures are pictures. Nothing on
a slide is set smaller than `LEAST`, so that it is read from the last row. The numbers stand in the speaker's notes.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pptx
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from sctrain.charts.theme import LIGHT, hidden_for
from sctrain.report import figures
from sctrain.report.document import (
    LANGUAGE,
    Bars,
    Bullets,
    Document,
    Figure,
    Heading,
    Numbers,
    Table,
    Tell,
    plain,
    records,
)
from sctrain.report.figures import Picture
from sctrain.report.tables import unformula

LEAST = 18
"""Points of the smallest type on a slide."""
WIDE, TALL = 13.333, 7.5
LEFT, ROOM = 0.45, 12.43
"""Where everything begins, and how wide it may be, in inches."""
TITLE, BODY, SOURCE = (0.3, 1.25), (1.6, 5.05), (6.72, 0.7)
"""(top, height) of the title, of what is shown, and of the line it stands on, in inches."""
PIXELS, SCALE = 1000, 1.56
"""Width and type of a picture: its 13 px are 18 points over `ROOM` inches, and its labels stand left of the marks."""
ROWS, LINES = 7, 9
"""Bars of a native chart, and rows of a table, that fit."""
LETTERS = 620
"""Letters of a list that fit on a slide."""
FACE, INK, QUIET, ACCENT, BAR = "Arial", "262730", "5F6270", "00594F", "00796B"
LARGE, LONG, SMALL = 26, 115, 22
"""Points of a title, from how many letters on it is set smaller, and how small."""
ON_TITLE = ("Held on", "Place", "People", "Tables", "Filters", "Data version", "Note")
"""The facts on the title slide; the notes have all."""
FONTS = re.compile(rb'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*"')
LAYOUTS = {"title": 0, "list": 1, "figure": 5}


def write(document: Document, tell: Tell | None = None) -> bytes:
    """The slides of a document as the bytes of a PPTX file: a title, the spoken lists, each figure with a finding."""
    deck, chapter = _Deck(document), ""
    for done, block in enumerate(document.blocks, 1):
        if isinstance(block, Heading) and block.level == 1:
            chapter = block.text
        elif isinstance(block, Bullets) and block.spoken:
            deck.lists(chapter, block.items)
        elif isinstance(block, Table) and block.spoken:
            deck.table(block)
        elif isinstance(block, Figure) and block.finding:
            deck.figure(block)
        if tell:
            tell(done, len(document.blocks))
    return deck.saved()


class _Deck:
    """A PPTX that grows from its title slide on."""

    def __init__(self, document: Document) -> None:
        self._document, self._pptx = document, pptx.Presentation()
        _shape(self._pptx)
        self._tell_properties()
        first = self._slide("title", document.title)
        facts = [f"{name}: {value}" for name, value in document.facts.items()]
        shown = " · ".join(fact for fact in facts if fact.partition(":")[0] in ON_TITLE)
        first.placeholders[1].text = plain(f"{document.subtitle}\n{shown}")
        _say(first, "\n".join(facts))

    def _tell_properties(self) -> None:
        known, document = self._pptx.core_properties, self._document
        known.title, known.subject = plain(document.title)[:255], plain(document.subtitle)[:255]
        known.author, known.language, known.comments = "sctrain", LANGUAGE, plain(document.short)[:255]
        known.created = known.modified = datetime.now()
        known.last_modified_by = "sctrain"

    def _slide(self, layout: str, title: str) -> Any:
        slide = self._pptx.slides.add_slide(self._pptx.slide_layouts[LAYOUTS[layout]])
        slide.shapes.title.text = plain(title)
        if len(title) > LONG:
            slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size = Pt(SMALL)
        return slide

    def lists(self, title: str, items: Sequence[str]) -> None:
        """Sentences, as many slides of them as they need."""
        for part in _parted(items):
            slide = self._slide("list", title)
            frame = slide.placeholders[1].text_frame
            frame.text = plain(part[0])
            for item in part[1:]:
                frame.add_paragraph().text = plain(item)
            _say(slide, self._document.short)

    def figure(self, block: Figure) -> None:
        """A finding, the chart that proves it, its base, its numbers in the notes; no slide if it is too high."""
        rows, more = records(block.bars.of(block.numbers.labelled)) if block.bars else [], ""
        if block.bars and any(row[block.bars.value] is not None for row in rows):
            slide = self._slide("figure", block.finding)
            shown, more = _native(slide, block.bars, rows), _left_out(block.bars, rows, block.numbers.base.facts)
        else:
            made = _fitting(block)
            if made is None:
                return
            slide = self._slide("figure", block.finding)
            shown = _placed(slide, made)
        about = shown._element.xpath(".//p:cNvPr")[0]
        about.set("descr", plain(figures.alternative(block)))
        about.set("title", plain(block.caption))
        _source(slide, shown, f"{block.numbers.base.words}{more}")
        _say(slide, "\n".join([block.caption, block.numbers.base.words, "", *self._told(block.numbers)]))

    def table(self, block: Table) -> None:
        """A native table of the first rows, what it stands on, and all rows in the notes."""
        slide = self._slide("figure", block.finding or block.caption)
        lines = [tuple(field.heading for field in block.fields), *block.texts[:LINES]]
        more = f" · the first {LINES} of {len(block.texts)}" if len(block.texts) > LINES else ""
        top, _ = BODY
        size = (Inches(LEFT), Inches(top), Inches(ROOM), Inches(0.5 * len(lines)))
        shown = slide.shapes.add_table(len(lines), len(block.fields), *size)
        shown._element.xpath(".//p:cNvPr")[0].set("descr", plain(f"{block.caption}. {block.numbers.base.words}"))
        _fill(shown.table, lines)
        _source(slide, None, f"{block.numbers.base.words}{more}")
        _say(slide, "\n".join([block.caption, *_lines(block)]))

    def _told(self, numbers: Numbers) -> list[str]:
        """The numbers of a figure as lines of text: those of the table that reads them, else all that have a label."""
        table = next((t for t in self._document.tables if t.numbers.name == numbers.name), None)
        if table:
            return _lines(table)
        names = [c for c in map(str, numbers.labelled) if c.endswith("_label") or c in ("n", "share", "rank", "gap")]
        rows = records(numbers.labelled[names])
        return ["\t".join(names), *("\t".join(_plain(row[name]) for name in names) for row in rows)]

    def saved(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self._pptx.save(out)
        return out.getvalue()


def _fill(table: Any, lines: Sequence[Sequence[str]]) -> None:
    """Write the rows; columns are as wide as what they hold asks for."""
    table.horz_banding = False
    longest = [min(max(6, *map(len, column)), 40) for column in zip(*lines, strict=True)]
    for column, letters in zip(table.columns, longest, strict=True):
        column.width = Inches(ROOM * letters / sum(longest))
    for place, (row, line) in enumerate(zip(table.rows, lines, strict=True)):
        for cell, text in zip(row.cells, line, strict=True):
            cell.text = plain(text)
            cell.text_frame.paragraphs[0].font.size = Pt(LEAST)
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string("F2F3F6" if place else ACCENT)


def _lines(table: Table) -> list[str]:
    return ["\t".join(field.heading for field in table.fields), *("\t".join(row) for row in table.texts)]


def _plain(value: Any) -> str:
    return "–" if value is None else f"{value:.3g}" if isinstance(value, float) else str(value)


def _parted(items: Sequence[str]) -> Iterator[list[str]]:
    """The items in parts that fit on a slide each."""
    part: list[str] = []
    for item in items:
        if part and sum(map(len, part)) + len(item) > LETTERS:
            yield part
            part = []
        part.append(item)
    if part:
        yield part


def _say(slide: Any, text: str) -> None:
    slide.notes_slide.notes_text_frame.text = plain(text)


def _source(slide: Any, shown: Any, words: str) -> None:
    """What a figure stands on, in one group with it: who copies the figure has its base."""
    top, height = SOURCE
    box = slide.shapes.add_textbox(Inches(LEFT), Inches(top), Inches(ROOM), Inches(height))
    frame = box.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    run = frame.paragraphs[0].add_run()
    run.text = plain(words)
    run.font.size, run.font.color.rgb = Pt(LEAST), RGBColor.from_string(QUIET)
    if shown is not None:
        slide.shapes.add_group_shape([shown, box]).name = "Figure and what it stands on"


# Pictures


def _fitting(block: Figure) -> Picture | None:
    """The figure with as many rows as fit; None where even the fewest are too high."""
    most = BODY[1] / ROOM * PIXELS
    for top in range(8, 2, -1) if block.top else (None,):
        made = figures.picture(block, LIGHT.larger(SCALE), PIXELS, top, titled=False, based=False)
        if made.height <= most:
            return made
    return None


def _placed(slide: Any, made: Picture) -> Any:
    high = ROOM * made.height / made.width
    top = BODY[0] + (BODY[1] - high) / 2
    stream = io.BytesIO(made.png(1.6))
    return slide.shapes.add_picture(stream, Inches(LEFT), Inches(top), Inches(ROOM), Inches(high))


# Native charts


def _native(slide: Any, bars: Bars, rows: Sequence[dict[str, Any]]) -> Any:
    """Bars with their 95 % intervals, the first row at the top, each with its value beside its name."""
    shown = [row for row in rows if row[bars.value] is not None][:ROWS][::-1]
    data = CategoryChartData()
    # The workbook inside takes a name that begins like a formula for one.
    data.categories = [unformula(plain(f"{row[bars.name]}: {_value(row[bars.value], bars)}")) for row in shown]
    data.add_series(plain(bars.axis), [row[bars.value] for row in shown])
    place = (Inches(LEFT), Inches(BODY[0]), Inches(ROOM), Inches(BODY[1]))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *place, data)
    _dress(frame.chart, bars)
    _intervals(frame.chart, bars, shown)
    ends = [end for row in shown for name in (bars.low, bars.high, bars.value) if (end := row[name]) is not None]
    frame.chart.value_axis.minimum_scale = min(0.0, *ends)
    frame.chart.value_axis.maximum_scale = _above(max(ends))
    return frame


def _above(value: float) -> float:
    """The next round number: where an axis may end."""
    step = 10.0 ** math.floor(math.log10(value)) / 2 if value > 0 else 1.0
    return math.ceil(value / step - 1e-9) * step


def _left_out(bars: Bars, rows: Sequence[dict[str, Any]], facts: Mapping[str, str]) -> str:
    """How many bars there would be more, and how many are hidden; empty for none."""
    known = [row for row in rows if row[bars.value] is not None]
    hidden = sum(bool(row.get("suppressed")) for row in rows if row[bars.value] is None)
    said = f" · the first {ROWS} of {len(known)}" if len(known) > ROWS else ""
    return said + (f" · {hidden} {hidden_for(int(facts['hidden_below']))}" if hidden else "")


def _value(value: float, bars: Bars) -> str:
    return f"{100 * value:.0f} %" if bars.share else f"{value:.1f}"


def _dress(chart: Any, bars: Bars) -> None:
    chart.has_legend, chart.has_title = False, False
    chart.font.size, chart.font.name = Pt(LEAST), FACE
    chart.font.color.rgb = RGBColor.from_string(INK)
    plot, axis = chart.plots[0], chart.value_axis
    plot.gap_width = 60
    fill = plot.series[0].format.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor.from_string(BAR)
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("E6E7EB")
    axis.format.line.fill.background()
    axis.tick_labels.number_format = "0 %" if bars.share else "General"
    axis.tick_labels.number_format_is_linked = False
    axis.has_title = True
    axis.axis_title.text_frame.text = plain(f"{bars.axis}; the line is the 95 % interval")
    run = axis.axis_title.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(LEAST), False
    chart.category_axis.format.line.fill.background()


ERRORS = (
    '<c:errBars xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:errBarType val="both"/>'
    '<c:errValType val="cust"/><c:noEndCap val="1"/><c:plus>{plus}</c:plus><c:minus>{minus}</c:minus>'
    f'<c:spPr><a:ln w="28575"><a:solidFill><a:srgbClr val="{INK}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
)


def _intervals(chart: Any, bars: Bars, rows: Sequence[dict[str, Any]]) -> None:
    """The 95 % intervals as error bars; python-pptx has no word for them."""
    plus = [_distance(row[bars.high], row[bars.value]) for row in rows]
    minus = [_distance(row[bars.value], row[bars.low]) for row in rows]
    series = chart.plots[0].series[0]._element
    series.find(qn("c:cat")).addprevious(parse_xml(ERRORS.format(plus=_numbers(plus), minus=_numbers(minus))))


def _distance(high: float | None, low: float | None) -> float:
    return 0.0 if high is None or low is None else max(float(high) - float(low), 0.0)


def _numbers(values: Sequence[float]) -> str:
    points = "".join(f'<c:pt idx="{i}"><c:v>{value:.6g}</c:v></c:pt>' for i, value in enumerate(values))
    return f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numLit>'


# The look of all slides


def _shape(deck: Any) -> None:
    """Wide slides whose layouts put title and body where this module means them, in one typeface."""
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(TALL)
    for holder in (deck.slide_master, *deck.slide_layouts):
        for shape in holder.placeholders:
            shape.left, shape.width = Emu(round(shape.left * 4 / 3)), Emu(round(shape.width * 4 / 3))
    for name in ("list", "figure"):
        layout = deck.slide_layouts[LAYOUTS[name]]
        _place(layout.placeholders[0], TITLE, LARGE, bold=True, colour=ACCENT)
    _place(deck.slide_layouts[LAYOUTS["list"]].placeholders[1], (BODY[0], BODY[1] + 0.6), 20)
    first = deck.slide_layouts[LAYOUTS["title"]].placeholders
    _place(first[0], (2.2, 1.5), 40, bold=True, colour=ACCENT)
    _place(first[1], (3.8, 2.4), 22, colour=QUIET)
    _typeface(deck)


def _place(shape: Any, where: tuple[float, float], size: int, *, bold: bool = False, colour: str = INK) -> None:
    """Where a layout has a placeholder, and how what is written in it looks; slides inherit both."""
    shape.left, shape.width = Inches(LEFT), Inches(ROOM)
    shape.top, shape.height = (Inches(length) for length in where)
    body = shape.text_frame._txBody
    body.bodyPr.set("anchor", "t")
    for fit in body.bodyPr.xpath("./a:normAutofit"):
        body.bodyPr.remove(fit)
    styles = body.get_or_add_lstStyle() if hasattr(body, "get_or_add_lstStyle") else body.find(qn("a:lstStyle"))
    for old in styles.findall(qn("a:lvl1pPr")):
        styles.remove(old)
    bullet = '<a:buFont typeface="Arial"/><a:buChar char="•"/>' if size == 20 else "<a:buNone/>"
    indent = 'marL="342900" indent="-342900"' if size == 20 else 'marL="0" indent="0"'
    space = '<a:spcBef><a:spcPts val="900"/></a:spcBef>' if size == 20 else ""
    styles.insert(
        0,
        parse_xml(
            f'<a:lvl1pPr xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" algn="l" {indent}>{space}'
            f'{bullet}<a:defRPr sz="{size * 100}" b="{int(bold)}" lang="{LANGUAGE}"><a:solidFill>'
            f'<a:srgbClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
        ),
    )


def _typeface(deck: Any) -> None:
    """python-pptx keeps the theme as bytes, and does not offer to write it."""
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = FONTS.sub(rf'\g<1>{FACE}"'.encode(), theme.blob)
