"""No number that the gate hides is anywhere in a file: not in a hidden sheet, nor in what a chart keeps for itself.

The same room is reported twice: with threshold 5, and with 3, which shows what 5 hides. What only the second shows
is looked for in the files of the first; that the search can find is shown by the files of the second.
"""

import math
import re
from datetime import date

import pytest
from live import EVENT, LIVE
from opened import everything
from support import submissions

from sctrain.catalogue import Catalogue
from sctrain.numerals import two_digits
from sctrain.report import contents, figures, slides, web, word, workbook
from sctrain.report.document import LANGUAGE
from sctrain.report.sources import open_sources
from sctrain.selection import Selection
from sctrain.store import setup
from sctrain.store.engine import open_store, writing
from sctrain.store.write import NewEvent, add_answers, add_event

ROLES = {"head": 4, "clerk": 6, "officer": 21, "mayor": 17}
"""People by role: 4 are hidden, and with them the next smallest, who would tell them."""
WRITERS = {"docx": word.write, "pptx": slides.write, "xlsx": workbook.write, "html": web.write}
LONG = ("week", "month", "year")


def known():
    options = [{"code": r, "label": r.title()} for r in ROLES]
    durations = [{"code": d, "label": d.title()} for d in LONG]
    return Catalogue.model_validate(
        {
            "catalogue": {"code": "veil", "title": "A catalogue"},
            "scale": {"low": 1, "high": 35, "importance": ["low", "high"], "level": ["low", "high"]},
            "competency": [{"code": c, "label": f"Competency {c.upper()}"} for c in ("a", "b", "c")],
            "dimension": [{"code": "role", "label": "Role", "option": options}],
            "question": [{"code": "how_long", "label": "How long?", "option": durations}],
        }
    )


DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz".upper()


def card(role, i):
    """Marks of one person: heads and clerks mark so high that their means are like no other number."""
    high = {"head": 33, "clerk": 29}.get(role, 9)
    low = {"head": 3, "clerk": 5}.get(role, 6)
    marks = [(high + (i + c) % 3 - (c == 1), low + (i * (c + 1)) % 4) for c in range(3)]
    return "".join(DIGITS[one] for pair in marks for one in pair)


def reported(folder, threshold):
    engine = open_store(f"sqlite:///{folder / f'veil{threshold}.db'}")
    add_event(engine, NewEvent("veil", "A room", threshold=threshold), known())
    people = [(f"{role}{i}", role, card(role, i)) for role, n in ROLES.items() for i in range(n)]
    chosen = ["week"] * 31 + ["month"] * 13 + ["year"] * 4
    replies = [f"how_long={option}" for option in chosen]
    add_answers(engine, "veil", submissions(*people).assign(replies=replies))
    return open_sources(engine, Selection(("veil",), by="role"), date(2026, 11, 30))


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """{threshold: (sources, document)}."""
    folder = tmp_path_factory.mktemp("veil")
    sources = {threshold: reported(folder, threshold) for threshold in (5, 3)}
    return {threshold: (one, contents.compose(one)) for threshold, one in sources.items()}


@pytest.fixture(scope="module")
def files(reports):
    return {(k, ending): write(reports[k][1], None) for k in (5, 3) for ending, write in WRITERS.items()}


def secret(reports):
    """The values, as files may write them, that are hidden at 5 and shown at 3: of groups, of answers, of replies."""
    strict, open_ = (reports[k][0] for k in (5, 3))
    values = set()
    for frame, key in (("grouped", ["group", "competency"]), ("mix", ["dimension", "option"]), ("replied", ["option"])):
        hidden, shown = (getattr(one, frame).set_index(key) for one in (strict, open_))
        veiled = hidden.index[hidden["suppressed"].astype(bool)]
        numbers = shown.loc[veiled].select_dtypes("number").to_numpy(float, na_value=math.nan).ravel()
        public = {round(v, 6) for v in hidden.select_dtypes("number").to_numpy(float, na_value=math.nan).ravel()}
        values |= {v for v in numbers if not math.isnan(v) and not float(v).is_integer() and round(v, 6) not in public}
    return sorted(values)


def written(value):
    """Ways to write a value that are long enough to be like no other: 28.25, 0.08333, 28.2 is not."""
    texts = {f"{value:.2f}", repr(float(value))[:8]} if abs(value) > 10 else {repr(float(value))[:7]}
    return {text for text in texts if len(text.lstrip("-0.")) >= 4}


def found(data, values):
    """The values that stand in a file, as numbers by themselves or as the beginning of a longer one."""
    text = everything(data).replace("−", "-")
    spellings = {text: value for value in values for text in written(value)}
    either = "|".join(re.escape(spelling) for spelling in sorted(spellings, key=len, reverse=True))
    return {spellings[hit] for hit in re.findall(rf"(?<![\d.])(?:{either})", text)}


def test_there_is_something_to_hide(reports):
    strict = reports[5][0]
    hidden = set(strict.grouped.loc[strict.grouped["suppressed"].astype(bool), "group"])
    assert hidden == {"head", "clerk"}
    assert not reports[3][0].grouped["suppressed"].any()
    values = secret(reports)
    assert len(values) > 30
    assert any(abs(value - 4 / 48) < 1e-9 for value in values)  # the four heads, and those who chose a year


@pytest.mark.parametrize("ending", WRITERS)
def test_no_hidden_value_is_anywhere_in_the_file(reports, files, ending):
    assert found(files[5, ending], secret(reports)) == set()


@pytest.mark.parametrize("ending", WRITERS)
def test_the_same_search_finds_them_where_they_are_shown(reports, files, ending):
    values = secret(reports)
    hits = found(files[3, ending], values)
    assert len(hits) >= {"xlsx": 0.9 * len(values)}.get(ending, 3)  # a few are spelled like others


def test_the_pictures_are_drawn_without_them(reports):
    shown = reports[3][0].grouped.query("group in ('head', 'clerk')")["mwds"]
    labels = {f">{two_digits(value)}<" for value in shown}
    drawn = {k: "".join(figures.picture(one).svg for one in reports[k][1].figures) for k in (5, 3)}
    assert [label for label in labels if label in drawn[3]]
    assert not [label for label in labels if label in drawn[5]]


def test_the_report_says_what_it_hides(reports):
    said = everything(web.write(reports[5][1]))
    assert "A number is shown from 5 people on." in said
    assert "of 12 rows" in said
    assert "hidden" in said


def test_a_selection_of_too_few_people_is_a_report_that_says_so(reports, tmp_path):
    engine = reports[5][0].engine
    few = open_sources(engine, Selection(("veil",), (("role", ("head",)),)), date(2026, 11, 30))
    document = contents.compose(few)
    assert document.facts["People"] == "hidden to protect fewer than 5"
    assert not document.figures
    said = everything(word.write(document))
    assert "Fewer than 5 people are in this selection" in said
    assert "No table has ranked" in said
    assert LANGUAGE in said


def test_an_event_without_answers_is_a_report_that_waits(tmp_path):
    engine = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    add_event(engine, NewEvent("soon", "Soon"), known())
    document = contents.compose(open_sources(engine, Selection()))
    assert "Nobody has answered yet." in everything(web.write(document))
    assert not document.numbers
    for write in WRITERS.values():
        assert write(document, None)


def test_what_waits_for_the_presenter_is_named_and_not_shown(tmp_path):
    engine = open_store(f"sqlite:///{tmp_path / 'veiled.db'}")
    with writing(engine) as connection:
        setup.make_event(connection, EVENT, LIVE, setup.Setup(tables=2), ("survey", "contents", "notes"))
    said = everything(web.write(contents.compose(open_sources(engine, Selection(("live",))))))
    assert "The survey is hidden until the presenter reveals it." in said
    assert "the tables’ list “Contents”" in said
