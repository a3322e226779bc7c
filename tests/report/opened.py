"""Documents read back: every text in a file, files in files included; headings, alternative texts and tables."""

import io
import re
import zipfile
from html.parser import HTMLParser

import docx
import pptx
from openpyxl import load_workbook

PICTURES = (".png", ".jpeg", ".jpg")


def parts(data):
    """(name, text) of every part of a file but pictures; a file inside a part is opened too."""
    if not data.startswith(b"PK"):
        yield "", data.decode("utf-8", errors="replace")
        return
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for name in packed.namelist():
            inside = packed.read(name)
            if inside.startswith(b"PK"):
                yield from ((f"{name}/{inner}", text) for inner, text in parts(inside))
            elif not name.endswith(PICTURES):
                yield name, inside.decode("utf-8", errors="replace")


def everything(data):
    """All text of a file as one."""
    return "\n".join(text for _, text in parts(data))


def word_tables(data):
    """Each table of a DOCX file as rows of texts."""
    return [
        [[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(io.BytesIO(data)).tables
    ]


def word_figures(data):
    """(title, alternative text) of the pictures of a DOCX file."""
    shapes = docx.Document(io.BytesIO(data)).inline_shapes
    return [(s._inline.docPr.get("title"), s._inline.docPr.get("descr")) for s in shapes]


def slides(data):
    return list(pptx.Presentation(io.BytesIO(data)).slides)


def sheets(data):
    """Each sheet of an XLSX file as rows of values, by name."""
    return {sheet.title: list(sheet.values) for sheet in load_workbook(io.BytesIO(data))}


class Page(HTMLParser):
    """The headings, figures and outside addresses of an HTML page."""

    def __init__(self, data):
        super().__init__()
        self.headings, self.tags, self.addresses, self._in = [], [], [], None
        self.feed(data.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._in = tag if re.fullmatch("h[1-6]", tag) else self._in
        self.addresses += [v for k, v in attrs if k in ("src", "href", "xlink:href") and not v.startswith("#")]

    def handle_endtag(self, tag):
        self._in = None if tag == self._in else self._in

    def handle_data(self, data):
        if self._in:
            self.headings.append((self._in, data))
