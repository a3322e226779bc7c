"""The Import page: for the organiser only, from an uploaded file to answers in the store."""

import pandas as pd
import pytest
from support import submissions

from sctrain.catalogue import read_catalogue
from sctrain.store import access, mappings, queries
from sctrain.store.engine import open_store, writing
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.ui import importing
from tests import exports
from tests.load import test_load_kobo


@pytest.fixture
def room(tmp_path):
    """A store with one event of one person."""
    url = f"sqlite:///{tmp_path / 'room.db'}"
    engine, known = open_store(url), read_catalogue()
    add_event(engine, NewEvent("room", "A room"), known)
    add_answers(engine, "room", submissions(("p", "", "51" * len(known.codes))))
    return url


def uploaded(visit, url, file):
    app = visit("bring_in", url=url)
    app.file_uploader[0].upload(file.name, file.read_bytes()).run()
    assert not app.exception
    return app


def events(url):
    with open_store(url).connect() as connection:
        return {event.code: event.answers for event in queries.events(connection)}


def button(app, label):
    return next(one for one in app.button if one.label == label)


def test_a_code_book_puts_an_export_of_kobotoolbox_in_words(visit, room, entered, tmp_path):
    entered("organiser", None, room)
    app = uploaded(visit, room, test_load_kobo.coded(tmp_path))
    form = test_load_kobo.book(tmp_path / "form.xlsx", survey=test_load_kobo.SURVEY, choices=test_load_kobo.CHOICES)
    assert "XLSForm" in app.file_uploader[1].label
    app.file_uploader[1].upload(form.name, form.read_bytes()).run()
    assert not app.exception
    assert "codes in words, by form.xlsx: 12 of 15 columns" in [caption.value for caption in app.caption]
    button(app, "Import").click().run()
    assert events(room)["coded"] == 4


def test_who_has_no_organisers_link_reads_where_to_find_it(visit, room):
    app = visit("bring_in", url=room)
    assert app.title[0].value == "Surveys are brought in with the organiser’s link"
    assert not app.file_uploader


def test_a_presenters_link_is_not_enough(visit, room, entered):
    entered("presenter", "room", room)
    assert not visit("bring_in", url=room).file_uploader


@pytest.fixture
def empty(tmp_path):
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    open_store(url).dispose()
    return url


def test_an_empty_store_is_filled_from_the_page(visit, empty, entered, tmp_path):
    entered("organiser", None, empty)
    app = uploaded(visit, empty, exports.google(tmp_path))
    next(one for one in app.text_input if one.label.startswith("Its code")).set_value("spring").run()
    next(one for one in app.text_input if one.label.endswith("title")).set_value("Spring").run()
    assert not button(app, "Import").click().run().exception
    assert events(empty) == {"spring": 4}


def test_an_empty_store_is_filled_by_the_organiser_only(visit, empty):
    app = visit("bring_in", url=empty)
    assert app.title[0].value == "Surveys are brought in with the organiser’s link"
    assert not app.file_uploader


def test_an_uploaded_file_is_explained_tried_and_imported(visit, room, entered, tmp_path):
    entered("organiser", None, room)
    app = uploaded(visit, room, exports.google(tmp_path))
    told = "**3 competencies are rated, 3 of them both ways; 100 % of the answers are explained, by the competencies"
    assert [m.value for m in app.markdown if m.value.startswith(told)]
    assert "looks like Google Forms: its column 'Timestamp'" in [caption.value for caption in app.caption]
    (gaps,) = (frame.value for frame in app.dataframe if "gap" in frame.value)
    assert gaps["gap"].tolist() == ["2.5", "2.3", "−2.3"]
    next(one for one in app.text_input if one.label.startswith("Its code")).set_value("spring").run()
    button(app, "Import").click().run()
    assert not app.exception
    assert "4 added, 0 corrected, 0 there already" in app.success[0].value
    assert events(room) == {"spring": 4, "room": 1}


def test_what_is_answered_changes_what_would_come_of_it(visit, room, entered, tmp_path):
    entered("organiser", None, room)
    app = uploaded(visit, room, exports.google(tmp_path))
    turned = next(box for box in app.selectbox if "run backwards" in box.label)
    turned.set_value("yes").run()
    (gaps,) = (frame.value for frame in app.dataframe if "gap" in frame.value)
    # levels of the first become 4, 3, 5, 4 under importances 5, 4, 5, 4
    assert gaps.set_index("competency")["gap"]["Seeing the city as one system"] == "0.50"


def test_the_next_file_with_the_same_headings_is_read_with_the_mapping_that_was_kept(visit, room, entered, tmp_path):
    entered("organiser", None, room)
    app = uploaded(visit, room, exports.google(tmp_path))
    button(app, "Import").click().run()
    with open_store(room).connect() as connection:
        assert len(mappings.saved(connection)) == 1
    app = uploaded(visit, room, exports.google(tmp_path))
    assert app.toggle[0].value is True
    assert not app.selectbox
    button(app, "Import").click().run()
    assert "0 added, 0 corrected, 4 there already" in app.success[0].value


def test_a_link_that_is_taken_back_meanwhile_stores_nothing(visit, room, entered, tmp_path):
    token = entered("organiser", None, room)
    app = uploaded(visit, room, exports.google(tmp_path))
    engine = open_store(room)
    with engine.connect() as connection:
        jti = access.read_link(connection, token).jti
    with writing(engine) as connection:
        access.revoke(connection, jti)
    button(app, "Import").click().run()
    assert events(room) == {"room": 1}
    with engine.connect() as connection:
        assert mappings.saved(connection) == {}


def test_a_file_that_is_no_survey_is_refused_in_a_sentence(visit, room, entered, tmp_path):
    entered("organiser", None, room)
    (tmp_path / "a.csv").write_text("Name,Town\nAnna,Porto\n", encoding="utf-8")
    app = uploaded(visit, room, tmp_path / "a.csv")
    assert app.error[0].value.startswith("a.csv: no column holds ratings")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7")
    assert "this is a PDF" in uploaded(visit, room, tmp_path / "b.pdf").error[0].value


def test_a_file_that_says_nothing_of_importance_and_level_lists_its_columns_to_be_corrected(
    visit, room, entered, tmp_path
):
    entered("organiser", None, room)
    (tmp_path / "q.csv").write_text("Q1,Q2\n" + "".join(f"{i % 5 + 1},{i % 3}x\n" for i in range(9)), encoding="utf-8")
    app = uploaded(visit, room, tmp_path / "q.csv")
    assert "no word tells importance or level" in app.error[0].value
    (table,) = app.data_editor
    assert table.value["heading"].tolist() == ["Q1", "Q2"]


def test_rows_that_cannot_be_read_stop_the_import_until_they_are_left_out(visit, room, entered, tmp_path):
    entered("organiser", None, room)
    file = exports.google(tmp_path)
    file.write_text(file.read_text(encoding="utf-8") + "cut off,here\n", encoding="utf-8")
    app = uploaded(visit, room, file)
    assert "row 6: 2 cells, and there are 9 headings" in app.error[0].value
    assert button(app, "Import").disabled
    app.checkbox[0].check().run()
    assert not button(app, "Import").disabled
    button(app, "Import").click().run()
    assert "4 added" in app.success[0].value
    assert "1 rows left out" in app.success[0].value


def test_a_correction_in_the_table_names_the_column_and_what_it_is():
    before = pd.DataFrame({"place": [1, 2], "use": ["ignore", "level:a"]})
    assert importing.corrected(before, before.assign(use=["profile.role", "level:a"])) == {"column.1": "profile.role"}
