"""One document, five formats: all of them say the same, open elsewhere, and tell what they stand on."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace

import pandas as pd
import pytest
import vl_convert
from opened import Page, everything, sheets, slides, word_figures, word_tables
from support import missing

from sctrain import voices
from sctrain.errors import SelectionError
from sctrain.frames import CODED, GAPS
from sctrain.report import contents, figures, web, word, workbook
from sctrain.report import slides as deck
from sctrain.report.base import Base
from sctrain.report.document import Bullets, Document, Field, Figure, Heading, Numbers, Table, Text, cell
from sctrain.report.figures import GRAMMAR

BASE = "n = 60 people · everyone · compared by role · Demonstration: what should smart-city managers learn? (demo) · "
WRITERS = {"docx": word.write, "pptx": deck.write, "xlsx": workbook.write, "html": web.write}
FORMULAS = ["=1+1", "+1", "@SUM(A1)", '=HYPERLINK("http://evil.example","x")', "<b>&amp;{ =1 }", "bell \x07 and \x00"]


DRAWN = ("needs", "programme", "groups", "voices", "tables_duration", "challenges", "replies_how_long", "who_role")
"""The figures that are written here, one of each kind: to draw them takes most of the time."""


def thinned(document):
    kept = [block for block in document.blocks if not isinstance(block, Figure) or block.name in DRAWN]
    return replace(document, blocks=tuple(kept))


@pytest.fixture(scope="session")
def thin(report):
    return thinned(report)


@pytest.fixture(scope="session")
def files(thin):
    return {ending: write(thin, None) for ending, write in WRITERS.items()}


# What is in it


def test_the_report_has_its_chapters_in_order(report):
    titles = [block.text for block in report.blocks if isinstance(block, Heading) and block.level == 1]
    assert titles == [
        *(chapter.title for chapter in contents.CHAPTERS),
        "What is hidden, and why",
        "How the numbers are made",
    ]


def test_the_title_page_tells_event_date_people_tables_version_filters_and_that_it_is_made_up(report):
    assert report.facts["Held on"] == "15 November 2018"
    assert report.facts["People"] == "60"
    assert report.facts["Tables"] == "8"
    assert report.facts["Filters"] == "everyone"
    assert report.facts["Drawn up on"] == "30 November 2026"
    assert int(report.facts["Data version"]) > 0
    assert "made up" in report.facts["Note"]


def test_every_figure_and_table_tells_n_filters_event_version_and_date(report):
    for block in (*report.figures, *report.tables):
        words = block.numbers.base.words
        assert re.search(r"n = \d+ (of \d )?(people|tables|lines)", words), words
        assert "Demonstration: what should smart-city managers learn? (demo)" in words
        assert re.search(r"data version \d+ · 30 November 2026$", words), words


def test_what_is_said_is_what_the_page_says(sources, report):
    first = next(block for block in report.blocks if isinstance(block, Bullets))
    assert list(first.items[: len(sources.findings)]) == sources.findings
    assert sources.meeting.sentence in [item.rstrip(".") + "." for item in first.items]


def test_a_cleared_line_is_quoted_and_no_other(sources, files):
    lines = sources.notes.noted
    cleared = lines.loc[(lines["table_number"] == 1) & (lines["line"] == 1), "text"].iloc[0]
    others = [text for text in lines["text"] if text != cleared]
    for ending in ("docx", "xlsx", "html"):
        said = everything(files[ending])
        assert cleared in said
        assert not [text for text in others if text in said]
    assert not [text for text in lines["text"] if text in everything(files["pptx"])]


# Read back


def test_a_docx_has_real_headings_and_a_contents_that_links_to_each_chapter(thin, files):
    headings = [(block.level, block.text) for block in thin.blocks if isinstance(block, Heading)]
    found = list(word.headings(files["docx"]))
    assert found[: len(headings)] == headings
    assert (1, word.ANNEX) in found
    body = everything(files["docx"])
    links, marks = (re.findall(rf'w:{tag}="(_Toc\d+)"', body) for tag in ("anchor", "name"))
    assert links == marks
    assert len(links) == 1 + sum(level == 1 for level, _ in headings)
    assert "updateFields" not in body


def test_every_picture_has_an_alternative_text_with_its_base(thin, files):
    found = word_figures(files["docx"])
    assert [title for title, _ in found] == [figure.caption for figure in thin.figures]
    for figure, (_, alternative) in zip(thin.figures, found, strict=True):
        assert len(alternative) > 60
        assert alternative.endswith(figure.numbers.base.words)
    page = files["html"].decode()
    assert page.count('role="img"') == 2 * len(thin.figures)  # on light and on dark
    assert page.count("<figcaption>") == page.count("<figure>") == len(thin.figures)


def test_tables_are_native_and_their_heads_are_repeated(thin, files):
    annex = len(thin.contracts)
    found = word_tables(files["docx"])
    assert len(found) == 1 + len(thin.tables) + annex
    for table, rows in zip(thin.tables, found[1:], strict=False):
        assert rows[0] == [field.heading for field in table.fields]
        assert [tuple(row) for row in rows[1:]] == table.texts
    assert everything(files["docx"]).count("<w:tblHeader/>") == len(found) - 1


def test_the_annex_has_every_column_of_every_frame_with_its_formula(thin, files):
    tables = word_tables(files["docx"])[-len(thin.contracts) :]
    for contract, rows in zip(thin.contracts, tables, strict=True):
        assert [(row[0], row[3]) for row in rows[1:]] == [(c.name, c.formula) for c in contract.columns]


def test_documents_know_their_title_and_language(files):
    core = {ending: dict_of(files[ending]) for ending in ("docx", "pptx", "xlsx")}
    assert all("What to train, and for whom" in text for text in core.values())
    assert all("en-GB" in text for text in core.values())
    assert 'w:lang w:val="en-GB"' in everything(files["docx"])
    assert '<html lang="en-GB">' in files["html"].decode()


def dict_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return packed.read("docProps/core.xml").decode()


def test_a_slide_is_one_finding_one_figure_and_its_base_read_from_the_last_row(thin, files):
    found = slides(files["pptx"])
    titles = [slide.shapes.title.text for slide in found]
    assert titles[0] == "What to train, and for whom"
    findings = [figure.finding for figure in thin.figures if figure.finding]
    assert {title for title in titles if title in findings} <= set(findings)
    assert thin.figures[0].finding in titles
    for slide in found:
        groups = [shape for shape in slide.shapes if shape.shape_type == 6]
        for group in groups:
            shown, box = group.shapes
            assert len(shown._element.xpath(".//p:cNvPr")[0].get("descr")) > 60
            assert box.text_frame.text.startswith("n = ")
            assert slide.notes_slide.notes_text_frame.text.count("\n") > 3
    sizes = [int(size) for size in re.findall(r'\bsz="(\d+)"', "".join(slide_texts(files["pptx"])))]
    assert sizes
    assert min(sizes) >= 1800


def slide_texts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = [n for n in packed.namelist() if re.fullmatch(r"ppt/(slides/slide|charts/chart)\d+\.xml", n)]
        return [packed.read(name).decode() for name in names]


def test_the_bars_of_a_slide_are_a_chart_whose_numbers_are_the_frame_s(sources, files):
    chart = next(
        shape.chart
        for slide in slides(files["pptx"])
        for group in slide.shapes
        if group.shape_type == 6
        for shape in group.shapes
        if getattr(shape, "has_chart", False)
    )
    first = sources.gaps.sort_values("rank", kind="stable").head(7)[::-1]
    assert list(chart.plots[0].series[0].values) == pytest.approx(first["mwds"].tolist())
    labels = [sources.known.labels[code] for code in first["competency"]]
    assert [name.rpartition(":")[0] for name in chart.plots[0].categories] == labels
    plus = re.search(r"<c:plus>.*?</c:plus>", "".join(slide_texts(files["pptx"])))[0]
    ends = [float(value) for value in re.findall(r"<c:v>([^<]*)</c:v>", plus)]
    assert ends == pytest.approx((first["mwds_high"] - first["mwds"]).tolist(), rel=1e-4)


def test_a_workbook_holds_whole_frames_with_frozen_heads_and_a_dictionary_of_every_column(report, files, thin):
    found = sheets(files["xlsx"])
    assert next(iter(found)) == workbook.FIRST
    needs = next(one for one in report.numbers if one.name == "needs")
    head, *rows = found["Needs"]
    assert list(head) == list(needs.labelled)
    for name, values in zip(head, zip(*rows, strict=True), strict=True):
        expected = needs.labelled[name].astype(object).where(needs.labelled[name].notna(), None).tolist()
        assert list(values) == pytest.approx(expected) if isinstance(expected[0], float) else list(values) == expected
    told = {(row[0], row[2]) for row in found[workbook.LAST][1:]}
    for numbers in thin.numbers:
        sheet = numbers.name.replace("_", " ").capitalize()
        assert {(sheet, column) for column in numbers.labelled} <= told
        assert numbers.base.words in [row[2] for row in found[workbook.FIRST] if len(row) > 2]


def test_a_page_needs_nothing_from_elsewhere(files):
    page = Page(files["html"])
    assert page.addresses == []
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert "url(" not in re.sub(r"url\(#", "", files["html"].decode())
    assert "default-src 'none'" in files["html"].decode()
    assert [text for level, text in page.headings if level == "h1"] == ["What to train, and for whom"]
    identifiers = re.findall(r'\bid="([^"]+)"', files["html"].decode())
    assert len(identifiers) == len(set(identifiers))


def test_office_files_point_nowhere_outside(files):
    for ending in ("docx", "pptx", "xlsx"):
        assert 'TargetMode="External"' not in everything(files[ending])


# Elsewhere


@pytest.fixture(scope="module")
def printed(files, tmp_path_factory):
    """All four as PDF, by one start of LibreOffice."""
    for program in ("soffice", "pdfinfo", "pdftotext"):
        if shutil.which(program) is None:
            missing("office", f"no {program} here")
    folder = tmp_path_factory.mktemp("office")
    for ending, data in files.items():
        (folder / f"as_{ending}.{ending}").write_bytes(data)
    own = f"-env:UserInstallation=file://{folder / 'profile'}"
    names = [str(folder / f"as_{ending}.{ending}") for ending in files]
    command = ["soffice", own, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *names]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return folder


@pytest.mark.parametrize("ending", WRITERS)
def test_the_office_opens_it_and_prints_it(printed, thin, ending):
    pdf = printed / f"as_{ending}.pdf"
    pages = int(re.search(r"Pages:\s+(\d+)", told(["pdfinfo", pdf]))[1])
    text = " ".join(told(["pdftotext", "-layout", pdf, "-"]).split())
    assert pages >= (len(slides(pdf.with_suffix(".pptx").read_bytes())) if ending == "pptx" else 5)
    assert "What to train, and for whom" in text
    assert "Innovative public procurement" in text
    assert "n = 60 people" in text


def told(command):
    return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout


# What others wrote


def foreign(text):
    """A document in which somebody else's text stands everywhere it can."""
    rows = {
        "table_number": [1],
        "line": [1],
        "kind": ["challenge"],
        "text": [text],
        "code": ["c"],
        "competencies": [""],
    }
    rows |= {"practices": [""], "answers": pd.array([None], dtype="Int64"), "cleared": [True], "coded_by": ["person"]}
    rows |= {"linked_by": ["person"], "similarity": [None]}
    frame = CODED.check(pd.DataFrame(rows))
    numbers = Numbers("lines", frame, CODED, Base(text, {"event": text}, lambda found: found))
    table = Table(numbers, text, (Field(text, "text"),), spoken=True)
    return Document(text, text, {text: text}, text, (Heading(text), Text(text), Bullets((text,), spoken=True), table))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_that_somebody_wrote_stays_a_text_in_every_format(text):
    document, kept = foreign(text), re.sub(r"[\x00-\x08]", "", text)
    for sheet in sheets(workbook.write(document)).values():
        assert all(not isinstance(value, str) or not value.startswith("#") for row in sheet for value in row)
    book = everything(workbook.write(document))
    assert "<f>" not in book
    assert [[kept], [kept]] in word_tables(word.write(document))
    shown = next(shape for shape in slides(deck.write(document))[2].shapes if shape.has_table)
    assert [cell.text for row in shown.table.rows for cell in row.cells] == [kept, kept]
    page = web.write(document).decode()
    assert "<b>&" not in page
    assert "\x07" not in page


def test_a_name_that_begins_like_a_formula_is_none_in_the_numbers_of_a_chart(sources, thin):
    labels = {code: f"=1+{place}" for place, code in enumerate(sources.known.codes)}
    figure = figures.chosen(thin, "needs")
    numbers = replace(
        figure.numbers,
        base=figure.numbers.base.labelling(lambda f: f.assign(competency_label=f["competency"].map(labels))),
    )
    document = replace(thin, blocks=(replace(figure, numbers=numbers),))
    data = everything(deck.write(document))
    assert "&#39;=1+" in data or "'=1+" in data
    assert "<f>1+" not in data


# Figures by themselves


def test_a_picture_carries_its_base_and_says_what_it_shows(thin):
    for form, begins in (("svg", b"<svg"), ("png", b"\x89PNG")):
        assert figures.one(figures.chosen(thin, "needs"), form).startswith(begins)
    svg = figures.one(figures.chosen(thin, "needs"), "svg").decode()
    assert "n = 60 people · everyone" in svg
    assert "data version" in svg
    assert re.search("<desc>.{60,}</desc>", svg)


def test_a_chart_that_asks_for_something_from_elsewhere_is_refused():
    mark = {"type": "image", "url": "http://127.0.0.1:9/x.png", "width": 9, "height": 9}
    spec = {"data": {"url": "http://127.0.0.1:9/rows.csv"}, "mark": mark}
    with pytest.raises(ValueError):
        figures.drawn(spec, "n = 1")


def test_the_painter_knows_the_grammar_that_the_charts_are_written_in():
    assert GRAMMAR in vl_convert.get_vegalite_versions()


def test_a_figure_that_is_not_there_is_refused_with_the_names_there_are(thin):
    assert figures.chosen(thin, None) is thin.figures[0]
    with pytest.raises(SelectionError, match="needs"):
        figures.chosen(thin, "shoes")


def test_an_archive_has_every_figure_twice(thin):
    few = replace(thin, blocks=thin.figures[:2])
    steps = []
    data = figures.archive(few, lambda done, of: steps.append((done, of)))
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert names == [f"{figure.name}.{form}" for figure in few.figures for form in ("svg", "png")]
    assert steps == [(1, 2), (2, 2)]


# Cells


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"mwds": 9.256, "mwds_low": 7.234, "mwds_high": 11.278, "suppressed": False}, "9.26 (7.23 to 11.28)"),
        ({"mwds": -0.271, "mwds_low": None, "mwds_high": None, "suppressed": False}, "−0.27"),
        ({"mwds": None, "mwds_low": None, "mwds_high": None, "suppressed": True}, "hidden"),
        ({"mwds": None, "mwds_low": None, "mwds_high": None, "suppressed": False}, "–"),
    ],
)
def test_a_number_is_written_with_its_interval_and_what_is_hidden_says_so(row, said):
    columns = {column.name: column for column in GAPS.columns}
    assert cell(row, Field("Need", "mwds", "mwds_low", "mwds_high"), columns) == said


def test_the_meeting_of_voices_is_the_page_s(sources):
    room, of_event = sources.table_room, voices.of_one_event(sources.selection, sources.table_room)
    assert of_event.events == ("demo",)
    assert sources.meeting.accord["tables"].iloc[0] == len(room.tables)
