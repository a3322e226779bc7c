"""The formats a report can have: how each is written, what it is called, and what it is good for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import import_module

from sqlalchemy import Engine

from sctrain.report import contents
from sctrain.report.document import Document, Tell
from sctrain.report.sources import open_sources
from sctrain.selection import Selection

HALF = 100
"""Steps of progress for working a report out, and as many for writing it."""


@dataclass(frozen=True)
class Format:
    """A format: the ending of its files, its media type, what somebody does with it, and what writes it.

    Its writer is loaded when it is used: a server is up half a second sooner without two office libraries.
    """

    name: str
    ending: str
    media: str
    use: str
    writer: str

    def write(self, document: Document, tell: Tell | None = None) -> bytes:
        """A document as the bytes of a file; `tell` hears of steps done, of how many."""
        module, _, function = self.writer.partition(".")
        written: bytes = getattr(import_module(f"sctrain.report.{module}"), function)(document, tell)
        return written


OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    "docx": Format("Report", "docx", f"{OFFICE}.wordprocessingml.document", "to edit and to hand in", "word.write"),
    "pptx": Format("Slides", "pptx", f"{OFFICE}.presentationml.presentation", "for the debate", "slides.write"),
    "xlsx": Format("Workbook", "xlsx", f"{OFFICE}.spreadsheetml.sheet", "every number", "workbook.write"),
    "html": Format("Web page", "html", "text/html", "one file, works offline", "web.write"),
    "zip": Format("Figures", "zip", "application/zip", "each as SVG and PNG", "figures.archive"),
}
"""The formats of a whole report, by the ending of their files."""


def make(engine: Engine, selection: Selection, form: str, tell: Tell | None = None, today: date | None = None) -> bytes:
    """A report of a selection as the bytes of a file of this format; `tell` hears of steps done, of `2 * HALF`.

    Raises what `open_sources` raises.
    """
    document = contents.compose(open_sources(engine, selection, today), _from(tell, 0))
    return FORMATS[form].write(document, _from(tell, HALF))


def _from(tell: Tell | None, start: int) -> Tell | None:
    """Tells of one half of the work."""
    return (lambda done, of: tell(start + round(HALF * done / of), 2 * HALF)) if tell else None


def named(selection: Selection, version: int, ending: str) -> str:
    """What a report's file is called: `report-demo-by-role-v6.docx`."""
    return f"report-{selection.slug()}-v{version}.{ending}"
