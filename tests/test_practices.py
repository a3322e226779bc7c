"""Work practices from the store to what may be shown, and the printed check read back."""

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from sctrain import practices, views
from sctrain.cards import Cards, Codes, decode, encode
from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.demo import DEMO_EVENT, demo_batches
from sctrain.report.practices import sheet
from sctrain.report.tables import facts
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.queries import Event
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.views import Room

KNOWN = read_catalogue()


@pytest.fixture(scope="module")
def demo_room(tmp_path_factory):
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('practices') / 'demo.db'}")
    add_event(engine, NewEvent(**vars(DEMO_EVENT), is_demo=True), KNOWN)
    for batch in demo_batches(KNOWN):
        add_answers(engine, "demo", batch)
    return views.read(engine, Selection())


def room(marks, roles):
    """People with (importance, level) of two competencies, 0 not answered; the first serves p, both serve q."""
    catalogue = Catalogue.model_validate(
        {
            "catalogue": {"code": "made", "title": "Made"},
            "practice": [{"code": "p", "label": "<P> & co"}, {"code": "q", "label": "Q", "activities": ["<b>Do</b>"]}],
            "competency": [
                {"code": "a", "label": "A", "aspect": "technology", "practices": ["p", "q"]},
                {"code": "b", "label": "B", "aspect": "human", "practices": ["q"]},
            ],
            "dimension": [{"code": "role", "label": "Role", "open": True}],
        }
    )
    given = np.array(marks)
    pairs = decode("".join(encode(given[:, :, 0], given[:, :, 1])).encode(), 2, 1, 5)
    distinct, code = np.unique(np.array(roles, dtype=object).astype(str), return_inverse=True)
    codes = Codes(tuple(map(str, distinct)), code.astype(np.int32))
    event = Event("made", "Made", None, "", "made", 5, False, len(marks))
    return Room((event,), catalogue, Cards(catalogue.codes, 1, 5, pairs, {"role": codes}), 1)


def test_the_demo_has_seven_practices_and_both_aspects(demo_room):
    met = practices.read(demo_room, Selection())
    assert list(met.practices["practice"]) == [practice.code for practice in KNOWN.practice]
    serving = [sum(p.code in c.practices for c in KNOWN.competency) for p in KNOWN.practice]
    assert met.practices["competencies"].tolist() == serving
    assert not met.practices["suppressed"].any()
    assert met.aspects["competencies"].tolist()[2] == sum(bool(c.aspect) for c in KNOWN.competency)
    assert met.sentence.endswith("(n = 58).")
    assert met.balance.startswith("Technology is more important than the human side")


def test_a_practice_of_full_answers_is_the_mean_of_peoples_means():
    marks = [[(5, 2), (4, 3)], [(4, 1), (4, 2)], [(3, 3), (5, 1)], [(5, 4), (2, 2)], [(4, 2), (3, 2)]]
    met = practices.read(room(marks, ["x"] * 5), Selection()).practices.set_index("practice")
    own = np.array([[i - level for i, level in person] for person in marks]).mean(axis=1)
    assert met.loc["q", "gap"] == pytest.approx(own.mean())
    assert met.loc["p", "gap"] == pytest.approx(np.mean([3, 3, 0, 1, 2]))
    assert met["n"].tolist() == [5, 5]


def test_a_competency_that_few_answered_counts_for_no_practice():
    marks = [[(5, 2), (4, 1) if i < 4 else (0, 0)] for i in range(9)]
    met = practices.read(room(marks, ["x"] * 9), Selection())
    told = met.practices.set_index("practice")
    assert told["competencies"].tolist() == [1, 1]
    assert told.loc["q", "gap"] == told.loc["p", "gap"]  # the four who marked the other one are not told by it
    assert met.aspects.set_index("aspect")["suppressed"].to_dict() == {
        "technology": False,
        "human": True,
        "difference": True,
    }


def test_what_few_stand_for_is_hidden_and_so_is_what_would_tell_few_by_subtraction():
    few = practices.read(room([[(5, 2), (4, 1)]] * 4, ["x"] * 4), Selection())
    assert few.practices["suppressed"].all()
    assert few.practices[["n", "importance", "gap"]].isna().all(axis=None)
    marks = [[(5, 2), (4, 1)]] * 9
    most = Selection(filters=(("role", ("x",)),))
    apart = practices.read(room(marks, ["x"] * 6 + ["y"] * 3), most)
    assert apart.practices["suppressed"].all()
    whole = practices.read(room(marks, ["x"] * 6 + ["y"] * 3), Selection())
    assert not whole.practices["suppressed"].any()


def test_a_refused_selection_tells_nothing(demo_room):
    met = practices.read(demo_room, Selection(filters=(("discipline", ("law",)),)))
    assert met.practices["suppressed"].all()
    assert met.aspects["suppressed"].all()
    assert met.aspects[["n", "gap"]].isna().all(axis=None)


def test_filters_change_the_room(demo_room):
    met = practices.read(demo_room, Selection(filters=(("role", ("programme_manager",)),)))
    assert met.practices["n"].max() < 20
    assert not met.practices["suppressed"].any()


class _Page(HTMLParser):
    """The texts of a page by tag, and every address it names."""

    def __init__(self):
        super().__init__()
        self.open, self.found, self.addresses = [], [], []

    def handle_starttag(self, tag, attrs):
        self.addresses += [value for name, value in attrs if name in ("src", "href", "action", "data")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.found.append((self.open[-1] if self.open else "", data))

    def texts(self, *tags):
        return [text for tag, text in self.found if tag in tags]


def printed(made, check, selection=None):
    selection = selection or Selection()
    found = practices.answer(made.catalogue, practices.read(made, selection), check)
    text = sheet(made.catalogue, found.checked, found.sentence, found.first, facts(made, selection))
    page = _Page()
    page.feed(text)
    assert not page.open
    return text, page


def test_the_sheet_says_own_marks_the_rooms_and_what_to_start_with(demo_room):
    _, page = printed(demo_room, "3412050")
    assert [text.removeprefix("→ ") for text in page.texts("th")[5:]] == [p.label for p in KNOWN.practice]
    cells = page.texts("td")
    assert cells[0] == "■■■□□ 3 sometimes"
    assert cells[16] == "not said"
    assert cells[3] == "58"
    low, rest = cells[1].split(" (")
    assert 1 <= float(low) <= 5
    assert rest.endswith(")")
    assert page.texts("h3") == ["Placing citizens at the core", "Data-driven governance"]
    assert set(page.texts("li")) == {
        activity for p in KNOWN.practice if p.code in ("citizens_first", "data_driven") for activity in p.activities
    }
    assert "made-up demo data" in "".join(page.texts("p"))


def test_the_sheet_needs_nothing_from_elsewhere_and_has_no_script(demo_room):
    text, page = printed(demo_room, "3412050")
    assert page.addresses == []
    assert "@import" not in text
    assert "url(" not in text
    assert "script" not in [tag for tag, _ in page.found]
    assert "default-src 'none'" in text
    assert "@page {size: A4" in text


def test_texts_from_a_catalogue_stay_texts():
    text, page = printed(room([[(5, 2), (4, 1)]] * 6, ["x"] * 6), "12")
    assert "<P>" not in text
    assert "<b>Do</b>" not in text
    assert "→ <P> & co" in page.texts("th")
    assert "<b>Do</b>" in page.texts("li")


def test_what_is_hidden_is_not_printed():
    _, page = printed(room([[(5, 2), (4, 1)]] * 4, ["x"] * 4), "12")
    assert page.texts("td").count("not shown") == 4
    assert "Fewer" not in page.texts("td")
    assert "fewer than" in "".join(page.texts("p")) or "people: 4" not in "".join(page.texts("p"))


def test_nothing_that_is_checked_is_stored(demo_room):
    before = practices.read(demo_room, Selection()).practices
    practices.answer(KNOWN, practices.read(demo_room, Selection()), "5555555")
    pd.testing.assert_frame_equal(before, practices.read(demo_room, Selection()).practices)
