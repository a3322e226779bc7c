"""A document as DOCX: real headings, a table of contents, native tables, figures with alternative text.

Nothing is fetched, no field asks to be updated when it is opened, and whatever a text holds stays a text.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import docx
from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from sctrain.frames import Frame
from sctrain.report import figures
from sctrain.report.document import (
    LANGUAGE,
    Block,
    Bullets,
    Document,
    Figure,
    Heading,
    Table,
    Tell,
    Text,
    numbered,
    plain,
)

WIDTH, HEIGHT = 170.0, 205.0
"""What a figure may take of a page, in mm."""
LETTER = 1.6
"""Width of a letter in a table, in mm, on average."""
FACE = "Arial"
INK, QUIET, ACCENT, RULE = "262730", "5F6270", "00594F", "B9BCC6"
SIZES = {"Title": 26, "Heading 1": 17, "Heading 2": 13, "Heading 3": 11, "Normal": 10, "Caption": 9}
PROPERTY = 255
"""Letters that a property may have."""
CONTENTS, TOC = "Contents", 'TOC \\o "1-1" \\h \\z \\u'
ANNEX = "Annex: every column, its formula and its source"
HEADS = ("Column", "Meaning", "Unit", "Formula", "Source")


def write(document: Document, tell: Tell | None = None) -> bytes:
    """The document as the bytes of a DOCX file, with an annex of the contracts of its numbers; `tell` as `Tell`."""
    paper = _Paper(document)
    after = [*document.blocks[1:], None]
    for done, ((block, number), following) in enumerate(zip(numbered(document.blocks), after, strict=True), 1):
        paper.put(block, number)
        if isinstance(block, Text) and isinstance(following, Figure | Table):
            paper.hold()
        if tell:
            tell(done, len(document.blocks))
    paper.annex(document.contracts)
    return paper.saved()


class _Paper:
    """A DOCX that grows from its title page on."""

    def __init__(self, document: Document) -> None:
        self._document, self._docx = document, docx.Document()
        self._bookmarks = 0
        _style(self._docx)
        _page(self._docx, document.short)
        self._tell_properties()
        self._title()

    def _tell_properties(self) -> None:
        known, document = self._docx.core_properties, self._document
        known.title, known.subject = plain(document.title)[:PROPERTY], plain(document.subtitle)[:PROPERTY]
        known.author = "sctrain"
        known.comments = plain(document.short)[:PROPERTY]
        known.language, known.keywords = LANGUAGE, "training needs, smart city"
        known.created = known.modified = datetime.now()
        known.last_modified_by = "sctrain"

    def _title(self) -> None:
        document = self._document
        self._docx.add_paragraph(plain(document.title), style="Title")
        self._docx.add_paragraph(plain(document.subtitle), style="Subtitle")
        if document.facts:
            self._grid(("What", "Is"), list(document.facts.items()), (False, False), headed=False)
        self._docx.add_paragraph(CONTENTS, style="TOC Heading")
        chapters = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]
        _contents(self._docx, [*chapters, ANNEX])
        self._docx.add_page_break()

    def put(self, block: Block, number: int) -> None:
        """Add a block; `number` counts figures and tables."""
        match block:
            case Heading():
                self._heading(block.text, block.level)
            case Text():
                self._docx.add_paragraph(plain(block.text), style="Quiet" if block.quiet else "Normal")
            case Bullets():
                for item in block.items:
                    self._docx.add_paragraph(plain(item), style="List Bullet")
            case Figure():
                self._figure(block, number)
            case Table():
                self._table(block, number)

    def _figure(self, block: Figure, number: int) -> None:
        made = figures.picture(block)
        wide = min(WIDTH, HEIGHT * made.width / made.height)
        shape = self._docx.add_picture(io.BytesIO(made.png()), width=Mm(wide))
        about = shape._inline.docPr
        about.set("name", f"Figure {number}")
        about.set("title", plain(block.caption))
        about.set("descr", plain(figures.alternative(block)))
        self.hold()
        self._caption("Figure", number, block.caption, block.numbers.base.words)

    def _table(self, block: Table, number: int) -> None:
        caption = self._caption("Table", number, block.caption, block.numbers.base.words)
        caption.paragraph_format.keep_with_next = True
        heads = [field.heading for field in block.fields]
        self._grid(heads, block.texts, block.right, title=block.caption)

    def hold(self) -> None:
        """Keep the last paragraph on the page of what follows."""
        self._docx.paragraphs[-1].paragraph_format.keep_with_next = True

    def annex(self, contracts: Sequence[Frame]) -> None:
        """The columns of each contract, with formula and source."""
        self._heading(ANNEX, 1)
        for contract in contracts:
            self._heading(contract.name, 2)
            self._docx.add_paragraph(f"One row for each {contract.grain}. Made in {contract.source}.", style="Quiet")
            rows = [(c.name, c.says, c.unit, c.formula, c.cites) for c in contract.columns]
            self._grid(HEADS, rows, (False,) * 5, size=8, title=f"The columns of {contract.name}")

    def saved(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self._docx.save(out)
        return out.getvalue()

    def _heading(self, text: str, level: int) -> None:
        paragraph = self._docx.add_heading(plain(text), level)
        if level == 1:
            _bookmark(paragraph, self._bookmarks)
            self._bookmarks += 1

    def _caption(self, kind: str, number: int, caption: str, base: str) -> Paragraph:
        paragraph = self._docx.add_paragraph(style="Caption")
        paragraph.add_run(f"{kind} ")
        _field(paragraph, f"SEQ {kind} \\* ARABIC", str(number))
        paragraph.add_run(f". {plain(caption)}. ")
        told = paragraph.add_run(plain(base))
        told.bold, told.font.color.rgb = False, RGBColor.from_string(QUIET)
        return paragraph

    def _grid(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        right: Sequence[bool],
        *,
        size: float = 9,
        headed: bool = True,
        title: str = "",
    ) -> None:
        """A native table; its header is repeated on each page, and no row is torn."""
        lines = [heads, *rows] if headed else list(rows)
        table = self._docx.add_table(len(lines), len(heads))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
        _rules(table._tbl.tblPr, title)
        widths = _widths(lines, right, WIDTH)
        for place, (row, line) in enumerate(zip(table._tbl.tr_lst, lines, strict=True)):
            _fill_row(row, line, right, widths, size, bold=headed and place == 0)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        after = self._docx.add_paragraph()
        after.paragraph_format.space_after = Pt(4)


def _fill_row(
    row: Any, line: Sequence[str], right: Sequence[bool], widths: Sequence[float], size: float, *, bold: bool
) -> None:
    """Write a row of cells by hand: python-docx looks the whole table up for each cell it is asked for."""
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if bold:
        properties.append(OxmlElement("w:tblHeader"))
    for place, (cell, text) in enumerate(zip(row.tc_lst, line, strict=True)):
        cell.width = Mm(widths[place])
        paragraph = Paragraph(cell.p_lst[0], None)  # type: ignore[arg-type]
        run = paragraph.add_run(plain(text))
        run.font.size, run.bold = Pt(size), bold or None
        shape = paragraph.paragraph_format
        shape.space_before = shape.space_after = Pt(1.5)
        if right[place]:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _widths(lines: Sequence[Sequence[str]], right: Sequence[bool], whole: float) -> list[float]:
    """Widths of columns in mm that sum to at most `whole`: numbers unbroken, texts by their words and their length."""
    columns = list(zip(*lines, strict=True))
    longest = [max(map(len, column), default=1) for column in columns]
    words = [max((len(word) for text in column for word in text.split()), default=1) for column in columns]
    kept = [full if number else min(word, 24) for full, word, number in zip(longest, words, right, strict=True)]
    least = [LETTER * max(letters, 4) + 5 for letters in kept]
    more = [max(LETTER * min(full, 60) + 5 - low, 0) for full, low in zip(longest, least, strict=True)]
    spare = whole - sum(least)
    if spare <= 0 or not sum(more):
        return [low * min(1.0, whole / sum(least)) for low in least]
    return [low + extra * min(1.0, spare / sum(more)) for low, extra in zip(least, more, strict=True)]


# What python-docx has no words for


def _style(paper: Paper) -> None:
    """Type, colours and language of all that is written."""
    for name, size in SIZES.items():
        style = paper.styles[name]
        style.font.size, style.font.name = Pt(size), FACE
        style.font.color.rgb = RGBColor.from_string(ACCENT if name.startswith("Heading 1") else INK)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        fonts.set(qn("w:cs"), FACE)
    quiet = paper.styles.add_style("Quiet", 1)
    quiet.base_style = paper.styles["Normal"]
    quiet.font.size, quiet.font.color.rgb = Pt(9), RGBColor.from_string(QUIET)
    paper.styles["Subtitle"].font.name, paper.styles["Subtitle"].font.italic = FACE, False
    paper.styles["Subtitle"].font.color.rgb = RGBColor.from_string(QUIET)
    paper.styles["Caption"].font.bold = True
    _space(paper)
    languages = paper.styles.element.xpath(".//w:rPrDefault//w:lang")
    for language in languages:
        language.set(qn("w:val"), LANGUAGE)


def _space(paper: Paper) -> None:
    """Room before and after paragraphs, in points."""
    given = {"Title": (60, 6), "Normal": (0, 6), "Heading 1": (24, 8), "Heading 2": (14, 4), "Heading 3": (10, 3)}
    for name, (before, after) in given.items():
        shape = paper.styles[name].paragraph_format
        shape.space_before, shape.space_after = Pt(before), Pt(after)
    for border in paper.styles["Title"].element.xpath(".//w:pBdr"):
        border.getparent().remove(border)


def _page(paper: Paper, short: str) -> None:
    """A4, with what it is and the page's number at its foot; its head is left free for a letterhead."""
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(25), Mm(20)
    foot = section.footer.paragraphs[0]
    foot.style = paper.styles["Quiet"]
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"{plain(short)}\t")
    _field(foot, "PAGE", "1")
    foot.add_run(" / ")
    _field(foot, "NUMPAGES", "1")


def _part(tag: str, **attributes: str) -> Any:
    part = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        part.set(qn(f"w:{name}"), value)
    return part


def _field_parts(instruction: str) -> tuple[list[Any], list[Any]]:
    """The runs that begin a field, and those that end it; what it shows stands between them."""
    runs = [_part("r") for _ in range(4)]
    runs[0].append(_part("fldChar", fldCharType="begin"))
    text = _part("instrText")
    text.text = f" {instruction} "
    text.set(qn("xml:space"), "preserve")
    runs[1].append(text)
    runs[2].append(_part("fldChar", fldCharType="separate"))
    runs[3].append(_part("fldChar", fldCharType="end"))
    return runs[:3], runs[3:]


def _field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A field that shows this until somebody updates it."""
    begin, end = _field_parts(instruction)
    paragraph._p.extend(begin)
    paragraph.add_run(shown)
    paragraph._p.extend(end)


def _contents(paper: Paper, titles: Sequence[str]) -> None:
    """A table of contents that is one as it is opened: its field already holds a link to each heading.

    Page numbers are Word's to know; they come when the field is updated.
    """
    begin, end = _field_parts(TOC)
    for place, text in enumerate(titles):
        line = paper.add_paragraph(style="Normal")
        line.paragraph_format.space_after = Pt(2)
        if place == 0:
            line._p.extend(begin)
        link = _part("hyperlink", anchor=_mark(place), history="1")
        run, written = _part("r"), _part("t")
        written.text = plain(text)
        run.append(written)
        link.append(run)
        line._p.append(link)
        if place == len(titles) - 1:
            line._p.extend(end)


def _mark(place: int) -> str:
    return f"_Toc{place + 1:06d}"


def _bookmark(paragraph: Paragraph, place: int) -> None:
    paragraph._p.insert(1, _part("bookmarkStart", id=str(place), name=_mark(place)))
    paragraph._p.append(_part("bookmarkEnd", id=str(place)))


def _rules(properties: Any, title: str) -> None:
    """Thin lines between rows and a thicker one at either end; what the table holds, for who cannot see it."""
    borders = _part("tblBorders")
    for side, width in (("top", "8"), ("bottom", "8"), ("insideH", "4")):
        borders.append(_part(side, val="single", sz=width, space="0", color=RULE))
    properties.append(borders)
    if title:
        properties.append(_part("tblCaption", val=plain(title)))


def headings(data: bytes) -> Iterator[tuple[int, str]]:
    """(level, text) of the headings of a DOCX file, in order."""
    for paragraph in docx.Document(io.BytesIO(data)).paragraphs:
        name = paragraph.style.name if paragraph.style else ""
        if name and name.startswith("Heading "):
            yield int(name.removeprefix("Heading ")), paragraph.text
