"""A document as one HTML file that needs nothing from elsewhere: no script, no font, no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from sctrain.charts.theme import DARK, LIGHT
from sctrain.frames import Frame
from sctrain.report import figures
from sctrain.report.document import (
    LANGUAGE,
    Block,
    Bullets,
    Data,
    Document,
    Figure,
    Heading,
    Table,
    Tell,
    Text,
    numbered,
    plain,
)

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
:root {color-scheme: light dark; --text: #262730; --quiet: #5F6270; --accent: #00594F; --rule: #B9BCC6; --page: #fff}
@media (prefers-color-scheme: dark) {
  :root {--text: #FAFAFA; --quiet: #A3A8B4; --accent: #2EB8A8; --rule: #4A4F5C; --page: #0E1117}
}
body {font: 16px/1.5 "Source Sans 3", "Liberation Sans", Arial, sans-serif; color: var(--text); background: var(--page)}
body {max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere}
h1 {font-size: 1.9rem; line-height: 1.2; margin: 2rem 0 0.3rem} h2 {color: var(--accent); margin: 2.5rem 0 0.6rem}
h3 {margin: 1.6rem 0 0.4rem} h4 {margin: 1.2rem 0 0.3rem} .quiet, footer {color: var(--quiet); font-size: 0.9rem}
figure {margin: 1.2rem 0} figure svg {width: 100%; height: auto; display: block}
figcaption, caption {font-weight: 600; font-size: 0.9rem; text-align: left; padding: 0.4rem 0}
figcaption span, caption span {font-weight: normal; color: var(--quiet)}
.wide {overflow-x: auto; margin: 1.2rem 0}
table {border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums}
table {overflow-wrap: normal}
th, td {border-bottom: 1px solid var(--rule); padding: 0.25rem 0.8rem 0.25rem 0; text-align: left; vertical-align: top}
thead th {border-bottom-width: 2px} .number {text-align: right; white-space: nowrap}
nav ul {list-style: none; padding: 0} a {color: var(--accent)} .dark {display: none}
@media (prefers-color-scheme: dark) {.light {display: none} .dark {display: block}}
@media print {
  @page {size: A4; margin: 18mm}
  :root {--text: #000; --quiet: #444; --accent: #00594F; --page: #fff}
  body {font-size: 10pt; max-width: none; margin: 0}
  .light {display: block} .dark {display: none} figure, tr {break-inside: avoid} h2, h3, h4 {break-after: avoid}
  thead {display: table-header-group} .wide {overflow: visible}
}
"""
ANNEX = "Annex: every column, its formula and its source"
HEADS = ("Column", "Meaning", "Unit", "Formula", "Source")


def write(document: Document, tell: Tell | None = None) -> bytes:
    """The document as UTF-8 HTML, light and dark as the reader's system is, and ready to print."""
    told: list[str] = []
    for done, (block, number) in enumerate(numbered(document.blocks), 1):
        told.append(_put(block, number))
        if tell:
            tell(done, len(document.blocks))
    facts = "".join(f'<tr><th scope="row">{_safe(k)}</th><td>{_safe(v)}</td></tr>' for k, v in document.facts.items())
    chapters = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    links = "".join(f'<li><a href="#{_anchor(text)}">{_safe(text)}</a></li>' for text in (*chapters, ANNEX))
    return (
        f'<!doctype html><html lang="{LANGUAGE}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{_safe(document.title)}</title>'
        f"<style>{STYLE}</style></head><body><header><h1>{_safe(document.title)}</h1>"
        f'<p class="quiet">{_safe(document.subtitle)}</p><table><tbody>{facts}</tbody></table></header>'
        f'<nav aria-label="Contents"><ul>{links}</ul></nav><main>{"".join(told)}{_annex(document.contracts)}</main>'
        f"<footer><p>{_safe(document.short)}</p></footer></body></html>"
    ).encode()


def _put(block: Block, number: int) -> str:
    """A block as HTML; `number` counts figures and tables."""
    match block:
        case Heading():
            anchor = f' id="{_anchor(block.text)}"' if block.level == 1 else ""
            return f"<h{block.level + 1}{anchor}>{_safe(block.text)}</h{block.level + 1}>"
        case Text():
            return f"<p{' class=quiet' * block.quiet}>{_safe(block.text)}</p>"
        case Bullets():
            return f"<ul>{''.join(f'<li>{_safe(item)}</li>' for item in block.items)}</ul>"
        case Figure():
            return _figure(block, number)
        case Table():
            heads = tuple(field.heading for field in block.fields)
            return _table(_caption("Table", number, block), heads, block.texts, block.right)
        case Data():
            return ""


def _figure(block: Figure, number: int) -> str:
    """The picture on light and on dark; the style shows one of them."""
    drawn = "".join(
        f'<div class="{look.name}">{figures.picture(block, look).inline(f"f{number}{look.name}")}</div>'
        for look in (LIGHT, DARK)
    )
    return f"<figure>{drawn}<figcaption>{_caption('Figure', number, block)}</figcaption></figure>"


def _caption(kind: str, number: int, block: Figure | Table) -> str:
    return f"{kind} {number}. {_safe(block.caption)}. <span>{_safe(block.numbers.base.words)}</span>"


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    classes = [' class="number"' if number else "" for number in right]
    head = "".join(f'<th scope="col"{kind}>{_safe(text)}</th>' for text, kind in zip(heads, classes, strict=True))
    body = "".join(
        f"<tr>{''.join(f'<td{kind}>{_safe(text)}</td>' for text, kind in zip(row, classes, strict=True))}</tr>"
        for row in rows
    )
    # what may scroll sideways can be reached by keyboard
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="Table"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _annex(contracts: Sequence[Frame]) -> str:
    return f'<h2 id="{_anchor(ANNEX)}">{ANNEX}</h2>{"".join(_contracts(contracts))}'


def _contracts(contracts: Sequence[Frame]) -> Iterator[str]:
    for contract in contracts:
        rows = [(c.name, c.says, c.unit, c.formula, c.cites) for c in contract.columns]
        caption = f"{contract.name}: one row for each {escape(contract.grain)}. Made in {escape(contract.source)}."
        yield f"<h3>{contract.name}</h3>{_table(caption, HEADS, rows, (False,) * 5)}"


def _anchor(text: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())


def _safe(text: str) -> str:
    return escape(plain(text))
