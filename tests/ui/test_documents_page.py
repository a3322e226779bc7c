"""The page Documents: made in the background, and every number in them is the page's for the same link."""

import io
from dataclasses import replace

import docx
import pandas as pd
import pytest
from openpyxl import load_workbook

from sctrain.report import contents, word
from sctrain.report.base import of_people
from sctrain.report.contents import CHAPTERS
from sctrain.report.formats import FORMATS
from sctrain.report.sources import open_sources
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.queries import data_version
from sctrain.ui import data, page
from sctrain.ui.jobs import document_of

PATIENCE = 90


def buttons(app):
    return {button.key: button for button in app.button if button.key}


@pytest.fixture(scope="module")
def made(demo_url):
    """The report of the demo room by role, as the page's background makes it, by format."""
    engine = open_store(demo_url)
    with engine.connect() as connection:
        whole = Selection(("demo",), by="role", version=data_version(connection))
    return {form: document_of(demo_url, whole, form) for form in ("xlsx",)}


def sheet(book, name):
    head, *rows = load_workbook(io.BytesIO(book))[name].values
    return pd.DataFrame(rows, columns=head)


def same(ours, theirs):
    """Whether two frames say the same in the columns of the second but labels, row by row."""
    assert len(ours) == len(theirs)
    for name in (name for name in theirs if not name.endswith("_label")):
        for one, other in zip(ours[name], theirs[name], strict=True):
            if pd.isna(other) or other == "":
                assert one is None or pd.isna(one) or one == "", name
            else:
                assert one == (pytest.approx(other, rel=1e-12) if isinstance(other, float) else other), name


@pytest.mark.parametrize(
    ("where", "query", "place", "name"),
    [
        ("gaps", {"by": "role"}, 0, "Needs"),
        ("gaps", {"by": "role"}, 3, "Groups"),
        ("tables", {"topic": "duration"}, 0, "Tables duration"),
        ("voices", {}, 0, "Voices"),
        ("questions", {"question": "how_long"}, 0, "Replies how long"),
    ],
)
def test_every_number_in_the_report_is_the_page_s_for_the_same_link(visit, made, where, query, place, name):
    shown = visit(where, **query).dataframe[place].value
    same(sheet(made["xlsx"], name), shown)


def test_the_page_says_what_a_report_holds_and_offers_every_format(visit):
    app = visit("documents")
    assert app.title[0].value == "What 60 people and 8 tables said, as documents to take along"
    held = " ".join(caption.value for caption in app.caption)
    assert all(chapter.title.lower() in held for chapter in CHAPTERS)
    assert {f"make_{form}" for form in FORMATS} <= set(buttons(app))


def test_a_report_is_made_beside_the_page_and_offered_when_it_is_ready(visit):
    app = visit("documents", by="role")
    buttons(app)["make_xlsx"].click().run()
    assert "make_xlsx" not in buttons(app)
    assert "make_docx" in buttons(app)
    job = data.document(app.session_state["document_xlsx"], "xlsx")
    made = job.result(PATIENCE)
    app.run()
    assert not app.exception
    assert "Download workbook (XLSX)" in [element.proto.label for element in app.get("download_button")]
    assert sheet(made, "Needs")["competency_label"].notna().all()


def test_a_selection_of_too_few_still_has_the_tables(visit):
    app = visit("documents", discipline="law")
    assert app.title[0].value == "What 8 tables said, as documents to take along"


def test_numbers_in_words_are_those_of_the_page(visit, demo_url, made):
    """The cells of the DOCX table of needs, written by hand from the page's numbers."""
    shown = visit("gaps", by="role").dataframe[0].value.sort_values("rank", kind="stable")
    document = contents.compose(open_sources(open_store(demo_url), Selection(("demo",), by="role")))
    needs = next(table for table in document.tables if table.numbers.name == "needs")
    alone = replace(document, blocks=(needs,))
    rows = [[c.text for c in row.cells] for row in docx.Document(io.BytesIO(word.write(alone))).tables[1].rows][1:]
    expected = [
        [
            f"{r['rank']} ({r['rank_low']} to {r['rank_high']})",
            r["competency_label"],
            f"{r['mwds']:.2f} ({r['mwds_low']:.2f} to {r['mwds_high']:.2f})".replace("-", "−"),
            f"{r['importance']:.2f}",
        ]
        for _, r in shown.iterrows()
    ]
    assert [row[:4] for row in rows] == expected


def test_a_chart_of_a_page_is_taken_along_with_its_base_in_the_picture(demo_url):
    of = open_sources(open_store(demo_url), Selection(("demo",)))
    draw = next(figure.draw for figure in contents.compose(of).figures if figure.name == "needs")
    svg = page._picture(draw, of_people(of.room, of.selection, None), "svg").decode()
    assert "n = 60 people · everyone" in svg
    assert f"data version {of.room.version} · " in svg
    assert page._picture(draw, of_people(of.room, of.selection, None), "png").startswith(b"\x89PNG")
